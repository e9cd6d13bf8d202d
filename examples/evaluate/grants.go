package main

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Where functions are that are named without it.
const (
	partition = "aws"
	region    = "us-east-1"
	account   = "123456789012"
)

// policies are the policies of functions, by unqualified ARN. Those of versions
// and aliases are joined with their function's: a statement answers to its own
// ARN alone, and so a caller who names another one is told of it.
type policies map[arn.Function]policy.Document

// readPolicies reads grants and adds each as AddPermission would.
func readPolicies(s source) (policies, error) {
	statements := map[arn.Function][]policy.Statement{}
	taken := map[string]bool{}
	for entry, err := range requestfile.All(bytes.NewReader(s.text)) {
		if err != nil {
			return nil, s.wrap(err)
		}
		statement, f, err := newStatement(entry.Request)
		if err != nil {
			return nil, s.errorIn(entry, err)
		}
		id := f.String() + " " + entry.Request.StatementId
		if taken[id] {
			line, column := entry.Place("StatementId")
			return nil, s.errorAt(line, column, fmt.Errorf("%s has a statement %s already", f, entry.Request.StatementId))
		}
		taken[id] = true
		statements[f.Unqualified()] = append(statements[f.Unqualified()], statement)
	}
	all := policies{}
	for f, list := range statements {
		all[f] = policy.Document{}.With(list...)
	}
	return all, nil
}

// wrap adds the file to an error that may have a place in it.
func (s source) wrap(err error) error {
	var malformed *requestfile.Error
	if errors.As(err, &malformed) {
		return fmt.Errorf("%s:%w", s.path, malformed.Problems[0])
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// errorIn adds the place to what is wrong with a request: that of the first
// member that breaks a rule.
func (s source) errorIn(e requestfile.Entry, err error) error {
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return s.errorAt(e.Line, e.Column, err)
	}
	line, column := e.Place(invalid.Violations[0].Field)
	return s.errorAt(line, column, invalid.Violations[0])
}

// newStatement returns the statement of a grant, and what it is on.
func newStatement(req validate.Request) (policy.Statement, arn.Function, error) {
	if err := validate.Current.Check(req); err != nil {
		return policy.Statement{}, arn.Function{}, err
	}
	f, err := parseFunction(req.FunctionName)
	if err != nil {
		return policy.Statement{}, f, err
	}
	if req.Qualifier != "" {
		q, err := arn.ParseQualifier(req.Qualifier)
		if err != nil {
			return policy.Statement{}, f, err
		}
		f = f.WithQualifier(q)
	}
	statement, err := policy.NewStatement(req, f)
	return statement, f, err
}

func parseFunction(name string) (arn.Function, error) {
	f, err := arn.ParseFunction(name)
	return f.Complete(partition, region, account), err
}
