package cli

import (
	"slices"
	"strings"
	"testing"
)

// Flags may be before, between and after the arguments.
func TestParse(t *testing.T) {
	for _, tt := range []struct{ args, name, rest string }{
		{"", "", ""},
		{"a b", "", "a b"},
		{"-name x a", "x", "a"},
		{"a -name x b", "x", "a b"},
		{"a --name=x", "x", "a"},
		{"a -- -name x", "", "a -name x"},
		{"-name -- a", "--", "a"},
		{"- -name x", "x", "-"},
	} {
		flags := NewFlags("test")
		name := flags.String("name", "", "")
		rest, err := Parse(flags, strings.Fields(tt.args))
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
		}
		if *name != tt.name {
			t.Errorf("%s: -name is %q, want %q", tt.args, *name, tt.name)
		}
		if !slices.Equal(rest, strings.Fields(tt.rest)) {
			t.Errorf("%s: the arguments are %q, want %q", tt.args, rest, tt.rest)
		}
	}
}

// A flag with an empty value is an error.
func TestEmptyFlag(t *testing.T) {
	flags := NewFlags("test")
	var s Service
	s.AddFlags(flags)
	const want = "-endpoint is empty (-h lists the flags)"
	if _, err := Parse(flags, []string{"a", "-endpoint", ""}); err == nil || err.Error() != want {
		t.Errorf("err = %v, want %s", err, want)
	}
}

// Fail prints an error on one line.
func TestFail(t *testing.T) {
	var b strings.Builder
	Streams{Err: &b}.Fail("plan", errorOf("one\n  two"))
	if want := "lambdaperm plan: one two\n"; b.String() != want {
		t.Errorf("Fail prints %q, want %q", b.String(), want)
	}
}

type errorOf string

func (e errorOf) Error() string { return string(e) }
