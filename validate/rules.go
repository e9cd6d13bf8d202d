package validate

import (
	"slices"
	"strings"
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
	// meaning turns on the rules of meaning.go.
	meaning bool
}

// row is one line of the documentation.
type row struct {
	field      field
	operations []Operation
	required   bool
	min, max   int // code points; a max of 0 is no limit

	pattern string
	// Either shape or match accepts exactly the texts that ^(?:pattern)$ matches. If
	// both are zero there is no pattern.
	shape shape
	match func(string) bool
	enum  []string // of rows without a shape
}

// Constraint is one row of a set of rules: the documented constraints of one member.
// It is a copy and may be changed.
type Constraint struct {
	// Field is the member, spelled as the API spells it.
	Field string
	// Operations are those that the row holds for.
	Operations []Operation
	// Required reports whether the member must be present.
	Required bool
	// MinLength and MaxLength count code points; a MaxLength of 0 is no limit.
	MinLength, MaxLength int
	// Pattern is the documented regular expression, which the whole value must
	// match; "" is no pattern.
	Pattern string
	// Enum is the list of allowed values; nil is no list.
	Enum []string
}

// Constraints returns the table in the API's field order. A member has several rows
// if the operations differ. The table is nil for nil Rules.
//
// The rules between members, the limit of a bare function name and the check of a
// principal's form do not fit into it: see the Rule constants.
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

func (r *row) isShort(v string) bool { return shorter(v, r.min) }

func (r *row) isLong(v string) bool { return r.max > 0 && longer(v, r.max) }

// matches reports whether the whole value matches the pattern, if there is one.
func (r *row) matches(v string) bool {
	if r.shape.set != 0 {
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
	// A code point has at least one byte and at most utf8.UTFMax.
	return len(s) < n || len(s) < n*utf8.UTFMax && utf8.RuneCountInString(s) < n
}

// A shape is a pattern of the simplest kind: a prefix and then bytes of a set. The
// zero shape stands for no pattern.
type shape struct {
	prefix   string
	set      charset.Set
	from, to int // how many bytes of the set, at least one; a to of 0 is no limit
}

func (s *shape) matches(v string) bool {
	rest, ok := strings.CutPrefix(v, s.prefix)
	return ok && s.from <= len(rest) && (len(rest) <= s.to || s.to == 0) && s.set.Matches(rest)
}

// An index has the row of each member of each operation, nil if the operation has no
// such member. It is made when a set is first used: a table that is made when the
// program starts would be linked into programs that do not use the set.
type index struct {
	once  sync.Once
	rows  [operationCount][fieldCount]*row
	known [operationCount]bool
}

// rowsOf returns the rows of an operation, or nil if the set has no row for it.
func (r *Rules) rowsOf(operation Operation) *[fieldCount]*row {
	r.index.once.Do(r.makeIndex)
	op, ok := operation.index()
	if !ok || !r.index.known[op] {
		return nil
	}
	return &r.index.rows[op]
}

func (r *Rules) makeIndex() {
	for i := range r.rows {
		row := &r.rows[i]
		for _, o := range row.operations {
			op, _ := o.index()
			r.index.rows[op][row.field], r.index.known[op] = row, true
		}
	}
}
