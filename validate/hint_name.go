package validate

import (
	"errors"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// Mistakes of FunctionName and Qualifier.

// newerName is a name that only the original reference refuses.
func newerName(v string) string {
	if !matchCurrentFunctionName(v) {
		return ""
	}
	return "the original reference predates this form: check with validate.Current"
}

func urlAsName(v string) string {
	if !strings.Contains(v, "://") {
		return ""
	}
	return "a URL is no function name: give the function's name or its ARN"
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
	return "this is an ARN of " + quote(a.service) + ": FunctionName takes one of a Lambda function"
}

// wrongAccountInName looks at the place of the account in a full ARN and in a
// partial one.
func wrongAccountInName(v string) string {
	if a, ok := splitSourceArn(v); ok && a.account != "" && !isAccountID(a.account) {
		if h := wrongAccount(a.account); h != "" {
			return h
		}
		return quote(a.account) + " stands in the place of the account ID, which has 12 digits"
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
	return `a function name has no "/": in an ARN it stands behind "function:"`
}

func wildcardInName(v string) string {
	if !strings.Contains(v, "*") {
		return ""
	}
	return "FunctionName takes no wildcard: each function has its own policy"
}

// notAName says why package arn refuses the name.
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
		return "this is the name of a function: Qualifier takes a version or an alias alone"
	}
	return "this is the name of a function: Qualifier takes the version or alias alone, " + quote(f.Qualifier().String())
}

func urlAsQualifier(v string) string {
	if !strings.Contains(v, "://") {
		return ""
	}
	return "this is a URL: Qualifier takes a version or an alias"
}

// notAQualifier says why package arn refuses the qualifier.
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
