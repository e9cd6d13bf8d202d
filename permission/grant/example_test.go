package grant_test

import (
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/validate"
)

// StatementID derives the id from the meaning of a grant, so that repeated deployments
// do not add statements to the policy.
func ExampleStatementID() {
	partner := validate.Request{
		FunctionName: "Thumbnail",
		Action:       "lambda:InvokeFunction",
		Principal:    "210987654321",
	}
	partner.StatementId = grant.StatementID("", partner)
	fmt.Println(partner.StatementId)

	partner.Principal = "arn:aws:iam::210987654321:root" // the same account
	fmt.Println(grant.StatementID("", partner) == partner.StatementId)
	// Output:
	// 210987654321-3d9028ba04a6bf6f196749fde7515b63
	// true
}

// With an owner, its statements can be distinguished from those of others.
func ExampleStatementID_owner() {
	partner := validate.Request{Action: "lambda:InvokeFunction", Principal: "210987654321"}
	fmt.Println(grant.StatementID("billing", partner))
	// Output:
	// billing-66k3il4yifkiukchoe7xt443
}
