package arn_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
)

func TestParseErrorText(t *testing.T) {
	long := strings.Repeat("a", 255)
	tests := []struct {
		err  arn.ParseError
		want string
	}{
		// Function, quoted input, reason, quoted rest.
		{
			arn.ParseError{Func: "ParseFunction", Input: "a/b", Rest: "/b", Reason: "no good"},
			`arn.ParseFunction("a/b"): no good (at "/b")`,
		},
		// Nothing is left where the text ends too early.
		{
			arn.ParseError{Func: "Parse", Input: "arn:", Reason: "no good"},
			`arn.Parse("arn:"): no good`,
		},
		// What would spoil a terminal or a log line is escaped.
		{
			arn.ParseError{Func: "ParseQualifier", Input: "\x1b[2J\n\u202e\xff", Rest: "\u202e\xff", Reason: "no good"},
			`arn.ParseQualifier("\x1b[2J\n\u202e\xff"): no good (at "\u202e\xff")`,
		},
		// 256 bytes are shown, which is the longest FunctionName.
		{
			arn.ParseError{Func: "Parse", Input: long + "a", Reason: "no good"},
			`arn.Parse("` + long + `a"): no good`,
		},
		// Of more than that, 256 bytes are shown, input and rest alike.
		{
			arn.ParseError{Func: "Parse", Input: long + "abc", Rest: long + "xyz", Reason: "no good"},
			`arn.Parse("` + long + `a"…): no good (at "` + long + `x"…)`,
		},
		// No character is cut in two.
		{
			arn.ParseError{Func: "Parse", Input: long + "€", Reason: "no good"},
			`arn.Parse("` + long + `"…): no good`,
		},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, test.err.Error()); diff != "" {
			t.Errorf("Error (-want +got):\n%s", diff)
		}
	}
}

// The fields keep the whole of a text that the message shortens.
func TestParseErrorKeepsInput(t *testing.T) {
	input := strings.Repeat("a", 1<<16) + "/"
	_, err := arn.ParseFunction(input)
	checkParseError(t, err, "ParseFunction", input)
}
