package lint

import "slices"

// A Rule is one row of the table of rules.
type Rule struct {
	ID            string   // one of the Rule constants; stable
	Severity      Severity // of every finding of the rule
	Title         string   // what the rule finds
	Why           string   // why that matters
	Documentation string   // the pages it rests on, by name
}

// Rules returns the table of rules, in the order in which findings are told. The
// caller owns the slice.
func Rules() []Rule {
	list := make([]Rule, len(table))
	for i, row := range table {
		list[i] = row.Rule
	}
	return list
}

// A row is a rule with the function that applies it: to a grant, or to a policy.
type row struct {
	Rule
	grant  func(*grant) problem
	policy func(*document) []problem
}

// A problem is what a rule finds. The zero problem is none.
type problem struct {
	field     string
	message   string
	fix       string
	statement int // index in the policy plus 1; set by rules of policies alone
}

func (p problem) isNone() bool { return p.message == "" }

// table is every rule. It is never written to.
var table = slices.Concat(unusableRows, openRows, actionRows, sourceRows, callerRows, urlRows, policyRows)

func (r row) finding(p problem, sid string) Finding {
	return Finding{
		Rule: r.ID, Severity: r.Severity, Field: p.field, StatementId: sid, Statement: p.statement,
		Message: p.message, Why: r.Why, Fix: p.fix, Documentation: r.Documentation,
	}
}
