package sdkparity_test

import (
	"context"
	"testing"
)

// A call makes at most this share of the allocations of the SDK's client in the
// same run: the whole call of each, its pre-flight included. Over loopback the
// allocations of the server count on both sides.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	limits := map[string]struct {
		share float64
		most  float64 // an absolute limit, or 0
	}{
		"stub":       {share: 0.30, most: 85},
		"loopback":   {share: 0.47},
		"apioptions": {share: 0.57},
		"retries":    {share: 0.41},
	}
	for _, env := range environments(t) {
		limit, ok := limits[env.name]
		if !ok {
			continue // parallel calls allocate as much as single ones
		}
		allocs := map[string]float64{}
		for _, c := range callers(env.cfg) {
			allocs[c.name] = testing.AllocsPerRun(200, func() {
				if err := c.call(context.Background()); err != nil {
					t.Fatal(err)
				}
			})
		}
		ours, sdk := allocs["lambdaperm"], allocs["sdk"]
		t.Logf("%s: %v allocations, the SDK's client %v (%.3f), the floor %v", env.name, ours, sdk, ours/sdk, allocs["floor"])
		if ours > limit.share*sdk {
			t.Errorf("%s: %v allocations are more than %v of the SDK's %v", env.name, ours, limit.share, sdk)
		}
		if limit.most > 0 && ours > limit.most {
			t.Errorf("%s: %v allocations are more than %v", env.name, ours, limit.most)
		}
	}
}
