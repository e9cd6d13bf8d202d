package arn

import (
	"cmp"
	"fmt"
	"strings"
)

// An ARN is the Amazon Resource Name of a resource of any service:
//
//	arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
//
// The zero ARN names nothing: it is not valid and its text is empty.
// Every other ARN comes from [Parse]. ARNs are equal under == when their texts
// are equal. An ARN may be used by many goroutines at once.
//
// Source: "Identify AWS resources with Amazon Resource Names (ARNs)" in the
// AWS Identity and Access Management User Guide.
type ARN struct {
	partition, service, region, accountID, resource string
}

// Partition returns the group of regions that the resource is in, such as
// "aws", "aws-cn" or "aws-us-gov". It is empty for the zero ARN only.
func (a ARN) Partition() string { return a.partition }

// Service returns the namespace of the service, such as "lambda" or "s3".
// It is empty for the zero ARN only.
func (a ARN) Service() string { return a.service }

// Region returns the region, such as "us-east-1". It is empty where the
// service has no regions, or leaves the region out, as S3 does for buckets.
func (a ARN) Region() string { return a.region }

// AccountID returns the account that owns the resource, without hyphens. It is
// empty where the service leaves the account out, as S3 does for buckets. It
// is returned as written: besides 12 digits it can be a word, as in
// arn:aws:iam::aws:policy/ReadOnlyAccess.
func (a ARN) AccountID() string { return a.accountID }

// Resource returns everything after the fifth colon, further colons included,
// such as "function:Thumbnail:PROD". It is empty for the zero ARN only.
func (a ARN) Resource() string { return a.resource }

// IsValid reports whether a names a resource: whether it is not the zero ARN.
func (a ARN) IsValid() bool { return a != ARN{} }

// Compare returns -1, 0 or +1 for a before, equal to or after b. It compares
// partition, service, region, account and resource in this order, each by its
// bytes; the zero ARN comes first. It returns 0 exactly if a == b.
func (a ARN) Compare(b ARN) int {
	return cmp.Or(
		strings.Compare(a.partition, b.partition),
		strings.Compare(a.service, b.service),
		strings.Compare(a.region, b.region),
		strings.Compare(a.accountID, b.accountID),
		strings.Compare(a.resource, b.resource),
	)
}

// String returns the text that [Parse] was given, or "" for the zero ARN.
func (a ARN) String() string {
	if !a.IsValid() {
		return ""
	}
	return "arn:" + a.partition + ":" + a.service + ":" + a.region + ":" + a.accountID + ":" + a.resource
}

// AppendText implements [encoding.TextAppender] with the text of
// [ARN.String]. The error is always nil.
func (a ARN) AppendText(b []byte) ([]byte, error) { return append(b, a.String()...), nil }

// MarshalText implements [encoding.TextMarshaler] with the text of
// [ARN.String]: the zero ARN becomes empty text. The error is always nil.
func (a ARN) MarshalText() ([]byte, error) { return a.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler] with [Parse], except
// that empty text becomes the zero ARN. On error, which is a [*ParseError],
// a is left as it was.
func (a *ARN) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*a = ARN{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err == nil {
		*a = parsed
	}
	return err
}

// Parse reads the ARN of a resource of any service. It asks for "arn:", four
// more colons, a partition, a service and a resource that are not empty, valid
// UTF-8, and no spaces or control characters. Region and account may be
// empty, and the resource may have colons. The parts are not checked further: their
// forms differ from service to service.
//
// The error is a [*ParseError]. On success nothing is allocated.
func Parse(s string) (ARN, error) {
	a, reason, rest := readARN(s)
	if reason == "" {
		if i := indexUnprintable(s); i >= 0 {
			reason, rest = unprintableReason(s, i), s[i:]
		}
	}
	if reason != "" {
		return ARN{}, &ParseError{Func: "Parse", Input: s, Rest: rest, Reason: reason}
	}
	return a, nil
}

// readARN splits s. If it cannot, it returns the reason and the text from there on.
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

// noARNReason returns why s, which does not start with "arn:", is not an ARN.
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
