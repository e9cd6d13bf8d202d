package validate

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// Mistakes of FunctionName and Qualifier.

// newerName judges a name that only the original reference refuses.
func newerName(v string) string {
	if !matchCurrentFunctionName(v) {
		return ""
	}
	return "the original reference predates this form: check with validate.Current"
}

func nameAsResource(v string) string {
	if f, err := arn.ParseFunction(v); err != nil || f.IsComplete() {
		return ""
	}
	return "operations on whole policies take the full ARN: arn:aws:lambda:REGION:ACCOUNT:function:" + abbrev.Quote(v)
}

func wildcardInResource(v string) string {
	if !strings.ContainsAny(v, "*?") {
		return ""
	}
	return "ResourceArn takes no wildcard; the Resource of a statement may have one"
}

func urlAsName(v string) string {
	if !strings.Contains(v, "://") {
		return ""
	}
	return "a URL is not a function name: give the function's name or its ARN"
}

func lowerCaseLatest(v string) string {
	i := len(v) - len(latest)
	if i < 0 || v[i:] == latest || !strings.EqualFold(v[i:], latest) {
		return ""
	}
	return "$LATEST is written in capital letters"
}

func otherServiceArn(v string) string {
	a, ok := splitSourceArn(v)
	if !ok || a.service == "" || a.service == "lambda" {
		return ""
	}
	return "this is an ARN of " + abbrev.Quote(a.service) + ": FunctionName takes one of a Lambda function"
}

// wrongAccountInName looks at the place of the account in a full ARN and in a
// partial one.
func wrongAccountInName(v string) string {
	if a, ok := splitSourceArn(v); ok && a.account != "" && !arn.IsAccountID(a.account) {
		if h := wrongAccount(a.account); h != "" {
			return h
		}
		return abbrev.Quote(a.account) + " stands in the place of the account ID, which has 12 digits"
	}
	account, _, ok := strings.Cut(v, ":")
	if !ok {
		return ""
	}
	return wrongAccount(account)
}

func slashInName(v string) string {
	if !strings.Contains(v, "/") {
		return ""
	}
	return `a function name has no "/": in an ARN it stands after "function:"`
}

func wildcardInName(v string) string {
	if !strings.Contains(v, "*") {
		return ""
	}
	return "FunctionName takes no wildcard: each function has its own policy"
}

// notAName returns the reason why package arn refuses the name.
func notAName(v string) string {
	_, err := arn.ParseFunction(v)
	return reason(err)
}

func nameAsQualifier(v string) string {
	f, err := arn.ParseFunction(v)
	switch {
	case err != nil || !strings.Contains(v, ":"):
		return ""
	case f.Qualifier().IsZero():
		return "this is the name of a function: Qualifier takes only a version or an alias"
	}
	return "this is the name of a function: Qualifier takes only the version or alias, " + abbrev.Quote(f.Qualifier().String())
}

func urlAsQualifier(v string) string {
	if !strings.Contains(v, "://") {
		return ""
	}
	return "this is a URL: Qualifier takes a version or an alias"
}

// notAQualifier returns the reason why package arn refuses the qualifier.
func notAQualifier(v string) string {
	_, err := arn.ParseQualifier(v)
	return reason(err)
}

func reason(err error) string {
	var parse *arn.ParseError
	if !errors.As(err, &parse) {
		return ""
	}
	return parse.Reason
}

// Mistakes of StatementId and Action.

func wrongCharacterInId(v string) string {
	i := strings.IndexFunc(v, isForeign)
	if i < 0 {
		return ""
	}
	r, _ := utf8.DecodeRuneInString(v[i:])
	return "a statement id has only letters, digits, - and _, not " + strconv.QuoteRune(r) +
		": try " + abbrev.Quote(strings.Map(hyphenForForeign, v))
}

func isForeign(r rune) bool { return r > '~' || !charset.Word.Has(byte(r)) }

func hyphenForForeign(r rune) rune {
	if isForeign(r) {
		return '-'
	}
	return r
}

func severalActions(v string) string {
	if !strings.ContainsAny(v, ",[") {
		return ""
	}
	return "a grant has one action: add a grant for each"
}

func partialWildcard(v string) string {
	if name, ok := strings.CutPrefix(v, "lambda:"); !ok || !strings.Contains(name, "*") {
		return ""
	}
	return `a wildcard stands for the whole name: "lambda:*"`
}

// wrongPrefix judges actions such as lambda.InvokeFunction, Lambda:InvokeFunction and
// lambda::InvokeFunction.
func wrongPrefix(v string) string {
	const prefix = "lambda"
	if len(v) <= len(prefix) || !strings.EqualFold(v[:len(prefix)], prefix) {
		return ""
	}
	name := strings.TrimLeft(v[len(prefix):], ".:/-_ ")
	if name == v[len(prefix):] || !charset.Letter.Matches(name) {
		return ""
	}
	return "write " + abbrev.Quote("lambda:"+name)
}

func missingPrefix(v string) string {
	if !charset.Letter.Matches(v) {
		return ""
	}
	return "write " + abbrev.Quote("lambda:"+v) + ", with the service before the name"
}

func otherServiceAction(v string) string {
	service, name, _ := strings.Cut(v, ":")
	if !charset.AlnumOrHyphen.Matches(service) || !charset.Letter.Matches(name) {
		return ""
	}
	return "this is an action of " + abbrev.Quote(service) + ": a function's policy grants those of lambda"
}
