package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

type documentView struct {
	Version, ID    string
	Statements     []string
	UnknownMembers []string
	Raw            string
}

func viewDocument(d policy.Document) documentView {
	v := documentView{Version: d.Version(), ID: d.ID(), UnknownMembers: d.UnknownMembers(), Raw: d.Raw()}
	for _, s := range d.Statements() {
		v.Statements = append(v.Statements, s.Raw())
	}
	return v
}

func TestParse(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		want    documentView // Raw is text
		compact string       // String, if it is not text
	}{
		// The form that GetPolicy returns.
		{
			name: "current", text: `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"a"},{"Sid":"b"}]}`,
			want: documentView{Version: "2012-10-17", ID: "default", Statements: []string{`{"Sid":"a"}`, `{"Sid":"b"}`}},
		},
		// One statement without a list.
		{
			name: "one statement", text: `{"Version":"2008-10-17","Statement":{"Sid":"a"}}`,
			want: documentView{Version: "2008-10-17", Statements: []string{`{"Sid":"a"}`}},
		},
		// Members in any order; unknown members are kept.
		{
			name: "order", text: `{"Statement":[],"X":{"Statement":[1]},"Id":"i","version":1}`,
			want: documentView{ID: "i", UnknownMembers: []string{"X", "version"}},
		},
		// No member is required.
		{name: "empty", text: `{}`},
		// Raw keeps the whitespace between tokens, also in statements; Size does not
		// count it. Escapes are kept.
		{
			name: "indented", text: "\n{\n \"Statement\" : [\n { \"Sid\" : \"\\u0061 <&>\" }\n ]\n}\n",
			want:    documentView{Statements: []string{`{ "Sid" : "\u0061 <&>" }`}},
			compact: `{"Statement":[{"Sid":"\u0061 <&>"}]}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := mustDocument(t, test.text)
			test.want.Raw = test.text
			if diff := cmp.Diff(test.want, viewDocument(d)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if test.compact == "" {
				test.compact = test.text
			}
			if d.String() != test.compact {
				t.Errorf("String %s, want %s", d, test.compact)
			}
			if d.Size() != len(test.compact) {
				t.Errorf("Size %d, want %d", d.Size(), len(test.compact))
			}
		})
	}
}

func TestZeroDocument(t *testing.T) {
	var zero policy.Document
	want := documentView{Version: "2012-10-17", ID: "default", Raw: `{"Version":"2012-10-17","Id":"default","Statement":[]}`}
	if diff := cmp.Diff(want, viewDocument(zero)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got := zero.With(mustStatement(t, `{"Sid":"a"}`), mustStatement(t, ` {"Sid" : "b"}`))
	if want := `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"a"},{"Sid" : "b"}]}`; got.Raw() != want {
		t.Errorf("With: got %s, want %s", got.Raw(), want)
	}
	if !zero.Equivalent(mustDocument(t, zero.Raw())) {
		t.Errorf("the zero Document is not equivalent to %s", zero.Raw())
	}
}

func TestEdit(t *testing.T) {
	x, y := mustStatement(t, `{"Sid":"x"}`), mustStatement(t, `{"Sid":"y"}`)
	with := func(add ...policy.Statement) func(policy.Document) policy.Document {
		return func(d policy.Document) policy.Document { return d.With(add...) }
	}
	without := func(sid string) func(policy.Document) policy.Document {
		return func(d policy.Document) policy.Document { return d.Without(sid) }
	}
	tests := []struct {
		name string
		edit func(policy.Document) policy.Document
		text string
		want string
	}{
		// Statements are added at the end, in order; other members are kept unchanged
		// and in place.
		{"add", with(x, y), `{"Id":"\u0069","Statement":[{"Sid":"a"}],"Z":[1.0,"\/"]}`, `{"Id":"\u0069","Statement":[{"Sid":"a"},{"Sid":"x"},{"Sid":"y"}],"Z":[1.0,"\/"]}`},
		// A single statement becomes a list.
		{"add to one", with(x), `{"Statement":{"Sid":"a"},"Id":"i"}`, `{"Statement":[{"Sid":"a"},{"Sid":"x"}],"Id":"i"}`},
		// An absent Statement is added last.
		{"add to none", with(x), `{"Id":"i"}`, `{"Id":"i","Statement":[{"Sid":"x"}]}`},
		{"add to nothing", with(x), `{}`, `{"Statement":[{"Sid":"x"}]}`},
		// The name Statement keeps its spelling.
		{"escaped name", with(x), `{"St\u0061tement":[]}`, `{"St\u0061tement":[{"Sid":"x"}]}`},
		// Two statements may have one Sid.
		{"add again", with(x), `{"Statement":[{"Sid":"x"}]}`, `{"Statement":[{"Sid":"x"},{"Sid":"x"}]}`},
		// Without valid statements nothing changes, not even the form of the list.
		{"add nothing", with(), `{"Statement":{"Sid":"a"}}`, `{"Statement":{"Sid":"a"}}`},
		{"add zero", with(policy.Statement{}), `{"Statement":{"Sid":"a"}}`, `{"Statement":{"Sid":"a"}}`},
		{"add zero among others", with(policy.Statement{}, x), `{"Statement":{"Sid":"a"}}`, `{"Statement":[{"Sid":"a"},{"Sid":"x"}]}`},
		// All statements with the Sid are removed, at any position.
		{"remove first", without("a"), `{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, `{"Statement":[{"Sid":"b"}]}`},
		{"remove last", without("b"), `{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, `{"Statement":[{"Sid":"a"}]}`},
		{"remove twice", without("a"), `{"Statement":[{"Sid":"a"},{"Sid":"b"},{"Sid":"a"}]}`, `{"Statement":[{"Sid":"b"}]}`},
		{"remove the only one", without("a"), `{"Version":"v","Statement":{"Sid":"a"}}`, `{"Version":"v","Statement":[]}`},
		// Sids are compared without their escapes, and exactly.
		{"remove escaped", without("a"), `{"Statement":[{"Sid":"\u0061"}]}`, `{"Statement":[]}`},
		{"other case", without("A"), `{"Statement":{"Sid":"a"}}`, `{"Statement":{"Sid":"a"}}`},
		// All other bytes are kept, including the whitespace between tokens, around the
		// added statements.
		{"add indented", with(x, y), " {\n \"Statement\" : [\n  { \"Sid\" : \"a\" }\n ] , \"Id\" : \"i\"\n}\n", " {\n \"Statement\" : [\n  { \"Sid\" : \"a\" },{\"Sid\":\"x\"},{\"Sid\":\"y\"}\n ] , \"Id\" : \"i\"\n}\n"},
		{"add to one, indented", with(x), `{ "Statement" : { "Sid" : "a" } }`, `{ "Statement" : [{ "Sid" : "a" },{"Sid":"x"}] }`},
		{"add to an empty list, indented", with(x, y), `{ "Statement" : [ ] }`, `{ "Statement" : [{"Sid":"x"},{"Sid":"y"} ] }`},
		{"add to none, indented", with(x), "{ \"Id\" : \"i\"\n}\n", "{ \"Id\" : \"i\",\"Statement\":[{\"Sid\":\"x\"}]\n}\n"},
		{"add to nothing, indented", with(x), "{\t}\r", "{\"Statement\":[{\"Sid\":\"x\"}]\t}\r"},
		// With a statement only the whitespace before it is removed.
		{"remove first, indented", without("a"), `{"Statement":[ {"Sid":"a"} ,  { "Sid":"b" }   ] }`, `{"Statement":[ { "Sid":"b" }   ] }`},
		{"remove the second, indented", without("b"), `{"Statement":[ {"Sid":"a"} ,  {"Sid":"b"}   ,{"Sid":"c"}] }`, `{"Statement":[ {"Sid":"a"}   ,{"Sid":"c"}] }`},
		{"remove last, indented", without("b"), `{"Statement":[ {"Sid":"a"} ,  {"Sid":"b"}   ] }`, `{"Statement":[ {"Sid":"a"}   ] }`},
		{"remove all but one, indented", without("a"), `{"Statement":[ {"Sid":"a"} ,  {"Sid":"a"} ,   {"Sid":"b"}    , {"Sid":"a"} ]}`, `{"Statement":[ {"Sid":"b"} ]}`},
		{"remove the only one, indented", without("a"), `{"Statement" : { "Sid":"a" } }`, `{"Statement" : [] }`},
		{"remove all of a list, indented", without("a"), `{"Statement":[ {"Sid":"a"},  {"Sid":"a"}   ]}`, `{"Statement":[   ]}`},
		// An empty Sid names no statement.
		{"remove nothing", without(""), `{"Statement":[{"Effect":"Deny"},{"Sid":""}]}`, `{"Statement":[{"Effect":"Deny"},{"Sid":""}]}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := mustDocument(t, test.text)
			got := test.edit(d)
			if got.Raw() != test.want {
				t.Errorf("got  %s\nwant %s", got.Raw(), test.want)
			}
			if d.Raw() != test.text {
				t.Errorf("the original document was changed to %s", d.Raw())
			}
			if got.Size() != len(got.String()) {
				t.Errorf("Size %d, want %d", got.Size(), len(got.String()))
			}
			if diff := cmp.Diff(viewDocument(mustDocument(t, got.Raw())), viewDocument(got)); diff != "" {
				t.Errorf("the edited document differs from its text (-parsed +edited):\n%s", diff)
			}
		})
	}
}

// Two documents that are made from one do not share added statements.
func TestEditsAreIndependent(t *testing.T) {
	base := policy.Document{}.With(mustStatement(t, `{"Sid":"a"}`), mustStatement(t, `{"Sid":"b"}`), mustStatement(t, `{"Sid":"c"}`), mustStatement(t, `{"Sid":"d"}`)).Without("d")
	x, y := base.With(mustStatement(t, `{"Sid":"x"}`)), base.With(mustStatement(t, `{"Sid":"y"}`))
	got := base.Statements()
	got[0] = mustStatement(t, `{"Sid":"changed"}`)
	for d, want := range map[*policy.Document]string{&base: "a b c", &x: "a b c x", &y: "a b c y"} {
		var sids []string
		for _, s := range d.Statements() {
			sids = append(sids, s.Sid())
		}
		if got := strings.Join(sids, " "); got != want {
			t.Errorf("got statements %s, want %s", got, want)
		}
	}
}

func TestLookup(t *testing.T) {
	d := mustDocument(t, `{"Statement":[{"Effect":"Deny"},{"Sid":"a","Effect":"1"},{"Sid":"a","Effect":"2"}]}`)
	s, ok := d.Lookup("a")
	wantEqual(t, "a is found", ok, true)
	wantEqual(t, "the first of the two: Effect", s.Effect(), "1")
	for _, sid := range []string{"", "A", "b"} {
		s, ok := d.Lookup(sid)
		wantEqual(t, fmt.Sprintf("%q is found", sid), ok, false)
		wantEqual(t, fmt.Sprintf("%q: the statement is valid", sid), s.IsValid(), false)
	}
}

// Size does not count the whitespace between tokens, in a statement and in a document.
func TestSizeWithoutSpace(t *testing.T) {
	s := mustStatement(t, " {\n\t\"Sid\" : \"a \\\" é\" }")
	if got, want := s.Size(), len(`{"Sid":"a \" é"}`); got != want {
		t.Errorf("statement: Size %d, want %d", got, want)
	}
	before := mustDocument(t, ` { "Statement" : [ {} ] } `)
	if got, want := before.With(s).Size(), before.Size()+s.Size()+len(","); got != want {
		t.Errorf("document: Size %d, want %d", got, want)
	}
	if got := (policy.Statement{}).Size(); got != 0 {
		t.Errorf("zero Statement: Size %d, want 0", got)
	}
}

// Size is the exact size of the compact document: a statement of the remaining size
// fits, one byte more does not.
func TestSizeLimit(t *testing.T) {
	d := full(t, 50)
	frame := len(`,{"Sid":""}`)
	fits := mustStatement(t, `{"Sid":"`+strings.Repeat("x", d.Headroom()-frame)+`"}`)
	large := mustStatement(t, `{"Sid":"`+strings.Repeat("x", d.Headroom()-frame+1)+`"}`)
	for _, test := range []struct {
		name     string
		added    []policy.Statement
		fits     bool
		headroom int
	}{
		{"nothing", nil, true, d.Headroom()},
		{"a statement of the remaining size", []policy.Statement{fits}, true, 0},
		{"one byte more", []policy.Statement{large}, false, -1},
		{"twice", []policy.Statement{fits, fits}, false, -(d.Headroom())},
	} {
		if got := d.Fits(test.added...); got != test.fits {
			t.Errorf("%s: Fits = %v, want %v", test.name, got, test.fits)
		}
		got := d.With(test.added...)
		if got.Headroom() != test.headroom {
			t.Errorf("%s: Headroom %d, want %d", test.name, got.Headroom(), test.headroom)
		}
		if want := policy.MaxSize - test.headroom; got.Size() != want {
			t.Errorf("%s: Size %d, want %d", test.name, got.Size(), want)
		}
		if got.Fits() != test.fits {
			t.Errorf("%s: Fits after adding = %v, want %v", test.name, got.Fits(), test.fits)
		}
	}
	// The first statement needs no comma, and bytes are counted, not characters.
	first := mustStatement(t, `{"Sid":"é<"}`)
	if got, want := (policy.Document{}).With(first).Size(), (policy.Document{}).Size()+len(`{"Sid":"é<"}`); got != want {
		t.Errorf("with a first statement: Size %d, want %d", got, want)
	}
}
