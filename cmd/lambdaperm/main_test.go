package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/cli"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// asProgram is the variable that makes this test binary run main, so that tests can run
// the program as a process.
const asProgram = "LAMBDAPERM_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

// command returns a process of the program that finds only the keys and the endpoint of
// the test: no request can reach AWS.
func command(t *testing.T, endpoint string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	none := filepath.Join(t.TempDir(), "none")
	cmd.Env = []string{
		asProgram + "=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "TMPDIR=" + os.TempDir(), "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"),
		"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_REGION=us-east-1",
		"AWS_CONFIG_FILE=" + none, "AWS_SHARED_CREDENTIALS_FILE=" + none, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL=" + endpoint,
	}
	return cmd
}

type result struct {
	Code           int
	Stdout, Stderr string
}

func runProcess(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// startServe starts lambdaperm serve as a process, and returns its URL.
func startServe(t *testing.T, args ...string) string {
	t.Helper()
	cmd := command(t, "", append([]string{"serve"}, args...)...)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatalf("the first line is %q, %v; want the address", line, err)
	}
	return address
}

const threeGrants = `
scope: thumbnail
owner: uploads
grants:
  - eventSource: arn:aws:sns:us-east-1:123456789012:photos
  - eventSource: arn:aws:events:us-east-1:123456789012:rule/nightly
  - Principal: "210987654321"
    Action: lambda:InvokeFunction
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "grants.yaml")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// A step is one run of the program in a test.
type step struct {
	args   string
	stdin  string
	code   int
	stdout []string // parts of it, in any order
	stderr string   // its beginning; if it is "", nothing may be written
	advice string   // a part of standard error
}

func (s step) check(t *testing.T, got result) {
	t.Helper()
	if got.Code != s.code {
		t.Errorf("%s: exit %d, want %d; standard error is %q", s.args, got.Code, s.code, got.Stderr)
	}
	if !strings.HasPrefix(got.Stderr, s.stderr) {
		t.Errorf("%s: standard error is %q, want %q at its beginning", s.args, got.Stderr, s.stderr)
	}
	if !strings.Contains(got.Stderr, s.advice) {
		t.Errorf("%s: standard error is %q, want %q in it", s.args, got.Stderr, s.advice)
	}
	if s.stderr == "" && got.Stderr != "" {
		t.Errorf("%s: standard error is %q, want nothing", s.args, got.Stderr)
	}
	for _, want := range s.stdout {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("%s: no %q in\n%s", s.args, want, got.Stdout)
		}
	}
}

// Every command runs, one after the other, against lambdaperm serve.
func TestStory(t *testing.T) {
	endpoint := startServe(t, "-function", "thumbnail", "-version", "thumbnail", "-alias", "thumbnail:live=1")
	grants := write(t, threeGrants)
	fewer := write(t, "{scope: thumbnail, owner: uploads, grants: [{eventSource: 'arn:aws:sns:us-east-1:123456789012:photos'}]}")
	alias := write(t, `{"scope":"thumbnail:live","owner":"uploads","grants":[{"functionURL":"NONE"}]}`)
	for _, s := range []step{
		{args: "plan GRANTS", code: 2, stdout: []string{"3 to add", "sns.amazonaws.com"}},
		{args: "plan -format json GRANTS", code: 2, stdout: []string{`"kind": "add"`}},
		{args: "show thumbnail", code: 1, stderr: "lambdaperm show: thumbnail: there is no file and no function of this name"},
		{args: "apply GRANTS", stdin: "no\n", code: 1, stdout: []string{"Apply these changes?"}, stderr: "lambdaperm apply: not confirmed: nothing was changed\n"},
		{args: "plan GRANTS", code: 2},
		{args: "apply GRANTS", stdin: "yes\n", stdout: []string{"3 of 3: ", "thumbnail, in force now:\n", "the account 210987654321"}},
		{args: "plan GRANTS", stdout: []string{"nothing to do, 3 unchanged"}},
		{args: "apply GRANTS", stdout: []string{"nothing to do", "in force now"}},
		{args: "show thumbnail", stdout: []string{"Allows the service sns.amazonaws.com"}},
		{args: "show -format mermaid thumbnail", stdout: []string{"flowchart LR\n", `["arn:aws:sns:us-east-1:123456789012:photos"]`}},
		{args: "who thumbnail -caller Service=sns.amazonaws.com,SourceArn=arn:aws:sns:us-east-1:123456789012:photos", stdout: []string{"caller 1  thumbnail  Allowed"}},
		{args: "who thumbnail -caller Service=sns.amazonaws.com,SourceArn=arn:aws:sns:us-east-1:123456789012:other", stdout: []string{"caller 1  thumbnail  Denied"}},
		{args: "apply -yes -max-removals 1 FEWER", code: 1, stdout: []string{"2 to remove"}, stderr: "lambdaperm apply: "},
		{args: "apply -yes FEWER", stdout: []string{"2 of 2: "}},
		{args: "apply -yes ALIAS", stdout: []string{"thumbnail:live, in force now", "FunctionUrlAuthType is NONE"}},
		{args: "plan FEWER ALIAS", code: 1, stderr: "lambdaperm plan: want one FILE"},
		{args: "plan no/such.yaml", code: 1, stderr: "lambdaperm plan: open no/such.yaml: "},
		{args: "apply -", stdin: threeGrants, code: 1, stderr: "lambdaperm apply: standard input has the file"},
		{args: "apply - -yes", stdin: threeGrants, stdout: []string{"2 of 2: "}},
		{args: "version", stdout: []string{"lambdaperm "}},
		{args: "nothing", code: 2, stderr: `lambdaperm: there is no command "nothing"`},
	} {
		args := strings.Fields(strings.NewReplacer("GRANTS", grants, "FEWER", fewer, "ALIAS", alias).Replace(s.args))
		cmd := command(t, endpoint, args...)
		cmd.Stdin = strings.NewReader(s.stdin)
		s.check(t, runProcess(t, cmd))
	}
}

// With -document all changes are one call of PutResourcePolicy or DeleteResourcePolicy.
// The file and the exit statuses are the same as without it.
func TestDocument(t *testing.T) {
	service := permissiontest.NewService(permissiontest.WithAnySignature())
	if err := service.CreateFunction("thumbnail"); err != nil {
		t.Fatal(err)
	}
	calls := &callCounter{handler: service}
	server := httptest.NewServer(calls)
	defer server.Close()
	grants := write(t, threeGrants)
	others := write(t, strings.ReplaceAll(threeGrants, "photos", "videos")) // one grant differs
	empty := write(t, "{scope: thumbnail, owner: uploads, grants: []}")
	for _, s := range []struct {
		step
		calls string // the methods of the requests in their order
	}{
		{step{args: "plan -document GRANTS", code: 2, stdout: []string{"3 to add", "\n3 calls: 1 AddPermission, 1 GetPolicy, 1 PutResourcePolicy.\n"}}, "GET"},
		{step{args: "apply -yes -document GRANTS", stdout: []string{"thumbnail: 1 of 3: ", "thumbnail: 3 of 3: ", "in force now"}}, "GET POST GET PUT GET"},
		{step{args: "plan -document GRANTS", stdout: []string{"nothing to do, 3 unchanged"}}, "GET"},
		{step{args: "plan GRANTS", stdout: []string{"nothing to do, 3 unchanged"}}, "GET"},
		{step{args: "plan -document -format json OTHERS", code: 2, stdout: []string{`"putResourcePolicy": 1`}}, "GET"},
		{step{args: "apply -document OTHERS", stdin: "no\n", code: 1, stderr: "lambdaperm apply: not confirmed: nothing was changed\n"}, "GET"},
		{step{args: "apply -document OTHERS", stdin: "yes\n", stdout: []string{"thumbnail: 2 of 2: ", "sns:us-east-1:123456789012:videos"}}, "GET PUT GET"},
		{step{args: "apply -yes OTHERS -document", stdout: []string{"nothing to do"}}, "GET GET"},
		{step{args: "apply -yes -document EMPTY", code: 1, stdout: []string{"Apply will refuse this: ", " -allow-remove-all "}, stderr: "lambdaperm apply: ensure: no grants are desired", advice: " -allow-remove-all "}, "GET"},
		{step{args: "apply -yes -document -max-removals 2 -allow-remove-all EMPTY", code: 1, stderr: "lambdaperm apply: ensure: 3 statements", advice: " -max-removals "}, "GET"},
		{step{args: "apply -yes -document -allow-remove-all EMPTY", stdout: []string{"3 of 3: "}}, "GET DELETE GET"},
	} {
		args := strings.Fields(strings.NewReplacer("GRANTS", grants, "OTHERS", others, "EMPTY", empty).Replace(s.args))
		cmd := command(t, server.URL, args...)
		cmd.Stdin = strings.NewReader(s.stdin)
		s.check(t, runProcess(t, cmd))
		if got := calls.take(); got != s.calls {
			t.Errorf("%s: calls %s, want %s", s.args, got, s.calls)
		}
	}
}

// A callCounter records the methods of requests in their order. The process under test
// sends one after the other.
type callCounter struct {
	handler http.Handler
	mu      sync.Mutex
	methods []string
}

func (c *callCounter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.methods = append(c.methods, r.Method)
	c.mu.Unlock()
	c.handler.ServeHTTP(w, r)
}

// take returns the methods since the last take.
func (c *callCounter) take() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	methods := strings.Join(c.methods, " ")
	c.methods = nil
	return methods
}

// -endpoint has precedence over the environment.
func TestEndpointFlag(t *testing.T) {
	endpoint := startServe(t, "-function", "thumbnail")
	got := runProcess(t, command(t, "http://127.0.0.1:1", "plan", "-endpoint", endpoint, write(t, threeGrants)))
	step{args: "plan", code: 2, stdout: []string{"3 to add"}}.check(t, got)
}

// An apply that is interrupted between two additions lists the changes that are done
// and those that are left, and the next apply makes the latter.
func TestApplyInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no signals to send")
	}
	service := permissiontest.NewService(permissiontest.WithAnySignature())
	if err := service.CreateFunction("thumbnail"); err != nil {
		t.Fatal(err)
	}
	// The second addition hangs until the process that sends it is interrupted.
	var additions atomic.Int32
	hanging := make(chan struct{})
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && additions.Add(1) == 2 {
			close(hanging)
			<-release
			return
		}
		service.ServeHTTP(w, r)
	}))
	defer server.Close()
	defer close(release)
	grants := write(t, threeGrants)

	cmd := command(t, server.URL, "apply", "-yes", grants)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-hanging:
	case <-time.After(time.Minute):
		t.Error("no second addition within a minute")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the status is checked
	got := result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	step{args: "apply, interrupted", code: 1, stdout: []string{"1 of 3: "}, stderr: "lambdaperm apply: ensure: thumbnail: adding "}.check(t, got)
	if want := "1 of 3 changes done; not in force: "; !strings.Contains(got.Stderr, want) {
		t.Errorf("standard error is %[2]s, want %[1]q in it", want, got.Stderr)
	}
	if strings.Contains(got.Stdout, "in force now") {
		t.Errorf("an interrupted apply lists the grants in force: %s", got.Stdout)
	}

	step{args: "plan again", code: 2, stdout: []string{"2 to add, 1 unchanged"}}.check(t, runProcess(t, command(t, server.URL, "plan", grants)))
	step{args: "apply again", stdout: []string{"2 of 2: ", "in force now"}}.check(t, runProcess(t, command(t, server.URL, "apply", "-yes", grants)))
	step{args: "plan at last", stdout: []string{"nothing to do, 3 unchanged"}}.check(t, runProcess(t, command(t, server.URL, "plan", grants)))
}

// An interruption while apply asks for confirmation changes nothing.
func TestQuestionInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no signals to send")
	}
	endpoint := startServe(t, "-function", "thumbnail")
	cmd := command(t, endpoint, "apply", write(t, threeGrants))
	stdin, err := cmd.StdinPipe() // without an answer
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	asked := &watch{want: "Apply these changes?", seen: make(chan struct{})}
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = asked, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-asked.seen:
	case <-time.After(time.Minute):
		t.Error("no question within a minute")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the status is checked
	step{args: "apply", code: 1, stderr: "lambdaperm apply: interrupted before anything was changed\n"}.check(t,
		result{Code: cmd.ProcessState.ExitCode(), Stderr: stderr.String()})
}

// A watch is a writer that closes a channel when a text has been written.
type watch struct {
	text bytes.Buffer
	want string
	seen chan struct{}
}

func (w *watch) Write(p []byte) (int, error) {
	before := strings.Contains(w.text.String(), w.want)
	w.text.Write(p)
	if !before && strings.Contains(w.text.String(), w.want) {
		close(w.seen)
	}
	return len(p), nil
}

// The help of each command fits a screen, goes to standard output, and the exit status
// is 0.
func TestHelp(t *testing.T) {
	for _, args := range []string{"-h", "check -h", "show -h", "who -h", "plan -h", "apply -h", "serve -h"} {
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), strings.Fields(args), os.Getenv, cli.Streams{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
		step{args: args}.check(t, result{code, stdout.String(), stderr.String()})
		if !strings.HasPrefix(stdout.String(), "usage: lambdaperm") {
			t.Errorf("%s: got %q, want the usage", args, stdout.String())
		}
		lines := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
		if len(lines) > 32 {
			t.Errorf("%s: %d lines, want 32 at most", args, len(lines))
		}
		for _, line := range lines {
			if len(line) > 90 {
				t.Errorf("%s: line of more than 90 bytes: %s", args, line)
			}
		}
	}
}

// No command prints the token of a skill.
func TestNoTokenIsShown(t *testing.T) {
	const token = "amzn1.ask.skill.s3cr3t"
	service := permissiontest.NewService(permissiontest.WithAnySignature())
	if err := service.CreateFunction("skill"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service)
	defer server.Close()
	grants := write(t, `{"scope":"skill","owner":"o","grants":[{"alexaSkill":"`+token+`"}]}`)
	for _, args := range []string{
		"plan " + grants, "plan -format json " + grants, "apply -yes " + grants, "show skill", "show -format table skill", "show -format json skill",
		"show -format markdown skill", "show -format mermaid skill", "who skill -caller EventSourceToken=other", "who skill -caller EventSourceToken=" + token,
	} {
		got := runProcess(t, command(t, server.URL, strings.Fields(args)...))
		if strings.Contains(got.Stdout+got.Stderr, "s3cr3t") {
			t.Errorf("%s: the token is in %+v", args, got)
		}
		if got.Stdout == "" {
			t.Errorf("%s: nothing on standard output: %+v", args, got)
		}
	}
}

// The output of show -format json is JSON with the scope, id and sentence of each
// statement.
func TestShowJSON(t *testing.T) {
	got := runProcess(t, command(t, "", "show", "-format", "json", "internal/who/testdata/grants.json"))
	var rows []struct{ Scope, Sid, Sentence string }
	if err := json.Unmarshal([]byte(got.Stdout), &rows); err != nil {
		t.Fatalf("%v: %+v", err, got)
	}
	if len(rows) == 0 {
		t.Errorf("no rows: %+v", got)
	}
	for _, r := range rows {
		for _, text := range []string{r.Scope, r.Sid, r.Sentence} {
			if text == "" {
				t.Errorf("row %+v lacks a text", r)
			}
		}
	}
}
