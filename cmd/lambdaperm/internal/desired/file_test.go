package desired

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/ensure"
)

// grantsOf lists the grants of a file, one line for each: principal, action, source,
// account and id.
func grantsOf(all []ensure.Desired) string {
	var lines []string
	for _, d := range all {
		for _, g := range d.Grants {
			line := fmt.Sprintf("%s %s %s %s %s %s", g.Principal, strings.TrimPrefix(g.Action, "lambda:"), g.SourceArn, g.SourceAccount, g.FunctionUrlAuthType, g.StatementId)
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(lines, "; ")
}

// Every form of a grant can be written in YAML's block and flow style.
func TestGrants(t *testing.T) {
	for _, tt := range []struct{ reason, grants, want string }{
		{"a request", `[{Action: "lambda:InvokeFunction", Principal: sns.amazonaws.com, SourceArn: "arn:aws:sns:us-east-1:123456789012:t", StatementId: s}]`,
			"sns.amazonaws.com InvokeFunction arn:aws:sns:us-east-1:123456789012:t s"},
		{"an account without quotes", `[{Action: "lambda:InvokeFunction", Principal: 012345678901}]`, "012345678901 InvokeFunction"},
		{"an event source", `[{eventSource: "arn:aws:sns:us-east-1:123456789012:t"}]`, "sns.amazonaws.com InvokeFunction arn:aws:sns:us-east-1:123456789012:t"},
		{"an event source with an account and an id", `[{eventSource: "arn:aws:s3:::b", sourceAccount: "123456789012", statementId: s}]`, "s3.amazonaws.com InvokeFunction arn:aws:s3:::b 123456789012 s"},
		{"an account", `[{account: "210987654321"}]`, "210987654321 InvokeFunction"},
		{"both halves of a function URL", `[{functionURL: NONE}]`, "* InvokeFunctionUrl NONE; * InvokeFunction"},
		{"a smart home skill", `[{smartHome: amzn1.ask.skill.x}]`, "alexa-connectedhome.amazon.com InvokeFunction"},
		{"an organization", `[{organization: o-a1b2c3d4e5}]`, "* InvokeFunction"},
		{"a function URL for an organization", `[{functionURL: AWS_IAM, organization: o-a1b2c3d4e5}]`, "* InvokeFunctionUrl AWS_IAM; * InvokeFunction"},
		{"an empty list", `[]`, ""},
	} {
		for _, text := range []string{"scope: f\nowner: o\ngrants: " + tt.grants, "[{scope: f, owner: o, grants: " + tt.grants + "}]"} {
			all, err := parse("f", []byte(text))
			if err != nil || len(all) != 1 {
				t.Errorf("%s: %d states, want 1; %v", tt.reason, len(all), err)
				continue
			}
			if got := all[0].Function + " of " + all[0].Owner; got != "f of o" {
				t.Errorf("%s: got %s, want f of o", tt.reason, got)
			}
			if got := grantsOf(all); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.reason, got, tt.want)
			}
		}
	}
}

// An error has the place of the mistake. An empty member is not taken for an absent
// one.
func TestMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "f:1:1: the file is empty"},
		{"[]", "f:1:1: an empty list: want at least one object with scope and grants"},
		{"hello", "f:1:1: a desired state is a string, want an object"},
		{"grants: []", "f:1:1: a desired state needs a scope"},
		{"scope: f", "f:1:1: a desired state needs grants: a list, [] for none"},
		{"scope: f\ngrants:\n", "f:2:1: a desired state needs grants"},
		{"scope: ''\ngrants: []", "f:1:8: scope is empty: leave it out, or give it a value"},
		{"scope: f\nowner: ''\ngrants: []", "f:2:8: owner is empty"},
		{"scope: f\nfunction: g\ngrants: []", `f:2:1: a desired state has no member "function": want scope, owner, grants, allowOpen`},
		{"scope: f\nscope: g\ngrants: []", `f:2:1: a desired state has the member "scope" twice`},
		{"scope: f\ngrants: [x]", "f:2:10: a grant is a string, want an object"},
		{"scope: f\ngrants: [{Principal: p, principal: q}]", `f:2:25: a grant has no member "principal"`},
		{"scope: f\ngrants: [{Principal: p, SourceArn: ''}]", "f:2:36: SourceArn is empty"},
		{"scope: f\ngrants: [{Principal: p, SourceArn: }]", "f:2:36: SourceArn is null, want a string"},
		{"scope: f\ngrants: [{Principal: !Ref p}]", "f:2:22: Principal has the tag !Ref, want a string without one"},
		{"scope: f\ngrants: [{InvokedViaFunctionUrl: 'true'}]", "f:2:34: InvokedViaFunctionUrl is a string, want true or false"},
		{"scope: f\ngrants: [{eventSource: 'arn:aws:s3:::b', SourceAccount: '1'}]", `f:2:42: a grant with eventSource has no member "SourceAccount"`},
		{"scope: f\ngrants: [{eventSource: ''}]", "f:2:24: eventSource is empty"},
		{"scope: f\ngrants: [{eventSource: bucket}]", `f:2:11: eventSource "bucket": `},
		{"scope: f\ngrants: [{eventSource: 'arn:aws:s3:::b'}]", "f:2:11: sourceAccount: is missing: "},
		{"scope: f\ngrants: [{eventSource: 'arn:aws:s3:::b', sourceAccount: '1'}]", `f:2:42: sourceAccount "1": `},
		{"scope: f\ngrants: [{apiGateway: a1b2c3d4e5}]", `f:2:11: scope "f": `},
		{"scope: arn:aws:lambda:us-east-1:123456789012:function:f\ngrants: [{apiGateway: 'arn:aws:x'}]", `f:2:11: apiGateway "arn:aws:x": `},
		{"scope: f\ngrants: [{functionURL: AWS_IAM}]", "f:2:11: principal: is missing: "},
		{"scope: f\ngrants: [{functionURL: NONE, stage: prod}]", "f:2:30: stage: has no meaning beside functionURL"},
		{"scope: f\ngrants: [{organization: o, organization: p}]", `f:2:28: a grant with organization has the member "organization" twice`},
		{"scope: f\ngrants: [{functionURL: NONE, statementId: s}]", "f:2:30: functionURL makes 2 grants, which cannot have one id"},
		{"a: &a [*a]", "f:1:4: the anchor a contains itself"},
	} {
		_, err := parse("f", []byte(tt.text))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%q: err = %v, want one that begins with %s", tt.text, err, tt.want)
			continue
		}
		if goName.MatchString(err.Error()) {
			t.Errorf("%q: %v names an option of Go", tt.text, err)
		}
	}
}

// goName matches names of package grant and of its options.
var goName = regexp.MustCompile(`grant\.[A-Z]|With[A-Z]`)

// No message about a file or a command line names an option of the Go library.
func TestWordsOfTheFile(t *testing.T) {
	for _, o := range shortOptions {
		if got := memberWords.Replace("grant." + o.name + ", " + o.name); got != o.member+", "+o.member {
			t.Errorf("%s: got %s", o.name, got)
		}
	}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&ensure.RemovalLimitError{Function: "f", StatementIDs: []string{"s"}}, " -allow-remove-all "},
		{&ensure.RemovalLimitError{Function: "f", StatementIDs: []string{"s", "t"}, Limit: 1}, " -max-removals "},
		{&ensure.NoRoomError{Function: "f", Size: 20481, FitsAtTheEnd: true}, "-allow-gap "},
		{&ensure.OpenGrantError{StatementID: "s", Principal: "*"}, " in allowOpen"},
	} {
		got := inFlags(tt.err)
		if !strings.Contains(got.Error(), tt.want) {
			t.Errorf("%T: got %q, want %q in it", tt.err, got, tt.want)
		}
		if !errors.Is(got, tt.err) {
			t.Errorf("%T is not in the chain of %v", tt.err, got)
		}
	}
}

// Any file gives desired states with a function each, or an error that names the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte("scope: f\nowner: o\ngrants:\n  - eventSource: arn:aws:s3:::b\n    sourceAccount: '123456789012'\n"))
	f.Add([]byte(`[{"scope":"f:live","grants":[{"Principal":"*","Action":"lambda:InvokeFunction","InvokedViaFunctionUrl":true}],"allowOpen":["s"]}]`))
	f.Add([]byte("scope: f\ngrants: &g [{functionURL: NONE}, {cloudFront: x}]\nallowOpen: *g\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := parse("f", data)
		if err != nil && !strings.HasPrefix(err.Error(), "f:") {
			t.Errorf("err = %v, want one that names the file", err)
		}
		for _, d := range all {
			if d.Function == "" {
				t.Errorf("%+v has no function", d)
			}
		}
	})
}
