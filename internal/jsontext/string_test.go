package jsontext_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// stringSeeds are JSON strings; some cannot be decoded without a replacement character.
var stringSeeds = []string{
	`""`, `"Thumbnail"`, `"\"\\\/\b\f\n\r\t"`, `"\"a\\a\/a\ba\fa\na\ra\ta\u0041a"`, `"\u0000\u00e9\u2028"`, `"é😀"`,
	`"\ud83d\ude00"`, `"\uD83D\uDE00x"`, `"\ud83d\ude00\ud83d"`, // a pair is one character
	`"\ud83d"`, `"\ude00"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\u0041"`, // half of a surrogate pair
	`"\ud83d\ud83d\ude00"`, `"\ude00\ud83d"`, // a first half cannot be the second one
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

// checkSurrogate checks that LoneSurrogate finds an escape exactly if the decoded
// string has a U+FFFD that quoted does not contain or escape.
func checkSurrogate(t *testing.T, quoted, meaning string) {
	t.Helper()
	at := jsontext.LoneSurrogate(quoted)
	if !utf8.ValidString(quoted) {
		return // these bytes become U+FFFD too
	}
	said := strings.Count(quoted, "\uFFFD") + strings.Count(strings.ReplaceAll(strings.ToLower(quoted), `\\`, ``), `\ufffd`)
	if lost := strings.Count(meaning, "\uFFFD") > said; lost != (at >= 0) {
		t.Errorf("%q means %q: LoneSurrogate = %d", quoted, meaning, at)
	}
	if at >= 0 && !strings.HasPrefix(strings.ToLower(quoted[at:]), `\ud`) {
		t.Errorf("%q: LoneSurrogate = %d, which is not the offset of a surrogate", quoted, at)
	}
}

// AppendQuoted escapes only the characters that must be escaped, with the short escape
// if there is one. encoding/json does the same with SetEscapeHTML(false), but it also
// escapes U+2028 and U+2029.
func TestAppendQuoted(t *testing.T) {
	texts := []string{"", "Thumbnail", "a\"b\\c\nd", "é😀", "<>&", "\x00\x1f a"}
	for c := range rune(0x80) {
		texts = append(texts, string(c))
	}
	for _, text := range texts {
		var want strings.Builder
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(text); err != nil {
			t.Fatal(err)
		}
		got := string(jsontext.AppendQuoted([]byte("before "), text))
		if want := "before " + strings.TrimSuffix(want.String(), "\n"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	if got, want := string(jsontext.AppendQuoted(nil, "\u2028\u2029")), "\"\u2028\u2029\""; got != want {
		t.Errorf("line separators: %q, want %q", got, want)
	}
}

// The result of Detached has memory of its own. Unquote shares the memory of a text
// without escapes.
func TestDetached(t *testing.T) {
	quoted := strings.Clone(`"Thumbnail"`)
	if unsafe.StringData(jsontext.Unquote(quoted)) != unsafe.StringData(quoted[1:]) {
		t.Error("Unquote copies a string without escapes")
	}
	if unsafe.StringData(jsontext.Detached(quoted)) == unsafe.StringData(quoted[1:]) {
		t.Error("Detached shares the memory of the text")
	}
}
