package policy

import "github.com/lambdaperm/lambdaperm/internal/enum"

// A Verdict says whether a call is allowed. A greater Verdict allows more; the zero
// Verdict is Denied.
type Verdict int

// The answers of [Document.Evaluate]. They do not consider the policies that
// [OutOfScope] names.
const (
	// Denied: the call is not allowed.
	Denied Verdict = iota

	// Unsupported: the answer depends on something that cannot be known here.
	Unsupported

	// AllowedIfIdentityPolicy: the call is allowed if the caller's identity policy
	// allows it, which the Invocation does not say.
	AllowedIfIdentityPolicy

	// Allowed: the call is allowed.
	Allowed
)

var verdicts = enum.Texts[Verdict]{Package: "policy", Type: "Verdict", List: []string{
	Denied: "Denied", Unsupported: "Unsupported", AllowedIfIdentityPolicy: "AllowedIfIdentityPolicy", Allowed: "Allowed",
}}

// String returns the name of the constant, and a number for other values.
func (v Verdict) String() string { return verdicts.String(v) }

// MarshalText returns the name of the constant. It fails for other values.
func (v Verdict) MarshalText() ([]byte, error) { return verdicts.Marshal(v) }

// UnmarshalText takes the name of a constant, exactly. If it fails, v stays as it
// was.
func (v *Verdict) UnmarshalText(text []byte) error { return verdicts.Unmarshal(text, v) }

// A Decision is the answer of [Document.Evaluate]. It is immutable and safe for
// concurrent use. Its texts are for people and may change; they never show an
// EventSourceToken. The zero Decision is Denied, and no statement decided.
type Decision struct {
	_          [0]func() // not comparable
	policy     *document
	invocation *Invocation // a pointer also keeps fmt from a token in it
	steps      [2]step
	count      int
}

// A step is the answer about one action.
type step struct {
	action    string
	verdict   Verdict
	statement int    // the index of the statement that decided, or -1
	settled   string // why the policy was not evaluated, or ""
}

func (d *Decision) add(s step) {
	d.steps[d.count] = s
	d.count++
}

// deciding returns the step with the least verdict, the first of several.
func (d *Decision) deciding() step {
	least := step{statement: -1}
	for i, s := range d.steps[:d.count] {
		if i == 0 || s.verdict < least.verdict {
			least = s
		}
	}
	return least
}

// Verdict returns the answer. For a call that needs several actions it is the least of
// their answers.
func (d Decision) Verdict() Verdict { return d.deciding().verdict }

// Statement returns the statement that decided and its index in the policy: a Deny
// that matches, the Allow that grants most, or the first one that cannot be
// decided. ok is false if no statement decided: because no statement matches, or
// because the answer follows from the Invocation. An Allowed without a statement
// comes from the caller's identity policy.
func (d Decision) Statement() (s Statement, index int, ok bool) {
	index = d.deciding().statement
	if index < 0 {
		return Statement{}, -1, false
	}
	return d.policy.statements[index], index, true
}

// A Step is the answer about one action that a call needs.
type Step struct {
	Action  string // such as lambda:InvokeFunction
	Verdict Verdict
	Index   int    // of the deciding statement in Statements; -1 if no statement decided
	Sid     string // of that statement; "" if it has no Sid
	Why     string // in words
}

// Steps returns the answer for each action that the call needs, in the order in
// which they are checked: two for a call through a function URL, else one.
func (d Decision) Steps() []Step {
	var list []Step
	for _, s := range d.steps[:d.count] {
		list = append(list, Step{s.action, s.verdict, s.statement, d.sid(s.statement), d.why(s)})
	}
	return list
}

func (d *Decision) sid(index int) string {
	if index < 0 {
		return ""
	}
	return d.policy.statements[index].Sid()
}

// Why gives the reason of the Verdict in words, for example
//
//	statement 1 (s3-uploads) matches
func (d Decision) Why() string {
	s := d.deciding()
	if d.count > 1 {
		return "for " + word(s.action) + ": " + d.why(s)
	}
	return d.why(s)
}

// String returns the Verdict and why, for example
//
//	Denied: no statement matches
func (d Decision) String() string { return d.Verdict().String() + ": " + d.Why() }

// GoString is String, so that the verb %#v shows no token.
func (d Decision) GoString() string { return d.String() }

// A Reason says why a statement does not match a call, or cannot be decided.
type Reason struct {
	Index     int    // of the statement in Statements
	Sid       string // its Sid; "" if it has no Sid
	Action    string // the action in question
	Undecided bool   // whether the statement matches is not known

	// Text names the first element that does not match, in the order Resource,
	// Action, Principal, Condition, for example
	//
	//	SourceAccount 210987654321 is not 123456789012
	//
	// or else the first that is undecided. It may change.
	Text string
}

// String returns the statement and the Text.
func (r Reason) String() string { return label(r.Index, r.Sid) + ": " + r.Text }

// Reasons returns a reason for each statement that does not match or cannot be decided,
// in the order of the policy, for each action that the call needs. It is nil if all
// statements match, or if the answer follows from the Invocation.
func (d Decision) Reasons() []Reason {
	var list []Reason
	for _, s := range d.steps[:d.count] {
		if s.settled == "" {
			list = append(list, d.reasons(s.action)...)
		}
	}
	return list
}

func (d *Decision) reasons(action string) []Reason {
	var list []Reason
	r, _ := d.policy.request(*d.invocation, action)
	for i, statement := range d.policy.statements {
		m := r.match(statement.body)
		if m.why == (fault{}) {
			continue
		}
		list = append(list, Reason{
			Index: i, Sid: statement.Sid(), Action: action,
			Undecided: m.granted.most > nothing, Text: r.words(statement.body, m),
		})
	}
	return list
}
