package conformance_test

import (
	"context"
	"slices"
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
