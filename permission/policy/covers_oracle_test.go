package policy_test

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// This file is the oracle for Covers: a slow and literal implementation of which calls
// an Allow statement allows, and a search for a call that b allows and a does not.
//
// A statement allows a call if each of its parts does: the action, the principal
// together with the resource, and the conditions on each key. The parts are
// independent, so the search tries every value of each part instead of every
// combination: b allows a call that a does not if and only if b allows a value of every
// part, and a value of one part that a does not allow.

// checkCovers searches for a call that contradicts Covers if that is true.
func checkCovers(t *testing.T, a, b policy.Statement) {
	t.Helper()
	if !policy.Covers(a, b) || !isPlain(a) || !isPlain(b) {
		return
	}
	var missing string // a part of a call that b allows and a does not
	for _, part := range partsOf(a, b) {
		anything := false
		for i, value := range part.values {
			forA, forB := part.level(a, i), part.level(b, i)
			anything = anything || forB > denied
			if forA < forB {
				missing = part.name + " " + value
			}
		}
		if !anything {
			return
		}
	}
	if missing != "" {
		t.Fatalf("Covers = true, but only b allows %s\na: %s\nb: %s", missing, a, b)
	}
}

func isPlain(s policy.Statement) bool {
	return s.Effect() == "Allow" && s.NotPrincipals() == nil && s.NotActions() == nil && s.NotResources() == nil && s.UnknownMembers() == nil
}

// A part is a part of a call, with values made from those of the two statements.
type part struct {
	name   string
	values []string
	level  func(s policy.Statement, i int) level // for values[i]
}

func partsOf(a, b policy.Statement) []part {
	actions := instances(slices.Concat(a.Actions(), b.Actions()))
	parts := []part{callPart(a, b), {"action", actions, func(s policy.Statement, i int) level {
		return actionLevel(s, actions[i])
	}}}
	for key, values := range contextFor(a, b) {
		values = append(instances(values), absent)
		parts = append(parts, part{"context " + key, values, func(s policy.Statement, i int) level {
			return contextLevel(s, key, values[i])
		}})
	}
	return parts
}

// callPart returns the part of caller and resource, which are not independent: it
// matters whether they belong to one account.
func callPart(a, b policy.Statement) part {
	type call struct {
		caller   policy.Principal
		resource string
	}
	var calls []call
	var names []string
	for _, resource := range instances(slices.Concat(a.Resources(), b.Resources())) {
		for _, caller := range callersFor(a, b) {
			calls = append(calls, call{caller, resource})
			names = append(names, caller.Value+" on "+resource)
		}
	}
	return part{"call from", names, func(s policy.Statement, i int) level {
		return callerLevel(s, calls[i].caller, calls[i].resource)
	}}
}

func contextFor(a, b policy.Statement) map[string][]string {
	context := make(map[string][]string)
	for _, c := range slices.Concat(a.Conditions(), b.Conditions()) {
		key := strings.ToLower(c.Key)
		context[key] = append(context[key], c.Values...)
	}
	return context
}

func callersFor(a, b policy.Statement) []policy.Principal {
	list := []policy.Principal{
		{Type: "Service", Value: "other.amazonaws.com"},
		{Type: "AWS", Value: "arn:aws:iam::111111111111:role/r"},
		{Type: "AWS", Value: "arn:aws:iam::222222222222:user/u"},
		{Type: "AWS", Value: "arn:aws:sts::222222222222:assumed-role/r/s"},
		{Type: "AWS", Value: "arn:aws:iam::222222222222:root"},
	}
	for _, p := range slices.Concat(a.Principals(), b.Principals()) {
		if p.Type == "Service" || p.Type == "AWS" && strings.HasPrefix(p.Value, "arn:") {
			list = append(list, p)
		}
	}
	return unique(list)
}

// instances returns texts that the patterns match, and similar texts that they do not
// match.
func instances(patterns []string) []string {
	var list []string
	for _, p := range patterns {
		p = expand(p)
		for _, fill := range []string{"", "a", "*", "x:y/é"} {
			list = append(list, strings.ReplaceAll(strings.ReplaceAll(p, "*", fill), "?", "b"))
		}
		list = append(list, p, p+"z", strings.ToUpper(p))
	}
	return unique(list)
}

func unique[T comparable](list []T) []T {
	seen := make(map[T]bool)
	return slices.DeleteFunc(list, func(v T) bool {
		old := seen[v]
		seen[v] = true
		return old
	})
}

// The functions below evaluate the parts of an Allow statement.

// level is how much a statement grants to a caller.
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
		return viaAccount // an identity of another account also needs its own policy
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

// absent stands for the value of a key that the call does not have.
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
	default: // an arbitrary result, but the same for the same condition
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
