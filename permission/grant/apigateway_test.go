package grant_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/grant"
)

const api = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/"

// The options become the parts of the route.
func TestAPIGateway(t *testing.T) {
	for _, c := range []struct {
		name string
		opts []grant.Option
		want string // the part of the ARN behind the API's id
	}{
		{"all", nil, "*"},
		{"a stage", []grant.Option{grant.WithStage("prod")}, "prod/*"},
		{"a method", []grant.Option{grant.WithMethod("GET")}, "*/GET/*"},
		{"any method", []grant.Option{grant.WithMethod("ANY"), grant.WithPath("/pets")}, "*/*/pets"},
		{"a path", []grant.Option{grant.WithPath("/pets")}, "*/*/pets"},
		{"the root", []grant.Option{grant.WithStage("prod"), grant.WithMethod("GET"), grant.WithPath("/")}, "prod/GET/"},
		{"a path with a parameter", []grant.Option{grant.WithMethod("GET"), grant.WithPath("/pets/{id}/owner")}, "*/GET/pets/*/owner"},
		{"a path with a rest", []grant.Option{grant.WithPath("/{proxy+}")}, "*/*/*"},
		// Routes have keys.
		{"a route of an HTTP API", []grant.Option{grant.WithRoute("GET /pets/{id}")}, "*/GET/pets/*"},
		{"any method of an HTTP API", []grant.Option{grant.WithRoute("ANY /pets")}, "*/*/pets"},
		{"the default route", []grant.Option{grant.WithStage("$default"), grant.WithRoute("$default")}, "$default/$default"},
		{"a route of a WebSocket API", []grant.Option{grant.WithStage("prod"), grant.WithRoute("$connect")}, "prod/$connect"},
		{"a route of its own", []grant.Option{grant.WithRoute("sendMessage")}, "*/sendMessage"},
	} {
		r, err := grant.APIGateway(thumbnail, "a1b2c3d4e5", c.opts...)
		if r.SourceArn != api+c.want || r.Principal != "apigateway.amazonaws.com" || err != nil {
			t.Errorf("%s: %q, %v, want %q", c.name, r.SourceArn, err, api+c.want)
		}
		// The source is one that API Gateway calls for.
		if again, err := grant.EventSource(thumbnail, r.SourceArn); err != nil || again != r {
			t.Errorf("%s: EventSource gives %+v, %v", c.name, again, err)
		}
	}
}

// Region and account are the function's, or are said.
func TestAPIGatewayOfName(t *testing.T) {
	r, err := grant.APIGateway("thumbnail", "a1b2c3d4e5", grant.WithFunctionRegion("cn-north-1"), grant.WithSourceAccount(otherAccount))
	if want := "arn:aws-cn:execute-api:cn-north-1:210987654321:a1b2c3d4e5/*"; r.SourceArn != want || err != nil {
		t.Errorf("%q, %v, want %q", r.SourceArn, err, want)
	}
	r, err = grant.APIGateway(thumbnail, "a1b2c3d4e5", grant.WithSourceAccount(otherAccount))
	if want := "arn:aws:execute-api:us-east-1:210987654321:a1b2c3d4e5/*"; r.SourceArn != want || err != nil {
		t.Errorf("another account: %q, %v, want %q", r.SourceArn, err, want)
	}
}

func TestAPIGatewayRefuses(t *testing.T) {
	for _, c := range []struct {
		name                    string
		function, api           string
		opts                    []grant.Option
		argument, reason, right string
	}{
		{"no account", "us-east-1:f", "a1", nil, "function", "account", "WithSourceAccount"},
		{"no region", "123456789012:f", "a1", nil, "function", "region", "WithFunctionRegion"},
		{"no API", thumbnail, "", nil, "apiID", "not the id", "letters"},
		{"a URL", thumbnail, "https://a1.execute-api.us-east-1.amazonaws.com", nil, "apiID", "not the id", "letters"},
		{"every API", thumbnail, "*", nil, "apiID", "not the id", "letters"},
		{"a route", thumbnail, "a1/prod", nil, "apiID", "not the id", "letters"},
		{"an ARN", thumbnail, api + "*", nil, "apiID", "ARN", "grant.EventSource"},
		{"an unset stage", thumbnail, "a1", []grant.Option{grant.WithStage("")}, "WithStage", "empty", ""},
		{"an unset path", thumbnail, "a1", []grant.Option{grant.WithPath("")}, "WithPath", "empty", ""},
		{"an unset route", thumbnail, "a1", []grant.Option{grant.WithRoute("")}, "WithRoute", "empty", ""},
		{"a stage and more", thumbnail, "a1", []grant.Option{grant.WithStage("prod/GET")}, "WithStage", "slash", ""},
		{"a method in small letters", thumbnail, "a1", []grant.Option{grant.WithMethod("get")}, "WithMethod", "capitals", "GET"},
		{"a path without its slash", thumbnail, "a1", []grant.Option{grant.WithPath("pets")}, "WithPath", "slash", "/pets"},
		{"an empty segment", thumbnail, "a1", []grant.Option{grant.WithPath("//pets")}, "WithPath", "empty segment", ""},
		{"route and method", thumbnail, "a1", []grant.Option{grant.WithRoute("GET /pets"), grant.WithMethod("GET")}, "WithRoute", "WithMethod", ""},
		{"a route in small letters", thumbnail, "a1", []grant.Option{grant.WithRoute("get /pets")}, "WithRoute", "capitals", "GET"},
		{"a path with a space", thumbnail, "a1", []grant.Option{grant.WithPath("/my pets")}, "WithPath", "space", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := grant.APIGateway(c.function, c.api, c.opts...)
			checkRefusal(t, err, c.argument, c.reason, c.right)
			if got != (grant.Request{}) {
				t.Errorf("a grant beside the error: %+v", got)
			}
		})
	}
}
