package sdkparity_test

import (
	"math/rand/v2"
	"strings"
)

// source makes random inputs and settings; the same seed makes the same ones.
type source struct{ *rand.Rand }

func newSource(seed uint64) source { return source{rand.New(rand.NewPCG(seed, 2015_03_31))} }

func pick[T any](s source, from []T) T { return from[s.IntN(len(from))] }

// oneIn is true once in n times.
func (s source) oneIn(n int) bool { return s.IntN(n) == 0 }

// fragments are the parts of generated strings: each is escaped differently in a
// path, a query, JSON or a canonical request, or is read as syntax by one of them.
var fragments = []string{
	"a", "Z", "7", "-", "_", ".", "~", "Thumbnail", // unreserved everywhere
	":", "/", "$", "@", "!", "'", "(", ")", "*", ",", ";", "=", // reserved in a path
	"&", "+", "?", "#", " ", "%", "%2F", "%%", "%zz", "==", "&Qualifier=x", // syntax of URLs
	"..", "./", "//", "/../", "\\", "{FunctionName}", "{StatementId+}", // paths to clean, labels to fill
	`"`, "<", ">", "\b", "\f", "\n", "\r", "\t", "\x00", "\x1b", "\x7f", // JSON's escapes
	"\u0085", "\u00a0", "\u00e9", "e\u0301", "\u2028", "\u2029", "\ufeff", "\ufffd", // beyond ASCII
	"\U0001f510", "\U0010ffff", "\u6f22", "\u202e",
	"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80", // not UTF-8
}

// text returns a string of up to 12 fragments, rarely a long one.
func (s source) text() string {
	n := s.IntN(13)
	if s.oneIn(200) {
		n = 500
	}
	var b strings.Builder
	for range n {
		b.WriteString(pick(s, fragments))
	}
	return b.String()
}

// functionName returns a name in one of the forms that the service knows, or any
// text.
func (s source) functionName() string {
	if s.oneIn(3) {
		return s.text()
	}
	name := pick(s, []string{"Thumbnail", "my_fn-1", "a", "fn.with.dots", strings.Repeat("x", 64)})
	head := pick(s, []string{
		"", "function:", "123456789012:", "123456789012:function:",
		"us-east-1:123456789012:function:",
		"arn:" + pick(s, partitionNames) + ":lambda:" + pick(s, regions) + ":123456789012:function:",
	})
	return head + name + pick(s, []string{"", ":1", ":PROD", ":$LATEST", ":$LATEST.PUBLISHED"})
}

var partitionNames = []string{"aws", "aws-cn", "aws-eusc", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}
