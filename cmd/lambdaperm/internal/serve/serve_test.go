package serve

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/permission"
)

// running is the command running in this process.
type running struct {
	url    string
	stderr *lines
	stop   context.CancelFunc
	code   chan int
}

// lines is a writer that may be read while it is written to.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs the command until the test ends, and waits for the line with its address.
func start(t *testing.T, args ...string) *running {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	r := &running{stderr: new(lines), stop: stop, code: make(chan int, 1)}
	stdout, in := io.Pipe()
	go func() {
		r.code <- Run(ctx, args, in, r.stderr)
		in.Close()
	}()
	t.Cleanup(stop)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "listening on ")
	if err != nil || !ok {
		t.Fatalf("the first line is %q, %v, want the address; standard error is %s", line, err, r.stderr)
	}
	go io.Copy(io.Discard, stdout)
	r.url = url
	return r
}

func (r *running) client(keyID, secret, region string) *permission.Client {
	return permission.New(permission.Options{
		BaseEndpoint: &r.url,
		Region:       region,
		Retryer:      aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: keyID, SecretAccessKey: secret}, nil
		}),
	})
}

func grant(function string) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: &function,
		StatementId:  aws.String("s3"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"),
	}
}

// code returns the service's code of an error, "" for nil.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// The flags create functions, versions and aliases in their order, in the region and
// account of the flags.
func TestFlagsMakeWhatTheySay(t *testing.T) {
	r := start(t, "-addr", "127.0.0.1:0", "-region", "eu-west-1", "-account", "111111111111",
		"-function", "first", "-version", "first", "-version", "first", "-alias", "first:PROD=2", "-alias", "first:dev=$LATEST",
		"-function", "arn:aws:lambda:eu-west-1:111111111111:function:second",
		"-version", "second", "-alias", "arn:aws:lambda:eu-west-1:111111111111:function:second:PROD=1")
	if !strings.HasPrefix(r.url, "http://127.0.0.1:") {
		t.Errorf("URL %s, want one on 127.0.0.1", r.url)
	}
	client := r.client("any", "key", "eu-west-1")
	for name, want := range map[string]string{
		"first": "", "first:1": "", "first:2": "", "first:PROD": "", "first:dev": "", "second:1": "", "second:PROD": "",
		"first:3": "ResourceNotFoundException", "second:2": "ResourceNotFoundException", "third": "ResourceNotFoundException",
	} {
		out, err := client.AddPermission(t.Context(), grant(name))
		if code(err) != want {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
		if err == nil && !strings.Contains(*out.Statement, `"arn:aws:lambda:eu-west-1:111111111111:function:`+name+`"`) {
			t.Errorf("%s: statement %s, want the ARN with this name in it", name, *out.Statement)
		}
	}
}

// Without -addr the program listens on loopback only: it accepts any signature, so
// other machines must not reach it unless a flag says so.
func TestListensOnLoopbackByDefault(t *testing.T) {
	r := start(t, "-function", "f")
	host, _, err := net.SplitHostPort(strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if ip := net.ParseIP(host); !ip.IsLoopback() {
		t.Errorf("listens on %s, want a loopback address", r.url)
	}
}

// Without -credentials the command accepts every key and region, but not an unsigned
// request. With -credentials it accepts one key.
func TestCredentials(t *testing.T) {
	open := start(t, "-function", "f")
	closed := start(t, "-function", "f", "-credentials", "AKIDEXAMPLE:se:cret")
	tests := []struct {
		name                string
		to                  *running
		key, secret, region string
		want                string
	}{
		{"any key", open, "anybody", "anything", "us-east-1", ""},
		{"any region", open, "anybody", "anything", "ap-south-1", "ResourceConflictException"},
		{"the key", closed, "AKIDEXAMPLE", "se:cret", "us-east-1", ""},
		{"another key", closed, "AKIDOTHER", "se:cret", "us-east-1", "UnrecognizedClientException"},
		{"another secret", closed, "AKIDEXAMPLE", "secret", "us-east-1", "InvalidSignatureException"},
		{"another region", closed, "AKIDEXAMPLE", "se:cret", "ap-south-1", "InvalidSignatureException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.to.client(tt.key, tt.secret, tt.region).AddPermission(t.Context(), grant("f"))
			if got := code(err); got != tt.want {
				t.Errorf("err = %v, want code %q", err, tt.want)
			}
		})
	}
	unsigned := permission.New(permission.Options{BaseEndpoint: &open.url, Region: "us-east-1", Retryer: aws.NopRetryer{}, Credentials: aws.AnonymousCredentials{}})
	if _, err := unsigned.AddPermission(t.Context(), grant("f")); code(err) != "MissingAuthenticationTokenException" {
		t.Errorf("an unsigned request: err = %v, want a MissingAuthenticationTokenException", err)
	}
}

// With -v each request writes one line to standard error, without secrets. Without -v
// no line is written.
func TestVerbose(t *testing.T) {
	quiet, verbose := start(t, "-function", "f"), start(t, "-v", "-function", "f", "-credentials", "AKIDEXAMPLE:s3cr3t")
	for _, r := range []*running{quiet, verbose} {
		for range 2 {
			_, _ = r.client("AKIDEXAMPLE", "s3cr3t", "us-east-1").AddPermission(t.Context(), grant("f"))
		}
		r.stop()
		<-r.code
	}
	if got := quiet.stderr.String(); got != "" {
		t.Errorf("without -v: %q on standard error, want nothing", got)
	}
	got := verbose.stderr.String()
	if lines := strings.Count(got, "\n"); lines != 2 {
		t.Errorf("with -v: %d lines, want 2:\n%s", lines, got)
	}
	for _, part := range []string{"POST /2015-03-31/functions/f/policy", "status=201", "status=409"} {
		if !strings.Contains(got, part) {
			t.Errorf("with -v: no %q in\n%s", part, got)
		}
	}
	if strings.Contains(got, "s3cr3t") {
		t.Errorf("with -v: the secret key is in\n%s", got)
	}
}

// An address that is taken is exit status 1, unlike a mistake in the flags.
func TestAddressTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	var stdout, stderr bytes.Buffer
	if got := Run(t.Context(), []string{"-addr", taken.Addr().String()}, &stdout, &stderr); got != 1 {
		t.Errorf("exit status %d, want 1", got)
	}
	if stdout.Len() > 0 {
		t.Errorf("%q on standard output, want nothing", stdout.String())
	}
	if line := stderr.String(); strings.Count(line, "\n") != 1 {
		t.Errorf("%q on standard error, want one line", line)
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if got := Run(t.Context(), []string{"-help"}, &stdout, &stderr); got != 0 {
		t.Errorf("exit status %d, want 0", got)
	}
	if got := stdout.String(); got != usage {
		t.Errorf("%q on standard output, want the usage", got)
	}
	if stderr.Len() > 0 {
		t.Errorf("%q on standard error, want nothing", stderr.String())
	}
}

// A client that keeps its connection open does not keep the command from ending.
func TestEndsWithConnectionsOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for a second")
	}
	r := start(t, "-function", "f")
	conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := r.client("any", "key", "us-east-1").AddPermission(t.Context(), grant("f")); err != nil {
		t.Fatal(err)
	}
	r.stop()
	select {
	case got := <-r.code:
		if got != 0 {
			t.Errorf("exit %d, want 0", got)
		}
	case <-time.After(time.Minute):
		t.Error("the command did not end within a minute")
	}
}
