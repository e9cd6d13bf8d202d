package validate

// accepts reports whether an examination of the request would find nothing. It
// asks the same questions of the same rows, and composes nothing: nearly all
// requests are right, and that they are is all there is to say of them.
func (r *Rules) accepts(op int, req *Request) bool {
	name, ok := r.splitName(req.FunctionName)
	rows := &r.byMember[op]
	if !ok || name.isLong() || !rows[fieldFunctionName].fits(req.FunctionName) {
		return false
	}
	values := req.members()
	for f := fieldFunctionName + 1; f < fieldCount; f++ {
		row, v := rows[f], values[f]
		switch {
		case row == nil:
			if v != "" {
				return false
			}
		case v == "" && row.required, v != "" && !row.accepts(v):
			return false
		}
	}
	return !r.meaning || !isRefused(req, name)
}
