// Package grants describes the grants that a file makes, as far as they are known
// before deployment.
//
// A template leaves parts of a grant open: a parameter, the name of a bucket that does
// not exist yet. Each open part gets several stand-ins, and the grant becomes one
// request for each choice of them. A finding in every request is certain for all values
// of the open parts; a finding in only some of the requests is not.
package grants

import (
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A Grant is one permission that a file makes.
type Grant struct {
	// Name is the file's own name of the grant: a logical ID, a Terraform address.
	Name string
	// Function names the function's scope, the same for grants on the same scope.
	Function string
	// Condition names the condition under which the grant is made, if it is not known
	// whether it is true; "" otherwise.
	Condition string
	// Branches has an element for each outcome of the other open conditions. A finding
	// is reported if it is certain in one branch. Incomplete is set if there are more
	// than MaxOutcomes outcomes and some are left out.
	Branches   []Branch
	Incomplete bool
	// Open has the members that are not wholly known, by name.
	Open map[string]Open
	// Places has the place of each member that the file has.
	Places map[string]tree.Place
	// Place is that of the grant.
	Place tree.Place
	// Problems are the mistakes that keep the file from being deployed.
	Problems []Problem
	// MissingID is set if the format has no statement ids of its own: the service
	// of the format makes one.
	MissingID bool
}

// Open describes the unknown part of a member.
type Open struct {
	// Whole is set if no part of the member is known, and Free if it can have any form,
	// so that no rule can judge it.
	Whole, Free bool
	// Text is the member as the file writes it, with ${NAME} for open parts.
	Text string
}

// A Branch is the grant under one outcome of the open conditions.
type Branch struct {
	// Condition is the outcome, such as "IsProd is true", or "" if the grant depends on
	// no open condition.
	Condition string
	// Requests has one request for each choice of stand-ins. It is empty if there are
	// more than MaxChoices.
	Requests []validate.Request
	// StandIns are the stand-ins of all requests, with the spelling of the file.
	StandIns []StandIn
}

// A StandIn is a possible text of an open part.
type StandIn struct{ Text, Spelling string }

// Spell replaces the stand-ins in a text by the spelling of the file. If two open parts
// have a stand-in in common, it may use the spelling of either.
func (b Branch) Spell(text string) string {
	for _, s := range b.StandIns {
		text = strings.ReplaceAll(text, s.Text, s.Spelling)
	}
	return text
}

// PlaceOf returns the place of a member, or that of the grant if the file does not have
// the member.
func (g *Grant) PlaceOf(member string) tree.Place {
	if place, ok := g.Places[member]; ok {
		return place
	}
	return g.Place
}

// IsKnown reports whether every member is known.
func (g *Grant) IsKnown() bool { return len(g.Open) == 0 }

// ID returns a statement id that is derived from the grant's name, for a grant whose id
// the service of its format makes. If the name is too long, its hash replaces the end.
func (g *Grant) ID() string {
	id := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, g.Name)
	if len(id) > maxStatementID {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(g.Name)) // a hash never fails
		id = fmt.Sprintf("%s-%016x", id[:maxStatementID-17], hash.Sum64())
	}
	return id
}

// maxStatementID is the greatest length of a StatementId (AWS Lambda API Reference,
// "AddPermission").
const maxStatementID = 100

// A Policy is one whole policy that a file makes.
type Policy struct {
	Name  string
	Place tree.Place
	// Condition, Branches, Incomplete and Problems are as in Grant.
	Condition  string
	Branches   []PolicyBranch
	Incomplete bool
	Problems   []Problem
	// Open is set if a part may have any form.
	Open bool
}

// A PolicyBranch is the policy under one outcome of the open conditions, with one
// JSON text for each choice of stand-ins.
type PolicyBranch struct {
	Condition string
	// Function is the ARN of the policy's scope, "" if no part of it is known.
	Function string
	// Known is set if no part of the policy and its scope is open.
	Known    bool
	Texts    []string
	StandIns []StandIn
}

// Spell is like [Branch.Spell].
func (b PolicyBranch) Spell(text string) string { return Branch{StandIns: b.StandIns}.Spell(text) }

// When joins the condition of a grant or a policy with the outcome of a branch.
func When(condition, outcome string) string {
	if condition == "" {
		return outcome
	}
	if condition += " is true"; outcome == "" {
		return condition
	}
	return condition + " and " + outcome
}

// An Undeployed is a grant or a policy whose condition is known to be false.
type Undeployed struct {
	Name      string
	Place     tree.Place
	Condition string
}

// An Unread names parts of a template that are not read although they make grants or
// may make some.
type Unread struct {
	Kind  string // in the plural
	Names []string
}

func (u Unread) String() string { return "not read: " + u.Kind + " " + Listed(u.Names) }

// maxListed limits how many names a text has.
const maxListed = 20

// Listed returns the number of names and the names, or only the first ones if there are
// many: "(3): a, b, c".
func Listed(names []string) string {
	text := fmt.Sprintf("(%d): %s", len(names), strings.Join(names[:min(len(names), maxListed)], ", "))
	if len(names) > maxListed {
		text += ", ..."
	}
	return text
}

// A Problem is a mistake that keeps a grant from becoming a request: a member of
// another type, or a reference without a target.
type Problem struct {
	Place  tree.Place
	Rule   string
	Member string
	Reason string
}
