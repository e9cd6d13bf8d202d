package sdkparity_test

import (
	"context"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// TestTracingOfRefusals: a call that is never sent leaves the same spans. Only the
// messages about a mistake in the configuration differ.
func TestTracingOfRefusals(t *testing.T) {
	plain := func(*setting) {}
	for name, test := range map[string]struct {
		change func(*setting)
		input  any
		last   string // the innermost span
	}{
		"no input":     {plain, (*permission.AddPermissionInput)(nil), "AddPermission"},
		"no members":   {plain, &permission.RemovePermissionInput{}, "RemovePermission"},
		"no region":    {func(s *setting) { s.Region = "" }, operations["GetPolicy"], "ResolveEndpoint"},
		"no URL":       {func(s *setting) { s.BaseEndpoint = aws.String("://x") }, operations["GetPolicy"], "ResolveEndpoint"},
		"no identity":  {tracedSettings["no identity"], operations["GetPolicy"], "GetIdentity"},
		"no signature": {tracedSettings["no signature"], operations["GetPolicy"], "SignRequest"},
	} {
		ours := traceOf(t, oursObserved, test.change, test.input, []reply{accept}, false)
		sdks := traceOf(t, sdkObserved, test.change, test.input, []reply{accept}, false)
		if test.last == "ResolveEndpoint" {
			withoutMessage(ours)
			withoutMessage(sdks)
		}
		if diff := cmp.Diff(sdks, ours); diff != "" {
			t.Errorf("%s (-SDK +ours):\n%s", name, diff)
		}
		if !ours.has(test.last+":") || ours.has("DoHTTPRequest") {
			t.Errorf("%s: want the last span %s: %q", name, test.last, ours.Spans)
		}
	}
}

// TestTracingOfCanceledCall: so does one whose context has ended before.
func TestTracingOfCanceledCall(t *testing.T) {
	tell := func(client observed) trace {
		var spans tracer
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, _ = invoke(ctx, client(setting{Config: plainConfig(&recorder{})}, observers{tracers: &spans}), operations["GetPolicy"])
		return spans.trace()
	}
	if diff := cmp.Diff(tell(sdkObserved), tell(oursObserved)); diff != "" {
		t.Errorf("(-SDK +ours):\n%s", diff)
	}
}

var exceptionMessage = regexp.MustCompile(`, exception\.message="[^"]*"`)

func withoutMessage(t trace) {
	for i, s := range t.Spans {
		t.Spans[i] = exceptionMessage.ReplaceAllString(s, "")
	}
}
