package requestfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/validate"
)

// If Parse accepts a text, encoding/json with DisallowUnknownFields decodes the same
// request, and the request is the same after it is encoded and parsed again. An error
// of Parse has places inside the text and is one line.
func FuzzParse(f *testing.F) {
	// A byte order mark, and CRLF at the end of lines.
	f.Add([]byte("\ufeff{\r\n  \"FunctionName\": \"my-function\",\r\n  \"Qualifier\": \"\"\r\n}\r\n"))
	f.Add([]byte("{\"Action\":\"*\",\"A\\u0063tion\":\"lambda:*\"}")) // escaped name twice
	f.Add([]byte("{\"Principal\":\"\\\\ufffd\\udc00\"}"))             // half surrogate
	f.Add([]byte("{\"Principal\":\"\xe9\"}"))                         // Latin-1
	f.Add([]byte("{\"Action\":\"*\"} {\"Action\":\"*\"}"))            // second value
	f.Add([]byte("{\"Action\":\"*\",\n}"))                            // trailing comma
	f.Add([]byte("\xff\xfe{\x00}\x00"))                               // UTF-16
	f.Add([]byte(`{"FunctionName":"f","InvokedViaFunctionUrl":true}`))
	f.Add([]byte("\ufeff{\r\n\"Action\":\"*\",\"action\":\"*\"}"))
	f.Add([]byte(`{"Principal":"\ud800","Principal":{"a":[1,{}]}}`))
	f.Add([]byte(`[{}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		req, err := requestfile.Parse(data)
		if err != nil {
			checkProblems(t, data, err)
			return
		}
		var want validate.Request
		decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses a text that Parse accepts: %v", err)
		}
		if diff := cmp.Diff(want, req); diff != "" {
			t.Errorf("Parse (-encoding/json +got):\n%s", diff)
		}
		again, err := json.Marshal(req)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := requestfile.Parse(again); err != nil || !cmp.Equal(req, got) {
			t.Errorf("Parse(%s) = %+v, %v; want the request that was encoded", again, got, err)
		}
	})
}

func checkProblems(t *testing.T, data []byte, err error) {
	t.Helper()
	var malformed *requestfile.Error
	if !errors.As(err, &malformed) || len(malformed.Problems) == 0 {
		t.Fatalf("error %T: %v; want an *Error with problems", err, err)
	}
	if strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("error of several lines: %q", err)
	}
	lines := bytes.Count(data, []byte("\n")) + 1
	for _, p := range malformed.Problems {
		if p.Line < 1 || p.Line > lines {
			t.Errorf("the line of %+v is outside of the text of %d lines", p, lines)
		}
		if p.Column < 1 || p.Column > len(data)+1 {
			t.Errorf("the column of %+v is outside of the text of %d bytes", p, len(data))
		}
		if p.Reason == "" {
			t.Errorf("%+v has no reason", p)
		}
		if !slices.Contains(requestfile.Kinds(), p.Kind) {
			t.Errorf("the kind of %+v is not among Kinds", p)
		}
	}
}
