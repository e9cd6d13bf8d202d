package ensure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Changes returns the changes that Apply makes: grants to add, grants to change,
// statements to remove, in this order. It is empty if there is nothing to do.
func (p *Plan) Changes() []Change { return slices.Clone(p.changes) }

// Kept returns the grants that need no call: those that are in force under their
// ids, and those that are covered.
func (p *Plan) Kept() []Change { return slices.Clone(p.kept) }

// Empty reports whether there is nothing to do.
func (p *Plan) Empty() bool { return len(p.changes) == 0 }

// Foreign returns how many statements of others the policy has. They stay as they
// are.
func (p *Plan) Foreign() int { return p.foreign }

// Alike returns the ids of foreign statements that begin as the owner's do. They are
// of another meaning than their ids say, or of another tool, and are never removed;
// Adopt can accept them.
func (p *Plan) Alike() []string { return slices.Clone(p.alike) }

// Deleted returns the ids of statements whose principal was deleted, "" for one
// without an id. They let nobody in, and the service has been reported to refuse
// every addition to a policy that has one. Those that the plan removes are among
// them.
func (p *Plan) Deleted() []string { return slices.Clone(p.deleted) }

// Sizes returns the sizes of the policy.
func (p *Plan) Sizes() Sizes { return p.sizes }

// Calls returns the calls that Apply makes if nobody else writes at the same time.
// The one that read the policy is not among them.
func (p *Plan) Calls() Calls { return p.calls }

// Err says why Apply would refuse the plan as a whole, without a call: it is a
// *[NoRoomError], a *[RemovalLimitError], a *[DocumentError], or an error that is
// [ErrAmbiguousID]. It is nil if Apply would begin.
func (p *Plan) Err() error { return p.refusal }

// Document returns the policy as it is after Apply if nobody else writes. It is the
// zero Document if no statement is left. ok is false if that is not known, because
// Function leaves out region or account and there is no policy that tells them.
func (p *Plan) Document() (d policy.Document, ok bool) {
	if !p.sizes.Known {
		return policy.Document{}, false
	}
	return p.options.strategy.after(p.reading.Document, p.writes), true
}

// String prints the plan for people, like a diff: + is added, ~ changed, - removed.
// It ends with a newline and holds no EventSourceToken. The wording may change.
func (p *Plan) String() string {
	var b strings.Builder
	b.WriteString(p.headline() + "\n")
	for _, c := range p.kept {
		if c.Kind == KindCovered {
			b.WriteString("  = " + c.String() + "\n")
		}
	}
	for _, c := range p.changes {
		b.WriteString("  " + c.mark() + " " + c.String() + "\n")
	}
	for _, line := range p.remarks() {
		b.WriteString(line + "\n")
	}
	return b.String()
}

func (p *Plan) headline() string {
	text := "Plan for " + p.desired.Function
	if p.desired.Owner != "" {
		text += ", owner " + p.desired.Owner
	}
	counts := p.counts()
	if len(counts) == 0 {
		return text + ": no grants desired, nothing to do."
	}
	if p.Empty() {
		return text + ": nothing to do, " + strings.Join(counts, ", ") + "."
	}
	return text + ": " + strings.Join(counts, ", ") + "."
}

// counts says how many changes and grants there are of each kind.
func (p *Plan) counts() []string {
	n := map[ChangeKind]int{}
	for _, c := range slices.Concat(p.kept, p.changes) {
		n[c.Kind]++
	}
	var counts []string
	for _, k := range []ChangeKind{KindAdd, KindChange, KindRemove, KindUnchanged, KindCovered} {
		words := k.String()
		if k >= KindAdd {
			words = "to " + words
		}
		if n[k] > 0 {
			counts = append(counts, strconv.Itoa(n[k])+" "+words)
		}
	}
	return counts
}

// remarks are the lines of a printed plan after the changes.
func (p *Plan) remarks() []string {
	var lines []string
	if p.foreign > 0 {
		lines = append(lines, fmt.Sprintf("%s of others left as they are.", plural(p.foreign, "statement")))
	}
	if len(p.alike) > 0 {
		lines = append(lines, fmt.Sprintf("Among them are ids that begin as the owner's do, but are not its own: %s.", listed(p.alike)))
	}
	if len(p.deleted) > 0 {
		lines = append(lines, fmt.Sprintf("The principal of %s was deleted. While the policy has such a statement, the service refuses every addition.", quoted(p.deleted)))
	}
	if !p.Empty() {
		lines = append(lines, p.sizeLine(), p.callLine())
	}
	if p.refusal != nil {
		lines = append(lines, "Apply will refuse this: "+p.refusal.Error())
	}
	return lines
}

func (p *Plan) sizeLine() string {
	if !p.sizes.Known {
		return "Size: not known before the first addition, since there is no policy and the function's name is no full ARN."
	}
	return fmt.Sprintf("Size: %d bytes now, %d after, %d at most on the way; the limit is %d.", p.sizes.Now, p.sizes.After, p.sizes.Peak, policy.MaxSize)
}

func (p *Plan) callLine() string {
	text := plural(p.calls.Total(), "call")
	var parts []string
	for _, part := range []struct {
		name string
		n    int
	}{
		{"AddPermission", p.calls.AddPermission}, {"GetPolicy", p.calls.GetPolicy}, {"RemovePermission", p.calls.RemovePermission},
		{"GetResourcePolicy", p.calls.GetResourcePolicy}, {"PutResourcePolicy", p.calls.PutResourcePolicy},
		{"DeleteResourcePolicy", p.calls.DeleteResourcePolicy},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.name))
		}
	}
	return fmt.Sprintf("%s: %s.", text, strings.Join(parts, ", "))
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func quoted(ids []string) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = strconv.Quote(id)
	}
	return strings.Join(list, ", ")
}

// listed joins ids, the first ones if they are many.
func listed(ids []string) string {
	const most = 10
	if len(ids) <= most {
		return strings.Join(ids, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(ids[:most], ", "), len(ids)-most)
}

// mark is the sign of a change in a printed plan.
func (c Change) mark() string { return [...]string{" ", "=", "+", "~", "-"}[c.Kind] }

// String returns the id and the grant, and for a change the old and new values, on
// several lines. It holds no EventSourceToken. The wording may change.
func (c Change) String() string {
	text := c.StatementID + "  " + c.Summary
	switch {
	case c.Reason != "":
		return text + "\n      " + c.Reason
	case c.Kind == KindChange && c.Replaces != c.StatementID:
		text += "\n      replaces " + c.Replaces
	case len(c.CoveredBy) > 0:
		text += "\n      is allowed by " + quoted(c.CoveredBy)
		if c.Kind == KindAdd {
			text += " already"
		}
	}
	for _, d := range c.Differences {
		text += "\n      " + differenceText(d)
	}
	return text
}

// GoString is String, so that no format prints a statement's text.
func (c Change) GoString() string { return c.String() }

// differenceText gives the old and the new value of a difference.
func differenceText(d policy.Difference) string {
	subject := strings.TrimRight(strings.Join([]string{d.Field, d.Operator, d.Key}, " "), " ")
	side := func(values []string) string {
		if values == nil {
			return "nothing"
		}
		list := make([]string, len(values))
		for i, v := range values {
			list[i] = v
			if v != policy.HiddenValue {
				list[i] = strconv.Quote(v)
			}
		}
		return strings.Join(list, ", ")
	}
	return strings.ReplaceAll(subject, "  ", " ") + ": " + side(d.A) + " -> " + side(d.B)
}

func differenceTexts(differences []policy.Difference) []string {
	var texts []string
	for _, d := range differences {
		texts = append(texts, differenceText(d))
	}
	return texts
}

// summary is a grant in words.
func summary(g grant.Request) string {
	text := g.Principal + " may " + g.Action
	if g.Principal == policy.PrincipalAnyone {
		text = "everybody may " + g.Action
	}
	for _, limit := range []struct{ name, value string }{
		{"SourceArn", g.SourceArn},
		{"SourceAccount", g.SourceAccount},
		{"PrincipalOrgID", g.PrincipalOrgID},
		{"FunctionUrlAuthType", g.FunctionUrlAuthType},
	} {
		if limit.value != "" {
			text += ", " + limit.name + " " + limit.value
		}
	}
	if g.EventSourceToken != "" {
		text += ", EventSourceToken " + policy.HiddenValue
	}
	if g.InvokedViaFunctionUrl != nil {
		text += ", InvokedViaFunctionUrl " + strconv.FormatBool(*g.InvokedViaFunctionUrl)
	}
	return text
}

// describe is summary for a statement, which the owner has and AddPermission could
// have added.
func describe(s policy.Statement) string {
	g, err := s.Request()
	if err != nil {
		return "a statement that AddPermission cannot add"
	}
	return summary(g)
}

// MarshalJSON returns the plan as a JSON object with the members function, owner,
// changes, kept, foreign, alike, deletedPrincipals, sizes, calls and refusal. It holds
// no EventSourceToken.
func (p *Plan) MarshalJSON() ([]byte, error) {
	type sizes struct {
		Now   int  `json:"now"`
		After *int `json:"after,omitempty"`
		Peak  *int `json:"peak,omitempty"`
		Limit int  `json:"limit"`
	}
	type calls struct {
		GetPolicy        int `json:"getPolicy"`
		AddPermission    int `json:"addPermission"`
		RemovePermission int `json:"removePermission"`

		GetResourcePolicy    int `json:"getResourcePolicy,omitempty"`
		PutResourcePolicy    int `json:"putResourcePolicy,omitempty"`
		DeleteResourcePolicy int `json:"deleteResourcePolicy,omitempty"`
	}
	s := sizes{Now: p.sizes.Now, Limit: policy.MaxSize}
	if p.sizes.Known {
		s.After, s.Peak = &p.sizes.After, &p.sizes.Peak
	}
	refusal := ""
	if p.refusal != nil {
		refusal = p.refusal.Error()
	}
	return json.Marshal(struct {
		Function string   `json:"function"`
		Owner    string   `json:"owner,omitempty"`
		Changes  []Change `json:"changes"`
		Kept     []Change `json:"kept"`
		Foreign  int      `json:"foreign"`
		Alike    []string `json:"alike,omitempty"`
		Deleted  []string `json:"deletedPrincipals,omitempty"`
		Sizes    sizes    `json:"sizes"`
		Calls    calls    `json:"calls"`
		Refusal  string   `json:"refusal,omitempty"`
	}{
		p.desired.Function, p.desired.Owner, append([]Change{}, p.changes...), append([]Change{}, p.kept...),
		p.foreign, p.alike, p.deleted, s, calls(p.calls), refusal,
	})
}

// MarshalJSON returns the change as a JSON object, with the differences in words. It
// holds no EventSourceToken.
func (c Change) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Kind        ChangeKind `json:"kind"`
		StatementID string     `json:"statementId"`
		Replaces    string     `json:"replaces,omitempty"`
		Grant       string     `json:"grant"`
		Differences []string   `json:"differences,omitempty"`
		CoveredBy   []string   `json:"coveredBy,omitempty"`
		Reason      string     `json:"reason,omitempty"`
	}{c.Kind, c.StatementID, c.Replaces, c.Summary, differenceTexts(c.Differences), c.CoveredBy, c.Reason})
}
