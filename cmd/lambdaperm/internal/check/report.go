package check

import (
	"bufio"
	"encoding/json"
	"io"
)

// A report writes findings in one of the formats as they are found.
type report interface {
	begin()
	// request writes the findings of one request, at least one.
	request(file string, found []finding)
	end(count)
	// failed returns the error of writing the report, if there was one.
	failed() error
}

// An output is the writer of a report. After an error it drops all further text.
type output struct {
	*bufio.Writer
	colour bool
}

func newOutput(w io.Writer, colour bool) *output {
	return &output{Writer: bufio.NewWriter(w), colour: colour}
}

// failed also flushes, so that findings are visible at once.
func (o *output) failed() error { return o.Flush() }

// value writes a value as JSON on one line, with < > and & as they are.
func (o *output) value(v any) {
	encoder := json.NewEncoder(trimmed{o})
	encoder.SetEscapeHTML(false)
	// All values of this package can be encoded, and the output keeps an error of
	// writing.
	_ = encoder.Encode(v)
}

// trimmed is a writer that drops the line end of a json.Encoder.
type trimmed struct{ w io.Writer }

func (t trimmed) Write(text []byte) (int, error) {
	n, err := t.w.Write(text[:len(text)-1])
	return n + 1, err
}
