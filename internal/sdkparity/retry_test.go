package sdkparity_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// TestRetryParity: each failure once and then success, twice, and for ever, with
// each retryer: the same requests at the same times with the same headers, the
// same end, and the same attempt results.
func TestRetryParity(t *testing.T) {
	for name, failure := range failures {
		for kind, set := range retryers {
			for times := 1; times <= 3; times++ {
				s := story{replies: append(slices.Repeat([]reply{failure}, times), accept), calls: 2, set: set}
				if times == 3 {
					s.replies = s.replies[:3] // for ever
				}
				compareStories(t, name+"/"+kind, s)
			}
		}
	}
}

// TestRetryParityOfWholePolicies: so it is for the operations on whole policies. Of a
// success without a body ours reads the body that breaks off, and tries again.
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

// TestConflictBreaksOff: the SDK retries a refusal whose body breaks off, since it
// has lost that it was one. Ours knows the status and the code, and ends there.
func TestConflictBreaksOff(t *testing.T) {
	s := story{replies: []reply{breakingOff(409, coded("ResourceConflictException"), `{"mess`)}}
	ours, sdks := tell(t, setting.ourAPI, s), tell(t, setting.sdk, s)
	if o := ours.Outcomes[0]; len(ours.Requests) != 1 || o.Type != "ResourceConflictException" || o.Status != 409 {
		t.Errorf("ours: %d requests, %+v", len(ours.Requests), o)
	}
	if o := sdks.Outcomes[0]; len(sdks.Requests) != 3 || o.Code != "" {
		t.Errorf("SDK: %d requests, %+v", len(sdks.Requests), o)
	}
}

// TestRetryMaxAttempts: the client's limit, the call's, and both.
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

// compareStories wants both clients to come to the same.
func compareStories(t *testing.T, name string, s story) {
	t.Helper()
	ours, sdks := tell(t, setting.ourAPI, s), tell(t, setting.sdk, s)
	explain(&ours, &sdks)
	if diff := cmp.Diff(sdks, ours); diff != "" {
		t.Errorf("%s (-SDK +ours):\n%s", name, diff)
	}
}

// compareAttempts compares all but times, which the default retryers leave to
// chance.
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

// explain removes the known difference from both: of an error whose body breaks off
// the SDK keeps nothing, ours the code.
func explain(ours, sdks *telling) {
	for i := range ours.Outcomes {
		o, s := &ours.Outcomes[i], &sdks.Outcomes[i]
		if o.Code != "" && s.Code == "" && slices.Contains(s.Chain, "DeserializationError") && o.Status == s.Status {
			*o = outcome{Status: o.Status, ID: o.ID, Attempts: o.Attempts}
			*s = outcome{Status: s.Status, ID: s.ID, Attempts: s.Attempts}
		}
	}
}
