package permission_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// NewAddPermissionInput and Request are inverse to each other.
func TestNewAddPermissionInput(t *testing.T) {
	via := true
	requests := []validate.Request{
		{},
		{
			FunctionName: "Thumbnail", Qualifier: "PROD", StatementId: "s3-photos", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
			SourceArn: "arn:aws:s3:::photos", SourceAccount: "123456789012", EventSourceToken: "token", PrincipalOrgID: "o-a1b2c3d4e5",
			FunctionUrlAuthType: "AWS_IAM", InvokedViaFunctionUrl: &via, RevisionId: "c0ffee",
		},
		{FunctionName: "Thumbnail", Empty: validate.MembersOf("SourceArn", "SourceAccount", "EventSourceToken", "PrincipalOrgID", "Qualifier", "RevisionId")},
		{Empty: validate.MembersOf("FunctionName", "StatementId", "Action", "Principal")},
	}
	for _, g := range corpus.Grants() {
		requests = append(requests, g.Request)
	}
	for _, r := range requests {
		if diff := cmp.Diff(r, permission.NewAddPermissionInput(r).Request()); diff != "" {
			t.Errorf("%+v (-want +got)\n%s", r, diff)
		}
	}
}

// An empty field that Empty does not name becomes an absent member, which is not sent
// as "".
func TestNewAddPermissionInputOfNothing(t *testing.T) {
	if diff := cmp.Diff(&permission.AddPermissionInput{}, permission.NewAddPermissionInput(validate.Request{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The body has the members in the SDK's order. A boolean is sent as a JSON boolean,
// also if it is false.
func TestAddPermissionBody(t *testing.T) {
	in := &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), Qualifier: aws.String("PROD"), // outside of the body
		Action: aws.String("a"), EventSourceToken: aws.String("t"), FunctionUrlAuthType: permission.FunctionUrlAuthTypeNone,
		Principal: aws.String("p"), PrincipalOrgID: aws.String("o"), RevisionId: aws.String(""),
		SourceAccount: aws.String("n"), SourceArn: aws.String("s"), StatementId: aws.String("i"),
	}
	for value, text := range map[bool]string{false: "false", true: "true"} {
		in.InvokedViaFunctionUrl = &value
		r := capture(t, 201, stored, func(c *permission.Client) error {
			_, err := c.AddPermission(t.Context(), in)
			return err
		}, func(o *permission.Options) { o.Preflight = nil })
		wantEqual(t, "body", r.Body, `{"Action":"a","EventSourceToken":"t","FunctionUrlAuthType":"NONE","InvokedViaFunctionUrl":`+text+
			`,"Principal":"p","PrincipalOrgID":"o","RevisionId":"","SourceAccount":"n","SourceArn":"s","StatementId":"i"}`)
	}
}
