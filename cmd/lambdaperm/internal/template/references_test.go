package template

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
)

// head is the beginning of a whole template.
const head = "AWSTemplateFormatVersion: 2010-09-09\n"

// grantOf is a permission whose SourceArn is an expression.
const grantOf = `Parameters: {Free: {Type: String}}
Resources:
  Topic: {Type: "AWS::SNS::Topic"}
  Upload: {Type: "AWS::Serverless::Function", Properties: {AutoPublishAlias: live}}
  Shared: {Type: "Company::Topics::Shared::MODULE"}
  Grant:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: "lambda:*", Principal: sns.amazonaws.com, SourceArn: %s}
`

// missing returns the reasons of the problems with references, each with its place.
func missing(t *testing.T, text string) (reasons []string) {
	t.Helper()
	root, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	template := New(root, Options{})
	for _, g := range template.Grants() {
		for _, p := range g.Problems {
			if p.Rule == RuleReference {
				reasons = append(reasons, fmt.Sprintf("%d:%d: %s", p.Place.Line, p.Place.Column, p.Reason))
			}
		}
	}
	for _, p := range template.Policies() {
		for _, p := range p.Problems {
			reasons = append(reasons, fmt.Sprintf("%d:%d: %s", p.Place.Line, p.Place.Column, p.Reason))
		}
	}
	return reasons
}

// A reference to a name that the template does not have is reported for each function
// that refers to names, once for each member.
func TestMissingReferences(t *testing.T) {
	const topicc = "SourceArn refers to Topicc, which the template does not have"
	const at = "9:96: " // the expression
	for _, tt := range []struct{ reason, expression, want string }{
		{"Ref", "!Ref Topicc", at + topicc},
		{"Ref in its long form", "{Ref: Topicc}", at + topicc},
		{"GetAtt", "!GetAtt Topicc.TopicArn", at + topicc},
		{"GetAtt of a list", "!GetAtt [Topicc, TopicArn]", at + topicc},
		{"Sub", `!Sub "${Topicc}"`, at + topicc},
		{"Sub of an attribute", `!Sub "a${Topicc.TopicArn}b"`, at + topicc},
		{"Sub with variables", `!Sub ["${V}:${Topicc}", {V: !Ref Topic}]`, at + topicc},
		{"a variable of Sub", `!Sub ["${V}", {V: !Ref Topicc}]`, "9:114: " + topicc},
		{"within other functions", "!Join [':', [a, !Select [0, [!Ref Topicc]]]]", "9:125: " + topicc},
		{"in a branch that is not taken", "!If [C, !Ref Topic, !Ref Topicc]", "9:116: " + topicc},
		{"the same name twice", `!Sub "${Topicc}${Topicc}"`, at + topicc},
		{"two names", `!Sub "${Topicc}${Topiccc}"`, at + topicc + "; " + at + strings.Replace(topicc, "Topicc", "Topiccc", 1)},
		{"another case is another name", "!Ref topic", at + "SourceArn refers to topic, which the template does not have"},
		{"a parameter", "!Ref Free", ""},
		{"a resource", "!Ref Topic", ""},
		{"a pseudo parameter", "!Ref AWS::Region", ""},
		{"a pseudo parameter in Sub", `!Sub "${AWS::Region}${AWS::NoSuch}"`, ""},
		{"a literal in Sub", `!Sub "${!Topicc}"`, ""},
		{"a text that is not in Sub", `"${Topicc}"`, ""},
		{"a name that cannot be a logical id", `!Sub "${self:custom.topic}"`, ""},
		{"GetAtt with a computed name", "!GetAtt [!Ref Free, Arn]", ""},
		{"an import", "!ImportValue Topicc", ""},
		{"a resource of a module", "!Ref SharedTopic", ""},
		{"a resource of a module, with a dot", `!GetAtt Shared.Topic.Arn`, ""},
	} {
		if got := strings.Join(missing(t, head+fmt.Sprintf(grantOf, tt.expression)), "; "); got != tt.want {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.reason, tt.expression, got, tt.want)
		}
	}
}

// Transforms make resources whose names the template does not show.
func TestReferencesBesideTransforms(t *testing.T) {
	const sam = "Transform: AWS::Serverless-2016-10-31\n"
	for _, tt := range []struct {
		reason, text string
		want         int
	}{
		{"AWS SAM makes an API", sam + fmt.Sprintf(grantOf, "!Ref ServerlessRestApi"), 0},
		{"AWS SAM makes a role of a function", sam + fmt.Sprintf(grantOf, "!GetAtt UploadRole.Arn"), 0},
		{"AWS SAM makes an alias of a function", sam + fmt.Sprintf(grantOf, "!Ref UploadAliaslive"), 0},
		{"AWS SAM makes an alias that a property refers to", sam + fmt.Sprintf(grantOf, "!Ref Upload.Alias"), 0},
		{"AWS SAM makes no resource of this name", sam + fmt.Sprintf(grantOf, "!Ref Topicc"), 1},
		{"without AWS SAM there is no API", head + fmt.Sprintf(grantOf, "!Ref ServerlessRestApi"), 1},
		{"the language extensions without loops make no resources", head + "Transform: AWS::LanguageExtensions\n" + fmt.Sprintf(grantOf, "!Ref Topicc"), 1},
		{"a loop makes resources", head + "Transform: AWS::LanguageExtensions\n" + fmt.Sprintf(grantOf, "!Ref Topicc") + "  Fn::ForEach::Topics: [N, [a], {'Topic${N}': {Type: 'AWS::SNS::Topic'}}]\n", 0},
		{"a macro can make anything", head + "Transform: [Mine, AWS::Serverless-2016-10-31]\n" + fmt.Sprintf(grantOf, "!Ref Topicc"), 0},
		{"a file can be included", head + "Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}\n" + fmt.Sprintf(grantOf, "!Ref Topicc"), 0},
		{"a file can be included in a section", head + fmt.Sprintf(grantOf, "!Ref Topicc") + "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}\n", 0},
		{"modules of a client add resources", head + "Modules: {M: {Source: m.yaml}}\n" + fmt.Sprintf(grantOf, "!Ref Topicc"), 0},
		{"a part of a template refers to the rest", fmt.Sprintf(grantOf, "!Ref Topicc"), 0},
		{"another version is another language", strings.Replace(head, "2010-09-09", "'2010-09-09-OC'", 1) + fmt.Sprintf(grantOf, "!Ref Topicc"), 0},
		{"a version in quotes", strings.Replace(head, "2010-09-09", "'2010-09-09'", 1) + fmt.Sprintf(grantOf, "!Ref Topicc"), 1},
		{"DependsOn", head + fmt.Sprintf(grantOf, "!Ref Topic") + "    DependsOn: [Topic, Topicc]\n", 1},
		{"a policy", head + "Resources:\n  P: {Type: 'AWS::Lambda::ResourcePolicy', Properties: {ResourceArn: !GetAtt F.Arn, PolicyDocument: {Statement: [{Resource: !GetAtt F.Arn}]}}}\n", 2},
	} {
		if got := missing(t, tt.text); len(got) != tt.want {
			t.Errorf("%s: problems %q, want %d", tt.reason, got, tt.want)
		}
	}
}

// Unread names the parts of a template that are not read although they make grants or
// may make some.
func TestUnread(t *testing.T) {
	const sam = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: "
	for _, tt := range []struct{ reason, text, want string }{
		{"events for which a service calls", sam + "{Events: {Up: {Type: S3}, Get: {Type: Api}, Timer: {Type: Schedule}}}\n",
			"not read: grants that AWS SAM makes (3): F.Up, F.Get, F.Timer"},
		{"events that the function reads, or a role starts", sam + "{Events: {Q: {Type: SQS}, K: {Type: Kinesis}, S: {Type: ScheduleV2}}}\n", ""},
		{"a public URL", sam + "{FunctionUrlConfig: {AuthType: NONE}}\n", "not read: grants that AWS SAM makes (1): F.FunctionUrlConfig"},
		{"a URL that requires a signature", sam + "{FunctionUrlConfig: {AuthType: AWS_IAM}}\n", ""},
		{"an authorizer", sam + "{}\n  A: {Type: 'AWS::Serverless::Api', Properties: {Auth: {Authorizers: {L: {FunctionArn: f}, U: {UserPoolArn: u}}}}}\n",
			"not read: grants that AWS SAM makes (1): A.L"},
		{"an authorizer that gets a grant only by a property", sam + "{}\n  A: {Type: 'AWS::Serverless::HttpApi', Properties: {Auth: {Authorizers: {L: {FunctionArn: f}, M: {FunctionArn: f, EnableFunctionDefaultPermissions: true}}}}}\n",
			"not read: grants that AWS SAM makes (1): A.M"},
		{"an authorizer that a role calls", sam + "{}\n  A: {Type: 'AWS::Serverless::Api', Properties: {Auth: {Authorizers: {L: {FunctionArn: f, FunctionInvokeRole: r}, N: {FunctionArn: f, FunctionInvokeRole: NONE}}}}}\n",
			"not read: grants that AWS SAM makes (1): A.N"},
		{"routes and the authorizer of a WebSocket API", sam + "{}\n  W: {Type: 'AWS::Serverless::WebSocketApi', Properties: {Routes: {$connect: {FunctionArn: f}}, Auth: {AuthType: CUSTOM, AuthArn: f}}}\n",
			"not read: grants that AWS SAM makes (2): W.$connect, W.Auth"},
		{"connectors", sam + "{}\n  B:\n    Type: AWS::S3::Bucket\n    Connectors: {ToF: {Properties: {Destination: {Id: F}}}, ToT: {Properties: {Destination: {Id: T}}}}\n" +
			"  T: {Type: 'AWS::Serverless::SimpleTable'}\n  C: {Type: 'AWS::Serverless::Connector', Properties: {Destination: [{Id: T}, {Type: 'AWS::Lambda::Function', Arn: a}]}}\n",
			"not read: connectors of AWS SAM to functions (2): B.ToF, C"},
		{"events without AWS SAM", strings.TrimPrefix(sam, "Transform: AWS::Serverless-2016-10-31\n") + "{Events: {Up: {Type: S3}}}\n", ""},
		{"a loop with grants", "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::G: [N, [a, b], {'G${N}': {Type: 'AWS::Lambda::Permission'}}]\n  Fn::ForEach::T: [N, [a], {'T${N}': {Type: 'AWS::SNS::Topic'}}]\n",
			"not read: loops with grants (1): Fn::ForEach::G"},
		{"a loop in a loop", "Resources:\n  Fn::ForEach::G: [N, [a, b], {'Fn::ForEach::H': [M, [c], {'G${N}${M}': {Type: 'AWS::Lambda::ResourcePolicy'}}]}]\n",
			"not read: loops with grants (1): Fn::ForEach::G"},
		{"a module", "Resources:\n  M: {Type: 'A::B::C::MODULE'}\n", "not read: modules (1): M"},
		{"macros", "Transform: [Mine, {Name: 'AWS::Include'}, AWS::LanguageExtensions]\nResources: {Fn::Transform: {Name: Other}}\n",
			"not read: transforms (3): Mine, AWS::Include, Other"},
	} {
		root, err := tree.Parse([]byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		var got []string
		for _, u := range New(root, Options{}).Unread() {
			got = append(got, u.String())
		}
		if text := strings.Join(got, "; "); text != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.reason, text, tt.want)
		}
	}
}
