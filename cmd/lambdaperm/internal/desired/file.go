package desired

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A fileError is a mistake in a file of desired states, with its place.
type fileError struct {
	name  string
	place tree.Place
	err   error
}

func (e *fileError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %v", e.name, e.place.Line, e.place.Column, e.err)
}

func (e *fileError) Unwrap() error { return e.err }

// readFile reads the desired states of a file, in its order.
func readFile(name string, stdin io.Reader) ([]ensure.Desired, error) {
	r := stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		r = file
	} else {
		name = "stdin"
	}
	text, err := io.ReadAll(io.LimitReader(r, tree.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return parse(name, text)
}

// parse reads one desired state, or a list of them.
func parse(name string, text []byte) (all []ensure.Desired, err error) {
	root, err := tree.Parse(text)
	var malformed *tree.Error
	if errors.As(err, &malformed) {
		return nil, &fileError{name, malformed.Place, errors.New(malformed.Reason)}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &reader{name: name}
	states := []*tree.Node{root}
	if root.Kind == tree.Sequence {
		states = root.Items
	}
	for _, n := range states {
		d, err := f.state(n)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	if len(all) == 0 {
		return nil, f.errorAt(root.Place, "an empty list: want at least one object with scope and grants")
	}
	return all, nil
}

// A reader turns the nodes of one file into desired states.
type reader struct {
	name  string
	items int
}

// maxItems limits the number of grants of a file, since YAML aliases can repeat a few
// lines very often.
const maxItems = 100_000

func (r *reader) errorAt(place tree.Place, format string, args ...any) error {
	return &fileError{r.name, place, fmt.Errorf(format, args...)}
}

// members checks that a node is an object whose members have only known names, each at
// most once.
func (r *reader) members(n *tree.Node, kind string, known []string) error {
	if n.Kind != tree.Mapping {
		return r.errorAt(n.Place, "%s is %s, want an object", kind, n.Kind)
	}
	if again := n.Duplicates(); len(again) > 0 {
		return r.errorAt(again[0].Place, "%s has the member %q twice", kind, again[0].Name)
	}
	for _, m := range n.Members {
		if !slices.Contains(known, m.Name) {
			return r.errorAt(m.Place, "%s has no member %q: want %s", kind, m.Name, strings.Join(known, ", "))
		}
	}
	return nil
}

// text returns the value of a member, or "" if it is absent. It must be a text that is
// not empty, so that an unset variable is not taken for an absent member.
func (r *reader) text(n *tree.Node, name string) (string, error) {
	v := n.Lookup(name)
	switch {
	case v == nil:
		return "", nil
	case v.Kind == tree.Number && name != "scope" && name != "owner":
		// To YAML an account without quotes is a number. Its text is kept.
		return v.Text, nil
	case v.Tag != "":
		return "", r.errorAt(v.Place, "%s has the tag %s, want a string without one", name, v.Tag)
	case v.Kind != tree.String:
		return "", r.errorAt(v.Place, "%s is %s, want a string", name, v.Kind)
	case v.Text == "":
		return "", r.errorAt(v.Place, "%s is empty: leave it out, or give it a value", name)
	}
	return v.Text, nil
}

var stateMembers = []string{"scope", "owner", "grants", "allowOpen"}

func (r *reader) state(n *tree.Node) (d ensure.Desired, err error) {
	if err := r.members(n, "a desired state", stateMembers); err != nil {
		return d, err
	}
	if d.Function, err = r.text(n, "scope"); err != nil {
		return d, err
	}
	if d.Function == "" {
		return d, r.errorAt(n.Place, "a desired state needs a scope: the name or ARN of a function, with its version or alias")
	}
	if d.Owner, err = r.text(n, "owner"); err != nil {
		return d, err
	}
	list := n.Lookup("grants")
	if list == nil || list.Kind != tree.Sequence {
		return d, r.errorAt(n.PlaceOf("grants"), "a desired state needs grants: a list, [] for none")
	}
	for _, item := range list.Items {
		requests, err := r.grant(item, d.Function)
		if err != nil {
			return d, err
		}
		d.Grants = append(d.Grants, requests...)
	}
	if open := n.Lookup("allowOpen"); open != nil {
		for _, item := range open.Items {
			d.AllowOpen = append(d.AllowOpen, item.Text)
		}
	}
	return d, nil
}

// grant reads one element of grants: a request, or one of the short forms.
func (r *reader) grant(n *tree.Node, scope string) ([]grant.Request, error) {
	if r.items++; r.items > maxItems {
		return nil, r.errorAt(n.Place, "more than %d grants", maxItems)
	}
	if n.Kind != tree.Mapping {
		return nil, r.errorAt(n.Place, "a grant is %s, want an object", n.Kind)
	}
	for _, form := range forms {
		if n.Lookup(form.member) != nil {
			return r.short(n, scope, form)
		}
	}
	return r.request(n)
}

// A form is a short way to write a grant, with the member that distinguishes it.
type form struct {
	member string
	make   func(function, value string, options ...grant.Option) ([]grant.Request, error)
}

// forms are tried in this order. organization is the last, since it is also an option
// of functionURL.
var forms = []form{
	{"eventSource", one(grant.EventSource)},
	{"apiGateway", one(grant.APIGateway)},
	{"alexaSkill", one(grant.Alexa)},
	{"smartHome", one(grant.SmartHome)},
	{"account", one(grant.Account)},
	{"identity", one(grant.Identity)},
	{"cloudFront", grant.CloudFront},
	{"functionURL", grant.FunctionURL},
	{"organization", one(grant.Organization)},
}

func one(f func(function, value string, options ...grant.Option) (grant.Request, error)) func(string, string, ...grant.Option) ([]grant.Request, error) {
	return func(function, value string, options ...grant.Option) ([]grant.Request, error) {
		req, err := f(function, value, options...)
		return []grant.Request{req}, err
	}
}

// shortOptions are the members that a form may have beside its own, with the options of
// package grant for which they stand.
var shortOptions = []struct {
	member, name string
	option       func(string) grant.Option
}{
	{"sourceAccount", "WithSourceAccount", grant.WithSourceAccount},
	{"functionRegion", "WithFunctionRegion", grant.WithFunctionRegion},
	{"principal", "WithPrincipal", grant.WithPrincipal},
	{"organization", "WithOrganization", grant.WithOrganization},
	{"stage", "WithStage", grant.WithStage},
	{"method", "WithMethod", grant.WithMethod},
	{"path", "WithPath", grant.WithPath},
	{"route", "WithRoute", grant.WithRoute},
}

func (r *reader) short(n *tree.Node, scope string, f form) ([]grant.Request, error) {
	known := []string{f.member, "statementId"}
	for _, o := range shortOptions {
		if o.member != f.member {
			known = append(known, o.member)
		}
	}
	if err := r.members(n, "a grant with "+f.member, known); err != nil {
		return nil, err
	}
	value, err := r.text(n, f.member)
	if err != nil {
		return nil, err
	}
	var options []grant.Option
	for _, o := range shortOptions {
		text, err := r.text(n, o.member)
		if err != nil {
			return nil, err
		}
		if text != "" && o.member != f.member {
			options = append(options, o.option(text))
		}
	}
	requests, err := f.make(scope, value, options...)
	if err != nil {
		return nil, &fileError{r.name, placeOf(n, f, err), inMembers(f, err)}
	}
	id, err := r.text(n, "statementId")
	if err != nil {
		return nil, err
	}
	if id != "" && len(requests) > 1 {
		return nil, r.errorAt(n.PlaceOf("statementId"), "%s makes %d grants, which cannot have one id", f.member, len(requests))
	}
	for i := range requests {
		requests[i].StatementId = id
	}
	return requests, nil
}

// request reads a grant that has the members of AddPermission.
func (r *reader) request(n *tree.Node) ([]grant.Request, error) {
	var known []string
	for _, m := range grants.Members {
		known = append(known, m.Name)
	}
	if err := r.members(n, "a grant", known); err != nil {
		return nil, fmt.Errorf("%w; or one of the short forms %s", err, strings.Join(formNames(), ", "))
	}
	var req validate.Request
	for _, m := range n.Members {
		if m.Name == "InvokedViaFunctionUrl" {
			if m.Value.Kind != tree.Bool {
				return nil, r.errorAt(m.Value.Place, "%s is %s, want true or false", m.Name, m.Value.Kind)
			}
			grants.Set(&req, m.Name, m.Value.Text)
			continue
		}
		text, err := r.text(n, m.Name)
		if err != nil {
			return nil, err
		}
		grants.Set(&req, m.Name, text)
	}
	return []grant.Request{req}, nil
}

func formNames() (names []string) {
	for _, f := range forms {
		names = append(names, f.member)
	}
	return names
}
