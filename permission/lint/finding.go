package lint

import (
	"strconv"
	"strings"
)

// A Finding is what a rule has to say about one grant, one statement of a policy
// or a whole policy. It is a plain, comparable value. No text in it holds any
// part of an EventSourceToken.
type Finding struct {
	// Rule is the id of the rule, one of the Rule constants. Ids are stable.
	Rule string `json:"rule"`
	// Severity is that of the rule.
	Severity Severity `json:"severity"`
	// Field is the member of the request that the finding is about, spelled as
	// the API spells it; "" if it is not about one.
	Field string `json:"field,omitempty"`
	// StatementId is that of the grant, the Sid of the statement; "" if it has
	// none, or if the finding is about a whole policy.
	StatementId string `json:"statementId,omitempty"`
	// Statement is the position of the statement in its policy, from 1; 0 for a
	// grant, or if the finding is about a whole policy.
	Statement int `json:"statement,omitempty"`
	// Message says what was found.
	Message string `json:"message"`
	// Why says why it matters.
	Why string `json:"why"`
	// Fix says how to mend it.
	Fix string `json:"fix"`
	// Documentation names the pages that it rests on.
	Documentation string `json:"documentation"`
}

// String returns one line: severity, rule, place, message and fix. The wording
// may change.
func (f Finding) String() string {
	var b strings.Builder
	f.write(&b)
	return b.String()
}

func (f Finding) write(b *strings.Builder) {
	b.WriteString(f.Severity.String() + " " + f.Rule + ": ")
	if f.Statement > 0 {
		b.WriteString(statementName(f.Statement, f.StatementId) + ": ")
	}
	if f.Field != "" {
		b.WriteString(f.Field + ": ")
	}
	b.WriteString(f.Message)
	if f.Fix != "" {
		b.WriteString(" (" + f.Fix + ")")
	}
}

// statementName is how a statement of a policy is called in a text: by its Sid,
// which need not be there or be unique, and by its position.
func statementName(position int, sid string) string {
	name := "statement " + strconv.Itoa(position)
	if sid != "" {
		name += " " + quote(sid)
	}
	return name
}
