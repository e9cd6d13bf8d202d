package grant_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

const api = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/"

// Each option sets a part of the route.
func TestAPIGateway(t *testing.T) {
	for _, c := range []struct {
		name string
		opts []grant.Option
		want string // the part of the ARN after the API's id
	}{
		{"all", nil, "*"},
		{"a stage", []grant.Option{grant.WithStage("prod")}, "prod/*"},
		{"a method", []grant.Option{grant.WithMethod("GET")}, "*/GET/*"},
		{"any method", []grant.Option{grant.WithMethod("ANY"), grant.WithPath("/pets")}, "*/*/pets"},
		{"a path", []grant.Option{grant.WithPath("/pets")}, "*/*/pets"},
		{"the root", []grant.Option{grant.WithStage("prod"), grant.WithMethod("GET"), grant.WithPath("/")}, "prod/GET/"},
		{"a path with a parameter", []grant.Option{grant.WithMethod("GET"), grant.WithPath("/pets/{id}/owner")}, "*/GET/pets/*/owner"},
		{"a path with a wildcard", []grant.Option{grant.WithPath("/pets/*")}, "*/*/pets/*"},
		{"every stage", []grant.Option{grant.WithStage("*"), grant.WithMethod("*"), grant.WithPath("/")}, "*/*/"},
		{"a long stage", []grant.Option{grant.WithStage(strings.Repeat("s", 128))}, strings.Repeat("s", 128) + "/*"},
		{"a path with a greedy parameter", []grant.Option{grant.WithPath("/{proxy+}")}, "*/*/*"},
		// Routes by their keys.
		{"a route of an HTTP API", []grant.Option{grant.WithRoute("GET /pets/{id}")}, "*/GET/pets/*"},
		{"any method of an HTTP API", []grant.Option{grant.WithRoute("ANY /pets")}, "*/*/pets"},
		{"the default route", []grant.Option{grant.WithStage("$default"), grant.WithRoute("$default")}, "$default/$default"},
		{"a route of a WebSocket API", []grant.Option{grant.WithStage("prod"), grant.WithRoute("$connect")}, "prod/$connect"},
		{"every route", []grant.Option{grant.WithStage("prod"), grant.WithRoute("*")}, "prod/*"},
		{"a custom route", []grant.Option{grant.WithRoute("sendMessage")}, "*/sendMessage"},
	} {
		r, err := grant.APIGateway(thumbnail, "a1b2c3d4e5", c.opts...)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if r.SourceArn != api+c.want {
			t.Errorf("%s: SourceArn %q, want %q", c.name, r.SourceArn, api+c.want)
		}
		if want := "apigateway.amazonaws.com"; r.Principal != want {
			t.Errorf("%s: Principal %q, want %q", c.name, r.Principal, want)
		}
		// EventSource accepts the same route.
		again, err := grant.EventSource(thumbnail, r.SourceArn)
		if diff := cmp.Diff(r, again); diff != "" || err != nil {
			t.Errorf("%s: EventSource: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

// Region and account are those of the function or of options.
func TestAPIGatewayOfName(t *testing.T) {
	r, err := grant.APIGateway("thumbnail", "a1b2c3d4e5", grant.WithFunctionRegion("cn-north-1"), grant.WithSourceAccount(otherAccount))
	if want := "arn:aws-cn:execute-api:cn-north-1:210987654321:a1b2c3d4e5/*"; r.SourceArn != want || err != nil {
		t.Errorf("SourceArn %q, error %v; want %q, nil", r.SourceArn, err, want)
	}
	r, err = grant.APIGateway(thumbnail, "a1b2c3d4e5", grant.WithSourceAccount(otherAccount))
	if want := "arn:aws:execute-api:us-east-1:210987654321:a1b2c3d4e5/*"; r.SourceArn != want || err != nil {
		t.Errorf("another account: SourceArn %q, error %v; want %q, nil", r.SourceArn, err, want)
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
		{"an unset account", thumbnail, "a1", []grant.Option{grant.WithSourceAccount("")}, "WithSourceAccount", "empty", ""},
		{"a malformed account", thumbnail, "a1", []grant.Option{grant.WithSourceAccount("1234")}, "WithSourceAccount", "12 digits", ""},
		{"no API", thumbnail, "", nil, "apiID", "not the id", "letters"},
		{"a URL", thumbnail, "https://a1.execute-api.us-east-1.amazonaws.com", nil, "apiID", "not the id", "letters"},
		{"every API", thumbnail, "*", nil, "apiID", "not the id", "letters"},
		{"a route", thumbnail, "a1/prod", nil, "apiID", "not the id", "letters"},
		{"an ARN", thumbnail, api + "*", nil, "apiID", "ARN", "grant.EventSource"},
		{"an unset stage", thumbnail, "a1", []grant.Option{grant.WithStage("")}, "WithStage", "empty", ""},
		{"an unset path", thumbnail, "a1", []grant.Option{grant.WithPath("")}, "WithPath", "empty", ""},
		{"an unset route", thumbnail, "a1", []grant.Option{grant.WithRoute("")}, "WithRoute", "empty", ""},
		{"a stage and more", thumbnail, "a1", []grant.Option{grant.WithStage("prod/GET")}, "WithStage", "not the name of a stage", "letters"},
		{"a stage of two wildcards", thumbnail, "a1", []grant.Option{grant.WithStage("**")}, "WithStage", "not the name of a stage", "* for every stage"},
		{"a stage with a wildcard", thumbnail, "a1", []grant.Option{grant.WithStage("prod*")}, "WithStage", "not the name of a stage", "* for every stage"},
		{"a variable instead of a stage", thumbnail, "a1", []grant.Option{grant.WithStage("${stage}")}, "WithStage", "not the name of a stage", "letters"},
		{"a stage on two lines", thumbnail, "a1", []grant.Option{grant.WithStage("prod\n")}, "WithStage", "not the name of a stage", "letters"},
		{"a stage that is too long", thumbnail, "a1", []grant.Option{grant.WithStage(strings.Repeat("s", 129))}, "WithStage", "not the name of a stage", "at most 128"},
		// WithMethod accepts only the methods of API Gateway.
		{"an unset method", thumbnail, "a1", []grant.Option{grant.WithMethod("")}, "WithMethod", "empty", "ANY"},
		{"a misspelt method", thumbnail, "a1", []grant.Option{grant.WithMethod("GETX")}, "WithMethod", "not a method", "GET"},
		{"another method", thumbnail, "a1", []grant.Option{grant.WithMethod("PROPFIND")}, "WithMethod", "not a method", "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY"},
		{"any method not in capitals", thumbnail, "a1", []grant.Option{grant.WithMethod("Any")}, "WithMethod", "capitals", "ANY"},
		{"a method and a path", thumbnail, "a1", []grant.Option{grant.WithMethod("GET /pets")}, "WithMethod", "not a method", "ANY"},
		{"a method in lower case", thumbnail, "a1", []grant.Option{grant.WithMethod("get")}, "WithMethod", "capitals", "GET"},
		{"a path without its slash", thumbnail, "a1", []grant.Option{grant.WithPath("pets")}, "WithPath", "slash", "/pets"},
		{"a path with a query", thumbnail, "a1", []grant.Option{grant.WithPath("/pets?id=1")}, "WithPath", "query", "/pets"},
		{"a path on two lines", thumbnail, "a1", []grant.Option{grant.WithPath("/pets\n")}, "WithPath", "white space", ""},
		{"a path with two wildcards", thumbnail, "a1", []grant.Option{grant.WithPath("/pets/**")}, "WithPath", "twice", ""},
		{"a parameter with other text", thumbnail, "a1", []grant.Option{grant.WithPath("/pets/{id}.json")}, "WithPath", `brace in "{id}.json"`, ""},
		{"a parameter without its end", thumbnail, "a1", []grant.Option{grant.WithPath("/pets/{id")}, "WithPath", "brace", ""},
		{"a parameter without its beginning", thumbnail, "a1", []grant.Option{grant.WithPath("/pets/id}")}, "WithPath", "brace", ""},
		{"a parameter without a name", thumbnail, "a1", []grant.Option{grant.WithPath("/pets/{}")}, "WithPath", "brace", ""},
		{"two parameters in a segment", thumbnail, "a1", []grant.Option{grant.WithPath("/pets/{a}{b}")}, "WithPath", "brace", ""},
		{"an empty segment", thumbnail, "a1", []grant.Option{grant.WithPath("//pets")}, "WithPath", "empty segment", ""},
		{"route and method", thumbnail, "a1", []grant.Option{grant.WithRoute("GET /pets"), grant.WithMethod("GET")}, "WithRoute", "WithMethod", ""},
		{"a route in lower case", thumbnail, "a1", []grant.Option{grant.WithRoute("get /pets")}, "WithRoute", "the method is not in capitals", "GET"},
		{"a route of a misspelt method", thumbnail, "a1", []grant.Option{grant.WithRoute("PSOT /pets")}, "WithRoute", "the method is not a method", "POST"},
		{"a route without its slash", thumbnail, "a1", []grant.Option{grant.WithRoute("GET pets")}, "WithRoute", "the path does not begin", "/pets"},
		{"a path instead of a route", thumbnail, "a1", []grant.Option{grant.WithRoute("/pets")}, "WithRoute", "no method", "ANY /pets"},
		{"a misspelt route", thumbnail, "a1", []grant.Option{grant.WithRoute("$conect")}, "WithRoute", "predefined", "$connect"},
		{"a variable instead of a route", thumbnail, "a1", []grant.Option{grant.WithRoute("${route}")}, "WithRoute", "predefined", "$disconnect or $default"},
		{"a route with a wildcard", thumbnail, "a1", []grant.Option{grant.WithRoute("send*")}, "WithRoute", "wildcard", "grant.EventSource"},
		{"no function", "", "a1", nil, "function", "empty", "name or ARN"},
		{"an option without meaning", thumbnail, "a1", []grant.Option{grant.WithPrincipal(account)}, "WithPrincipal", "no meaning for APIGateway", ""},
		{"a route with a slash", thumbnail, "a1", []grant.Option{grant.WithRoute("send/Message")}, "WithRoute", "slash", ""},
		{"a route on two lines", thumbnail, "a1", []grant.Option{grant.WithRoute("sendMessage\n")}, "WithRoute", "white space", ""},
		{"a malformed region", "f", "a1", []grant.Option{grant.WithFunctionRegion("us-east-10"), grant.WithSourceAccount(account)}, "WithFunctionRegion", "not the name of a region", ""},
		{"a partition instead of a region", "f", "a1", []grant.Option{grant.WithFunctionRegion("aws-global"), grant.WithSourceAccount(account)}, "WithFunctionRegion", "not the name of a region", ""},
		{"a path with a space", thumbnail, "a1", []grant.Option{grant.WithPath("/my pets")}, "WithPath", "space", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := grant.APIGateway(c.function, c.api, c.opts...)
			checkRefusal(t, err, c.argument, c.reason, c.right)
			if got != (grant.Request{}) {
				t.Errorf("a grant is returned with the error: %+v", got)
			}
		})
	}
}

// FuzzAPIGateway checks that any route results in a grant that passes the rules and has
// no finding, or in an error about the wrong option.
func FuzzAPIGateway(f *testing.F) {
	f.Add("prod", "GET", "/pets/{id}", "")
	f.Add("$default", "", "", "GET /pets")
	f.Add("", "", "", "$connect")
	f.Add("**", "GETX", "/a\nb", "send*")
	f.Fuzz(func(t *testing.T, stage, method, path, route string) {
		var opts []grant.Option
		given := map[string]string{}
		add := func(name, value string, option grant.Option) {
			if value != "" {
				opts, given[name] = append(opts, option), value
			}
		}
		add("WithStage", stage, grant.WithStage(stage))
		add("WithMethod", method, grant.WithMethod(method))
		add("WithPath", path, grant.WithPath(path))
		add("WithRoute", route, grant.WithRoute(route))
		r, err := grant.APIGateway(thumbnail, "a1b2c3d4e5", opts...)
		if err != nil {
			var refused *grant.Error
			if !errors.As(err, &refused) {
				t.Fatalf("error %v, want a *grant.Error", err)
			}
			if value, isGiven := given[refused.Argument]; !isGiven || value != refused.Value {
				t.Errorf("%v: about %s %q, want one of %q", err, refused.Argument, refused.Value, given)
			}
			return
		}
		r.StatementId = "s"
		if err := validate.Current.Check(r); err != nil {
			t.Errorf("%q: %v", given, err)
		}
		for _, found := range lint.CheckGrant(r) {
			if found.Severity > lint.SeverityInfo && found.Rule != lint.RuleBroadSourceArn {
				t.Errorf("%q: %v", given, found)
			}
		}
	})
}
