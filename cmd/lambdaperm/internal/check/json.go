package check

// jsonReport is one object: "findings", an array with one finding a line, and a
// "summary" behind it.
type jsonReport struct {
	*output
	separator string
}

func newJSON(o *output) report { return &jsonReport{output: o, separator: "\n"} }

func (j *jsonReport) begin() { j.WriteString(`{"findings":[`) }

func (j *jsonReport) request(file string, found []finding) {
	for _, f := range found {
		j.WriteString(j.separator)
		j.separator = ",\n"
		j.value(struct {
			File string `json:"file"`
			finding
		}{file, f})
	}
}

func (j *jsonReport) end(c count) {
	j.WriteString("\n],\"summary\":")
	j.value(struct {
		Requests int `json:"requests"`
		Unusable int `json:"unusable"`
		Errors   int `json:"errors"`
		Warnings int `json:"warnings"`
		Infos    int `json:"infos"`
	}{c.requests, c.unusable + c.broken, c.bySeverity[2], c.bySeverity[1], c.bySeverity[0]})
	j.WriteString("}\n")
}
