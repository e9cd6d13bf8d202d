// Package validate checks a grant before it is sent: by the documented
// constraints of the Lambda operations AddPermission, GetPolicy and
// RemovePermission, and by rules that the service is known to apply beside them.
//
// The SDK's own client checks that four members are not nil. Everything else
// comes back from the service, one round trip later and with the first layer of
// mistakes only. Check finds all of them at once:
//
//	err := validate.Current.Check(validate.Request{
//		FunctionName: "my-function",
//		StatementId:  "s3",
//		Action:       "lambda:InvokeFunction",
//		Principal:    "s3.amazonaws.com",
//		SourceArn:    "arn:aws:s3:::my-bucket",
//	})
//
// The error is an [*Error] that holds a [Violation] for each broken rule: the
// member, the rule's id, the value, the constraint in the service's words and,
// for a known mistake, the right form.
//
// There are two sets of rules. [Current] has those that the service enforces today.
// [Original] is the API reference of 2016 and 2017 to the letter. Both are
// tables, which Constraints shows.
//
// A rule is something whose violation the service rejects. A grant that the
// service accepts, but that is unsafe or can never match, breaks no rule here.
//
// Lengths count code points; each byte that is not UTF-8 counts one. A pattern
// must match the whole value, as ^(?:PATTERN)$ does in package regexp. Matching
// is done by hand-written matchers in linear time; the expressions are their
// oracle in the tests.
//
// No text of this package holds any part of an EventSourceToken.
package validate
