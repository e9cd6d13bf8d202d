package enum_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/enum"
)

type size int

var sizes = enum.Texts[size]{Package: "shirt", Type: "size", List: []string{"small", "large"}}

// Each constant has its text, and Unmarshal reads the text as the constant.
func TestConstants(t *testing.T) {
	for v, want := range sizes.List {
		if got := sizes.String(size(v)); got != want {
			t.Errorf("String(%d) = %q, want %q", v, got, want)
		}
		text, err := sizes.Marshal(size(v))
		if err != nil || string(text) != want {
			t.Errorf("Marshal(%d) = %q, %v; want %q", v, text, err, want)
		}
		got := size(-1)
		if err := sizes.Unmarshal(text, &got); err != nil || got != size(v) {
			t.Errorf("Unmarshal(%q) sets %d, error %v; want %d", text, got, err, v)
		}
	}
}

// For a value that is not a constant, String describes it and Marshal returns an error.
func TestOtherValues(t *testing.T) {
	for v, want := range map[size]string{-1: "size(-1)", 2: "size(2)"} {
		if sizes.Has(v) {
			t.Errorf("Has(%d) = true", v)
		}
		if got := sizes.String(v); got != want {
			t.Errorf("String(%d) = %q, want %q", v, got, want)
		}
		text, err := sizes.Marshal(v)
		if text != nil {
			t.Errorf("Marshal(%d) = %q, want no text", v, text)
		}
		if want := "shirt: " + want + " is not one of the constants"; err == nil || err.Error() != want {
			t.Errorf("Marshal(%d): err = %v, want %q", v, err, want)
		}
	}
}

// Unmarshal accepts only the exact texts. Its error lists them, and the value is
// unchanged.
func TestOtherTexts(t *testing.T) {
	for _, text := range []string{"", "Small", "small ", "size(1)"} {
		v := size(1)
		err := sizes.Unmarshal([]byte(text), &v)
		if want := `shirt: unknown size "` + text + `"; want one of small, large`; err == nil || err.Error() != want {
			t.Errorf("Unmarshal(%q): %v, want the error %q", text, err, want)
		}
		if v != 1 {
			t.Errorf("Unmarshal(%q) sets %d, want 1 as before", text, v)
		}
	}
	var v size
	err := sizes.Unmarshal([]byte(strings.Repeat("x", 1<<20)), &v)
	if err == nil {
		t.Fatal("a long text is accepted")
	}
	if n := len(err.Error()); n > 1<<10 {
		t.Errorf("the error of a long text has %d bytes, want %d at most", n, 1<<10)
	}
}

// Unmarshal accepts the texts of the constants and no other text.
func FuzzUnmarshal(f *testing.F) {
	f.Add("large")
	f.Add("size(2)")
	f.Fuzz(func(t *testing.T, text string) {
		v := size(-1)
		err := sizes.Unmarshal([]byte(text), &v)
		if isText := slices.Contains(sizes.List, text); isText != (err == nil) {
			t.Errorf("Unmarshal(%q): err = %v, want an error: %t", text, err, !isText)
		}
		if err == nil && sizes.String(v) != text {
			t.Errorf("Unmarshal(%q) sets %v", text, v)
		}
		if err != nil && v != -1 {
			t.Errorf("Unmarshal(%q) fails and sets %v, want the value unchanged", text, v)
		}
	})
}
