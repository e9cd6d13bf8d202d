package ensure_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Each change of a put is told by itself, and counted down.
func TestWholeDocumentProgress(t *testing.T) {
	f := newDocumentFixture(t)
	mustGrants(t, f.service.API(), of(buckets(4, "111111111111")...))
	changes := 0
	mustGrants(t, f.api, of(buckets(4, "222222222222")...), f.way, func(o *ensure.Options) {
		o.Progress = func(p ensure.Progress) {
			changes++
			wantEqual(t, "Done", p.Done, changes)
			wantEqual(t, "Left", p.Left, 4-changes)
		}
	})
	if changes != 4 {
		t.Errorf("%d changes were told, want 4", changes)
	}
}

// The calls that 50 grants cost as a whole document. The table in
// docs/desired-state.md has the figures.
func TestWholeDocumentCalls(t *testing.T) {
	const old, new = "111111111111", "222222222222"
	const get, getResource, put, remove = "GetPolicy", "GetResourcePolicy", "PutResourcePolicy", "DeleteResourcePolicy"
	add := "AddPermission " + owned(bucket("photos-00", new)).StatementId
	named := func(list []validate.Request) []validate.Request {
		for i, g := range list {
			list[i] = withID(fmt.Sprintf("photos-%02d", i), g)
		}
		return list
	}
	for _, tt := range []struct {
		rule          string
		before, after []validate.Request
		byName, byARN []string
	}{
		{"what is right costs a reading", buckets(50, old), buckets(50, old), []string{get}, []string{getResource}},
		{"all changes of a policy are one put", buckets(50, old), buckets(50, new), []string{get, put}, []string{getResource, put}},
		{"adopted ids need no temporary statement", named(buckets(50, old)), named(buckets(50, new)), []string{get, put}, []string{getResource, put}},
		{"no policy begins with one grant", nil, buckets(50, new), []string{get, add, get, put}, []string{getResource, add, getResource, put}},
		{"one grant into no policy needs no put", nil, buckets(1, new), []string{get, add}, []string{getResource, add}},
		{"one grant left is a put", buckets(2, old), buckets(1, old), []string{get, put}, []string{getResource, put}},
		{"nothing left is no policy", buckets(50, old), nil, []string{get, remove}, []string{getResource, remove}},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			for _, isARN := range []bool{false, true} {
				f := newDocumentFixture(t)
				before, after, want := of(tt.before...), of(tt.after...), tt.byName
				before.Adopt, after.Adopt = adoptAll, adoptAll
				if isARN {
					after, want = inFull(after), tt.byARN
				}
				mustGrants(t, f.service.API(), before)
				plan := mustPlan(t, f.service.API(), after, f.way, ensure.AllowRemoveAll)
				f.api.calls = nil
				result := mustGrants(t, f.api, after, f.way, ensure.AllowRemoveAll)
				if !slices.Equal(f.api.calls, want) {
					t.Errorf("calls = %q, want %q", f.api.calls, want)
				}
				if result.Calls != len(want) {
					t.Errorf("the result counts %d calls, want %d", result.Calls, len(want))
				}
				wantEqual(t, "the calls of the plan", plan.Calls(), callsOf(want[1:]))
				wantEqual(t, "their total", plan.Calls().Total(), len(want)-1)
				wantEqual(t, "changes done", len(result.Done), len(plan.Changes()))
				wantEqual(t, "changes left", len(result.Left), 0)
				if again := mustPlan(t, f.service.API(), after); !again.Empty() {
					t.Errorf("planned again it is not empty:\n%s", again)
				}
				if d, ok := plan.Document(); ok && d.Raw() != raw(f.service, "Thumbnail") && len(tt.after) > 0 {
					t.Errorf("the policy is\n%s\nthe plan said\n%s", raw(f.service, "Thumbnail"), d.Raw())
				}
			}
		})
	}
}

// callsOf counts calls by their names.
func callsOf(calls []string) (c ensure.Calls) {
	for _, call := range calls {
		name, _, _ := strings.Cut(call, " ")
		switch name {
		case "GetPolicy":
			c.GetPolicy++
		case "AddPermission":
			c.AddPermission++
		case "RemovePermission":
			c.RemovePermission++
		case "GetResourcePolicy":
			c.GetResourcePolicy++
		case "PutResourcePolicy":
			c.PutResourcePolicy++
		case "DeleteResourcePolicy":
			c.DeleteResourcePolicy++
		}
	}
	return c
}

// A put of a replacement that another call left half done removes the temporary statement.
func TestWholeDocumentFinishesAReplacement(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, withID("old-1", rule("a")), withID(ensure.TemporaryID("old-1"), rule("b")), withID("old-2", rule("a")))
	list := adopting(withID("old-1", rule("b")), withID("old-2", rule("b")))
	mustGrants(t, f.api, list, f.way)
	wantStatements(t, f.service, "old-1", "old-2")
	wantWrites(t, f.api, 1)
}

// foreignPolicy has statements of others, as AddPermission cannot write them, with one
// of the owner's in between.
func foreignPolicy(mine policy.Statement) string {
	return `{"Id":"ours","Version":"2012-10-17","Statement":[` +
		`{"Effect":"Deny","Sid":"no-http","Principal":"*","Action":["lambda:InvokeFunction","lambda:InvokeFunctionUrl"],"Resource":["` + thumbnailARN + `","` + thumbnailARN + `:*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},` +
		mine.Raw() + `,` +
		`{"Sid":"two","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::210987654321:root","arn:aws:iam::123456789012:root"]},"Action":"lambda:InvokeFunction","Resource":"` + thumbnailARN + `"},` +
		`{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnailARN + `"}]}`
}

func ownStatement(t testing.TB, g validate.Request) policy.Statement {
	t.Helper()
	s, err := policy.NewStatement(owned(g), arn.MustParseFunction(thumbnailARN))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Statements of others keep their text and their order, those without an id too, and
// the document keeps its Version and Id.
func TestWholeDocumentKeepsForeignStatements(t *testing.T) {
	f := newDocumentFixture(t)
	mine, next := ownStatement(t, bucket("photos", "111111111111")), ownStatement(t, bucket("photos", "222222222222"))
	text := foreignPolicy(mine)
	if err := f.service.SetPolicy("Thumbnail", text); err != nil {
		t.Fatal(err)
	}
	mustGrants(t, f.api, of(bucket("photos", "222222222222")), f.way)
	want := strings.Replace(text, mine.Raw()+",", "", 1)
	want = strings.TrimSuffix(want, "]}") + "," + next.Raw() + "]}"
	if got := raw(f.service, "Thumbnail"); got != want {
		t.Errorf("the policy is\n%s\nwant\n%s", got, want)
	}
}

// So do space between tokens, escapes, an unusual order of members and the spelling of
// numbers, through a server and a client, whichever way the document was read.
func TestWholeDocumentKeepsEveryByte(t *testing.T) {
	mine, next := ownStatement(t, bucket("photos", "111111111111")), ownStatement(t, bucket("photos", "222222222222"))
	const before = "\n{ \"Statement\" : [\r\n" +
		"\t{ \"Condition\" : { \"NumericLessThan\" : { \"aws:MultiFactorAuthAge\" : [ 1e2 , 1.50E+3 ] } ,\n" +
		"\t\t\"StringEquals\" : { \"aws:PrincipalTag/team\" : \"a  <b> & \\u0041\\/é\" } } ,\n" +
		"\t  \"Principal\" : { \"AWS\" : [ \"210987654321\"  ] } , \"Sid\" : \"\\u0074heirs\" , \"Resource\" : \"" + thumbnailARN + "\" ,\n" +
		"\t  \"Effect\" : \"\\u0041llow\" , \"Action\" : [ \"lambda:InvokeFunction\" ] }"
	const between = " ,\r\n\t"
	const after = "  ,\n\t{  \"Effect\":\"Deny\", \"Principal\":\"*\",   \"Action\":\"lambda:GetFunction\",\"Resource\":\"" + thumbnailARN + "\"  }"
	const end = "\n ]  ,\t\"Version\":\"2012-10-17\" , \"Id\" : \"by  hand\"\n}\n\n"
	text := before + between + strings.ReplaceAll(mine.Raw(), `,"`, ` , "`) + after + end
	for name, tt := range map[string]struct {
		desired ensure.Desired
		want    string
	}{
		"a change":             {of(bucket("photos", "222222222222")), before + after + "," + next.Raw() + end},
		"a change, by the ARN": {inFull(of(bucket("photos", "222222222222"))), before + after + "," + next.Raw() + end},
		"an addition":          {of(bucket("photos", "111111111111"), bucket("photos", "222222222222")), strings.Replace(text, end, ","+next.Raw()+end, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			f := newDocumentFixture(t)
			if err := f.service.SetPolicy("Thumbnail", text); err != nil {
				t.Fatal(err)
			}
			plan := mustPlan(t, f.api, tt.desired, f.way)
			if _, err := plan.Apply(t.Context(), f.api); err != nil {
				t.Fatal(err)
			}
			if got := raw(f.service, "Thumbnail"); got != tt.want {
				t.Errorf("the policy is\n%q\nwant\n%q", got, tt.want)
			}
			if d, _ := plan.Document(); d.Raw() != tt.want {
				t.Errorf("the plan said\n%q\nwant\n%q", d.Raw(), tt.want)
			}
			if got, want := plan.Sizes().After, parse(t, tt.want).Size(); got != want {
				t.Errorf("the plan said %d bytes, want %d", got, want)
			}
		})
	}
}

// PutResourcePolicy counts the space between tokens. A policy whose text becomes too long
// by it is not put without that space, but refused.
func TestWholeDocumentOfMuchSpace(t *testing.T) {
	text := `{"Version":"2012-10-17","Statement":[` + ownStatement(t, rule("a")).Raw() + `]}`
	text += strings.Repeat(" ", policy.MaxSize-len(text))
	for room, fits := range map[int]bool{0: true, 1: false} {
		f := newDocumentFixture(t)
		size := len(ownStatement(t, rule("b")).Raw()) + len(",")
		if err := f.service.SetPolicy("Thumbnail", text[:len(text)-size+room]); err != nil {
			t.Fatal(err)
		}
		plan := mustPlan(t, f.api, of(rule("a"), rule("b")), f.way)
		var refused *ensure.DocumentError
		if got := errors.As(plan.Err(), &refused); got == fits {
			t.Errorf("%d bytes too many: plan.Err() = %v, want a *DocumentError: %t", room, plan.Err(), !fits)
		}
		if _, err := plan.Apply(t.Context(), f.api); errors.As(err, &refused) == fits {
			t.Errorf("%d bytes too many: Apply: %v, want a *DocumentError: %t", room, err, !fits)
		}
	}
}

// All statements may be replaced at once: the document keeps its Version and Id.
func TestWholeDocumentKeepsItsFrame(t *testing.T) {
	f := newDocumentFixture(t)
	mine, next := ownStatement(t, rule("a")), ownStatement(t, rule("b"))
	if err := f.service.SetPolicy("Thumbnail", `{"Version":"2012-10-17","Id":"ours","Statement":[`+mine.Raw()+`]}`); err != nil {
		t.Fatal(err)
	}
	plan := mustPlan(t, f.api, of(rule("b")), f.way)
	if _, err := plan.Apply(t.Context(), f.api); err != nil {
		t.Fatal(err)
	}
	want := `{"Version":"2012-10-17","Id":"ours","Statement":[` + next.Raw() + `]}`
	if got := raw(f.service, "Thumbnail"); got != want {
		t.Errorf("the policy is\n%s\nwant\n%s", got, want)
	}
	now := plan.Sizes().Now
	wantEqual(t, "sizes", plan.Sizes(), ensure.Sizes{Now: now, After: len(want), Peak: max(now, len(want)), Known: true})
}

// onFirst runs do at the first call of a name.
func onFirst(call string, do func() error) func(string) error {
	isDone := false
	return func(c string) error {
		if c != call || isDone {
			return nil
		}
		isDone = true
		return do()
	}
}

// A policy that is not known to its end, or cannot be named or guarded, is not written
// over.
func TestWholeDocumentRefuses(t *testing.T) {
	a := ownStatement(t, rule("a"))
	document := func(rest string, statements ...string) string {
		return `{"Version":"2012-10-17"` + rest + `,"Statement":[` + strings.Join(append([]string{a.Raw()}, statements...), ",") + `]}`
	}
	const elsewhere = "arn:aws:lambda:eu-west-1:123456789012:function:Thumbnail"
	allow := func(sid, more string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction",` + more + `}`
	}
	for _, tt := range []struct {
		rule, text, revision, function, want string
	}{
		{"an unknown member of the document", document(`,"Note":"x"`), "r", thumbnailARN, `members that are not known: "Note"`},
		{"an unknown member of a statement", document("", allow("x", `"Resource":"`+thumbnailARN+`","Obligation":"x"`)), "r", thumbnailARN, `members that are not known: "Obligation"`},
		{"no revision", document(""), "", thumbnailARN, "without a RevisionId"},
		{"Resources of two functions", document("", allow("x", `"Resource":"`+elsewhere+`"`)), "r", "Thumbnail", `do not agree on a function of that name ("` + elsewhere + `")`},
		{"a Resource that is everything", document("", allow("x", `"Resource":"*"`)), "r", "Thumbnail", `do not agree on a function of that name ("*")`},
		{"a Resource that is everything, before the others", `{"Version":"2012-10-17","Statement":[` + allow("x", `"Resource":"*"`) + `,` + a.Raw() + `]}`, "r", "Thumbnail", `do not agree on a function of that name ("*")`},
		{"a Resource with the name as its beginning", document("", allow("x", `"Resource":"`+thumbnailARN+`2"`)), "r", "Thumbnail", "do not agree"},
		{"another statement under the id of a removed one", document("", allow(a.Sid(), `"Resource":"`+thumbnailARN+`"`)), "r", thumbnailARN, "another one has the same id"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			reading := permission.PolicyReading{Document: parse(t, tt.text), RevisionID: tt.revision, Found: true}
			desired := of(rule("b"))
			desired.Function = tt.function
			plan, err := ensure.PlanFor(reading, desired, ensure.WholeDocument(nil))
			if err != nil {
				t.Fatal(err)
			}
			_, err = plan.Apply(t.Context(), nil)
			if refused := mustBe[*ensure.DocumentError](t, err); !strings.Contains(refused.Reason, tt.want) {
				t.Errorf("Reason = %q, want %q in it", refused.Reason, tt.want)
			}
			if !strings.Contains(plan.String(), "Apply will refuse this") {
				t.Errorf("the printed plan does not say that it will be refused:\n%s", plan)
			}
			if desired.Grants = []validate.Request{rule("a")}; strings.Contains(tt.rule, "under the id") {
				return // the last one is compared, and that is not the owner's
			}
			unchanged, err := ensure.PlanFor(reading, desired, ensure.WholeDocument(nil))
			if err != nil {
				t.Fatalf("a plan without a change: error %v, want none", err)
			}
			wantEqual(t, "Err() of a plan without a change", unchanged.Err(), nil)
		})
	}
}

// Resources of versions, of aliases and of all of them agree with the function.
func TestWholeDocumentFindsTheARN(t *testing.T) {
	f := newDocumentFixture(t)
	if err := f.service.SetPolicy("Thumbnail", foreignPolicy(ownStatement(t, rule("a")))); err != nil {
		t.Fatal(err)
	}
	mustGrants(t, f.api, of(rule("b")), f.way)
	if want := []string{"GetPolicy", "PutResourcePolicy"}; !slices.Equal(f.api.calls, want) {
		t.Errorf("calls = %q, want %q", f.api.calls, want)
	}
}

// The limits on removals hold for whole documents.
func TestWholeDocumentLimits(t *testing.T) {
	limit := func(o *ensure.Options) { o.MaxRemovals = 1 }
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")), owned(rule("b")), owned(rule("c")))
	for _, tt := range []struct {
		list   ensure.Desired
		optFns []func(*ensure.Options)
	}{
		{of(rule("a")), []func(*ensure.Options){f.way, limit}},
		{of(), []func(*ensure.Options){f.way}},
	} {
		_, err := ensure.Grants(t.Context(), f.api, tt.list, tt.optFns...)
		var refused *ensure.RemovalLimitError
		if !errors.As(err, &refused) {
			t.Errorf("err = %v, want a *RemovalLimitError", err)
		}
	}
	wantWrites(t, f.api, 0)
}

// Removals within the limit are made.
func TestWholeDocumentWithinTheLimit(t *testing.T) {
	for n := 1; n <= 2; n++ {
		f := newDocumentFixture(t)
		store(t, f.service, owned(rule("kept")))
		for i := range n {
			store(t, f.service, owned(rule(fmt.Sprint("gone-", i))))
		}
		mustGrants(t, f.api, of(rule("kept")), f.way, func(o *ensure.Options) { o.MaxRemovals = n })
		wantStatements(t, f.service, owned(rule("kept")).StatementId)
	}
}

// A policy that would be too large at the end is refused, and the error has the bytes.
// Nothing can be too large before, since there is one write.
func TestWholeDocumentNoRoom(t *testing.T) {
	f := newDocumentFixture(t)
	old, new := buckets(64, "111111111111"), buckets(64, "222222222222")
	fits := 0
	for n := range old {
		list := of(new[:n+1]...)
		plan, err := ensure.PlanFor(permission.PolicyReading{}, inFull(list), f.way)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Err() == nil {
			fits = n + 1
			continue
		}
		full := mustBe[*ensure.NoRoomError](t, plan.Err())
		wantEqual(t, "Size", full.Size, plan.Sizes().After)
		wantEqual(t, "FitsAtTheEnd", full.FitsAtTheEnd, false)
		break
	}
	mustGrants(t, f.service.API(), of(old[:fits]...))
	result := mustGrants(t, f.api, of(new[:fits]...), f.way)
	wantWrites(t, f.api, 1)
	wantEqual(t, "changes done", len(result.Done), fits)
}

// Without an API a plan can be made, and nothing else: no call is made before the error.
func TestWholeDocumentWithoutAPI(t *testing.T) {
	f := newDocumentFixture(t)
	whole := ensure.WholeDocument(nil)
	plan, err := ensure.PlanFor(permission.PolicyReading{}, inFull(of(rule("a"))), whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"Apply":   func() error { _, err := plan.Apply(t.Context(), f.api); return err },
		"NewPlan": func() error { _, err := ensure.NewPlan(t.Context(), f.api, of(rule("a")), whole); return err },
		"Grants":  func() error { _, err := ensure.Grants(t.Context(), f.api, of(rule("a")), whole); return err },
	} {
		t.Run(name, func(t *testing.T) { wantErrorWith(t, call(), "nil API") })
	}
	if len(f.api.calls) > 0 {
		t.Errorf("calls %q, want none", f.api.calls)
	}
}
