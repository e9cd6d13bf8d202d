package ensure_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const thumbnailARN = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// rule is a grant to one rule of EventBridge.
func rule(name string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com",
		SourceArn: "arn:aws:events:us-east-1:123456789012:rule/" + name,
	}
}

// bucket is a grant to a bucket of an account.
func bucket(name, account string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::" + name, SourceAccount: account,
	}
}

func withID(id string, g validate.Request) validate.Request {
	g.StatementId = id
	return g
}

// buckets are n grants to buckets of one account.
func buckets(n int, account string) []validate.Request {
	list := make([]validate.Request, n)
	for i := range list {
		list[i] = bucket(fmt.Sprintf("photos-%02d", i), account)
	}
	return list
}

// of is the list of owner app for Thumbnail.
func of(grants ...validate.Request) ensure.Desired {
	return ensure.Desired{Function: "Thumbnail", Owner: "app", Grants: grants}
}

// newThumbnail is a service with the function Thumbnail, and an API that notes the
// calls.
func newThumbnail(t testing.TB) (*permissiontest.Service, *watched) {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	return service, &watched{API: service.API()}
}

// store lets a function have statements, as if AddPermission had added them.
func store(t testing.TB, service *permissiontest.Service, grants ...validate.Request) {
	t.Helper()
	for _, g := range grants {
		if g.FunctionName == "" {
			g.FunctionName = "Thumbnail"
		}
		if _, err := service.API().AddPermission(context.Background(), permission.NewAddPermissionInput(g)); err != nil {
			t.Fatal(err)
		}
	}
}

// mustGrants is Grants, which must succeed.
func mustGrants(t testing.TB, api permission.API, d ensure.Desired, optFns ...func(*ensure.Options)) *ensure.GrantsResult {
	t.Helper()
	result, err := ensure.Grants(context.Background(), api, d, optFns...)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// mustPlan is NewPlan, which must succeed.
func mustPlan(t testing.TB, api permission.GetPolicyAPIClient, d ensure.Desired, optFns ...func(*ensure.Options)) *ensure.Plan {
	t.Helper()
	plan, err := ensure.NewPlan(context.Background(), api, d, optFns...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// adoptAll adopts every id.
func adoptAll(string) bool { return true }

func raw(service *permissiontest.Service, function string) string {
	document, _ := service.Policy(function)
	return document.Raw()
}

func parse(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// present returns a request with the members named that are there and empty.
func present(r validate.Request, names ...string) validate.Request {
	r.Empty = validate.MembersOf(names...)
	return r
}

func mustFunction(t testing.TB, name string) arn.Function {
	t.Helper()
	f, err := arn.ParseFunction(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// statementSize is how many bytes a grant's statement has in Thumbnail's policy.
func statementSize(t testing.TB, g validate.Request) int {
	t.Helper()
	s, err := policy.NewStatement(g, mustFunction(t, thumbnailARN))
	if err != nil {
		t.Fatal(err)
	}
	return len(s.Raw())
}

// topic is a grant to a topic, by the last part of its ARN.
func topic(name string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com",
		SourceArn: "arn:aws:sns:us-east-1:123456789012:" + name,
	}
}
