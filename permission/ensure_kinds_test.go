package permission_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// kinds are grants of every kind of principal and every kind of condition.
func kinds() map[string]*permission.AddPermissionInput {
	base := func(change func(*permission.AddPermissionInput)) *permission.AddPermissionInput {
		in := &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"), StatementId: aws.String("grant"),
			Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("s3.amazonaws.com"),
		}
		change(in)
		return in
	}
	principal := func(p string) *permission.AddPermissionInput {
		return base(func(in *permission.AddPermissionInput) { in.Principal = aws.String(p) })
	}
	return map[string]*permission.AddPermissionInput{
		"service":        principal("events.amazonaws.com"),
		"account id":     principal("210987654321"),
		"account's root": principal("arn:aws:iam::210987654321:root"),
		"role":           principal("arn:aws:iam::210987654321:role/deploy"),
		"user":           principal("arn:aws:iam::210987654321:user/ann"),
		"session":        principal("arn:aws:sts::210987654321:assumed-role/deploy/ann"),
		"Alexa":          principal("alexa-appkit.amazon.com"),
		"everyone":       principal("*"),
		"SourceArn":      base(func(in *permission.AddPermissionInput) { in.SourceArn = aws.String("arn:aws:s3:::ph*tos") }),
		"SourceAccount":  base(func(in *permission.AddPermissionInput) { in.SourceAccount = aws.String("123456789012") }),
		"both sources":   grant(),
		"organization": base(func(in *permission.AddPermissionInput) {
			in.Principal, in.PrincipalOrgID = aws.String("*"), aws.String("o-a1b2c3d4e5")
		}),
		"token": alexa("amzn1.ask.skill.0001"),
		"function URL": base(func(in *permission.AddPermissionInput) {
			in.Principal, in.Action = aws.String("*"), aws.String("lambda:InvokeFunctionUrl")
			in.FunctionUrlAuthType = permission.FunctionUrlAuthTypeNone
		}),
		"via function URL": base(func(in *permission.AddPermissionInput) {
			in.Principal, in.InvokedViaFunctionUrl = aws.String("*"), aws.Bool(true)
		}),
		"not via function URL": base(func(in *permission.AddPermissionInput) { in.InvokedViaFunctionUrl = aws.Bool(false) }),
		"all actions":          base(func(in *permission.AddPermissionInput) { in.Action = aws.String("lambda:*") }),
		"alias":                base(func(in *permission.AddPermissionInput) { in.Qualifier = aws.String("PROD") }),
		"version in the name":  base(func(in *permission.AddPermissionInput) { in.FunctionName = aws.String("Thumbnail:1") }),
		"full ARN": base(func(in *permission.AddPermissionInput) {
			in.FunctionName = aws.String("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
		}),
	}
}

// newService returns a service with function Thumbnail, its version 1 and its
// alias PROD.
func newService(t *testing.T) *permissiontest.Service {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	version, _ := service.PublishVersion("Thumbnail")
	if _, err := service.CreateAlias("Thumbnail", "PROD", version); err != nil {
		t.Fatal(err)
	}
	return service
}
