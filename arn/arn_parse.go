package arn

import (
	"fmt"
	"strings"
)

// Parse reads the ARN of a resource of any service. It asks for "arn:", four
// more colons, a partition, a service and a resource that are not empty, valid
// UTF-8, and no spaces or control characters. Region and account may be
// empty, and the resource may have colons. Nothing else is checked: what the
// parts may be is for the service to say.
//
// The error is a [*ParseError]. On success nothing is allocated.
func Parse(s string) (ARN, error) {
	a, reason, rest := readARN(s)
	if reason == "" {
		rest = s
		if i := indexUnprintable(s); i >= 0 {
			reason, rest = unprintableReason(s, i), s[i:]
		}
	}
	if reason != "" {
		return ARN{}, &ParseError{Func: "Parse", Input: s, Rest: rest, Reason: reason}
	}
	return a, nil
}

// readARN splits s. Where it cannot, it says why not, and what is left to read.
func readARN(s string) (a ARN, reason, rest string) {
	rest, ok := strings.CutPrefix(s, "arn:")
	if !ok {
		return ARN{}, noARNReason(s), s
	}
	for i, part := range []*string{&a.partition, &a.service, &a.region, &a.accountID} {
		value, after, ok := strings.Cut(rest, ":")
		if !ok {
			return ARN{}, fmt.Sprintf("%d of 5 colons: expected arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", i+1), rest
		}
		if value == "" && i < 2 {
			return ARN{}, [...]string{"partition is empty: expected one like aws", "service is empty: expected one like lambda"}[i], rest
		}
		*part, rest = value, after
	}
	if rest == "" {
		return ARN{}, "resource is empty", rest
	}
	a.resource = rest
	return a, "", rest
}

// noARNReason says what s is, given that it does not start as an ARN does.
func noARNReason(s string) string {
	switch i := indexUnprintable(s); {
	case s == "":
		return "ARN is empty"
	case i == 0:
		return unprintableReason(s, i)
	case strings.Contains(s, "://"):
		return "a URL is not an ARN"
	default:
		return `an ARN starts with "arn:"`
	}
}
