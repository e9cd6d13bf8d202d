package charset_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// The expression of each set is its oracle. Bytes beyond ASCII stand in a rune.
var expressions = map[charset.Set]string{
	charset.Digit:          `\d`,
	charset.Lower:          `[a-z]`,
	charset.Letter:         `[a-zA-Z]`,
	charset.LetterOrHyphen: `[a-zA-Z-]`,
	charset.LowerOrDigit:   `[a-z0-9]`,
	charset.DigitOrHyphen:  `[0-9-]`,
	charset.Alnum:          `[a-zA-Z0-9]`,
	charset.AlnumOrHyphen:  `[a-zA-Z0-9-]`,
	charset.Word:           `[a-zA-Z0-9-_]`,
	charset.WordOrDot:      `[a-zA-Z0-9-_.]`,
	charset.WordOrDollar:   `[a-zA-Z0-9-_$]`,
	charset.NotSpace:       `\S`,
	charset.Quotation:      "[\"'`\u0080-\U0010FFFF]",
}

func TestSets(t *testing.T) {
	for set, expression := range expressions {
		want := regexp.MustCompile(`^(?:` + expression + `)$`)
		for c := range 128 {
			if got := set.Has(byte(c)); got != want.MatchString(string(rune(c))) {
				t.Errorf("%s has %q: %v, want %v", expression, c, got, !got)
			}
		}
		for c := 128; c < 256; c++ {
			if got := set.Has(byte(c)); got != want.MatchString("é") {
				t.Errorf("%s has byte %#x: %v, want %v", expression, c, got, !got)
			}
		}
	}
	union := charset.Digit | charset.Quotation
	for c, want := range map[byte]bool{'7': true, '"': true, 'a': false} {
		if got := union.Has(c); got != want {
			t.Errorf("a union of digits and quotation marks has %q: %v, want %v", c, got, want)
		}
	}
}

// A byte that is wrong is seen wherever it stands, in a text of any length: bytes
// are looked at several at a time.
func TestOneWrongByte(t *testing.T) {
	for n := range 20 {
		right := strings.Repeat("a", n)
		if got, want := charset.Lower.Matches(right), n > 0; got != want {
			t.Errorf("Matches(%q) = %v, want %v", right, got, want)
		}
		if got := charset.Lower.Span(right); got != n {
			t.Errorf("Span(%q) = %d, want %d", right, got, n)
		}
		for at := range n {
			text := right[:at] + "A" + right[at+1:]
			if charset.Lower.Matches(text) {
				t.Errorf("Matches(%q) = true, want false", text)
			}
			if got := charset.Lower.Span(text); got != at {
				t.Errorf("Span(%q) = %d, want %d", text, got, at)
			}
		}
	}
}

// The expressions judge whole texts too.
func FuzzMatches(f *testing.F) {
	for _, text := range []string{"", "a", "us-east-1", "123456789012", "AIDA_x.$", "é", "a b", "\xff\n", "“s3”"} {
		f.Add(text)
	}
	whole := map[charset.Set]*regexp.Regexp{}
	for set, expression := range expressions {
		if set != charset.NotSpace && set != charset.Quotation { // of runes, not of bytes
			whole[set] = regexp.MustCompile(`^` + expression + `+`)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for set, expression := range whole {
			want := len(expression.FindString(text))
			if got := set.Span(text); got != want {
				t.Errorf("%v: Span(%q) = %d, want %d", expression, text, got, want)
			}
			if got := set.Matches(text); got != (want == len(text) && text != "") {
				t.Errorf("%v: Matches(%q) = %v, want %v", expression, text, got, !got)
			}
		}
	})
}
