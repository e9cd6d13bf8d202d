package validate

import (
	"github.com/lambdaperm/lambdaperm/internal/charset"
)

// Current holds the rules that the service enforces today. It is the set to use.
// To refuse a request that the service would accept is worse than not to check at
// all. So a row follows the live service where its behaviour is known, and the API
// model otherwise, widened where the service was seen to be wider for another
// member of the same shape.
//
// Beside the constraints of single members it has rules on their meaning:
// RuleQualifierMismatch, RuleLatest, RulePrincipal, RuleAuthTypeAction and
// RuleInvokedViaAction. A grant that the service accepts, but that is unsafe or can
// never match, breaks no rule.
var Current *Rules = &Rules{rows: currentRows, index: &index{}, splitName: splitCurrentName, meaning: true}

// Source of the rows, unless one says otherwise: AWS Lambda API Reference,
// AddPermission, GetPolicy, RemovePermission, PutResourcePolicy, GetResourcePolicy
// and DeleteResourcePolicy, "URI Request Parameters" and "Request Body".
var currentRows = []row{
	{
		// The region of the live service also begins with "eusc-" (the European
		// Sovereign Cloud), which the reference lacks.
		field:      fieldFunctionName,
		operations: statementOperations,
		required:   true,
		min:        1, max: 256,
		pattern: `(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
		match:   matchCurrentFunctionName,
	},
	{
		field:      fieldQualifier,
		operations: statementOperations,
		min:        1, max: 128,
		pattern: `\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`,
		match:   matchCurrentQualifier,
	},
	{
		field:      fieldStatementId,
		operations: []Operation{AddPermission},
		required:   true,
		min:        1, max: 100,
		pattern: `([a-zA-Z0-9-_]+)`,
		shape:   shape{set: charset.Word},
	},
	{
		// A dot is legal here: a policy may hold statements that AddPermission did not make.
		field:      fieldStatementId,
		operations: []Operation{RemovePermission},
		required:   true,
		min:        1, max: 100,
		pattern: `([a-zA-Z0-9-_.]+)`,
		shape:   shape{set: charset.WordOrDot},
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
		pattern:    `[^\s]+`,
		shape:      shape{set: charset.NotSpace},
	},
	{
		// Wider than the reference in two ways. Its region,
		// ([a-z]{2}(-gov)?-[a-z]+-\d{1})?, lacks the regions of the isolated and
		// sovereign partitions, which the same shape in another operation was seen
		// to have. And "*" for the region stands in a documented grant,
		// arn:aws:events:*:123456789012:rule/* (AWS Lambda Developer Guide, "Using
		// AWS Lambda with Amazon CloudWatch Events"). No such grant is known with
		// "*" for the account, which stays refused.
		field:      fieldSourceArn,
		operations: []Operation{AddPermission},
		pattern:    `arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}|\*)?:(\d{12})?:(.*)`,
		match:      matchCurrentSourceArn,
	},
	{
		field:      fieldSourceAccount,
		operations: []Operation{AddPermission},
		min:        0, max: 12,
		pattern: `\d{12}`,
		shape:   shape{set: charset.Digit, from: 12, to: 12},
	},
	{
		field:      fieldEventSourceToken,
		operations: []Operation{AddPermission},
		min:        0, max: 256,
		pattern: `[a-zA-Z0-9._\-]+`,
		shape:   shape{set: charset.WordOrDot},
	},
	{
		field:      fieldPrincipalOrgID,
		operations: []Operation{AddPermission},
		min:        12, max: 34,
		pattern: `o-[a-z0-9]{10,32}`,
		shape:   orgIDShape,
	},
	{
		field:      fieldFunctionUrlAuthType,
		operations: []Operation{AddPermission},
		enum:       []string{"NONE", "AWS_IAM"},
	},
	{
		field:      fieldInvokedViaFunctionUrl,
		operations: []Operation{AddPermission},
	},
	{
		// The pattern is as printed, with the last "+" outside of its group: it also
		// matches texts that are the ARN of nothing, such as one that ends in
		// ":a$LATESTb".
		field:      fieldResourceArn,
		operations: documentOperations,
		required:   true,
		min:        0, max: 256,
		pattern: `arn:(aws[a-zA-Z-]*)?:lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:\d{12}:function:[a-zA-Z0-9-_]+(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_])+)?`,
		match:   matchResourceArn,
	},
	{
		// Characters; the quota of the stored policy, which counts bytes, is refused by
		// state.
		field:      fieldPolicy,
		operations: []Operation{PutResourcePolicy},
		required:   true,
		min:        1, max: 20480,
		pattern: `[\s\S]+`,
		match:   func(s string) bool { return s != "" },
	},
	{
		// Any string: one that is not the policy's revision is refused by state, not by shape.
		field:      fieldRevisionId,
		operations: []Operation{AddPermission, RemovePermission},
	},
	{
		field:      fieldRevisionId,
		operations: []Operation{PutResourcePolicy, DeleteResourcePolicy},
		min:        36, max: 36,
		pattern: `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`,
		match:   matchRevisionID,
	},
}

// orgIDShape is o-[a-z0-9]{10,32}.
var orgIDShape = shape{"o-", charset.LowerOrDigit, 10, 32}
