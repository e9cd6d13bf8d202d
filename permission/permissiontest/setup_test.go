package permissiontest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// A function can be created once, with a name that this service can have.
func TestCreateFunction(t *testing.T) {
	for _, name := range []string{"f", "123456789012:f", "arn:aws:lambda:us-east-1:123456789012:function:f", strings.Repeat("a", 64)} {
		s := permissiontest.NewService()
		if err := s.CreateFunction(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s.CreateFunction(name) == nil {
			t.Errorf("a second CreateFunction(%q): no error, want one", name)
		}
	}
	s := permissiontest.NewService()
	for _, name := range []string{
		"", "a b", "f:1", "f:$LATEST", strings.Repeat("a", 65), "210987654321:f",
		"arn:aws:lambda:eu-west-1:123456789012:function:f", "arn:aws-cn:lambda:us-east-1:123456789012:function:f",
	} {
		if s.CreateFunction(name) == nil {
			t.Errorf("CreateFunction(%q): no error, want one", name)
		}
	}
}

// The versions of each function count from 1.
func TestPublishVersion(t *testing.T) {
	s := permissiontest.NewService()
	for _, name := range []string{"f", "g"} {
		if err := s.CreateFunction(name); err != nil {
			t.Fatal(err)
		}
		var got []string
		for range 3 {
			version, err := s.PublishVersion(name)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, version)
		}
		if diff := cmp.Diff([]string{"1", "2", "3"}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := s.PublishVersion("none"); err == nil {
		t.Error("PublishVersion of an unknown function: no error, want one")
	}
}

// The name of an alias cannot be a version, and an alias points to an existing version.
func TestCreateAlias(t *testing.T) {
	s := permissiontest.NewService()
	if err := s.CreateFunction("f"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.PublishVersion("f"); err != nil {
		t.Fatal(err)
	}
	first, err := s.CreateAlias("f", "PROD", "1")
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.CreateAlias("f", "dev-1_a", "$LATEST")
	if err != nil {
		t.Fatal(err)
	}
	if first == "" {
		t.Error("the RevisionId of an alias is empty")
	}
	if first == second {
		t.Errorf("two aliases have the RevisionId %s, want different ones", first)
	}
	for _, bad := range [][3]string{
		{"none", "a", "1"}, {"f", "PROD", "1"}, {"f", "1", "1"}, {"f", "$LATEST", "1"}, {"f", "a$b", "1"}, {"f", "", "1"},
		{"f", "a", "2"}, {"f", "a", "01"}, {"f", "a", "0"}, {"f", "a", ""}, {"f", strings.Repeat("a", 129), "1"},
	} {
		if _, err := s.CreateAlias(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("CreateAlias%q: no error, want one", bad)
		}
	}
}

// Policy reports false for a function, version or alias that does not exist.
func TestPolicyOfNothing(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client)
	for _, ref := range []string{"", "a b", "none", "fn:1", "fn:none", "fn:$LATEST", "222222222222:fn"} {
		if d, ok := w.Policy(ref); ok {
			t.Errorf("%q has the policy %s", ref, d)
		}
	}
}

// NewService panics if an option is invalid, which is a mistake in the test.
func TestNewServicePanics(t *testing.T) {
	for name, option := range map[string]permissiontest.Option{
		"region":      permissiontest.WithRegion("Mars"),
		"account":     permissiontest.WithAccount("1234"),
		"credentials": permissiontest.WithCredentials("", "", ""),
		"clock":       permissiontest.WithClock(nil),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("NewService did not panic")
				}
			}()
			permissiontest.NewService(option)
		})
	}
}

// A client with a wrong clock learns the service's time from the first answer, and its
// second attempt succeeds.
func TestClockSkew(t *testing.T) {
	w := newWorld(t, permissiontest.WithClock(func() time.Time { return time.Now().Add(-time.Hour) }))
	if _, err := w.Client().AddPermission(t.Context(), grant()); err != nil {
		t.Error(err)
	}
}

// If the service is served below a path prefix, the signature covers the whole path
// that the client sent.
func TestBelowPrefix(t *testing.T) {
	s := permissiontest.NewService()
	if err := s.CreateFunction("fn"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.StripPrefix("/lambda", s))
	defer server.Close()
	client := permission.NewFromConfig(s.Config(server.URL + "/lambda"))
	mustAdd(t, client, function("arn:aws:lambda:us-east-1:123456789012:function:fn"))
}

// UpdateAlias keeps the policy of the alias and changes the RevisionId of the alias.
func TestUpdateAlias(t *testing.T) {
	w := newWorld(t)
	w.PublishVersion("fn")
	second := w.UpdateAlias("fn", "live", "2")
	if second == "" {
		t.Error("the RevisionId of the alias is empty")
	}
	if second == w.aliasRevision {
		t.Errorf("the RevisionId of the alias is still %s, want another one", second)
	}
	if got := code(add(w.client, qualifier("live"), revision(w.aliasRevision))); got != "PreconditionFailedException" {
		t.Errorf("adding with the alias's old RevisionId: %q, want PreconditionFailedException", got)
	}
	mustAdd(t, w.client, qualifier("live"), revision(second))
	before := stateOf(t, w)
	w.UpdateAlias("fn", "live", "$LATEST")
	if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
		t.Errorf("UpdateAlias changed policies (-before +after):\n%s", diff)
	}
}

// A function, version or alias is deleted with its policy, and no other policy is
// deleted.
func TestDelete(t *testing.T) {
	tests := []struct {
		name string
		do   func(*world)
		left []string // refs that have a policy afterwards
	}{
		{"nothing", func(*world) {}, []string{"fn", "fn:1", "fn:2", "fn:live"}},
		{"an alias", func(w *world) { w.DeleteAlias("fn", "live") }, []string{"fn", "fn:1", "fn:2"}},
		{"a version", func(w *world) { w.DeleteVersion("fn", "2") }, []string{"fn", "fn:1", "fn:live"}},
		{"an alias and its version", func(w *world) { w.DeleteAlias("fn", "live"); w.DeleteVersion("fn", "1") }, []string{"fn", "fn:2"}},
		{"the function", func(w *world) { w.DeleteFunction("fn") }, nil},
		// A new function of the same name has no policies.
		{"the function, created again", func(w *world) { w.DeleteFunction("fn"); w.CreateFunction("fn") }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.PublishVersion("fn")
			refs := []string{"fn", "fn:1", "fn:2", "fn:live"}
			for _, ref := range refs {
				mustAdd(t, w.client, function(ref))
			}
			tt.do(w)
			var left []string
			for _, ref := range refs {
				if revisionOf(t, w.client, ref, "") != "" {
					left = append(left, ref)
				}
			}
			if diff := cmp.Diff(tt.left, left); diff != "" {
				t.Errorf("policies (-want +got):\n%s", diff)
			}
		})
	}
}

// Requests for a deleted function, version or alias are answered as if it had never
// existed.
func TestDeletedIsUnknown(t *testing.T) {
	w := newWorld(t)
	w.DeleteAlias("fn", "live")
	w.DeleteVersion("fn", "1")
	for q, want := range map[string]string{
		"live": "Cannot find alias arn: " + fnARN + ":live", "1": "Function not found: " + fnARN + ":1",
	} {
		if got := seen(add(w.client, qualifier(q))).Message; got != want {
			t.Errorf("%s: %q, want %q", q, got, want)
		}
	}
	w.DeleteFunction("fn")
	want(t, "message of AddPermission", "Function not found: "+fnARN, seen(add(w.client)).Message)
	want(t, "message of RemovePermission", "No policy found for: "+fnARN, seen(remove(w.client, "fn", "", "s3", "")).Message)
}

// Version numbers are not used again.
func TestVersionNumbersAreNotReused(t *testing.T) {
	w := newWorld(t)
	w.DeleteFunction("fn")
	w.CreateFunction("fn")
	if got := w.PublishVersion("fn"); got != "2" {
		t.Errorf("version %s, want 2 after the deleted 1", got)
	}
	w.DeleteVersion("fn", "2")
	if got := w.PublishVersion("fn"); got != "3" {
		t.Errorf("version %s, want 3 after the deleted 2", got)
	}
}

func TestDeleteErrors(t *testing.T) {
	s := permissiontest.NewService()
	for _, err := range []error{s.CreateFunction("fn"), second(s.PublishVersion("fn")), second(s.CreateAlias("fn", "live", "1"))} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range map[string]error{
		"an unknown function":               s.DeleteFunction("none"),
		"a function with a qualifier":       s.DeleteFunction("fn:1"),
		"an unknown version":                s.DeleteVersion("fn", "2"),
		"a version of no function":          s.DeleteVersion("none", "1"),
		"$LATEST":                           s.DeleteVersion("fn", "$LATEST"),
		"a version that an alias points to": s.DeleteVersion("fn", "1"),
		"an unknown alias":                  s.DeleteAlias("fn", "1"),
		"an alias of no function":           s.DeleteAlias("none", "live"),
		"an update of no alias":             second(s.UpdateAlias("fn", "none", "1")),
		"an update to no version":           second(s.UpdateAlias("fn", "live", "2")),
		"an update of no function":          second(s.UpdateAlias("none", "live", "1")),
	} {
		if err == nil {
			t.Errorf("%s: no error, want one", name)
		}
	}
}

func second(_ string, err error) error { return err }
