package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// emulator runs lambdaperm serve until the test ends and returns its URL.
func emulator(t *testing.T, args ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "lambdaperm.exe")
	build := exec.Command("go", "build", "-C", "../../cmd/lambdaperm", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(program, append([]string{"serve", "-addr", "127.0.0.1:0"}, args...)...)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// onlyHere sets the environment so that the default chain finds these keys and this
// endpoint, and no configuration of the user who runs the test. No request can reach
// AWS.
func onlyHere(t *testing.T, endpoint, secret string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_LAMBDA":             endpoint,
		"AWS_ENDPOINT_URL":                    endpoint,
		"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
		"AWS_REGION":                          "eu-west-1",
		"AWS_ACCESS_KEY_ID":                   "AKIDEXAMPLE",
		"AWS_SECRET_ACCESS_KEY":               secret,
		"AWS_SESSION_TOKEN":                   "",
		"AWS_PROFILE":                         "",
		"AWS_CONFIG_FILE":                     filepath.Join(t.TempDir(), "none"),
		"AWS_SHARED_CREDENTIALS_FILE":         filepath.Join(t.TempDir(), "none"),
		"AWS_EC2_METADATA_DISABLED":           "true",
	} {
		t.Setenv(name, value)
	}
}

func request(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "request.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const bucket = `{"FunctionName": "helloworld", "Qualifier": "PROD", "StatementId": "s3-invoke", "Action": "lambda:InvokeFunction",
	"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::examplebucket", "SourceAccount": "123456789012"}`

// The program signs with the keys of the default chain and sends to the endpoint of the
// environment.
func TestAgainstTheEmulator(t *testing.T) {
	url := emulator(t, "-region", "eu-west-1", "-credentials", "AKIDEXAMPLE:secret",
		"-function", "helloworld", "-version", "helloworld", "-alias", "helloworld:PROD=1")
	onlyHere(t, url, "secret")
	input := request(t, bucket)
	steps := []struct {
		name   string
		args   []string
		code   int
		stdout string
		stderr string
	}{
		{"add", []string{"-input", input}, 0,
			"may call [arn:aws:lambda:eu-west-1:123456789012:function:helloworld:PROD]\npolicy: ", ""},
		{"add again", []string{"-input", input}, 1, "", "already exists. Please provide a new statement id"},
		{"remove", []string{"-input", input, "-remove"}, 0, "removed s3-invoke\nno policy\n", ""},
		{"remove again", []string{"-input", input, "-remove"}, 1, "", "No policy is associated with the given resource."},
		{"a request with mistakes", []string{"-input", request(t, strings.Replace(bucket, "s3-invoke", "s3 invoke", 1))}, 1, "", "StatementId"},
		{"a file without a request", []string{"-input", request(t, "[]")}, 2, "", "request.json"},
		{"no file", []string{"-input", input + ".none"}, 2, "", "request.json.none"},
		{"no flag", nil, 2, "", "want -input FILE"},
		{"an unknown flag", []string{"-nope"}, 2, "", "-nope"},
	}
	for _, s := range steps {
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), s.args, &stdout, &stderr)
		if code != s.code {
			t.Errorf("%s: exit %d, want %d", s.name, code, s.code)
		}
		if !strings.Contains(stdout.String(), s.stdout) {
			t.Errorf("%s: standard output is %q, want %q in it", s.name, stdout.String(), s.stdout)
		}
		if !strings.Contains(stderr.String(), s.stderr) {
			t.Errorf("%s: standard error is %q, want %q in it", s.name, stderr.String(), s.stderr)
		}
		if s.stderr == "" && stderr.Len() > 0 {
			t.Errorf("%s: standard error is %q, want nothing", s.name, stderr.String())
		}
	}
}

// The endpoint refuses a request that is signed with another secret.
func TestWrongKeys(t *testing.T) {
	url := emulator(t, "-region", "eu-west-1", "-credentials", "AKIDEXAMPLE:secret", "-function", "helloworld")
	onlyHere(t, url, "wrong")
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"-input", request(t, bucket)}, &stdout, &stderr)
	if code != exitRefused {
		t.Errorf("exit %d, want %d", code, exitRefused)
	}
	if want := "InvalidSignatureException"; !strings.Contains(stderr.String(), want) {
		t.Errorf("standard error is %q, want %q in it", stderr.String(), want)
	}
}
