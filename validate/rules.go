package validate

import (
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// Rules is a set of rules: a table of constraints per operation, and perhaps
// rules between members. It is immutable and safe for concurrent use.
//
// A nil *Rules and the zero Rules hold no rule: Check passes every request.
type Rules struct {
	rows  []row // in the API's field order
	index *index
	// splitName takes a function name apart by the set's own expression.
	splitName func(string) (n functionName, ok bool)
	// meaning turns on what the service refuses beyond single constraints.
	meaning bool
}

// row is one line of the documentation.
type row struct {
	field      field
	operations []Operation
	required   bool
	min, max   int // code points; a max of 0 is no limit

	pattern string
	// What exactly ^(?:pattern)$ accepts: a shape, if there is one, or else what
	// match says.
	shape shape
	match func(string) bool
	enum  []string // of rows without a shape
}

// Check judges a request by the rules of its operation. It gives nil, or an
// *Error with every violation in the API's field order: FunctionName,
// Qualifier, StatementId, Action, Principal, SourceArn, SourceAccount,
// EventSourceToken, PrincipalOrgID, FunctionUrlAuthType, InvokedViaFunctionUrl,
// RevisionId. An unknown Operation is itself a violation.
//
// Check takes time linear in the request's length and allocates nothing for a
// valid request.
func (r *Rules) Check(req Request) error {
	if r == nil || r.rows == nil {
		return nil
	}
	op, ok := req.Operation.index()
	if !ok {
		return &Error{Violations: []Violation{unknownOperation(req.Operation)}}
	}
	if r.accepts(op, &req) {
		return nil
	}
	return &Error{Violations: r.examine(op, req)}
}

// Constraint is one row of a set of rules: what the documentation says of one
// member. It is a copy and may be changed.
type Constraint struct {
	// Field is the member, spelled as the API spells it.
	Field string
	// Operations are those that the row holds for.
	Operations []Operation
	// Required says that the member must be there.
	Required bool
	// MinLength and MaxLength count code points; a MaxLength of 0 is no limit.
	MinLength, MaxLength int
	// Pattern is the documented regular expression, which the whole value must
	// match; "" is no pattern.
	Pattern string
	// Enum is the list of allowed values; nil is no list.
	Enum []string
}

// Constraints is the table itself, in the API's field order. A member has
// several rows when the operations differ. It is nil for nil Rules.
//
// The rules between members, the 64 characters of a function name alone and
// the check of the principal's form are not of this shape: see the Rule constants.
func (r *Rules) Constraints() []Constraint {
	if r == nil {
		return nil
	}
	out := make([]Constraint, len(r.rows))
	for i, row := range r.rows {
		out[i] = Constraint{
			Field:      row.field.String(),
			Operations: slices.Clone(row.operations),
			Required:   row.required,
			MinLength:  row.min,
			MaxLength:  row.max,
			Pattern:    row.pattern,
			Enum:       slices.Clone(row.enum),
		}
	}
	return out
}

// fits reports whether the length is right.
func (r *row) fits(v string) bool { return !r.isShort(v) && !r.isLong(v) }

// plainLengths returns the lengths in bytes at which the shape's prefix and class
// alone decide: none, if the row has no shape.
func (r *row) plainLengths() (from, to int) {
	if r.shape.class == 0 {
		return 1, 0
	}
	from, to = r.surelyFits()
	prefix := len(r.shape.prefix)
	if r.shape.to > 0 {
		to = min(to, prefix+r.shape.to)
	}
	return max(from, prefix+r.shape.from), to
}

// surelyFits returns between which numbers of bytes a value that matches surely has
// as many code points as it may: each has one to four of them.
func (r *row) surelyFits() (from, to int) {
	switch {
	case r.shape.isASCII():
		from = r.min
	case r.min > 1: // what is there has one
		from = r.min * utf8.UTFMax
	}
	if r.max == 0 {
		return from, math.MaxInt
	}
	return from, r.max
}

func (r *row) isShort(v string) bool { return r.min > 0 && shorter(v, r.min) }

func (r *row) isLong(v string) bool { return r.max > 0 && longer(v, r.max) }

// matches reports whether the whole value matches the pattern, if there is one.
func (r *row) matches(v string) bool {
	if r.shape.class != 0 {
		return r.shape.matches(v)
	}
	return r.match == nil || r.match(v)
}

// lists reports whether the value is one of the enum, if there is one.
func (r *row) lists(v string) bool { return r.enum == nil || slices.Contains(r.enum, v) }

// longer reports whether s has more than n code points. Bytes that are not
// UTF-8 count one each.
func longer(s string, n int) bool {
	// A code point has at least one byte.
	return len(s) > n && utf8.RuneCountInString(s) > n
}

// shorter reports whether s has fewer than n code points.
func shorter(s string, n int) bool {
	// A code point has at most utf8.UTFMax bytes.
	return len(s) < n*utf8.UTFMax && utf8.RuneCountInString(s) < n
}

// A shape is a pattern of the simplest kind, a text and then bytes of a class: with
// it a row says all there is to say, and no function has to be called. The zero
// shape is none.
type shape struct {
	prefix   string
	class    charset.Set
	from, to int // how many of the class, one at least; a to of 0 is no limit
}

func (s *shape) matches(v string) bool {
	if n := len(s.prefix); n > 0 {
		if len(v) < n || v[:n] != s.prefix {
			return false
		}
		v = v[n:]
	}
	return s.from <= len(v) && (len(v) <= s.to || s.to == 0) && s.class.Matches(v)
}

// isASCII reports whether only ASCII has this shape, so that bytes are code points.
func (s *shape) isASCII() bool { return s.class != 0 && s.class != charset.NotSpace }

// An index finds the row of an operation's member. It is made when a set is first
// used, and not when the program starts, so that a set that is not used is no part
// of the program either.
type index struct {
	once    sync.Once
	entries [operationCount][fieldCount]*entry
}

// An entry is a row, with the lengths in bytes at which the prefix and class of its
// shape alone decide. It has a copy of the row, to be at hand as one.
type entry struct {
	row
	from, to int
}

// lacking is the entry of a member that an operation does not have.
var lacking = entry{row: row{match: func(string) bool { return false }}}

// entriesOf returns what an operation has, by member.
func (r *Rules) entriesOf(op int) *[fieldCount]*entry {
	r.index.once.Do(r.makeIndex)
	return &r.index.entries[op]
}

func (r *Rules) makeIndex() {
	for op := range r.index.entries {
		for f := range r.index.entries[op] {
			r.index.entries[op][f] = &lacking
		}
	}
	for _, row := range r.rows {
		made := &entry{row: row}
		made.from, made.to = row.plainLengths()
		for _, o := range row.operations {
			op, _ := o.index()
			r.index.entries[op][row.field] = made
		}
	}
}
