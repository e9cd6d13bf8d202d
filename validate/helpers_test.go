package validate_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/lambdaperm/lambdaperm/validate"
)

// grant returns a valid AddPermission request, changed by change unless that is nil.
func grant(change func(*validate.Request)) validate.Request {
	r := validate.Request{
		FunctionName: "my-function",
		StatementId:  "s3",
		Action:       "lambda:InvokeFunction",
		Principal:    "s3.amazonaws.com",
	}
	if change != nil {
		change(&r)
	}
	return r
}

// removal returns a valid RemovePermission request, changed by change unless that is
// nil.
func removal(change func(*validate.Request)) validate.Request {
	r := validate.Request{Operation: validate.RemovePermission, FunctionName: "my-function", StatementId: "s3"}
	if change != nil {
		change(&r)
	}
	return r
}

// violations returns the violations that a set finds in a request. An error that is
// not an *Error fails the test, as does an *Error without violations.
func violations(tb testing.TB, rules *validate.Rules, r validate.Request) []validate.Violation {
	tb.Helper()
	err := rules.Check(r)
	if err == nil {
		return nil
	}
	var e *validate.Error
	if !errors.As(err, &e) {
		tb.Fatalf("Check(%+v) = %#v, want an *Error", r, err)
	}
	if len(e.Violations) == 0 {
		tb.Fatalf("Check(%+v) returned an *Error without violations", r)
	}
	return e.Violations
}

// brief returns the fields and rules of violations.
func brief(vs []validate.Violation) []broken {
	var all []broken
	for _, v := range vs {
		all = append(all, broken{v.Field, v.Rule})
	}
	return all
}

// ofTable returns the violations that the table of constraints decides.
func ofTable(vs []broken) []broken {
	var all []broken
	for _, b := range vs {
		if slices.Contains(singleMember, b.Rule) {
			all = append(all, b)
		}
	}
	return all
}

func ptr[T any](v T) *T { return &v }
