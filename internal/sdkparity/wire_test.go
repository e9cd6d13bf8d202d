package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lambdaperm/lambdaperm/permission"
)

// TestWireParity sends generated requests of the six operations through both
// clients: method, URL, every header with the signature, and body are equal, and
// one refuses a request exactly if the other does. Clock and invocation id are fixed; the
// client's own name in User-Agent is the one difference that is allowed.
func TestWireParity(t *testing.T) {
	tallies := make([]tally, 8)
	wanted := 176_000 / len(tallies)
	if testing.Short() {
		wanted = 2_000 / len(tallies)
	}
	t.Run("shards", func(t *testing.T) {
		for shard := range tallies {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				s := newSource(uint64(shard))
				for tallies[shard].equal < wanted && !t.Failed() {
					compareWire(t, s.setting(), s.input(), &tallies[shard])
				}
			})
		}
	})
	var sum tally
	sum.byOperation = map[string]int{}
	for _, one := range tallies {
		sum.equal += one.equal
		for operation, n := range one.byOperation {
			sum.byOperation[operation] += n
		}
		sum.refused += one.refused
		sum.emptyLabel += one.emptyLabel
	}
	t.Logf("%d requests equal, %d refused by both, %d with an empty label refused by ours; equal by operation: %v",
		sum.equal, sum.refused, sum.emptyLabel, sum.byOperation)
}

// tally counts the comparisons.
type tally struct {
	equal, refused, emptyLabel int
	byOperation                map[string]int // of equal
}

// emptyLabel reports whether an input has "" where the path needs a name. The SDK
// sends it, to the path of another resource; we refuse it.
func emptyLabel(input any) bool {
	switch in := input.(type) {
	case *permission.AddPermissionInput:
		return aws.ToString(in.FunctionName) == ""
	case *permission.GetPolicyInput:
		return aws.ToString(in.FunctionName) == ""
	case *permission.RemovePermissionInput:
		return aws.ToString(in.FunctionName) == "" || aws.ToString(in.StatementId) == ""
	case *permission.PutResourcePolicyInput:
		return aws.ToString(in.ResourceArn) == ""
	case *permission.GetResourcePolicyInput:
		return aws.ToString(in.ResourceArn) == ""
	case *permission.DeleteResourcePolicyInput:
		return aws.ToString(in.ResourceArn) == ""
	}
	return false
}

// noRegion reports whether ours refused a request for want of a region that the SDK
// has signed without one (docs/moving.md). Only a custom endpoint lets it come that far.
func noRegion(ours error, sdks sent) bool {
	var missing *aws.MissingRegionError
	return errors.As(ours, &missing) && strings.Contains(sdks.Header.Get("Authorization"), "//lambda/aws4_request")
}

// compareWire makes the same call with both clients.
func compareWire(t *testing.T, set setting, input any, total *tally) {
	t.Helper()
	compareWireOf(t, set, set, input, total)
}

// compareWireOf makes the same call with our client and the SDK's, each with a
// setting of its own.
func compareWireOf(t *testing.T, set, sdkSet setting, input any, total *tally) {
	t.Helper()
	ours, ourErr := capture(set, input, setting.ourAPI, ourAgent)
	sdks, sdkErr := capture(sdkSet, input, setting.sdk, sdkAgent)
	if ourErr != nil && sdkErr != nil {
		total.refused++
		compareRefusals(t, input, ourErr, sdkErr)
		return
	}
	if ourErr != nil && sdkErr == nil && emptyLabel(input) {
		total.emptyLabel++
		return
	}
	if sdkErr == nil && noRegion(ourErr, sdks) {
		return
	}
	if ourErr != nil || sdkErr != nil {
		t.Errorf("%s\nours: %v\nSDK: %v", show(set, input), ourErr, sdkErr)
		return
	}
	if diff := cmp.Diff(sdks, ours, cmpopts.IgnoreUnexported(sent{})); diff != "" {
		t.Errorf("%s\n(-SDK +ours):\n%s", show(set, input), diff)
		return
	}
	total.equal++
	if total.byOperation == nil {
		total.byOperation = map[string]int{}
	}
	total.byOperation[strings.TrimSuffix(typeName(input), "Input")]++
}

func (s setting) ourAPI() permission.API { return s.ours() }

// capture returns the one request that a call made.
func capture(set setting, input any, client func(setting) permission.API, agent string) (sent, error) {
	r := &recorder{}
	set.HTTPClient = r
	_, err := invoke(context.Background(), client(set), input)
	if len(r.requests) > 0 && err != nil {
		return sent{}, fmt.Errorf("refused after sending %d requests: %w", len(r.requests), err)
	}
	if err != nil {
		return sent{}, err
	}
	if len(r.requests) != 1 {
		return sent{}, fmt.Errorf("sent %d requests", len(r.requests))
	}
	hideAgent(r.requests[0].Header, agent)
	return r.requests[0], nil
}

// compareRefusals wants nothing sent, and the same words for absent members.
func compareRefusals(t *testing.T, input any, ours, sdks error) {
	t.Helper()
	var ourParams, sdkParams smithy.InvalidParamsError
	if errors.As(ours, &ourParams) != errors.As(sdks, &sdkParams) || ourParams.Error() != sdkParams.Error() {
		t.Errorf("%#v\nours: %v\nSDK: %v", input, ours, sdks)
	}
}

func show(set setting, input any) string {
	base := "none"
	if set.BaseEndpoint != nil {
		base = *set.BaseEndpoint
	}
	return fmt.Sprintf("region %q, endpoint %q, options %+v, input %s", set.Region, base, set.endpoint, cmp.Diff(nil, input))
}
