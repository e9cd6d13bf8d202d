package validate

import "sync"

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
