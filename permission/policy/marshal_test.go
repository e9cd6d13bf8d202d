package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const pair = `{"S":{"Sid":"<&>"},"D":{"Statement":[{"Sid":"\u003c"}]}}`

type values struct {
	S policy.Statement
	D policy.Document
}

// A Statement and a Document are objects within other JSON.
func TestJSON(t *testing.T) {
	var v values
	if err := json.Unmarshal([]byte(pair), &v); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != pair+"\n" {
		t.Errorf("got %swant %s", got, pair)
	}
	// json.Marshal escapes more characters, which changes the bytes but not the
	// meaning.
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var again values
	if err := json.Unmarshal(text, &again); err != nil {
		t.Fatal(err)
	}
	if !again.S.Equivalent(v.S) {
		t.Errorf("got the statement %s, want the meaning of %s", again.S, v.S)
	}
	if !again.D.Equivalent(v.D) {
		t.Errorf("got the document %s, want the meaning of %s", again.D, v.D)
	}
}

// encoding/json removes the whitespace between tokens from the result of MarshalJSON,
// with and without escaping.
func TestJSONIsCompact(t *testing.T) {
	v := values{mustStatement(t, `{ "Sid" : "<a b>" }`), mustDocument(t, "{\n\"Statement\" : [ { \"Sid\" : \"c\" } ]\n}\n")}
	want := `{"S":{"Sid":"<a b>"},"D":{"Statement":[{"Sid":"c"}]}}`
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != want+"\n" {
		t.Errorf("Encoder: got %swant %s", got, want)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text), strings.NewReplacer("<", `\u003c`, ">", `\u003e`).Replace(want); got != want {
		t.Errorf("Marshal: got %s, want %s", got, want)
	}
	// MarshalJSON returns the bytes of Raw if it is called directly.
	if got, err := v.S.MarshalJSON(); err != nil || string(got) != v.S.Raw() {
		t.Errorf("MarshalJSON: got %s, %v; want %s", got, err, v.S.Raw())
	}
	if got, err := v.D.MarshalJSON(); err != nil || string(got) != v.D.Raw() {
		t.Errorf("MarshalJSON: got %s, %v; want %s", got, err, v.D.Raw())
	}
}

func TestZeroJSON(t *testing.T) {
	text, err := json.Marshal(values{})
	if want := `{"S":null,"D":{"Version":"2012-10-17","Id":"default","Statement":[]}}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v; want %s", text, err, want)
	}
	v := values{S: mustStatement(t, `{"Sid":"kept"}`), D: mustDocument(t, `{"Id":"kept"}`)}
	if err := json.Unmarshal([]byte(`{"S":null,"D":null}`), &v); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "Sid after null", v.S.Sid(), "kept")
	wantEqual(t, "ID after null", v.D.ID(), "kept")
}

func TestText(t *testing.T) {
	var s policy.Statement
	if err := s.UnmarshalText([]byte(` {"Sid": "a"} `)); err != nil {
		t.Fatal(err)
	}
	var d policy.Document
	if err := d.UnmarshalText([]byte(` {"Id": "a"} `)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		marshal  func() ([]byte, error)
		appendTo func([]byte) ([]byte, error)
		want     string
	}{
		// The bytes of Raw, with the whitespace between tokens.
		{s.MarshalText, s.AppendText, `{"Sid": "a"}`},
		{d.MarshalText, d.AppendText, ` {"Id": "a"} `},
		// Zero values: the empty text for a Statement, an empty policy for a Document.
		{policy.Statement{}.MarshalText, policy.Statement{}.AppendText, ``},
		{policy.Document{}.MarshalText, policy.Document{}.AppendText, `{"Version":"2012-10-17","Id":"default","Statement":[]}`},
	} {
		if got, err := test.marshal(); err != nil || string(got) != test.want {
			t.Errorf("MarshalText: got %s, %v; want %s", got, err, test.want)
		}
		if got, err := test.appendTo([]byte("x")); err != nil || string(got) != "x"+test.want {
			t.Errorf("AppendText: got %s, %v; want x%s", got, err, test.want)
		}
	}
	// The empty text is the zero Statement, but not a policy.
	if err := s.UnmarshalText(nil); err != nil || s.IsValid() {
		t.Errorf("got %v, %v; want the zero Statement", s, err)
	}
	if err := d.UnmarshalText(nil); err == nil {
		t.Error("Document.UnmarshalText of the empty text: no error, want one")
	}
}

// Unmarshalling that fails leaves the receiver unchanged and returns a *ParseError.
func TestUnmarshalFails(t *testing.T) {
	for _, text := range []string{`{"Sid":1,"Id":1}`, `null null`, `[]`, "{\"Sid\":\"\xff\"}"} {
		s, d := mustStatement(t, `{"Sid":"kept"}`), mustDocument(t, `{"Id":"kept"}`)
		for name, unmarshal := range map[string]func([]byte) error{
			"Statement.UnmarshalText": s.UnmarshalText, "Statement.UnmarshalJSON": s.UnmarshalJSON,
			"Document.UnmarshalText": d.UnmarshalText, "Document.UnmarshalJSON": d.UnmarshalJSON,
		} {
			var e *policy.ParseError
			if err := unmarshal([]byte(text)); !errors.As(err, &e) {
				t.Errorf("%s(%q): got %v, want a *ParseError", name, text, err)
			}
		}
		wantEqual(t, text+": Sid afterwards", s.Sid(), "kept")
		wantEqual(t, text+": ID afterwards", d.ID(), "kept")
	}
	// UnmarshalText, unlike UnmarshalJSON, refuses null.
	for name, unmarshal := range map[string]func([]byte) error{
		"Statement": new(policy.Statement).UnmarshalText, "Document": new(policy.Document).UnmarshalText,
	} {
		if unmarshal([]byte("null")) == nil {
			t.Errorf("%s.UnmarshalText of null: no error, want one", name)
		}
	}
}

// Enumerations are encoded as texts in JSON and decoded again.
func TestNames(t *testing.T) {
	type names struct {
		V []policy.Verdict
		P []policy.IdentityPolicy
	}
	all := names{
		V: []policy.Verdict{policy.Denied, policy.Unsupported, policy.AllowedIfIdentityPolicy, policy.Allowed},
		P: []policy.IdentityPolicy{policy.IdentityPolicyUnknown, policy.IdentityPolicyAllows, policy.IdentityPolicySilent, policy.IdentityPolicyDenies},
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"V":["Denied","Unsupported","AllowedIfIdentityPolicy","Allowed"],"P":["unknown","allows","silent","denies"]}`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
	var back names
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, back); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Other values have a text for people, but cannot be marshalled.
func TestNamesFail(t *testing.T) {
	for _, v := range []policy.Verdict{-1, policy.Allowed + 1} {
		if _, err := v.MarshalText(); err == nil {
			t.Errorf("%v.MarshalText() returned no error, want one", v)
		}
	}
	if got, want := policy.IdentityPolicy(9).String(), "IdentityPolicy(9)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	v := policy.Allowed
	err := v.UnmarshalText([]byte("allowed"))
	if want := `policy: unknown Verdict "allowed"; want one of Denied, Unsupported, AllowedIfIdentityPolicy, Allowed`; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %s", err, want)
	}
	if v != policy.Allowed {
		t.Errorf("a text that is refused set %v, want Allowed unchanged", v)
	}
}

// UnmarshalText of one byte is an error; only the empty text is the zero Statement.
func TestUnmarshalOneByte(t *testing.T) {
	var s policy.Statement
	if err := s.UnmarshalText([]byte("x")); err == nil {
		t.Errorf("UnmarshalText of one byte: no error, want one; the statement is %v", s)
	}
}
