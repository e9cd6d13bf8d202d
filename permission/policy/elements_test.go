package policy_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// invokeOf returns the elements of a statement for one principal.
func invokeOf(p policy.Principal) policy.Elements {
	return policy.Elements{Principals: []policy.Principal{p}, Actions: []string{"lambda:InvokeFunction"}, Resources: []string{thumbnail}}
}

var (
	anyone  = policy.Principal{Type: policy.PrincipalAnyone, Value: "*"}
	s3      = policy.Principal{Type: policy.PrincipalService, Value: "s3.amazonaws.com"}
	partner = policy.Principal{Type: policy.PrincipalAWS, Value: "210987654321"}
)

// Build returns a statement of exactly these bytes.
func TestBuildElements(t *testing.T) {
	changed := func(e policy.Elements, change func(*policy.Elements)) policy.Elements {
		change(&e)
		return e
	}
	const rest = `,"Action":"lambda:InvokeFunction","Resource":"` + thumbnail + `"`
	for _, c := range []struct {
		why  string
		e    policy.Elements
		want string
	}{
		{"one entry is written as its text", invokeOf(s3), `{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"}` + rest + `}`},
		{"everybody is a bare string", invokeOf(anyone), `{"Effect":"Allow","Principal":"*"` + rest + `}`},
		{
			"a Sid comes first", changed(invokeOf(s3), func(e *policy.Elements) { e.Sid, e.Effect = "x", "Deny" }),
			`{"Sid":"x","Effect":"Deny","Principal":{"Service":"s3.amazonaws.com"}` + rest + `}`,
		},
		{
			"principals of one type are written together",
			changed(invokeOf(s3), func(e *policy.Elements) {
				e.Principals = []policy.Principal{partner, s3, {Type: policy.PrincipalAWS, Value: "111122223333"}}
			}),
			`{"Effect":"Allow","Principal":{"AWS":["210987654321","111122223333"],"Service":"s3.amazonaws.com"}` + rest + `}`,
		},
		{
			"lists of actions and resources",
			changed(invokeOf(partner), func(e *policy.Elements) {
				e.Actions, e.Resources = []string{"lambda:Get*", "lambda:ListTags"}, []string{thumbnail, thumbnail + ":*"}
			}),
			`{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":["lambda:Get*","lambda:ListTags"],"Resource":["` + thumbnail + `","` + thumbnail + `:*"]}`,
		},
		{
			"only the prefix of an action is checked, in any case",
			changed(invokeOf(partner), func(e *policy.Elements) { e.Actions = []string{"LAMBDA:Invented", "lambda:"} }),
			`{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":["LAMBDA:Invented","lambda:"],"Resource":"` + thumbnail + `"}`,
		},
		{
			"the elements that exclude",
			policy.Elements{Effect: "Deny", NotPrincipals: []policy.Principal{partner}, NotActions: []string{"lambda:GetPolicy"}, NotResources: []string{thumbnail}},
			`{"Effect":"Deny","NotPrincipal":{"AWS":"210987654321"},"NotAction":"lambda:GetPolicy","NotResource":"` + thumbnail + `"}`,
		},
		{
			"conditions of one operator are written together",
			changed(invokeOf(s3), func(e *policy.Elements) {
				e.Conditions = []policy.Condition{
					{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{"123456789012"}},
					{Operator: "ArnLike", Key: "aws:SourceArn", Values: []string{"arn:aws:s3:::a", "arn:aws:s3:::b"}},
					{Operator: "StringEquals", Key: "aws:SourceOrgID", Values: []string{"o-a1b2c3d4e5"}},
				}
			}),
			`{"Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"}` + rest + `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012",` +
				`"aws:SourceOrgID":"o-a1b2c3d4e5"},"ArnLike":{"aws:SourceArn":["arn:aws:s3:::a","arn:aws:s3:::b"]}}}`,
		},
	} {
		s, err := c.e.Build()
		if err != nil {
			t.Errorf("%s: %v", c.why, err)
			continue
		}
		if s.Raw() != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.why, s, c.want)
		}
	}
}

// Build refuses elements that no statement of a function's policy can have, and names
// the element.
func TestElementsRefused(t *testing.T) {
	condition := func(operator, key string, values ...string) policy.Condition {
		return policy.Condition{Operator: operator, Key: key, Values: values}
	}
	for _, c := range []struct {
		why    string
		field  string
		change func(*policy.Elements)
	}{
		{"an unknown effect", "Effect", func(e *policy.Elements) { e.Effect = "allow" }},
		{"a Sid that is not UTF-8", "Sid", func(e *policy.Elements) { e.Sid = "\xff" }},
		{"no principal", "Principal", func(e *policy.Elements) { e.Principals = nil }},
		{"Principal and NotPrincipal", "Principal", func(e *policy.Elements) { e.NotPrincipals = []policy.Principal{partner} }},
		{"a principal without a type", "Principal", func(e *policy.Elements) { e.Principals = []policy.Principal{{Value: "x"}} }},
		{"a principal without a value", "Principal", func(e *policy.Elements) { e.Principals = []policy.Principal{{Type: policy.PrincipalAWS}} }},
		{"a principal that is not UTF-8", "Principal", func(e *policy.Elements) { e.Principals[0].Value = "\xff" }},
		{"everybody under another name", "Principal", func(e *policy.Elements) { e.Principals = []policy.Principal{{Type: "*", Value: "x"}} }},
		{"everybody and somebody", "Principal", func(e *policy.Elements) { e.Principals = []policy.Principal{partner, anyone} }},
		{"an excluded principal without type and value", "NotPrincipal", func(e *policy.Elements) { e.Principals, e.NotPrincipals = nil, []policy.Principal{{}} }},
		{"no action", "Action", func(e *policy.Elements) { e.Actions = nil }},
		{"an empty action", "Action", func(e *policy.Elements) { e.Actions = []string{"lambda:GetPolicy", ""} }},
		{"an action of another service", "Action", func(e *policy.Elements) { e.Actions = []string{"s3:GetObject"} }},
		{"an excluded action of another service", "NotAction", func(e *policy.Elements) { e.Actions, e.NotActions = nil, []string{"s3:GetObject"} }},
		{"no resource", "Resource", func(e *policy.Elements) { e.Resources = nil }},
		{"a function by its name", "Resource", func(e *policy.Elements) { e.Resources = []string{"Thumbnail"} }},
		{"a resource that is not UTF-8", "Resource", func(e *policy.Elements) { e.Resources = []string{thumbnail + "\xff"} }},
		{"an unknown operator", "Condition", func(e *policy.Elements) {
			e.Conditions = []policy.Condition{condition("stringEquals", "aws:SourceOrgID", "o")}
		}},
		{"no key", "Condition", func(e *policy.Elements) { e.Conditions = []policy.Condition{condition("StringEquals", "", "o")} }},
		{"no value", "Condition", func(e *policy.Elements) {
			e.Conditions = []policy.Condition{condition("StringEquals", "aws:SourceOrgID")}
		}},
		{"a value that is not UTF-8", "Condition", func(e *policy.Elements) {
			e.Conditions = []policy.Condition{condition("StringEquals", "aws:SourceOrgID", "\xff")}
		}},
		{"a condition twice", "Condition", func(e *policy.Elements) {
			e.Conditions = []policy.Condition{condition("StringEquals", "aws:SourceOrgID", "o"), condition("StringEquals", "AWS:SourceOrgId", "p")}
		}},
		{"several values without a set operator", "Condition", func(e *policy.Elements) {
			e.Conditions = []policy.Condition{condition("StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*")}
		}},
	} {
		e := invokeOf(partner)
		c.change(&e)
		_, err := e.Build()
		var refused *policy.BuildError
		if !errors.As(err, &refused) {
			t.Errorf("%s: error %v, want a *BuildError", c.why, err)
			continue
		}
		wantEqual(t, c.why+": Field", refused.Field, c.field)
		if refused.Reason == "" {
			t.Errorf("%s: Reason is empty", c.why)
		}
		wantEqual(t, c.why, err.Error(), "policy.Elements.Build: "+c.field+": "+refused.Reason)
	}
}

// Build of the Elements of a statement of AddPermission returns the same bytes.
func TestElementsOfGrants(t *testing.T) {
	for _, g := range corpus.Grants() {
		f := arn.MustParseFunction(thumbnail)
		req := g.Request
		req.FunctionName, req.Qualifier = "", ""
		want, err := policy.NewStatement(req, f)
		if err != nil {
			t.Fatalf("%s: %v", g.ID, err)
		}
		got, err := want.Elements().Build()
		if err != nil {
			t.Fatalf("%s: %v", g.ID, err)
		}
		wantEqual(t, g.ID, got.Raw(), want.Raw())
	}
}

// Build of the Elements of any statement returns an equivalent statement, if it can be
// built.
func TestElementsOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const statements = 5000
	built := 0
	for range statements {
		text := randomStatement(r)
		s, err := policy.ParseStatement(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.Elements().Build()
		if err != nil || len(s.UnknownMembers()) > 0 {
			continue
		}
		built++
		if !again.Equivalent(s) {
			t.Fatalf("%s\nbecomes %s: %v", s, again, policy.Diff(s, again))
		}
	}
	if built < statements/20 {
		t.Errorf("%d of %d statements were built, want at least a twentieth", built, statements)
	}
	t.Logf("%d of %d statements were built", built, statements)
}
