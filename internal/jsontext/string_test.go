package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// stringSeeds are strings that mean something, and some that do not.
var stringSeeds = []string{
	`""`, `"Thumbnail"`, `"\"\\\/\b\f\n\r\t"`, `"\"a\\a\/a\ba\fa\na\ra\ta\u0041a"`, `"\u0000\u00e9\u2028"`, `"é😀"`,
	`"\ud83d\ude00"`, `"\uD83D\uDE00x"`, // a pair is one character
	`"\ud83d"`, `"\ude00"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\u0041"`, // half of a surrogate pair
	`"\ud83d\ud83d\ude00"`, `"\ude00\ud83d"`, // the first half does not take the second's place
	`"\\ud83d"`, `"\\\ud83d"`, // a backslash may itself be escaped
	"\"\xff\xfe\"", "\"\x80\"", "\"a\xc3\"", "\"\xe2\x82\\n\"", "\"\xed\xa0\xbd\"", // bytes that are not UTF-8, one U+FFFD each
}

func TestUnquote(t *testing.T) {
	for _, quoted := range stringSeeds {
		checkUnquote(t, quoted)
	}
}

// checkUnquote compares the value of a string with that of encoding/json, for any
// text that is a string.
func checkUnquote(t *testing.T, quoted string) {
	t.Helper()
	var want string
	if json.Unmarshal([]byte(quoted), &want) != nil || !strings.HasPrefix(quoted, `"`) || !strings.HasSuffix(quoted, `"`) {
		return
	}
	if got := jsontext.Unquote(quoted); got != want {
		t.Errorf("%q means %q, want %q", quoted, got, want)
	}
	if got := jsontext.Detached(quoted); got != want {
		t.Errorf("detached %q means %q, want %q", quoted, got, want)
	}
	checkSurrogate(t, quoted, want)
}

// checkSurrogate checks that half a surrogate pair is found wherever an escape
// means U+FFFD without saying so.
func checkSurrogate(t *testing.T, quoted, meaning string) {
	t.Helper()
	at := jsontext.LoneSurrogate(quoted)
	if !utf8.ValidString(quoted) {
		return // these bytes mean U+FFFD too
	}
	said := strings.Count(quoted, "\uFFFD") + strings.Count(strings.ReplaceAll(strings.ToLower(quoted), `\\`, ``), `\ufffd`)
	if lost := strings.Count(meaning, "\uFFFD") > said; lost != (at >= 0) {
		t.Errorf("%q means %q: half a pair at %d", quoted, meaning, at)
	}
	if at >= 0 && !strings.HasPrefix(strings.ToLower(quoted[at:]), `\ud`) {
		t.Errorf("%q: no surrogate at %d", quoted, at)
	}
}
