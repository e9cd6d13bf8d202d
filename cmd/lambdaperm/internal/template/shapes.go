package template

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
)

// A shape describes the values of Ref and GetAtt of a resource, in a small notation:
// {partition}, {region} and {account} are those of the stack, {name} is the
// property that names the resource, or a generated name, {id} a generated id, and
// {Property} any other property. Source: AWS CloudFormation Template Reference,
// "Return values" of each resource type.
type shape struct {
	name string // the property that names the resource, if there is one
	ref  string
	atts map[string]string
}

var shapes = map[string]shape{
	"AWS::ApiGateway::RestApi":      {"", "{id}", map[string]string{"RestApiId": "{id}", "RootResourceId": "{id}"}},
	"AWS::ApiGateway::Stage":        {"StageName", "{name}", nil},
	"AWS::ApiGateway::Deployment":   {"", "{id}", map[string]string{"DeploymentId": "{id}"}},
	"AWS::ApiGateway::Authorizer":   {"", "{id}", map[string]string{"AuthorizerId": "{id}"}},
	"AWS::ApiGatewayV2::Api":        {"", "{id}", map[string]string{"ApiId": "{id}"}},
	"AWS::ApiGatewayV2::Stage":      {"StageName", "{name}", nil},
	"AWS::ApiGatewayV2::Authorizer": {"", "{id}", map[string]string{"AuthorizerId": "{id}"}},
	"AWS::Bedrock::Agent": {"", "{id}|{id}", map[string]string{
		"AgentArn": "arn:{partition}:bedrock:{region}:{account}:agent/{id}", "AgentId": "{id}"}},
	"AWS::CloudFront::Distribution": {"", "{id}", map[string]string{"Id": "{id}"}},
	"AWS::CloudWatch::Alarm": {"AlarmName", "{name}", map[string]string{
		"Arn": "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"}},
	"AWS::Cognito::UserPool": {"", "{region}_{id}", map[string]string{
		"Arn": "arn:{partition}:cognito-idp:{region}:{account}:userpool/{region}_{id}", "UserPoolId": "{region}_{id}"}},
	"AWS::Config::ConfigRule": {"ConfigRuleName", "{name}", map[string]string{
		"Arn": "arn:{partition}:config:{region}:{account}:config-rule/{id}", "ConfigRuleId": "{id}"}},
	"AWS::DynamoDB::Table": {"TableName", "{name}", map[string]string{
		"Arn": "arn:{partition}:dynamodb:{region}:{account}:table/{name}"}},
	"AWS::ElasticLoadBalancingV2::TargetGroup": {"Name",
		"arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{id}", map[string]string{
			"TargetGroupArn":      "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{id}",
			"TargetGroupFullName": "targetgroup/{name}/{id}"}},
	"AWS::Events::EventBus": {"Name", "{name}", map[string]string{
		"Arn": "arn:{partition}:events:{region}:{account}:event-bus/{name}", "Name": "{name}"}},
	"AWS::Events::Rule": {"Name", "{name}", map[string]string{
		"Arn": "arn:{partition}:events:{region}:{account}:rule/{bus}{name}"}},
	"AWS::IAM::Role": {"RoleName", "{name}", map[string]string{"Arn": "arn:{partition}:iam::{account}:role/{name}"}},
	"AWS::IAM::User": {"UserName", "{name}", map[string]string{"Arn": "arn:{partition}:iam::{account}:user/{name}"}},
	"AWS::IoT::TopicRule": {"RuleName", "{name}", map[string]string{
		"Arn": "arn:{partition}:iot:{region}:{account}:rule/{name}"}},
	"AWS::Kinesis::Stream": {"Name", "{name}", map[string]string{
		"Arn": "arn:{partition}:kinesis:{region}:{account}:stream/{name}"}},
	"AWS::KMS::Key": {"", "{id}", map[string]string{"Arn": "arn:{partition}:kms:{region}:{account}:key/{id}"}},
	"AWS::Lambda::Alias": {"Name", "{FunctionName.arn}:{name}", map[string]string{
		"AliasArn": "{FunctionName.arn}:{name}"}},
	"AWS::Lambda::Function": {"FunctionName", "{name}", map[string]string{
		"Arn": "arn:{partition}:lambda:{region}:{account}:function:{name}"}},
	"AWS::Lambda::Url": {"", "{TargetFunctionArn}", map[string]string{"FunctionArn": "{TargetFunctionArn}"}},
	"AWS::Lambda::Version": {"", "{FunctionName.arn}:{version}", map[string]string{
		"Version": "{version}", "FunctionArn": "{FunctionName.arn}:{version}"}},
	"AWS::Logs::LogGroup": {"LogGroupName", "{name}", map[string]string{
		"Arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"}},
	"AWS::S3::Bucket": {"BucketName", "{name}", map[string]string{"Arn": "arn:{partition}:s3:::{name}"}},
	"AWS::Scheduler::Schedule": {"Name", "{name}", map[string]string{
		"Arn": "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}"}},
	"AWS::SecretsManager::Secret": {"Name", "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{suffix}", map[string]string{
		"Id": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{suffix}"}},
	"AWS::SES::ReceiptRuleSet": {"RuleSetName", "{name}", nil},
	"AWS::SNS::Topic": {"TopicName", "arn:{partition}:sns:{region}:{account}:{name}", map[string]string{
		"TopicArn": "arn:{partition}:sns:{region}:{account}:{name}", "TopicName": "{name}"}},
	"AWS::SQS::Queue": {"QueueName", "https://sqs.{region}.amazonaws.com/{account}/{name}", map[string]string{
		"Arn": "arn:{partition}:sqs:{region}:{account}:{name}", "QueueName": "{name}"}},
	"AWS::StepFunctions::StateMachine": {"StateMachineName", "arn:{partition}:states:{region}:{account}:stateMachine:{name}", map[string]string{
		"Arn": "arn:{partition}:states:{region}:{account}:stateMachine:{name}", "Name": "{name}"}},
}

// sameShape has the resource types of AWS SAM, and others, that return the same as
// another type (AWS SAM Developer Guide, "Generated CloudFormation resources").
var sameShape = map[string]string{
	"AWS::Serverless::Api":          "AWS::ApiGateway::RestApi",
	"AWS::Serverless::Function":     "AWS::Lambda::Function",
	"AWS::Serverless::HttpApi":      "AWS::ApiGatewayV2::Api",
	"AWS::Serverless::WebSocketApi": "AWS::ApiGatewayV2::Api",
	"AWS::Serverless::SimpleTable":  "AWS::DynamoDB::Table",
	"AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
}

func shapeOf(resourceType string) (shape, bool) {
	if other, ok := sameShape[resourceType]; ok {
		resourceType = other
	}
	s, ok := shapes[resourceType]
	return s, ok
}

// generated returns an unknown for a name or an id that the deployment makes. Its
// stand-ins have only characters that every service accepts, and are long enough for
// every service.
func generated(logicalID, part string) grants.Unknown {
	word := strings.ToLower(keepAlphanumeric(logicalID))
	if len(word) > 12 {
		word = word[:12]
	}
	if word == "" || word[0] < 'a' {
		word = "x" + word
	}
	u := grants.Unknown{ID: part + " of " + logicalID, Spelling: "${" + logicalID + "}"}
	switch part {
	case "version":
		u.StandIns = []string{"71", "72"}
	case "suffix":
		u.StandIns = []string{"AbCdEf", "GhIjKl"}
	case "id":
		u.Spelling = "${" + logicalID + ".Id}"
		u.StandIns = []string{"q1" + word + "a7", "q2" + word + "b8"}
	default:
		u.StandIns = []string{word + "-q1a7", word + "-q2b8"}
	}
	return u
}

func keepAlphanumeric(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
