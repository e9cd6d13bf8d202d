package validate

import "strings"

// Whether a principal is one is not a matter of its pattern: the service looks
// it up. RulePrincipal refuses the forms alone that no principal can have, by
// the reference of the Principal element (IAM User Guide, "AWS JSON policy
// elements: Principal"). Which service names exist is left to the service: the
// list is not published, and not all end in ".amazonaws.com".

// The service's answers, InvalidParameterValueException, word for word.
const principalMessage = "The provided principal was invalid. Please check the principal and try again."

// cutShortMessage is the answer for an IAM ARN that is one colon short.
func cutShortMessage(principal string) string {
	return "The provided input'" + principal + "'was invalid. Member must satisfy expression: [\\w+=,.@-]* Please check your input and try again."
}

// principalRefusal is the service's answer to a principal of a form that none has,
// "" if there is nothing to say against its form or its pattern is broken.
func principalRefusal(p string) string {
	switch {
	case !isNoPrincipal(p) || !isAll(p, notSpace):
		return ""
	case isCutShortIAM(p):
		return cutShortMessage(p)
	}
	return principalMessage
}

func isNoPrincipal(p string) bool {
	return isNoService(p) || isNoAccount(p) || isNoIdentity(p) || isCutShortIAM(p) || isURL(p) || isQuoted(p)
}

// mayBeNoPrincipal reports whether a form of isNoPrincipal can begin or end like
// this: with a number, a quotation mark, an ARN, "amazonaws.com" or "http". Most
// services do neither, and that is soon seen. Only the lean way asks it, so that the
// other one, which does not, shows what it misses.
func mayBeNoPrincipal(p string) bool {
	return p != "" && (p[0] == 'a' || p[0] == 'h' || classes[p[0]]&(digit|quotation) != 0 || is(p[len(p)-1], quotation))
}

// isNoService is the domain of all service principals with no service before it.
func isNoService(p string) bool { return p == "amazonaws.com" || p == "amazonaws.com.cn" }

// canonicalIDLength is that of a canonical user ID, hexadecimal digits.
const canonicalIDLength = 64

// isNoAccount is a number that is no account ID, which has 12 digits.
func isNoAccount(p string) bool {
	return isDigitsAndHyphens(p) && !isAccountID(p) && len(p) < canonicalIDLength
}

// isNoIdentity is an ARN of what is no identity, or with a number for the
// account that is no account ID. Of ARNs, those of IAM and STS are principals;
// those of Organizations are let pass, since nothing is known of them.
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
	return service == "iam" && isAccountID(account) && isPrintableASCII(resource)
}

func isURL(p string) bool {
	return strings.HasPrefix(p, "http://") || strings.HasPrefix(p, "https://")
}

// isDigitsAndHyphens is a number, perhaps in groups.
func isDigitsAndHyphens(s string) bool {
	return isAll(s, digitOrHyphen) && is(s[0], digit)
}

func isPrintableASCII(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
