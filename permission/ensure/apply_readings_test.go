package ensure_test

import (
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// withoutStatement is an API whose additions are answered without the statement.
type withoutStatement struct{ permission.API }

func (w withoutStatement) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	if _, err := w.API.AddPermission(ctx, in, optFns...); err != nil {
		return nil, err
	}
	return &permission.AddPermissionOutput{}, nil
}

// If the policy cannot be read between two writes, the error is certain only if the
// answer to the last write told what became of it.
func TestApplyCannotRead(t *testing.T) {
	a, old := owned(rule("a")), owned(rule("old"))
	for _, tt := range []struct {
		reason    string
		add       error // of a
		api       func(permission.API) permission.API
		uncertain bool
	}{
		{"before a removal", nil, func(api permission.API) permission.API { return api }, false},
		{"after the id was taken, perhaps by the call itself", errDuplicate, func(api permission.API) permission.API { return api }, true},
		{"after an addition that was answered without the statement", nil, func(api permission.API) permission.API { return withoutStatement{api} }, true},
	} {
		synctest.Test(t, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, old)
			readings := 0
			api.before = func(call string) error {
				switch call {
				case "AddPermission " + a.StatementId:
					return tt.add
				case "GetPolicy":
					if readings++; readings == 2 {
						return accessDenied()
					}
				}
				return nil
			}
			_, err := ensure.Grants(t.Context(), tt.api(api), of(a))
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, tt.reason+": Uncertain", failed.Uncertain, tt.uncertain)
			wantEqual(t, tt.reason+": Step", failed.Step, "reading the policy again")
		})
	}
}

// A reading that is older than a write of the same call shows nothing for certain: the
// error says so, over an API whose second reading is the first one again.
func TestApplyErrorAfterAnOldReading(t *testing.T) {
	for name, isThere := range map[string]bool{"a policy": true, "no policy": false} {
		service, api := newThumbnail(t)
		if isThere {
			store(t, service, withID("theirs", rule("theirs")))
		}
		first, firstErr := service.API().GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		old := &permissiontest.Stub{AddPermissionFunc: api.AddPermission, RemovePermissionFunc: api.RemovePermission}
		old.GetPolicyFunc = func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
			return first, firstErr
		}
		api.before = func(call string) error {
			if call == "AddPermission "+owned(rule("b")).StatementId {
				return accessDenied()
			}
			return nil
		}
		_, err := ensure.Grants(t.Context(), old, of(rule("a"), rule("b")))
		wantEqual(t, name+": Uncertain", mustBe[*ensure.ApplyError](t, err).Uncertain, true)
	}
}

// replayed is an API that answers some readings as it did before: again has the index of
// the reading that is repeated, or fresh.
type replayed struct {
	permission.API
	again   []int
	answers []replayedAnswer
}

type replayedAnswer struct {
	out *permission.GetPolicyOutput
	err error
}

const fresh = -1

func (r *replayed) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	i := fresh
	if n := len(r.answers); n < len(r.again) {
		i = r.again[n]
	}
	var answer replayedAnswer
	if i == fresh {
		answer.out, answer.err = r.API.GetPolicy(ctx, in, optFns...)
	} else {
		answer = r.answers[i]
	}
	r.answers = append(r.answers, answer)
	return answer.out, answer.err
}

// A reading is known to be an old one by its revision, if that was seen before a later
// one, and by its statements, if they lack a write of this call. The error is uncertain
// after an old reading, and only then.
func TestApplyTellsOldReadings(t *testing.T) {
	a, b := owned(rule("a")), owned(rule("b"))
	withRevisions := func(api permission.API) permission.API { return api }
	noRevisions := func(api permission.API) permission.API { return withoutRevisions{api} }
	for _, tt := range []struct {
		reason    string
		readings  []int
		over      func(permission.API) permission.API
		answers   []error // to the additions; the last one ends the call
		uncertain bool
	}{
		{"the revision before a later one", []int{fresh, fresh, 0}, withRevisions, []error{errDuplicate, accessDenied()}, true},
		{"the later one again", []int{fresh, fresh, 0, 1}, withRevisions, []error{errDuplicate, errDuplicate, accessDenied()}, false},
		{"without revisions, and without a write of this call", []int{fresh, 0}, noRevisions, []error{nil, accessDenied()}, true},
		{"without revisions, and with it", []int{fresh, fresh}, noRevisions, []error{nil, accessDenied()}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, withID("theirs", rule("theirs")))
			additions := 0
			api.before = func(call string) error {
				if !strings.HasPrefix(call, "AddPermission") {
					return nil
				}
				if additions++; additions == 1 && tt.answers[0] != nil {
					store(t, service, withID("theirs-too", rule("theirs"))) // gives the policy another revision
				}
				return tt.answers[additions-1]
			}
			_, err := ensure.Grants(t.Context(), tt.over(&replayed{API: api, again: tt.readings}), of(a, b))
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, tt.reason+": Uncertain", failed.Uncertain, tt.uncertain)
		})
	}
}

// A reading with the revision from before a write of this call is an old one, also if it
// has a statement under each of the ids that were written.
func TestApplyTellsOldReadingsOfTheSameIDs(t *testing.T) {
	old, new := withID("old-1", bucket("a", "111111111111")), withID("old-1", bucket("a", "222222222222"))
	service, api := newThumbnail(t)
	store(t, service, old)
	fill(t, service, statementSize(t, withID(ensure.TemporaryID("old-1"), new))) // and a comma: old-1 is replaced in a gap
	api.before = func(call string) error {
		if call == "AddPermission old-2" {
			return accessDenied()
		}
		return nil
	}
	list := adopting(new, withID("old-2", rule("a")))
	_, err := ensure.Grants(t.Context(), &replayed{API: api, again: []int{fresh, 0}}, list, withGap)
	failed := mustBe[*ensure.ApplyError](t, err)
	wantEqual(t, "Uncertain", failed.Uncertain, true)
	if want := []string{"RemovePermission old-1", "AddPermission old-1", "AddPermission old-2"}; !slices.Equal(api.writes(), want) {
		t.Errorf("writes = %q, want %q", api.writes(), want)
	}
}

// An addition without an answer may still be carried out when a later write is refused,
// since additions have no revision that passes. It is settled once a reading shows it.
func TestApplyUnansweredAddition(t *testing.T) {
	for name, isCarriedOut := range map[string]bool{"lost before": false, "lost after": true} {
		inBubble(t, name, func(t *testing.T) {
			service, api := newThumbnail(t)
			store(t, service, withID("old", rule("a")))
			api.before = func(call string) error {
				switch call {
				case "AddPermission " + ensure.TemporaryID("old"):
					remove(t, service, "old")
					if isCarriedOut {
						store(t, service, withID(ensure.TemporaryID("old"), rule("b")))
					}
					return io.ErrUnexpectedEOF
				case "AddPermission old":
					return accessDenied()
				}
				return nil
			}
			list := of(withID("old", rule("b")))
			list.Adopt = adoptAll
			_, err := ensure.Grants(t.Context(), api, list)
			failed := mustBe[*ensure.ApplyError](t, err)
			wantEqual(t, "Uncertain", failed.Uncertain, !isCarriedOut)
			wantEqual(t, "whether a grant is missing", len(failed.Missing) == 1, !isCarriedOut)
		})
	}
}
