package show

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
)

// template has a grant whose principal depends on a condition, one that is made only
// under the condition, and one that is refused.
const template = `
Parameters: {Stage: {Type: String}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  Either:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: 'lambda:*', Principal: !If [IsProd, '210987654321', '111122223333']}
  Only:
    Type: AWS::Lambda::Permission
    Condition: IsProd
    Properties: {FunctionName: f, Action: 'lambda:*', Principal: '444455556666'}
  Refused:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: f, Action: 'lambda.*', Principal: '444455556666'}
`

// Each format shows the outcome under which a statement is made. A refused grant is
// named on standard error, and the exit status is 1.
func TestOutcomes(t *testing.T) {
	for format, want := range map[string][]string{
		"text": {
			"  Either (if IsProd is true): Allows the account 210987654321 ",
			"  Either (if IsProd is false): Allows the account 111122223333 ",
			"  Only (if IsProd is true): Allows the account 444455556666 ",
		},
		"table":    {"Either (if IsProd is true)   Allow", "Either (if IsProd is false)  Allow", "Only (if IsProd is true)     Allow"},
		"markdown": {"| Either (if IsProd is true) |", "| Either (if IsProd is false) |", "| Only (if IsProd is true) |"},
		"json":     {`"sid": "Either",` + "\n    " + `"when": "IsProd is true"`, `"when": "IsProd is false"`, `"sid": "Only",` + "\n    " + `"when": "IsProd is true"`},
		"mermaid":  {`|"Either (if IsProd is true)"|`, `|"Either (if IsProd is false)"|`, `|"Only (if IsProd is true)"|`},
	} {
		var stdout, stderr bytes.Buffer
		code := Run(t.Context(), []string{"-format", format, "-"}, cli.Streams{In: strings.NewReader(template), Out: &stdout, Err: &stderr})
		if code != exitFailed {
			t.Errorf("%s: exit %d, want %d", format, code, exitFailed)
		}
		for _, part := range want {
			if !strings.Contains(stdout.String(), part) {
				t.Errorf("%s: no %q in\n%s", format, part, stdout.String())
			}
		}
		if strings.Contains(stdout.String(), "Refused") {
			t.Errorf("%s: the refused grant is shown:\n%s", format, stdout.String())
		}
		if want := `lambdaperm show: stdin:14:35: Refused is left out: Action "lambda.*": `; !strings.HasPrefix(stderr.String(), want) {
			t.Errorf("%s: standard error is %q, want %q at its beginning", format, stderr.String(), want)
		}
	}
}

// Flags set the region, the account and the parameters of a deployment.
func TestDeployment(t *testing.T) {
	text := strings.NewReplacer("lambda.*", "lambda:*", "FunctionName: f", "FunctionName: !Sub '${Stage}-f'").Replace(template)
	for _, tt := range []struct {
		args, stdout, stderr string
		code                 int
	}{
		{"-parameter Stage=prod -region eu-west-1 -account 210987654321", "arn:aws:lambda:eu-west-1:210987654321:function:prod-f\n  Either: Allows the account 210987654321 ", "", exitOK},
		{"-account 210987654321", "arn:aws:lambda:${AWS::Region}:210987654321:function:${Stage}-f\n", "", exitOK},
		{"-parameter Stag=prod", "", "lambdaperm show: -parameter Stag: no template has this parameter: there are Stage\n", cli.ExitUnusable},
	} {
		var stdout, stderr bytes.Buffer
		code := Run(t.Context(), append(strings.Fields(tt.args), "-"), cli.Streams{In: strings.NewReader(text), Out: &stdout, Err: &stderr})
		if code != tt.code {
			t.Errorf("%s: exit %d, want %d", tt.args, code, tt.code)
		}
		if !strings.HasPrefix(stdout.String(), tt.stdout) {
			t.Errorf("%s: got %s, want %q at its beginning", tt.args, stdout.String(), tt.stdout)
		}
		if stderr.String() != tt.stderr {
			t.Errorf("%s: standard error is %q, want %q", tt.args, stderr.String(), tt.stderr)
		}
	}
}

// Grants that AWS SAM makes are not shown but named on standard error.
func TestUnread(t *testing.T) {
	const text = "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Events: {Up: {Type: S3}}}}}\n"
	var stdout, stderr bytes.Buffer
	code := Run(t.Context(), []string{"-"}, cli.Streams{In: strings.NewReader(text), Out: &stdout, Err: &stderr})
	if want := "lambdaperm show: stdin: not read: grants that AWS SAM makes (1): F.Up\n"; stderr.String() != want {
		t.Errorf("standard error is %q, want %q", stderr.String(), want)
	}
	if code != exitOK {
		t.Errorf("exit %d, want %d", code, exitOK)
	}
	if want := "No statements.\n"; stdout.String() != want {
		t.Errorf("standard output is %q, want %q", stdout.String(), want)
	}
}

// A grant whose Sid is made at deployment is shown with its name in the file.
func TestNames(t *testing.T) {
	long := strings.Repeat("Long", 50) // more than a statement id can have
	for _, tt := range []struct{ text, want string }{
		{strings.NewReplacer("Either", long, "lambda.*", "lambda:*").Replace(template), "  " + long + " (if IsProd is true): "},
		{`{"format_version":"1","values":{"root_module":{"resources":[{"address":"module.m.aws_lambda_permission.p","type":"aws_lambda_permission","values":{"function_name":"f","action":"lambda:*","principal":"210987654321"}}]}}}`,
			"  module.m.aws_lambda_permission.p: "},
	} {
		var stdout, stderr bytes.Buffer
		code := Run(t.Context(), []string{"-"}, cli.Streams{In: strings.NewReader(tt.text), Out: &stdout, Err: &stderr})
		if code != exitOK {
			t.Errorf("exit %d, want %d: %s", code, exitOK, stderr.String())
		}
		if !strings.Contains(stdout.String(), tt.want) {
			t.Errorf("no %q in\n%s", tt.want, stdout.String())
		}
	}
}

// A grant that is not deployed is named on standard error, and the exit status is 0.
func TestNotDeployed(t *testing.T) {
	text := strings.NewReplacer("{Type: String}", "{Type: String, Default: test}", "lambda.*", "lambda:*").Replace(template)
	var stdout, stderr bytes.Buffer
	code := Run(t.Context(), []string{"-"}, cli.Streams{In: strings.NewReader(text), Out: &stdout, Err: &stderr})
	if code != exitOK {
		t.Errorf("exit %d, want %d", code, exitOK)
	}
	if want := "lambdaperm show: stdin:8:3: Only is left out: its condition IsProd is false with the parameters of the template\n"; stderr.String() != want {
		t.Errorf("standard error is %q, want %q", stderr.String(), want)
	}
	if strings.Contains(stdout.String(), "Only") {
		t.Errorf("the grant that is not deployed is shown:\n%s", stdout.String())
	}
	if want := "  Either: Allows the account 111122223333 "; !strings.Contains(stdout.String(), want) {
		t.Errorf("no %q in\n%s", want, stdout.String())
	}
}
