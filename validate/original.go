package validate

import (
	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// Original is the API reference of AddPermission as it stood in 2016 and 2017,
// to the letter: eight patterns, four lengths, four required members, the 64
// characters of a bare function name, and no rule between members ($LATEST is
// legal here). The only partition that it knows is "aws".
//
// The members that it does not have (PrincipalOrgID, FunctionUrlAuthType,
// InvokedViaFunctionUrl, RevisionId) must not be set: an endpoint of that time would
// ignore them, and the grant would lack a condition.
//
// The reference documents AddPermission only. For GetPolicy and
// RemovePermission Original holds the rows of the members they share with it. The
// operations on whole policies are newer: Check refuses each request of them with
// one violation, of RuleEnum in Operation.
var Original *Rules = &Rules{rows: originalRows, index: &index{}, splitName: splitOriginalName}

// Source of every row: AWS Lambda Developer Guide, AddPermission, "URI Request
// Parameters" (FunctionName, Qualifier) and "Request Body" (the others).
var originalRows = []row{
	{
		field:      fieldFunctionName,
		operations: statementOperations,
		required:   true,
		min:        1, max: 140,
		pattern: `(arn:aws:lambda:)?([a-z]{2}-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?`,
		match:   matchOriginalFunctionName,
	},
	{
		field:      fieldQualifier,
		operations: statementOperations,
		min:        1, max: 128,
		// The empty alternative is never used: "" is absent, and too short besides.
		pattern: `(|[a-zA-Z0-9$_-]+)`,
		match:   matchOriginalQualifier,
	},
	{
		field:      fieldStatementId,
		operations: []Operation{AddPermission, RemovePermission},
		required:   true,
		min:        1, max: 100,
		pattern: `([a-zA-Z0-9-_]+)`,
		shape:   shape{set: charset.Word},
	},
	{
		field:      fieldAction,
		operations: []Operation{AddPermission},
		required:   true,
		pattern:    `(lambda:[*]|lambda:[a-zA-Z]+|[*])`,
		match:      matchAction,
	},
	{
		field:      fieldPrincipal,
		operations: []Operation{AddPermission},
		required:   true,
		pattern:    `.*`,
		match:      matchAnyOnOneLine,
	},
	{
		field:      fieldSourceArn,
		operations: []Operation{AddPermission},
		pattern:    `arn:aws:([a-zA-Z0-9\-])+:([a-z]{2}-[a-z]+-\d{1})?:(\d{12})?:(.*)`,
		match:      matchOriginalSourceArn,
	},
	{
		field:      fieldSourceAccount,
		operations: []Operation{AddPermission},
		pattern:    `\d{12}`,
		shape:      shape{set: charset.Digit, from: 12, to: 12},
	},
	{
		field:      fieldEventSourceToken,
		operations: []Operation{AddPermission},
		min:        0, max: 256,
		pattern: `[a-zA-Z0-9._\-]+`,
		shape:   shape{set: charset.WordOrDot},
	},
}
