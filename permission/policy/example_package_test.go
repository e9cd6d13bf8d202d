package policy_test

import (
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The example parses a policy, describes it and evaluates two calls.
func Example() {
	document, err := policy.Parse(`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s3-photos","Effect":"Allow",
		"Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:eu-west-1:123456789012:function:thumbnail",
		"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(document.Describe())
	fmt.Println(document.Size(), "of", policy.MaxSize, "bytes")

	for _, account := range []string{"123456789012", "210987654321"} {
		decision := document.Evaluate(policy.Invocation{
			Function: arn.MustParseFunction("arn:aws:lambda:eu-west-1:123456789012:function:thumbnail"),
			Caller:   policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::photos", SourceAccount: account},
		})
		fmt.Println(decision.Verdict(), decision.Reasons())
	}
	// Output:
	// 1 (s3-photos): Allows the service s3.amazonaws.com to call lambda:InvokeFunction on arn:aws:lambda:eu-west-1:123456789012:function:thumbnail, if SourceAccount is 123456789012 and SourceArn matches arn:aws:s3:::photos.
	// 352 of 20480 bytes
	// Allowed []
	// Denied [statement 1 (s3-photos): SourceAccount 210987654321 is not 123456789012]
}
