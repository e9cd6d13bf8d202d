package validate

import "slices"

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
