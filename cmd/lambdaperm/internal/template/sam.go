package template

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

func (t *Template) isSAM() bool { return slices.Contains(t.transforms(), transformSAM) }

// samReference returns the version or the alias that AWS SAM makes for a function,
// which a template refers to by ${Function.Version} or ${Function.Alias} (AWS SAM
// Developer Guide, "Referencing generated resources").
func (t *Template) samReference(id string) (resource, bool) {
	functionID, attribute, ok := strings.Cut(id, ".")
	f, isFunction := t.resources[functionID]
	if !ok || !isFunction || f.Type != "AWS::Serverless::Function" {
		return resource{}, false
	}
	target := mapping("FunctionName", reference(functionID))
	switch attribute {
	case "Version":
		return resource{ID: id, Type: "AWS::Lambda::Version", Properties: target}, true
	case "Alias":
		alias := f.Properties.Lookup("AutoPublishAlias")
		if alias == nil {
			alias = t.root.At("Globals", "Function", "AutoPublishAlias")
		}
		if alias != nil {
			target.Members = append(target.Members, tree.Member{Name: "Name", Value: alias})
		}
		return resource{ID: id, Type: "AWS::Lambda::Alias", Properties: target}, true
	}
	return resource{}, false
}

// samLogicalIDs has the types of the resources that AWS SAM adds to a template, by
// logical id.
var samLogicalIDs = map[string]string{
	"ServerlessRestApi": "AWS::ApiGateway::RestApi",
	"ServerlessHttpApi": "AWS::ApiGatewayV2::Api",
}

// samPrefixes are the beginnings of the logical ids of resources that AWS SAM makes for
// several resources at once. The ids of others begin with the logical id of the
// resource for which they are made (AWS SAM Developer Guide, "Generated CloudFormation
// resources").
var samPrefixes = []string{"Serverless", "CodeDeployServiceRole", "ApiGatewayDomainName", "RecordSetGroup"}

// samEvents are the types of events for which AWS SAM makes an
// AWS::Lambda::Permission. The function itself reads from queues, streams and
// brokers, and a role calls for ScheduleV2 (AWS SAM Developer Guide, "CloudFormation
// resources generated when AWS::Serverless::Function is specified").
var samEvents = []string{
	"AlexaSkill", "Api", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "EventBridgeRule", "HttpApi", "IoTRule", "S3", "SNS", "Schedule",
}

// samGrants returns the names of the elements for which AWS SAM makes grants: events
// and public URLs of functions, functions that authorize the calls of an API, routes of
// a WebSocket API.
func (t *Template) samGrants() (names []string) {
	if !t.isSAM() {
		return nil
	}
	for _, id := range t.order {
		r := t.resources[id]
		switch r.Type {
		case "AWS::Serverless::Function":
			names = append(names, samFunctionGrants(r)...)
		case "AWS::Serverless::Api", "AWS::Serverless::HttpApi":
			names = append(names, samAuthorizers(r)...)
		case "AWS::Serverless::WebSocketApi":
			names = append(names, samWebSocketGrants(r)...)
		}
	}
	return names
}

func samFunctionGrants(r resource) (names []string) {
	for _, m := range membersOf(r.Properties.Lookup("Events")) {
		if kind := m.Value.Lookup("Type"); kind != nil && slices.Contains(samEvents, kind.Text) {
			names = append(names, r.ID+"."+m.Name)
		}
	}
	if textAt(r.Properties, "FunctionUrlConfig", "AuthType") == "NONE" {
		names = append(names, r.ID+".FunctionUrlConfig")
	}
	return names
}

// samAuthorizers returns the names of the authorizers of an API that are functions and
// for which AWS SAM makes grants. For a HttpApi it does so only if
// EnableFunctionDefaultPermissions is true, for an Api only without a role.
func samAuthorizers(r resource) (names []string) {
	for _, m := range membersOf(r.Properties.At("Auth", "Authorizers")) {
		if m.Value.Lookup("FunctionArn") == nil {
			continue
		}
		isGranted := textAt(m.Value, "EnableFunctionDefaultPermissions") == "true"
		if r.Type == "AWS::Serverless::Api" {
			role := m.Value.Lookup("FunctionInvokeRole")
			isGranted = role == nil || role.Text == "NONE"
		}
		if isGranted {
			names = append(names, r.ID+"."+m.Name)
		}
	}
	return names
}

// samWebSocketGrants returns the names of the routes of a WebSocket API with a
// function, and of its authorizer if that is a function without a role.
func samWebSocketGrants(r resource) (names []string) {
	for _, m := range membersOf(r.Properties.Lookup("Routes")) {
		if m.Value.Lookup("FunctionArn") != nil {
			names = append(names, r.ID+"."+m.Name)
		}
	}
	auth := r.Properties.Lookup("Auth")
	if auth.Lookup("AuthArn") != nil && auth.Lookup("InvokeRole") == nil && textAt(auth, "AuthType") == "CUSTOM" {
		names = append(names, r.ID+".Auth")
	}
	return names
}

// samConnectors returns the names of the connectors to functions. For some kinds of
// sources AWS SAM makes a grant, for others a policy of a role.
func (t *Template) samConnectors() (names []string) {
	if !t.isSAM() {
		return nil
	}
	for _, id := range t.order {
		r := t.resources[id]
		if r.Type == "AWS::Serverless::Connector" && t.connectsFunction(r.Properties) {
			names = append(names, id)
		}
		for _, m := range membersOf(r.node.Lookup("Connectors")) {
			if t.connectsFunction(m.Value.Lookup("Properties")) {
				names = append(names, id+"."+m.Name)
			}
		}
	}
	return names
}

// connectsFunction reports whether a destination of a connector is a function, or may be
// one.
func (t *Template) connectsFunction(connector *tree.Node) bool {
	destination := connector.Lookup("Destination")
	if destination == nil {
		return false
	}
	for _, n := range append([]*tree.Node{destination}, destination.Items...) {
		kind := textAt(n, "Type")
		if r, ok := t.resources[textAt(n, "Id")]; ok {
			kind = r.Type
		}
		if kind == "AWS::Serverless::Function" || kind == "AWS::Lambda::Function" {
			return true
		}
	}
	return false
}

// membersOf returns the members of a node that may be nil.
func membersOf(n *tree.Node) []tree.Member {
	if n == nil {
		return nil
	}
	return n.Members
}

// textAt returns the text at a path of member names, or "" if one is missing.
func textAt(n *tree.Node, path ...string) string {
	if n = n.At(path...); n != nil {
		return n.Text
	}
	return ""
}
