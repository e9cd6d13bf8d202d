package errors

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxExcerpt is the length of an excerpt in code points: a few lines in a
	// terminal, enough for the title of an error page.
	maxExcerpt = 256
	// maxScan bounds the bytes that are looked at for an excerpt.
	maxScan = 16 << 10
)

// excerpt makes one line of printable text of a body that is not what it should
// be, nil if there is nothing to print. Of markup it keeps what stands between
// the tags, or the tags if nothing does.
func excerpt(body []byte) *string {
	raw := string(body[:min(len(body), maxScan)])
	line := ""
	if strings.HasPrefix(strings.TrimSpace(raw), "<") {
		line = oneLine(withoutTags(raw))
	}
	if line == "" {
		line = oneLine(raw)
	}
	if line == "" {
		return nil
	}
	return &line
}

// withoutTags puts a space where a tag was.
func withoutTags(s string) string {
	var b strings.Builder
	for s != "" {
		text, rest, _ := strings.Cut(s, "<")
		b.WriteString(text)
		b.WriteByte(' ')
		_, s, _ = strings.Cut(rest, ">")
	}
	return b.String()
}

// oneLine joins the words of s with single spaces, drops what cannot be printed
// and shortens the rest to maxExcerpt code points, the last then an ellipsis.
func oneLine(s string) string {
	s = strings.Map(printable, s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxExcerpt {
		return s
	}
	return string([]rune(s)[:maxExcerpt-1]) + "…"
}

// printable maps space of any kind to a space and drops bytes that are not
// UTF-8, control characters and those that change the direction of text.
func printable(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case r == utf8.RuneError, !unicode.IsPrint(r):
		return -1
	}
	return r
}
