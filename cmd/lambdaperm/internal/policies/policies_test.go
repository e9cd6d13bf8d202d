package policies

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
)

const statement = `{\"Sid\":\"s\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:*\",\"Resource\":\"arn:aws:lambda:eu-west-1:210987654321:function:f\"}`

// The grants of every format become the policies of their scopes.
func TestRead(t *testing.T) {
	const request = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"210987654321"}`
	for _, tt := range []struct{ reason, text, want string }{
		{"requests", request + strings.Replace(request, `"f"`, `"f:live"`, 1) + strings.Replace(request, `"s"`, `"t"`, 1),
			"arn:aws:lambda:us-east-1:123456789012:function:f 2, arn:aws:lambda:us-east-1:123456789012:function:f:live 1"},
		{"a policy", `{"Statement":[` + strings.ReplaceAll(statement, `\`, "") + `]}`, "arn:aws:lambda:eu-west-1:210987654321:function:f 1"},
		{"an answer", `{"Policy":"{\"Statement\":[` + statement + `]}"}`, "arn:aws:lambda:eu-west-1:210987654321:function:f 1"},
		{"a template", "Resources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: 'arn:aws:lambda:eu-west-1:210987654321:function:f', Action: 'lambda:*', Principal: '210987654321'}\n",
			"arn:aws:lambda:eu-west-1:210987654321:function:f 1"},
		{"a template with a name that only the deployment knows", "Resources:\n  F: {Type: AWS::Lambda::Function}\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref F, Action: 'lambda:*', Principal: '210987654321'}\n",
			"arn:aws:lambda:us-east-1:123456789012:function:${F} 1 open"},
		{"a plan", `{"format_version":"1","values":{"root_module":{"resources":[{"address":"p","type":"aws_lambda_permission","values":{"function_name":"f","statement_id":"s","action":"lambda:*","principal":"210987654321"}}]}}}`,
			"arn:aws:lambda:us-east-1:123456789012:function:f 1"},
	} {
		scopes, err := Read(t.Context(), "-", strings.NewReader(tt.text), cli.Service{})
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		var got []string
		for _, s := range scopes {
			one := s.Name + " " + strings.Repeat("I", len(s.Document.Statements()))
			one = strings.NewReplacer(" II", " 2", " I", " 1").Replace(one)
			if s.Open {
				one += " open"
			}
			got = append(got, one)
		}
		if text := strings.Join(got, ", "); text != tt.want {
			t.Errorf("%s: got %s, want %s", tt.reason, text, tt.want)
		}
	}
}

// An error names the input, and its place where there is one.
func TestErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"hello", "stdin:1:1: a string of a format that is not read"},
		{`{"FunctionName":"f"}`, "stdin:1:1: "},
		{`{"Policy":"{"}`, "stdin: "},
		{"a: [", "stdin:"},
	} {
		if _, err := Read(t.Context(), "-", strings.NewReader(tt.text), cli.Service{}); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.text, err, tt.want)
		}
	}
	if _, err := Read(t.Context(), "no/such/file", nil, cli.Service{}); err == nil || !strings.HasPrefix(err.Error(), "open no/such/file: ") {
		t.Errorf("a missing file: %v", err)
	}
}

// Whatever the input, it becomes policies, or an error that names it.
func FuzzRead(f *testing.F) {
	f.Add(`{"Statement":[` + strings.ReplaceAll(statement, `\`, "") + `]}`)
	f.Add("Resources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref F, Action: 'lambda:*', Principal: !Ref P}\n")
	f.Add(`{"FunctionName":"f","StatementId":"s","Action":"lambda:*","Principal":"*"}`)
	f.Fuzz(func(t *testing.T, text string) {
		scopes, err := Read(t.Context(), "-", strings.NewReader(text), cli.Service{})
		if err != nil && !strings.HasPrefix(err.Error(), "stdin:") {
			t.Errorf("%v does not name the input", err)
		}
		for _, s := range scopes {
			s.Spell(s.Document.Describe())
		}
	})
}
