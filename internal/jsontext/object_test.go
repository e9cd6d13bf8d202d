package jsontext_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

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
		{"names are told by what they mean, values as they are written", `{"\u0061\n":"\u0061" , "b": [ 1,2 ] }`, []member{{"a\n", `"\u0061"`}, {"b", `[ 1,2 ]`}}, ""},
		{"every member counts, and their order", `{"a":1,"A":2,"a":{"a":3}}`, []member{{"a", "1"}, {"A", "2"}, {"a", `{"a":3}`}}, ""},
		{"space around tokens is part of none", "\r\n\t{ \"a\"\n:\ttrue\r} ", []member{{"a", "true"}}, " "},
		{"an object may be empty", "{ }", nil, ""},
		{"what follows is left alone", `{"a":null}<html>`, []member{{"a", "null"}}, "<html>"},
	} {
		got, rest, err := object(test.text)
		if diff := cmp.Diff(test.want, got); diff != "" || rest != test.rest || err != nil {
			t.Errorf("%s: rest %q, error %v (-want +got):\n%s", test.rule, rest, err, diff)
		}
		checkObject(t, test.text)
	}
}

// Members that came whole before the text breaks off, or stops being JSON, are
// told.
func TestObjectBreaksOff(t *testing.T) {
	const whole = `{"a":"1","b":[2,{}],"c":-3}`
	complete, _, _ := object(whole)
	for end := range len(whole) {
		for _, then := range []string{"", "\x00", "<"} {
			got, _, err := object(whole[:end] + then)
			var syntax *jsontext.SyntaxError
			if !errors.As(err, &syntax) || len(got) > len(complete) {
				t.Fatalf("%q: %d members, error %v", whole[:end]+then, len(got), err)
			}
			checkObject(t, whole[:end]+then)
		}
	}
}

func TestObjectOfOtherKinds(t *testing.T) {
	for _, text := range []string{"", " ", "null", "[]", `"{}"`, "0", "x{}"} {
		if got, rest, err := object(text); err == nil || got != nil || rest != "" {
			t.Errorf("%q: %v, %q, error %v", text, got, rest, err)
		}
	}
}

// checkObject holds Object against encoding/json's tokens.
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
