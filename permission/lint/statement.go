package lint

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A statement is a statement of a policy with the grants that it is made of: one with
// lists allows the same as several without lists, one for each combination of their
// entries.
type statement struct {
	policy.Statement
	grants   []subject
	others   []string // conditions that AddPermission does not write
	unjudged []string // descriptions of the parts that no grant can have
}

// maxGrants is the greatest number of grants into which a statement is taken apart. A
// statement of the size that the service keeps has more only if it multiplies long
// lists.
const maxGrants = 1000

// only returns the grant of a statement that is a single one; nil if it has lists, or
// a part that is not judged.
func (s *statement) only() *subject {
	if len(s.grants) != 1 || len(s.unjudged) > 0 {
		return nil
	}
	return &s.grants[0]
}

// statement takes a statement apart. One that denies opens nothing and has no grants.
func (o *options) statement(s policy.Statement) statement {
	result := statement{Statement: s}
	if s.Effect() == "Deny" {
		return result
	}
	if req, err := s.Request(); err == nil && isJudged(s.Principals()[0]) { // as most are
		result.grants = []subject{o.part(req, s, false)}
		return result
	}
	if reason := otherKind(s); reason != "" {
		result.unjudged = []string{reason}
		return result
	}
	parts := result.parts()
	count := len(parts.principals) * len(parts.actions) * len(parts.functions)
	for _, c := range parts.conditions {
		count = min(count*min(len(c.Values), maxGrants+1), maxGrants+1)
	}
	if count > maxGrants {
		result.unjudged = []string{"the statement is made of more than a thousand grants"}
		return result
	}
	result.grants = o.combine(&result, parts)
	return result
}

// otherKind describes the first part of a statement that no grant can have; "" if every
// part can be one of a grant.
func otherKind(s policy.Statement) string {
	switch {
	case s.Effect() != "Allow":
		return "the Effect " + abbrev.Quote(s.Effect())
	case s.NotPrincipals() != nil:
		return "NotPrincipal"
	case s.NotActions() != nil:
		return "NotAction"
	case s.NotResources() != nil:
		return "NotResource"
	case len(s.UnknownMembers()) > 0:
		return "the member " + abbrev.Quote(s.UnknownMembers()[0])
	case len(s.Principals()) == 0 || len(s.Actions()) == 0 || len(s.Resources()) == 0:
		return "the statement has no principal, action or resource"
	}
	return ""
}

// The parts of a statement are the entries that its grants are made of.
type parts struct {
	principals []policy.Principal
	actions    []string
	functions  []string           // "" for a pattern that is not for one function
	conditions []policy.Condition // of the keys that AddPermission writes, with all their values
}

// parts returns the entries that the rules know, and adds the others to s.unjudged and
// s.others.
func (s *statement) parts() parts {
	var p parts
	for _, principal := range s.Principals() {
		if _, err := singleRequest(principal, nil); err != nil || !isJudged(principal) {
			s.unjudged = append(s.unjudged, "the principal "+abbrev.Quote(principal.Value))
			continue
		}
		p.principals = append(p.principals, principal)
	}
	for _, action := range s.Actions() {
		if action == "" {
			s.unjudged = append(s.unjudged, "an empty action")
			continue
		}
		p.actions = append(p.actions, action)
	}
	for _, resource := range s.Resources() {
		function, ok := functionName(resource)
		if !ok {
			s.unjudged = append(s.unjudged, "the resource "+abbrev.Quote(resource))
			continue
		}
		p.functions = append(p.functions, function)
	}
	for _, c := range s.Conditions() {
		if !isWritten(c) {
			s.others = append(s.others, abbrev.Quote(c.Operator)+" of "+abbrev.Quote(c.Key))
			continue
		}
		p.conditions = append(p.conditions, c)
	}
	return p
}

// isJudged reports whether rules know such a principal. A service has a domain
// name.
func isJudged(p policy.Principal) bool {
	return p.Type != policy.PrincipalService || isServiceName(p.Value)
}

// isWritten reports whether AddPermission writes such a condition, with one of the
// values.
func isWritten(c policy.Condition) bool {
	for _, value := range c.Values {
		one := policy.Condition{Operator: c.Operator, Key: c.Key, Values: []string{value}}
		if _, err := singleRequest(policy.Principal{Type: policy.PrincipalAnyone, Value: "*"}, []policy.Condition{one}); err != nil {
			return false
		}
	}
	return len(c.Values) > 0
}

// functionName returns the function whose grants a Resource is for. All versions and
// aliases count as the function; it is "" for other patterns. The second result is
// false for a text that names no function.
func functionName(resource string) (name string, ok bool) {
	if f, err := arn.ParseFunction(strings.TrimSuffix(resource, ":*")); err == nil && f.IsComplete() && strings.HasPrefix(resource, f.String()) {
		return f.String(), true
	}
	isPattern := glob.HasWildcard(resource) && (strings.HasPrefix(resource, "arn:") || strings.HasPrefix(resource, "*"))
	return "", isPattern
}

// combine returns a grant for each combination of entries. Of two conditions on one
// key the statement asks for both, which a grant cannot say: it has no grants then.
func (o *options) combine(s *statement, p parts) []subject {
	var grants []subject
	for _, principal := range p.principals {
		for _, conditions := range choices(p.conditions) {
			req, err := singleRequest(principal, conditions)
			if err != nil {
				s.unjudged = append(s.unjudged, reasonOf(err))
				return nil
			}
			for _, req.Action = range p.actions {
				for _, req.FunctionName = range p.functions {
					grants = append(grants, o.part(req, s.Statement, len(s.others) > 0))
				}
			}
		}
	}
	return grants
}

// part returns a grant as a part of a statement.
func (o *options) part(req validate.Request, s policy.Statement, isLimited bool) subject {
	g := o.subject(req)
	g.isLimited, g.resources = isLimited, s.Resources()
	return g
}

func reasonOf(err error) string {
	var inexpressible *policy.InexpressibleError
	if errors.As(err, &inexpressible) {
		return inexpressible.Reason
	}
	return err.Error()
}

// choices returns every way to take one value of each condition.
func choices(conditions []policy.Condition) [][]policy.Condition {
	list := [][]policy.Condition{nil}
	for _, c := range conditions {
		var longer [][]policy.Condition
		for _, chosen := range list {
			for _, value := range c.Values {
				one := policy.Condition{Operator: c.Operator, Key: c.Key, Values: []string{value}}
				longer = append(longer, append(slices.Clip(chosen), one))
			}
		}
		list = longer
	}
	return list
}

// singleRequest returns the grant of one principal under conditions, each with one
// value. Action and function are to be filled in.
func singleRequest(p policy.Principal, conditions []policy.Condition) (validate.Request, error) {
	var principal any = policy.PrincipalAnyone
	if !p.IsAnyone() {
		principal = map[string]string{p.Type: p.Value}
	}
	operators := map[string]map[string]string{}
	for _, c := range conditions {
		if operators[c.Operator] == nil {
			operators[c.Operator] = map[string]string{}
		}
		operators[c.Operator][c.Key] = c.Values[0]
	}
	members := map[string]any{
		"Effect": "Allow", "Principal": principal, "Action": invokeFunction, "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
		"Condition": operators,
	}
	text, err := json.Marshal(members)
	if err != nil {
		return validate.Request{}, err
	}
	single, err := policy.ParseStatement(string(text))
	if err != nil {
		return validate.Request{}, err
	}
	return single.Request()
}
