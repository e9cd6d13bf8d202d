package grant

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/lambdaperm/lambdaperm/internal/charset"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// APIGateway returns the grant that lets an API of Amazon API Gateway invoke a
// function, by the API's id: a REST API, an HTTP API or a WebSocket API. Without
// options all stages, methods and paths of the API may call.
//
//   - REST and HTTP APIs: [WithStage], [WithMethod], [WithPath].
//   - A route of an HTTP or a WebSocket API: [WithStage], [WithRoute].
//
// The API is taken to be in the region and the account of the function. They are
// known if function is an ARN; otherwise [WithFunctionRegion] and
// [WithSourceAccount] are needed. For an API elsewhere use [EventSource] with the ARN
// of the route. It takes [WithOwner] too.
func APIGateway(function, apiID string, opts ...Option) (Request, error) {
	o, err := optionsOf("APIGateway", opts, "WithSourceAccount", "WithFunctionRegion", "WithStage", "WithMethod", "WithPath", "WithRoute")
	if err != nil {
		return Request{}, err
	}
	target, err := o.target(function)
	if err != nil {
		return Request{}, err
	}
	account, err := o.apiAccount(target)
	if err != nil {
		return Request{}, err
	}
	if target.region == "" {
		return Request{}, target.regionMissing("it is part of the ARN of an API's routes")
	}
	resource, err := o.routeOf(apiID)
	if err != nil {
		return Request{}, err
	}
	source := strings.Join([]string{"arn", target.partition, "execute-api", target.region, account, resource}, ":")
	row, _ := services.Lookup("apigateway.amazonaws.com")
	return o.finish(Request{
		FunctionName: target.name, Action: invokeFunction, SourceArn: source,
		Principal: services.NameIn(row.Principal, target.partition, target.region),
	}, map[string]string{"FunctionName": "function", "Qualifier": "function"})
}

// apiAccount returns the account of the API.
func (o *options) apiAccount(t target) (string, error) {
	given, err := o.account()
	switch {
	case err != nil:
		return "", err
	case given != "":
		return given, nil
	case t.account == "":
		return "", &Error{
			Argument: "function", Value: t.name,
			Reason: "does not have the account, which is part of the ARN of an API's routes",
			Right:  "the ARN of the function, or grant.WithSourceAccount",
		}
	}
	return t.account, nil
}

// routeOf returns the last part of the ARN of an API's routes.
func (o *options) routeOf(apiID string) (string, error) {
	switch {
	case strings.HasPrefix(apiID, "arn:"):
		return "", &Error{Argument: "apiID", Value: apiID, Reason: "is an ARN, not an id", Right: "grant.EventSource with the ARN of the route"}
	case !charset.Alnum.Matches(apiID):
		return "", &Error{Argument: "apiID", Value: apiID, Reason: "is not the id of an API", Right: "letters and digits, such as a1b2c3d4e5"}
	}
	stage, err := o.routeStage()
	if err != nil {
		return "", err
	}
	rest, err := o.routeRest()
	switch {
	case err != nil:
		return "", err
	case rest != "":
		return apiID + "/" + stage + "/" + rest, nil
	case o.isGiven("WithStage"):
		return apiID + "/" + stage + "/*", nil
	}
	return apiID + "/*", nil
}

// routeStage returns the stage in an ARN.
func (o *options) routeStage() (string, error) {
	if !o.isGiven("WithStage") {
		return "*", nil
	}
	return o.stage, checkStage(o.stage).in("WithStage", o.stage)
}

// routeRest returns the part of an ARN after the stage; "" if no option sets it.
func (o *options) routeRest() (string, error) {
	hasMethod, hasPath := o.isGiven("WithMethod"), o.isGiven("WithPath")
	switch {
	case o.isGiven("WithRoute") && (hasMethod || hasPath):
		return "", &Error{Argument: "WithRoute", Value: o.route, Reason: "already has the method and the path: leave WithMethod and WithPath out"}
	case o.isGiven("WithRoute"):
		rest, wrong := routeKey(o.route)
		return rest, wrong.in("WithRoute", o.route)
	case !hasMethod && !hasPath:
		return "", nil
	}
	method, path := "*", "*"
	var wrong flaw
	if hasMethod {
		if method, wrong = routeMethod(o.method); wrong.found() {
			return "", wrong.in("WithMethod", o.method)
		}
	}
	if hasPath {
		if path, wrong = routePath(o.path); wrong.found() {
			return "", wrong.in("WithPath", o.path)
		}
	}
	return method + "/" + path, nil
}

// A flaw is the reason why a text cannot be a part of a route, and the right form
// if that is known. The zero flaw means that it can.
type flaw struct{ reason, right string }

func (f flaw) found() bool { return f.reason != "" }

// in returns the error for an option with the flaw; nil if there is no flaw.
func (f flaw) in(option, value string) error {
	if !f.found() {
		return nil
	}
	return &Error{Argument: option, Value: value, Reason: f.reason, Right: f.right}
}

// maxStage is the greatest length of a stage's name, in characters.
const maxStage = 128

// checkStage judges the name of a stage (Amazon API Gateway V2 API Reference,
// "Stage", stageName).
func checkStage(stage string) flaw {
	switch {
	case stage == "":
		return flaw{reason: "is empty"}
	case stage == "*" || stage == "$default" || charset.Word.Matches(stage) && len(stage) <= maxStage:
		return flaw{}
	}
	return flaw{"is not the name of a stage", "at most 128 letters, digits, - and _, or $default, or * for every stage"}
}

// routeKey returns the key of a route as an ARN has it. The key of an HTTP API is a
// method and a path, with a space between them.
func routeKey(key string) (string, flaw) {
	method, path, isHTTP := strings.Cut(key, " ")
	if !isHTTP {
		return key, checkRoute(key)
	}
	methodPart, wrong := routeMethod(method)
	if wrong.found() {
		return "", flaw{"the method " + wrong.reason, wrong.right}
	}
	pathPart, wrong := routePath(path)
	if wrong.found() {
		return "", flaw{"the path " + wrong.reason, wrong.right}
	}
	return methodPart + "/" + pathPart, flaw{}
}

// predefinedRoutes are all keys that begin with a dollar sign (Amazon API Gateway
// Developer Guide, "Create routes for WebSocket APIs" and "Create routes for HTTP
// APIs").
var predefinedRoutes = []string{"$connect", "$disconnect", "$default"}

// checkRoute judges the key of a route that has no method.
func checkRoute(key string) flaw {
	switch {
	case key == "":
		return flaw{reason: "is empty"}
	case key == "*" || slices.Contains(predefinedRoutes, key):
		return flaw{}
	case strings.HasPrefix(key, "$"):
		right, _ := services.Nearest(key, predefinedRoutes)
		return flaw{"is not a predefined route", cmp.Or(right, "$connect, $disconnect or $default")}
	case strings.HasPrefix(key, "/"):
		return flaw{"has no method before the path", "ANY " + key}
	case strings.Contains(key, "/"):
		return flaw{reason: "has a slash, which no route without a method has"}
	case strings.ContainsFunc(key, isBlank):
		return flaw{reason: "has white space or a control character, which no route has"}
	case strings.ContainsAny(key, "*?"):
		return flaw{"has a wildcard beside other text", "grant.EventSource with the ARN of the routes"}
	}
	return flaw{}
}

// routeMethod returns a method as an ARN has it: "*" for ANY, because no call has the
// method ANY.
func routeMethod(method string) (string, flaw) {
	upper := strings.ToUpper(method)
	switch {
	case method == "":
		return "", flaw{"is empty", "ANY for every method"}
	case method == "ANY" || method == "*":
		return "*", flaw{}
	case slices.Contains(services.Methods(), method):
		return method, flaw{}
	case upper == "ANY" || slices.Contains(services.Methods(), upper):
		return "", flaw{"is not in capitals, as API Gateway has methods", upper}
	}
	right, _ := services.Nearest(method, services.Methods())
	return "", flaw{"is not a method of an API", cmp.Or(right, strings.Join(services.Methods(), ", ")+" or ANY")}
}

// routePath returns a path as an ARN has it: without its first slash, with a wildcard
// for each parameter in braces.
func routePath(path string) (string, flaw) {
	if wrong := checkPath(path); wrong.found() {
		return "", wrong
	}
	segments := strings.Split(path[1:], "/")
	for i, s := range segments {
		switch {
		case !strings.ContainsAny(s, "{}"):
		case isParameter(s):
			segments[i] = "*"
		default:
			return "", flaw{reason: "has a brace in " + strconv.Quote(s) + ", where a parameter like {id} fills a whole segment"}
		}
	}
	return strings.Join(segments, "/"), flaw{}
}

func isParameter(segment string) bool {
	name, opens := strings.CutPrefix(segment, "{")
	name, closes := strings.CutSuffix(name, "}")
	return opens && closes && name != "" && !strings.ContainsAny(name, "{}")
}

// checkPath judges a path before its parameters are replaced.
func checkPath(path string) flaw {
	beforeQuery, _, hasQuery := strings.Cut(path, "?")
	switch {
	case path == "":
		return flaw{"is empty", "/ for the root"}
	case path[0] != '/':
		return flaw{"does not begin with a slash", "/" + path}
	case strings.Contains(path, "//"):
		return flaw{reason: "has an empty segment"}
	case hasQuery:
		return flaw{"has a query, which no path of an API has", beforeQuery}
	case strings.ContainsFunc(path, isBlank):
		return flaw{reason: "has white space or a control character, which no path of an API has"}
	case strings.Contains(path, "**"):
		return flaw{reason: "has a wildcard twice"}
	}
	return flaw{}
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
