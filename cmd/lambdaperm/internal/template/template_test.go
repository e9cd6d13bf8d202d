package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/grants"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// frame is a template with the resources to which the expressions of the tables refer.
// The expression is the SourceArn of a permission.
const frame = `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {AutoPublishAlias: live}}
Parameters:
  Stage: {Type: String, Default: prod}
  Free: {Type: String}
  Kind: {Type: String, AllowedValues: [dev, live]}
  Names: {Type: CommaDelimitedList, Default: "one, two"}
  Stored: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path/to/name}
Mappings:
  Settings:
    prod: {Bucket: of-prod, Same: same}
    test: {Bucket: of-test, Same: same}
  ByRegion: {us-east-1: {Bucket: virginia}, eu-west-1: {Bucket: ireland}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsTest: !Equals [!Ref Stage, test]
  IsFree: !Equals [!Ref Free, x]
  NotProd: !Not [!Condition IsProd]
  NotTest: !Not [!Condition IsTest]
  NotFree: !Not [!Condition IsFree]
  Both: !And [!Condition IsProd, !Condition IsFree]
  Neither: !And [!Condition IsTest, !Condition IsFree]
  Either: !Or [!Condition IsProd, !Condition IsFree]
  Endless: !Not [!Condition Endless]
Resources:
  Named: {Type: "AWS::S3::Bucket", Properties: {BucketName: uploads}}
  Bucket: {Type: "AWS::S3::Bucket"}
  Topic: {Type: "AWS::SNS::Topic"}
  Queue: {Type: "AWS::SQS::Queue", Properties: {QueueName: jobs}}
  Rule: {Type: "AWS::Events::Rule", Properties: {Name: nightly}}
  BusRule: {Type: "AWS::Events::Rule", Properties: {Name: nightly, EventBusName: !Ref Bus}}
  Bus: {Type: "AWS::Events::EventBus", Properties: {Name: orders}}
  Api: {Type: "AWS::ApiGateway::RestApi"}
  Fn: {Type: "AWS::Serverless::Function", Properties: {FunctionName: hello}}
  Alias: {Type: "AWS::Lambda::Alias", Properties: {FunctionName: !Ref Fn, Name: blue}}
  Odd: {Type: "Custom::Thing"}
  Grant:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: hello
      Action: lambda:InvokeFunction
      Principal: s3.amazonaws.com
      SourceArn: %s
`

// here is the deployment for the tests that do not vary it.
var here = Options{Partition: "aws", Region: "us-east-1", Account: "123456789012"}

// sources returns the SourceArn of the grant, one line for each outcome of the open
// conditions: with "=" before a known text, "~" before one with open parts, "?" before
// one of unknown form, and "-" for an absent one.
func sources(t *testing.T, text string, o Options) string {
	t.Helper()
	root, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	all := New(root, o).Grants()
	if len(all) != 1 {
		t.Fatalf("%d grants, want 1", len(all))
	}
	var lines []string
	for _, b := range all[0].Branches {
		if len(b.Requests) == 0 {
			lines = append(lines, "too many choices")
			continue
		}
		arn := b.Requests[0].SourceArn
		line := "= " + arn
		open, isOpen := all[0].Open["SourceArn"]
		switch spelled := b.Spell(arn); {
		case arn == "":
			line = "-"
		case isOpen && open.Free && spelled == open.Text:
			line = "? " + spelled
		case spelled != arn, isOpen:
			line = "~ " + spelled
		}
		if b.Condition != "" {
			line += " if " + b.Condition
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// Intrinsic functions are resolved as far as the template determines their values.
func TestIntrinsics(t *testing.T) {
	for _, tt := range []struct{ reason, expression, want string }{
		{"a text is not changed", `arn:aws:s3:::b`, "= arn:aws:s3:::b"},
		{"a text that looks like a function's argument is a text", `"${Free}"`, "= ${Free}"},
		// Ref and GetAtt.
		{"a parameter has its default", `!Ref Stage`, "= prod"},
		{"the long form is the same", `{Ref: Stage}`, "= prod"},
		{"a parameter without a default is unknown", `!Ref Free`, "? ${Free}"},
		{"the default of a stored parameter is its path, not its value", `!Ref Stored`, "? ${Stored}"},
		{"allowed values are the stand-ins of a parameter", `!Ref Kind`, "~ dev"},
		{"the account is that of the flags", `!Ref AWS::AccountId`, "= 123456789012"},
		{"AWS::NoValue removes the member", `!Ref AWS::NoValue`, "-"},
		{"a reference to a missing resource is unknown", `!Ref Missing`, "? ${Missing}"},
		{"a topic's Ref is its ARN", `!Ref Topic`, "~ arn:aws:sns:us-east-1:123456789012:${Topic}"},
		{"a bucket's Arn has its name", `!GetAtt Named.Arn`, "= arn:aws:s3:::uploads"},
		{"GetAtt takes a list", `{"Fn::GetAtt": [Named, Arn]}`, "= arn:aws:s3:::uploads"},
		{"a bucket without a name gets a generated name", `!GetAtt Bucket.Arn`, "~ arn:aws:s3:::${Bucket}"},
		{"a queue's Ref is a URL", `!Ref Queue`, "= https://sqs.us-east-1.amazonaws.com/123456789012/jobs"},
		{"a rule of the default bus", `!GetAtt Rule.Arn`, "= arn:aws:events:us-east-1:123456789012:rule/nightly"},
		{"a rule of another bus has the bus in its ARN", `!GetAtt BusRule.Arn`, "= arn:aws:events:us-east-1:123456789012:rule/orders/nightly"},
		{"an alias is an ARN with the alias", `!Ref Alias`, "= arn:aws:lambda:us-east-1:123456789012:function:hello:blue"},
		{"the alias that SAM makes, by Globals", `!Ref Fn.Alias`, "= arn:aws:lambda:us-east-1:123456789012:function:hello:live"},
		{"the version that SAM makes has a number", `!Ref Fn.Version`, "~ arn:aws:lambda:us-east-1:123456789012:function:hello:${Fn.Version}"},
		{"the API that SAM makes", `!Sub "arn:aws:execute-api:us-east-1:123456789012:${ServerlessRestApi}/*"`,
			"~ arn:aws:execute-api:us-east-1:123456789012:${ServerlessRestApi.Id}/*"},
		{"an attribute that is not in the table is unknown", `!GetAtt Odd.Arn`, "? ${Odd.Arn}"},
		// Sub.
		{"Sub puts in parameters", `!Sub "arn:aws:s3:::b-${Stage}"`, "= arn:aws:s3:::b-prod"},
		{"Sub puts in attributes", `!Sub "${Named.Arn}"`, "= arn:aws:s3:::uploads"},
		{"Sub puts in variables", `!Sub ["arn:aws:s3:::${B}", {B: !Ref Stage}]`, "= arn:aws:s3:::prod"},
		{"a variable hides a parameter", `!Sub ["arn:aws:s3:::${Stage}", {Stage: mine}]`, "= arn:aws:s3:::mine"},
		{"an exclamation mark escapes", `!Sub "arn:aws:s3:::${!Stage}"`, "= arn:aws:s3:::${Stage}"},
		{"blanks around a name are ignored", `!Sub "arn:aws:s3:::${ Stage }"`, "= arn:aws:s3:::prod"},
		{"an open part leaves the rest known", `!Sub "arn:aws:s3:::b-${Free}"`, "~ arn:aws:s3:::b-${Free}"},
		{"a brace that is not closed is text", `!Sub "arn:aws:s3:::b-${Stage"`, "= arn:aws:s3:::b-${Stage"},
		{"Sub of an empty list is unknown", `!Sub []`, "? ${Sub}"},
		{"pseudo parameters in Sub", `!Sub "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:t"`, "= arn:aws:sns:us-east-1:123456789012:t"},
		{"the stack's name is generated", `!Sub "arn:aws:s3:::${AWS::StackName}-b"`, "~ arn:aws:s3:::${AWS::StackName}-b"},
		// Join, Select, Split.
		{"Join", `!Join ["", ["arn:aws:s3:::", !Ref Stage]]`, "= arn:aws:s3:::prod"},
		{"Join in its long form", `{"Fn::Join": [":", [arn, aws, s3, "", "", b]]}`, "= arn:aws:s3:::b"},
		{"Join of a list parameter", `!Join ["-", !Ref Names]`, "= one-two"},
		{"Join without a list is unknown", `!Join ["-", x]`, "? ${Join}"},
		{"AWS::NoValue removes an item of a list", `!Join ["-", [a, !Ref AWS::NoValue, b]]`, "= a-b"},
		{"Select", `!Select [1, [a, b]]`, "= b"},
		{"Select of a text that is a number", `!Select ["0", !Ref Names]`, "= one"},
		{"Select beyond the list", `!Select [2, [a, b]]`, "? ${Select}"},
		{"Split", `!Select [5, !Split [":", "arn:aws:s3:::b"]]`, "= b"},
		{"Split of an unknown text", `!Select [0, !Split [":", !Ref Free]]`, "? ${Select}"},
		{"Split leaves known parts known", `!Select [5, !Split [":", !GetAtt Named.Arn]]`, "= uploads"},
		// FindInMap.
		{"FindInMap", `!Sub ["arn:aws:s3:::${B}", {B: !FindInMap [Settings, !Ref Stage, Bucket]}]`, "= arn:aws:s3:::of-prod"},
		{"FindInMap by region", `!FindInMap [ByRegion, !Ref AWS::Region, Bucket]`, "= virginia"},
		{"FindInMap in an unknown row", `!FindInMap [Settings, !Ref Free, Bucket]`, "? ${Settings.${Free}.Bucket}"},
		{"a column that is the same in all rows is known", `!FindInMap [Settings, !Ref Free, Same]`, "= same"},
		{"FindInMap with a default", `!FindInMap [Settings, nowhere, Bucket, {DefaultValue: b}]`, "= b"},
		{"FindInMap in a missing mapping", `!FindInMap [Nothing, a, b]`, "? ${Nothing.a.b}"},
		// If and conditions.
		{"a condition that is true", `!If [IsProd, a, b]`, "= a"},
		{"a condition that is false", `!If [IsTest, a, b]`, "= b"},
		{"If nested", `!If [IsTest, a, !If [IsProd, b, c]]`, "= b"},
		{"an open condition has two outcomes", `!If [IsFree, a, b]`, "= a if IsFree is true\n= b if IsFree is false"},
		{"an outcome may remove the member", `!If [IsFree, a, !Ref AWS::NoValue]`, "= a if IsFree is true\n- if IsFree is false"},
		{"And with a false half is false", `!If [Neither, a, b]`, "= b"},
		{"Or with a true half is true", `!If [Either, a, b]`, "= a"},
		{"And with an open half is open", `!If [Both, a, b]`, "= a if Both is true\n= b if Both is false"},
		{"Not of a true condition", `!If [NotProd, a, b]`, "= b"},
		{"Not of a false condition", `!If [NotTest, a, b]`, "= a"},
		{"Not of an open condition is open", `!If [NotFree, a, b]`, "= a if NotFree is true\n= b if NotFree is false"},
		{"a condition that refers to itself is open", `!If [Endless, a, b]`, "= a if Endless is true\n= b if Endless is false"},
		{"If with two arguments is unknown", `!If [IsProd, a]`, "? ${If}"},
		// Values that depend on something outside of the template.
		{"ImportValue", `!ImportValue network-BucketArn`, "? ${ImportValue:network-BucketArn}"},
		{"ImportValue within Sub", `!Sub ["${A}/*", {A: !ImportValue x}]`, "? ${ImportValue:x}/*"},
		{"ImportValue after a known text", `!Sub ["arn:aws:s3:::${A}", {A: !ImportValue x}]`, "~ arn:aws:s3:::${ImportValue:x}"},
		{"an unknown service", `!Sub "arn:aws:${Free}:::b"`, "? arn:aws:${Free}:::b"},
		{"Transform", `{"Fn::Transform": {Name: x, Parameters: {}}}`, "? ${Transform}"},
		{"Base64", `!Base64 abc`, "? ${Base64:abc}"},
		{"a function that does not exist", `{"Fn::Nothing": [1]}`, "? ${Nothing}"},
		{"a tag that does not exist", `!Nothing abc`, "? ${Nothing:abc}"},
		{"a dynamic reference", `"{{resolve:ssm:/a/b}}"`, "? {{resolve:ssm:/a/b}}"},
		{"a dynamic reference within a text", `"arn:aws:s3:::{{resolve:ssm:/a/b}}"`, "~ arn:aws:s3:::{{resolve:ssm:/a/b}}"},
		{"a list in place of a text", `[a, b]`, "? "},
		{"null removes the member", `null`, "-"},
	} {
		if got := sources(t, fmt.Sprintf(frame, tt.expression), here); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.reason, tt.expression, got, tt.want)
		}
	}
}

// Pseudo parameters that are not in Options are open. A parameter that is in Options is
// known.
func TestDeployment(t *testing.T) {
	for _, tt := range []struct {
		reason, expression string
		options            Options
		want               string
	}{
		{"without options", `!Sub "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:t"`, Options{},
			"~ arn:aws:sns:${AWS::Region}:${AWS::AccountId}:t"},
		{"the partition follows from the region", `!Sub "arn:${AWS::Partition}:s3:::b"`, Options{Region: "cn-north-1"}, "= arn:aws-cn:s3:::b"},
		{"the suffix follows from the partition", `!Ref AWS::URLSuffix`, Options{Partition: "aws-cn"}, "= amazonaws.com.cn"},
		{"a parameter is given", `!Ref Free`, Options{Parameters: map[string]string{"Free": "x"}}, "= x"},
		{"a given parameter takes precedence over the default", `!Ref Stage`, Options{Parameters: map[string]string{"Stage": "x"}}, "= x"},
		{"a given parameter decides a condition", `!If [IsFree, a, b]`, Options{Parameters: map[string]string{"Free": "x"}}, "= a"},
	} {
		if got := sources(t, fmt.Sprintf(frame, tt.expression), tt.options); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.reason, tt.expression, got, tt.want)
		}
	}
}

// Many grants can share one large alias. All evaluations together visit a limited
// number of nodes; values beyond the limit are unknown.
func TestStepsOfAll(t *testing.T) {
	root, err := tree.Parse([]byte(fmt.Sprintf(frame, "!Ref Bucket")))
	if err != nil {
		t.Fatal(err)
	}
	shared := New(root, here)
	shared.stepsOfAll.Store(maxStepsOfAll)
	var open map[string]grants.Open
	for _, g := range shared.Grants() {
		open = g.Open
	}
	for _, name := range []string{"FunctionName", "Action", "Principal", "SourceArn"} {
		if !open[name].Free {
			t.Errorf("%s: Open = %+v, want Free", name, open[name])
		}
	}
}
