package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// operations has a valid input of each operation.
var operations = map[string]any{
	"AddPermission": &permission.AddPermissionInput{
		Action: aws.String("lambda:InvokeFunction"), FunctionName: aws.String("f"),
		Principal: aws.String("s3.amazonaws.com"), StatementId: aws.String("s"),
	},
	"GetPolicy":        &permission.GetPolicyInput{FunctionName: aws.String("f")},
	"RemovePermission": &permission.RemovePermissionInput{FunctionName: aws.String("f"), StatementId: aws.String("s")},
	"PutResourcePolicy": &permission.PutResourcePolicyInput{
		ResourceArn: aws.String(fnARN + "f"), Policy: aws.String(denial), RevisionId: aws.String("20000000-0000-4000-8000-000000000001"),
	},
	"GetResourcePolicy":    &permission.GetResourcePolicyInput{ResourceArn: aws.String(fnARN + "f")},
	"DeleteResourcePolicy": &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(fnARN + "f")},
}

// Our middleware has the ids and the order of the snapshot that the SDK publishes with
// its Lambda client.
func TestStackSnapshot(t *testing.T) {
	dir := sdkDirectory(t)
	for name, input := range operations {
		want, err := os.ReadFile(filepath.Join(dir, "snapshot", "api_op_"+name+".go.snap"))
		if err != nil {
			t.Fatal(err)
		}
		got := stackOf(t, setting{Config: plainConfig(&recorder{})}.ours(), input)
		if diff := cmp.Diff(strings.TrimSpace(string(want)), strings.TrimSpace(got)); diff != "" {
			t.Errorf("(-SDK +ours):\n%s", diff)
		}
	}
}

// The stacks are equal at run time, with and without interceptors. An interceptor at
// any point adds the middleware for all points.
func TestStackParity(t *testing.T) {
	for point, set := range interceptorSettings() {
		for name, input := range operations {
			t.Run(point+"/"+name, func(t *testing.T) {
				ours, sdks := stackOf(t, set.ours(), input), stackOf(t, set.sdk(), input)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
			})
		}
	}
}

// An API option for the SDK's client finds in our stack every id before or after which
// it inserts middleware.
func TestInsertNextToUsualIDs(t *testing.T) {
	set := setting{Config: plainConfig(&recorder{})}
	for step, ids := range stepIDs(stackOf(t, set.sdk(), operations["AddPermission"])) {
		for _, id := range ids {
			for _, pos := range []middleware.RelativePosition{middleware.Before, middleware.After} {
				set.APIOptions = []func(*middleware.Stack) error{insertNop(step, id, pos)}
				ours, sdks := stackOf(t, set.ours(), operations["AddPermission"]), stackOf(t, set.sdk(), operations["AddPermission"])
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("%s of %s (-SDK +ours):\n%s", id, step, diff)
				}
				if !strings.Contains(ours, "\t\tnop\n") {
					t.Errorf("%s of %s: the middleware nop is not in the stack:\n%s", id, step, ours)
				}
			}
		}
	}
}

var errCaptured = errors.New("the stack is captured")

// stackOf returns the text of the stack of a call at the last API option.
func stackOf(t *testing.T, api permission.API, input any) string {
	t.Helper()
	var printed string
	_, err := invoke(context.Background(), api, input, func(o *permission.Options) {
		o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
			printed = s.String()
			return errCaptured
		})
	})
	if !errors.Is(err, errCaptured) {
		t.Fatalf("err = %v, want the error of the API option", err)
	}
	return printed
}

// sdkDirectory returns the folder of the required version of service/lambda.
func sdkDirectory(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/lambda").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// stepIDs returns the ids of the middleware in each step of a printed stack.
func stepIDs(printed string) map[string][]string {
	ids, step := map[string][]string{}, ""
	for _, line := range strings.Split(printed, "\n") {
		if name, ok := strings.CutSuffix(strings.TrimSpace(line), " stack step"); ok {
			step = name
		} else if id, ok := strings.CutPrefix(line, "\t\t"); ok {
			ids[step] = append(ids[step], id)
		}
	}
	return ids
}

func insertNop(step, id string, pos middleware.RelativePosition) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		switch step {
		case "Initialize":
			return s.Initialize.Insert(middleware.InitializeMiddlewareFunc("nop", nil), id, pos)
		case "Serialize":
			return s.Serialize.Insert(middleware.SerializeMiddlewareFunc("nop", nil), id, pos)
		case "Build":
			return s.Build.Insert(middleware.BuildMiddlewareFunc("nop", nil), id, pos)
		case "Finalize":
			return s.Finalize.Insert(middleware.FinalizeMiddlewareFunc("nop", nil), id, pos)
		default:
			return s.Deserialize.Insert(middleware.DeserializeMiddlewareFunc("nop", nil), id, pos)
		}
	}
}

// interceptorSettings returns a setting without interceptors, and one with an
// interceptor for each point.
func interceptorSettings() map[string]setting {
	settings := map[string]setting{"no interceptor": {Config: plainConfig(&recorder{})}}
	for point, add := range interceptorPoints {
		set := setting{Config: plainConfig(&recorder{})}
		add(&set.Interceptors, spy{})
		settings[point] = set
	}
	return settings
}

// interceptorPoints are the points at which interceptors are called, with the functions
// that register them.
var interceptorPoints = map[string]func(*smithyhttp.InterceptorRegistry, spy){
	"BeforeExecution":       func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeExecution(s) },
	"BeforeSerialization":   func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeSerialization(s) },
	"AfterSerialization":    func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterSerialization(s) },
	"BeforeRetryLoop":       func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeRetryLoop(s) },
	"BeforeAttempt":         func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeAttempt(s) },
	"BeforeSigning":         func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeSigning(s) },
	"AfterSigning":          func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterSigning(s) },
	"BeforeTransmit":        func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeTransmit(s) },
	"AfterTransmit":         func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterTransmit(s) },
	"BeforeDeserialization": func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddBeforeDeserialization(s) },
	"AfterDeserialization":  func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterDeserialization(s) },
	"AfterAttempt":          func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterAttempt(s) },
	"AfterExecution":        func(r *smithyhttp.InterceptorRegistry, s spy) { r.AddAfterExecution(s) },
}

// Both clients call interceptors at the same points in the same order with the same
// values, and an error of an interceptor ends the call in the same way.
func TestInterceptorParity(t *testing.T) {
	for failAt := range interceptorPoints {
		for name, input := range operations {
			t.Run(failAt+"/"+name, func(t *testing.T) {
				ours, ourErr := spyOn(setting.ourAPI, input, failAt)
				sdks, sdkErr := spyOn(setting.sdk, input, failAt)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
				for client, err := range map[string]error{"ours": ourErr, "SDK": sdkErr} {
					if !errors.Is(err, errSpy) {
						t.Errorf("%s: err = %v, want %v in it", client, err, errSpy)
					}
				}
			})
		}
	}
	for name, input := range operations {
		ours, ourErr := spyOn(setting.ourAPI, input, "")
		sdks, sdkErr := spyOn(setting.sdk, input, "")
		if err := errors.Join(ourErr, sdkErr); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(sdks, ours); diff != "" {
			t.Errorf("%s (-SDK +ours):\n%s", name, diff)
		}
		if len(ours) != len(interceptorPoints) {
			t.Errorf("%s: %d points, want %d: %q", name, len(ours), len(interceptorPoints), ours)
		}
	}
}

// spyOn returns the records of the spies for one call.
func spyOn(client func(setting) permission.API, input any, failAt string) ([]string, error) {
	var log []string
	set := setting{Config: plainConfig(&recorder{})}
	for _, add := range interceptorPoints {
		add(&set.Interceptors, spy{&log, failAt})
	}
	_, err := invoke(context.Background(), client(set), input)
	return log, err
}

// spy is an interceptor for every point. It records the points at which it is called
// and the values that are set there, and fails at the point failAt.
type spy struct {
	log    *[]string
	failAt string
}

var errSpy = errors.New("the spy fails")

func (s spy) at(point string, in *smithyhttp.InterceptorContext) error {
	if s.log != nil {
		*s.log = append(*s.log, fmt.Sprintf("%s input %t request %t response %t output %t",
			point, in.Input != nil, in.Request != nil, in.Response != nil, in.Output != nil))
	}
	if point == s.failAt {
		return errSpy
	}
	return nil
}

func (s spy) BeforeExecution(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeExecution", in)
}

func (s spy) BeforeSerialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeSerialization", in)
}

func (s spy) AfterSerialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterSerialization", in)
}

func (s spy) BeforeRetryLoop(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeRetryLoop", in)
}

func (s spy) BeforeAttempt(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeAttempt", in)
}

func (s spy) BeforeSigning(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeSigning", in)
}

func (s spy) AfterSigning(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterSigning", in)
}

func (s spy) BeforeTransmit(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeTransmit", in)
}

func (s spy) AfterTransmit(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterTransmit", in)
}

func (s spy) BeforeDeserialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("BeforeDeserialization", in)
}

func (s spy) AfterDeserialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterDeserialization", in)
}

func (s spy) AfterAttempt(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterAttempt", in)
}

func (s spy) AfterExecution(_ context.Context, in *smithyhttp.InterceptorContext) error {
	return s.at("AfterExecution", in)
}
