package arn

import "strings"

// ParseQualifier reads a Qualifier as the API takes it beside a FunctionName.
// It accepts exactly what the pattern in the API reference accepts:
//
//	\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+
//
// Empty text is an error here; the zero [Qualifier] needs no parser. The
// length, which the API limits to 128 characters, is not checked.
//
// The error is a [*ParseError]. On success nothing is allocated.
//
// Source: AddPermission, "Pattern" of Qualifier.
func ParseQualifier(s string) (Qualifier, error) {
	if s != "" && (all(s, qualifierChar) || s == latestPublished) {
		return Qualifier{s}, nil
	}
	reason, rest := diagnoseQualifier(s)
	return Qualifier{}, &ParseError{Func: "ParseQualifier", Input: s, Rest: rest, Reason: reason}
}

const qualifierKinds = "a version number, the name of an alias or $LATEST"

// diagnoseQualifier says why ParseQualifier refuses s, and from where on.
func diagnoseQualifier(s string) (reason, rest string) {
	if s == "" {
		return "qualifier is empty: expected " + qualifierKinds, ""
	}
	if i := indexUnprintable(s); i >= 0 {
		return unprintableReason(s, i), s[i:]
	}
	rest = s[span(s, qualifierChar):]
	switch {
	case strings.HasPrefix(s, "arn:"):
		return "an ARN is not a qualifier: expected " + qualifierKinds, s
	case strings.Contains(s, "://"):
		return "a URL is not a qualifier: expected " + qualifierKinds, s
	case strings.HasPrefix(s, latest+"."):
		return "only .PUBLISHED can follow $LATEST", rest
	case rest[0] == ':':
		return "a qualifier has no colon: give the part after the function name alone", rest
	default:
		return character(rest) + " is not allowed in a qualifier, which has letters, digits, '-', '_' and '$'", rest
	}
}
