package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden")

// result is what one run of the program leaves.
type result struct {
	Code           int
	Stdout, Stderr string
}

func runWith(args ...string) result {
	var stdout, stderr bytes.Buffer
	code := run(args, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
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

// The files beside the program show every answer but Unsupported, no token, and
// fit on a screen.
func TestEmbedded(t *testing.T) {
	got := runWith()
	if got.Code != exitOK || got.Stderr != "" {
		t.Fatalf("exit %d: %s", got.Code, got.Stderr)
	}
	checkGolden(t, "embedded.golden", got.Stdout)
	if strings.Contains(got.Stdout, "amzn1.ask.skill") {
		t.Errorf("a token is on the page:\n%s", got.Stdout)
	}
	lines := strings.Split(got.Stdout, "\n")
	if len(lines) > 35 {
		t.Errorf("%d lines are more than a screen", len(lines))
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > 140 {
			t.Errorf("line is too wide: %s", line)
		}
	}
}

// Files of one's own: full ARNs, a function without a policy, both actions of
// a URL, a caller who does not sign, and what is not supported.
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
	got := runWith("-grants", file(t, grants), "-callers", file(t, callers))
	if got.Code != exitOK || got.Stderr != "" {
		t.Fatalf("exit %d: %s", got.Code, got.Stderr)
	}
	checkGolden(t, "own.golden", got.Stdout)
}

// What cannot be used is told in one line on standard error, with status 2.
func TestUnusable(t *testing.T) {
	const grant = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"*"}`
	for _, tt := range []struct{ flag, text, want string }{
		// No JSON at all, or cut off.
		{"-grants", "", "PATH:1:1: there is nothing"},
		{"-callers", " \n", "PATH: the file is empty"},
		{"-callers", "Name: n", "PATH:1:1: not JSON: "},
		{"-callers", "{\n\"Name\":", "PATH:2:8: not JSON: "},
		{"-callers", "\xff\xfe{\x00}\x00", "PATH: the file is not in UTF-8"},
		// Grants.
		{"-grants", "FunctionName: f", "PATH:1:1: not JSON: "},
		{"-grants", grant + "\n\n  {\"functionName\":\"f\"}", `PATH:3:4: unknown member "functionName": did you mean "FunctionName"?`},
		{"-grants", "[" + grant + "," + grant + "]", "PATH:1:110: arn:aws:lambda:us-east-1:123456789012:function:f has a statement s already"},
		{"-grants", strings.Replace(grant, `"s"`, `"a.b"`, 1), `PATH:1:21: StatementId "a.b": `},
		{"-grants", strings.Replace(grant, `"f"`, `"f:$LATEST"`, 1), `PATH:1:2: FunctionName "f:$LATEST": `},
		{"-grants", strings.Replace(grant, `"f"`, `"arn:aws:lambda:us-east-1:123456789012:function:f:1","Qualifier":"2"`, 1), `PATH:1:70: Qualifier "2": `},
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
		checkUnusable(t, runWith(tt.flag, path), strings.ReplaceAll(tt.want, "PATH", path))
	}
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-grant", "x"}, "flag provided but not defined: -grant (-help lists the flags)"},
		{[]string{"-grants="}, "-grants is empty (-help lists the flags)"},
		{[]string{"-callers"}, "flag needs an argument: -callers (-help lists the flags)"},
		{[]string{"grants.json"}, `unexpected argument "grants.json"`},
		{[]string{"-grants", "no/such/file"}, "open no/such/file: "},
		{[]string{"-callers", "."}, "read .: "},
		{[]string{"-callers", file(t, strings.Repeat(" ", maxSize+1))}, ""},
	} {
		checkUnusable(t, runWith(tt.args...), tt.want)
	}
}

func checkUnusable(t *testing.T, got result, want string) {
	t.Helper()
	if got.Code != exitUnusable || got.Stdout != "" || !strings.HasPrefix(got.Stderr, "evaluate: "+want) || strings.Count(got.Stderr, "\n") != 1 {
		t.Errorf("%+v, want exit %d and one line that begins with evaluate: %s", got, exitUnusable, want)
	}
}

// A token is in no error either.
func TestErrorsHoldNoToken(t *testing.T) {
	const token = "amzn1.ask.skill.s3cr3t"
	for _, args := range [][]string{
		{"-callers", file(t, `{"Name":"n","Calls":"f","EventSourceToken":["`+token+`"]}`)},
		{"-callers", file(t, `{"Name":"n","Calls":"f","Principal":"p","EventSourceToken":"`+token+`"}`)},
		{"-grants", file(t, `{"FunctionName":"f","StatementId":"a.b","Action":"lambda:*","Principal":"*","EventSourceToken":"`+token+` "}`)},
	} {
		got := runWith(args...)
		if got.Code != exitUnusable || strings.Contains(got.Stdout+got.Stderr, token) {
			t.Errorf("%+v", got)
		}
	}
}

func TestHelp(t *testing.T) {
	if diff := cmp.Diff(result{Stdout: usage}, runWith("-help")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A page that cannot be written is a failure.
func TestUnwritableOutput(t *testing.T) {
	var stderr bytes.Buffer
	if code := run(nil, failingWriter{}, &stderr); code != exitUnwritten || !strings.Contains(stderr.String(), "disk full") {
		t.Errorf("exit %d, %q", code, stderr.String())
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// Whatever is in the files: a table, or one line that says where it fails.
func FuzzFiles(f *testing.F) {
	f.Add(embeddedGrants, embeddedCallers)
	f.Add([]byte(`{"FunctionName":"f","StatementId":"s","Action":"*","Principal":"*"}`), []byte("{\"Name\":\"\u2028\",\"Calls\":\"f\",\"FunctionUrlAuthType\":\"NONE\"}"))
	f.Add([]byte("{}\n{"), []byte(`{"Name":"n","Calls":"f"}x`))
	f.Fuzz(func(t *testing.T, grants, callers []byte) {
		policies, err := readPolicies(source{"g", grants})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "g:") {
				t.Errorf("%v does not say where", err)
			}
			return
		}
		calls, err := readCalls(source{"c", callers})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "c:") {
				t.Errorf("%v does not say where", err)
			}
			return
		}
		if page := table(policies, calls); bytes.Count(page, []byte("\n")) < len(calls)+3 || !utf8.Valid(page) {
			t.Errorf("%d calls:\n%s", len(calls), page)
		}
	})
}
