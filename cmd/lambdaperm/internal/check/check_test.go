package check

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the output of the command to testdata")

// A result is the output and the exit status of one run.
type result struct {
	Code           int
	Stdout, Stderr string
}

func runWith(t *testing.T, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Run(args, os.Getenv, strings.NewReader(stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// checkExit checks the exit status and the whole of standard error.
func (r result) checkExit(t *testing.T, name string, code int, stderr string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("%s: exit %d, want %d; standard output:\n%s", name, r.Code, code, r.Stdout)
	}
	if r.Stderr != stderr {
		t.Errorf("%s: standard error is %q, want %q", name, r.Stderr, stderr)
	}
}

// The output in each format is that of the golden files, for inputs with mistakes of
// every kind, without mistakes, and with text that is not JSON.
func TestOutput(t *testing.T) {
	for _, input := range []struct {
		name string
		code int
	}{{"mixed.jsonl", exitUnusable}, {"clean.json", exitClean}, {"broken.json", exitUnusable}} {
		for _, format := range []string{"text", "json", "sarif"} {
			got := runWith(t, "", "-format", format, "testdata/"+input.name)
			got.checkExit(t, input.name+" as "+format, input.code, "")
			golden(t, input.name+"."+format, got.Stdout)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// Each of two mistakes is reported with its place, its rule and the right form.
func TestBothMistakesAreNamed(t *testing.T) {
	const request = `{"FunctionName":"f","StatementId":"a.b","Action":"lambda.InvokeFunction","Principal":"s3.amazonaws.com"}`
	got := runWith(t, request)
	if got.Code != exitFindings {
		t.Errorf("exit %d, want %d", got.Code, exitFindings)
	}
	for _, want := range []string{
		"stdin:1:21  error    pattern\n", `StatementId "a.b": Member must satisfy`, `try "a-b"` + "\n",
		"stdin:1:41  error    pattern\n", `Action "lambda.InvokeFunction": Member must satisfy`, `write "lambda:InvokeFunction"` + "\n",
	} {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("no %q in\n%s", want, got.Stdout)
		}
	}
}

const (
	clean   = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"sns.amazonaws.com","SourceArn":"arn:aws:sns:us-east-1:123456789012:t"}`
	info    = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"210987654321"}`
	warning = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"sns.amazonaws.com"}`
	public  = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"*"}`
	dotted  = `{"FunctionName":"f","StatementId":"a.b","Action":"lambda:InvokeFunction","Principal":"sns.amazonaws.com","SourceArn":"arn:aws:sns:us-east-1:123456789012:t"}`
	org     = `{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"*","PrincipalOrgID":"o-a1b2c3d4e5"}`
)

func TestExitStatus(t *testing.T) {
	for _, tt := range []struct {
		args string
		text string
		want int
	}{
		{"", clean, exitClean},
		// A finding of severity info fails only on request.
		{"", info, exitClean},
		{"-fail-on info", info, exitFindings},
		{"", warning, exitFindings},
		{"-fail-on error", warning, exitClean},
		{"-fail-on error", public, exitFindings},
		// A request that the service refuses is an error.
		{"-fail-on error", dotted, exitFindings},
		// One finding among many requests is enough.
		{"", clean + "\n" + warning + "\n" + clean, exitFindings},
		// Rules of the service and of lint can be disabled; the others still apply.
		{"-disable service-no-source", warning, exitClean},
		{"-disable pattern,public,covered", public + dotted, exitClean},
		{"-disable public", public + dotted, exitFindings},
		{"-disable public -disable pattern -disable covered", public + dotted, exitClean},
		// The reference of 2016 has no organizations.
		{"", org, exitClean},
		{"-rules original", org, exitFindings},
		{"-rules original -disable unknown-member", org, exitClean},
		// An empty array is not a mistake, but an empty file is.
		{"", "[]", exitClean},
		{"", "", exitUnusable},
		// A value that is not a request is not checked, so the run always fails.
		{"-fail-on error", clean + `{"functionName":"f"}` + clean, exitUnusable},
		{"-disable unknown-member", `{"functionName":"f"}`, exitUnusable},
		{"", clean + "oops", exitUnusable},
	} {
		runWith(t, tt.text, strings.Fields(tt.args)...).checkExit(t, tt.args+" < "+tt.text, tt.want, "")
	}
}

// Wrong arguments and files give an error of one line and status 2.
func TestUnusable(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"-format xml", `invalid value "xml" for flag -format: want json, sarif, text (-h lists the flags)`},
		{"-rules 2015", `invalid value "2015" for flag -rules: want current, original (-h`},
		{"-fail-on warn", `invalid value "warn" for flag -fail-on: want error, info, none, warning (-h`},
		{"-disable public,pubic", `invalid value "public,pubic" for flag -disable: there is no rule "pubic" to leave out`},
		{"-disable syntax", `invalid value "syntax" for flag -disable: there is no rule "syntax" to leave out`},
		{"-disable=", `invalid value "" for flag -disable: there is no rule "" to leave out`},
		{"-account 1234-5678-9012", `invalid value "1234-5678-9012" for flag -account: want an account ID of 12 digits (-h`},
		{"-region us_east", `invalid value "us_east" for flag -region: want a region such as us-east-1 (-h`},
		{"-partition amazon", `invalid value "amazon" for flag -partition: want a partition such as aws or aws-cn (-h`},
		{"-colour", "flag provided but not defined: -colour (-h"},
		{"no/such.json", "open no/such.json: "},
		{".", ".: read .: "},
	} {
		got := runWith(t, clean, strings.Fields(tt.args)...)
		if got.Code != exitUnusable {
			t.Errorf("%s: exit %d, want %d", tt.args, got.Code, exitUnusable)
		}
		if want := "lambdaperm check: " + tt.want; !strings.HasPrefix(got.Stderr, want) {
			t.Errorf("%s: standard error is %q, want %q at its beginning", tt.args, got.Stderr, want)
		}
		if n := strings.Count(got.Stderr, "\n"); n != 1 {
			t.Errorf("%s: standard error has %d lines, want 1: %q", tt.args, n, got.Stderr)
		}
	}
}

// A file that cannot be read does not hide the findings in the files after it. "-" is
// standard input.
func TestSeveralFiles(t *testing.T) {
	got := runWith(t, warning, "no/such.json", "-", "testdata/clean.json")
	if got.Code != exitUnusable {
		t.Errorf("exit %d, want %d", got.Code, exitUnusable)
	}
	if !strings.Contains(got.Stderr, "no/such.json") {
		t.Errorf("standard error does not name the file: %q", got.Stderr)
	}
	for _, want := range []string{"stdin:1:1  warning  service-no-source\n", "3 requests: 1 warning, 1 input not read\n"} {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("no %q in\n%s", want, got.Stdout)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, flag := range []string{"-h", "-help", "--help"} {
		if diff := cmp.Diff(result{Stdout: usage}, runWith(t, "", flag)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", flag, diff)
		}
	}
}

// Input that cannot be read and output that cannot be written give an error and status
// 2.
func TestBrokenStreams(t *testing.T) {
	for _, format := range []string{"text", "json", "sarif"} {
		var stdout, stderr bytes.Buffer
		code := Run([]string{"-format", format}, os.Getenv, iotest.ErrReader(errors.New("cable out")), &stdout, &stderr)
		result{Code: code, Stderr: stderr.String()}.checkExit(t, format+", broken input", exitUnusable, "lambdaperm check: stdin: cable out\n")
		stderr.Reset()
		code = Run([]string{"-format", format}, os.Getenv, strings.NewReader(warning+warning), fullDisk{}, &stderr)
		result{Code: code, Stderr: stderr.String()}.checkExit(t, format+", broken output", exitUnusable, "lambdaperm check: disk full\n")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }
