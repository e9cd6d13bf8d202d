package check

// jsonReport writes one object. "findings" is an array with one finding on each line;
// after it come the "unjudged" grants, "notes", "failures" and a "summary".
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
	j.WriteString("\n]")
	for _, list := range []struct {
		name  string
		value any
		empty bool
	}{
		{"unjudged", c.unjudged, len(c.unjudged) == 0},
		{"notes", c.notes, len(c.notes) == 0},
		{"failures", c.failures, len(c.failures) == 0},
	} {
		if !list.empty {
			j.WriteString(",\"" + list.name + "\":")
			j.value(list.value)
		}
	}
	j.WriteString(",\"summary\":")
	j.value(struct {
		Requests int `json:"requests"`
		Unusable int `json:"unusable"`
		Errors   int `json:"errors"`
		Warnings int `json:"warnings"`
		Infos    int `json:"infos"`
		Unjudged int `json:"unjudged,omitempty"`
	}{c.requests, c.malformed + c.unusable + c.broken, c.bySeverity[2], c.bySeverity[1], c.bySeverity[0], c.open})
	j.WriteString("}\n")
}
