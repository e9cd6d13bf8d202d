package validate

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Mistakes of StatementId and Action.

func wrongCharacterInId(v string) string {
	i := strings.IndexFunc(v, isForeign)
	if i < 0 {
		return ""
	}
	r, _ := utf8.DecodeRuneInString(v[i:])
	return "a statement id has letters, digits, - and _ alone, not " + strconv.QuoteRune(r) +
		": try " + quote(strings.Map(hyphenForForeign, v))
}

func isForeign(r rune) bool { return r > '~' || !is(byte(r), word) }

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

// wrongPrefix is lambda.InvokeFunction, Lambda:InvokeFunction, lambda::InvokeFunction and the like.
func wrongPrefix(v string) string {
	const prefix = "lambda"
	if len(v) <= len(prefix) || !strings.EqualFold(v[:len(prefix)], prefix) {
		return ""
	}
	name := strings.TrimLeft(v[len(prefix):], ".:/-_ ")
	if name == v[len(prefix):] || !isAll(name, alpha) {
		return ""
	}
	return "write " + quote("lambda:"+name)
}

func missingPrefix(v string) string {
	if !isAll(v, alpha) {
		return ""
	}
	return "write " + quote("lambda:"+v) + ", with the service before the name"
}

func otherServiceAction(v string) string {
	service, name, ok := strings.Cut(v, ":")
	if !ok || service == "lambda" || !isAll(service, alnumOrHyphen) || !isAll(name, alpha) {
		return ""
	}
	return "this is an action of " + quote(service) + ": a function's policy grants those of lambda"
}
