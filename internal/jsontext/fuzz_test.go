package jsontext_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// Compact and CompactSize agree with encoding/json, and Compact does not change a
// compact text.
func FuzzCompact(f *testing.F) {
	f.Add("[[[[[[[[{\"a\":[{}]}]]]]]]]]") // deep
	f.Add("[1e+]")                        // exponent without digits
	f.Add("\"\xff\"")                     // not utf8
	f.Add("{}\x00")                       // zero byte after the value
	f.Add(" { \"a b\\\" \" : \" \" } ")   // space in strings and outside
	for _, test := range texts {
		text, _ := unmarked(test.text)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkCompact(t, "fuzzing", text)
		if compact, err := jsontext.Compact(text); err == nil {
			if again, err := jsontext.Compact(compact); again != compact || err != nil {
				t.Errorf("Compact(%q) = %q, %v; want it unchanged", compact, again, err)
			}
		}
	})
}

func FuzzObject(f *testing.F) {
	f.Add("{\"a\":[1,{\"b\":tr")      // breaks off in a value
	f.Add("{\"a\":1,}")               // comma at the end
	f.Add("{\"\\u0061\":1,\"a\":2}x") // escaped names
	f.Add("\r\n\t {\"a\" :\t0 }")     // space before
	for _, test := range texts {
		text, _ := unmarked(test.text)
		f.Add(`{"a":` + text + `}`)
	}
	f.Fuzz(func(t *testing.T, text string) { checkObject(t, text) })
}

func FuzzUnquote(f *testing.F) {
	f.Add("\\\\ud83d")             // escaped backslash before u
	f.Add("a\xe2\x82\\n")          // cut rune
	f.Add("\\ud83d\\ud83d\\ude00") // two first halves of a pair
	f.Add("\\ufffd\uFFFD\\ud800")  // U+FFFD as an escape, as itself, and as half a pair
	for _, quoted := range stringSeeds {
		f.Add(quoted[1 : len(quoted)-1])
	}
	f.Fuzz(func(t *testing.T, inner string) { checkUnquote(t, `"`+inner+`"`) })
}
