package validate

import (
	"strings"
	"unicode"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// Rules that the service applies to well-formed members. A rule is not applied if a
// member that it looks at is malformed: that member has its own violation, and its
// meaning is not known.

// The service's answers, InvalidParameterValueException, word for word.
const (
	mismatchMessage = "The derived qualifier from the function name does not match the specified qualifier."
	latestMessage   = "We currently do not support adding policies for $LATEST."
	authTypeMessage = "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"
	// The service is reported to refuse this; its words are not known and are
	// formed here after those of FunctionUrlAuthType.
	invokedViaMessage = "InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action"
)

const latest = "$LATEST"

const latestHint = "leave the qualifier out for the unqualified function, or name a version or an alias"

// latestInName judges a grant on "NAME:$LATEST". If Qualifier is $LATEST too, the
// violation is reported there.
func (e *examination) latestInName(r *Request) {
	if e.name.qualifier == latest && r.Qualifier != latest && r.Operation.isAddPermission() {
		e.reportWith(latestHint, fieldFunctionName, RuleLatest, r.FunctionName, latestMessage)
	}
}

// qualifier judges a Qualifier beside another one in the name, for any operation,
// and a grant on $LATEST.
func (e *examination) qualifier(r *Request) {
	if own := e.name.qualifier; own != "" && own != r.Qualifier && matchCurrentQualifier(r.Qualifier) {
		e.found = append(e.found, mismatch(own, r.Qualifier))
	}
	if r.Qualifier == latest && r.Operation.isAddPermission() {
		e.reportWith(latestHint, fieldQualifier, RuleLatest, r.Qualifier, latestMessage)
	}
}

// principal judges the form of a Principal.
func (e *examination) principal(p string) {
	if message := principalRefusal(p); message != "" {
		e.report(fieldPrincipal, RulePrincipal, p, message)
	}
}

// authType and invokedVia allow the actions "*" and "lambda:*": it is not known whether
// the service refuses them.
func (e *examination) authType(r *Request) {
	if !mayBeAction(r.Action, "lambda:InvokeFunctionUrl") {
		const hint = `set Action to "lambda:InvokeFunctionUrl", or leave FunctionUrlAuthType out`
		e.reportWith(hint, fieldFunctionUrlAuthType, RuleAuthTypeAction, r.FunctionUrlAuthType, authTypeMessage)
	}
}

// invokedVia judges true only: it is not known whether the service refuses an explicit
// false.
func (e *examination) invokedVia(r *Request) {
	if *r.InvokedViaFunctionUrl && !mayBeAction(r.Action, "lambda:InvokeFunction") {
		const hint = `set Action to "lambda:InvokeFunction", or leave InvokedViaFunctionUrl out`
		e.reportWith(hint, fieldInvokedViaFunctionUrl, RuleInvokedViaAction, "true", invokedViaMessage)
	}
}

// mismatch is the violation of a Qualifier beside another one in FunctionName.
func mismatch(inName, qualifier string) Violation {
	return Violation{
		Field: "Qualifier", Rule: RuleQualifierMismatch, Value: qualifier, Message: mismatchMessage,
		Hint: "FunctionName says " + abbrev.Quote(inName) + ": give the qualifier in one of the two",
	}
}

// mayBeAction reports whether an action is the wanted one, covers it, or is
// malformed or missing. Case is ignored, as it is when a policy is evaluated
// (IAM User Guide, "IAM JSON policy elements: Action"); whether the service's
// check ignores it too is not known, so the rule gives way.
func mayBeAction(action, want string) bool {
	return action == "*" || action == "lambda:*" || strings.EqualFold(action, want) || !matchAction(action)
}

// The pattern of Principal does not tell whether a principal exists: the service
// looks it up. RulePrincipal refuses only the forms that no principal can have (IAM
// User Guide, "AWS JSON policy elements: Principal"). It does not judge the names of
// services: the list is not published, and not all end in ".amazonaws.com".

// The service's answers, InvalidParameterValueException, word for word.
const principalMessage = "The provided principal was invalid. Please check the principal and try again."

// cutShortMessage is the answer for an IAM ARN that is one colon short.
func cutShortMessage(principal string) string {
	return "The provided input'" + principal + "'was invalid. Member must satisfy expression: [\\w+=,.@-]* Please check your input and try again."
}

// principalRefusal returns the service's answer to a principal of an impossible
// form. It is "" if the form is possible or the pattern is broken.
func principalRefusal(p string) string {
	switch {
	case !mayBeNoPrincipal(p) || !isNoPrincipal(p) || !charset.NotSpace.Matches(p):
		return ""
	case isCutShortIAM(p):
		return cutShortMessage(p)
	}
	return principalMessage
}

// mayBeNoPrincipal reports whether p has no dot, or begins or ends as one of the
// forms of isNoPrincipal does: with a number, a quotation mark, a bracket, an ARN,
// "amazonaws.com" or "http". Most services do neither, and to see that takes less time.
func mayBeNoPrincipal(p string) bool {
	return p[0] == 'a' || p[0] == 'h' || p[0] == '{' || p[0] == '[' || strings.IndexByte(p, '.') < 0 ||
		(charset.Digit | charset.Quotation).Has(p[0]) || charset.Quotation.Has(p[len(p)-1])
}

func isNoPrincipal(p string) bool {
	return isNoService(p) || isNoAccount(p) || isNoIdentity(p) || isCutShortIAM(p) || isURL(p) || isQuoted(p) || isJSON(p) || isBareWord(p)
}

// isBareWord reports whether p is neither a name with a dot nor an ARN, and not one of
// the principals that have neither a dot nor a colon: "*", an account ID, a canonical
// user ID, the unique ID of a user or role.
func isBareWord(p string) bool {
	return !strings.ContainsAny(p, ".:") && p != "*" && !arn.IsAccountID(p) && !isCanonicalID(p) && !isUniqueID(p)
}

func isCanonicalID(p string) bool {
	return len(p) == canonicalIDLength && strings.Trim(p, "0123456789abcdefABCDEF") == ""
}

// isUniqueID reports whether p begins as the unique ID of a user or role does and has
// no other characters than one (IAM User Guide, "IAM identifiers", "Understanding
// unique ID prefixes"). It does not judge the length.
func isUniqueID(p string) bool {
	isPrefixed := strings.HasPrefix(p, "AIDA") || strings.HasPrefix(p, "AROA")
	return isPrefixed && charset.Alnum.Matches(p) && !strings.ContainsFunc(p, unicode.IsLower)
}

// isJSON reports whether p is the Principal element of a policy, or begins like one.
func isJSON(p string) bool { return p[0] == '{' || p[0] == '[' }

// isNoService reports whether p is the domain of the service principals without a
// service before it.
func isNoService(p string) bool { return p == "amazonaws.com" || p == "amazonaws.com.cn" }

// canonicalIDLength is the length of a canonical user ID, in hexadecimal digits.
const canonicalIDLength = 64

// isNoAccount reports whether p is a number but not an account ID of 12 digits.
func isNoAccount(p string) bool {
	return isDigitsAndHyphens(p) && !arn.IsAccountID(p) && len(p) < canonicalIDLength
}

// isNoIdentity reports whether p is an ARN that does not name an identity, or one
// whose account is a number of other than 12 digits. ARNs of IAM and STS name
// principals; those of Organizations pass, since the service's answer is not known.
func isNoIdentity(p string) bool {
	a, ok := splitSourceArn(p)
	if !ok {
		return false
	}
	switch a.service {
	case "iam", "sts":
		return isNoAccount(a.account)
	case "organizations":
		return false
	}
	return true
}

// isCutShortIAM is "arn:aws:iam:ACCOUNT:..." for "arn:aws:iam::ACCOUNT:...".
func isCutShortIAM(p string) bool {
	rest, isArn := strings.CutPrefix(p, "arn:")
	if !isArn || strings.Count(rest, ":") != 3 {
		return false
	}
	_, rest, _ = strings.Cut(rest, ":")
	service, rest, _ := strings.Cut(rest, ":")
	account, resource, _ := strings.Cut(rest, ":")
	return service == "iam" && arn.IsAccountID(account) && isPrintableASCII(resource)
}

func isURL(p string) bool {
	return strings.HasPrefix(p, "http://") || strings.HasPrefix(p, "https://")
}

// isDigitsAndHyphens is a number, perhaps in groups.
func isDigitsAndHyphens(s string) bool {
	return charset.DigitOrHyphen.Matches(s) && charset.Digit.Has(s[0])
}

func isPrintableASCII(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
