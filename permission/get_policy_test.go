package permission_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// ReadPolicy accepts every form of a name, and reads the policy of the function or
// alias that it names.
func TestReadPolicy(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("Thumbnail")
	server.CreateAlias("Thumbnail", "PROD", server.PublishVersion("Thumbnail"))
	client := server.Client()
	mustAdd(t, client, grant())
	qualified := grant()
	qualified.Qualifier, qualified.StatementId = aws.String("PROD"), aws.String("s3-prod")
	mustAdd(t, client, qualified)

	for function, sid := range map[string]string{
		"Thumbnail":                            "s3-photos",
		"Thumbnail:PROD":                       "s3-prod",
		"123456789012:function:Thumbnail":      "s3-photos",
		"123456789012:function:Thumbnail:PROD": "s3-prod",
		"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail":      "s3-photos",
		"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD": "s3-prod",
	} {
		got, err := permission.ReadPolicy(t.Context(), client, function)
		if err != nil {
			t.Errorf("%s: %v", function, err)
			continue
		}
		if !got.Found {
			t.Errorf("%s: Found = false, want true", function)
		}
		if _, ok := got.Document.Lookup(sid); !ok {
			t.Errorf("%s: the policy is %s, want the one with %s", function, got.Document, sid)
		}
		if got.RevisionID == "" {
			t.Errorf("%s: no RevisionID", function)
		}
	}
}

// A function without a policy is not an error: the result is an empty document.
func TestReadPolicyThatIsAbsent(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("Thumbnail")
	got, err := permission.ReadPolicy(t.Context(), server.Client(), "Thumbnail")
	if err != nil {
		t.Fatal(err)
	}
	if got.Found {
		t.Error("Found = true, want false")
	}
	if n := len(got.Document.Statements()); n != 0 {
		t.Errorf("%d statements, want 0", n)
	}
	if got.RevisionID != "" {
		t.Errorf("RevisionID = %q, want \"\"", got.RevisionID)
	}
}

// An answer that does not tell whether there is a policy is an error, not an absent
// policy.
func TestReadPolicyThatIsUnreadable(t *testing.T) {
	notFound := http.Header{"X-Amzn-Errortype": {"ResourceNotFoundException"}}
	tests := map[string]transport{
		"another region":                 answering(404, notFound, `{"Type":"User","Message":"Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"}`),
		"another account":                answering(403, http.Header{"X-Amzn-Errortype": {"AccessDeniedException"}}, `{"Message":null}`),
		"a 404 without a code":           answering(404, nil, "<html>Not Found</html>"),
		"an answer that is not Lambda's": answering(200, nil, "{}"),
	}
	for name, transport := range tests {
		got, err := permission.ReadPolicy(t.Context(), newClient(transport), "arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail")
		if err == nil {
			t.Errorf("%s: %+v, want an error", name, got)
		}
	}

	server := permissiontest.NewServer(t)
	server.CreateFunction("Thumbnail")
	for _, function := range []string{
		"arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail",
		"arn:aws:lambda:us-east-1:210987654321:function:Thumbnail",
		"210987654321:function:Thumbnail",
	} {
		got, err := permission.ReadPolicy(t.Context(), server.Client(), function)
		if err == nil {
			t.Errorf("%s: %+v, want an error", function, got)
		}
	}

	_, err := permission.ReadPolicy(t.Context(), newClient(answering(200, nil, `{"Policy":"<html>"}`)), "Thumbnail")
	var notPolicy *policy.ParseError
	if !errors.As(err, &notPolicy) {
		t.Errorf("a policy that is HTML: err = %v, want a *policy.ParseError", err)
	}
}

// An invalid name is refused before anything is sent.
func TestReadPolicyOfNoFunction(t *testing.T) {
	for _, function := range []string{"", "Thumbnail:", "arn:aws:s3:::photos"} {
		_, err := permission.ReadPolicy(t.Context(), newClient(unreachable(t)), function)
		var invalid *arn.ParseError
		if !errors.As(err, &invalid) {
			t.Errorf("%q: err = %v, want an *arn.ParseError", function, err)
		}
	}
}

// ReadPolicy passes its options to the call.
func TestReadPolicyOptions(t *testing.T) {
	n := 0
	_, err := permission.ReadPolicy(context.Background(), newClient(answering(200, nil, `{"Policy":"{\"Statement\":[]}"}`)), "Thumbnail",
		func(*permission.Options) { n++ })
	if err != nil {
		t.Fatal(err)
	}
	if n != 1 {
		t.Errorf("the option was applied %d times, want 1", n)
	}
}
