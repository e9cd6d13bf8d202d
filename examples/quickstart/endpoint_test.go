package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

var keys = map[string]string{
	"AWS_REGION":            "eu-west-1",
	"AWS_ACCESS_KEY_ID":     "AKIDEXAMPLE",
	"AWS_SECRET_ACCESS_KEY": "secret",
	"AWS_SESSION_TOKEN":     "session",
}

// The keys and the region of the environment sign the requests to an endpoint. The
// function must exist there; the program does not create it.
func TestEndpoint(t *testing.T) {
	server := permissiontest.NewServer(t, permissiontest.WithRegion("eu-west-1"),
		permissiontest.WithCredentials("AKIDEXAMPLE", "secret", "session"))

	got := runWith(t, keys, "-endpoint", server.URL)
	if got.Code != exitRefused || !strings.Contains(got.Stderr, "ResourceNotFoundException") {
		t.Errorf("no function: %+v, want exit %d and ResourceNotFoundException", got, exitRefused)
	}

	server.CreateFunction("helloworld")
	server.CreateAlias("helloworld", "PROD", server.PublishVersion("helloworld"))
	got = runWith(t, keys, "-endpoint", server.URL)
	checkPage(t, got, "goes to "+server.URL, "arn:aws:lambda:eu-west-1:123456789012:function:helloworld:PROD")

	got = runWith(t, keys, "-endpoint", server.URL)
	if got.Code != exitRefused || !strings.Contains(got.Stderr, "(from an earlier run? Remove it, or give the request another StatementId)") {
		t.Errorf("second run: %+v, want the reason of the conflict", got)
	}
}

// An emulator that takes a statement id twice is found out, not believed.
func TestEndpointThatTakesDuplicates(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, `{"Policy":"{\"Statement\":[{\"Sid\":\"a\"},{\"Sid\":\"a\"}]}"}`)
			return
		}
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"Statement":"{\"Sid\":\"a\"}"}`)
	}))
	defer server.Close()
	got := runWith(t, keys, "-endpoint", server.URL)
	checkPage(t, got, "unlike Lambda, this endpoint takes a StatementId twice", "statements: a a\n")
}

// checkPage checks that a run succeeds and that its page has some texts.
func checkPage(t *testing.T, got result, texts ...string) {
	t.Helper()
	if got.Code != exitOK {
		t.Errorf("exit %d, want %d: %s", got.Code, exitOK, got.Stderr)
	}
	for _, want := range texts {
		if !strings.Contains(got.Stdout, want) {
			t.Errorf("no %q in\n%s", want, got.Stdout)
		}
	}
}

// A password in the URL is not shown, neither in the story nor in an error.
func TestEndpointWithPassword(t *testing.T) {
	server := permissiontest.NewServer(t, permissiontest.WithAnySignature())
	endpoint := strings.Replace(server.URL, "http://", "http://user:s3cr3t@", 1)
	got := runWith(t, keys, "-endpoint", endpoint)
	if strings.Contains(got.Stdout+got.Stderr, "s3cr3t") || got.Code != exitRefused {
		t.Errorf("%+v", got)
	}
}

// Ctrl-C ends a call that an endpoint leaves unanswered.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server watch the connection
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"-endpoint", server.URL}, func(name string) string { return keys[name] }, &stdout, &stderr)
	if code != exitInterrupted || stderr.String() != "quickstart: interrupted\n" {
		t.Errorf("exit %d, %q; want %d and one line", code, stderr.String(), exitInterrupted)
	}
}
