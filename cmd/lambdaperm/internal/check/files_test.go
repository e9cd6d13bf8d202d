package check

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/growth"
)

// permissionYAML returns a template with one permission that has the given properties.
func permissionYAML(properties ...string) string {
	return "Resources:\n  Grant:\n    Type: AWS::Lambda::Permission\n    Properties:\n      " + strings.Join(properties, "\n      ") + "\n"
}

// goodYAML has the properties of a permission without a finding.
var goodYAML = []string{"FunctionName: f", "Action: lambda:InvokeFunction", "Principal: sns.amazonaws.com", "SourceArn: arn:aws:sns:us-east-1:123456789012:t"}

const twoGrants = `
Resources:
  A:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: %s, Principal: %s, %s}
  B:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: %s, Principal: %s, %s}
`

// manyConditions has a permission with 32 outcomes of five conditions.
const manyConditions = `
Parameters: {P: {Type: String}}
Conditions: {A: !Equals [!Ref P, a], B: !Equals [!Ref P, b], C: !Equals [!Ref P, c], D: !Equals [!Ref P, d], E: !Equals [!Ref P, e]}
Resources:
  Grant:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: f
      Action: lambda:InvokeFunction
      Principal: sns.amazonaws.com
      SourceArn: !Join ['', ['arn:aws:sns:us-east-1:123456789012:t', !If [A, a, b], !If [B, a, b], !If [C, a, b], !If [D, a, b], !If [E, a, b]]]
`

const planHead = `{"format_version":"1.2","terraform_version":"1.9.0",`

// changeOf returns a plan with one permission.
func changeOf(after, unknown string) string {
	return planHead + `"resource_changes":[{"address":"aws_lambda_permission.p","mode":"managed","type":"aws_lambda_permission",` +
		`"change":{"after":` + after + `,"after_unknown":` + unknown + `}}]}`
}

// outcome returns a summary of the report about one file: "LINE:COLUMN RULE" for each
// finding, "unjudged GRANT MEMBER,MEMBER" for each grant that is not wholly known,
// "note: TEXT" for each note, and "N checked".
func outcome(t *testing.T, text string, args ...string) string {
	t.Helper()
	got := runWith(t, text, append([]string{"-format", "json"}, args...)...)
	var report struct {
		Findings []finding
		Unjudged []unjudged
		Notes    []note
		Summary  struct{ Requests int }
	}
	if err := json.Unmarshal([]byte(got.Stdout), &report); err != nil {
		t.Fatalf("%v in %+v", err, got)
	}
	if got.Stderr != "" {
		t.Errorf("standard error is %q, want nothing", got.Stderr)
	}
	var lines []string
	for _, f := range report.Findings {
		lines = append(lines, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Rule))
	}
	for _, u := range report.Unjudged {
		lines = append(lines, strings.TrimSpace("unjudged "+u.Grant+" "+strings.Join(u.Members, ",")))
	}
	for _, n := range report.Notes {
		lines = append(lines, "note: "+n.Text)
	}
	return strings.Join(append(lines, fmt.Sprintf("%d checked", report.Summary.Requests)), "; ")
}

// Each format is recognised by its content, and its grants are found with their places.
func TestFiles(t *testing.T) {
	good := permissionYAML(goodYAML...)
	for _, tt := range []struct{ reason, text, want string }{
		// Templates.
		{"a template in YAML", good, "1 checked"},
		{"a template in JSON", `{"Resources":{"Grant":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":"f","Action":"lambda.InvokeFunction","Principal":"*","SourceAccount":"123456789012"}}}}`,
			"1:90 pattern; 1:123 anyone-source; 1 checked"},
		{"a template that begins with a quoted key", `"Resources":` + strings.TrimPrefix(good, "Resources:"), "1 checked"},
		{"a template that begins with a comment and ---", "# grants\n---\n" + good, "1 checked"},
		{"a template in JSON with a comma too many, which YAML allows", `{"Description":"d","Parameters":{"P":{"Type":"String","AllowedValues":["a",]}},"Resources":{"Grant":{"Type":"AWS::Lambda::Permission","Properties":{"FunctionName":"f"}}}}`,
			"1:93 required; 1:93 required; 1 checked"},
		{"a byte order mark is skipped", "\ufeff" + good, "1 checked"},
		{"lines may end in CRLF", strings.ReplaceAll(permissionYAML("FunctionName: f", "Action: lambda.InvokeFunction", "Principal: s3.amazonaws.com", "SourceAccount: '123456789012'"), "\n", "\r\n"),
			"2:3 only-source-account; 6:7 pattern; 1 checked"},
		{"a tab in the indentation, which YAML does not allow", "Resources:\n\tGrant: 1\n", "2:1 syntax; 0 checked"},
		{"a template without grants", "Resources:\n  B: {Type: AWS::S3::Bucket}\n", "0 checked"},
		{"a property that the type lacks", permissionYAML(append(goodYAML, "StatementId: s")...), "9:7 unknown-member; 1 checked"},
		{"an empty property", permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: ''"), "8:7 pattern; 1 checked"},
		{"a property twice", permissionYAML(append(goodYAML, "Principal: '*'")...), "9:7 duplicate-member; 9:7 anyone-source; 1 checked"},
		{"an account without quotes", permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: arn:aws:s3:::b", "SourceAccount: 012345678901"), "1 checked"},
		{"a property that is a list", permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: [s3.amazonaws.com]"), "7:7 type; unjudged Grant Principal; 1 checked"},
		{"no properties", "Resources:\n  Grant: {Type: AWS::Lambda::Permission}\n", "2:3 type; 2:3 required; 2:3 required; 2:3 required; 1 checked"},
		{"anchors and merge keys", "Resources:\n  A:\n    Type: AWS::Lambda::Permission\n    Properties: &p {FunctionName: f, Action: lambda:InvokeFunction, Principal: sns.amazonaws.com, SourceArn: 'arn:aws:sns:us-east-1:123456789012:t'}\n" +
			"  B:\n    Type: AWS::Lambda::Permission\n    Properties: {<<: *p, SourceArn: 'arn:aws:s3:::b'}\n", "5:3 no-source-account; 7:26 service-mismatch; 2 checked"},
		{"an anchor within itself", "Resources: &r\n  A: *r\n", "1:12 syntax; 0 checked"},
		{"two documents", good + "---\n" + good, "9:1 syntax; 0 checked"},
		{"SAM with Globals", "Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {Runtime: go1.x, AutoPublishAlias: live}}\nResources:\n  F: {Type: AWS::Serverless::Function}\n" +
			"  Grant:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref F.Alias, Action: lambda:InvokeFunction, Principal: events.amazonaws.com, SourceArn: !GetAtt R.Arn}\n  R: {Type: AWS::Events::Rule}\n", "1 checked"},
		{"as cdk synth writes it", `{"Resources":{"Grant1A2B":{"Type":"AWS::Lambda::Permission","Properties":{"Action":"lambda:InvokeFunction","FunctionName":{"Fn::GetAtt":["F1","Arn"]},` +
			`"Principal":"apigateway.amazonaws.com","SourceArn":{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":execute-api:",{"Ref":"AWS::Region"},":",{"Ref":"AWS::AccountId"},":",{"Ref":"A1"},"/",{"Ref":"S1"},"/GET/"]]}},` +
			`"Metadata":{"aws:cdk:path":"x"}},"F1":{"Type":"AWS::Lambda::Function"},"A1":{"Type":"AWS::ApiGateway::RestApi"},"S1":{"Type":"AWS::ApiGateway::Stage"}},` +
			`"Parameters":{"BootstrapVersion":{"Type":"AWS::SSM::Parameter::Value<String>","Default":"/cdk-bootstrap/hnb659fds/version"}},"Rules":{}}`, "1 checked"},
		{"a resource that is never deployed", "Conditions: {C: !Equals [a, b]}\n" + permissionYAML("FunctionName: f") + "    Condition: C\n",
			"note: not checked, since their condition is false with these parameters (1): Grant; 0 checked"},
		{"unknown members have no findings", "Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: !Ref P", "Action: lambda:InvokeFunction", "Principal: !Ref P", "SourceArn: !Ref P"),
			"unjudged Grant FunctionName,Principal,SourceArn; 1 checked"},
		{"known members beside unknown ones are judged", "Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: !Ref P", "Action: lambda.InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: !Ref P"),
			"7:7 pattern; unjudged Grant FunctionName,SourceArn; 1 checked"},
		{"an unknown that may be the beginning of an ARN", "Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: !Sub '${P}/*'"),
			"unjudged Grant SourceArn; 1 checked"},
		{"an unknown partition and service", "Parameters: {P: {Type: String}, Q: {Type: String}}\n" + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: !Sub 'arn:${P}:${Q}:::b'"),
			"unjudged Grant SourceArn; 1 checked"},
		{"region and account in one unknown", "Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: sns.amazonaws.com", "SourceArn: !Sub 'arn:aws:sns:${P}:t'"), "1 checked"},
		{"a known service in an unknown ARN", "Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: !Sub 'arn:aws:sns:${P}:t'"),
			"9:7 service-mismatch; 1 checked"},
		{"a finding in one outcome of a condition", "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\n" + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: !If [C, '*', sns.amazonaws.com]", "SourceAccount: '123456789012'"), "4:3 only-source-account; 9:7 anyone-source; 1 checked"},
		{"a policy within a template", "Resources:\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties:\n      ResourceArn: arn:aws:lambda:us-east-1:123456789012:function:f\n      PolicyDocument: {Version: '2012-10-17', Statement: [{Sid: s, Effect: Allow, Principal: '*', Action: lambda:InvokeFunction, Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f'}]}\n", "2:3 public; 1 checked"},
		{"a policy without a scope, with a property too many", "Resources:\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties:\n      FunctionName: f\n      PolicyDocument: {Statement: []}\n", "2:3 required; 5:7 unknown-member; 1 checked"},
		{"a policy with names that the stack makes is judged", "Resources:\n  F: {Type: AWS::Lambda::Function}\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties:\n      ResourceArn: !GetAtt F.Arn\n      PolicyDocument: {Statement: [{Sid: s, Effect: Allow, Principal: '*', Action: lambda:InvokeFunction, Resource: !GetAtt F.Arn}]}\n", "3:3 public; 1 checked"},
		{"a policy of any form", "Parameters: {P: {Type: String}}\nResources:\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties:\n      ResourceArn: arn:aws:lambda:us-east-1:123456789012:function:f\n      PolicyDocument: !Ref P\n", "unjudged P PolicyDocument; 1 checked"},
		{"more outcomes than are tried", manyConditions, "unjudged Grant; 1 checked"},
		{"a reference without a target", "AWSTemplateFormatVersion: 2010-09-09\n" + permissionYAML("FunctionName: !Ref F", "Action: lambda:InvokeFunction", "Principal: '210987654321'"), "6:21 missing-reference; 8:7 account-principal; unjudged Grant FunctionName; 1 checked"},
		{"events for which AWS SAM makes grants", "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function, Properties: {Events: {Up: {Type: S3}, Q: {Type: SQS}}}}\n", "note: not read: grants that AWS SAM makes (1): F.Up; 0 checked"},
		// One grant beside the other.
		{"the same grant twice", fmt.Sprintf(twoGrants, "lambda:InvokeFunction", "sns.amazonaws.com", "SourceArn: 'arn:aws:sns:us-east-1:123456789012:t'", "lambda:InvokeFunction", "sns.amazonaws.com", "SourceArn: 'arn:aws:sns:us-east-1:123456789012:t'"), "6:3 duplicate; 2 checked"},
		{"a grant that another covers", fmt.Sprintf(twoGrants, "lambda:InvokeFunction", "sns.amazonaws.com", "SourceAccount: '123456789012'", "lambda:InvokeFunction", "sns.amazonaws.com", "SourceAccount: '123456789012', SourceArn: 'arn:aws:sns:us-east-1:123456789012:t'"), "3:3 only-source-account; 6:3 covered; 2 checked"},
		{"only one of the two grants of a function URL", permissionYAML("FunctionName: f", "Action: lambda:InvokeFunctionUrl", "Principal: '*'", "FunctionUrlAuthType: NONE"), "7:7 public-url; 2:3 url-pair; 1 checked"},
		{"both grants of a function URL", fmt.Sprintf(twoGrants, "lambda:InvokeFunctionUrl", "'*'", "FunctionUrlAuthType: NONE", "lambda:InvokeFunction", "'*'", "InvokedViaFunctionUrl: true"), "5:69 public-url; 8:66 public-url; 2 checked"},
		{"one id twice in requests", clean + "\n" + strings.Replace(clean, ":t\"", ":u\"", 1), "2:21 same-statement-id; 2 checked"},
		{"one id on two functions", clean + "\n" + strings.Replace(clean, `"f"`, `"g"`, 1), "2 checked"},
		{"one id on two aliases of a function", clean + "\n" + strings.Replace(clean, `"f"`, `"f:live"`, 1), "2 checked"},
		// Terraform.
		{"a plan", changeOf(`{"function_name":"f","statement_id":"s","action":"lambda:InvokeFunction","principal":"s3.amazonaws.com","source_arn":"arn:aws:s3:::b"}`, `{}`), "1:74 no-source-account; 1 checked"},
		{"a plan with a value that is known after apply", changeOf(`{"function_name":"f","statement_id":"s","action":"lambda.InvokeFunction","principal":"s3.amazonaws.com","source_account":"123456789012"}`, `{"source_arn":true}`), "1:216 pattern; unjudged aws_lambda_permission.p SourceArn; 1 checked"},
		{"a plan that deletes", changeOf(`null`, `{}`), "0 checked"},
		{"a state with modules", planHead + `"values":{"root_module":{"child_modules":[{"resources":[{"address":"module.m.aws_lambda_permission.p","mode":"managed","type":"aws_lambda_permission","values":{"function_name":"f","statement_id":"a.b","action":"lambda:InvokeFunction","principal":"210987654321"}}]}]}}}`, "1:233 pattern; 1:287 account-principal; 1 checked"},
		{"a plan with a whole policy", planHead + `"resource_changes":[{"address":"p","mode":"managed","type":"aws_lambda_resource_policy","change":{"after":{"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"},"after_unknown":{}}}]}`, "1 checked"},
		// Policies and answers of the service.
		{"a policy", `{"Version":"2012-10-17","Statement":[{"Sid":"s","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f"}]}`, "1:38 public; 1 checked"},
		{"an answer of get-policy", `{"RevisionId":"r","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"s\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:f\"}]}"}`, "1:19 public; 1 checked"},
		{"an answer with a text that is not a policy", `{"Policy":"{"}`, "1:2 syntax; 0 checked"},
		// Formats that are not read are named.
		{"the Serverless Framework", "service: s\nprovider: {name: aws}\n", "1:1 unknown-format; 0 checked"},
		{"Pulumi", "name: p\nruntime: yaml\n", "1:1 unknown-format; 0 checked"},
		{"a Terraform configuration", "resource \"aws_lambda_permission\" \"p\" {\n}\n", "1:1 unknown-format; 0 checked"},
		{"a saved plan", "PK\x03\x04 ...", "1:1 unknown-format; 0 checked"},
		{"a word", "hello\n", "1:1 unknown-format; 0 checked"},
		{"a text that is not UTF-8", "Resources: \xff\n", "1:12 syntax; 0 checked"},
	} {
		if got := outcome(t, tt.text); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.reason, got, tt.want)
		}
	}
}

// Large files, deeply nested files, and files that grow exponentially when they are
// expanded are read or refused in bounded time. Expanding the latter would exceed the
// time limit of go test.
func TestHostileFiles(t *testing.T) {
	explosion := "A0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 30; i++ {
		explosion += fmt.Sprintf("A%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), i-1)
	}
	doubled := "Mappings: {M: {R: {C: x}}}\n" + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com",
		"SourceArn: "+strings.Repeat("!Sub ['${A}${A}', {A: ", 40)+"x"+strings.Repeat("}]", 40))
	for _, tt := range []struct{ reason, text, want string }{
		{"aliases that grow exponentially", explosion + permissionYAML("FunctionName: f", "Action: lambda:InvokeFunction", "Principal: s3.amazonaws.com", "SourceArn: *a29"), "38:7 type; unjudged Grant SourceArn; 1 checked"},
		{"Sub that doubles its text forty times", doubled, "9:7 pattern; 1 checked"},
		{"ten megabytes of resources", resources(10 << 20), "0 checked"},
		{"nested deeply in JSON", strings.Repeat(`{"Resources":`, 100_000), "1:6514 syntax; 0 checked"},
		{"nested deeply in YAML", "Resources: " + strings.Repeat("[", 100_000), "1:10012 syntax; 0 checked"},
		{"a file larger than the limit", `{"Resources":{"` + strings.Repeat("x", 17<<20), "1:1 syntax; 0 checked"},
	} {
		if testing.Short() && len(tt.text) > 1<<20 {
			continue // takes seconds
		}
		got := outcome(t, tt.text)
		if len(got) > 200 {
			got = got[:200]
		}
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.reason, got, tt.want)
		}
	}
}

// resources returns a template of about n bytes without grants.
func resources(n int) string {
	var b strings.Builder
	b.WriteString("Resources:\n")
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "  G%d:\n    Type: AWS::SNS::Topic\n", i)
	}
	return b.String()
}

// The time of a check is proportional to the size of the file.
func TestTimeIsLinear(t *testing.T) {
	for name, of := range map[string]func(n int) string{
		"resources":      resources,
		"nested in JSON": func(n int) string { return strings.Repeat(`{"Resources":`, n/len(`{"Resources":`)) },
		"nested in YAML": func(n int) string { return "Resources: " + strings.Repeat("[", n) },
	} {
		work := func(n int) func() {
			text := of(n)
			return func() { outcome(t, text) }
		}
		const small = 64 << 10
		growth.Linear(t, name, work(small), work(growth.Factor*small))
	}
}

// Every format reports a file that cannot be opened.
func TestUnreadableIsToldInEveryFormat(t *testing.T) {
	name := filepath.Join(t.TempDir(), "missing.yaml")
	for format, want := range map[string]string{
		"text": "1 input not read", "json": `"failures":["open `, "sarif": `"toolExecutionNotifications":[{"level":"error","message":{"text":"open `,
	} {
		got := runWith(t, "", "-format", format, name)
		if got.Code != exitUnusable {
			t.Errorf("%s: exit %d, want %d", format, got.Code, exitUnusable)
		}
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("%s: no %q in %s", format, want, got.Stdout)
		}
	}
}

// The text report counts the values and the files that cannot be read.
func TestNotChecked(t *testing.T) {
	for _, tt := range []struct{ reason, text, want string }{
		{"a request with a mistake", clean + `{"functionName":"f"}`, "1 request: 1 error\nnot checked: 1 value that cannot be read as a request\n"},
		{"two requests with mistakes", clean + `{"functionName":"f"}{"action":"*"}`, "1 request: 2 errors\nnot checked: 2 values that cannot be read as a request\n"},
		{"a file of another format", "hello", "0 requests: 1 error\nnot checked: 1 file that cannot be read\n"},
		{"a template that is not YAML", "Resources:\n\tA: 1\n", "0 requests: 1 error\nnot checked: 1 file that cannot be read\n"},
	} {
		if got := runWith(t, tt.text); !strings.HasSuffix(got.Stdout, tt.want) {
			t.Errorf("%s: got %s, want %q at the end", tt.reason, got.Stdout, tt.want)
		}
	}
}

// A parameter that no template of a run has is an error, since the intended parameter
// keeps another value. Every format reports it with the names of the existing
// parameters.
func TestParameterOfNoTemplate(t *testing.T) {
	text := "Parameters: {Stage: {Type: String}, Action: {Type: String}}\n" + permissionYAML(goodYAML...)
	const reason = "-parameter Stagee: no template has this parameter: there are Action, Stage"
	for format, want := range map[string]string{
		"text": "1 request: nothing to mend\n", "json": `"failures":["` + reason + `"]`, "sarif": `"text":"` + reason + `"`,
	} {
		got := runWith(t, text, "-format", format, "-parameter", "Stagee=prod", "-parameter", "Stage=prod")
		got.checkExit(t, format, exitUnusable, "lambdaperm check: "+reason+"\n")
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("%s: no %q in %s", format, want, got.Stdout)
		}
	}
	runWith(t, text, "-parameter", "Stage=prod").checkExit(t, "a parameter that the template has", exitClean, "")
	// It is enough that one of several templates has the parameter.
	file := filepath.Join(t.TempDir(), "t.yaml")
	if err := os.WriteFile(file, []byte("Parameters: {Other: {Type: String}}\n"+permissionYAML(goodYAML...)), 0o666); err != nil {
		t.Fatal(err)
	}
	runWith(t, text, "-parameter", "Other=x", "-", file).checkExit(t, "a parameter that the second template has", exitClean, "")
	if got, want := runWith(t, clean, "-parameter", "Stage=prod").Stderr, "lambdaperm check: -parameter Stage: no template has this parameter: there are none\n"; got != want {
		t.Errorf("without templates standard error is %q, want %q", got, want)
	}
}

// The text report names the grants and members that were not judged.
func TestUnjudgedIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.yaml")
	text := "Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: !Ref P", "Action: lambda:InvokeFunction", "Principal: sns.amazonaws.com", "SourceArn: !Ref P")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	want := "1 request: nothing to mend\nnot wholly known before deployment: 1 grant\n    " + file + ":3:3  Grant: FunctionName, SourceArn\n"
	got := runWith(t, "", file)
	if got.Code != exitClean {
		t.Errorf("exit %d, want %d", got.Code, exitClean)
	}
	if got.Stdout != want {
		t.Errorf("standard output is %q, want %q", got.Stdout, want)
	}
	checkSARIF(t, runWith(t, "", "-format", "sarif", file).Stdout)
}
