package grant

import (
	"strings"

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
// [WithSourceAccount] say them. For an API elsewhere use [EventSource] with the ARN
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
	}, map[string]string{"FunctionName": "function", "Qualifier": "function", "SourceArn": "apiID"})
}

// apiAccount is the account of the API.
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
			Reason: "does not say the account, which is part of the ARN of an API's routes",
			Right:  "the ARN of the function, or grant.WithSourceAccount",
		}
	}
	return t.account, nil
}

// routeOf is the last part of the ARN of an API's routes.
func (o *options) routeOf(apiID string) (string, error) {
	switch {
	case strings.HasPrefix(apiID, "arn:"):
		return "", &Error{Argument: "apiID", Value: apiID, Reason: "is an ARN and no id", Right: "grant.EventSource with the ARN of the route"}
	case apiID == "" || strings.Trim(apiID, lettersAndDigits) != "":
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

const lettersAndDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// routeStage is the stage in an ARN.
func (o *options) routeStage() (string, error) {
	if !o.isGiven("WithStage") {
		return "*", nil
	}
	return o.stage, checkRoutePart("WithStage", o.stage)
}

// routeRest returns the part of an ARN behind the stage; "" if no option sets it.
func (o *options) routeRest() (string, error) {
	hasMethod, hasPath := o.isGiven("WithMethod"), o.isGiven("WithPath")
	switch {
	case o.isGiven("WithRoute") && (hasMethod || hasPath):
		return "", &Error{Argument: "WithRoute", Value: o.route, Reason: "stands for WithMethod and WithPath, and does not go with them"}
	case o.isGiven("WithRoute"):
		return routeKey(o.route)
	case !hasMethod && !hasPath:
		return "", nil
	}
	method, path := "*", "*"
	var err error
	if hasMethod {
		if method, err = routeMethod("WithMethod", o.method); err != nil {
			return "", err
		}
	}
	if hasPath {
		if path, err = routePath("WithPath", o.path); err != nil {
			return "", err
		}
	}
	return method + "/" + path, nil
}

// routeKey is the key of a route in an ARN. That of an HTTP API is a method and a
// path, with a space between them.
func routeKey(key string) (string, error) {
	method, path, isHTTP := strings.Cut(key, " ")
	if !isHTTP {
		return key, checkRoutePart("WithRoute", key)
	}
	method, err := routeMethod("WithRoute", method)
	if err != nil {
		return "", err
	}
	path, err = routePath("WithRoute", path)
	return method + "/" + path, err
}

// checkRoutePart refuses "", the value of an unset variable, and a part with a
// character that would begin another part of the ARN.
func checkRoutePart(option, part string) error {
	switch {
	case part == "":
		return &Error{Argument: option, Reason: "is empty"}
	case strings.ContainsAny(part, "/ "):
		return &Error{Argument: option, Value: part, Reason: "has a slash or a space, which no stage, method or route has"}
	}
	return nil
}

// routeMethod is a method in an ARN, where no call has the method ANY.
func routeMethod(option, method string) (string, error) {
	upper := strings.ToUpper(method)
	switch {
	case upper != method:
		return "", &Error{Argument: option, Value: method, Reason: "is not in capitals, as API Gateway has methods", Right: upper}
	case method == "ANY":
		return "*", nil
	}
	return method, checkRoutePart(option, method)
}

// routePath is a path in an ARN: without its first slash, with a wildcard for each
// parameter in braces.
func routePath(option, path string) (string, error) {
	rest, isPath := strings.CutPrefix(path, "/")
	switch {
	case path == "":
		return "", &Error{Argument: option, Reason: "is empty", Right: "/ for the root"}
	case !isPath:
		return "", &Error{Argument: option, Value: path, Reason: "does not begin with a slash", Right: "/" + path}
	case strings.HasPrefix(rest, "/") || strings.Contains(rest, "//"):
		return "", &Error{Argument: option, Value: path, Reason: "has an empty segment"}
	case strings.Contains(path, " "):
		return "", &Error{Argument: option, Value: path, Reason: "has a space, which no path of an API has"}
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/"), nil
}
