package lint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const (
	functionARN = "arn:aws:lambda:us-east-1:123456789012:function:my-function"
	invoke      = "lambda:InvokeFunction"
	invokeURL   = "lambda:InvokeFunctionUrl"
)

// filled returns req with the members set that every grant has.
func filled(req validate.Request) validate.Request {
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&req.FunctionName, "my-function")
	set(&req.StatementId, "sid")
	set(&req.Action, invoke)
	return req
}

func yes() *bool { b := true; return &b }

func no() *bool { b := false; return &b }

// statementOf returns the statement that AddPermission writes for req.
func statementOf(t testing.TB, req validate.Request) policy.Statement {
	t.Helper()
	s, err := policy.NewStatement(req, resourceOf(t, req))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func resourceOf(t testing.TB, req validate.Request) arn.Function {
	t.Helper()
	resource, err := arn.ParseFunction(req.FunctionName)
	if err != nil {
		t.Fatal(err)
	}
	resource = resource.Complete("aws", "us-east-1", "123456789012")
	if req.Qualifier == "" {
		return resource
	}
	q, err := arn.ParseQualifier(req.Qualifier)
	if err != nil {
		t.Fatal(err)
	}
	return resource.WithQualifier(q)
}

// policyOf returns a new policy to which all requests were added.
func policyOf(t testing.TB, requests ...validate.Request) policy.Document {
	t.Helper()
	var d policy.Document
	for i, req := range requests {
		if req.StatementId == "" {
			req.StatementId = fmt.Sprint("s", i+1)
		}
		d = d.With(statementOf(t, filled(req)))
	}
	return d
}

func parsePolicy(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ofRule returns the findings of one rule.
func ofRule(all []lint.Finding, rule string) []lint.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f lint.Finding) bool { return f.Rule != rule })
}

// above returns the findings whose severity is higher than the given one.
func above(all []lint.Finding, severity lint.Severity) []lint.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f lint.Finding) bool { return f.Severity <= severity })
}

// rulesOf returns the ids of the rules of all findings, in order and each once.
func rulesOf(all []lint.Finding) []string {
	var ids []string
	for _, f := range all {
		if !slices.Contains(ids, f.Rule) {
			ids = append(ids, f.Rule)
		}
	}
	return ids
}

// text returns all texts that a program or a person can get from findings.
func text(t testing.TB, all []lint.Finding) string {
	t.Helper()
	encoded, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v\n%v\n%s\n%v", all, all, encoded, &lint.Error{Findings: all})
}

// checkTexts wants all four texts of a finding to be set.
func checkTexts(t *testing.T, f lint.Finding) {
	t.Helper()
	for name, text := range map[string]string{"Message": f.Message, "Why": f.Why, "Fix": f.Fix, "Documentation": f.Documentation} {
		if text == "" {
			t.Errorf("%v: %s is empty", f, name)
		}
	}
}
