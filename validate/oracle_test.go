package validate_test

import (
	"regexp"
	"slices"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/validate"
)

// The oracle: the same table, judged by package regexp and nothing clever.

// whole compiles a documented expression, which must match the whole value. The
// group matters: some expressions have alternatives at their top.
func whole(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }

// compiled are the constraints of a set with their expressions.
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

// broken is a violation without its texts.
type broken struct{ Field, Rule string }

// judge gives what the rows of an operation say of a request, in order, without
// the rules that are no constraint of one member.
func judge(rows []compiled, r validate.Request) []broken {
	var all []broken
	operation := validate.Operation(r.Operation.String()) // the zero value means AddPermission
	for _, m := range members(r) {
		i := slices.IndexFunc(rows, func(c compiled) bool {
			return c.Field == m.name && slices.Contains(c.Operations, operation)
		})
		present := m.value != "" || r.Empty.Has(m.name) && m.name != "RevisionId" && m.name != "InvokedViaFunctionUrl"
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

// member is a member of a request by its name.
type member struct{ name, value string }

// members are those of a request in the API's order, written out by hand.
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
		{"RevisionId", r.RevisionId},
	}
}

// singleMember are the rules that the table alone decides.
var singleMember = []string{
	validate.RuleRequired, validate.RuleMinLength, validate.RuleMaxLength,
	validate.RulePattern, validate.RuleEnum, validate.RuleUnknownMember,
}
