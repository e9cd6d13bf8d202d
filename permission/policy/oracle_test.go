package policy_test

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// This file reads single parts of an Allow statement slowly and literally.

// level is how much a statement does for a caller.
type level int

const (
	denied     level = iota
	viaAccount       // enough together with the caller's identity policy
	direct           // enough on its own
)

func yesNo(yes bool) level {
	if yes {
		return direct
	}
	return denied
}

func actionLevel(s policy.Statement, action string) level {
	return yesNo(slices.ContainsFunc(s.Actions(), func(p string) bool {
		return globMatches(strings.ToLower(p), strings.ToLower(action))
	}))
}

func contextLevel(s policy.Statement, key, value string) level {
	for _, c := range s.Conditions() {
		if strings.ToLower(c.Key) == key && !meets(c, value) {
			return denied
		}
	}
	return direct
}

func callerLevel(s policy.Statement, caller policy.Principal, resource string) level {
	if !slices.ContainsFunc(s.Resources(), func(p string) bool { return p == "*" || arnMatches(expand(p), resource) }) {
		return denied
	}
	best := denied
	for _, p := range s.Principals() {
		best = max(best, principalLevel(p, caller, resource))
	}
	if best == direct && caller.Type == "AWS" && accountOf(caller.Value) != accountOf(resource) {
		return viaAccount // other accounts' identities always need their own policy too
	}
	return best
}

func principalLevel(p, caller policy.Principal, resource string) level {
	switch {
	case p.IsAnyone(), p == caller:
		if p.IsAccount() {
			return viaAccount
		}
		return direct
	case p.Type != "AWS" || caller.Type != "AWS":
		return denied
	case p.Value == accountOf(caller.Value) && partitionOf(resource) == partitionOf(caller.Value),
		p.Value == "arn:"+partitionOf(caller.Value)+":iam::"+accountOf(caller.Value)+":root":
		return viaAccount
	case strings.Contains(caller.Value, ":assumed-role/") && strings.Contains(p.Value, ":role/"):
		role := p.Value[strings.LastIndex(p.Value, "/")+1:]
		if accountOf(p.Value) == accountOf(caller.Value) && strings.HasPrefix(arnPart(caller.Value, 5), "assumed-role/"+role+"/") {
			return direct
		}
	}
	return denied
}

func arnPart(arn string, n int) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[n]
	}
	return ""
}

func accountOf(arn string) string   { return arnPart(arn, 4) }
func partitionOf(arn string) string { return arnPart(arn, 1) }

// absent is the value of a key that the request does not have.
const absent = "\x00absent"

func meets(c policy.Condition, got string) bool {
	operator, optional := strings.CutSuffix(c.Operator, "IfExists")
	var match func(string) bool
	switch operator {
	case "StringEquals", "NumericEquals", "DateEquals", "IpAddress":
		match = func(v string) bool { return expand(v) == got }
	case "Bool", "StringEqualsIgnoreCase":
		match = func(v string) bool { return strings.EqualFold(expand(v), got) }
	case "StringLike":
		match = func(v string) bool { return globMatches(expand(v), got) }
	case "ArnLike", "ArnEquals":
		match = func(v string) bool { return arnMatches(expand(v), got) }
	default: // anything at all, but the same for the same condition
		return arbitrary(c, got)
	}
	if got == absent {
		return optional
	}
	return slices.ContainsFunc(c.Values, match)
}

func arbitrary(c policy.Condition, got string) bool {
	h := fnv.New32a()
	values := slices.Clone(c.Values)
	slices.Sort(values)
	h.Write([]byte(c.Operator + "\x00" + strings.ToLower(c.Key) + "\x00" + strings.Join(slices.Compact(values), "\x00") + "\x00" + got))
	return h.Sum32()%2 == 0
}

var variable = regexp.MustCompile(`\$\{[^}]*\}?`)

// expand gives every policy variable the same value.
func expand(v string) string { return variable.ReplaceAllString(v, "var") }

func globMatches(pattern, text string) bool {
	if e, ok := expressions.Load(pattern); ok {
		return e.(*regexp.Regexp).MatchString(text)
	}
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(strings.ReplaceAll(expression, `\*`, `.*`), `\?`, `.`)
	e := regexp.MustCompile(`(?s)\A(?:` + expression + `)\z`)
	expressions.Store(pattern, e)
	return e.MatchString(text)
}

var expressions sync.Map // of compiled patterns

func arnMatches(pattern, text string) bool {
	ps, ts := strings.SplitN(pattern, ":", 6), strings.SplitN(text, ":", 6)
	if len(ps) != 6 || len(ts) != 6 {
		return false
	}
	for i := range ps {
		if !globMatches(ps[i], ts[i]) {
			return false
		}
	}
	return true
}
