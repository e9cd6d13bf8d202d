package policies

import (
	"fmt"
	"strings"
	"testing"
)

const statement = `{\"Sid\":\"s\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:*\",\"Resource\":\"arn:aws:lambda:eu-west-1:210987654321:function:f\"}`

// Read returns the policies of all scopes for the grants of every format.
func TestRead(t *testing.T) {
	const request = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"210987654321"}`
	for _, tt := range []struct{ reason, text, want string }{
		{"requests", request + strings.Replace(request, `"f"`, `"f:live"`, 1) + strings.Replace(request, `"s"`, `"t"`, 1),
			"arn:aws:lambda:us-east-1:123456789012:function:f 2, arn:aws:lambda:us-east-1:123456789012:function:f:live 1"},
		{"a policy", `{"Statement":[` + strings.ReplaceAll(statement, `\`, "") + `]}`, "arn:aws:lambda:eu-west-1:210987654321:function:f 1"},
		{"an answer", `{"Policy":"{\"Statement\":[` + statement + `]}"}`, "arn:aws:lambda:eu-west-1:210987654321:function:f 1"},
		{"a template", "Resources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: 'arn:aws:lambda:eu-west-1:210987654321:function:f', Action: 'lambda:*', Principal: '210987654321'}\n",
			"arn:aws:lambda:eu-west-1:210987654321:function:f 1"},
		{"a template with a name that is known only at deployment", "Resources:\n  F: {Type: AWS::Lambda::Function}\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref F, Action: 'lambda:*', Principal: '210987654321'}\n",
			"arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${F} 1 open"},
		{"a plan", `{"format_version":"1","values":{"root_module":{"resources":[{"address":"p","type":"aws_lambda_permission","values":{"function_name":"f","statement_id":"s","action":"lambda:*","principal":"210987654321"}}]}}}`,
			"arn:aws:lambda:us-east-1:123456789012:function:f 1"},
		{"an open part is replaced by a form that the rules accept", "Parameters: {P: {Type: String}}\nResources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: f, Action: 'lambda:*', Principal: sns.amazonaws.com, SourceArn: !Sub 'arn:aws:sns:${P}:t'}\n",
			"arn:aws:lambda:us-east-1:123456789012:function:f 1 open"},
		{"a whole policy in a template", "Resources:\n  F: {Type: AWS::Lambda::Function}\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties: {ResourceArn: !GetAtt F.Arn, PolicyDocument: {Statement: [{Sid: s, Effect: Allow, Principal: '*', Action: 'lambda:*', Resource: !GetAtt F.Arn}]}}\n",
			"arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${F} 1 open"},
		{"a whole policy and a grant on one scope", "Resources:\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties: {ResourceArn: 'arn:aws:lambda:eu-west-1:210987654321:function:f', PolicyDocument: '{\"Statement\":[" + strings.ReplaceAll(statement, `\`, "") + "]}'}\n" +
			"  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: 'arn:aws:lambda:eu-west-1:210987654321:function:f', Action: 'lambda:*', Principal: '210987654321'}\n",
			"arn:aws:lambda:eu-west-1:210987654321:function:f 2"},
		{"a whole policy in a plan", `{"format_version":"1","values":{"root_module":{"resources":[{"address":"p","type":"aws_lambda_resource_policy","values":{"resource_arn":"arn:aws:lambda:eu-west-1:210987654321:function:f:live","policy":"{\"Statement\":[` + statement + `]}"}}]}}}`,
			"arn:aws:lambda:eu-west-1:210987654321:function:f:live 1"},
		{"a whole policy of a function that is not known yet is named after its statements", `{"format_version":"1","values":{"root_module":{"resources":[{"address":"p","type":"aws_lambda_resource_policy","values":{"policy":"{\"Statement\":[` + statement + `]}"}}]}}}`,
			"arn:aws:lambda:eu-west-1:210987654321:function:f 1 open"},
		{"each outcome of a condition has a statement", "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, x]}\nResources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !If [C, f, g], Action: 'lambda:*', Principal: !If [C, '210987654321', '123456789012']}\n",
			"arn:aws:lambda:us-east-1:123456789012:function:f 1 open, arn:aws:lambda:us-east-1:123456789012:function:g 1 open"},
	} {
		reader := Reader{In: strings.NewReader(tt.text)}
		reading, err := reader.Read(t.Context(), "-")
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		var got []string
		for _, s := range reading.Scopes {
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

// A grant that is left out is reported with its place, name and reason.
func TestLeftOut(t *testing.T) {
	const head = "Parameters: {P: {Type: String, Default: a}, Q: {Type: String}}\nConditions: {Never: !Equals [!Ref P, x], Maybe: !Equals [!Ref Q, x]}\nResources:\n  G:\n    Type: AWS::Lambda::Permission\n"
	const plan = `{"format_version":"1","resource_changes":[{"address":"p","type":"%s","change":{"after":{%s},"after_unknown":{%s}}}]}`
	for _, tt := range []struct {
		reason, text string
		cause        Cause
		want         string
		scopes       int // with other outcomes of the grant
	}{
		{"a rule refuses it", head + "    Properties: {FunctionName: f, Action: 'lambda.InvokeFunction', Principal: '210987654321'}\n", Refused,
			`stdin:6:35: G is left out: Action "lambda.InvokeFunction": `, 0},
		{"a rule refuses it under one outcome", head + "    Properties: {FunctionName: f, Action: !If [Maybe, 'lambda:*', 'lambda.*'], Principal: '210987654321'}\n", Refused,
			`stdin:6:35: G is left out: Action "lambda.*": `, 1},
		{"a rule refuses it for every form of the open part", head + "    Properties: {FunctionName: f, Action: !Sub 'lambda.${Q}', Principal: '210987654321'}\n", Refused,
			`stdin:6:35: G is left out: Action "lambda.${Q}": `, 0},
		{"it has a property that the type lacks", head + "    Properties: {FunctionName: f, Action: 'lambda:*', Principal: '210987654321', Source: b}\n", Refused,
			`stdin:6:82: G is left out: AWS::Lambda::Permission has no property "Source"`, 0},
		{"its condition is false", head + "    Condition: Never\n    Properties: {FunctionName: f, Action: 'lambda:*', Principal: '210987654321'}\n", Unneeded,
			"stdin:4:3: G is left out: its condition Never is false with the parameters of the template", 0},
		{"a policy with an unknown form", head[:strings.Index(head, "Resources:")] + "Resources:\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties: {ResourceArn: f, PolicyDocument: !Ref Q}\n", Unknown,
			"stdin:4:3: P is left out: its document is not known before deployment", 0},
		{"a policy that is not JSON", "Resources:\n  P:\n    Type: AWS::Lambda::ResourcePolicy\n    Properties: {ResourceArn: f, PolicyDocument: '{'}\n", Refused, "stdin:2:3: P is left out: ", 0},
		{"a plan's grant that a rule refuses", fmt.Sprintf(plan, "aws_lambda_permission", `"function_name":"f","statement_id":"a.b","action":"lambda:*","principal":"210987654321"`, ""), Refused,
			`stdin:1:128: p is left out: StatementId "a.b": `, 0},
		{"a plan's policy that is known after apply", fmt.Sprintf(plan, "aws_lambda_resource_policy", `"resource_arn":"arn:aws:lambda:eu-west-1:210987654321:function:f"`, `"policy":true`), Unknown,
			"stdin:1:44: p is left out: its document is not known before deployment", 0},
	} {
		reader := Reader{In: strings.NewReader(tt.text)}
		reading, err := reader.Read(t.Context(), "-")
		if err != nil || len(reading.LeftOut) != 1 {
			t.Errorf("%s: %v, left out %v, want one", tt.reason, err, reading.LeftOut)
			continue
		}
		if got := len(reading.Scopes); got != tt.scopes {
			t.Errorf("%s: %d scopes, want %d", tt.reason, got, tt.scopes)
		}
		left := reading.LeftOut[0]
		if left.Cause != tt.cause {
			t.Errorf("%s: cause %d, want %d", tt.reason, left.Cause, tt.cause)
		}
		if got := left.Error(); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %s, want %s at its beginning", tt.reason, got, tt.want)
		}
	}
}

// An error names the input, and the place if it has one.
func TestErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"hello", "stdin:1:1: a string of a format that is not read"},
		{`{"FunctionName":"f"}`, "stdin:1:1: "},
		{`{"Policy":"{"}`, "stdin: "},
		{"a: [", "stdin:"},
	} {
		reader := Reader{In: strings.NewReader(tt.text)}
		if _, err := reader.Read(t.Context(), "-"); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.text, err, tt.want)
		}
	}
	if _, err := (Reader{}).Read(t.Context(), "no/such/file"); err == nil || !strings.HasPrefix(err.Error(), "open no/such/file: ") {
		t.Errorf("a missing file: err = %v, want the error of open", err)
	}
}

// Read returns policies or an error that names the input, and does not panic, for any
// input.
func FuzzRead(f *testing.F) {
	f.Add(`{"Statement":[` + strings.ReplaceAll(statement, `\`, "") + `]}`)
	f.Add("Resources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: !Ref F, Action: 'lambda:*', Principal: !Ref P}\n")
	f.Add(`{"FunctionName":"f","StatementId":"s","Action":"lambda:*","Principal":"*"}`)
	f.Fuzz(func(t *testing.T, text string) {
		reader := Reader{In: strings.NewReader(text)}
		reading, err := reader.Read(t.Context(), "-")
		if err != nil && !strings.HasPrefix(err.Error(), "stdin:") {
			t.Errorf("%v does not name the input", err)
		}
		for _, s := range reading.Scopes {
			for i, statement := range s.Document.Statements() {
				s.Spell(i, statement.Describe())
			}
		}
		for _, l := range reading.LeftOut {
			if !strings.HasPrefix(l.Error(), "stdin:") || l.Reason == "" {
				t.Errorf("%v does not name the input and a reason", l)
			}
		}
	})
}
