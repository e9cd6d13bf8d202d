package ensure_test

import (
	"context"
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// copyGrants gives one version or alias the grants of another.
func copyGrants(ctx context.Context, api permission.API, from, to string) error {
	reading, err := permission.ReadPolicy(ctx, api, from)
	if err != nil {
		return err
	}
	desired, err := ensure.FromDocument(to, "", reading.Document)
	if err != nil {
		return err // a Deny, for example, which AddPermission cannot copy
	}
	_, err = ensure.Grants(ctx, api, desired)
	return err
}

// A new version gets the grants that an alias has.
func ExampleFromDocument_copyToVersion() {
	service := permissiontest.NewService()
	err := service.SetPolicy("thumbnail:PROD", `{"Version":"2012-10-17","Statement":[{"Sid":"partner","Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail:PROD"}]}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	version, err := service.PublishVersion("thumbnail")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := copyGrants(context.Background(), service.API(), "thumbnail:PROD", "thumbnail:"+version); err != nil {
		fmt.Println(err)
	}
	document, _ := service.Policy("thumbnail:" + version)
	for _, s := range document.Statements() {
		fmt.Println(s.Sid(), s.Principals(), s.Resources())
	}
	// Output:
	// partner [{AWS arn:aws:iam::210987654321:root}] [arn:aws:lambda:us-east-1:123456789012:function:thumbnail:1]
}
