// Package policies reads whole policies: those that result from the grants of a file,
// those in a file, or the live policy of a function.
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
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A Scope is a function, version or alias with its policy.
type Scope struct {
	// Name is the name of the scope, which is its ARN if that is known.
	Name     string
	Document policy.Document
	// Open is set if parts of the policy, or some of its statements, are known only at
	// deployment.
	Open bool
	// origins has the origin of each statement of a template or a plan. It is nil for
	// other files.
	origins []origin
}

// An origin is the outcome of open conditions under which a statement is made, its name
// in the file if the Sid is not known, and the function that replaces the stand-ins in
// it.
type origin struct {
	condition string
	name      string
	spell     func(string) string
}

// StatementName returns a name for statement i of the Document, which has the given
// sid: the name of the grant in the file if the Sid is made at deployment, and
// otherwise sid.
func (s Scope) StatementName(i int, sid string) string {
	if i < len(s.origins) && s.origins[i].name != "" {
		return s.origins[i].name
	}
	return sid
}

// Condition returns the outcome of the open conditions under which statement i of the
// Document is made, such as "IsProd is true", or "" if it is always made.
func (s Scope) Condition(i int) string {
	if i >= len(s.origins) {
		return ""
	}
	return s.origins[i].condition
}

// Spell replaces the stand-ins in a text about statement i of the Document by the
// spelling of the file.
func (s Scope) Spell(i int, text string) string {
	if i >= len(s.origins) {
		return text
	}
	return s.origins[i].spell(text)
}

// A Reading is the result of reading one argument.
type Reading struct {
	Scopes  []Scope
	LeftOut []LeftOut
	// Unread describes parts of a template that are not read although they make grants
	// or may make some.
	Unread []string
	// Parameters are the names of the parameters of a template.
	Parameters []string
}

// A LeftOut is a grant or a policy of a file that could not be added to a scope.
type LeftOut struct {
	File   string
	Place  tree.Place
	Name   string
	Cause  Cause
	Reason string
}

// A Cause is the class of reasons for which something is left out.
type Cause int

const (
	Refused  Cause = iota // the file has a mistake: CloudFormation, the provider or the service refuses it
	Unknown               // it is known only at deployment
	Unneeded              // it is not deployed
)

// Error returns the place, the name and the reason.
func (l LeftOut) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s is left out: %s", l.File, l.Place.Line, l.Place.Column, l.Name, l.Reason)
}

// Home has the parts of an ARN that the name of a function may leave out.
type Home struct{ Partition, Region, Account string }

// DefaultHome is the home of functions if no other home is known.
var DefaultHome = Home{"aws", "us-east-1", "123456789012"}

// Function parses the name of a function and completes it with the parts of h.
func (h Home) Function(name string) (arn.Function, error) {
	f, err := arn.ParseFunction(name)
	return f.Complete(h.Partition, h.Region, h.Account), err
}

// HomeOf returns the home that all scopes have in common, or DefaultHome.
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

// A Reader reads policies.
type Reader struct {
	In         io.Reader // standard input
	Service    cli.Service
	Deployment template.Options // of templates
}

// Read reads the policies that an argument names: a file, - for standard input, or
// the name or ARN of a function, whose live policy is read.
func (r Reader) Read(ctx context.Context, argument string) (Reading, error) {
	if argument == "-" {
		return r.readFrom("stdin", r.In)
	}
	file, err := os.Open(argument)
	if err == nil {
		defer file.Close()
		return r.readFrom(argument, file)
	}
	if _, nameErr := arn.ParseFunction(argument); nameErr != nil || !errors.Is(err, os.ErrNotExist) {
		return Reading{}, err
	}
	return r.live(ctx, argument)
}

func (r Reader) live(ctx context.Context, function string) (Reading, error) {
	client, err := r.Service.Client(ctx)
	if err != nil {
		return Reading{}, err
	}
	reading, err := permission.ReadPolicy(ctx, client, function)
	switch {
	case err != nil:
		return Reading{}, err
	case !reading.Found:
		return Reading{}, fmt.Errorf("%s: there is no file and no function of this name, or the function has no policy", function)
	}
	return readingOf(reading.Document, function), nil
}

// readingOf returns the reading of one policy. Its name is that of nameOf.
func readingOf(d policy.Document, otherwise string) Reading {
	return Reading{Scopes: []Scope{{Name: nameOf(d, otherwise), Document: d}}}
}

// nameOf returns the full ARN of a function in the statements of a policy, or otherwise
// if they have none.
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

func (r Reader) readFrom(name string, file io.Reader) (Reading, error) {
	text, err := io.ReadAll(io.LimitReader(file, tree.MaxSize+1))
	if err != nil {
		return Reading{}, fmt.Errorf("%s: %w", name, err)
	}
	isRequests, _, err := format.Sniff(bytes.NewReader(text))
	if err != nil {
		return Reading{}, fmt.Errorf("%s: %w", name, err)
	}
	if isRequests {
		scopes, err := ofRequests(name, text)
		return Reading{Scopes: scopes}, err
	}
	return r.ofDocument(name, text)
}

func (r Reader) ofDocument(name string, text []byte) (Reading, error) {
	root, err := tree.Parse(text)
	if err != nil {
		return Reading{}, fmt.Errorf("%s:%w", name, err)
	}
	switch format.Of(root) {
	case format.Template:
		return ofTemplate(name, root, r.Deployment), nil
	case format.Terraform:
		return ofPlan(name, root), nil
	case format.Policy:
		return ofPolicy(name, string(text))
	case format.Answer:
		return ofPolicy(name, root.Lookup("Policy").Text)
	}
	return Reading{}, fmt.Errorf("%s:%d:%d: %s", name, root.Place.Line, root.Place.Column, format.Unread(root))
}

func ofPolicy(name, text string) (Reading, error) {
	document, err := policy.Parse(text)
	if err != nil {
		return Reading{}, fmt.Errorf("%s: %w", name, err)
	}
	return readingOf(document, name), nil
}

// ofRequests adds each request to the policy of its scope, as AddPermission does.
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

// errorIn adds the place to a mistake in a request. For a broken rule it is the place
// of the first member that breaks one.
func errorIn(name string, e requestfile.Entry, err error) error {
	line, column := e.Line, e.Column
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		line, column = e.Place(invalid.Violations[0].Field)
		err = invalid.Violations[0]
	}
	return fmt.Errorf("%s:%d:%d: %w", name, line, column, err)
}

// statementOf returns the statement of a grant and its scope.
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

// Short shortens the ARNs of functions at home in a text to their names.
func (h Home) Short(text string) string { return strings.ReplaceAll(text, h.prefix(), "") }

// prefix returns the beginning of the ARN of each function at home.
func (h Home) prefix() string {
	return "arn:" + h.Partition + ":lambda:" + h.Region + ":" + h.Account + ":function:"
}
