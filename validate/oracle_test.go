package validate_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/validate"
)

// The oracle applies the constraints with package regexp.

// whole compiles a documented expression so that it must match the whole value. The
// group is necessary because some expressions are alternatives.
func whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

// compiled is a constraint with its compiled expression.
type compiled struct {
	validate.Constraint
	re *regexp.Regexp
}

func compile(rules *validate.Rules) []compiled {
	var all []compiled
	for _, c := range rules.Constraints() {
		row := compiled{Constraint: c}
		if c.Pattern != "" {
			row.re = whole(c.Pattern)
		}
		all = append(all, row)
	}
	return all
}

// broken is the field and the rule of a violation.
type broken struct{ Field, Rule string }

// judge returns the violations of the constraints of single members in a request, in
// order.
func judge(rows []compiled, r validate.Request) []broken {
	var all []broken
	operation := validate.Operation(r.Operation.String()) // the zero value means AddPermission
	if !slices.ContainsFunc(rows, func(c compiled) bool { return slices.Contains(c.Operations, operation) }) {
		return []broken{{"Operation", validate.RuleEnum}}
	}
	statements := slices.Contains(operations[:4], operation)
	for _, m := range members(r) {
		i := slices.IndexFunc(rows, func(c compiled) bool {
			return c.Field == m.name && slices.Contains(c.Operations, operation)
		})
		present := m.value != "" || r.Empty.Has(m.name) && !(m.name == "RevisionId" && statements) && m.name != "InvokedViaFunctionUrl"
		switch {
		case i >= 0 && rows[i].Required && m.value == "":
			all = append(all, broken{m.name, validate.RuleRequired})
		case i < 0 && present:
			all = append(all, broken{m.name, validate.RuleUnknownMember})
		case i >= 0 && present:
			all = append(all, rows[i].judge(m.value)...)
		}
	}
	return all
}

func (c compiled) judge(v string) []broken {
	var all []broken
	n := utf8.RuneCountInString(v)
	if n < c.MinLength {
		all = append(all, broken{c.Field, validate.RuleMinLength})
	}
	if c.MaxLength > 0 && n > c.MaxLength {
		all = append(all, broken{c.Field, validate.RuleMaxLength})
	}
	if c.re != nil && !c.re.MatchString(v) {
		all = append(all, broken{c.Field, validate.RulePattern})
	}
	if c.Enum != nil && !slices.Contains(c.Enum, v) {
		all = append(all, broken{c.Field, validate.RuleEnum})
	}
	return all
}

// member is the name and the value of a member of a request.
type member struct{ name, value string }

// members returns the members of a request in the API's order.
func members(r validate.Request) []member {
	via := ""
	if r.InvokedViaFunctionUrl != nil {
		via = "set"
	}
	return []member{
		{"FunctionName", r.FunctionName},
		{"Qualifier", r.Qualifier},
		{"StatementId", r.StatementId},
		{"Action", r.Action},
		{"Principal", r.Principal},
		{"SourceArn", r.SourceArn},
		{"SourceAccount", r.SourceAccount},
		{"EventSourceToken", r.EventSourceToken},
		{"PrincipalOrgID", r.PrincipalOrgID},
		{"FunctionUrlAuthType", r.FunctionUrlAuthType},
		{"InvokedViaFunctionUrl", via},
		{"ResourceArn", r.ResourceArn},
		{"Policy", r.Policy},
		{"RevisionId", r.RevisionId},
	}
}

// singleMember are the rules about a single member, which the table of constraints
// decides.
var singleMember = []string{
	validate.RuleRequired, validate.RuleMinLength, validate.RuleMaxLength,
	validate.RulePattern, validate.RuleEnum, validate.RuleUnknownMember,
}

// tables are the compiled constraints of both sets.
var tables = map[*validate.Rules][]compiled{
	validate.Original: compile(validate.Original),
	validate.Current:  compile(validate.Current),
}

// compareMeaning checks the rules of Current that are not in the table against the
// documented expressions and their submatches; Original has no such rules.
func compareMeaning(t *testing.T, rules *validate.Rules, r validate.Request, got []broken) {
	t.Helper()
	p, _ := currentNameParts(r.FunctionName)
	adds := r.Operation.String() == "AddPermission"
	mismatch := slices.Contains(operations[:4], r.Operation) && p.qualifier != "" && p.qualifier != r.Qualifier && currentQualifier.MatchString(r.Qualifier)
	latest := adds && (p.qualifier == "$LATEST" || r.Qualifier == "$LATEST")
	for rule, want := range map[string]bool{
		validate.RuleQualifierMismatch: mismatch,
		validate.RuleLatest:            latest,
		validate.RulePrincipal:         adds && isNoPrincipal(r.Principal),
		validate.RuleAuthTypeAction:    adds && r.FunctionUrlAuthType != "" && isOtherAction(r.Action, "lambda:InvokeFunctionUrl"),
		validate.RuleInvokedViaAction: adds && r.InvokedViaFunctionUrl != nil && *r.InvokedViaFunctionUrl &&
			isOtherAction(r.Action, "lambda:InvokeFunction"),
	} {
		want = want && rules == validate.Current
		if has := slices.ContainsFunc(got, func(b broken) bool { return b.Rule == rule }); has != want {
			t.Errorf("%s broken: %v, want %v for %+v", rule, has, want, r)
		}
	}
}

func isOtherAction(action, want string) bool {
	return action != "*" && action != "lambda:*" && !strings.EqualFold(action, want) && wholeAction.MatchString(action)
}

var (
	wholeAction    = whole(`lambda:[*]|lambda:[a-zA-Z]+|[*]`)
	noSpace        = whole(`[^\s]+`)
	number         = whole(`[0-9][0-9-]{0,62}`)
	twelveDigits   = whole(`\d{12}`)
	sixParts       = regexp.MustCompile(`^arn:[^:]*:([^:]*):[^:]*:([^:]*):`)
	refusedOutside = regexp.MustCompile(`^amazonaws\.com(\.cn)?$|^https?://|^["'` + "`" + `“”„‘’‚«»]|["'` + "`" + `“”„‘’‚«»]$|^arn:[^:]*:iam:\d{12}:[!-9;-~]+$|^[{[]`)
	noDotOrColon   = whole(`[^.:]+`)
	otherwiseKnown = whole(`[*]|\d{12}|[0-9a-fA-F]{64}|(AIDA|AROA)[A-Z0-9]*`)
)

// isNoPrincipal implements RulePrincipal a second time, with expressions.
func isNoPrincipal(p string) bool {
	if !noSpace.MatchString(p) {
		return false // malformed
	}
	isBareWord := noDotOrColon.MatchString(p) && !otherwiseKnown.MatchString(p)
	if refusedOutside.MatchString(p) || isOtherNumber(p) || isBareWord {
		return true
	}
	parts := sixParts.FindStringSubmatch(p)
	switch {
	case parts == nil || parts[1] == "organizations":
		return false
	case parts[1] == "iam" || parts[1] == "sts":
		return isOtherNumber(parts[2])
	}
	return true
}

func isOtherNumber(s string) bool { return number.MatchString(s) && !twelveDigits.MatchString(s) }
