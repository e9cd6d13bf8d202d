package lint_test

import (
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The service accepts this grant, but after the bucket is deleted, a bucket of the same
// name in any account may call the function.
func Example() {
	for _, finding := range lint.CheckGrant(validate.Request{
		FunctionName: "thumbnail",
		StatementId:  "photos",
		Action:       "lambda:InvokeFunction",
		Principal:    "s3.amazonaws.com",
		SourceArn:    "arn:aws:s3:::photos",
	}) {
		fmt.Println(finding)
	}
	// Output:
	// warning no-source-account: SourceAccount: "arn:aws:s3:::photos" names no account, and there is no SourceAccount (add SourceAccount, the account that owns the source)
}
