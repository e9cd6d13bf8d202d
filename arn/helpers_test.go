package arn_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
)

// The patterns as the service prints them when it refuses a value. They must match the
// whole value and are compiled between ^(?: and )$. Without the group each alternative
// would have only one of the anchors.
const (
	functionPattern  = `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`
	qualifierPattern = `\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`
)

var (
	functionRegexp  = regexp.MustCompile(`^(?:` + functionPattern + `)$`)
	qualifierRegexp = regexp.MustCompile(`^(?:` + qualifierPattern + `)$`)
)

// functionParts are the groups of functionPattern that a Function has.
type functionParts struct {
	Partition, Region, AccountID, Name, Qualifier string
}

// wantFunction is the oracle for ParseFunction; it returns nil if s is refused.
func wantFunction(s string) *functionParts {
	const (
		partition = 2
		region    = 3 // with its colon
		account   = 9 // with its colon
		name      = 11
		qualifier = 13
	)
	m := functionRegexp.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	return &functionParts{m[partition], trimColon(m[region]), trimColon(m[account]), m[name], m[qualifier]}
}

func trimColon(s string) string {
	if s == "" {
		return ""
	}
	return s[:len(s)-1]
}

// gotFunction returns the result of ParseFunction in the form of wantFunction.
func gotFunction(s string) *functionParts {
	f, err := arn.ParseFunction(s)
	if err != nil {
		return nil
	}
	return &functionParts{f.Partition(), f.Region(), f.AccountID(), f.Name(), f.Qualifier().String()}
}

// checkText checks that the text of v is its String and is unmarshalled as v.
func checkText[V interface {
	comparable
	fmt.Stringer
	AppendText([]byte) ([]byte, error)
}](t *testing.T, v V, marshal func(V) ([]byte, error), unmarshal func(*V, []byte) error) {
	t.Helper()
	text, err := marshal(v)
	if err != nil || string(text) != v.String() {
		t.Errorf("%q: MarshalText = %q, %v; want its String, nil", v, text, err)
	}
	appended, err := v.AppendText([]byte("before "))
	if err != nil || string(appended) != "before "+v.String() {
		t.Errorf("%q: AppendText = %q, %v; want its String appended, nil", v, appended, err)
	}
	var again V
	if err := unmarshal(&again, text); err != nil || again != v {
		t.Errorf("%q: UnmarshalText returned %q, %v; want the same value, nil", v, again, err)
	}
}

// checkParseError checks the fields and the text of a *arn.ParseError.
func checkParseError(t *testing.T, err error, function, input string) {
	t.Helper()
	var e *arn.ParseError
	if !errors.As(fmt.Errorf("wrapped: %w", err), &e) {
		t.Fatalf("%s(%q): error is %T, want *arn.ParseError", function, input, err)
	}
	if e.Func != function {
		t.Errorf("%s(%q): Func %q, want %q", function, input, e.Func, function)
	}
	if e.Input != input {
		t.Errorf("%s(%q): Input %q, want %q", function, input, e.Input, input)
	}
	if e.Reason == "" {
		t.Errorf("%s(%q): no Reason", function, input)
	}
	if !strings.HasSuffix(input, e.Rest) {
		t.Errorf("%s(%q): Rest %q is not the end of the input", function, input, e.Rest)
	}
	text := e.Error()
	if begin := "arn." + function + `("`; !strings.HasPrefix(text, begin) {
		t.Errorf("%s(%q): text %q, want one that begins with %s", function, input, text, begin)
	}
	if !strings.Contains(text, e.Reason) {
		t.Errorf("%s(%q): text %q, want the reason %q in it", function, input, text, e.Reason)
	}
	// Two quoted texts of at most 256 bytes, four printed for one at worst.
	if limit := 2*4*256 + 400; len(text) > limit {
		t.Errorf("%s(%q): text has %d bytes, want at most %d", function, input, len(text), limit)
	}
	if !utf8.ValidString(text) {
		t.Errorf("%s(%q): text %q is not UTF-8", function, input, text)
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		t.Errorf("%s(%q): text %q has a control character", function, input, text)
	}
}

func mustQualifier(tb testing.TB, s string) arn.Qualifier {
	tb.Helper()
	q, err := arn.ParseQualifier(s)
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

func mustARN(tb testing.TB, s string) arn.ARN {
	tb.Helper()
	a, err := arn.Parse(s)
	if err != nil {
		tb.Fatal(err)
	}
	return a
}
