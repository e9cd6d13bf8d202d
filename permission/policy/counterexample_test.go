package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// This file is the oracle for Covers: a slow, literal reading of what one
// Allow statement lets through, and a search for a call that b allows and a
// does not.
//
// A statement lets a call through if its parts do: the action, the principal
// together with the resource, and the conditions on each key. The parts are
// independent of each other, so that the search can try every value of each
// part instead of every combination: b allows a call that a does not exactly if
// b allows something in every part, and in one part something that a does not.

// checkCovers searches for a call that disproves a yes of Covers.
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
		t.Fatalf("Covers says yes, but only b allows %s\na: %s\nb: %s", missing, a, b)
	}
}

func isPlain(s policy.Statement) bool {
	return s.Effect() == "Allow" && s.NotPrincipals() == nil && s.NotActions() == nil && s.NotResources() == nil && s.UnknownMembers() == nil
}

// A part of a call, with the values that the two statements suggest.
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

// callPart joins caller and resource: whether they belong to one account
// matters.
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

// instances returns texts that the patterns match, and some that they just do
// not.
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
