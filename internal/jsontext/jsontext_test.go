package jsontext_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// texts are valid and invalid JSON. In an invalid text ‸ stands before the first wrong
// byte, or at the end if the text breaks off. encoding/json is the oracle of which
// texts are valid.
var texts = []struct{ rule, text string }{
	{"an empty text", `‸`},
	{"only space", " \t\r\n‸"},
	{"space that is not space in JSON", "‸\u00a0{}"},
	{"a byte order mark", "‸\uFEFF{}"},
	{"a zero byte", "‸\x00"},
	{"a zero byte after the value", "{}‸\x00"},

	{"literals", `[true,false,null]`},
	{"a literal in another case", `‸True`},
	{"half a literal", `tru‸`},
	{"half a literal, then more", `[nul‸]`},
	{"a literal and more letters", `true‸s`},

	{"numbers", `[0,-0,10,1.0,0.10,1e0,1E+09,-1.5e-3,1e400]`},
	{"a leading zero", `0‸1`},
	{"a plus", `‸+1`},
	{"only a minus", `-‸`},
	{"a minus without digits", `[-‸]`},
	{"no digit before the point", `‸.5`},
	{"no digit after the point", `1.‸e5`},
	{"an exponent without digits", `1e‸`},
	{"two signs in the exponent", `1e+‸-1`},
	{"a hexadecimal number", `0‸x1`},
	{"a word for a number", `‸NaN`},

	{"strings", `["","a","é","😀","` + "\u2028\u007f" + `"]`},
	{"escapes", `"\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00"`},
	{"half a surrogate pair", `["\ud83d","\ude00","\ud83d\u0041","\ud83d\ud83d\ude00"]`},
	{"an unknown escape", `"\‸x"`},
	{"an escape of a single quote", `"\‸'"`},
	{"the first and the last hexadecimal digits", `"\u09af\uFA90"`},
	{"the character after f", `["\u09af","\u000‸g"]`},
	{"the character after F", `"\u000‸G"`},
	{"the character before 0", `"\u000‸/"`},
	{"the character after 9", `"\u000‸:"`},
	{"the character before A", `"\u000‸@"`},
	{"the character before a", "\"\\u000‸`\""},
	{"an escape with three digits", `"\u00e‸"`},
	{"an escape with a letter", `"\u00‸g0"`},
	{"an escape that breaks off", `"\u00‸`},
	{"a string that ends with a backslash", `"\‸`},
	{"a string that does not end", `"a‸`},
	{"a line feed in a string", "\"a‸\n\""},
	{"a single quote", `‸'a'`},
	{"not UTF-8 in a string", "\"\xff\xc3\""},
	{"not UTF-8 outside", "‸\xff"},

	{"arrays", ` [ ] `},
	{"arrays in arrays", "[[],[[1, 2]]\n,\t[3]]"},
	{"an array that does not end", `[‸`},
	{"an array that ends with a comma", `[1,‸]`},
	{"an array that begins with a comma", `[‸,1]`},
	{"no comma in an array", `[1 ‸2]`},
	{"an array that ends with a brace", `[1‸}`},

	{"objects", `{ "a" : 1 , "b" : { } }`},
	{"two members of the same name", `{"a":1,"a":2,"\u0061":3}`},
	{"an empty name", `{"":0}`},
	{"an object that does not end", `{‸`},
	{"an object that breaks off after a name", `{"a"‸`},
	{"an object that breaks off after a colon", `{"a":‸`},
	{"an object that breaks off after a value", `{"a":1‸`},
	{"an object that ends with a comma", `{"a":1,‸}`},
	{"a name without quotes", `{‸a:1}`},
	{"no colon", `{"a"‸,1}`},
	{"no value", `{"a":‸}`},
	{"a word that is not a value", `{"a":‸undefined}`},
	{"no comma in an object", `{"a":1 ‸"b":2}`},
	{"a comment", `{‸/**/}`},

	{"two values", `{} ‸{}`},
	{"a value and a comma", `{}‸,`},
}

const mark = "‸"

func TestCompact(t *testing.T) {
	for _, test := range texts {
		text, want := unmarked(test.text)
		checkCompact(t, test.rule, text)
		_, err := jsontext.Compact(text)
		var syntax *jsontext.SyntaxError
		switch {
		case errors.As(err, &syntax) && syntax.Offset != want:
			t.Errorf("%s: %v, want byte %d", test.rule, err, want)
		case (err != nil) != (want >= 0):
			t.Errorf("%s: error %v, want one if the text has a mark (offset %d)", test.rule, err, want)
		}
	}
}

// unmarked returns a text without its mark, and the offset of the mark, or -1.
func unmarked(text string) (string, int) {
	return strings.Replace(text, mark, "", 1), strings.Index(text, mark)
}

// checkCompact compares Compact and CompactSize with encoding/json.
func checkCompact(t *testing.T, rule, text string) {
	t.Helper()
	got, err := jsontext.Compact(text)
	var want bytes.Buffer
	wantErr := json.Compact(&want, []byte(text))
	if (err != nil) != (wantErr != nil) {
		t.Fatalf("%s: %q: error %v, encoding/json says %v", rule, text, err, wantErr)
	}
	if diff := cmp.Diff(want.String(), got); err == nil && diff != "" {
		t.Errorf("%s: %q (-want +got):\n%s", rule, text, diff)
	}
	if size, sizeErr := jsontext.CompactSize(text); size != len(got) || (sizeErr != nil) != (err != nil) {
		t.Errorf("%s: %q: CompactSize = %d, %v; want %d, %v", rule, text, size, sizeErr, len(got), err)
	}
	if err != nil {
		checkError(t, text, err)
		if got != "" { // and so CompactSize is 0, as compared above
			t.Errorf("%s: %q: Compact = %q with an error, want nothing", rule, text, got)
		}
	}
}

// checkError compares an error with that of encoding/json, whose offset includes the
// wrong byte.
func checkError(t *testing.T, text string, err error) {
	t.Helper()
	var got *jsontext.SyntaxError
	if !errors.As(err, &got) {
		t.Fatalf("%q: err = %v, want a *SyntaxError", text, err)
	}
	if got.Reason == "" {
		t.Errorf("%q: %#v has no Reason", text, got)
	}
	if got.Offset < 0 || got.Offset > len(text) {
		t.Errorf("%q: Offset %d is outside of the text", text, got.Offset)
	}
	if end := got.Offset == len(text); end != strings.HasPrefix(got.Reason, "unexpected end ") {
		t.Errorf("%q: %v in a text of %d bytes, want an unexpected end exactly at its end", text, err, len(text))
	}
	var none json.RawMessage
	var want *json.SyntaxError
	if got.Offset == len(text) || !errors.As(json.Unmarshal([]byte(text), &none), &want) {
		return
	}
	if offset := min(int(want.Offset)-1, len(text)); got.Offset != offset {
		t.Errorf("%q: %v, encoding/json says %v at %d", text, err, want, offset)
	}
}

// Checking a text does not allocate, and neither do Compact, Object and Unquote if the
// result is a part of the text.
func TestNoAllocs(t *testing.T) {
	const text = `{"Statement":[{"Sid":"a b","Effect":"Allow","Condition":{"Bool":{"k":[true,1.5e3,null]}}}]}`
	for name, do := range map[string]func(){
		"Compact":     func() { _, _ = jsontext.Compact(text) },
		"CompactSize": func() { _, _ = jsontext.CompactSize(" " + text) },
		"Object":      func() { _, _ = jsontext.Object(text, func(string, string) {}) },
		"Unquote":     func() { _ = jsontext.Unquote(`"Thumbnail"`) },
	} {
		if n := testing.AllocsPerRun(100, do); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}

// The limit is on the depth: objects and arrays that have ended do not count. A policy
// has many of them side by side.
func TestManyValuesSideBySide(t *testing.T) {
	for _, unit := range []string{"[]", "{}", `{"a":[{}]}`} {
		text := "[" + strings.Repeat(unit+",", 20000) + "0]"
		if got, err := jsontext.Compact(text); err != nil || got != text {
			t.Errorf("20,000 times %s side by side: error %v, text of %d bytes; want the same %d bytes", unit, err, len(got), len(text))
		}
	}
}

// The depth has the same limit as in encoding/json.
func TestDepth(t *testing.T) {
	for _, depth := range []int{1, 9998, 9999, 10000, 10001, 1 << 20} {
		for _, unit := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
			text := strings.Repeat(unit[0], depth) + "0" + strings.Repeat(unit[1], depth)
			_, err := jsontext.Compact(text)
			if (err == nil) != json.Valid([]byte(text)) {
				t.Errorf("%d times %s: error %v, want one exactly if encoding/json has one", depth, unit[0], err)
			}
			if err != nil && !strings.Contains(err.Error(), "nested too deeply") {
				t.Errorf("%d times %s: error %v, want one about the depth", depth, unit[0], err)
			}
			// The outer object is a level too.
			object := `{"a":` + text + `}`
			if _, err := jsontext.Object(object, func(string, string) {}); (err == nil) != json.Valid([]byte(object)) {
				t.Errorf("%d times %s in an object: error %v, want one exactly if encoding/json has one", depth, unit[0], err)
			}
		}
	}
}

type member struct{ Name, Value string }

func object(text string) (members []member, rest string, err error) {
	rest, err = jsontext.Object(text, func(name, value string) { members = append(members, member{name, value}) })
	return members, rest, err
}

func TestObject(t *testing.T) {
	for _, test := range []struct {
		rule, text string
		want       []member
		rest       string
	}{
		{"names are decoded, values are not", `{"\u0061\n":"\u0061" , "b": [ 1,2 ] }`, []member{{"a\n", `"\u0061"`}, {"b", `[ 1,2 ]`}}, ""},
		{"all members are reported in their order, duplicates too", `{"a":1,"A":2,"a":{"a":3}}`, []member{{"a", "1"}, {"A", "2"}, {"a", `{"a":3}`}}, ""},
		{"space around tokens is left out", "\r\n\t{ \"a\"\n:\ttrue\r} ", []member{{"a", "true"}}, " "},
		{"an object may be empty", "{ }", nil, ""},
		{"the text after the object is returned", `{"a":null}<html>`, []member{{"a", "null"}}, "<html>"},
	} {
		got, rest, err := object(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.rule, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: members (-want +got):\n%s", test.rule, diff)
		}
		if rest != test.rest {
			t.Errorf("%s: rest %q, want %q", test.rule, rest, test.rest)
		}
		checkObject(t, test.text)
	}
}

// Object reports the complete members before the place where the text breaks off or is
// not JSON.
func TestObjectBreaksOff(t *testing.T) {
	const whole = `{"a":"1","b":[2,{}],"c":-3}`
	complete, _, _ := object(whole)
	for end := range len(whole) {
		for _, then := range []string{"", "\x00", "<"} {
			got, _, err := object(whole[:end] + then)
			var syntax *jsontext.SyntaxError
			if !errors.As(err, &syntax) {
				t.Errorf("%q: err = %v, want a *SyntaxError", whole[:end]+then, err)
			}
			if len(got) > len(complete) {
				t.Errorf("%q: %d members, want %d at most", whole[:end]+then, len(got), len(complete))
			}
			checkObject(t, whole[:end]+then)
		}
	}
}

func TestObjectOfOtherKinds(t *testing.T) {
	for _, text := range []string{"", " ", "null", "[]", `"{}"`, "0", "x{}"} {
		got, rest, err := object(text)
		if err == nil {
			t.Errorf("%q is taken for an object", text)
		}
		if got != nil {
			t.Errorf("%q has the members %v, want no members", text, got)
		}
		if rest != "" {
			t.Errorf("%q: rest %q, want no rest", text, rest)
		}
	}
}

// checkObject compares Object with the tokens of encoding/json.
func checkObject(t *testing.T, text string) {
	t.Helper()
	got, rest, err := object(text)
	d := json.NewDecoder(strings.NewReader(text))
	if start, _ := d.Token(); start != json.Delim('{') {
		if err == nil {
			t.Errorf("%q is taken for an object", text)
		}
		return
	}
	want, wantErr := membersByTokens(d)
	if (err != nil) != (wantErr != nil) {
		t.Errorf("%q: error %v, encoding/json says %v", text, err, wantErr)
	}
	if wantRest := text[d.InputOffset():]; err == nil && rest != wantRest {
		t.Errorf("%q: rest %q, want %q", text, rest, wantRest)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q (-want +got):\n%s", text, diff)
	}
}

func membersByTokens(d *json.Decoder) (list []member, err error) {
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return list, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return list, err
		}
		list = append(list, member{name.(string), string(value)})
	}
	_, err = d.Token()
	return list, err
}

// An error names the wrong character, the construct that it is in, and its place.
func TestErrorTexts(t *testing.T) {
	for text, want := range map[string]string{
		"":              "unexpected end where a value should begin (at byte 0)",
		"?":             "invalid character '?' where a value should begin (at byte 0)",
		"1 2":           "invalid character '2' after the value (at byte 2)",
		"tru?":          "invalid character '?' in the word true (at byte 3)",
		"-":             "unexpected end in a number (at byte 1)",
		"1.x":           "invalid character 'x' after the decimal point of a number (at byte 2)",
		"1e":            "unexpected end in the exponent of a number (at byte 2)",
		`"a`:            "unexpected end in a string (at byte 2)",
		"\"a\nb\"":      `invalid character '\n' in a string; it must be written as an escape (at byte 2)`,
		`"\é"`:          "invalid character 'é' in an escape of a string (at byte 2)",
		`"\u00g0"`:      `invalid character 'g' in an escape \u of a string, which has four hexadecimal digits (at byte 5)`,
		"[1 2]":         "invalid character '2' after an element of an array (at byte 3)",
		"{1}":           "invalid character '1' where the name of a member should begin (at byte 1)",
		`{"a`:           "unexpected end in a string (at byte 3)",
		`{"a"1}`:        "invalid character '1' after the name of a member (at byte 4)",
		`{"a":}`:        "invalid character '}' where a value should begin (at byte 5)",
		`{"a":1 "b"}`:   "invalid character '\"' after a member of an object (at byte 7)",
		`{"a":1,}`:      "invalid character '}' where the name of a member should begin (at byte 7)",
		`{"a":{"b":tru`: "unexpected end in the word true (at byte 13)",
	} {
		if _, err := jsontext.Compact(text); err == nil || err.Error() != want {
			t.Errorf("%q: err = %v, want %s", text, err, want)
		}
	}
	if _, err := jsontext.Object(" []", nil); err == nil || err.Error() != "invalid character '[' where an object should begin (at byte 1)" {
		t.Errorf("an array in place of an object: err = %v", err)
	}
}
