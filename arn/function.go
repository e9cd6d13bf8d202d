package arn

import (
	"cmp"
	"strings"
)

// A Function names a Lambda function, or one version or alias of it, with as
// much of its ARN as was given.
//
// The zero Function names nothing: it is not valid and its text is empty.
// Every other Function comes from [ParseFunction] or, by a method, from one
// that does, and has at least a name. Functions are equal under == when all
// their parts are. A part that was left out equals only a part that was left
// out: Thumbnail and 123456789012:Thumbnail differ, though the service may
// find the same function for both. See [Function.Complete]. A Function may be
// used by many goroutines at once.
//
// How the parts were written is not kept: whether "function:" stood before the
// name, and whether a missing partition was written as arn::lambda:.
type Function struct {
	partition, region, accountID, name string
	qualifier                          Qualifier
}

// Partition returns the group of regions that the function is in, such as
// "aws", "aws-cn" or "aws-us-gov", or "" if it was left out.
func (f Function) Partition() string { return f.partition }

// Region returns the region, such as "us-east-1", or "" if it was left out.
func (f Function) Region() string { return f.region }

// AccountID returns the 12 digits of the account that owns the function, or ""
// if they were left out.
func (f Function) AccountID() string { return f.accountID }

// Name returns the bare name, such as "Thumbnail". It is empty for the zero
// Function only. The service takes at most 64 characters; neither
// [ParseFunction] nor any method checks that.
func (f Function) Name() string { return f.name }

// Qualifier returns the version or alias, or the zero [Qualifier] for the
// unqualified function.
func (f Function) Qualifier() Qualifier { return f.qualifier }

// IsValid reports whether f names a function: whether it is not the zero
// Function.
func (f Function) IsValid() bool { return f != Function{} }

// IsComplete reports whether partition, region and account are all there, so
// that [Function.String] is a full ARN, with or without a qualifier.
func (f Function) IsComplete() bool {
	return f.partition != "" && f.region != "" && f.accountID != ""
}

// Unqualified returns f without its qualifier. The zero Function stays zero.
func (f Function) Unqualified() Function {
	f.qualifier = Qualifier{}
	return f
}

// WithQualifier returns f with qualifier q in place of its own. The zero
// Qualifier gives [Function.Unqualified].
//
// It returns the zero Function if f is zero, and if no function name can carry
// q: a qualifier with '$' in it, other than $LATEST and $LATEST.PUBLISHED, can
// only be sent in the Qualifier parameter.
func (f Function) WithQualifier(q Qualifier) Function {
	if !f.IsValid() || !q.fitsFunction() {
		return Function{}
	}
	f.qualifier = q
	return f
}

// Complete returns f with those of its parts that were left out, and only
// those, taken from the arguments. An empty argument leaves its part out.
//
// It returns the zero Function if f is zero, and if an argument that is used is not
// valid in a FunctionName. A valid partition is aws, or aws followed by letters and
// hyphens; a valid region has the form of us-east-1; a valid accountID has 12
// digits.
func (f Function) Complete(partition, region, accountID string) Function {
	f.partition = cmp.Or(f.partition, partition)
	f.region = cmp.Or(f.region, region)
	f.accountID = cmp.Or(f.accountID, accountID)
	valid := f.name != "" &&
		(f.partition == "" || isPartition(f.partition)) &&
		(f.region == "" || IsRegion(f.region)) &&
		(f.accountID == "" || IsAccountID(f.accountID))
	if !valid {
		return Function{}
	}
	return f
}

// Compare returns -1, 0 or +1 for f before, equal to or after g. It compares
// partition, region, account, name and qualifier in this order, each by its
// bytes; a part that was left out comes first, and so does the zero Function. It
// returns 0 exactly if f == g.
func (f Function) Compare(g Function) int {
	return cmp.Or(
		strings.Compare(f.partition, g.partition),
		strings.Compare(f.region, g.region),
		strings.Compare(f.accountID, g.accountID),
		strings.Compare(f.name, g.name),
		f.qualifier.Compare(g.qualifier),
	)
}

// String returns the name of f in its shortest documented form: a bare name,
// or else a partial or full ARN with "function:" before the name, each with
// the qualifier after it. The zero Function gives "".
//
// ParseFunction(f.String()) == f for every f but the zero Function. A bare name
// with a qualifier gets "function:" as well where it would otherwise be read
// as something else: function:us-east-1:PROD is alias PROD of a function
// called us-east-1.
func (f Function) String() string {
	if f == (Function{name: f.name}) {
		return f.name
	}
	var room [maxFunctionName]byte
	return string(f.append(room[:0]))
}

// AppendText implements [encoding.TextAppender] with the text of
// [Function.String]. The error is always nil.
func (f Function) AppendText(b []byte) ([]byte, error) { return f.append(b), nil }

// MarshalText implements [encoding.TextMarshaler] with the text of
// [Function.String]: the zero Function becomes empty text. The error is always
// nil.
func (f Function) MarshalText() ([]byte, error) { return f.AppendText(nil) }

// UnmarshalText implements [encoding.TextUnmarshaler] with [ParseFunction],
// except that empty text becomes the zero Function. On error, which is a
// [*ParseError], f is left as it was.
func (f *Function) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*f = Function{}
		return nil
	}
	parsed, err := ParseFunction(string(text))
	if err == nil {
		*f = parsed
	}
	return err
}

func (f Function) append(b []byte) []byte {
	if f.partition != "" {
		b = append(append(append(b, "arn:"...), f.partition...), ":lambda:"...)
	}
	if f.region != "" {
		b = append(append(b, f.region...), ':')
	}
	if f.accountID != "" {
		b = append(append(b, f.accountID...), ':')
	}
	if !f.isBare() || f.looksPartial() {
		b = append(b, "function:"...)
	}
	b = append(b, f.name...)
	if !f.qualifier.IsZero() {
		b = append(append(b, ':'), f.qualifier.text...)
	}
	return b
}

func (f Function) isBare() bool {
	return f.partition == "" && f.region == "" && f.accountID == ""
}

// looksPartial reports whether NAME:QUALIFIER would be read as a partial ARN,
// with the qualifier for its name. A name never starts with '$', so that one
// with $LATEST is read right.
func (f Function) looksPartial() bool {
	return !f.qualifier.IsZero() && !strings.HasPrefix(f.qualifier.text, "$") &&
		(f.name == "function" || IsRegion(f.name) || IsAccountID(f.name))
}
