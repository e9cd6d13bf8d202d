package sdkparity_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
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
				if len(ours.Attempts) != 3 || len(sdks.Attempts) != 1 || ours.Code != sdks.Code || ours.Message != sdks.Message || ours.ID != sdks.ID {
					t.Errorf("ours: %+v\nSDK: %+v", ours, sdks)
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
