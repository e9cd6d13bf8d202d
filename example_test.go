package lambdaperm_test

import (
	"context"
	"fmt"
	"log"

	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// The example lets a bucket invoke a function. The service in memory stands for AWS; a
// program uses permission.NewFromConfig(cfg) instead of its API.
func Example() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		log.Fatal(err)
	}
	var client permission.API = service.API()

	ctx := context.Background()
	r, err := grant.EventSource("thumbnail", "arn:aws:s3:::photos", grant.WithSourceAccount("123456789012"), grant.WithOwner("uploads"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.AddPermission(ctx, permission.NewAddPermissionInput(r)); err != nil {
		log.Fatal(err)
	}

	document, _ := service.Policy("thumbnail")
	for _, s := range document.Statements() {
		fmt.Println(s.Sid(), s.Effect(), s.Principals(), s.Actions())
	}
	// Output:
	// uploads-4ljaa27o2kmqcs2iyxtednob Allow [{Service s3.amazonaws.com}] [lambda:InvokeFunction]
}
