// Package policies reads whole policies: those that the grants of a file make, those
// in a file, or the live one of a function.
package policies

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/format"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/terraform"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A Scope is a function, version or alias with its policy.
type Scope struct {
	// Name is the scope's name: an ARN where that is known.
	Name     string
	Document policy.Document
	// Open is set if parts are stand-ins for values that only the deployment knows. Spell
	// puts the file's own spelling into a text about the policy.
	Open  bool
	spell func(string) string
}

// Spell replaces stand-ins in a text about the policy.
func (s Scope) Spell(text string) string {
	if s.spell == nil {
		return text
	}
	return s.spell(text)
}

// Home is where functions are that are named without it.
type Home struct{ Partition, Region, Account string }

// DefaultHome is the home where nothing else says one.
var DefaultHome = Home{"aws", "us-east-1", "123456789012"}

// Function parses a name and completes it.
func (h Home) Function(name string) (arn.Function, error) {
	f, err := arn.ParseFunction(name)
	return f.Complete(h.Partition, h.Region, h.Account), err
}

// HomeOf returns the home that all scopes have in common, DefaultHome if there is
// none.
func HomeOf(scopes []Scope) Home {
	var common Home
	for i, s := range scopes {
		f, err := arn.ParseFunction(s.Name)
		home := Home{f.Partition(), f.Region(), f.AccountID()}
		if err != nil || !f.IsComplete() || i > 0 && home != common {
			return DefaultHome
		}
		common = home
	}
	if len(scopes) == 0 {
		return DefaultHome
	}
	return common
}

// Read reads the policies that an argument names: a file, - for standard input, or
// the name or ARN of a function, whose live policy is read.
func Read(ctx context.Context, argument string, stdin io.Reader, service cli.Service) ([]Scope, error) {
	if argument == "-" {
		return readFrom("stdin", stdin)
	}
	file, err := os.Open(argument)
	if err == nil {
		defer file.Close()
		return readFrom(argument, file)
	}
	if _, nameErr := arn.ParseFunction(argument); nameErr != nil || !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return live(ctx, argument, service)
}

func live(ctx context.Context, function string, service cli.Service) ([]Scope, error) {
	client, err := service.Client(ctx)
	if err != nil {
		return nil, err
	}
	reading, err := permission.ReadPolicy(ctx, client, function)
	switch {
	case err != nil:
		return nil, err
	case !reading.Found:
		return nil, fmt.Errorf("%s: there is no file and no function of this name, or the function has no policy", function)
	}
	return []Scope{{Name: nameOf(reading.Document, function), Document: reading.Document}}, nil
}

// nameOf returns the function that the statements of a policy are about.
func nameOf(d policy.Document, otherwise string) string {
	for _, s := range d.Statements() {
		for _, resource := range s.Resources() {
			if f, err := arn.ParseFunction(resource); err == nil && f.IsComplete() {
				return resource
			}
		}
	}
	return otherwise
}

func readFrom(name string, r io.Reader) ([]Scope, error) {
	text, err := io.ReadAll(io.LimitReader(r, tree.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	isRequests, _, err := format.Sniff(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if isRequests {
		return ofRequests(name, text)
	}
	return ofDocument(name, text)
}

func ofDocument(name string, text []byte) ([]Scope, error) {
	root, err := tree.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	switch format.Of(root) {
	case format.Template:
		all, _ := template.New(root, template.Options{}).Grants()
		return ofGrants(all), nil
	case format.Terraform:
		all, _ := terraform.Grants(root)
		return ofGrants(all), nil
	case format.Policy:
		return ofPolicy(name, string(text))
	case format.Answer:
		return ofPolicy(name, root.Lookup("Policy").Text)
	}
	return nil, fmt.Errorf("%s:%d:%d: %s", name, root.Place.Line, root.Place.Column, format.Unread(root))
}

func ofPolicy(name, text string) ([]Scope, error) {
	document, err := policy.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return []Scope{{Name: nameOf(document, name), Document: document}}, nil
}

// ofGrants joins the grants of a template or a plan by the scope that they are on.
// Of several outcomes of open conditions it takes the first one.
func ofGrants(all []grants.Grant) (scopes []Scope) {
	index := map[string]int{}
	for _, g := range all {
		if len(g.Branches) == 0 || len(g.Branches[0].Requests) == 0 {
			continue
		}
		branch := g.Branches[0]
		req := branch.Requests[0]
		if g.MissingID || req.StatementId == "" {
			req.StatementId = g.ID()
		}
		statement, f, err := statementOf(req, DefaultHome)
		if err != nil {
			continue // check says why
		}
		i, ok := index[f.String()]
		if !ok {
			i = len(scopes)
			index[f.String()] = i
			scopes = append(scopes, Scope{Name: branch.Spell(f.String())})
		}
		s := &scopes[i]
		s.Document = s.Document.With(statement)
		s.Open = s.Open || !g.IsKnown()
		before := s.spell
		s.spell = func(text string) string {
			if before != nil {
				text = before(text)
			}
			return branch.Spell(text)
		}
	}
	return scopes
}

// ofRequests adds each request to the policy of its scope, as AddPermission would.
func ofRequests(name string, text []byte) (scopes []Scope, err error) {
	index := map[arn.Function]int{}
	statements := [][]policy.Statement{}
	taken := map[string]bool{}
	for entry, err := range requestfile.All(bytes.NewReader(text)) {
		var malformed *requestfile.Error
		switch {
		case errors.As(err, &malformed):
			return nil, fmt.Errorf("%s:%w", name, malformed.Problems[0])
		case err != nil:
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		statement, f, err := statementOf(entry.Request, DefaultHome)
		if err != nil {
			return nil, errorIn(name, entry, err)
		}
		if id := f.String() + " " + entry.Request.StatementId; taken[id] {
			line, column := entry.Place("StatementId")
			return nil, fmt.Errorf("%s:%d:%d: %s has a statement %s already", name, line, column, f, entry.Request.StatementId)
		} else {
			taken[id] = true
		}
		i, ok := index[f]
		if !ok {
			i = len(scopes)
			index[f] = i
			scopes = append(scopes, Scope{Name: f.String()})
			statements = append(statements, nil)
		}
		statements[i] = append(statements[i], statement)
	}
	for i := range scopes {
		scopes[i].Document = policy.Document{}.With(statements[i]...)
	}
	return scopes, nil
}

// errorIn adds the place to a mistake in a request: that of the first member that
// breaks a rule.
func errorIn(name string, e requestfile.Entry, err error) error {
	line, column := e.Line, e.Column
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		line, column = e.Place(invalid.Violations[0].Field)
		err = invalid.Violations[0]
	}
	return fmt.Errorf("%s:%d:%d: %w", name, line, column, err)
}

// statementOf returns the statement of a grant, and the scope that it is on.
func statementOf(req validate.Request, home Home) (policy.Statement, arn.Function, error) {
	if err := validate.Current.Check(req); err != nil {
		return policy.Statement{}, arn.Function{}, err
	}
	f, err := req.Function()
	if err != nil {
		return policy.Statement{}, f, err
	}
	f = f.Complete(home.Partition, home.Region, home.Account)
	statement, err := policy.NewStatement(req, f)
	return statement, f, err
}

// Short leaves out where functions are that may be named without it.
func (h Home) Short(text string) string {
	return strings.ReplaceAll(text, "arn:"+h.Partition+":lambda:"+h.Region+":"+h.Account+":function:", "")
}
