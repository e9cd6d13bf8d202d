package sdkparity_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// story scripts a number of calls of one client.
type story struct {
	replies []reply
	calls   int                                              // 0 means one
	input   any                                              // that of AddPermission unless set
	set     func(*setting)                                   // changes the setting
	optFn   func(*permission.Options)                        // an option of each call
	context func() (context.Context, context.CancelFunc)     // context.Background unless set
	between func(call int, replies *script, start time.Time) // before each call
}

// telling records the course of a story.
type telling struct {
	Requests []string // of each: when, and the headers that concern retries
	Outcomes []outcome
	Ended    []string // when each call was over
}

// tell plays a story in a bubble of its own, where the clock starts at midnight,
// January 1st 2000, and a wait takes no time.
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
