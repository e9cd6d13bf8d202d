package policy_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// statementView is everything that the accessors of a Statement tell.
type statementView struct {
	Sid, Effect               string
	Principals, NotPrincipals []policy.Principal
	Actions, NotActions       []string
	Resources, NotResources   []string
	Conditions                []policy.Condition
	UnknownMembers            []string
	Raw                       string
}

func view(s policy.Statement) statementView {
	return statementView{
		s.Sid(), s.Effect(), s.Principals(), s.NotPrincipals(), s.Actions(), s.NotActions(),
		s.Resources(), s.NotResources(), s.Conditions(), s.UnknownMembers(), s.Raw(),
	}
}

func mustStatement(t testing.TB, text string) policy.Statement {
	t.Helper()
	s, err := policy.ParseStatement(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustDocument(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
