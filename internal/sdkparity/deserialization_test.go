package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// Both clients return the same results and errors for the same answers, after the same
// number of attempts.
func TestAnswerParity(t *testing.T) {
	for _, r := range slices.Concat(successes, serviceErrors, codePlaces) {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
			})
		}
	}
}

// Our default retryer retries conflicts that pass, the SDK's does not. A retryer of the
// program decides the same in both clients.
func TestPassingConflicts(t *testing.T) {
	for _, r := range passingConflicts {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				if got := len(ours.Attempts); got != 3 {
					t.Errorf("ours: %d attempts, want 3", got)
				}
				if got := len(sdks.Attempts); got != 1 {
					t.Errorf("SDK: %d attempts, want 1", got)
				}
				type answer struct{ Code, Message, ID string }
				if diff := cmp.Diff(answer{sdks.Code, sdks.Message, sdks.ID}, answer{ours.Code, ours.Message, ours.ID}); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
				ours, sdks = answeredWith(t, setting.ourAPI, input, r, newSteady), answeredWith(t, setting.sdk, input, r, newSteady)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
			})
		}
	}
}

// A redirect is the same error in both clients, except that ours names the host.
func TestRedirect(t *testing.T) {
	for name, input := range operations {
		ours, sdks := answered(t, setting.ourAPI, input, redirect), answered(t, setting.sdk, input, redirect)
		if want := " redirected to 127.0.0.1:1, which is not followed:"; !strings.Contains(ours.Text, want) {
			t.Errorf("%s: %q, want %q in it", name, ours.Text, want)
		}
		ours.Text, ours.Chain = sdks.Text, slices.DeleteFunc(ours.Chain, func(link string) bool { return link == "redirectError" })
		if diff := cmp.Diff(sdks, ours); diff != "" {
			t.Errorf("%s (-SDK +ours):\n%s", name, diff)
		}
	}
}

// answered returns the outcome of a call whose attempts all get the same answer.
func answered(t *testing.T, client func(setting) permission.API, input any, r recording) outcome {
	t.Helper()
	return answeredWith(t, client, input, r, nil)
}

// answeredWith is answered with a retryer of the program.
func answeredWith(t *testing.T, client func(setting) permission.API, input any, r recording, retryer func() aws.Retryer) (o outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var md middleware.Metadata
		set := setting{Config: plainConfig(&script{replies: []reply{replyWith(r.status, r.header, r.body)}})}
		set.Retryer = retryer
		set.APIOptions = []func(*middleware.Stack) error{keepMetadata(&md)}
		o = outcomeOf(invoke(context.Background(), client(set), input))
		o.Attempts = attempts(md)
	})
	return o
}

// errorDifferences are the hostile errors that the SDK reads completely and our client
// reads differently, with the reason.
var errorDifferences = map[string]string{
	"huge message":           "an error body is read up to 64 KiB; the message is the beginning of it",
	"not UTF-8":              "a message is text: bytes that are not UTF-8 become U+FFFD",
	"only separators":        "a code with only separators is UnknownError, like an absent one",
	"spaces around the code": "white space is not part of a code (net/http removes it anyway)",
}

// If the body of an error is malformed, the SDK usually drops the whole answer and
// returns a DeserializationError. Our client keeps the status and the headers: it does
// the same as the SDK for the body {}, retries included.
func TestHostileErrors(t *testing.T) {
	for _, r := range hostileErrors {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				_, listed := errorDifferences[r.name]
				if cmp.Equal(sdks, ours) {
					if listed {
						t.Error("is listed as a difference, but the outcomes are equal")
					}
					return
				}
				if !slices.Contains(sdks.Chain, "DeserializationError") && !listed {
					t.Fatalf("the SDK reads the whole answer, and ours differs (-SDK +ours):\n%s", cmp.Diff(sdks, ours))
				}
				if listed && slices.Contains([]string{"only separators", "spaces around the code"}, r.name) {
					return
				}
				r := r
				r.body = "{}"
				if diff := cmp.Diff(kept(answered(t, setting.sdk, input, r)), kept(ours)); diff != "" {
					t.Errorf("(-SDK with the body {} +ours):\n%s", diff)
				}
			})
		}
	}
}

// kept returns the part of an outcome that does not come from the body.
func kept(o outcome) outcome {
	o.Text, o.Message, o.Members = "", "", nil
	return o
}

// The operations whose success has a body, and those whose success has no body.
var (
	withBody    = []string{"AddPermission", "GetPolicy", "PutResourcePolicy", "GetResourcePolicy"}
	withoutBody = []string{"RemovePermission", "DeleteResourcePolicy"}
)

// refusedSuccesses are the hostile successes that the SDK accepts and our client
// refuses, with the operations for which it does. Lambda does not send such answers, so
// they do not show whether the grant exists.
var refusedSuccesses = map[string][]string{
	"empty":             withBody,
	"no content":        withBody,
	"empty object":      withBody,
	"null members":      withBody,
	"folded names only": withBody,
	"null":              withoutBody,
	"HTML":              withoutBody,
	"array":             withoutBody,
	"truncated":         withoutBody,
	"byte order mark":   withoutBody,
	"deep":              withoutBody,
	"trailing text":     slices.Collect(maps.Keys(operations)),
	"not UTF-8":         slices.Collect(maps.Keys(operations)),
	"huge":              slices.Collect(maps.Keys(operations)),
}

// A success that Lambda does not send is an error of our client if it is in
// refusedSuccesses. Otherwise both clients return the same result, or errors of the
// same kind.
func TestHostileSuccesses(t *testing.T) {
	for _, r := range hostileSuccesses {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				if slices.Contains(refusedSuccesses[r.name], name) {
					if len(sdks.Chain) != 0 {
						t.Errorf("SDK: error %q, want it to accept the answer", sdks.Text)
					}
					if !slices.Contains(ours.Chain, "DeserializationError") {
						t.Errorf("ours: error %q, want a DeserializationError", ours.Text)
					}
					if ours.Status != r.status {
						t.Errorf("ours: status %d, want %d", ours.Status, r.status)
					}
					return
				}
				ours.Text, sdks.Text = "", "" // the reason is worded differently
				ours.Chain, sdks.Chain = untilDeserialization(ours.Chain), untilDeserialization(sdks.Chain)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
			})
		}
	}
}

// untilDeserialization cuts off the errors that a DeserializationError wraps.
func untilDeserialization(chain []string) []string {
	if i := slices.Index(chain, "DeserializationError"); i >= 0 {
		return chain[:i+1]
	}
	return chain
}

// The functions of package errors give the same answers for the errors of both clients.
func TestQuestions(t *testing.T) {
	questions := map[string]func(error) bool{
		"IsInvalidParameterValue": lambdaerrors.IsInvalidParameterValue,
		"IsPolicyLengthExceeded":  lambdaerrors.IsPolicyLengthExceeded,
		"IsConflict":              lambdaerrors.IsConflict,
		"IsNotFound":              lambdaerrors.IsNotFound,
		"IsServiceFault":          lambdaerrors.IsServiceFault,
		"IsThrottled":             lambdaerrors.IsThrottled,
		"IsPreconditionFailed":    lambdaerrors.IsPreconditionFailed,
		"IsAccessDenied":          lambdaerrors.IsAccessDenied,
	}
	for _, r := range slices.Concat(serviceErrors, passingConflicts) {
		set := setting{Config: plainConfig(&script{replies: []reply{replyWith(r.status, r.header, r.body)}})}
		set.RetryMaxAttempts = 1
		_, ours := invoke(context.Background(), set.ours(), operations["AddPermission"])
		_, sdks := invoke(context.Background(), set.sdk(), operations["AddPermission"])
		for name, ask := range questions {
			if ask(ours) != ask(sdks) {
				t.Errorf("%s: %s is %t for ours, %t for the SDK's", r.name, name, ask(ours), ask(sdks))
			}
		}
		if got, want := lambdaerrors.ConflictKindOf(sdks), lambdaerrors.ConflictKindOf(ours); got != want {
			t.Errorf("%s: ConflictKindOf is %s for the SDK's error, %s for ours", r.name, got, want)
		}
	}
}

// The functions of package errors also recognize values of the SDK's types that are
// made by hand, as mocks return them.
func TestQuestionsSDKTypes(t *testing.T) {
	message := "The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."
	for _, test := range []struct {
		err error
		ask func(error) bool
	}{
		{&types.InvalidParameterValueException{}, lambdaerrors.IsInvalidParameterValue},
		{&types.PolicyLengthExceededException{}, lambdaerrors.IsPolicyLengthExceeded},
		{&types.ResourceConflictException{}, lambdaerrors.IsConflict},
		{&types.ResourceNotFoundException{}, lambdaerrors.IsNotFound},
		{&types.ServiceException{}, lambdaerrors.IsServiceFault},
		{&types.TooManyRequestsException{}, lambdaerrors.IsThrottled},
		{&types.PreconditionFailedException{}, lambdaerrors.IsPreconditionFailed},
	} {
		if !test.ask(test.err) {
			t.Errorf("%T is not recognized", test.err)
		}
		if another := errors.New("another"); test.ask(another) {
			t.Errorf("%T: the error %v is recognized too", test.err, another)
		}
	}
	if kind := lambdaerrors.ConflictKindOf(&types.ResourceConflictException{Message: &message}); kind != lambdaerrors.DuplicateStatement {
		t.Errorf("the conflict kind of a duplicate statement is %s", kind)
	}
}

// For a fuzzed status, code and body of an answer: both clients read an answer that
// both accept in the same way; ours does not accept an answer that the SDK refuses; and
// if the SDK returns a service error, ours returns one with the same type, code and
// fault.
func FuzzAnswerParity(f *testing.F) {
	names := slices.Sorted(maps.Keys(operations))
	for i, r := range slices.Concat(successes[:12], serviceErrors, codePlaces, hostileErrors[:26], hostileSuccesses[:14]) {
		f.Add(byte(i), uint16(r.status), r.header.Get("X-Amzn-Errortype"), r.body)
	}
	// The last of two members of the same name is null.
	f.Add(byte(1), uint16(299), "", `{"Policy":"\ud800\u0000","Statement":"s","x":1e999,"Policy":null}`)
	// Three members could be the message.
	f.Add(byte(0), uint16(409), "aws.lambda#ResourceConflictException:http://x/", `{"Message":"capital","messAge":"folded","message":"small"}`)
	f.Fuzz(func(t *testing.T, op byte, status uint16, code, body string) {
		if status < 100 || status > 999 || len(body) > 32<<10 || code != strings.TrimSpace(code) {
			return // net/http does not return such answers; other tests have long bodies
		}
		if strings.ContainsFunc(code, unicode.IsControl) {
			return // no header has such values (RFC 9110, section 5.5); ours drops them around a code
		}
		header := http.Header{"X-Amzn-Requestid": {"id"}}
		if code != "" {
			header.Set("X-Amzn-Errortype", code)
		}
		name := names[int(op)%len(names)]
		ours, sdks := once(setting.ourAPI, operations[name], status, header, body), once(setting.sdk, operations[name], status, header, body)
		if status < 200 || status > 299 {
			compareErrors(t, name, ours, sdks)
			return
		}
		if ours.Text != "" {
			return
		}
		if sdks.Text != "" {
			t.Errorf("%s: ours accepts %q, the SDK refuses it: %s", name, ours.Output, sdks.Text)
		}
		if diff := cmp.Diff(sdks.Output, ours.Output); utf8.ValidString(body) && diff != "" {
			t.Errorf("%s (-SDK +ours):\n%s", name, diff)
		}
	})
}

// once returns the outcome of a call that is not retried.
func once(client func(setting) permission.API, input any, status uint16, header http.Header, body string) outcome {
	set := setting{Config: plainConfig(&script{replies: []reply{replyWith(int(status), header, body)}})}
	set.RetryMaxAttempts = 1
	return outcomeOf(invoke(context.Background(), client(set), input))
}

func compareErrors(t *testing.T, name string, ours, sdks outcome) {
	t.Helper()
	if ours.Code == "" {
		t.Errorf("%s: ours has no code: %+v", name, ours)
	}
	if ours.Status != sdks.Status {
		t.Errorf("%s: status %d, SDK %d", name, ours.Status, sdks.Status)
	}
	if ours.ID != "id" {
		t.Errorf("%s: request id %q, want id", name, ours.ID)
	}
	if sdks.Code == "" { // the SDK dropped the answer
		return
	}
	if got, want := fmt.Sprint(ours.Type, ours.Code, ours.Fault), fmt.Sprint(sdks.Type, sdks.Code, sdks.Fault); got != want {
		t.Errorf("%s: type, code and fault %s, SDK %s", name, got, want)
	}
	// The SDK does not find a message whose name is in another case.
	if sdks.Message != "" && utf8.ValidString(sdks.Message) && ours.Message != sdks.Message {
		t.Errorf("%s: message %q, SDK %q", name, ours.Message, sdks.Message)
	}
}

// outcome is everything that a program can learn from a call, described independently
// of the client.
type outcome struct {
	Output   map[string]string // members of the answer
	Text     string            // the error's text
	Type     string            // the service error's Go type, without its package
	Code     string
	Message  string
	Fault    string
	Members  map[string]string // members of the service error, without Message
	Status   int
	ID       string   // request id
	Chain    []string // types of the error and of those that it wraps, without packages
	Attempts []string // for each: retryable, retried
}

// outcomeOf describes the results of a call.
func outcomeOf(out any, err error) outcome {
	o := outcome{}
	if err == nil {
		o.Output = members(out)
		o.Attempts = attempts(metadataOf(out))
		return o
	}
	o.Text = err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		o.Chain = append(o.Chain, typeName(e))
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		o.Type, o.Code, o.Message, o.Fault = typeName(api), api.ErrorCode(), api.ErrorMessage(), api.ErrorFault().String()
		o.Members = members(api)
		delete(o.Members, "Message")
	}
	var resp *awshttp.ResponseError
	if errors.As(err, &resp) {
		o.Status, o.ID = resp.HTTPStatusCode(), resp.ServiceRequestID()
	}
	return o
}

func typeName(v any) string {
	name := fmt.Sprintf("%T", v)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// members returns the fields of a struct that are set and are pointers to strings or of
// a named string type.
func members(v any) map[string]string {
	s, found := reflect.Indirect(reflect.ValueOf(v)), map[string]string{}
	if s.Kind() != reflect.Struct {
		return found
	}
	for i := range s.NumField() {
		f, name := s.Field(i), s.Type().Field(i).Name
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String && !f.IsNil():
			found[name] = f.Elem().String()
		case f.Kind() == reflect.String && f.Type() != reflect.TypeFor[string]() && f.String() != "":
			found[name] = f.String()
		}
	}
	return found
}

func metadataOf(out any) middleware.Metadata {
	switch o := out.(type) {
	case *permission.AddPermissionOutput:
		return o.ResultMetadata
	case *permission.GetPolicyOutput:
		return o.ResultMetadata
	case *permission.RemovePermissionOutput:
		return o.ResultMetadata
	case *permission.PutResourcePolicyOutput:
		return o.ResultMetadata
	case *permission.GetResourcePolicyOutput:
		return o.ResultMetadata
	case *permission.DeleteResourcePolicyOutput:
		return o.ResultMetadata
	}
	return middleware.Metadata{}
}

// attempts describes the attempt results in the metadata of a call.
func attempts(md middleware.Metadata) []string {
	results, ok := retry.GetAttemptResults(md)
	if !ok {
		return []string{"no attempt results"}
	}
	var all []string
	for _, r := range results.Results {
		all = append(all, fmt.Sprintf("retryable %t retried %t error %t", r.Retryable, r.Retried, r.Err != nil))
	}
	return all
}
