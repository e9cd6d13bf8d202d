package template

import (
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

func (t *Template) isSAM() bool { return slices.Contains(t.transforms(), transformSAM) }

// samReference returns the version or the alias that AWS SAM makes of a function,
// by the reference ${Function.Version} or ${Function.Alias} (AWS SAM Developer
// Guide, "Referencing generated resources").
func (t *Template) samReference(id string) (resource, bool) {
	functionID, what, ok := strings.Cut(id, ".")
	f, isFunction := t.resources[functionID]
	if !ok || !isFunction || f.Type != "AWS::Serverless::Function" {
		return resource{}, false
	}
	target := mapping("FunctionName", reference(functionID))
	switch what {
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

// samLogicalIDs has the resources that AWS SAM adds to a template, by logical id.
var samLogicalIDs = map[string]string{
	"ServerlessRestApi": "AWS::ApiGateway::RestApi",
	"ServerlessHttpApi": "AWS::ApiGatewayV2::Api",
}

// samPrefixes begin the logical ids of resources that AWS SAM makes for several of its
// own at once. The ids of others begin with the logical id of the resource that they
// are made for (AWS SAM Developer Guide, "Generated CloudFormation resources").
var samPrefixes = []string{"Serverless", "CodeDeployServiceRole", "ApiGatewayDomainName", "RecordSetGroup"}

// samEvents are the types of events for which AWS SAM makes an
// AWS::Lambda::Permission. The function itself reads from queues, streams and
// brokers, and a role calls for ScheduleV2 (AWS SAM Developer Guide, "CloudFormation
// resources generated when AWS::Serverless::Function is specified").
var samEvents = []string{
	"AlexaSkill", "Api", "CloudWatchEvent", "CloudWatchLogs", "Cognito", "EventBridgeRule", "HttpApi", "IoTRule", "S3", "SNS", "Schedule",
}

// samGrants names the elements for which AWS SAM makes grants: events and public URLs
// of functions, and functions that authorize the calls of an API.
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
		}
	}
	return names
}

func samFunctionGrants(r resource) (names []string) {
	if events := r.Properties.Lookup("Events"); events != nil {
		for _, m := range events.Members {
			if kind := m.Value.Lookup("Type"); kind != nil && slices.Contains(samEvents, kind.Text) {
				names = append(names, r.ID+"."+m.Name)
			}
		}
	}
	if authType := r.Properties.At("FunctionUrlConfig", "AuthType"); authType != nil && authType.Text == "NONE" {
		names = append(names, r.ID+".FunctionUrlConfig")
	}
	return names
}

// samAuthorizers names the authorizers of an API that are functions. For a HttpApi, AWS
// SAM makes their grants only if EnableFunctionDefaultPermissions is true.
func samAuthorizers(r resource) (names []string) {
	authorizers := r.Properties.At("Auth", "Authorizers")
	if authorizers == nil {
		return nil
	}
	for _, m := range authorizers.Members {
		enabled := m.Value.Lookup("EnableFunctionDefaultPermissions")
		if m.Value.Lookup("FunctionArn") != nil && (r.Type == "AWS::Serverless::Api" || enabled != nil && enabled.Text == "true") {
			names = append(names, r.ID+"."+m.Name)
		}
	}
	return names
}
