package requestfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/validate"
)

// collect reads all requests, and all errors as text.
func collect(r io.Reader) (requests []validate.Request, errs []string) {
	for entry, err := range requestfile.All(r) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		requests = append(requests, entry.Request)
	}
	return requests, errs
}

// All reads the published grants in every arrangement of the text and with readers of
// every kind.
func TestAllArrangements(t *testing.T) {
	var want []validate.Request
	for _, grant := range corpus.Grants() {
		want = append(want, grant.Request)
	}
	array, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	indented, err := json.MarshalIndent(want, "\t", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"array":            string(array),
		"indented array":   string(indented),
		"JSON Lines":       inARow(t, want, "\n"),
		"CRLF":             "\ufeff" + inARow(t, want, "\r\n"),
		"with empty lines": "\n\n" + inARow(t, want, "\n \n\t"),
		"without a space":  inARow(t, want, ""),
	} {
		for how, r := range map[string]io.Reader{
			"at once":       strings.NewReader(text),
			"byte by byte":  iotest.OneByteReader(strings.NewReader(text)),
			"EOF with data": iotest.DataErrReader(strings.NewReader(text)),
		} {
			got, errs := collect(r)
			if errs != nil {
				t.Errorf("%s, %s: errors %q, want none", name, how, errs)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: requests (-want +got):\n%s", name, how, diff)
			}
		}
	}
}

func inARow(t *testing.T, requests []validate.Request, end string) string {
	t.Helper()
	var b strings.Builder
	for _, req := range requests {
		text, err := json.Marshal(req)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
		b.WriteString(end)
	}
	return b.String()
}

// The place of a member is that of its name. The place of an absent member is that of
// the object.
func TestPlace(t *testing.T) {
	const text = "\ufeff[\n  {\"FunctionName\": \"é\", \"Action\":\n    \"*\"},  {\"StatementId\": \"ü\", \"\\u0050rincipal\": \"*\"}\n]"
	var got []string
	for entry, err := range requestfile.All(strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		for _, member := range []string{"FunctionName", "Action", "StatementId", "Principal"} {
			line, column := entry.Place(member)
			got = append(got, fmt.Sprintf("%s %d:%d", member, line, column))
		}
	}
	want := []string{
		"FunctionName 2:4", "Action 2:25", "StatementId 2:3", "Principal 2:3",
		"FunctionName 3:12", "Action 3:12", "StatementId 3:13", "Principal 3:33",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
}

func TestAllProblems(t *testing.T) {
	const good = `{"Action":"*"}`
	for _, tt := range []struct {
		text string
		good int // the number of requests that are read
		want []string
	}{
		// An invalid request does not hide the others.
		{good + "\n{\"action\":\"*\"}\n" + good, 2, []string{`2:2: unknown member "action": did you mean "Action"?`}},
		{"[" + good + ",\n " + `{"Action":"*","Action":"*"},` + good + "]", 2,
			[]string{`2:16: duplicate member "Action": it is there already in line 2`}},
		{"[1, " + good + ", [" + good + "], null, \"x]\", " + good + "]", 2, []string{
			"1:2: a request is one JSON object, this is a number", "1:21: a request is one JSON object, this is an array",
			"1:39: a request is one JSON object, this is null", "1:45: a request is one JSON object, this is a string"}},
		{"{\"Action\":\"\xe9\"}\n" + good, 1, []string{"1:12: the file is not in UTF-8"}},
		{good + ` "FunctionName" ` + good, 2, []string{"1:16: a request is one JSON object, this is a string"}},
		// Text that is not JSON ends the iteration: the next request cannot be
		// found.
		{good + "\n{\"Action\":\"*\"\n" + good, 1, []string{"3:1: not JSON: "}},
		{good + "\n{\"Action\":*}\n" + good, 1, []string{"2:11: not JSON: "}},
		{"{\"Action\":\"*\n\"}\n" + good, 0, []string{"1:13: not JSON: "}},
		{"[" + good + ",]", 1, []string{"1:17: not JSON: "}},
		{"[" + good + " " + good + "]", 1, []string{"1:17: not JSON: invalid character '{' after an element of the array"}},
		{"[" + good, 1, []string{"1:16: not JSON: the array does not end"}},
		{"[" + good + ", ", 1, []string{"1:18: not JSON: the array does not end"}},
		{"[ ", 0, []string{"1:3: not JSON: the array does not end"}},
		{good + ",\n" + good, 1, []string{"1:15: not JSON: a comma between requests: leave it out, or put them all in [ and ]"}},
		{"FunctionName: f\n" + good, 0, []string{"1:1: not JSON: "}},
		{good + "}", 1, []string{"1:15: not JSON: "}},
		{good[:5], 0, []string{"1:6: not JSON: "}},
		// Nothing may follow an array.
		{"[" + good + "]\n" + good, 1, []string{"2:1: not JSON: invalid character '{' after the array"}},
		{"[]é", 0, []string{"1:3: not JSON: invalid character 'é' after the array"}},
		// An empty text has no request, which is an error; an empty array has no
		// request either, which is not.
		{"", 0, []string{"1:1: there is nothing"}},
		{"\ufeff\r\n ", 0, []string{"2:2: there is nothing"}},
		{"[ ]\n", 0, nil},
		// The text is checked as that of a single request is.
		{"\xff\xfe{\x00}\x00", 0, []string{"1:1: the file is in UTF-16: save it as UTF-8"}},
		{`{"Principal":"\ud800"}` + good, 1, []string{"1:14: Principal has half of a surrogate pair"}},
	} {
		requests, errs := collect(strings.NewReader(tt.text))
		match := len(errs) == len(tt.want) && len(requests) == tt.good
		for i := 0; match && i < len(errs); i++ {
			match = strings.HasPrefix(errs[i], tt.want[i])
		}
		if !match {
			t.Errorf("All(%q): %d requests, errors %q; want %d, %q", tt.text, len(requests), errs, tt.good, tt.want)
		}
	}
}

func TestAllStops(t *testing.T) {
	// The reader's error is passed on after the requests before it.
	broken := errors.New("broken")
	for _, text := range []string{"", "[", `{"Action":"*"}`, `[{"Action":"*"}`, `{"Act`, " "} {
		var got error
		for _, err := range requestfile.All(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken))) {
			got = err
		}
		if !errors.Is(got, broken) {
			t.Errorf("%q and a failing reader: err = %v, want %v in it", text, got, broken)
		}
	}
	// A value of MaxSize bytes is read, a longer one is not.
	full := `{"Action":"*"` + strings.Repeat(" ", requestfile.MaxSize-len(`{"Action":"*"}`))
	requests, errs := collect(strings.NewReader("[" + full + "}," + full + "}]"))
	if len(requests) != 2 {
		t.Errorf("MaxSize bytes: %d requests, want 2", len(requests))
	}
	if errs != nil {
		t.Errorf("MaxSize bytes: errors %q, want none", errs)
	}
	requests, errs = collect(strings.NewReader("\n" + full + " }{}"))
	if len(requests) != 0 {
		t.Errorf("MaxSize+1 bytes: %d requests, want none", len(requests))
	}
	if want := "2:1: more than 1048576 bytes"; len(errs) != 1 || !strings.HasPrefix(errs[0], want) {
		t.Errorf("MaxSize+1 bytes: errors %q, want one that begins with %q", errs, want)
	}
	// A complete request is yielded before more is read.
	r, w := io.Pipe()
	defer w.Close()
	go io.WriteString(w, `{"Action":"*"}`)
	for range requestfile.All(r) {
		break
	}
}

// All yields the values that encoding/json decodes, and the name of each member is at
// its Place. A single value that Parse accepts is read the same by All.
func FuzzAll(f *testing.F) {
	f.Add([]byte("[]\n{}"))                                                       // after array
	f.Add([]byte("\ufeff[{\"Action\":\"*\"},\r\n{\"Principal\":\"é\"}\r\n]\r\n")) // array after a byte order mark
	f.Add([]byte("{\"Action\":\"}]\\\"[{\"}{}"))                                  // brackets in text
	f.Add([]byte("{},{}"))                                                        // commas in a row
	f.Add([]byte("{\"Action\":\"\xe9\"}\n{\"Action\":\"*\"}"))                    // Latin-1 in one line
	f.Add([]byte("{\"Action\":\"*\"}\n{\"Action\":\"*\"\n{\"Action\":\"*\"}\n"))  // three lines, one of them broken
	f.Add([]byte("[{},]"))                                                        // trailing comma
	f.Add([]byte("[1e9,nul,\"]\",[[]],{}]"))                                      // words
	f.Add([]byte(`{"FunctionName":"f","InvokedViaFunctionUrl":true}`))
	f.Add([]byte("\ufeff[{\r\n\"Action\":\"*\"},\n{\"Action\":\"é\",\"Principal\":\"*\"}]"))
	f.Add([]byte("{\"Action\":\"*\"}\n{\"action\":1}\n{\"Action\":\"\\\"}{\"}"))
	f.Add([]byte(`[[],{},1e9,"]",null]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got []validate.Request
		clean := true
		for entry, err := range requestfile.All(iotest.HalfReader(bytes.NewReader(data))) {
			if err != nil {
				checkProblems(t, data, err)
				clean = false
				continue
			}
			checkPlaces(t, data, entry)
			got = append(got, entry.Request)
		}
		if clean {
			want, ok := decoded(data)
			if !ok {
				t.Errorf("encoding/json refuses %q, which All reads", data)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("All (-encoding/json +got):\n%s", diff)
			}
		}
		if req, err := requestfile.Parse(data); err == nil {
			if !clean {
				t.Errorf("All refuses %q, which Parse reads", data)
			}
			if diff := cmp.Diff([]validate.Request{req}, got); diff != "" {
				t.Errorf("Parse and All (-Parse +All):\n%s", diff)
			}
		}
	})
}

// decoded reads data with encoding/json only.
func decoded(data []byte) (all []validate.Request, ok bool) {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	if bytes.HasPrefix(text, []byte("[")) {
		err := json.Unmarshal(text, &all)
		return append([]validate.Request(nil), all...), err == nil
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	for {
		var one validate.Request
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return all, true
		}
		if err != nil {
			return nil, false
		}
		all = append(all, one)
	}
}

// checkPlaces checks that a request and each of its members are at the places in the
// entry.
func checkPlaces(t *testing.T, data []byte, entry requestfile.Entry) {
	t.Helper()
	if text := textAt(data, entry.Line, entry.Column); !strings.HasPrefix(text, "{") {
		t.Errorf("a request at %d:%d, but the text there is %q", entry.Line, entry.Column, text)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[validate.Request]()) {
		line, column := entry.Place(field.Name)
		if line == entry.Line && column == entry.Column {
			continue // absent
		}
		var name string
		err := json.NewDecoder(strings.NewReader(textAt(data, line, column))).Decode(&name)
		if err != nil || name != field.Name {
			t.Errorf("%s at %d:%d, but the name there is %q (%v)", field.Name, line, column, name, err)
		}
	}
}

// textAt returns the text from a place to the end.
func textAt(data []byte, line, column int) string {
	lines := strings.SplitAfter(strings.TrimPrefix(string(data), "\ufeff"), "\n")
	rest := []rune(strings.Join(lines[line-1:], ""))
	return string(rest[column-1:])
}

func ExampleAll() {
	const lines = `{"FunctionName": "thumbnail", "StatementId": "photos"}
{"FunctionName": "thumbnail", "statementId": "films"}
{"FunctionName": "index", "StatementId": "photos"}
`
	for entry, err := range requestfile.All(strings.NewReader(lines)) {
		if err != nil {
			fmt.Printf("requests.jsonl:%v\n", err)
			continue
		}
		line, column := entry.Place("StatementId")
		fmt.Printf("requests.jsonl:%d:%d: %s\n", line, column, entry.Request.StatementId)
	}
	// Output:
	// requests.jsonl:1:31: photos
	// requests.jsonl:2:31: unknown member "statementId": did you mean "StatementId"?
	// requests.jsonl:3:27: photos
}
