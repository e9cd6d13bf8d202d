package policy

// A Reason says why a statement does not match a call, or cannot be decided.
type Reason struct {
	Index     int    // of the statement in the policy
	Sid       string // its Sid, "" if it has none
	Action    string // the action in question
	Undecided bool   // it may match or not

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

// Reasons returns why each statement that does not surely match does not, in
// the order of the policy and for each action that the call needs. It is nil if
// all match, or if the Invocation alone settles the answer.
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
