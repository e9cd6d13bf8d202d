package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// For each failure that occurs once, twice or always, and for each retryer, both
// clients send the same requests with the same headers at the same times, and have the
// same outcome and attempt results.
func TestRetryParity(t *testing.T) {
	for name, failure := range failures {
		for kind, set := range retryers {
			for times := 1; times <= 3; times++ {
				s := story{replies: append(slices.Repeat([]reply{failure}, times), accept), calls: 2, set: set}
				if times == 3 {
					s.replies = s.replies[:3] // always
				}
				compareStories(t, name+"/"+kind, s)
			}
		}
	}
}

// The retries are also the same for the operations on whole policies, with one
// exception: for a success without a body, ours reads a body that breaks off and tries
// again.
func TestRetryParityOfWholePolicies(t *testing.T) {
	for _, operation := range []string{"PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy"} {
		for name, failure := range failures {
			if operation == "DeleteResourcePolicy" && name == "body breaks off" {
				continue
			}
			for kind, set := range retryers {
				s := story{replies: []reply{failure, accept}, calls: 2, set: set, input: operations[operation]}
				compareStories(t, operation+"/"+name+"/"+kind, s)
			}
		}
	}
}

// The SDK retries a conflict whose body breaks off, because it has dropped the code.
// Our client keeps the status and the code, and does not retry.
func TestConflictBreaksOff(t *testing.T) {
	s := story{replies: []reply{breakingOff(409, coded("ResourceConflictException"), `{"mess`)}}
	ours, sdks := tell(t, setting.ourAPI, s), tell(t, setting.sdk, s)
	type end struct {
		Requests   int
		Type, Code string
		Status     int
	}
	endOf := func(t telling) end {
		o := t.Outcomes[0]
		return end{len(t.Requests), o.Type, o.Code, o.Status}
	}
	want := end{1, "ResourceConflictException", "ResourceConflictException", 409}
	if diff := cmp.Diff(want, endOf(ours)); diff != "" {
		t.Errorf("ours (-want +got):\n%s", diff)
	}
	if got := endOf(sdks); got.Requests != 3 {
		t.Errorf("SDK: %d requests, want 3", got.Requests)
	}
	if got := endOf(sdks); got.Code != "" {
		t.Errorf("SDK: code %q, want no code", got.Code)
	}
}

// The number of attempts is the same in both clients with a limit of the client, of the
// call, or of both.
func TestRetryMaxAttempts(t *testing.T) {
	for _, mode := range []aws.RetryMode{"", aws.RetryModeStandard, aws.RetryModeAdaptive} {
		for client := range 5 {
			for call := -1; call < 5; call++ {
				s := story{replies: []reply{failures["500"]}, calls: 2, set: func(s *setting) {
					s.RetryMode, s.RetryMaxAttempts = mode, client
				}}
				if call >= 0 {
					s.optFn = func(o *permission.Options) { o.RetryMaxAttempts = call }
				}
				compareAttempts(t, string(mode), s)
			}
		}
	}
}

// compareStories checks that a story has the same course with both clients.
func compareStories(t *testing.T, name string, s story) {
	t.Helper()
	ours, sdks := tell(t, setting.ourAPI, s), tell(t, setting.sdk, s)
	explain(&ours, &sdks)
	if diff := cmp.Diff(sdks, ours); diff != "" {
		t.Errorf("%s (-SDK +ours):\n%s", name, diff)
	}
}

// compareAttempts compares everything except times, which are random with the default
// retryers.
func compareAttempts(t *testing.T, name string, s story) {
	t.Helper()
	ours, sdks := tell(t, setting.ourAPI, s), tell(t, setting.sdk, s)
	if len(ours.Requests) != len(sdks.Requests) {
		t.Errorf("%s: %d requests, SDK %d", name, len(ours.Requests), len(sdks.Requests))
	}
	if diff := cmp.Diff(sdks.Outcomes, ours.Outcomes); diff != "" {
		t.Errorf("%s (-SDK +ours):\n%s", name, diff)
	}
}

// explain removes the known difference from both outcomes: of an error whose body
// breaks off, the SDK keeps only the status, and our client also the code.
func explain(ours, sdks *telling) {
	for i := range ours.Outcomes {
		o, s := &ours.Outcomes[i], &sdks.Outcomes[i]
		if o.Code != "" && s.Code == "" && slices.Contains(s.Chain, "DeserializationError") && o.Status == s.Status {
			*o = outcome{Status: o.Status, ID: o.ID, Attempts: o.Attempts}
			*s = outcome{Status: s.Status, ID: s.ID, Attempts: s.Attempts}
		}
	}
}

func newSteady() aws.Retryer { return retry.NewStandard(steady) }

// noisyRetryer is a retryer of the program that records its calls, with the code of the
// error.
type noisyRetryer struct{ log *[]string }

func (n noisyRetryer) note(question string, err error) {
	var coded interface{ ErrorCode() string }
	code := "none"
	if errors.As(err, &coded) {
		code = coded.ErrorCode()
	}
	*n.log = append(*n.log, fmt.Sprintf("%s, code %s", question, code))
}

func (n noisyRetryer) IsErrorRetryable(err error) bool {
	n.note("IsErrorRetryable", err)
	return true
}

func (n noisyRetryer) MaxAttempts() int { n.note("MaxAttempts", nil); return 4 }

func (n noisyRetryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	n.note(fmt.Sprint("RetryDelay ", attempt), err)
	return time.Second, nil
}

func (n noisyRetryer) GetRetryToken(_ context.Context, err error) (func(error) error, error) {
	n.note("GetRetryToken", err)
	return func(err error) error { n.note("release", err); return nil }, nil
}

func (n noisyRetryer) GetInitialToken() func(error) error {
	n.note("GetInitialToken", nil)
	return func(err error) error { n.note("release initial", err); return nil }
}

// Both clients make the same calls of a retryer of the program in the same order,
// whether it is set for the client, for the call, or limited by the call.
func TestOwnRetryer(t *testing.T) {
	for place := range 3 {
		for name, failure := range failures {
			var ours, sdks []string
			one := func(log *[]string) story {
				s := story{replies: []reply{failure, failure, accept}, calls: 2}
				switch place {
				case 0:
					s.set = func(s *setting) { s.Retryer = func() aws.Retryer { return noisyRetryer{log} } }
				case 1:
					s.optFn = func(o *permission.Options) { o.Retryer = noisyRetryer{log} }
				case 2:
					s.set = func(s *setting) { s.Retryer = func() aws.Retryer { return noisyRetryer{log} } }
					s.optFn = func(o *permission.Options) { o.RetryMaxAttempts = 2 }
				}
				return s
			}
			oursTold, sdksTold := tell(t, setting.ourAPI, one(&ours)), tell(t, setting.sdk, one(&sdks))
			explain(&oursTold, &sdksTold)
			if diff := cmp.Diff(sdksTold, oursTold); diff != "" {
				t.Errorf("%s, place %d (-SDK +ours):\n%s", name, place, diff)
			}
			// For an error whose body breaks off, the SDK passes no code to the
			// retryer.
			if diff := cmp.Diff(sdks, ours); diff != "" && name != "error body breaks" {
				t.Errorf("%s, place %d (-SDK +ours):\n%s", name, place, diff)
			}
		}
	}
}

// story is a script of calls of one client.
type story struct {
	replies []reply
	calls   int                                              // 0 means one
	input   any                                              // nil means that of AddPermission
	set     func(*setting)                                   // changes the setting
	optFn   func(*permission.Options)                        // an option of each call
	context func() (context.Context, context.CancelFunc)     // nil means context.Background
	between func(call int, replies *script, start time.Time) // before each call
}

// telling is the record of a story.
type telling struct {
	Requests []string // for each: the time and the headers that concern retries
	Outcomes []outcome
	Ended    []string // the time at which each call ended
}

// tell runs a story in its own bubble, where the clock starts at midnight on 1 January
// 2000 and waiting takes no time.
func tell(t *testing.T, client func(setting) permission.API, s story) (told telling) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var md middleware.Metadata
		transport := &script{replies: s.replies}
		set := setting{Config: plainConfig(transport)}
		set.APIOptions = []func(*middleware.Stack) error{keepMetadata(&md), fixInvocationID("0")}
		if s.set != nil {
			s.set(&set)
		}
		api, input := client(set), s.input
		if input == nil {
			input = operations["AddPermission"]
		}
		for call := range max(1, s.calls) {
			if s.between != nil {
				s.between(call, transport, start)
			}
			ctx, cancel := context.Background(), context.CancelFunc(func() {})
			if s.context != nil {
				ctx, cancel = s.context()
			}
			var optFns []func(*permission.Options)
			if s.optFn != nil {
				optFns = append(optFns, s.optFn)
			}
			md = middleware.Metadata{}
			o := outcomeOf(invoke(ctx, api, input, optFns...))
			o.Attempts = attempts(md)
			cancel()
			told.Outcomes = append(told.Outcomes, o)
			told.Ended = append(told.Ended, time.Since(start).String())
		}
		for _, r := range transport.requests {
			told.Requests = append(told.Requests, fmt.Sprintf("%s: %s; date %s", r.at.Sub(start), r.Header.Get("Amz-Sdk-Request"), r.Header.Get("X-Amz-Date")))
		}
		synctest.Wait()
	})
	return told
}

// steady replaces the random delays of the SDK's retryers by fixed ones.
func steady(o *retry.StandardOptions) {
	o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
		return time.Duration(attempt) * 700 * time.Millisecond, nil
	})
}

// patientAdaptive is the adaptive mode that waits for the rate limit in steps of 50 ms.
// The loop of the SDK waits for 0 ns in the end, which does not advance the clock of a
// bubble.
type patientAdaptive struct{ *retry.AdaptiveMode }

func newPatientAdaptive() aws.Retryer {
	return patientAdaptive{retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
		o.FailOnNoAttemptTokens = true
		o.StandardOptions = append(o.StandardOptions, steady)
	})}
}

func (p patientAdaptive) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	for {
		release, err := p.AdaptiveMode.GetAttemptToken(ctx)
		if err == nil {
			return release, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// retryers are configurations of retries.
var retryers = map[string]func(*setting){
	"standard": func(s *setting) { s.Retryer = func() aws.Retryer { return retry.NewStandard(steady) } },
	"adaptive": func(s *setting) { s.Retryer = newPatientAdaptive },
	"5 attempts": func(s *setting) {
		s.Retryer = func() aws.Retryer { return retry.NewStandard(steady) }
		s.RetryMaxAttempts = 5
	},
	"1 attempt": func(s *setting) {
		s.Retryer = func() aws.Retryer { return retry.NewStandard(steady) }
		s.RetryMaxAttempts = 1
	},
	"no retries": func(s *setting) { s.Retryer = func() aws.Retryer { return aws.NopRetryer{} } },
}
