package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// result is the result of one run of the program.
type result struct {
	Code           int
	Stdout, Stderr string
}

func runWith(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, func(name string) string { return env[name] }, &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// file writes a request file and returns its path.
func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The README shows the page that a newcomer sees, and it fits on a screen.
func TestStoryIsTheReadmes(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(strings.ReplaceAll(string(readme), "\r\n", "\n"), "\n```text\n"+embeddedPath)
	page, _, ok := strings.Cut(after, "```")
	if !ok {
		t.Fatal("README.md has no block with the output of this program")
	}
	got := runWith(t, nil)
	if diff := cmp.Diff(result{Stdout: embeddedPath + page}, got); diff != "" {
		t.Errorf("the program (-README.md +got):\n%s", diff)
	}
	lines := strings.Split(strings.TrimSuffix(got.Stdout, "\n"), "\n")
	if len(lines) > 30 {
		t.Errorf("%d lines are more than a screen", len(lines))
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > 100 {
			t.Errorf("line is too wide: %s", line)
		}
	}
}

// Files that come from elsewhere are read as they are.
func TestOwnRequest(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"a byte order mark and CRLF, from an editor on Windows",
			"\ufeff{\r\n\"FunctionName\":\"f\",\r\n\"StatementId\":\"s\",\r\n\"Action\":\"lambda:InvokeFunction\",\r\n\"Principal\":\"210987654321\"\r\n}\r\n",
			[]string{
				"210987654321 may call f\n",
				"Principal  AWS arn:aws:iam::210987654321:root\n",
				"Resource   arn:aws:lambda:us-east-1:123456789012:function:f\n",
			}},
		{"an ARN of another account, region and partition, with an alias",
			`{"FunctionName":"arn:aws-cn:lambda:cn-north-1:210987654321:function:f:live","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com"}`,
			[]string{"Resource   arn:aws-cn:lambda:cn-north-1:210987654321:function:f:live\n"}},
		{"a version, here and in the name",
			`{"FunctionName":"f:3","Qualifier":"3","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com"}`,
			[]string{"may call f:3\n", "function:f:3\n", "The statement id (s) provided already"}},
		{"everyone, through a function URL",
			`{"FunctionName":"f","StatementId":"url","Action":"lambda:InvokeFunctionUrl","Principal":"*","FunctionUrlAuthType":"NONE"}`,
			[]string{"Principal  *\n", "Condition  StringEquals lambda:FunctionUrlAuthType NONE\n"}},
	} {
		got := runWith(t, nil, "-input", file(t, tt.text))
		if got.Code != exitOK || got.Stderr != "" {
			t.Errorf("%s: exit %d, %s", tt.name, got.Code, got.Stderr)
		}
		for _, want := range tt.want {
			if !strings.Contains(got.Stdout, want) {
				t.Errorf("%s: no %q in\n%s", tt.name, want, got.Stdout)
			}
		}
	}
}

// A request with mistakes of its own is shown with them, and no mistakes are added.
func TestOwnRequestWithMistakes(t *testing.T) {
	path := file(t, `{"FunctionName":"f","StatementId":"a.b","Action":"lambda.InvokeFunction","Principal":"s3.amazonaws.com"}`)
	got := runWith(t, nil, "-input", path)
	if got.Code != exitRefused || got.Stderr != "" {
		t.Errorf("exit %d, %q; want %d and nothing", got.Code, got.Stderr, exitRefused)
	}
	for _, want := range []string{"refused before it is sent (requests so far: 0)", `StatementId "a.b"`, `"lambda:InvokeFunction"`} {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("no %q in\n%s", want, got.Stdout)
		}
	}
	for _, not := range []string{"With three mistakes put in", "2."} {
		if strings.Contains(got.Stdout, not) {
			t.Errorf("%q in\n%s", not, got.Stdout)
		}
	}
}

// An input that cannot be used is reported in one line on standard error, with
// status 2.
func TestUnusable(t *testing.T) {
	for _, tt := range []struct {
		args []string
		env  map[string]string
		want string // the line, PATH standing for the last argument
	}{
		// Flags.
		{args: []string{"-inputs", "x"}, want: "flag provided but not defined: -inputs (-help lists the flags)"},
		{args: []string{"-input"}, want: "flag needs an argument: -input (-help lists the flags)"},
		{args: []string{"-input="}, want: "-input is empty (-help lists the flags)"},
		{args: []string{"-endpoint", ""}, want: "-endpoint is empty (-help lists the flags)"},
		{args: []string{"request.json"}, want: `unexpected argument "request.json": a file is given with -input (-help lists the flags)`},
		// Files.
		{args: []string{"-input", "no/such/file.json"}, want: "open no/such/file.json: "},
		{args: []string{"-input", "."}, want: "read .: "},
		{args: []string{"-input", file(t, "")}, want: "PATH:1:1: the file is empty: it should hold one JSON object"},
		{args: []string{"-input", file(t, "FunctionName: f")}, want: "PATH:1:1: not JSON: "},
		{args: []string{"-input", file(t, "{\n  \"functionName\": \"f\"\n}")},
			want: `PATH:2:3: unknown member "functionName": did you mean "FunctionName"?`},
		{args: []string{"-input", file(t, `{"Action":"*","Action":"*"}`)},
			want: `PATH:1:15: duplicate member "Action": it is there already in line 1`},
		// Endpoints.
		{args: []string{"-endpoint", "localhost:4566"}, want: `-endpoint "localhost:4566": want a URL such as http://localhost:4566`},
		{args: []string{"-endpoint", "http://"}, want: `-endpoint "http://": want a URL such as http://localhost:4566`},
		{args: []string{"-endpoint", "http://localhost:1"}, want: "-endpoint needs a region: set AWS_REGION, such as AWS_REGION=us-east-1"},
		{args: []string{"-endpoint", "http://localhost:1"}, env: map[string]string{"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "k"},
			want: "-endpoint needs keys: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (emulators take any)"},
	} {
		got := runWith(t, tt.env, tt.args...)
		want := "quickstart: " + strings.ReplaceAll(tt.want, "PATH", tt.args[len(tt.args)-1])
		if got.Code != exitUnusable {
			t.Errorf("%q: exit %d, want %d", tt.args, got.Code, exitUnusable)
		}
		if got.Stdout != "" {
			t.Errorf("%q: standard output is %q, want nothing", tt.args, got.Stdout)
		}
		if !strings.HasPrefix(got.Stderr, want) {
			t.Errorf("%q: standard error is %q, want %q at first", tt.args, got.Stderr, want)
		}
		checkOneLine(t, got.Stderr)
	}
}

// A refusal by the service is reported in one line too, with status 1.
func TestRefusedByTheService(t *testing.T) {
	for _, tt := range []struct{ members, want string }{
		{`"FunctionName":"f","Principal":"invalid.nonaws.com"`, "InvalidParameterValueException: The provided principal was invalid"},
		{`"FunctionName":"f","Principal":"*","RevisionId":"wrong"`, "PreconditionFailedException: The Revision Id provided does not match"},
		{`"FunctionName":"f:5000","Principal":"*"`, "version 5000: the in-memory service gets as many versions, and 1000 at most"},
		{`"FunctionName":"arn:aws:lambda:cn-north-1:123456789012:function:f","Principal":"*"`, "is not a function of account 123456789012 in cn-north-1"},
	} {
		got := runWith(t, nil, "-input", file(t, `{"StatementId":"s","Action":"lambda:InvokeFunction",`+tt.members+"}"))
		if got.Code != exitRefused {
			t.Errorf("%s: exit %d, want %d", tt.members, got.Code, exitRefused)
		}
		if !strings.Contains(got.Stderr, tt.want) {
			t.Errorf("%s: standard error is %q, want %q in it", tt.members, got.Stderr, tt.want)
		}
		checkOneLine(t, got.Stderr)
	}
}

func checkOneLine(t *testing.T, text string) {
	t.Helper()
	if n := strings.Count(text, "\n"); n != 1 {
		t.Errorf("%d lines, want 1: %q", n, text)
	}
}

func TestHelp(t *testing.T) {
	for _, flag := range []string{"-h", "-help", "--help"} {
		if diff := cmp.Diff(result{Stdout: usage}, runWith(t, nil, flag)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", flag, diff)
		}
	}
}

// A skill's token is in the request, in the statement and in the policy, and not
// on the page.
func TestTokenIsNotShown(t *testing.T) {
	const token = "amzn1.ask.skill.s3cr3t"
	got := runWith(t, nil, "-input", file(t, `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction",
		"Principal":"alexa-appkit.amazon.com","EventSourceToken":"`+token+`"}`))
	if got.Code != exitOK || !strings.Contains(got.Stdout, "lambda:EventSourceToken (a secret)") {
		t.Errorf("exit %d, %s\n%s", got.Code, got.Stderr, got.Stdout)
	}
	if strings.Contains(got.Stdout+got.Stderr, token) {
		t.Errorf("the token is on the page:\n%s", got.Stdout)
	}
}

// A page that cannot be written is a failure.
func TestUnwritableOutput(t *testing.T) {
	var stderr bytes.Buffer
	code := run(t.Context(), nil, os.Getenv, failingWriter{}, &stderr)
	if code == exitOK || !strings.Contains(stderr.String(), "disk full") {
		t.Errorf("exit %d, %q", code, stderr.String())
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// Ctrl-C before anything happened ends the program as well.
func TestInterruptedAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	if code := run(ctx, nil, os.Getenv, &stdout, &stderr); code != exitInterrupted {
		t.Errorf("exit %d, want %d: %s", code, exitInterrupted, stderr.String())
	}
}
