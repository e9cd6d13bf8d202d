package pages_test

// The Go code of docs/errors.md, compiled and run.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

func explain(err error) string {
	var invalid *validate.Error
	var conflict *lambdaerrors.ResourceConflictException
	switch {
	case errors.As(err, &invalid):
		return fmt.Sprintf("not sent: %s breaks rule %q", invalid.Violations[0].Field, invalid.Violations[0].Rule)
	case lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement:
		return "a statement has this id already: compare the two, or choose another id"
	case errors.As(err, &conflict):
		return "another change is under way, request " + conflict.RequestID
	case lambdaerrors.IsNotFound(err):
		return "no such function, version or alias"
	case lambdaerrors.IsTransient(err):
		return "try again later"
	case err != nil:
		return err.Error()
	}
	return "granted"
}

// explain describes the answers of the service.
func TestExplain(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	for _, tt := range []struct{ function, id, want string }{
		{"thumbnail", "photos", "granted"},
		{"thumbnail", "photos", "a statement has this id already: compare the two, or choose another id"},
		{"thumbnail", "my.photos", `not sent: StatementId breaks rule "pattern"`},
		{"thumb nail", "photos", `not sent: FunctionName breaks rule "pattern"`},
		{"thumbnails", "photos", "no such function, version or alias"},
	} {
		_, err := server.Client().AddPermission(t.Context(), partnerGrant(tt.function, tt.id))
		if got := explain(err); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.function, tt.id, got, tt.want)
		}
	}
}

func partnerGrant(function, id string) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String(function), StatementId: aws.String(id),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	}
}

func httpStatus(err error) int {
	var invalid *validate.Error
	var open *lint.Error
	var noGrant *grant.Error
	var noName *arn.ParseError
	switch {
	case err == nil:
		return http.StatusOK
	case errors.As(err, &invalid), errors.As(err, &open), errors.As(err, &noGrant), errors.As(err, &noName),
		lambdaerrors.IsInvalidParameterValue(err), lambdaerrors.IsPublicPolicy(err):
		return http.StatusUnprocessableEntity
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	case lambdaerrors.IsTransient(err):
		return http.StatusServiceUnavailable // with Retry-After
	case lambdaerrors.IsNotFound(err):
		return http.StatusNotFound
	case lambdaerrors.IsConflict(err), lambdaerrors.IsPolicyLengthExceeded(err):
		return http.StatusConflict
	case lambdaerrors.IsPreconditionFailed(err):
		return http.StatusPreconditionFailed
	}
	return http.StatusInternalServerError // rights, credentials, configuration: yours to mend
}

// httpStatus returns the statuses of the page's table, for the errors of real calls.
func TestHTTPStatus(t *testing.T) {
	noRetries := func(o *permission.Options) { o.RetryMaxAttempts = 1 }
	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, tt := range []struct {
		situation string
		ctx       context.Context
		fault     permissiontest.Fault
		in        *permission.AddPermissionInput
		want      int
	}{
		{"granted", nil, permissiontest.Fault{}, partnerGrant("thumbnail", "new"), http.StatusOK},
		{"breaks a rule", nil, permissiontest.Fault{}, partnerGrant("thumbnail", "a.b"), http.StatusUnprocessableEntity},
		{"no such function", nil, permissiontest.Fault{}, partnerGrant("missing", "id"), http.StatusNotFound},
		{"id is taken", nil, permissiontest.Fault{}, partnerGrant("thumbnail", "taken"), http.StatusConflict},
		{"no time left", expired, permissiontest.Fault{}, partnerGrant("thumbnail", "id"), http.StatusGatewayTimeout},
		{"throttled", nil, permissiontest.Throttle(), partnerGrant("thumbnail", "id"), http.StatusServiceUnavailable},
		{"service fault", nil, permissiontest.ServerError(), partnerGrant("thumbnail", "id"), http.StatusServiceUnavailable},
		{"concurrent update", nil, permissiontest.ConcurrentUpdate(), partnerGrant("thumbnail", "id"), http.StatusServiceUnavailable},
		{"connection broke", nil, permissiontest.Reset(), partnerGrant("thumbnail", "id"), http.StatusServiceUnavailable},
		{"principal unknown", nil, permissiontest.UnknownPrincipal(), partnerGrant("thumbnail", "id"), http.StatusUnprocessableEntity},
		{"policy full", nil, permissiontest.Fail(&lambdaerrors.PolicyLengthExceededException{}), partnerGrant("thumbnail", "id"), http.StatusConflict},
		{"policy public", nil, permissiontest.Fail(&lambdaerrors.PublicPolicyException{}), partnerGrant("thumbnail", "id"), http.StatusUnprocessableEntity},
		{"revision outdated", nil, permissiontest.Fail(&lambdaerrors.PreconditionFailedException{}), partnerGrant("thumbnail", "id"), http.StatusPreconditionFailed},
		{"no right", nil, permissiontest.Fail(&smithy.GenericAPIError{Code: "AccessDeniedException"}), partnerGrant("thumbnail", "id"), http.StatusInternalServerError},
	} {
		t.Run(tt.situation, func(t *testing.T) {
			server := permissiontest.NewServer(t)
			server.CreateFunction("thumbnail")
			client := server.Client(noRetries)
			if _, err := client.AddPermission(t.Context(), partnerGrant("thumbnail", "taken")); err != nil {
				t.Fatal(err)
			}
			server.Faults(permissiontest.On(1, tt.fault))
			ctx := tt.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			_, err := client.AddPermission(ctx, tt.in)
			if got := httpStatus(err); got != tt.want {
				t.Errorf("status %d, want %d (%v)", got, tt.want, err)
			}
		})
	}
}
