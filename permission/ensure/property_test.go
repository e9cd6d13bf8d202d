package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	grants "github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// world makes policies and lists of all kinds that meet in one policy.
type world struct{ *rand.Rand }

// grant is one of a few grants, so that policies and lists overlap.
func (w world) grant() validate.Request {
	switch w.IntN(5) {
	case 0:
		return rule(fmt.Sprint("nightly-", w.IntN(4)))
	case 1:
		return rule("*")
	case 2:
		return validate.Request{Action: "lambda:InvokeFunction", Principal: fmt.Sprintf("arn:aws:iam::210987654321:role/r%d", w.IntN(3))}
	case 3:
		return validate.Request{Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com", EventSourceToken: "amzn1.ask.skill.secret"}
	}
	return bucket(fmt.Sprint("photos-", w.IntN(3)), fmt.Sprintf("%012d", 1+w.IntN(3)))
}

// adopted is one of a few ids that Adopt accepts.
func (w world) adopted() string { return fmt.Sprint("old-", w.IntN(4)) }

func isAdopted(id string) bool { return strings.HasPrefix(id, "old-") }

// statement is a statement of any origin. Its id is not in use.
func (w world) statement(used map[string]bool) string {
	g := w.grant()
	switch w.IntN(8) {
	case 0: // of the owner's
		g.StatementId = grants.StatementID("app", g)
	case 1: // of a shorter and of a longer owner
		g.StatementId = grants.StatementID([]string{"ap", "app-2"}[w.IntN(2)], g)
	case 2: // begins like the owner's
		g.StatementId = fmt.Sprint("app-", w.IntN(5))
	case 3:
		g.StatementId = w.adopted()
	case 4: // left by an interrupted replacement
		g.StatementId = ensure.TemporaryID(w.adopted())
	case 5: // under the id of another grant: nobody's
		g.StatementId = grants.StatementID("app", w.grant())
	case 6:
		return w.foreign(used)
	default:
		g.StatementId = fmt.Sprint("other-", w.IntN(20))
	}
	if used[g.StatementId] {
		return w.foreign(used)
	}
	used[g.StatementId] = true
	s, err := policy.NewStatement(g, arn.MustParseFunction(thumbnailARN))
	if err != nil {
		panic(err)
	}
	return s.Raw()
}

// foreign is a statement that AddPermission cannot add.
func (w world) foreign(used map[string]bool) string {
	id := fmt.Sprint("put-", w.IntN(1000))
	if used[id] || w.IntN(3) == 0 {
		return `{"Effect":"Deny","Principal":"*","Action":["lambda:*"],"Resource":"` + thumbnailARN + `"}`
	}
	used[id] = true
	return `{"Sid":"` + id + `","Effect":"Allow","Principal":{"AWS":["210987654321","310987654321"]},"Action":"lambda:InvokeFunction","Resource":"` + thumbnailARN + `"}`
}

// policy returns a policy with up to n statements, or "".
func (w world) policy(n int) string {
	used := make(map[string]bool)
	var list []string
	for range w.IntN(n) {
		list = append(list, w.statement(used))
	}
	if len(list) == 0 {
		return ""
	}
	if w.IntN(4) == 0 { // filled, but for a few bytes
		size := len(`{"Version":"2012-10-17","Id":"default","Statement":[]}`) + len(strings.Join(list, ","))
		const frame = `{"Sid":"filler","Effect":"Deny","Principal":"*","Action":"lambda:","Resource":"` + thumbnailARN + `"}`
		if room := policy.MaxSize - size - 1 - len(frame) - w.IntN(800); room > 0 {
			list = append(list, strings.Replace(frame, "lambda:", "lambda:"+strings.Repeat("x", room), 1))
		}
	}
	return `{"Version":"2012-10-17","Id":"default","Statement":[` + strings.Join(list, ",") + `]}`
}

func (w world) desired() ensure.Desired {
	d := ensure.Desired{Function: []string{"Thumbnail", thumbnailARN}[w.IntN(2)], Owner: "app"}
	if w.IntN(2) == 0 {
		d.Adopt = isAdopted
	}
	used := make(map[string]bool)
	for range w.IntN(8) {
		g := w.grant()
		if id := w.adopted(); d.Adopt != nil && w.IntN(3) == 0 && !used[id] {
			used[id] = true
			g.StatementId = id
		}
		d.Grants = append(d.Grants, g)
	}
	return d
}

// For every policy and list: after Apply the service has the policy that the plan
// predicted, byte for byte, and a new plan is empty. Apply makes as many calls as
// the plan predicted. Foreign statements keep their places.
func TestPlanIsWhatApplyDoes(t *testing.T) {
	runs := 1000
	if testing.Short() {
		runs = 200
	}
	kinds := make(map[string]int)
	for seed := range runs {
		w := world{rand.New(rand.NewPCG(1, uint64(seed)))}
		kinds[checkRun(t, w)]++
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Log(kinds)
	for _, kind := range []string{"applied", "empty", "taken", "no room", "removes all"} {
		if kinds[kind] == 0 {
			t.Errorf("no run was %q: %v", kind, kinds)
		}
	}
}

func checkRun(t *testing.T, w world) (kind string) {
	t.Helper()
	service, api := newThumbnail(t)
	text := w.policy(12)
	if text != "" {
		if err := service.SetPolicy("Thumbnail", text); err != nil {
			t.Fatal(err)
		}
	}
	d := w.desired()
	options := func(o *ensure.Options) { o.AllowGap, o.AcceptCovering = w.IntN(2) == 0, w.IntN(2) == 0 }
	var o ensure.Options
	options(&o)
	options = func(p *ensure.Options) { p.AllowGap, p.AcceptCovering = o.AllowGap, o.AcceptCovering }

	plan, err := ensure.NewPlan(context.Background(), service.API(), d, options)
	var refused *ensure.DesiredError
	if errors.As(err, &refused) {
		return "taken"
	}
	if err != nil {
		t.Fatal(err)
	}
	checkCovered(t, parse(t, nonEmpty(text)), plan)
	want, isKnown := plan.Document()
	peak := plan.Sizes().Now
	api.after = func(string) error {
		if now, ok := service.Policy("Thumbnail"); ok {
			peak = max(peak, now.Size())
		}
		return nil
	}
	result, err := plan.Apply(context.Background(), api)
	now, _ := service.Policy("Thumbnail")
	var room *ensure.NoRoomError
	var limit *ensure.RemovalLimitError
	switch {
	case errors.As(err, &room), errors.As(err, &limit):
		wantEqual(t, "the policy after the refusal", now.Raw(), parse(t, nonEmpty(text)).Raw())
		wantEqual(t, "the calls of the refused plan", len(api.calls), 0)
		if room != nil {
			return "no room"
		}
		return "removes all"
	case err != nil:
		t.Fatalf("%v\n%s\nof %s", err, plan, text)
	}
	if isKnown && now.Raw() != want.Raw() {
		t.Errorf("the service has\n%s\nthe plan said\n%s\n%s", now, want, plan)
	}
	if plan.Calls().Total() != len(api.calls) {
		t.Errorf("%d calls %v, the plan said %d\n%s", len(api.calls), api.calls, plan.Calls().Total(), plan)
	}
	if isKnown && peak != plan.Sizes().Peak {
		t.Errorf("the policy had %d bytes at most, the plan said %d\n%s", peak, plan.Sizes().Peak, plan)
	}
	wantEqual(t, "changes done", len(result.Done), len(plan.Changes()))
	wantEqual(t, "changes left", len(result.Left), 0)
	again := mustPlan(t, service.API(), d, options)
	if !again.Empty() {
		t.Errorf("planned again:\n%s\nafter\n%s", again, plan)
	}
	if isKnown {
		wantEqual(t, "the size by the next plan", again.Sizes().Now, plan.Sizes().After)
	}
	checkForeign(t, parse(t, nonEmpty(text)), now, d, plan)
	if plan.Empty() {
		return "empty"
	}
	return "applied"
}

// checkCovered compares the statements that a plan says to cover an added grant with
// all statements that stay and do.
func checkCovered(t *testing.T, before policy.Document, plan *ensure.Plan) {
	t.Helper()
	isGoing := make(map[string]bool)
	for _, c := range plan.Changes() {
		if c.Stored().IsValid() {
			isGoing[c.Stored().Sid()] = true
		}
	}
	for _, c := range plan.Changes() {
		if c.Kind != ensure.KindAdd || !c.Wanted().IsValid() {
			continue
		}
		var want []string
		for _, s := range before.Statements() {
			if !isGoing[s.Sid()] && policy.Covers(s, c.Wanted()) {
				want = append(want, s.Sid())
			}
		}
		if !slices.Equal(c.CoveredBy, want) {
			t.Errorf("%s is covered by %q, want %q", c.StatementID, c.CoveredBy, want)
		}
	}
}

func nonEmpty(text string) string {
	if text == "" {
		return policy.Document{}.Raw()
	}
	return text
}

// checkForeign compares the statements that are not the owner's, which are known
// from other code than the plan's.
func checkForeign(t *testing.T, before, after policy.Document, d ensure.Desired, plan *ensure.Plan) {
	t.Helper()
	foreign := func(document policy.Document) (list []string) {
		for _, s := range document.Statements() {
			g, err := s.Request()
			base, _, isTemporary := strings.Cut(s.Sid(), "-lambdaperm-replacing-")
			isOwned := err == nil && (s.Sid() == grants.StatementID("app", g) ||
				d.Adopt != nil && (isAdopted(s.Sid()) || isTemporary && isAdopted(base)))
			if !isOwned {
				list = append(list, s.Raw())
			}
		}
		return list
	}
	if got, want := foreign(after), foreign(before); !slices.Equal(got, want) {
		t.Errorf("foreign statements\n%s\nwere\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), plan)
	}
}

// FuzzGrant lets Grant and Absent meet any policy that the service can hold. The
// statements of others stay as they are and in their order; a second Grant after a
// success changes nothing; and Absent, after a success, leaves no such statement.
func FuzzGrant(f *testing.F) {
	const head, tail = `{"Version":"2012-10-17","Id":"default","Statement":[`, `]}`
	simple := func(sid, source string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail +
			`","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"` + source + `"}}}`
	}
	f.Add(head+simple("s3-photos", "arn:aws:s3:::photos")+tail, true)
	f.Add(head+simple("s3-photos", "arn:aws:s3:::elsewhere")+tail, true)
	f.Add(head+simple("s3-photos", "arn:aws:s3:::elsewhere")+","+simple(temporaryID, "arn:aws:s3:::photos")+tail, true)
	f.Add(head+simple(temporaryID, "arn:aws:s3:::third")+","+simple("other", "arn:aws:s3:::*")+tail, false)
	f.Add(head+`{"Sid":"s3-photos","Effect":"Deny","Principal":"*","Action":["lambda:*"],"Resource":"`+thumbnail+`"}`+tail, true)
	f.Add(head+`{"Effect":"Allow","Principal":{"AWS":"210987654321"},"NotAction":"lambda:DeleteFunction","Resource":"`+thumbnail+`"}`+tail, false)
	f.Fuzz(func(t *testing.T, document string, replace bool) {
		service := newService(t)
		if service.SetPolicy("Thumbnail", document) != nil {
			return
		}
		before := foreignStatements(service)
		options := func(o *ensure.Options) { o.Replace, o.AllowGap = replace, replace }
		ctx := context.Background()
		if _, err := ensure.Grant(ctx, service.API(), grant(), options); err == nil {
			out, err := ensure.Grant(ctx, service.API(), grant(), options)
			wantGranted(t, out, err, ensure.OutcomeUnchanged)
		}
		if after := foreignStatements(service); !slices.Equal(after, before) {
			t.Errorf("Grant changed other statements:\n%q\n%q", before, after)
		}
		if _, err := ensure.Absent(ctx, service.API(), "Thumbnail", "s3-photos"); err == nil {
			left, _ := service.Policy("Thumbnail")
			if _, present := left.Lookup("s3-photos"); present {
				t.Errorf("Absent left the statement: %s", left)
			}
		}
		if after := foreignStatements(service); !slices.Equal(after, before) {
			t.Errorf("Absent changed other statements:\n%q\n%q", before, after)
		}
	})
}

// foreignStatements returns the statements without those of the grant's ids.
func foreignStatements(service *permissiontest.Service) (raws []string) {
	document, _ := service.Policy("Thumbnail")
	for _, s := range document.Statements() {
		if !isOurs(s.Sid()) {
			raws = append(raws, s.Raw())
		}
	}
	return raws
}

// FuzzReading lets the functions of this package read any answer of GetPolicy: they
// return, and make no write that is not of their own ids.
func FuzzReading(f *testing.F) {
	f.Add(`{"Statement":[]}`)
	f.Add(`{"Statement":{"Sid":"s3-photos"}}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, answer string) {
		check := func(id *string) error {
			if !isOurs(aws.ToString(id)) {
				t.Errorf("a write of %q", aws.ToString(id))
			}
			return accessDenied()
		}
		api := &permissiontest.Stub{
			GetPolicyFunc: func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
				return &permission.GetPolicyOutput{Policy: &answer, RevisionId: aws.String("1")}, nil
			},
			AddPermissionFunc: func(_ context.Context, in *permission.AddPermissionInput, _ ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
				return nil, check(in.StatementId)
			},
			RemovePermissionFunc: func(_ context.Context, in *permission.RemovePermissionInput, _ ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
				return nil, check(in.StatementId)
			},
		}
		_, _ = ensure.Grant(context.Background(), api, grant(), withGap)
		_, err := ensure.Absent(context.Background(), api, "Thumbnail", "s3-photos")
		if _, parseErr := policy.Parse(answer); parseErr != nil && err == nil {
			t.Errorf("Absent succeeded over %q", answer)
		}
	})
}
