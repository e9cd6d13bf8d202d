package abbrev_test

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

func TestLimits(t *testing.T) {
	for _, unit := range []string{"a", "é", "😀", "\xff"} {
		whole := strings.Repeat(unit, abbrev.Max)
		long, start := whole+unit, strings.Repeat(unit, abbrev.Max-1)
		for _, tt := range []struct{ rule, got, want string }{
			{"an empty text is unchanged", abbrev.Text(""), ""},
			{"a text of Max code points is unchanged", abbrev.Text(whole), whole},
			{"a longer text becomes Max-1 code points and an ellipsis", abbrev.Text(long), start + "…"},
			{"a quoted text of Max code points is whole", abbrev.Quote(whole), strconv.Quote(whole)},
			{"the ellipsis follows the quotation mark", abbrev.Quote(long), strconv.Quote(start) + "…"},
		} {
			if tt.got != tt.want {
				t.Errorf("%s, of %q: got %q, want %q", tt.rule, unit, tt.got, tt.want)
			}
		}
	}
}

// A shortened text is a prefix of the text and an ellipsis, Max code points in all.
func FuzzText(f *testing.F) {
	f.Add("")
	f.Add(strings.Repeat("é\xff", 200))
	f.Add(strings.Repeat("a", 255) + "\xe2\x80")
	f.Fuzz(func(t *testing.T, s string) {
		got := abbrev.Text(s)
		if utf8.RuneCountInString(s) <= abbrev.Max {
			if got != s {
				t.Errorf("Text(%q) = %q, want it unchanged", s, got)
			}
			return
		}
		start, isCut := strings.CutSuffix(got, "…")
		if !isCut || !strings.HasPrefix(s, start) {
			t.Errorf("Text(%q) = %q, want a prefix of the text and an ellipsis", s, got)
		}
		if n := utf8.RuneCountInString(got); n != abbrev.Max {
			t.Errorf("Text(%q) has %d code points, want %d", s, n, abbrev.Max)
		}
	})
}
