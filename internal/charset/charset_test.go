package charset_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// expressions has a regular expression for each set, which is the oracle of the tests.
// It judges a byte beyond ASCII as part of a rune.
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
				t.Errorf("%s: Has(%q) = %v, want %v", expression, c, got, !got)
			}
		}
		for c := 128; c < 256; c++ {
			if got := set.Has(byte(c)); got != want.MatchString("é") {
				t.Errorf("%s: Has(%#x) = %v, want %v", expression, c, got, !got)
			}
		}
	}
	union := charset.Digit | charset.Quotation
	for c, want := range map[byte]bool{'7': true, '"': true, 'a': false} {
		if got := union.Has(c); got != want {
			t.Errorf("union of digits and quotation marks: Has(%q) = %v, want %v", c, got, want)
		}
	}
}

// Matches and Span look at several bytes at a time. They find a wrong byte at every
// place of a text of any length.
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

// Matches and Span agree with the regular expressions on whole texts.
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
