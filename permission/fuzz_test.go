package permission_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/permission"
)

// For every answer, a call returns a value or an error with the status and, unless the
// status is 2xx, a code.
func FuzzAnswer(f *testing.F) {
	f.Add(201, "", stored)
	f.Add(200, "", `{"Policy":"{}","RevisionId":"c0ffee"}`)
	f.Add(204, "", "")
	f.Add(409, "ResourceConflictException", `{"Type":"User","message":"The statement id (s3) provided already exists."}`)
	f.Add(404, "ns#ResourceNotFoundException:http://internal/", `{"Message":null}`)
	f.Add(429, "TooManyRequestsException", `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}`)
	f.Add(502, "", "<html><h1>502 Bad Gateway</h1></html>")
	f.Add(400, "", `{"__type":"ValidationException","message":["a"]}`)
	f.Add(201, "", `{"Statement":{"Sid":"s3"}}`)
	f.Add(307, "", "")
	f.Fuzz(func(t *testing.T, status int, code, body string) {
		if status < 100 || status > 999 {
			t.Skip("not an HTTP status")
		}
		client := newClient(answering(status, http.Header{"X-Amzn-Errortype": {code}}, body))
		_, add := client.AddPermission(context.Background(), grant())
		_, get := client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		_, remove := client.RemovePermission(context.Background(), removal())
		for _, err := range []error{add, get, remove} {
			wantAccounted(t, status, err)
		}
	})
}

func wantAccounted(t *testing.T, status int, err error) {
	t.Helper()
	success := status >= 200 && status <= 299
	if err == nil {
		if !success {
			t.Fatalf("err = nil for status %d, want an error", status)
		}
		return
	}
	var resp *awshttp.ResponseError
	if !errors.As(err, &resp) {
		t.Fatalf("err = %v, want an *awshttp.ResponseError", err)
	}
	wantEqual(t, "HTTPStatusCode()", resp.HTTPStatusCode(), status)
	if success {
		return
	}
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("err = %v, want a smithy.APIError", err)
	}
	if api.ErrorCode() == "" {
		t.Errorf("err = %v has no code", err)
	}
}

// The path, the query and the body of the request decode to the values of the members.
func FuzzRequest(f *testing.F) {
	f.Add("Thumbnail", "PROD", "s3-photos", "s3.amazonaws.com")
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD", "", "a.b", "arn:aws:iam::123456789012:role/é")
	f.Add("a/../b", "$LATEST&x=y", "%2F", "\x00\x7f\u2028\xff\"\\<&>")
	f.Fuzz(func(t *testing.T, name, qualifier, sid, principal string) {
		if name == "" || sid == "" {
			t.Skip("the client refuses it, see TestWithoutPreflight")
		}
		var sent wire
		client := newClient(func(r *http.Request) (*http.Response, error) {
			sent = wireOf(t, r)
			return answer(r, 201, nil, stored), nil
		}, func(o *permission.Options) { o.Preflight = nil })
		if _, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
			FunctionName: &name, Qualifier: &qualifier, StatementId: &sid, Action: aws.String("lambda:*"), Principal: &principal,
		}); err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(sent.URL)
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "the path", u.Path, "/2015-03-31/functions/"+name+"/policy")
		wantEqual(t, "Qualifier", u.Query().Get("Qualifier"), qualifier)
		var body map[string]string
		if err := json.Unmarshal([]byte(sent.Body), &body); err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "StatementId", body["StatementId"], asUTF8(sid))
		wantEqual(t, "Principal", body["Principal"], asUTF8(principal))
		wantEqual(t, "members", len(body), 3)
	})
}

// asUTF8 returns s with U+FFFD in place of each byte that is not UTF-8, as
// encoding/json decodes it.
func asUTF8(s string) string { return string([]rune(s)) }

func FuzzAppendJSONString(f *testing.F) {
	for _, s := range []string{"", "Thumbnail", "a b", "\x00\b\f\n\r\t\x1f\x7f", "\u2028\u2029", "\xff\xc3", "\x80", "\"\\/<>&", "é€😀"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := permission.AppendJSONString(nil, s)
		var back string
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%q -> %s: %v", s, text, err)
		}
		wantEqual(t, "the decoded string", back, asUTF8(s))
		if strings.Contains(string(text), `\u0020`) {
			t.Errorf("%s has an escape for a space", text)
		}
		if !utf8.Valid(text) {
			t.Errorf("%q is not UTF-8", text)
		}
		if strings.ContainsFunc(string(text), func(r rune) bool { return r < ' ' || r == 0x7F || r == '\u2028' || r == '\u2029' }) {
			t.Errorf("%q has a character that the SDK escapes", text)
		}
	})
}
