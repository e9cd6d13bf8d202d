package ensure_test

import (
	"fmt"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/validate"
)

// What 50 grants cost, in calls. docs/desired-state.md has these figures.
func TestCalls(t *testing.T) {
	const old, new = "111111111111", "222222222222"
	ownIDs := func(list []validate.Request) []validate.Request {
		for i, g := range list {
			list[i] = withID(fmt.Sprintf("photos-%02d", i), g)
		}
		return list
	}
	changed := func(list []validate.Request) []validate.Request {
		copy(list, buckets(10, new))
		return list
	}
	adopting := of()
	adopting.Adopt = adoptAll
	tests := []struct {
		name          string
		list          ensure.Desired
		before, after []validate.Request
		want          int
	}{
		{"unchanged", of(), buckets(50, old), buckets(50, old), 1},
		{"all new", of(), nil, buckets(50, old), 51},
		{"10 changed", of(), buckets(50, old), changed(buckets(50, old)), 22},
		{"10 removed", of(), buckets(50, old), buckets(40, old), 11},
		{"10 changed under adopted ids", adopting, ownIDs(buckets(50, old)), ownIDs(changed(buckets(50, old))), 61},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			service, api := newThumbnail(t)
			before, after := tt.list, tt.list
			before.Grants, after.Grants = tt.before, tt.after
			mustGrants(t, service.API(), before)
			plan := mustPlan(t, service.API(), after)
			result := mustGrants(t, api, after)
			if len(api.calls) != tt.want {
				t.Errorf("%d calls, want %d: %v", len(api.calls), tt.want, api.calls)
			}
			if result.Calls != len(api.calls) {
				t.Errorf("the result counts %d calls, want %d", result.Calls, len(api.calls))
			}
			if planned := 1 + plan.Calls().Total(); planned != tt.want {
				t.Errorf("the plan says %d calls, want %d", planned, tt.want)
			}
			if again := mustPlan(t, service.API(), after); !again.Empty() {
				t.Errorf("planned again it is not empty:\n%s", again)
			}
		})
	}
}
