package validate

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// The matchers of rows whose pattern is not a shape. Each accepts the same texts as
// its row's expression; the tests compare them with package regexp.

// matchOriginalQualifier is (|[a-zA-Z0-9$_-]+).
func matchOriginalQualifier(s string) bool {
	return s == "" || charset.WordOrDollar.Matches(s)
}

// matchAction is (lambda:[*]|lambda:[a-zA-Z]+|[*]).
func matchAction(s string) bool {
	name, ok := strings.CutPrefix(s, "lambda:")
	return s == "*" || ok && (name == "*" || charset.Letter.Matches(name))
}

// matchAnyOnOneLine is .*, whose dot is anything but a line feed.
func matchAnyOnOneLine(s string) bool { return strings.IndexByte(s, '\n') < 0 }

// functionName has the parts of a FunctionName that rules need, as the expression of
// a set finds them. The two sets differ even on names that both accept:
// "us-gov-west-1:PROD" has a region today and was a function with an alias before.
type functionName struct {
	qualifier string
	tooLong   bool // a bare name, without region or account, that exceeds its limit
}

// maxBareName is the limit of a function name without account and region, in
// code points (AddPermission, FunctionName: "If you specify only the function
// name, it is limited to 64 characters in length").
const maxBareName = 64

// splitCurrentName leaves the work to package arn, which has the same expression.
func splitCurrentName(s string) (functionName, bool) {
	f, err := arn.ParseFunction(s)
	if err != nil {
		return functionName{}, false
	}
	n := functionName{qualifier: f.Qualifier().String()}
	if len(s) > maxBareName { // else no part of it can be too long
		isBare := f.Partition() == "" && f.Region() == "" && f.AccountID() == ""
		n.tooLong = isBare && longer(f.Name(), maxBareName)
	}
	return n, true
}

func matchCurrentFunctionName(s string) bool {
	_, err := arn.ParseFunction(s)
	return err == nil
}

// matchCurrentQualifier is \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+, as package arn
// has it too: to parse would allocate a value or an error that is not used.
func matchCurrentQualifier(s string) bool {
	return charset.WordOrDollar.Matches(s) || s == "$LATEST.PUBLISHED"
}

func splitOriginalName(s string) (functionName, bool) {
	o, ok := cutOriginalName(s)
	isBare := o.partition == "" && o.region == "" && o.account == ""
	return functionName{o.qualifier, isBare && longer(o.name, maxBareName)}, ok
}

// originalName is a FunctionName as the groups of the original expression find it.
type originalName struct{ partition, region, account, name, qualifier string }

// cutOriginalName follows
//
//	(arn:aws:lambda:)?([a-z]{2}-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?
//
// Each optional part is taken when it can be. When no name is left then, the
// part that was taken last is itself the name: in "function:$LATEST" the
// function is called "function". Giving back more parts cannot help, since name
// and qualifier have but one colon between them.
func cutOriginalName(s string) (originalName, bool) {
	var n originalName
	rest, last := s, s
	if after, ok := strings.CutPrefix(rest, "arn:aws:lambda:"); ok {
		n.partition, last, rest = "aws", rest, after
	}
	if region, after, ok := strings.Cut(rest, ":"); ok && isOriginalRegion(region) {
		n.region, last, rest = region, rest, after
	}
	if account, after, ok := strings.Cut(rest, ":"); ok && arn.IsAccountID(account) {
		n.account, last, rest = account, rest, after
	}
	if after, ok := strings.CutPrefix(rest, "function:"); ok {
		last, rest = rest, after
	}
	if n.cutName(rest) {
		return n, true
	}
	if !n.cutName(last) {
		return originalName{}, false
	}
	n.giveBack()
	return n, true
}

// cutName takes "name" or "name:qualifier".
func (n *originalName) cutName(s string) bool {
	name, qualifier, qualified := strings.Cut(s, ":")
	if !charset.Word.Matches(name) || qualified && qualifier != "$LATEST" && !charset.Word.Matches(qualifier) {
		return false
	}
	n.name, n.qualifier = name, qualifier
	return true
}

// giveBack drops the part that has become the name.
func (n *originalName) giveBack() {
	switch n.name {
	case n.account:
		n.account = ""
	case n.region:
		n.region = ""
	}
}

func matchOriginalFunctionName(s string) bool {
	_, ok := cutOriginalName(s)
	return ok
}

// sourceArn is a SourceArn cut at its first five colons, not yet judged.
type sourceArn struct {
	partition, service, region, account, resource string
}

// splitSourceArn fails when s does not begin with "arn:" or has fewer than five colons.
func splitSourceArn(s string) (a sourceArn, ok bool) {
	rest, ok := strings.CutPrefix(s, "arn:")
	if !ok {
		return sourceArn{}, false
	}
	a.partition, rest, _ = cutAtColon(rest)
	a.service, rest, _ = cutAtColon(rest)
	a.region, rest, _ = cutAtColon(rest)
	if a.account, a.resource, ok = cutAtColon(rest); !ok {
		return sourceArn{}, false // a missing colon leaves no text to cut
	}
	return a, true
}

// cutAtColon is strings.Cut for the short parts of an ARN.
func cutAtColon(s string) (before, after string, found bool) {
	for i := range len(s) {
		if s[i] == ':' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// matchOriginalSourceArn is arn:aws:([a-zA-Z0-9\-])+:(REGION)?:(\d{12})?:(.*).
func matchOriginalSourceArn(s string) bool {
	a, ok := splitSourceArn(s)
	return ok && a.partition == "aws" && charset.AlnumOrHyphen.Matches(a.service) && (a.region == "" || isOriginalRegion(a.region)) &&
		(a.account == "" || arn.IsAccountID(a.account)) && matchAnyOnOneLine(a.resource)
}

// matchCurrentSourceArn is arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:(REGION|\*)?:(\d{12})?:(.*).
// It takes the parts one by one: to hand them around together takes longer.
func matchCurrentSourceArn(s string) bool {
	rest, ok := strings.CutPrefix(s, "arn:aws")
	partition, rest, _ := cutAtColon(rest)
	service, rest, _ := cutAtColon(rest)
	region, rest, _ := cutAtColon(rest)
	account, resource, colons := cutAtColon(rest) // a missing colon leaves no text to cut
	return ok && colons && (partition == "" || charset.AlnumOrHyphen.Matches(partition)) && charset.AlnumOrHyphen.Matches(service) &&
		(region == "" || region == "*" || arn.IsRegion(region)) &&
		(account == "" || arn.IsAccountID(account)) && matchAnyOnOneLine(resource)
}

// matchResourceArn is
//
//	arn:(aws[a-zA-Z-]*)?:lambda:REGION:\d{12}:function:[a-zA-Z0-9-_]+(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+)?
func matchResourceArn(s string) bool {
	a, ok := splitSourceArn(s)
	resource, isFunction := strings.CutPrefix(a.resource, "function:")
	name, qualifier, qualified := cutAtColon(resource)
	return ok && isFunction && a.service == "lambda" && isResourcePartition(a.partition) &&
		arn.IsRegion(a.region) && arn.IsAccountID(a.account) &&
		charset.Word.Matches(name) && (!qualified || matchResourceQualifier(qualifier))
}

// isResourcePartition is (aws[a-zA-Z-]*)?.
func isResourcePartition(s string) bool {
	rest, ok := strings.CutPrefix(s, "aws")
	return s == "" || ok && (rest == "" || charset.LetterOrHyphen.Matches(rest))
}

// matchResourceQualifier is (\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+.
func matchResourceQualifier(s string) bool {
	rest := s
	for rest != "" {
		if latest, ok := strings.CutPrefix(rest, "$LATEST"); ok {
			rest = strings.TrimPrefix(latest, ".PUBLISHED")
			continue
		}
		n := charset.Word.Span(rest)
		if n == 0 {
			return false
		}
		rest = rest[n:]
	}
	return s != ""
}

// matchRevisionID is [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}.
func matchRevisionID(s string) bool {
	const form = "00000000-0000-0000-0000-000000000000"
	if len(s) != len(form) {
		return false
	}
	for i := range len(s) {
		isHex := '0' <= s[i] && s[i] <= '9' || 'a' <= s[i] && s[i] <= 'f'
		if isHex != (form[i] == '0') || !isHex && s[i] != '-' {
			return false
		}
	}
	return true
}

// isOriginalRegion is [a-z]{2}-[a-z]+-\d{1}: a region of today with two hyphens.
func isOriginalRegion(s string) bool { return arn.IsRegion(s) && strings.Count(s, "-") == 2 }
