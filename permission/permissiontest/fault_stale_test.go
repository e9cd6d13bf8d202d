package permissiontest_test

import (
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// sids reads a policy; nil is none.
func sids(t *testing.T, api permission.API, q string) []string {
	t.Helper()
	out, err := get(api, "fn", q)
	if code(err) == "ResourceNotFoundException" {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(aws.ToString(out.Policy))
	if err != nil {
		t.Fatal(err)
	}
	var sids []string
	for _, s := range document.Statements() {
		sids = append(sids, s.Sid())
	}
	return sids
}

// A stale read shows what the one before it showed; the read after that shows
// what is there. Other scopes are told apart.
func TestStale(t *testing.T) {
	w := newWorld(t)
	rules := []permissiontest.Rule{
		permissiontest.On(2, permissiontest.Stale()), permissiontest.On(3, permissiontest.Stale()),
	}
	w.Faults(rules...)
	for door, api := range map[string]permission.API{
		"HTTP": w.client, "API": permissiontest.APIFaults(w.API(), rules...),
	} {
		mustAdd(t, api, sid(door))
		now := sids(t, api, "")
		mustAdd(t, api, sid(door+"-new"))
		var got [][]string
		for range 2 {
			got = append(got, sids(t, api, ""))
		}
		if diff := cmp.Diff([][]string{now, now}, got); diff != "" {
			t.Errorf("%s: stale reads (-want +got):\n%s", door, diff)
		}
		if diff := cmp.Diff(append(now, door+"-new"), sids(t, api, "")); diff != "" {
			t.Errorf("%s: the read after them (-want +got):\n%s", door, diff)
		}
	}
}

// A policy that nobody read has none yet, as seen by one who is behind.
func TestStaleOfNothingRead(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.API())
	mustAdd(t, w.API(), qualifier("live"))
	w.Faults(permissiontest.On(2, permissiontest.Stale()))
	inProcess := permissiontest.APIFaults(w.API(), permissiontest.On(2, permissiontest.Stale()))
	for door, api := range map[string]permission.API{"HTTP": w.client, "API": inProcess} {
		var got [][]string
		for _, q := range []string{"", "live", "live"} {
			got = append(got, sids(t, api, q))
		}
		if diff := cmp.Diff([][]string{{"s3"}, nil, {"s3"}}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", door, diff)
		}
	}
}

// What a caller does with a read does not change the next one.
func TestStaleIsACopy(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.API())
	api := permissiontest.APIFaults(w.API(), permissiontest.On(2, permissiontest.Stale()), permissiontest.On(3, permissiontest.Stale()))
	for range 3 {
		out, err := get(api, "fn", "")
		if err != nil || out.Policy == nil {
			t.Fatalf("%v, %v", out, err)
		}
		out.Policy = nil
	}
}

// An answer that says nothing about the policy is not what a later one repeats.
func TestStaleForgetsFailures(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.API())
	busy := permissiontest.On(2, permissiontest.ServerError())
	behind := permissiontest.On(3, permissiontest.Stale())
	server := httptest.NewServer(permissiontest.Faults(permissiontest.Faults(w.Service, busy), behind))
	defer server.Close()
	for door, api := range map[string]permission.API{
		"HTTP": permission.NewFromConfig(w.Service.Config(server.URL), unchecked),
		"API":  permissiontest.APIFaults(permissiontest.APIFaults(w.API(), busy), behind),
	} {
		var got []int
		for range 3 {
			_, err := get(api, "fn", "")
			got = append(got, seen(err).Status)
		}
		if diff := cmp.Diff([]int{0, 500, 0}, got); diff != "" {
			t.Errorf("%s: statuses (-want +got):\n%s", door, diff)
		}
	}
}
