package tree

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// Both syntaxes give the same values, each with its place.
func TestParse(t *testing.T) {
	for _, tt := range []struct{ reason, text, path, want string }{
		{"a text in JSON", `{"a": "b"}`, "a", "1:7 a string b"},
		{"a text in YAML", "a: b", "a", "1:4 a string b"},
		{"columns count code points", `{"ü": "b"}`, "ü", "1:7 a string b"},
		{"a number keeps its zeros in YAML", "a: 012345678901", "a", "1:4 a number 012345678901"},
		{"yes is a text in YAML 1.2", "a: yes", "a", "1:4 a string yes"},
		{"a boolean", "a: True", "a", "1:4 a boolean true"},
		{"null", "a: ~", "a", "1:4 null ~"},
		{"a tag", "a: !Ref b", "a", "1:4 a string b !Ref"},
		{"flow style with unquoted texts is YAML", "{a: b}", "a", "1:5 a string b"},
		{"the last of two members", `{"a": "b", "a": "c"}`, "a", "1:17 a string c"},
		{"a merged member", "x: &x {a: b}\ny: {<<: *x}", "y a", "1:11 a string b"},
		{"a member takes precedence over a merged one", "x: &x {a: b}\ny: {<<: *x, a: c}", "y a", "2:16 a string c"},
		{"an alias has the place of its anchor", "x: &x b\ny: *x", "y", "1:4 a string b"},
		{"lines that end in CRLF", "a: b\r\nc: d\r\n", "c", "2:4 a string d"},
		{"a byte order mark does not count as a column", "\ufeff{\"a\": 1}", "a", "1:7 a number 1"},
	} {
		root, err := Parse([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		n := root.At(strings.Fields(tt.path)...)
		if n == nil {
			t.Errorf("%s: no %s", tt.reason, tt.path)
			continue
		}
		got := (&Error{n.Place, ""}).Error()
		got = strings.TrimSuffix(got, ": ") + " " + strings.TrimSpace(n.Kind.String()+" "+n.Text+" "+n.Tag)
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.reason, got, tt.want)
		}
	}
}

// An error begins with the place of the mistake.
func TestErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "1:1: the file is empty"},
		{"  \n", "1:1: the file is empty"},
		{"{\"a\": \xff}", "1:7: the file is not in UTF-8"},
		{`{"a": 1`, "1:8: not JSON: the text ends too early"},
		{`{"a": 1} {}`, "1:10: not JSON: more text after the value"},
		{"a: b\n---\nc: d\n", "2:1: a second YAML document: only files of one document are read"},
		{"a: &a [*a]", "1:4: the anchor a contains itself"},
		{"? [a]\n: b", "1:3: a key that is a list or an object"},
		{strings.Repeat("[", MaxDepth+2) + strings.Repeat("]", MaxDepth+2), "1:502: nested deeper than 500 levels"},
	} {
		_, err := Parse([]byte(tt.text))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%.40q: got %v, want %s", tt.text, err, tt.want)
		}
	}
}

// Parse returns a node, or an *Error with a place and a reason. It reads every object
// that encoding/json reads, unless it is nested deeper than the limit.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`{"a": [1, null, true, {"b": "c"}]}`, "a: &x {b: !Sub c}\nd: *x\n", "a: [", "\ufeff[]", "x: &x {a: b}\ny: {<<: [*x, *x]}"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := Parse(data)
		var malformed *Error
		switch {
		case errors.As(err, &malformed):
			if malformed.Place.Line < 1 || malformed.Place.Column < 1 {
				t.Errorf("%+v has no place", malformed)
			}
			if malformed.Reason == "" {
				t.Errorf("%+v has no reason", malformed)
			}
		case err != nil || root == nil:
			t.Errorf("Parse() = %v, %v; want a node or an *Error", root, err)
		}
		isObject := strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), "{") && utf8.Valid(data) && json.Valid(data)
		isTooDeep := err != nil && strings.Contains(err.Error(), "deeper")
		if isObject && !isTooDeep && err != nil {
			t.Errorf("err = %v, but encoding/json reads the text", err)
		}
	})
}
