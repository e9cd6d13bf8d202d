package sdkparity_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// skewedService returns a reply like that of a service whose clock is ahead of ours. It
// refuses signatures that differ by more than five minutes from its own time.
func skewedService(ahead func() time.Duration, header func(http.Header)) reply {
	return func(req *http.Request) (*http.Response, error) {
		now := time.Now().Add(ahead()).UTC()
		signed, err := time.Parse("20060102T150405Z", req.Header.Get("X-Amz-Date"))
		if err != nil {
			return nil, err
		}
		resp := success(req)
		if off := now.Sub(signed).Abs(); off > 5*time.Minute {
			resp = response(req, 403, coded("InvalidSignatureException"), fmt.Sprintf(
				`{"message":"Signature expired: %s is now earlier than %s"}`, req.Header.Get("X-Amz-Date"), now.Format("20060102T150405Z")))
		}
		resp.Header.Set("Date", now.Format(http.TimeFormat))
		if header != nil {
			header(resp.Header)
		}
		return resp, nil
	}
}

// Both clients learn the clock of the service from its answers, sign the next attempt
// and the next calls by it, forget it when the clocks agree again, and ignore answers
// whose date is missing, malformed or cached.
func TestClockSkewParity(t *testing.T) {
	const tenMinutes, hour = 10 * time.Minute, time.Hour
	for name, skews := range map[string][]time.Duration{ // one for each call
		"ahead":            {tenMinutes, tenMinutes, tenMinutes},
		"behind":           {-tenMinutes, -tenMinutes, -tenMinutes},
		"no skew":          {0, 0, 0},
		"within tolerance": {3 * time.Minute, -3 * time.Minute, 4 * time.Minute},
		"healing":          {tenMinutes, 0, 0},
		"turning round":    {tenMinutes, -tenMinutes, tenMinutes},
		"far":              {24 * hour, 24 * hour, 0},
		"growing":          {tenMinutes, 2 * tenMinutes, hour},
	} {
		for trust, header := range map[string]func(http.Header){
			"trusted":  nil,
			"no Date":  func(h http.Header) { h.Del("Date") },
			"bad Date": func(h http.Header) { h.Set("Date", "noon") },
			"cached":   func(h http.Header) { h.Set("Age", "3") },
		} {
			for _, off := range []bool{false, true} {
				var skew time.Duration
				s := story{
					replies: []reply{skewedService(func() time.Duration { return skew }, header)},
					calls:   len(skews),
					between: func(call int, _ *script, _ time.Time) { skew = skews[call] },
					set: func(s *setting) {
						retryers["standard"](s)
						s.DisableClockSkewCorrection = off
					},
				}
				compareStories(t, fmt.Sprintf("%s, %s, correction off %t", name, trust, off), s)
			}
		}
	}
}

// After one refusal all requests are signed with the time of the service. This test
// lists the requests of one story of TestClockSkewParity.
func TestClockSkewIsLearned(t *testing.T) {
	told := tell(t, setting.ourAPI, story{
		replies: []reply{skewedService(func() time.Duration { return 10 * time.Minute }, nil)},
		calls:   2,
		set:     retryers["standard"],
	})
	want := []string{
		"0s: attempt=1; max=3; date 20000101T000000Z",
		"700ms: attempt=2; max=3; date 20000101T001000Z",
		"700ms: attempt=1; max=3; date 20000101T001000Z",
	}
	if diff := cmp.Diff(want, told.Requests); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The correction can be disabled for one call of a client that has it, and enabled for
// one call of a client that has not. Calls with a deadline show the learned skew in
// Amz-Sdk-Request.
func TestClockSkewPerCall(t *testing.T) {
	for _, client := range []bool{false, true} {
		for _, call := range []bool{false, true} {
			compareStories(t, fmt.Sprintf("off for client %t, call %t", client, call), story{
				replies: []reply{skewedService(func() time.Duration { return 10 * time.Minute }, nil)},
				calls:   3,
				context: deadline(time.Hour),
				set: func(s *setting) {
					retryers["standard"](s)
					s.DisableClockSkewCorrection = client
				},
				optFn: func(o *permission.Options) { o.DisableClockSkewCorrection = call },
			})
		}
	}
}

// An attempt without an answer does not change the learned skew.
func TestClockSkewBetweenFailures(t *testing.T) {
	skewed := skewedService(func() time.Duration { return 10 * time.Minute }, nil)
	for name, between := range failures {
		compareStories(t, name, story{
			replies: []reply{skewed, between, skewed, skewed, between, between, skewed},
			calls:   3,
			set: func(s *setting) {
				s.Retryer = func() aws.Retryer { return newSteady() }
				s.RetryMaxAttempts = 5
			},
		})
	}
}
