package who

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/policies"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// A result is the output and the exit status of one run.
type result struct {
	Code           int
	Stdout, Stderr string
}

func runWith(args ...string) result {
	var stdout, stderr bytes.Buffer
	code := Run(context.Background(), args, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return result{code, stdout.String(), stderr.String()}
}

// isAnswer reports whether a run has answered, with exit status 0 and nothing on
// standard error. Otherwise it fails the test.
func (r result) isAnswer(t *testing.T, name string) bool {
	t.Helper()
	if r.Code != exitOK {
		t.Errorf("%s: exit %d, want %d", name, r.Code, exitOK)
	}
	if r.Stderr != "" {
		t.Errorf("%s: standard error is %q, want nothing", name, r.Stderr)
	}
	return r.Code == exitOK && r.Stderr == ""
}

// file writes a file and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// The output for the example files has every answer except Unsupported and no token,
// and fits on a screen.
func TestExample(t *testing.T) {
	got := runWith("-callers", "testdata/callers.json", "testdata/grants.json")
	got.isAnswer(t, "the example files")
	checkGolden(t, "example.golden", got.Stdout)
	if strings.Contains(got.Stdout, "amzn1.ask.skill") {
		t.Errorf("a token is in the output:\n%s", got.Stdout)
	}
	lines := strings.Split(got.Stdout, "\n")
	if len(lines) > 35 {
		t.Errorf("%d lines, want 35 at most", len(lines))
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > 140 {
			t.Errorf("line of more than 140 characters: %s", line)
		}
	}
}

// Other files have full ARNs, a function without a policy, both actions of a function
// URL, a caller that does not sign, and an unsupported case.
func TestOwnFiles(t *testing.T) {
	grants := "\ufeff" + `{"FunctionName":"arn:aws-cn:lambda:cn-north-1:210987654321:function:f","Qualifier":"live","StatementId":"org","Action":"lambda:*","Principal":"*","PrincipalOrgID":"o-a1b2c3d4e5"}
		{"FunctionName":"f","StatementId":"front","Action":"lambda:InvokeFunctionUrl","Principal":"cloudfront.amazonaws.com","SourceArn":"arn:aws:cloudfront::123456789012:distribution/D"}` + "\r\n" +
		`{"FunctionName":"f","StatementId":"via","Action":"lambda:InvokeFunction","Principal":"cloudfront.amazonaws.com","InvokedViaFunctionUrl":true}
		{"FunctionName":"f:live","StatementId":"via","Action":"lambda:InvokeFunction","Principal":"*","InvokedViaFunctionUrl":false}`
	callers := `{"Name":"a member","Calls":"arn:aws-cn:lambda:cn-north-1:210987654321:function:f:live","Principal":"arn:aws-cn:iam::111122223333:user/u","PrincipalOrgID":"o-a1b2c3d4e5","IdentityPolicy":"allows"}
		{"Name":"a stranger","Calls":"arn:aws-cn:lambda:cn-north-1:210987654321:function:f:live","Principal":"arn:aws-cn:iam::111122223333:user/u","PrincipalOrgID":"o-zzzzzzzzzz","IdentityPolicy":"allows"}
		{"Name":"our user, by API","Action":"lambda:GetFunction","Calls":"f","Principal":"arn:aws:iam::123456789012:user/u","IdentityPolicy":"silent"}
		{"Name":"CloudFront","Calls":"f","FunctionUrlAuthType":"AWS_IAM","Service":"cloudfront.amazonaws.com","SourceArn":"arn:aws:cloudfront::123456789012:distribution/D"}
		{"Name":"another distribution","Calls":"f","FunctionUrlAuthType":"AWS_IAM","Service":"cloudfront.amazonaws.com","SourceArn":"arn:aws:cloudfront::123456789012:distribution/E"}
		{"Name":"nobody","Calls":"f"}
		{"Name":"direct?","Calls":"f:live","Service":"s3.amazonaws.com"}
		{"Name":"a skill\n\twithout token","Calls":"g","EventSourceToken":""}`
	got := runWith(file(t, grants), "-callers", file(t, callers))
	got.isAnswer(t, "other files")
	checkGolden(t, "own.golden", got.Stdout)
}

// Wrong arguments and files give an error of one line and status 2.
func TestUnusable(t *testing.T) {
	const grant = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"*"}`
	for _, tt := range []struct{ flag, text, want string }{
		// Not JSON, or cut off.
		{"", "", "PATH:1:1: there is nothing"},
		{"-callers", " \n", "PATH: the file is empty"},
		{"-callers", "Name: n", "PATH:1:1: not JSON: "},
		{"-callers", "{\n\"Name\":", "PATH:2:8: not JSON: "},
		{"-callers", "\xff\xfe{\x00}\x00", "PATH: the file is not in UTF-8"},
		// Grants.
		{"", "FunctionName: f", "PATH:1:1: an object of a format that is not read"},
		{"", grant + "\n\n  {\"functionName\":\"f\"}", `PATH:3:4: unknown member "functionName": did you mean "FunctionName"?`},
		{"", "[" + grant + "," + grant + "]", "PATH:1:110: arn:aws:lambda:us-east-1:123456789012:function:f has a statement s already"},
		{"", strings.Replace(grant, `"s"`, `"a.b"`, 1), `PATH:1:21: StatementId "a.b": `},
		{"", strings.Replace(grant, `"f"`, `"f:$LATEST"`, 1), `PATH:1:2: FunctionName "f:$LATEST": `},
		{"", strings.Replace(grant, `"f"`, `"arn:aws:lambda:us-east-1:123456789012:function:f:1","Qualifier":"2"`, 1), `PATH:1:70: Qualifier "2": `},
		// Callers.
		{"-callers", `[]`, "PATH:1:1: a caller must be an object"},
		{"-callers", `{"Name":"n","Calls":7}`, "PATH:1:1: Calls must be a string"},
		{"-callers", `{"Name":"n","Calls":"f","Token":"t"}`, `PATH:1:1: json: unknown field "Token"`},
		{"-callers", `{"Calls":"f"}`, "PATH:1:1: a caller needs a Name, and Calls"},
		{"-callers", `{"Name":"n"}`, "PATH:1:1: a caller needs a Name, and Calls"},
		{"-callers", `{"Name":"n","Calls":"f/g"}`, `PATH:1:1: arn.ParseFunction("f/g")`},
		{"-callers", `{"Name":"n","Calls":"f","IdentityPolicy":"yes","Principal":"p"}`, `PATH:1:1: IdentityPolicy "yes" must be "allows", "silent" or absent`},
		{"-callers", `{"Name":"n","Calls":"f","Principal":"p","Service":"s"}`, "PATH:1:1: a caller with a Principal has no Service"},
		{"-callers", `{"Name":"n","Calls":"f","PrincipalOrgID":"o"}`, "PATH:1:1: PrincipalOrgID and IdentityPolicy are those of a Principal"},
		{"-callers", `{"Name":"n","Calls":"f","SourceArn":"a"}`, "PATH:1:1: SourceArn and SourceAccount are passed by a Service"},
		{"-callers", `{"Name":"n","Calls":"f","Service":"s","EventSourceToken":"t","SourceAccount":"a"}`, "PATH:1:1: SourceArn and SourceAccount"},
	} {
		path := file(t, tt.text)
		args := []string{path, "-callers", "testdata/callers.json"}
		if tt.flag == "-callers" {
			args = []string{"testdata/grants.json", "-callers", path}
		}
		checkUnusable(t, runWith(args...), strings.ReplaceAll(tt.want, "PATH", path))
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-grant", "x"}, "flag provided but not defined: -grant (-h lists the flags)"},
		{[]string{"-callers="}, `invalid value "" for flag -callers: empty (-h lists the flags)`},
		{[]string{"-callers"}, "flag needs an argument: -callers (-h lists the flags)"},
		{[]string{}, "want one FILE or FUNCTION"},
		{[]string{"testdata/grants.json"}, "want -caller or -callers"},
		{[]string{"testdata/grants.json", "testdata/grants.json", "-caller", "Calls=f"}, "want one FILE or FUNCTION"},
		{[]string{"no/such/file", "-caller", "Calls=f"}, "open no/such/file: "},
		{[]string{"testdata/grants.json", "-callers", "."}, "read .: "},
		{[]string{"testdata/grants.json", "-callers", file(t, strings.Repeat(" ", maxSize+1))}, ""},
		{[]string{"testdata/grants.json", "-caller", "Service"}, "-caller 1: want NAME=VALUE with commas between them"},
		{[]string{"testdata/grants.json", "-caller", "Service=s3.amazonaws.com"}, "-caller 1: a caller needs a Name, and Calls"},
		{[]string{"testdata/grants.json", "-caller", "Calls=f,Token=t"}, `-caller 1: json: unknown field "Token"`},
	} {
		checkUnusable(t, runWith(tt.args...), tt.want)
	}
}

func checkUnusable(t *testing.T, got result, want string) {
	t.Helper()
	if got.Code != cli.ExitUnusable {
		t.Errorf("exit %d, want %d with %s", got.Code, cli.ExitUnusable, want)
	}
	if got.Stdout != "" {
		t.Errorf("standard output is %q, want nothing beside %s", got.Stdout, want)
	}
	if !strings.HasPrefix(got.Stderr, "lambdaperm who: "+want) {
		t.Errorf("standard error is %q, want %q at its beginning", got.Stderr, "lambdaperm who: "+want)
	}
	if n := strings.Count(got.Stderr, "\n"); n != 1 {
		t.Errorf("standard error has %d lines, want 1: %q", n, got.Stderr)
	}
}

// No error has a token in it.
func TestErrorsHoldNoToken(t *testing.T) {
	const token = "amzn1.ask.skill.s3cr3t"
	const grants = "testdata/grants.json"
	for _, args := range [][]string{
		{grants, "-callers", file(t, `{"Name":"n","Calls":"f","EventSourceToken":["`+token+`"]}`)},
		{grants, "-callers", file(t, `{"Name":"n","Calls":"f","Principal":"p","EventSourceToken":"`+token+`"}`)},
		{grants, "-caller", "Calls=f,Principal=p,EventSourceToken=" + token},
		{"-caller", "Calls=f", file(t, `{"FunctionName":"f","StatementId":"a.b","Action":"lambda:*","Principal":"*","EventSourceToken":"`+token+` "}`)},
	} {
		got := runWith(args...)
		if got.Code != cli.ExitUnusable {
			t.Errorf("%q: exit %d, want %d", args, got.Code, cli.ExitUnusable)
		}
		if strings.Contains(got.Stdout+got.Stderr, token) {
			t.Errorf("%q: the token is in %+v", args, got)
		}
	}
}

func TestHelp(t *testing.T) {
	if diff := cmp.Diff(result{Stdout: usage}, runWith("-h")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Output that cannot be written is an error with status 1.
func TestUnwritableOutput(t *testing.T) {
	var stderr bytes.Buffer
	code := Run(t.Context(), []string{"testdata/grants.json", "-callers", "testdata/callers.json"}, cli.Streams{Out: failingWriter{}, Err: &stderr})
	if code != exitFailed {
		t.Errorf("exit %d, want %d", code, exitFailed)
	}
	if want := "lambdaperm who: disk full\n"; stderr.String() != want {
		t.Errorf("standard error is %q, want %q", stderr.String(), want)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// A call on the command line may leave out Calls if the file has a single scope. Its
// name may be short.
func TestInline(t *testing.T) {
	const statement = `{"Sid":"s","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-west-1:210987654321:function:f","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}}}`
	document := `{"Version":"2012-10-17","Statement":[` + statement + `]}`
	answer, err := json.Marshal(map[string]string{"Policy": document, "RevisionId": "r"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, caller, want string }{
		{document, "Service=s3.amazonaws.com,SourceArn=arn:aws:s3:::b", "Allowed"},
		{document, "Calls=f,Service=s3.amazonaws.com,SourceArn=arn:aws:s3:::b", "Allowed"},
		{string(answer), "Service=s3.amazonaws.com,SourceArn=arn:aws:s3:::b", "Allowed"},
		{document, "Service=s3.amazonaws.com,SourceArn=arn:aws:s3:::c", "Denied"},
	} {
		got := runWith(file(t, tt.text), "-caller", tt.caller)
		if !got.isAnswer(t, tt.caller) {
			continue
		}
		row := strings.Fields(strings.Split(got.Stdout, "\n")[1])
		if want := []string{"caller", "1", "f", tt.want}; !slices.Equal(row, want) {
			t.Errorf("%s: row %q, want %q", tt.caller, row, want)
		}
	}
}

// A policy that is not wholly known before deployment is not evaluated.
func TestOpenPolicy(t *testing.T) {
	template := "Parameters: {P: {Type: String}}\nResources:\n  G:\n    Type: AWS::Lambda::Permission\n    Properties: {FunctionName: f, Action: 'lambda:InvokeFunction', Principal: s3.amazonaws.com, SourceArn: !Ref P}\n"
	path := file(t, template)
	checkUnusable(t, runWith(path, "-caller", "Service=s3.amazonaws.com"), path+": parts of the policy of")
	checkUnusable(t, runWith(path, "-caller", "Service=s3.amazonaws.com", "-parameter", "Q=x"), "-parameter Q: no template has this parameter: there are P")
	got := runWith(path, "-caller", "Service=s3.amazonaws.com,SourceArn=arn:aws:s3:::b", "-parameter", "P=arn:aws:s3:::b")
	got.isAnswer(t, "with the parameter")
	if want := "Allowed"; !strings.Contains(got.Stdout, want) {
		t.Errorf("with the parameter: no %q in\n%s", want, got.Stdout)
	}
	path = file(t, strings.Replace(template, "lambda:InvokeFunction", "lambda.InvokeFunction", 1))
	checkUnusable(t, runWith(path, "-caller", "Service=s3.amazonaws.com"), path+":5:35: G is left out: Action ")
}

// Any file of callers gives a table with a row for each call, or an error that names
// the file.
func FuzzCallers(f *testing.F) {
	f.Add([]byte("{\"Name\":\"\u2028\",\"Calls\":\"f\",\"FunctionUrlAuthType\":\"NONE\"}"))
	f.Add([]byte(`{"Name":"n","Calls":"f"}x`))
	document := policy.Document{}
	f.Fuzz(func(t *testing.T, callers []byte) {
		calls, err := reader{home: policies.DefaultHome}.readCalls(source{"c", callers})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "c:") {
				t.Errorf("err = %v, want one that names the file", err)
			}
			return
		}
		page := table(policies.DefaultHome, func(arn.Function) policy.Document { return document }, calls)
		if got, want := bytes.Count(page, []byte("\n")), len(calls)+3; got < want {
			t.Errorf("%d lines for %d calls, want %d at least:\n%s", got, len(calls), want, page)
		}
		if !utf8.Valid(page) {
			t.Errorf("the table is not UTF-8: %q", page)
		}
	})
}
