package check

import (
	"bufio"
	"encoding/json"
	"io"
)

// A report writes findings as they come, in one of the formats.
type report interface {
	begin()
	// request writes the findings of one request, at least one.
	request(file string, found []finding)
	end(count)
	// failed returns the error of writing the report, if there was one.
	failed() error
}

// Reports are written to an output. After an error it drops all further text.
type output struct {
	*bufio.Writer
	colour bool
}

func newOutput(w io.Writer, colour bool) *output {
	return &output{Writer: bufio.NewWriter(w), colour: colour}
}

// failed also flushes, so that findings show at once.
func (o *output) failed() error { return o.Flush() }

// value writes a value as JSON on one line, with < > and & as they are.
func (o *output) value(v any) {
	encoder := json.NewEncoder(trimmed{o})
	encoder.SetEscapeHTML(false)
	// The values are this package's own, and all of them can be encoded; an error
	// of writing stays in the output.
	_ = encoder.Encode(v)
}

// trimmed drops the line end that a json.Encoder writes.
type trimmed struct{ w io.Writer }

func (t trimmed) Write(text []byte) (int, error) {
	n, err := t.w.Write(text[:len(text)-1])
	return n + 1, err
}
