package permissiontest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// An alias keeps its policy when it is pointed elsewhere, and gets a RevisionId
// of its own for that.
func TestUpdateAlias(t *testing.T) {
	w := newWorld(t)
	w.PublishVersion("fn")
	second := w.UpdateAlias("fn", "live", "2")
	if second == "" || second == w.aliasRevision {
		t.Errorf("RevisionId was %q and is %q", w.aliasRevision, second)
	}
	if got := code(add(w.client, qualifier("live"), revision(w.aliasRevision))); got != "PreconditionFailedException" {
		t.Errorf("adding by the alias's old RevisionId: %s", got)
	}
	mustAdd(t, w.client, qualifier("live"), revision(second))
	before := stateOf(t, w)
	w.UpdateAlias("fn", "live", "$LATEST")
	if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
		t.Errorf("pointing an alias elsewhere changed policies (-before +after):\n%s", diff)
	}
}

// What belongs to a scope goes with it, and nothing else does.
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
		// A new function of the name is another one.
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

// What was deleted is answered like what never was.
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
	if got := seen(add(w.client)).Message; got != "Function not found: "+fnARN {
		t.Errorf("%q", got)
	}
	if got := seen(remove(w.client, "fn", "", "s3", "")).Message; got != "No policy found for: "+fnARN {
		t.Errorf("%q", got)
	}
}

// Version numbers are never given twice.
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
	for what, err := range map[string]error{
		"a function that is none":           s.DeleteFunction("none"),
		"a function with a qualifier":       s.DeleteFunction("fn:1"),
		"a version that is none":            s.DeleteVersion("fn", "2"),
		"a version of no function":          s.DeleteVersion("none", "1"),
		"$LATEST":                           s.DeleteVersion("fn", "$LATEST"),
		"a version that an alias points to": s.DeleteVersion("fn", "1"),
		"an alias that is none":             s.DeleteAlias("fn", "1"),
		"an alias of no function":           s.DeleteAlias("none", "live"),
		"an update of no alias":             second(s.UpdateAlias("fn", "none", "1")),
		"an update to no version":           second(s.UpdateAlias("fn", "live", "2")),
		"an update of no function":          second(s.UpdateAlias("none", "live", "1")),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

func second(_ string, err error) error { return err }
