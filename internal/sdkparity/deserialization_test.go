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

// TestAnswerParity gives both clients the same answers: they make the same of
// them, in the same number of attempts.
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

// TestPassingConflicts: our default retryer tries them again, the SDK's does not.
// A retryer given by the program decides alike in both.
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

// TestRedirect: the same status and code in both, and in ours the host.
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

// answered makes one call, each attempt of which gets the same answer.
func answered(t *testing.T, client func(setting) permission.API, input any, r recording) outcome {
	t.Helper()
	return answeredWith(t, client, input, r, nil)
}

// answeredWith is answered with a retryer given by the program.
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

// errorDifferences are the hostile errors of which the SDK loses nothing and ours
// still reads something else, with the reason.
var errorDifferences = map[string]string{
	"huge message":           "an error body is read up to 64 KiB; the message is the beginning of it",
	"not UTF-8":              "a message is text: what is not UTF-8 in it becomes U+FFFD",
	"only separators":        "a code of which nothing is left is UnknownError, as if there were none",
	"spaces around the code": "white space is no part of a code (net/http removes it anyway)",
}

// TestHostileErrors: where the body of an error is malformed, the SDK mostly drops
// the whole answer and returns a DeserializationError. Ours keeps the status line
// and the headers: it does as the SDK does for the body {}, retries included.
func TestHostileErrors(t *testing.T) {
	for _, r := range hostileErrors {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				_, listed := errorDifferences[r.name]
				if cmp.Equal(sdks, ours) {
					if listed {
						t.Error("is listed as a difference and is none")
					}
					return
				}
				if !slices.Contains(sdks.Chain, "DeserializationError") && !listed {
					t.Fatalf("the SDK loses nothing here (-SDK +ours):\n%s", cmp.Diff(sdks, ours))
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

// kept is the part of an outcome that does not come from the body.
func kept(o outcome) outcome {
	o.Text, o.Message, o.Members = "", "", nil
	return o
}

// The operations whose success has a body, and those whose success has no body.
var (
	withBody    = []string{"AddPermission", "GetPolicy", "PutResourcePolicy", "GetResourcePolicy"}
	withoutBody = []string{"RemovePermission", "DeleteResourcePolicy"}
)

// refusedSuccesses are answers with the status of a success that the SDK accepts
// and ours refuses, with the operations for which it does. Lambda sends no such
// answers, so that they do not tell whether the grant exists.
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

// TestHostileSuccesses: an answer that Lambda does not send is an error in ours,
// also if its status is that of a success. If the SDK returns an error too, both
// are of one kind.
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

// TestQuestions: the questions of package errors answer for the errors of the
// SDK's client as they do for ours.
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
			t.Errorf("%s: the SDK's conflict is %s, ours %s", r.name, got, want)
		}
	}
}

// TestQuestionsSDKTypes: so they do for the SDK's types made by hand, as mocks
// return them.
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
		if !test.ask(test.err) || test.ask(errors.New("another")) {
			t.Errorf("%T is not recognized", test.err)
		}
	}
	if kind := lambdaerrors.ConflictKindOf(&types.ResourceConflictException{Message: &message}); kind != lambdaerrors.DuplicateStatement {
		t.Errorf("a duplicate statement is %s", kind)
	}
}

// FuzzAnswerParity invents status, code and body of an answer to one of the
// operations. Both clients read alike an answer that both accept; ours accepts no
// answer that the SDK refuses; and where the SDK returns a service error, so does
// ours, with the same type, code and fault.
func FuzzAnswerParity(f *testing.F) {
	names := slices.Sorted(maps.Keys(operations))
	for i, r := range slices.Concat(successes[:12], serviceErrors, codePlaces, hostileErrors[:26], hostileSuccesses[:14]) {
		f.Add(byte(i), uint16(r.status), r.header.Get("X-Amzn-Errortype"), r.body)
	}
	// The last of two members of one name is null.
	f.Add(byte(1), uint16(299), "", `{"Policy":"\ud800\u0000","Statement":"s","x":1e999,"Policy":null}`)
	// Three members could be the message.
	f.Add(byte(0), uint16(409), "aws.lambda#ResourceConflictException:http://x/", `{"Message":"capital","messAge":"folded","message":"small"}`)
	f.Fuzz(func(t *testing.T, op byte, status uint16, code, body string) {
		if status < 100 || status > 999 || len(body) > 32<<10 || code != strings.TrimSpace(code) {
			return // net/http gives no such answers; long bodies have tests of their own
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
		if ours.Text == "" && (sdks.Text != "" || utf8.ValidString(body) && !cmp.Equal(sdks.Output, ours.Output)) {
			t.Errorf("%s: ours accepts %q, SDK: %s %q", name, ours.Output, sdks.Text, sdks.Output)
		}
	})
}

// once makes a call that is not retried.
func once(client func(setting) permission.API, input any, status uint16, header http.Header, body string) outcome {
	set := setting{Config: plainConfig(&script{replies: []reply{replyWith(int(status), header, body)}})}
	set.RetryMaxAttempts = 1
	return outcomeOf(invoke(context.Background(), client(set), input))
}

func compareErrors(t *testing.T, name string, ours, sdks outcome) {
	t.Helper()
	if ours.Code == "" {
		t.Errorf("%s: ours lost the code: %+v", name, ours)
	}
	if ours.Status != sdks.Status {
		t.Errorf("%s: status %d, SDK %d", name, ours.Status, sdks.Status)
	}
	if ours.ID != "id" {
		t.Errorf("%s: request id %q, want id", name, ours.ID)
	}
	if sdks.Code == "" { // of which the SDK lost it
		return
	}
	if got, want := fmt.Sprint(ours.Type, ours.Code, ours.Fault), fmt.Sprint(sdks.Type, sdks.Code, sdks.Fault); got != want {
		t.Errorf("%s: type, code and fault %s, SDK %s", name, got, want)
	}
	// A message whose name is written in another case is lost to the SDK.
	if sdks.Message != "" && utf8.ValidString(sdks.Message) && ours.Message != sdks.Message {
		t.Errorf("%s: message %q, SDK %q", name, ours.Message, sdks.Message)
	}
}

// outcome is all that a program can learn from a call, in words that do not
// depend on the client.
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
	Attempts []string // of each: retryable, retried
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

// members returns the fields of a struct that are pointers to strings, or
// strings of a type of their own, unless they are unset.
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

// attempts describes the attempts that the metadata of a call tells of.
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
