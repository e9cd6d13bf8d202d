package ensure_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The model of interleavings for whole documents: programs that put beside programs that
// add and remove, and beside others who put.

// putting is a program that calls Grants with WholeDocument.
func putting(name string, list ensure.Desired, optFns ...func(*ensure.Options)) program {
	return program{name: name, run: func(ctx context.Context, api permission.API) (any, error) {
		way := ensure.WholeDocument(api.(permission.ResourcePolicyAPI))
		result, err := ensure.Grants(ctx, api, list, append([]func(*ensure.Options){way}, optFns...)...)
		return applied{result, err}, nil
	}}
}

// putter stands for a program that edits documents itself: it adds a statement and
// removes it again, each time by a put of what it has read. isGuarded means that it
// sends the revision, as it should.
func putter(t testing.TB, g validate.Request, isGuarded bool) program {
	added, err := policy.NewStatement(g, arn.MustParseFunction(thumbnailARN))
	if err != nil {
		t.Fatal(err)
	}
	edit := func(ctx context.Context, api permission.ResourcePolicyAPI, change func(policy.Document) policy.Document) {
		reading, err := permission.ReadResourcePolicy(ctx, api, thumbnailARN)
		after := change(reading.Document)
		if err != nil || len(after.Statements()) == 0 {
			return
		}
		in := &permission.PutResourcePolicyInput{ResourceArn: aws.String(thumbnailARN), Policy: aws.String(after.Raw())}
		if isGuarded && reading.Found {
			in.RevisionId = &reading.RevisionID
		}
		_, _ = api.PutResourcePolicy(ctx, in) // refused if others were faster
	}
	return program{name: "putter", faultless: true, run: func(ctx context.Context, api permission.API) (any, error) {
		documents := api.(permission.ResourcePolicyAPI)
		edit(ctx, documents, func(d policy.Document) policy.Document { return d.Without(added.Sid()).With(added) })
		edit(ctx, documents, func(d policy.Document) policy.Document { return d.Without(added.Sid()) })
		return nil, nil
	}}
}

func documentScenarios(t testing.TB) []listScenario {
	foreign, alike := withID("foreign", rule("foreign")), withID("app-notes", rule("notes"))
	a, b, c, d := owned(rule("a")), owned(rule("b")), owned(rule("c")), owned(rule("d"))
	old, new := owned(bucket("photos", "111111111111")), owned(bucket("photos", "222222222222"))
	adoptedOld, adoptedNew, adoptedThird := withID("old-1", rule("x")), withID("old-1", rule("y")), withID("old-1", rule("z"))
	leftover := withID(ensure.TemporaryID("old-1"), rule("y"))
	adopting := func(grants ...validate.Request) ensure.Desired {
		list := of(grants...)
		list.Adopt = isAdopted
		return list
	}
	otherList := ensure.Desired{Function: "Thumbnail", Owner: "app-2", Grants: []validate.Request{rule("a"), rule("e")}}
	stored := func(list ...validate.Request) []validate.Request {
		return append([]validate.Request{foreign, alike}, list...)
	}
	type pair = [2]validate.Request
	stays, changes := pair{a, a}, pair{old, new}
	scenario := func(name string, stored []validate.Request, programs []program, lists []ensure.Desired, inForce ...pair) listScenario {
		for len(lists) < len(programs) {
			lists = append(lists, ensure.Desired{})
		}
		next := func(list ensure.Desired) program { return putting("next", list, ensure.AllowRemoveAll) }
		return listScenario{name: name, stored: stored, programs: programs, lists: lists, inForce: inForce, next: next}
	}
	only := func(name string, list ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", list, ensure.AllowRemoveAll)}, []ensure.Desired{list}, inForce...)
	}
	beside := func(name string, p program, list ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", list, ensure.AllowRemoveAll), p}, []ensure.Desired{list}, inForce...)
	}
	two := func(name string, first, second ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", first), putting("B", second)}, []ensure.Desired{first, second}, inForce...)
	}
	mixed := func(name string, first, second ensure.Desired, stored []validate.Request, inForce ...pair) listScenario {
		return scenario(name, stored, []program{putting("A", first), applying("B", second)}, []ensure.Desired{first, second}, inForce...)
	}
	taken := beside("an id is taken", thief(withID(b.StatementId, rule("theirs"))), of(a, b), stored(a, c))
	taken.isTaken = true
	takenByPut := beside("an adopted id is taken by a put", putter(t, adoptedThird, true), adopting(adoptedNew), stored())
	takenByPut.isTaken = true
	foreign2 := withID("foreign-2", rule("foreign-2"))
	return []listScenario{
		only("add, change and remove", of(a, b, new), stored(a, c, old), stays, changes),
		only("add, change and remove, by the ARN", inFull(of(a, b, new)), stored(a, c, old), stays, changes),
		only("into no policy", of(a, b, d), nil),
		only("into no policy, by the ARN", inFull(of(a, b, d)), nil),
		only("one grant into no policy", of(a), nil),
		only("the whole policy changes", of(new), []validate.Request{old}, changes),
		only("nothing is left", of(), []validate.Request{a, old}),
		only("under an adopted id", adopting(a, adoptedNew), stored(a, adoptedOld, b), pair{adoptedOld, adoptedNew}, stays),
		only("finish a replacement", adopting(a, adoptedNew), stored(adoptedOld, leftover), pair{adoptedOld, adoptedNew}),
		only("clear another replacement away", adopting(a, adoptedThird), stored(adoptedOld, leftover), pair{adoptedOld, adoptedThird}),
		two("two put one list", of(a, b, new), of(a, b, new), stored(a, c, old), stays, changes),
		two("two put two lists", of(a, b), of(a, d), stored(a, c), stays),
		two("two owners put", of(a, b, new), otherList, stored(a, c, old), stays, changes),
		two("two begin a policy", of(a, b), otherList, nil),
		mixed("one puts, one adds and removes", of(a, b, new), of(a, b, new), stored(a, c, old), stays, changes),
		mixed("one puts, one adds and removes another list", of(a, b), of(a, d), stored(a, c), stays),
		mixed("one puts, another owner adds and removes", of(a, b, new), otherList, stored(a, c, old), stays, changes),
		mixed("one puts, one replaces under an adopted id", adopting(adoptedNew), adopting(adoptedNew), stored(adoptedOld), pair{adoptedOld, adoptedNew}),
		beside("beside one who adds", writer(foreign2), of(a, b, new), stored(a, c, old), stays, changes),
		beside("beside one who adds to no policy", writer(foreign2), of(a, b), nil),
		beside("beside one who adds alike ids", writer(withID("app-more", rule("more"))), adopting(a, adoptedNew), stored(a, c, adoptedOld), stays, pair{adoptedOld, adoptedNew}),
		beside("beside one who puts", putter(t, foreign2, true), of(a, b, new), stored(a, c, old), stays, changes),
		beside("beside one who puts into no policy", putter(t, foreign2, false), of(a, b), nil),
		beside("beside one who puts without a revision", putter(t, foreign2, false), of(a, b, new), stored(a, c, old)),
		beside("another removes what stays", writer(a), of(a, b), stored(a, c)),
		beside("another removes what goes", writer(c), of(a, b), stored(a, c), stays),
		beside("while the last statement goes, one puts", putter(t, foreign2, true), of(new), []validate.Request{old}, changes),
		beside("while the policy is removed, one adds", writer(foreign2), of(), []validate.Request{a}),
		beside("while the policy is removed, one puts", putter(t, foreign2, true), of(), []validate.Request{a}),
		taken, takenByPut,
	}
}

// TestDocumentModel runs the scenarios as TestListModel does.
func TestDocumentModel(t *testing.T) {
	checkListScenarios(t, documentScenarios(t))
}
