package errors_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

var questions = map[string]func(error) bool{
	"IsInvalidParameterValue": lambdaerrors.IsInvalidParameterValue,
	"IsPolicyLengthExceeded":  lambdaerrors.IsPolicyLengthExceeded,
	"IsPublicPolicy":          lambdaerrors.IsPublicPolicy,
	"IsConflict":              lambdaerrors.IsConflict,
	"IsNotFound":              lambdaerrors.IsNotFound,
	"IsServiceFault":          lambdaerrors.IsServiceFault,
	"IsThrottled":             lambdaerrors.IsThrottled,
	"IsPreconditionFailed":    lambdaerrors.IsPreconditionFailed,
	"IsAccessDenied":          lambdaerrors.IsAccessDenied,
}

// sdkError stands for an exception of the generated client: a smithy.APIError of a type
// that this package does not know.
type sdkError struct {
	code  string
	fault smithy.ErrorFault
}

func (e *sdkError) Error() string                 { return e.code }
func (e *sdkError) ErrorCode() string             { return e.code }
func (e *sdkError) ErrorMessage() string          { return "" }
func (e *sdkError) ErrorFault() smithy.ErrorFault { return e.fault }

// violation stands for the error of a check before a request is sent: it wraps several
// errors that are not smithy.APIErrors.
type violation struct{ causes []error }

func (violation) Error() string     { return "ValidationException: InvalidParameterValueException" }
func (v violation) Unwrap() []error { return v.causes }

// response wraps err like the SDK, which wraps every error of a response.
func response(status int, err error) error {
	return &awshttp.ResponseError{
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
			Err:      err,
		},
		RequestID: "8fb6a3a1-0000-4000-8000-1f4a2c9e3d55",
	}
}

func generic(code string) error { return &smithy.GenericAPIError{Code: code} }

var undecodable = &smithy.DeserializationError{Err: errors.New("invalid character '<'")}

var questionTests = []struct {
	name string
	err  error
	want []string // the questions that answer true
}{
	// For each type one function reports true.
	{"InvalidParameterValueException", &lambdaerrors.InvalidParameterValueException{}, []string{"IsInvalidParameterValue"}},
	{"PolicyLengthExceededException", &lambdaerrors.PolicyLengthExceededException{}, []string{"IsPolicyLengthExceeded"}},
	{"ResourceConflictException", &lambdaerrors.ResourceConflictException{}, []string{"IsConflict"}},
	{"ResourceNotFoundException", &lambdaerrors.ResourceNotFoundException{}, []string{"IsNotFound"}},
	{"ServiceException", &lambdaerrors.ServiceException{}, []string{"IsServiceFault"}},
	{"TooManyRequestsException", &lambdaerrors.TooManyRequestsException{}, []string{"IsThrottled"}},
	{"PreconditionFailedException", &lambdaerrors.PreconditionFailedException{}, []string{"IsPreconditionFailed"}},
	{"PublicPolicyException", &lambdaerrors.PublicPolicyException{}, []string{"IsPublicPolicy"}},

	// The code decides, not the type, so that the SDK's errors have the same results.
	{"SDK InvalidParameterValueException", &sdkError{"InvalidParameterValueException", smithy.FaultClient}, []string{"IsInvalidParameterValue"}},
	{"SDK PolicyLengthExceededException", &sdkError{"PolicyLengthExceededException", smithy.FaultClient}, []string{"IsPolicyLengthExceeded"}},
	{"SDK PublicPolicyException", &sdkError{"PublicPolicyException", smithy.FaultClient}, []string{"IsPublicPolicy"}},
	{"SDK ResourceConflictException", &sdkError{"ResourceConflictException", smithy.FaultClient}, []string{"IsConflict"}},
	{"SDK ResourceNotFoundException", &sdkError{"ResourceNotFoundException", smithy.FaultClient}, []string{"IsNotFound"}},
	{"SDK ServiceException", &sdkError{"ServiceException", smithy.FaultServer}, []string{"IsServiceFault"}},
	{"SDK TooManyRequestsException", &sdkError{"TooManyRequestsException", smithy.FaultClient}, []string{"IsThrottled"}},
	{"SDK PreconditionFailedException", &sdkError{"PreconditionFailedException", smithy.FaultClient}, []string{"IsPreconditionFailed"}},
	// Throttling that is also the server's fault.
	{"SDK EC2ThrottledException", &sdkError{"EC2ThrottledException", smithy.FaultServer}, []string{"IsServiceFault", "IsThrottled"}},

	// An overriding code replaces the type's own.
	{"ErrorCodeOverride", &lambdaerrors.ServiceException{ErrorCodeOverride: aws.String("SlowDown")}, []string{"IsServiceFault", "IsThrottled"}},

	// The service answers a broken pattern or length with a code that has no type.
	{"ValidationException", generic("ValidationException"), []string{"IsInvalidParameterValue"}},
	// An error from before the request was sent is not an answer of the service.
	{"local violation", violation{[]error{errors.New("a"), errors.New("b")}}, nil},
	{"missing required field", smithy.InvalidParamsError{Context: "AddPermissionInput"}, nil},

	// IsAccessDenied reports true only for AccessDeniedException, not for codes about
	// the caller's credentials.
	{"AccessDeniedException", generic("AccessDeniedException"), []string{"IsAccessDenied"}},
	{"ExpiredTokenException", response(403, generic("ExpiredTokenException")), nil},
	{"InvalidSignatureException", response(403, generic("InvalidSignatureException")), nil},
	{"AccessDenied, another service's code", response(403, generic("AccessDenied")), nil},

	// Codes are compared exactly.
	{"lower case", generic("resourceconflictexception"), nil},
	{"longer code", generic("KMSAccessDeniedException"), nil},
	{"no code", generic(""), nil},

	// IsThrottled and IsServiceFault also report true for the status.
	{"429 without a readable body", response(429, undecodable), []string{"IsThrottled"}},
	{"429 with another code", response(429, generic("UnknownError")), []string{"IsThrottled"}},
	{"500 without a readable body", response(500, undecodable), []string{"IsServiceFault"}},
	{"503 with another code", response(503, generic("UnknownError")), []string{"IsServiceFault"}},
	{"599", response(599, undecodable), []string{"IsServiceFault"}},
	{"only the status of the exception", &lambdaerrors.ResourceNotFoundException{StatusCode: 502}, []string{"IsNotFound", "IsServiceFault"}},
	// The other functions need the code, because a proxy may answer with these
	// statuses.
	{"bare 400", response(400, undecodable), nil},
	{"bare 403", response(403, undecodable), nil},
	{"bare 404", response(404, undecodable), nil},
	{"bare 409", response(409, undecodable), nil},
	{"bare 412", response(412, undecodable), nil},
	// Statuses below 500 are not the service's fault, including redirects.
	{"499", response(499, undecodable), nil},
	{"301", response(301, undecodable), nil},

	// A code counts with any status.
	{"conflict with status 200", response(200, &lambdaerrors.ResourceConflictException{}), []string{"IsConflict"}},

	// Every function reports false for other errors.
	{"plain error", errors.New("ResourceNotFoundException: no"), nil},
	{"canceled", &aws.RequestCanceledError{Err: errors.New("canceled")}, nil},
}

func TestQuestions(t *testing.T) {
	wraps := map[string]func(error) error{
		"bare":           func(err error) error { return err },
		"%w":             func(err error) error { return fmt.Errorf("granting s3: %w", err) },
		"OperationError": operation,
		"both":           func(err error) error { return fmt.Errorf("granting s3: %w", operation(err)) },
		"joined":         func(err error) error { return errors.Join(errors.New("first"), err) },
	}
	for _, tt := range questionTests {
		for how, wrap := range wraps {
			if diff := cmp.Diff(sorted(tt.want), answers(wrap(tt.err))); diff != "" {
				t.Errorf("%s, %s: functions that report true (-want +got):\n%s", tt.name, how, diff)
			}
		}
	}
}

// Every function reports false for nil.
func TestQuestionsNil(t *testing.T) {
	if got := answers(nil); len(got) != 0 {
		t.Errorf("answers(nil) = %v, want no function", got)
	}
}

func operation(err error) error {
	return &smithy.OperationError{ServiceID: "Lambda", OperationName: "AddPermission", Err: err}
}

func answers(err error) []string {
	var yes []string
	for name, ask := range questions {
		if ask(err) {
			yes = append(yes, name)
		}
	}
	return sorted(yes)
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }

// Throttling, faults of the service, conflicts that pass by themselves and failures of
// the connection are transient. Other answers, a canceled call and a refused
// certificate are not.
func TestIsTransient(t *testing.T) {
	for _, tt := range questionTests {
		want := lambdaerrors.IsThrottled(tt.err) || lambdaerrors.IsServiceFault(tt.err)
		if got := lambdaerrors.IsTransient(tt.err); got != want {
			t.Errorf("%s: IsTransient = %v, want %v", tt.name, got, want)
		}
	}
	conflict := func(message string) error { return &lambdaerrors.ResourceConflictException{Message: &message} }
	send := func(err error) error {
		return operation(&smithyhttp.RequestSendError{Err: &url.Error{Op: "Post", URL: "https://x", Err: err}})
	}
	for _, tt := range []struct {
		rule string
		err  error
		want bool
	}{
		{"nil is not an error", nil, false},
		{"a concurrent update passes", conflict("The function could not be updated due to a concurrent update operation."), true},
		{"a running update passes", conflict("The operation cannot be performed at this time. An update is in progress for resource: f"), true},
		{"a duplicate statement id does not pass", conflict("The statement id (s3) provided already exists."), false},
		{"an unknown conflict does not pass", conflict("Something else."), false},
		{"no connection", send(&net.OpError{Op: "dial", Err: errors.New("connection refused")}), true},
		{"no address", send(&net.DNSError{Err: "no such host"}), true},
		{"a connection that ended", send(io.EOF), true},
		{"a truncated answer", response(200, &smithy.DeserializationError{Err: io.ErrUnexpectedEOF}), true},
		{"any failure to send", &smithyhttp.RequestSendError{Err: errors.New("no route")}, true},
		{"a deadline", send(context.DeadlineExceeded), true},
		{"a caller that canceled", send(context.Canceled), false},
		{"a canceled request in the SDK's type", &aws.RequestCanceledError{Err: send(context.DeadlineExceeded)}, false},
		{"a certificate that is refused", send(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), false},
		{"a server without TLS", send(tls.RecordHeaderError{Msg: "first record does not look like TLS"}), false},
	} {
		if got := lambdaerrors.IsTransient(tt.err); got != tt.want {
			t.Errorf("%s: IsTransient(%v) = %v, want %v", tt.rule, tt.err, got, tt.want)
		}
	}
}

// NeverSent reports true only if it is certain that nothing was written.
func TestNeverSent(t *testing.T) {
	send := func(err error) error { return operation(&smithyhttp.RequestSendError{Err: err}) }
	for _, tt := range []struct {
		rule string
		err  error
		want bool
	}{
		{"nil is not an error", nil, false},
		{"no connection", send(&net.OpError{Op: "dial", Err: errors.New("refused")}), true},
		{"no connection to a proxy", send(&net.OpError{Op: "proxyconnect", Err: errors.New("refused")}), true},
		{"a connection that failed during a read", send(&net.OpError{Op: "read", Err: errors.New("reset")}), false},
		{"a connection that failed during a write", send(&net.OpError{Op: "write", Err: errors.New("broken pipe")}), false},
		{"no address", send(&net.DNSError{Err: "no such host"}), true},
		{"a certificate that is refused", send(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), true},
		{"a server without TLS", send(tls.RecordHeaderError{Msg: "first record does not look like TLS"}), true},
		{"an end without a reason", send(io.EOF), false},
		{"a deadline", send(context.DeadlineExceeded), false},
		{"an answer", response(500, generic("ServiceException")), false},
	} {
		if got := lambdaerrors.NeverSent(tt.err); got != tt.want {
			t.Errorf("%s: NeverSent(%v) = %v, want %v", tt.rule, tt.err, got, tt.want)
		}
	}
}

// StatusCode and Message return those of the first error in the chain that has one.
func TestStatusCodeAndMessage(t *testing.T) {
	message := "no"
	err := fmt.Errorf("granting: %w", operation(response(404, &lambdaerrors.ResourceNotFoundException{Message: &message})))
	if got := lambdaerrors.StatusCode(err); got != 404 {
		t.Errorf("StatusCode(%v) = %d, want 404", err, got)
	}
	if got := lambdaerrors.Message(err); got != message {
		t.Errorf("Message(%v) = %q, want %q", err, got, message)
	}
	for _, err := range []error{nil, errors.New("x")} {
		if got := lambdaerrors.StatusCode(err); got != 0 {
			t.Errorf("StatusCode(%v) = %d, want 0", err, got)
		}
		if got := lambdaerrors.Message(err); got != "" {
			t.Errorf("Message(%v) = %q, want \"\"", err, got)
		}
	}
}

// The codes of IsThrottled are exactly those of the SDK's retryers.
func TestThrottleCodes(t *testing.T) {
	got := map[string]struct{}{}
	for _, code := range lambdaerrors.ThrottleCodes {
		got[code] = struct{}{}
		if !lambdaerrors.IsThrottled(generic(code)) {
			t.Errorf("IsThrottled(%s) = false, want true", code)
		}
	}
	if diff := cmp.Diff(retry.DefaultThrottleErrorCodes, got); diff != "" {
		t.Errorf("throttle codes (-aws/retry +ours):\n%s", diff)
	}
}

// The SDK's retryer retries the errors of this package like its own: throttling and the
// statuses that it retries, but no others.
func TestRetryableBySDK(t *testing.T) {
	retryer := retry.NewStandard()
	for _, tt := range []struct {
		err  error
		want bool
	}{
		{&lambdaerrors.TooManyRequestsException{}, true},
		{&lambdaerrors.ServiceException{StatusCode: 500}, true},
		{&lambdaerrors.ResourceConflictException{StatusCode: 409}, false},
		{&lambdaerrors.PreconditionFailedException{StatusCode: 412}, false},
	} {
		if got := retryer.IsErrorRetryable(tt.err); got != tt.want {
			t.Errorf("IsErrorRetryable(%T) = %v, want %v", tt.err, got, tt.want)
		}
	}
}
