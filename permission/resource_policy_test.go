package permission_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const thumbnailARN = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// denial is a policy that AddPermission cannot create.
const denial = `{"Version":"2012-10-17","Statement":[{"Sid":"deny","Effect":"Deny","Principal":"*",` +
	`"Action":"lambda:*","Resource":["` + thumbnailARN + `","` + thumbnailARN + `:*"],` +
	`"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`

// put returns the input that puts a document, conditional on revision unless that is
// nil.
func put(document string, revision *string) *permission.PutResourcePolicyInput {
	return &permission.PutResourcePolicyInput{ResourceArn: aws.String(thumbnailARN), Policy: &document, RevisionId: revision}
}

// The requests have the form of the reference (PutResourcePolicy, GetResourcePolicy,
// DeleteResourcePolicy, "Request Syntax"): the ARN is one segment of the path, so that
// its colons are escaped.
func TestResourcePolicyRequests(t *testing.T) {
	const path = "/2026-07-09/resource-policy/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AThumbnail"
	const revision = "3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e"
	const answerBody = `{"Policy":"{}","RevisionId":"r2"}`
	tests := map[string]struct {
		status        int
		body          string
		call          func(*permission.Client) ([]*string, error) // the members of the answer
		request, sent string
		want          []*string
	}{
		"put": {200, answerBody, func(c *permission.Client) ([]*string, error) {
			out, err := c.PutResourcePolicy(t.Context(), put(`{"a":"<"}`, aws.String(revision)))
			return []*string{out.Policy, out.RevisionId}, err
		}, "PUT " + path, `{"Policy":"{\"a\":\"<\"}","RevisionId":"` + revision + `"}`, []*string{aws.String("{}"), aws.String("r2")}},
		"put without a revision": {200, answerBody, func(c *permission.Client) ([]*string, error) {
			out, err := c.PutResourcePolicy(t.Context(), put("{}", nil))
			return []*string{out.Policy, out.RevisionId}, err
		}, "PUT " + path, `{"Policy":"{}"}`, []*string{aws.String("{}"), aws.String("r2")}},
		"get": {200, `{"Policy":"{}"}`, func(c *permission.Client) ([]*string, error) {
			out, err := c.GetResourcePolicy(t.Context(), &permission.GetResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)})
			return []*string{out.Policy, out.RevisionId}, err
		}, "GET " + path, "", []*string{aws.String("{}"), nil}},
		"delete": {204, "", func(c *permission.Client) ([]*string, error) {
			_, err := c.DeleteResourcePolicy(t.Context(), &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(thumbnailARN), RevisionId: aws.String(revision)})
			return nil, err
		}, "DELETE " + path + "?RevisionId=" + revision, "", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var request, sent string
			client := newClient(func(r *http.Request) (*http.Response, error) {
				request = r.Method + " " + r.URL.RequestURI()
				if r.Body != nil {
					body, err := io.ReadAll(r.Body)
					if err != nil {
						t.Error(err)
					}
					sent = string(body)
				}
				return answer(r, tt.status, nil, tt.body), nil
			})
			got, err := tt.call(client)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, "request", request, tt.request)
			wantEqual(t, "body", sent, tt.sent)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("members of the answer (-want +got):\n%s", diff)
			}
		})
	}
}

// wholePolicyCalls are calls of the three operations on whole policies.
var wholePolicyCalls = map[string]func(context.Context, permission.ResourcePolicyAPI, *string, ...func(*permission.Options)) error{
	"PutResourcePolicy": func(ctx context.Context, api permission.ResourcePolicyAPI, arn *string, optFns ...func(*permission.Options)) error {
		_, err := api.PutResourcePolicy(ctx, &permission.PutResourcePolicyInput{ResourceArn: arn, Policy: aws.String(denial)}, optFns...)
		return err
	},
	"GetResourcePolicy": func(ctx context.Context, api permission.ResourcePolicyAPI, arn *string, optFns ...func(*permission.Options)) error {
		_, err := api.GetResourcePolicy(ctx, &permission.GetResourcePolicyInput{ResourceArn: arn}, optFns...)
		return err
	},
	"DeleteResourcePolicy": func(ctx context.Context, api permission.ResourcePolicyAPI, arn *string, optFns ...func(*permission.Options)) error {
		_, err := api.DeleteResourcePolicy(ctx, &permission.DeleteResourcePolicyInput{ResourceArn: arn}, optFns...)
		return err
	},
}

// Preflight applies the rules of Current. The rules of Original refuse each operation,
// because it is not in the original reference. A check gets the name of the operation.
// Nothing is sent.
func TestResourcePolicyPreflight(t *testing.T) {
	for name, call := range wholePolicyCalls {
		for _, tt := range []struct {
			rules       *validate.Rules
			field, rule string
		}{
			{validate.Current, "ResourceArn", validate.RulePattern},
			{validate.Original, "Operation", validate.RuleEnum},
		} {
			var seen validate.Operation
			client := newClient(unreachable(t), func(o *permission.Options) {
				o.Preflight = []permission.Check{permission.Rules(tt.rules), func(_ context.Context, r validate.Request) error {
					seen = r.Operation
					return nil
				}}
			})
			wantViolation(t, call(t.Context(), client, aws.String("Thumbnail")), tt.field, tt.rule)
			wantEqual(t, "operation", seen.String(), name)
		}
	}
}

// Without Preflight an absent member is refused as in the SDK, and an empty one because
// the path would name another resource.
func TestResourcePolicyWithoutPreflight(t *testing.T) {
	client := newClient(unreachable(t), func(o *permission.Options) { o.Preflight = nil })
	for name, call := range wholePolicyCalls {
		var missing smithy.InvalidParamsError
		if err := call(t.Context(), client, nil); !errors.As(err, &missing) {
			t.Errorf("%s without a ResourceArn: err = %v, want a smithy.InvalidParamsError", name, err)
		}
		var unsendable *smithy.SerializationError
		if err := call(t.Context(), client, aws.String("")); !errors.As(err, &unsendable) {
			t.Errorf("%s of \"\": err = %v, want a *smithy.SerializationError", name, err)
		}
	}
}

// Each output has the metadata of its call.
func TestMetadataOfEveryOperation(t *testing.T) {
	client := newClient(answering(200, requestID("r-9"), `{"Statement":"{}","Policy":"{}","RevisionId":"r"}`))
	added, addErr := client.AddPermission(t.Context(), grant())
	read, readErr := client.GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	removed, removeErr := client.RemovePermission(t.Context(), &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("a")})
	put, putErr := client.PutResourcePolicy(t.Context(), put(denial, nil))
	get, getErr := client.GetResourcePolicy(t.Context(), &permission.GetResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)})
	deleted, deleteErr := client.DeleteResourcePolicy(t.Context(), &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)})
	if err := errors.Join(addErr, readErr, removeErr, putErr, getErr, deleteErr); err != nil {
		t.Fatal(err)
	}
	for name, metadata := range map[string]middleware.Metadata{
		"AddPermission": added.ResultMetadata, "GetPolicy": read.ResultMetadata, "RemovePermission": removed.ResultMetadata,
		"PutResourcePolicy": put.ResultMetadata, "GetResourcePolicy": get.ResultMetadata, "DeleteResourcePolicy": deleted.ResultMetadata,
	} {
		id, _ := awsmiddleware.GetRequestIDMetadata(metadata)
		wantEqual(t, name+": request id", id, "r-9")
	}
}

// A body without members is an empty object. It results only from a middleware that
// replaces the input.
func TestEmptyBody(t *testing.T) {
	replace := permission.WithAPIOptions(func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("replace", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			in.Parameters = &permission.PutResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)}
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
	})
	r := capture(t, 200, `{"Policy":"{}"}`, func(c *permission.Client) error {
		_, err := c.PutResourcePolicy(t.Context(), put(denial, nil))
		return err
	}, replace)
	wantEqual(t, "body", r.Body, "{}")
}

// A nil input is an input without members.
func TestResourcePolicyNilInputs(t *testing.T) {
	client := newClient(unreachable(t))
	_, putErr := client.PutResourcePolicy(t.Context(), nil)
	_, getErr := client.GetResourcePolicy(t.Context(), nil)
	_, deleteErr := client.DeleteResourcePolicy(t.Context(), nil)
	for _, err := range []error{putErr, getErr, deleteErr} {
		wantViolation(t, err, "ResourceArn", validate.RuleRequired)
	}
	off := func(o *permission.Options) { o.Preflight = nil }
	_, putErr = client.PutResourcePolicy(t.Context(), nil, off)
	_, getErr = client.GetResourcePolicy(t.Context(), nil, off)
	_, deleteErr = client.DeleteResourcePolicy(t.Context(), nil, off)
	for _, err := range []error{putErr, getErr, deleteErr} {
		var missing smithy.InvalidParamsError
		if !errors.As(err, &missing) {
			t.Errorf("without a pre-flight: err = %v, want a smithy.InvalidParamsError", err)
		}
	}
	for _, r := range []validate.Request{
		(*permission.PutResourcePolicyInput)(nil).Request(),
		(*permission.GetResourcePolicyInput)(nil).Request(),
		(*permission.DeleteResourcePolicyInput)(nil).Request(),
	} {
		if r.Operation == "" {
			t.Errorf("request of a nil input: %+v, want an Operation", r)
		}
		if want := (validate.Request{Operation: r.Operation}); r != want {
			t.Errorf("request of a nil %s input: %+v, want no members", r.Operation, r)
		}
	}
}

// A policy may contain a token, so no text of a refused put shows any part of the
// policy.
func TestPutResourcePolicyShowsNoPolicy(t *testing.T) {
	document := `{"Condition":{"StringEquals":{"lambda:EventSourceToken":"s3cr3t"}}}` + strings.Repeat(" ", policy.MaxSize)
	_, err := newClient(unreachable(t)).PutResourcePolicy(t.Context(), put(document, nil))
	wantViolation(t, err, "Policy", validate.RuleMaxLength)
	if text := fmt.Sprintf("%v %+v", err, err); strings.Contains(text, "s3cr3t") {
		t.Errorf("the token is shown: %s", text)
	}
	var v validate.Violation
	if errors.As(err, &v) && strings.Contains(v.Value, "s3cr3t") {
		t.Errorf("the token is in Value: %q", v.Value)
	}
}

// The functions of package errors recognize the refusals of the service.
func TestResourcePolicyErrors(t *testing.T) {
	for code, tt := range map[string]struct {
		status int
		is     func(error) bool
	}{
		"InvalidParameterValueException": {400, lambdaerrors.IsInvalidParameterValue},
		"PolicyLengthExceededException":  {400, lambdaerrors.IsPolicyLengthExceeded},
		"PublicPolicyException":          {400, lambdaerrors.IsPublicPolicy},
		"ResourceNotFoundException":      {404, lambdaerrors.IsNotFound},
		"ResourceConflictException":      {409, lambdaerrors.IsConflict},
		"PreconditionFailedException":    {412, lambdaerrors.IsPreconditionFailed},
		"TooManyRequestsException":       {429, lambdaerrors.IsThrottled},
		"ServiceException":               {500, lambdaerrors.IsServiceFault},
	} {
		client := newClient(answering(tt.status, http.Header{"X-Amzn-Errortype": {code}}, `{"Message":"no"}`))
		for name, call := range wholePolicyCalls {
			err := call(t.Context(), client, aws.String(thumbnailARN))
			if !tt.is(err) {
				t.Errorf("%s, %s: package errors does not recognize %v", name, code, err)
			}
			if got := lambdaerrors.Message(err); got != "no" {
				t.Errorf("%s, %s: message %q, want %q", name, code, got, "no")
			}
		}
	}
}

// A conflict that passes by itself is retried, as for the other operations.
func TestResourcePolicyRetriesPassingConflicts(t *testing.T) {
	for name, call := range wholePolicyCalls {
		synctest.Test(t, func(t *testing.T) {
			attempts := 0
			client := permission.New(permission.Options{Region: "us-east-1", Credentials: exampleKeys, HTTPClient: transport(
				func(r *http.Request) (*http.Response, error) {
					if attempts++; attempts > 1 {
						return answer(r, 200, nil, `{"Policy":"{}"}`), nil
					}
					return answer(r, 409, http.Header{"X-Amzn-Errortype": {"ResourceConflictException"}},
						`{"Type":"User","message":"`+conflicts["UpdateInProgress"].text+`"}`), nil
				})})
			if err := call(t.Context(), client, aws.String(thumbnailARN)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			wantEqual(t, name+" attempts", attempts, 2)
		})
	}
}
