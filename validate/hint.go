package validate

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/charset"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// A mistake returns advice for a value that broke a rule, or "" if the value shows
// no sign of this mistake.
type mistake func(value string) string

// The known mistakes of each member. The first that gives advice wins, so the most
// specific come first.
var mistakes = [fieldCount][]mistake{
	fieldFunctionName: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		newerName, urlAsName, lowerCaseLatest, otherServiceArn, wrongAccountInName, slashInName, wildcardInName, notAName,
	},
	fieldQualifier: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		nameAsQualifier, urlAsQualifier, notAQualifier,
	},
	fieldStatementId: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		wrongCharacterInId,
	},
	fieldAction: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		severalActions, partialWildcard, wrongPrefix, missingPrefix, otherServiceAction,
	},
	fieldPrincipal: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		severalPrincipals, elementAsPrincipal, urlAsPrincipal, serviceMissing, iamColonMissing, resourceAsPrincipal, wrongAccountInPrincipal,
		orgAsPrincipal, bareWord,
	},
	fieldSourceArn: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		newerArn, notAnArn, arnCutShort, zoneAsRegion, wildcardInRegion, wildcardAccount, wrongAccountInArn,
	},
	fieldSourceAccount: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		wrongAccount, arnAsAccount, wildcardAccount,
	},
	// No mistake of this member may repeat any of the value, which is a secret.
	fieldEventSourceToken: {
		spaceInSecret,
	},
	fieldPrincipalOrgID: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		orgPath, orgUnit, orgArn, upperCaseOrg, accountAsOrg, orgPrefixMissing,
	},
	fieldFunctionUrlAuthType: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		misspelledAuthType,
	},
	fieldResourceArn: {
		surroundingSpace, surroundingQuotes, unreplacedVariable,
		nameAsResource, wildcardInResource,
	},
}

const emptyHint = "the member is present but empty: give it a value or leave it out"

// missing returns the advice for a required member that is absent or empty.
func (e *examination) missing(f field) string {
	switch f {
	case fieldFunctionName:
		return "name the function, by its name or its ARN"
	case fieldStatementId:
		if e.operation.isAddPermission() {
			return "give an id that no other statement of the policy has; function StatementID of package grant makes one from the grant"
		}
		return "give the Sid of the statement, as GetPolicy returns it"
	case fieldAction:
		return `write "lambda:InvokeFunction" to let the caller invoke the function`
	case fieldPrincipal:
		return missingPrincipal(e.sourceArn)
	case fieldResourceArn:
		return "name the function by its full ARN: arn:aws:lambda:REGION:ACCOUNT:function:NAME"
	case fieldPolicy:
		return "give the whole document; DeleteResourcePolicy removes a policy"
	}
	return ""
}

// missingPrincipal names the service that calls for the source, if one is known.
func missingPrincipal(sourceArn string) string {
	source, _ := arn.Parse(sourceArn)
	if service, known := services.CallerOf(source); known && service.Instead == "" {
		principal := services.NameIn(service.Principal, source.Partition(), source.Region())
		return "write " + abbrev.Quote(principal) + ", the service that calls for the source"
	}
	return "say who may call: a service, an account ID, or the ARN of a user or role"
}

// hint returns the advice for a value that breaks a rule, or "". A wrong length needs
// advice in two cases only: a value of a wrong form has a violation for its form too.
func hint(f field, rule, value string) string {
	if value == "" {
		return emptyHint
	}
	switch rule {
	case RuleNameLength:
		return "the longer limit of FunctionName is for ARNs"
	case RulePattern, RuleEnum, RulePrincipal:
	case RuleMaxLength:
		if f == fieldStatementId {
			return "function StatementID of package grant makes an id that fits, from an owner and the grant"
		}
		return ""
	default:
		return ""
	}
	for _, m := range mistakes[f] {
		if h := m(value); h != "" {
			return h
		}
	}
	return ""
}

func surroundingSpace(v string) string {
	trimmed := strings.TrimFunc(v, isBlank)
	switch trimmed {
	case v:
		return ""
	case "":
		return "the value has only whitespace"
	}
	return "remove the whitespace around the value: " + abbrev.Quote(trimmed)
}

func spaceInSecret(v string) string {
	if strings.IndexFunc(v, isBlank) < 0 {
		return ""
	}
	return "the value has whitespace in it or around it"
}

// isBlank is whitespace, or one of the two characters without width that a copy
// from a page or a file's byte order mark leaves behind.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' }

// quotationMarks are the straight and the typographic ones.
const quotationMarks = "\"'`“”„‘’‚«»"

// isQuoted reports a quotation mark at either end of v, which is not empty.
func isQuoted(v string) bool {
	// This is faster than Trim, and most values have no quotation mark.
	return (charset.Quotation.Has(v[0]) || charset.Quotation.Has(v[len(v)-1])) && trimMarks(v) != v
}

func trimMarks(v string) string { return strings.Trim(v, quotationMarks) }

func surroundingQuotes(v string) string {
	if !isQuoted(v) {
		return ""
	}
	return "the quotation marks are part of the value: write " + abbrev.Quote(trimMarks(v)) + " without them"
}

func unreplacedVariable(v string) string {
	_, after, ok := strings.Cut(v, "${")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(after, "}")
	return "the variable " + abbrev.Quote("${"+name+"}") + " was not replaced, and no policy variable works here: write its value"
}

// Mistakes of an account ID, wherever it stands.

// wrongAccount judges a number that was meant as an account ID, and passes any other
// text.
func wrongAccount(v string) string {
	digits := strings.ReplaceAll(v, "-", "")
	switch {
	case !isDigitsAndHyphens(v) || arn.IsAccountID(v):
		return ""
	case arn.IsAccountID(digits):
		return "write the account ID without hyphens: " + abbrev.Quote(digits)
	case len(v) == len(digits) && 9 <= len(v) && len(v) <= 11:
		return lostZero(v)
	}
	return "an account ID has 12 digits, this has " + strconv.Itoa(len(digits))
}

// lostZero returns the advice for an account ID of 9 to 11 digits that was read as a
// number: its leading zeros are gone, or a reader of YAML 1.1 took it for an octal
// number because of them.
func lostZero(v string) string {
	h := fmt.Sprintf("an account ID has 12 digits, this has %d: as a number it lost its leading zero, write %q",
		len(v), "000"[:12-len(v)]+v)
	// An octal number with a leading zero has at most eleven more digits of three bits.
	if n, err := strconv.ParseUint(v, 10, 64); err == nil && n < 1<<33 {
		h += fmt.Sprintf(" (or %q, if it was read as an octal number)", fmt.Sprintf("%012o", n))
	}
	return h
}

func arnAsAccount(v string) string {
	a, ok := splitSourceArn(v)
	switch {
	case !ok:
		return ""
	case arn.IsAccountID(a.account):
		return "this is an ARN: write its account ID, " + abbrev.Quote(a.account)
	}
	return "this is an ARN: it belongs in SourceArn"
}
