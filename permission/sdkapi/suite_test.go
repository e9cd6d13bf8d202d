package sdkapi_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
)

// The SDK's unmodified client passes the suite for implementations of the API, over
// HTTP and with verified signatures.
func TestSuite(t *testing.T) {
	permissiontest.TestAPI(t, func(t *testing.T) permissiontest.Harness {
		server := permissiontest.NewServer(t,
			permissiontest.WithAccount("111111111111"), permissiontest.WithCredentials("AKIDEXAMPLE", "secret", ""))
		server.CreateFunction("fn")
		version := server.PublishVersion("fn")
		api := sdkapi.New(lambda.NewFromConfig(server.Config()))
		return permissiontest.Harness{
			API:             api,
			Documents:       api,
			Function:        "arn:aws:lambda:us-east-1:111111111111:function:fn",
			Version:         version,
			Alias:           "live",
			AliasRevisionId: server.CreateAlias("fn", "live", version),
		}
	})
}
