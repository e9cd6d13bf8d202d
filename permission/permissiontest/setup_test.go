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

// A function is created once, under a name that this service can have.
func TestCreateFunction(t *testing.T) {
	for _, name := range []string{"f", "123456789012:f", "arn:aws:lambda:us-east-1:123456789012:function:f", strings.Repeat("a", 64)} {
		s := permissiontest.NewService()
		if err := s.CreateFunction(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if s.CreateFunction(name) == nil {
			t.Errorf("%s can be created twice", name)
		}
	}
	s := permissiontest.NewService()
	for _, name := range []string{
		"", "a b", "f:1", "f:$LATEST", strings.Repeat("a", 65), "210987654321:f",
		"arn:aws:lambda:eu-west-1:123456789012:function:f", "arn:aws-cn:lambda:us-east-1:123456789012:function:f",
	} {
		if s.CreateFunction(name) == nil {
			t.Errorf("%q can be created", name)
		}
	}
}

// Versions count from 1, per function.
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
		t.Error("a version of no function")
	}
}

// An alias has a name that cannot be a version and points to what exists.
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
	if err != nil || first == "" || first == second {
		t.Errorf("revision ids %q and %q, %v", first, second, err)
	}
	for _, bad := range [][3]string{
		{"none", "a", "1"}, {"f", "PROD", "1"}, {"f", "1", "1"}, {"f", "$LATEST", "1"}, {"f", "a$b", "1"}, {"f", "", "1"},
		{"f", "a", "2"}, {"f", "a", "01"}, {"f", "a", "0"}, {"f", "a", ""}, {"f", strings.Repeat("a", 129), "1"},
	} {
		if _, err := s.CreateAlias(bad[0], bad[1], bad[2]); err == nil {
			t.Errorf("CreateAlias%q succeeds", bad)
		}
	}
}

// Policy has no error: what is not there has none.
func TestPolicyOfNothing(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client)
	for _, ref := range []string{"", "a b", "none", "fn:1", "fn:none", "fn:$LATEST", "222222222222:fn"} {
		if d, ok := w.Policy(ref); ok {
			t.Errorf("%q has the policy %s", ref, d)
		}
	}
}

// Options that make no service are a mistake in the test.
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
					t.Error("no panic")
				}
			}()
			permissiontest.NewService(option)
		})
	}
}

// A client with a clock far off learns the service's time from an answer and is
// heard at its second attempt.
func TestClockSkew(t *testing.T) {
	w := newWorld(t, permissiontest.WithClock(func() time.Time { return time.Now().Add(-time.Hour) }))
	if _, err := w.Client().AddPermission(t.Context(), grant()); err != nil {
		t.Error(err)
	}
}

// Served below a path prefix, the signature still covers the whole path, as the
// client sent it.
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
