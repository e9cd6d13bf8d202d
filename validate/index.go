package validate

import "sync"

// An index finds the row of an operation's member: lacking, if it has no such
// member. It is made when a set is first used, and not when the program starts, so
// that a set that is not used is no part of the program either. Its rows are copies,
// since others may be reading those of the set.
type index struct {
	once sync.Once
	rows [operationCount][fieldCount]*row
}

// rowsOf returns the rows of an operation, by member.
func (r *Rules) rowsOf(op int) *[fieldCount]*row {
	r.index.once.Do(r.makeIndex)
	return &r.index.rows[op]
}

func (r *Rules) makeIndex() {
	for op := range r.index.rows {
		for f := range r.index.rows[op] {
			r.index.rows[op][f] = &lacking
		}
	}
	rows := append([]row(nil), r.rows...)
	for i := range rows {
		row := &rows[i]
		row.from, row.to = row.plainLengths()
		for _, o := range row.operations {
			op, _ := o.index()
			r.index.rows[op][row.field] = row
		}
	}
}
