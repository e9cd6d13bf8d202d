package ensure_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/validate"
)

// callCase is what a list of grants is before and after.
type callCase struct {
	name          string
	list          ensure.Desired
	before, after []validate.Request
	want          int // calls of Grants
}

// callCases are the rows of the table in docs/desired-state.md.
func callCases() []callCase {
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
	return []callCase{
		{"unchanged", of(), buckets(50, old), buckets(50, old), 1},
		{"all new", of(), nil, buckets(50, old), 51},
		{"10 changed", of(), buckets(50, old), changed(buckets(50, old)), 22},
		{"10 changed, under adopted ids of their own", adopting, ownIDs(buckets(50, old)), ownIDs(changed(buckets(50, old))), 61},
		{"50 changed", of(), buckets(50, old), buckets(50, new), 102},
		{"10 removed", of(), buckets(50, old), buckets(40, old), 11},
		{"all removed", of(), buckets(50, old), nil, 51},
	}
}

// What 50 grants cost, in calls.
func TestCalls(t *testing.T) {
	for _, tt := range callCases() {
		t.Run(tt.name, func(t *testing.T) {
			service, api := newThumbnail(t)
			before, after := tt.list, tt.list
			before.Grants, after.Grants = tt.before, tt.after
			mustGrants(t, service.API(), before)
			plan := mustPlan(t, service.API(), after, ensure.AllowRemoveAll)
			result := mustGrants(t, api, after, ensure.AllowRemoveAll)
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

// The page compares the calls with those of other ways; what it says is what they
// make.
func TestCallsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/desired-state.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range callCases() {
		grants := tt.want
		each, plain := callsOneByOne(t, tt, ensureOne), callsOneByOne(t, tt, removeAndAdd)
		row := fmt.Sprintf("| %s | %d (%.1f s) | %d (%.1f s) | %d (%.1f s) |", tt.name,
			grants, float64(grants)/15, each, float64(each)/15, plain, float64(plain)/15)
		if !strings.Contains(string(page), row) {
			t.Errorf("the page does not have the row\n%s", row)
		}
	}
}

// callsOneByOne counts the calls when each grant is dealt with by itself, under an id
// of its own.
func callsOneByOne(t *testing.T, tt callCase, do func(*testing.T, permission.API, string, *permission.AddPermissionInput)) int {
	t.Helper()
	_, api := newThumbnail(t)
	id := func(i int) string { return fmt.Sprintf("photos-%02d", i) }
	input := func(i int, g validate.Request) *permission.AddPermissionInput {
		g.FunctionName, g.StatementId = "Thumbnail", id(i)
		return permission.NewAddPermissionInput(g)
	}
	for i, g := range tt.before {
		mustAdd(t, api.API, input(i, g))
	}
	for i := range max(len(tt.before), len(tt.after)) {
		if i < len(tt.after) {
			do(t, api, id(i), input(i, tt.after[i]))
		} else {
			do(t, api, id(i), nil)
		}
	}
	return len(api.calls)
}

// ensureOne is ensure.Grant, or ensure.Absent for no grant.
func ensureOne(t *testing.T, api permission.API, id string, in *permission.AddPermissionInput) {
	t.Helper()
	var err error
	if in == nil {
		_, err = ensure.Absent(t.Context(), api, "Thumbnail", id)
	} else {
		_, err = ensure.Grant(t.Context(), api, in, ensure.Replace)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// removeAndAdd is what scripts do: remove the statement, whether or not it is there,
// and add it. In between the grant is not in force.
func removeAndAdd(t *testing.T, api permission.API, id string, in *permission.AddPermissionInput) {
	t.Helper()
	api.RemovePermission(t.Context(), &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: &id}) // not there: an error
	if in == nil {
		return
	}
	if _, err := api.AddPermission(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}
