package validate_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// valid returns requests that use every member that the operations have in a set.
func valid(rules *validate.Rules) []validate.Request {
	add := validate.Request{
		FunctionName:     "arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:PROD",
		Qualifier:        "PROD",
		StatementId:      "thumbnails-2016",
		Action:           "lambda:InvokeFunction",
		Principal:        "s3.amazonaws.com",
		SourceArn:        "arn:aws:s3:::my-bucket",
		SourceAccount:    "123456789012",
		EventSourceToken: "amzn1.ask.skill.1",
	}
	get := validate.Request{Operation: validate.GetPolicy, FunctionName: add.FunctionName, Qualifier: add.Qualifier}
	remove := get
	remove.Operation, remove.StatementId = validate.RemovePermission, add.StatementId
	if rules == validate.Original {
		return []validate.Request{add, get, remove}
	}
	remove.RevisionId = "3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e"
	add.RevisionId, add.PrincipalOrgID = remove.RevisionId, "o-1234567890"
	url := add
	url.Action, url.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "AWS_IAM"
	add.InvokedViaFunctionUrl = ptr(true)
	return []validate.Request{add, url, get, remove}
}

// Check of a valid request does not allocate.
func TestNoAllocs(t *testing.T) {
	for name, rules := range sets {
		requests := valid(rules)
		if rules == validate.Current {
			for _, g := range corpus.Grants() {
				requests = append(requests, g.Request)
			}
		}
		for _, r := range requests {
			if err := rules.Check(r); err != nil {
				t.Errorf("%s, %v: %v", name, r.Operation, err)
			}
			if n := testing.AllocsPerRun(10, func() { _ = rules.Check(r) }); n != 0 {
				t.Errorf("%s, %v %s: %v allocations, want 0", name, r.Operation, r.Principal, n)
			}
		}
	}
}

// A set without rules refuses no request.
func TestNoRules(t *testing.T) {
	for name, rules := range map[string]*validate.Rules{"nil": nil, "zero": {}} {
		if err := rules.Check(validate.Request{Action: "?", Operation: "?"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c := rules.Constraints(); len(c) != 0 {
			t.Errorf("%s: constraints %v, want an empty list", name, c)
		}
	}
}

// Constraints returns a copy: changing it does not change the rules.
func TestConstraintsCopies(t *testing.T) {
	for name, rules := range sets {
		want := rules.Constraints()
		for _, c := range rules.Constraints() {
			clear(c.Operations)
			clear(c.Enum)
		}
		if diff := cmp.Diff(want, rules.Constraints()); diff != "" {
			t.Errorf("%s: constraints (-before +after):\n%s", name, diff)
		}
	}
}

// Goroutines may share Rules from their first use on; the race detector reports an
// error.
func TestConcurrentUse(t *testing.T) {
	for _, rules := range sets {
		unused := validate.Unused(rules)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				unused.Constraints()
				for _, r := range valid(rules) {
					if err := unused.Check(r); err != nil {
						t.Error(err)
					}
				}
				unused.Constraints()
			})
		}
		wg.Wait()
	}
}

// The fields of a Request are the members in the API's order, and Current has all of
// them.
func TestRequestMembers(t *testing.T) {
	var names []string
	typ := reflect.TypeFor[validate.Request]()
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Name != "Operation" && f.Name != "Empty" {
			names = append(names, f.Name)
		}
	}
	if diff := cmp.Diff(validate.FieldNames(), names); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	known := map[string]bool{}
	for _, c := range validate.Current.Constraints() {
		known[c.Field] = true
	}
	if len(known) != len(names) {
		t.Errorf("Current has constraints for %d members, want %d", len(known), len(names))
	}
}

func TestOperationString(t *testing.T) {
	for o, want := range map[validate.Operation]string{
		validate.AddPermission:        "AddPermission",
		"":                            "AddPermission",
		"PutPolicy":                   "PutPolicy",
		validate.GetPolicy:            "GetPolicy",
		validate.RemovePermission:     "RemovePermission",
		validate.PutResourcePolicy:    "PutResourcePolicy",
		validate.GetResourcePolicy:    "GetResourcePolicy",
		validate.DeleteResourcePolicy: "DeleteResourcePolicy",
	} {
		if got := o.String(); got != want {
			t.Errorf("Operation(%q).String() = %q, want %q", string(o), got, want)
		}
	}
}

// sized has functions that return a well-formed value of n characters.
var sized = map[string]func(n int) string{
	"FunctionName": func(n int) string {
		if n <= len(functionPrefix) {
			return strings.Repeat("f", n)
		}
		return functionPrefix + strings.Repeat("f", n-len(functionPrefix))
	},
	"Qualifier":        letters,
	"StatementId":      letters,
	"SourceAccount":    func(n int) string { return strings.Repeat("1", n) },
	"EventSourceToken": letters,
	"PrincipalOrgID":   func(n int) string { return ("o-" + letters(n))[:n] },
	"ResourceArn":      func(n int) string { return functionPrefix + letters(n-len(functionPrefix)) },
	"Policy":           func(n int) string { return strings.Repeat("{", n) },
	"RevisionId": func(n int) string {
		const id = "3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e"
		return strings.Repeat(id, n/len(id)) + id[:n%len(id)]
	},
}

func letters(n int) string { return strings.Repeat("a", n) }

// with returns a valid request of an operation with the named member set.
func with(o validate.Operation, member, value string) validate.Request {
	r := grant(nil)
	switch o {
	case validate.GetPolicy:
		r = validate.Request{Operation: o, FunctionName: "f"}
	case validate.RemovePermission:
		r = removal(nil)
	case validate.PutResourcePolicy, validate.GetResourcePolicy, validate.DeleteResourcePolicy:
		r = validate.Request{Operation: o, ResourceArn: functionPrefix + "f"}
		if o == validate.PutResourcePolicy {
			r.Policy = "{}"
		}
	}
	assign(&r, member, value)
	return r
}

func assign(r *validate.Request, member, value string) {
	switch member {
	case "FunctionName":
		r.FunctionName = value
	case "Qualifier":
		r.Qualifier = value
	case "StatementId":
		r.StatementId = value
	case "Action":
		r.Action = value
	case "Principal":
		r.Principal = value
	case "SourceArn":
		r.SourceArn = value
	case "SourceAccount":
		r.SourceAccount = value
	case "EventSourceToken":
		r.EventSourceToken = value
	case "PrincipalOrgID":
		r.PrincipalOrgID = value
	case "FunctionUrlAuthType":
		r.FunctionUrlAuthType = value
	case "ResourceArn":
		r.ResourceArn = value
	case "Policy":
		r.Policy = value
	case "RevisionId":
		r.RevisionId = value
	default:
		panic("no text member " + member)
	}
}

// At each limit of length, in both sets and for every operation, the last length passes
// and the next does not.
func TestLengthBoundaries(t *testing.T) {
	for name, rules := range sets {
		for _, c := range rules.Constraints() {
			for _, o := range c.Operations {
				t.Run(fmt.Sprintf("%s/%v/%s", name, o, c.Field), func(t *testing.T) {
					check := func(n int) []broken {
						return brief(violations(t, rules, with(o, c.Field, sized[c.Field](n))))
					}
					if c.MaxLength > 0 {
						if got := check(c.MaxLength); got != nil {
							t.Errorf("%d characters: violations %v, want none", c.MaxLength, got)
						}
						if got := check(c.MaxLength + 1); !slices.Contains(got, broken{c.Field, validate.RuleMaxLength}) {
							t.Errorf("%d characters: violations %v, want %s", c.MaxLength+1, got, validate.RuleMaxLength)
						}
					}
					if c.MinLength > 0 {
						if got := check(c.MinLength); got != nil {
							t.Errorf("%d characters: violations %v, want none", c.MinLength, got)
						}
					}
					if c.MinLength > 1 {
						if got := check(c.MinLength - 1); !slices.Contains(got, broken{c.Field, validate.RuleMinLength}) {
							t.Errorf("%d characters: violations %v, want %s", c.MinLength-1, got, validate.RuleMinLength)
						}
					}
				})
			}
		}
	}
}

var sets = map[string]*validate.Rules{"Original": validate.Original, "Current": validate.Current}

// Lengths count code points, not bytes or UTF-16 units; a byte that is not UTF-8 counts
// as one.
func TestLengthCountsCodePoints(t *testing.T) {
	for _, one := range []string{"a", "é", "€", "😀", "\xff"} {
		for name, rules := range sets {
			fits := brief(violations(t, rules, with(validate.AddPermission, "StatementId", strings.Repeat(one, 100))))
			if slices.Contains(fits, broken{"StatementId", validate.RuleMaxLength}) {
				t.Errorf("%s: 100 times %q is too long, want it accepted", name, one)
			}
			exceeds := brief(violations(t, rules, with(validate.AddPermission, "StatementId", strings.Repeat(one, 101))))
			if !slices.Contains(exceeds, broken{"StatementId", validate.RuleMaxLength}) {
				t.Errorf("%s: 101 times %q is accepted, want it too long", name, one)
			}
		}
	}
}

// A bare name has at most 64 characters in both sets and for every operation, with or
// without a qualifier. The limit does not apply to the name in an ARN.
func TestNameLengthBoundary(t *testing.T) {
	tooLong := []broken{{"FunctionName", validate.RuleNameLength}}
	tests := []struct {
		name string
		want []broken
	}{
		{letters(64), nil},
		{letters(65), tooLong},
		{letters(64) + ":PROD", nil},
		{letters(65) + ":PROD", tooLong},
		{"function:" + letters(64), nil},
		{"function:" + letters(65), tooLong},
		{"123456789012:" + letters(65), nil},
		{"us-east-1:" + letters(65), nil},
		{functionPrefix + letters(65), nil},
	}
	for _, o := range operations[:4] { // the others have no FunctionName
		for name, rules := range sets {
			for _, tt := range tests {
				if diff := cmp.Diff(tt.want, brief(violations(t, rules, with(o, "FunctionName", tt.name)))); diff != "" {
					t.Errorf("%s, %v, %s: violations (-want +got):\n%s", name, o, tt.name, diff)
				}
			}
		}
	}
}

var operations = []validate.Operation{
	"", validate.AddPermission, validate.GetPolicy, validate.RemovePermission,
	validate.PutResourcePolicy, validate.GetResourcePolicy, validate.DeleteResourcePolicy,
}

// The matchers find a wrong byte at any position in a value of any length, although
// they examine several bytes at a time. The oracle is the documented expression.
func TestOneWrongByte(t *testing.T) {
	for _, m := range validate.Matchers() {
		right := whole(m.Pattern)
		for n := range 40 {
			for at := range n {
				for _, wrong := range []string{" ", ":", "$", "."} {
					text := strings.Repeat("1", at) + wrong + strings.Repeat("1", n-at-1)
					if got, want := m.Match(text), right.MatchString(text); got != want {
						t.Errorf("%s: %q matches: %t, want %t", m.Field, text, got, want)
					}
				}
			}
		}
	}
}
