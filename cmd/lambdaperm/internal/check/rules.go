package check

import (
	"slices"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A rule has the explanation of a rule that findings name.
type rule struct {
	id            string
	severity      lint.Severity
	title         string
	why           string
	documentation string
	ofInput       bool // about the form of the input; it cannot be disabled
}

// rules is the table of all rules, including those of lint about a whole policy.
var rules = slices.Concat(inputRules, serviceRules, fileRules, lintRules())

// ruleOf returns the rule with an id, or the zero rule if no rule has it.
func ruleOf(id string) rule {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.id == id })
	if i < 0 {
		return rule{}
	}
	return rules[i]
}

// Rules of this command itself.
const (
	ruleSyntax          = string(requestfile.KindSyntax)
	ruleDuplicateMember = string(requestfile.KindDuplicate)
	ruleFormat          = "unknown-format"
	ruleSameID          = "same-statement-id"
)

// Rules about the form of a file.
var inputRules = []rule{
	inputRule(requestfile.KindEncoding, "The text is not UTF-8",
		"JSON is exchanged in UTF-8. Readers put a replacement character for what they cannot read, and so change the grant."),
	inputRule(requestfile.KindSyntax, "The text is neither JSON nor YAML",
		"Nothing after this place is checked, since the beginning of the next request is not known."),
	inputRule(ruleFormat, "The file is of a format that is not read",
		"Grants are read from requests, templates, plans, policies and answers of the service. Nothing of another file is checked."),
	inputRule(requestfile.KindShape, "The value is not a JSON object",
		"A request is one object; several stand in an array or in a row."),
	inputRule(requestfile.KindDuplicate, "A member is there twice",
		"Readers of JSON differ in which of the two they take, so the grant is not what somebody who reads the file thinks."),
	inputRule(requestfile.KindType, "A member's value is of another type",
		"An account id that is written as a number loses its leading zeros, for example."),
	inputRule(requestfile.KindEmpty, "A member is empty",
		"A template leaves an empty text where a variable is not set. Taken for an absent member, it would make the grant wider."),
}

func inputRule(kind requestfile.Kind, title, why string) rule {
	return rule{
		id: string(kind), severity: lint.SeverityError, title: title, why: why, ofInput: true,
		documentation: `AWS Lambda API Reference, "AddPermission", Request Syntax`,
	}
}

// Rules that the service enforces.
var serviceRules = []rule{
	serviceRule(validate.RuleRequired, "A required member is missing",
		"FunctionName, StatementId, Action and Principal make a grant. An empty text counts as missing."),
	serviceRule(validate.RuleMinLength, "A member is too short", "The reference has a least length for it."),
	serviceRule(validate.RuleMaxLength, "A member is too long", "The reference has a greatest length for it."),
	serviceRule(validate.RulePattern, "A member does not match its expression",
		"The whole of the value must match the documented regular expression."),
	serviceRule(validate.RuleEnum, "A member has a value that is not allowed", "The reference lists all values."),
	serviceRule(validate.RuleUnknownMember, "The request has no such member",
		"A member that is misspelled, or that the chosen reference does not have, would be dropped; if it is a condition, the grant would be wider than it looks."),
	serviceRule(validate.RuleNameLength, "The name of the function is too long",
		"A name without account and region has at most 64 characters."),
	serviceRule(validate.RuleQualifierMismatch, "FunctionName and Qualifier name different versions or aliases",
		"The grant is for one of them, and it is not known for which."),
	serviceRule(validate.RuleLatest, "The grant is on $LATEST",
		"Grants are on the unqualified function, a version or an alias."),
	serviceRule(validate.RulePrincipal, "The principal is of no known form",
		"A principal is a service, an account id, the ARN of an IAM identity, or *."),
	serviceRule(validate.RuleAuthTypeAction, "FunctionUrlAuthType stands beside another action",
		"The member limits lambda:InvokeFunctionUrl and nothing else."),
	serviceRule(validate.RuleInvokedViaAction, "InvokedViaFunctionUrl stands beside another action",
		"The member limits lambda:InvokeFunction and nothing else."),
}

// Rules about a file as a whole.
var fileRules = []rule{
	serviceRule(ruleSameID, "Two grants on one function have the same id",
		"The service refuses the second one: a statement id is unique in its policy."),
	{
		id: template.RuleReference, severity: lint.SeverityError, title: "The template refers to something that it does not have",
		why:           "AWS CloudFormation refuses such a template before it makes anything.",
		documentation: `AWS CloudFormation Template Reference, "Ref", "Fn::GetAtt" and "Fn::Sub"`,
	},
}

func serviceRule(id, title, why string) rule {
	return rule{
		id: id, severity: lint.SeverityError, title: title, why: why,
		documentation: `AWS Lambda API Reference, "AddPermission", Request Parameters`,
	}
}

// lintRules returns the rules about grants that the service accepts.
func lintRules() (list []rule) {
	for _, r := range lint.Rules() {
		list = append(list, rule{
			id: r.ID, severity: r.Severity, title: r.Title, why: r.Why, documentation: r.Documentation,
		})
	}
	return list
}
