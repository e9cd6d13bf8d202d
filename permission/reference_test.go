package permission_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The tests follow the headings of the AddPermission reference. TestReference of
// package validate tests lengths, patterns and required members; the tests here are
// about the requests and responses.

// Request Syntax: POST /2015-03-31/functions/FunctionName/policy?Qualifier=Qualifier
func TestReferenceRequestSyntax(t *testing.T) {
	got := capture(t, 201, stored, func(c *permission.Client) error {
		_, err := c.AddPermission(context.Background(), reference())
		return err
	}, original)
	wantEqual(t, "Method", got.Method, "POST")
	wantEqual(t, "URL", got.URL, "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/Thumbnail/policy?Qualifier=PROD")
	wantEqual(t, "Content-Type", got.Header["Content-Type"], "application/json")
}

// reference returns a request with every member of the original reference.
func reference() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), Qualifier: aws.String("PROD"),
		Action: aws.String("lambda:InvokeFunction"), EventSourceToken: aws.String("amzn1.ask.skill"),
		Principal: aws.String("s3.amazonaws.com"), SourceAccount: aws.String("123456789012"),
		SourceArn: aws.String("arn:aws:s3:::photos"), StatementId: aws.String("s3-photos"),
	}
}

func original(o *permission.Options) {
	o.Preflight = []permission.Check{permission.Rules(validate.Original)}
}

// URI Request Parameters, FunctionName: a name, a partial ARN or an ARN, each with or
// without a qualifier, is sent unchanged in the path.
func TestReferenceURIFunctionName(t *testing.T) {
	for name, escaped := range map[string]string{
		"Thumbnail":              "Thumbnail",
		"Thumbnail:PROD":         "Thumbnail%3APROD",
		"Thumbnail:$LATEST":      "Thumbnail%3A%24LATEST",
		"123456789012:Thumbnail": "123456789012%3AThumbnail",
		"arn:aws:lambda:us-west-2:123456789012:function:ThumbNail":   "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3AThumbNail",
		"arn:aws:lambda:us-west-2:123456789012:function:ThumbNail:2": "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3AThumbNail%3A2",
	} {
		got := capture(t, 201, stored, func(c *permission.Client) error {
			in := reference()
			in.FunctionName, in.Qualifier = aws.String(name), nil
			_, err := c.AddPermission(context.Background(), in)
			return err
		}, original)
		if want := "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/" + escaped + "/policy"; got.URL != want {
			t.Errorf("%s: %s, want %s", name, got.URL, want)
		}
	}
}

// URI Request Parameters, Qualifier: a version or an alias in the query; without a
// Qualifier the URL has no query.
func TestReferenceURIQualifier(t *testing.T) {
	for qualifier, want := range map[string]string{"2": "?Qualifier=2", "PROD": "?Qualifier=PROD", "$LATEST": "?Qualifier=%24LATEST", "": ""} {
		got := capture(t, 201, stored, func(c *permission.Client) error {
			in := reference()
			in.Qualifier = nil
			if qualifier != "" {
				in.Qualifier = aws.String(qualifier)
			}
			_, err := c.AddPermission(context.Background(), in)
			return err
		}, original)
		if _, query, found := strings.Cut(got.URL, "/policy"); !found || query != want {
			t.Errorf("%q: %s, want %s at the end", qualifier, got.URL, want)
		}
	}
}

// Request Body: each member is in the body under its own name; an absent optional
// member is left out.
func TestReferenceRequestBody(t *testing.T) {
	rows := []struct {
		member   string
		required bool
		field    func(*permission.AddPermissionInput) **string
	}{
		{"Action", true, func(in *permission.AddPermissionInput) **string { return &in.Action }},
		{"EventSourceToken", false, func(in *permission.AddPermissionInput) **string { return &in.EventSourceToken }},
		{"Principal", true, func(in *permission.AddPermissionInput) **string { return &in.Principal }},
		{"SourceAccount", false, func(in *permission.AddPermissionInput) **string { return &in.SourceAccount }},
		{"SourceArn", false, func(in *permission.AddPermissionInput) **string { return &in.SourceArn }},
		{"StatementId", true, func(in *permission.AddPermissionInput) **string { return &in.StatementId }},
	}
	for _, row := range rows {
		t.Run(row.member, func(t *testing.T) {
			want := map[string]string{}
			for _, r := range rows {
				want[r.member] = **r.field(reference())
			}
			if diff := cmp.Diff(want, sentBody(t, reference())); diff != "" {
				t.Errorf("body (-want +got)\n%s", diff)
			}
			in := reference()
			*row.field(in) = nil
			if row.required {
				wantRequired(t, in, row.member)
				return
			}
			delete(want, row.member)
			if diff := cmp.Diff(want, sentBody(t, in)); diff != "" {
				t.Errorf("body without %s (-want +got)\n%s", row.member, diff)
			}
		})
	}
}

func sentBody(t *testing.T, in *permission.AddPermissionInput) map[string]string {
	t.Helper()
	got := capture(t, 201, stored, func(c *permission.Client) error {
		_, err := c.AddPermission(context.Background(), in)
		return err
	}, original)
	var body map[string]string
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func wantRequired(t *testing.T, in *permission.AddPermissionInput, member string) {
	t.Helper()
	_, err := newClient(unreachable(t), original).AddPermission(context.Background(), in)
	wantViolation(t, err, member, validate.RuleRequired)
}

// Response Syntax and Response Elements: 201, and the statement as a string whose
// quotes are escaped by backslashes.
func TestReferenceResponse(t *testing.T) {
	const statement = `{"Sid":"s3-photos","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"}`
	client := newClient(answering(http.StatusCreated, nil, `{"Statement":"`+strings.ReplaceAll(statement, `"`, `\"`)+`"}`))
	out, err := client.AddPermission(context.Background(), reference())
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(out.Statement); got != statement {
		t.Errorf("Statement = %s\nwant        %s", got, statement)
	}
}

// Errors: six, each with its status.
func TestReferenceErrors(t *testing.T) {
	type coded interface {
		error
		ErrorCode() string
	}
	tests := []struct {
		status int
		is     func(error) bool
		code   string
		target func(error) (coded, bool)
	}{
		{400, lambdaerrors.IsInvalidParameterValue, "InvalidParameterValueException", func(err error) (coded, bool) {
			var e *lambdaerrors.InvalidParameterValueException
			return e, errors.As(err, &e)
		}},
		{400, lambdaerrors.IsPolicyLengthExceeded, "PolicyLengthExceededException", func(err error) (coded, bool) {
			var e *lambdaerrors.PolicyLengthExceededException
			return e, errors.As(err, &e)
		}},
		{409, lambdaerrors.IsConflict, "ResourceConflictException", func(err error) (coded, bool) {
			var e *lambdaerrors.ResourceConflictException
			return e, errors.As(err, &e)
		}},
		{404, lambdaerrors.IsNotFound, "ResourceNotFoundException", func(err error) (coded, bool) {
			var e *lambdaerrors.ResourceNotFoundException
			return e, errors.As(err, &e)
		}},
		{500, lambdaerrors.IsServiceFault, "ServiceException", func(err error) (coded, bool) {
			var e *lambdaerrors.ServiceException
			return e, errors.As(err, &e)
		}},
		{429, lambdaerrors.IsThrottled, "TooManyRequestsException", func(err error) (coded, bool) {
			var e *lambdaerrors.TooManyRequestsException
			return e, errors.As(err, &e)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			header := http.Header{"X-Amzn-Errortype": {tt.code}, "X-Amzn-Requestid": {"r-9"}}
			client := newClient(answering(tt.status, header, `{"Type":"User","message":"why"}`))
			_, err := client.AddPermission(context.Background(), reference())
			e, ok := tt.target(err)
			if !ok {
				t.Fatalf("err = %v, want the type of %s", err, tt.code)
			}
			wantEqual(t, "ErrorCode", e.ErrorCode(), tt.code)
			wantEqual(t, "the function that recognizes it", tt.is(err), true)
			wantResponse(t, err, tt.status, "r-9")
		})
	}
}
