package arn

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/charset"
)

const (
	latest          = "$LATEST"
	latestPublished = "$LATEST.PUBLISHED"
)

// A Qualifier says which version of a function is meant, by the number of a
// published version, by the name of an alias, or as $LATEST, the version that
// is not published yet.
//
// The zero Qualifier stands for the unqualified function. Its
// text is empty. Every other Qualifier comes from [ParseQualifier] or is part
// of a [Function]. Qualifiers are equal under == when their texts are equal.
// A Qualifier may be used by many goroutines at once.
//
// The pattern also allows texts such as a$b, which are not one of the three; the
// service answers that it does not know them.
//
// Source: AddPermission, "Qualifier" in "URI Request Parameters"; CreateAlias,
// "Pattern" of Name.
type Qualifier struct {
	text string
}

// IsZero reports whether there is no qualifier.
func (q Qualifier) IsZero() bool { return q == Qualifier{} }

// IsLatest reports whether q is exactly $LATEST. $LATEST.PUBLISHED is
// something else: neither latest, nor a version, nor an alias.
func (q Qualifier) IsLatest() bool { return q.text == latest }

// IsVersion reports whether q is a version number: digits only.
func (q Qualifier) IsVersion() bool { return charset.Digit.Matches(q.text) }

// IsAlias reports whether q can be the name of an alias: letters, digits, '-'
// and '_', but not digits only.
func (q Qualifier) IsAlias() bool { return charset.Word.Matches(q.text) && !q.IsVersion() }

// Compare returns -1, 0 or +1 for q before, equal to or after r, by the bytes
// of their texts; the zero Qualifier comes first. It returns 0 exactly if
// q == r. Version 10 comes before version 9.
func (q Qualifier) Compare(r Qualifier) int { return strings.Compare(q.text, r.text) }

// String returns the text that q was read from, or "" for the zero Qualifier.
func (q Qualifier) String() string { return q.text }

// AppendText implements [encoding.TextAppender] with the text of
// [Qualifier.String]. The error is always nil.
func (q Qualifier) AppendText(b []byte) ([]byte, error) { return append(b, q.text...), nil }

// MarshalText implements [encoding.TextMarshaler] with the text of
// [Qualifier.String]: the zero Qualifier becomes empty text. The error is
// always nil.
func (q Qualifier) MarshalText() ([]byte, error) { return q.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler] with [ParseQualifier],
// except that empty text becomes the zero Qualifier. On error, which is a
// [*ParseError], q is left as it was.
func (q *Qualifier) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*q = Qualifier{}
		return nil
	}
	parsed, err := ParseQualifier(string(text))
	if err == nil {
		*q = parsed
	}
	return err
}

// fitsFunction reports whether q can follow a name in a FunctionName, whose
// pattern allows fewer texts than that of Qualifier. The zero Qualifier fits.
func (q Qualifier) fitsFunction() bool {
	return q.text == "" || q.text == latest || q.text == latestPublished || charset.Word.Matches(q.text)
}

// ParseQualifier reads a Qualifier as the API takes it beside a FunctionName.
// It accepts the same texts as the pattern in the API reference:
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
	if charset.WordOrDollar.Matches(s) || s == latestPublished {
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
	rest = s[charset.WordOrDollar.Span(s):]
	switch {
	case strings.HasPrefix(s, "arn:"):
		return "an ARN is not a qualifier: expected " + qualifierKinds, s
	case strings.Contains(s, "://"):
		return "a URL is not a qualifier: expected " + qualifierKinds, s
	case strings.HasPrefix(s, latest+"."):
		return "only .PUBLISHED can follow $LATEST", rest
	case rest[0] == ':':
		return "a qualifier has no colon: give only the part after the function name", rest
	default:
		return character(rest) + " is not allowed in a qualifier, which has letters, digits, '-', '_' and '$'", rest
	}
}
