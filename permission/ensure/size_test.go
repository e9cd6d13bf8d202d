package ensure_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/growth"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// route is a grant to one route of an API.
func route(path string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "apigateway.amazonaws.com",
		SourceArn: "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/" + path,
	}
}

// documentOf is the policy of Thumbnail with the grants, under ids s0, s1 and so on
// unless they have others.
func documentOf(t testing.TB, grants ...validate.Request) policy.Document {
	t.Helper()
	var list []policy.Statement
	for i, g := range grants {
		if g.StatementId == "" {
			g.StatementId = fmt.Sprint("s", i)
		}
		s, err := policy.NewStatement(g, mustFunction(t, thumbnailARN))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s)
	}
	return policy.Document{}.With(list...)
}

// The proposals for a policy.
func TestCompact(t *testing.T) {
	noAccount := func(name string) validate.Request {
		return validate.Request{Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::" + name}
	}
	logs := func(group string) validate.Request {
		return validate.Request{Action: "lambda:InvokeFunction", Principal: "logs.amazonaws.com", SourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:" + group + ":*"}
	}
	deny := `{"Sid":"d%d","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"` + thumbnailARN + `"}`
	tests := []struct {
		reason   string
		document policy.Document
		want     []string // "ids by pattern" or "id by id"
	}{
		{"the routes of an API, and those of one path", documentOf(t, route("prod/GET/pets"), route("prod/POST/pets"), route("prod/POST/toys")),
			[]string{"s0 s1 s2 by a1b2c3/prod/*", "s1 s2 by a1b2c3/prod/POST/*"}},
		{"the longest of several patterns for the same statements", documentOf(t, route("prod/pets-${x}"), route("prod/pets-cats-1"), route("prod/pets-cats-2")),
			[]string{"s1 s2 by a1b2c3/prod/pets-cats-*"}},
		{"a source that another one begins with", documentOf(t, route("prod/pets"), route("prod/pets/cats")), []string{"s0 s1 by a1b2c3/prod/*"}},
		{"an ARN that ends before the resource", documentOf(t, topic(""), topic("a")), nil},
		{"different stages", documentOf(t, route("prod/GET/"), route("test/GET/")), []string{"s0 s1 by a1b2c3/*"}},
		{"different APIs have nothing in common", documentOf(t, route("GET"), change(route("GET"), func(r *validate.Request) { r.SourceArn = strings.Replace(r.SourceArn, "a1b2c3", "d4e5f6", 1) })), nil},
		{"buckets of one account", documentOf(t, bucket("photos-a", "111111111111"), bucket("photos-b", "111111111111")), []string{"s0 s1 by photos-*"}},
		{"buckets of two accounts", documentOf(t, bucket("photos-a", "111111111111"), bucket("photos-b", "222222222222")), nil},
		{"buckets of anybody would let others in", documentOf(t, noAccount("photos-a"), noAccount("photos-b")), nil},
		{"log groups, with colons in the resource", documentOf(t, logs("/aws/a"), logs("/aws/b")), []string{"s0 s1 by log-group:/aws/*"}},
		{"a word is not cut", documentOf(t, rule("nightly"), rule("night")), []string{"s0 s1 by rule/*"}},
		{"covered by a pattern", documentOf(t, rule("a"), rule("*")), []string{"s0 by s1"}},
		{"the same twice: the first one stays", documentOf(t, rule("a"), rule("a")), []string{"s1 by s0"}},
		{"the same Deny twice", parse(t, fmt.Sprintf(`{"Statement":[`+deny+`,`+deny+`]}`, 0, 1)), []string{"d1 by d0"}},
		{"a Deny and an Allow", parse(t, fmt.Sprintf(`{"Statement":[`+deny+`,`+strings.Replace(deny, "Deny", "Allow", 1)+`]}`, 0, 1)), nil},
		{"another action", documentOf(t, route("GET/a"), change(route("GET/b"), func(r *validate.Request) { r.Action = "lambda:*" })), nil},
		{"without ids", parse(t, strings.NewReplacer(`"Sid":"s0",`, "", `"Sid":"s1",`, "").Replace(documentOf(t, rule("a"), rule("a")).Raw())), nil},
		{"two with one id, which could only go together", parse(t, strings.NewReplacer(`"Sid":"s1"`, `"Sid":"s0"`).Replace(documentOf(t, rule("a"), rule("a")).Raw())), nil},
		{"two sources with one id", parse(t, strings.NewReplacer(`"Sid":"s1"`, `"Sid":"s0"`).Replace(documentOf(t, route("prod/a"), route("prod/b")).Raw())), nil},
		{"the pattern's id is taken by another grant", documentOf(t, route("prod/a"), route("prod/b"), withID(owned(route("prod/*")).StatementId, topic("a"))), nil},
		{"nothing", policy.Document{}, nil},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range ensure.Compact("app", tt.document) {
			var ids []string
			for _, s := range p.Replaces {
				ids = append(ids, s.Sid())
			}
			by := p.By.Sid()
			if p.IsNew {
				by = strings.SplitN(p.LetsIn, ":", 6)[5]
			}
			got = append(got, strings.Join(ids, " ")+" by "+by)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: proposals (-want +got)\n%s", tt.reason, diff)
		}
	}
}

// The grant of a proposal names no function and no id, so that it is one for any list.
func TestCompactGrant(t *testing.T) {
	proposals := ensure.Compact("app", documentOf(t, route("prod/a"), route("prod/b")))
	if len(proposals) != 1 {
		t.Fatalf("%d proposals, want 1", len(proposals))
	}
	if diff := cmp.Diff(route("prod/*"), proposals[0].Grant); diff != "" {
		t.Errorf("Grant (-want +got)\n%s", diff)
	}
}

// sources makes policies whose sources have much in common, and calls that may match.
type sources struct{ *rand.Rand }

func (r sources) arn() string {
	word := func(words ...string) string { return words[r.IntN(len(words))] }
	head := word("arn:aws:execute-api:us-east-1:123456789012:", "arn:aws:execute-api:us-east-1:210987654321:", "arn:aws:s3:::")
	return head + word("api", "lib") + word("/", "-") + word("a", "b", "ab", "*") + word("", "/x", "/y", "-z")
}

func (r sources) grant() validate.Request {
	g := validate.Request{Action: "lambda:InvokeFunction", Principal: []string{"s3.amazonaws.com", "apigateway.amazonaws.com"}[r.IntN(2)], SourceArn: r.arn()}
	g.SourceAccount = []string{"", "123456789012", "210987654321"}[r.IntN(3)]
	return g
}

// Every proposal allows all calls that the replaced statements allowed, and lets in
// no other calls than those that it names: by Covers, and by evaluation of calls.
func TestCompactKeepsAndTells(t *testing.T) {
	runs := 400
	if testing.Short() {
		runs = 60
	}
	newlyLetIn, proposals := 0, 0
	for seed := range runs {
		r := sources{rand.New(rand.NewPCG(2, uint64(seed)))}
		list := make([]validate.Request, 2+r.IntN(12))
		for i := range list {
			list[i] = r.grant()
		}
		d := documentOf(t, list...)
		for _, p := range ensure.Compact("app", d) {
			proposals++
			for _, s := range p.Replaces {
				if !policy.Covers(p.By, s) {
					t.Fatalf("seed %d: %s does not cover %s", seed, p.By, s)
				}
			}
			after := p.Edit(d)
			if saves := d.Size() - after.Size(); saves != p.Saves {
				t.Fatalf("seed %d: saves %d bytes, said %d", seed, saves, p.Saves)
			}
			if p.Saves <= 0 {
				t.Fatalf("seed %d: saves %d bytes, want some", seed, p.Saves)
			}
			for range 60 {
				newlyLetIn += checkCall(t, r, d, after, p)
			}
		}
	}
	if newlyLetIn == 0 {
		t.Errorf("%d proposals let in no call, want some", proposals)
	}
	t.Logf("%d proposals, which let in %d calls", proposals, newlyLetIn)
}

// checkCall compares the verdicts of both policies on one call.
func checkCall(t *testing.T, r sources, before, after policy.Document, p ensure.Proposal) (newlyLetIn int) {
	t.Helper()
	g := r.grant()
	call := policy.Invocation{
		Function: mustFunction(t, thumbnailARN),
		Caller:   policy.Service{Name: g.Principal, SourceArn: strings.ReplaceAll(g.SourceArn, "*", "star"), SourceAccount: g.SourceAccount},
	}
	was, is := before.Evaluate(call).Verdict(), after.Evaluate(call).Verdict()
	if was == policy.Allowed && is != policy.Allowed {
		t.Fatalf("%v was let in and is not, by %s", call, p)
	}
	// The proposal names such a call by its pattern, and by the other members of
	// the grant.
	service := call.Caller.(policy.Service)
	isSaid := p.IsNew && matches(p.LetsIn, service.SourceArn) && service.Name == p.Grant.Principal &&
		(p.Grant.SourceAccount == "" || p.Grant.SourceAccount == service.SourceAccount)
	if isLetIn := is == policy.Allowed; was != policy.Allowed && isLetIn != isSaid {
		t.Fatalf("%v is let in: %t, said so: %t, by %s", call, isLetIn, isSaid, p)
	}
	if was == policy.Allowed || is != policy.Allowed {
		return 0
	}
	return 1
}

// matches compares an ARN with a pattern of ArnLike, part by part.
func matches(pattern, source string) bool {
	ps, ss := strings.SplitN(pattern, ":", 6), strings.SplitN(source, ":", 6)
	for i, p := range ps {
		re := "^" + strings.ReplaceAll(regexp.QuoteMeta(p), `\*`, ".*") + "$"
		if ok, err := regexp.MatchString(re, ss[i]); err != nil || !ok {
			return false
		}
	}
	return true
}

// The classic case: each route of an API has a grant, until the policy is full.
func TestCompactMakesRoom(t *testing.T) {
	var routes []validate.Request
	for i := range 70 {
		routes = append(routes, route(fmt.Sprintf("prod/GET/pets-%02d", i)))
	}
	list := of(routes...)
	list.Function = thumbnailARN
	service, api := newThumbnail(t)
	plan := mustPlan(t, api, list)
	if plan.Err() == nil {
		t.Fatal("70 routes fit, want that they do not")
	}
	document, _ := plan.Document()
	proposals := ensure.Compact("app", document)
	if len(proposals) == 0 {
		t.Fatal("no proposal")
	}
	list.Grants = []validate.Request{proposals[0].Grant}
	mustGrants(t, api, list)
	after, _ := service.Policy("Thumbnail")
	if after.Raw() != proposals[0].Edit(document).Raw() {
		t.Errorf("the policy is\n%s\nthe proposal said\n%s", after, proposals[0].Edit(document))
	}
	if !slices.Contains(idsOf(mustPlan(t, api, list).Kept()), proposals[0].By.Sid()) {
		t.Error("the grant of the proposal has another id than its statement")
	}
}

// Each statement that another one covers is proposed to go, unless another statement
// has its id: as a comparison of every two statements finds.
func TestCompactFindsAllCovered(t *testing.T) {
	const runs = 300
	found := 0
	for seed := range runs {
		w := world{rand.New(rand.NewPCG(3, uint64(seed)))}
		d := parse(t, nonEmpty(w.policy(25)))
		var got []string
		for _, p := range ensure.Compact("app", d) {
			if !p.IsNew {
				got = append(got, p.Replaces[0].Sid())
			}
		}
		slices.Sort(got)
		if want := coveredIn(d); !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %q, want %q", seed, got, want)
		}
		found += len(got)
	}
	if found == 0 {
		t.Error("no statement was covered")
	}
}

// coveredIn returns the ids of the statements that others cover, but for the first of
// several that cover each other. Statements without an id stay.
func coveredIn(d policy.Document) (ids []string) {
	statements := d.Statements()
	for i, s := range statements {
		isCovered := false
		for j, by := range statements {
			isFirst := i < j && policy.Covers(s, by)
			isCovered = isCovered || i != j && policy.Covers(by, s) && !isFirst
		}
		if isCovered && s.Sid() != "" {
			ids = append(ids, s.Sid())
		}
	}
	slices.Sort(ids)
	return ids
}

// A policy without statements has no bytes, before and after.
func TestPlanSizesOfNoPolicy(t *testing.T) {
	for name, way := range map[string]func(*ensure.Options){
		"statement by statement": func(*ensure.Options) {}, "as a whole": ensure.WholeDocument(new(permissiontest.Stub)),
	} {
		service, api := newThumbnail(t)
		wantEqual(t, name+": Now of no policy", mustPlan(t, api, of(rule("a")), way).Sizes().Now, 0)
		store(t, service, owned(rule("a")))
		wantEqual(t, name+": After of a removed policy", mustPlan(t, api, of(), way, ensure.AllowRemoveAll).Sizes().After, 0)
	}
}

// A policy that stays as it is has the size of its text, also if an edit would write it
// in another form, as it does a Statement that is no list.
func TestPlanSizesOfAStatementWithoutAList(t *testing.T) {
	document := parse(t, `{"Version":"2012-10-17","Statement":`+ownStatement(t, rule("a")).Raw()+`}`)
	plan, err := ensure.PlanFor(permission.PolicyReading{Document: document, RevisionID: "r", Found: true}, of(rule("a")))
	if err != nil {
		t.Fatal(err)
	}
	want := document.Size()
	wantEqual(t, "sizes", plan.Sizes(), ensure.Sizes{Now: want, After: want, Peak: want, Known: true})
}

// The time of Compact grows with the size of the policy.
func TestCompactGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	for name, grantOf := range map[string]func(i int) validate.Request{
		"sources of one pattern":       func(i int) validate.Request { return route(fmt.Sprint("prod/GET/pets-", i)) },
		"sources of many patterns":     func(i int) validate.Request { return route(fmt.Sprintf("prod/%d/pets-%d", i/2, i)) },
		"statements beside their copy": func(i int) validate.Request { return route(fmt.Sprint("prod/", i/2)) },
	} {
		compacting := func(n int) func() {
			list := make([]validate.Request, n)
			for i := range list {
				list[i] = grantOf(i)
			}
			d := documentOf(t, list...)
			return func() {
				if len(ensure.Compact("app", d)) == 0 {
					t.Fatalf("%s: nothing is proposed", name)
				}
			}
		}
		const n = 100
		growth.Linear(t, name, compacting(n), compacting(n*growth.Factor))
	}
}

// After its last statement is removed the service begins a policy anew, with no
// members from before beside the statements.
func TestPlanSizesOfNewPolicy(t *testing.T) {
	service, api := newThumbnail(t)
	if err := service.SetPolicy("Thumbnail", `{"Version":"2012-10-17","Statement":[{"Sid":"old","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"lambda:InvokeFunction","Resource":"`+thumbnailARN+`"}]}`); err != nil {
		t.Fatal(err)
	}
	list := of(rule("a"))
	list.Adopt = adoptAll
	plan := mustPlan(t, api, list)
	if _, err := plan.Apply(t.Context(), api); err != nil {
		t.Fatal(err)
	}
	document, _ := service.Policy("Thumbnail")
	if plan.Sizes().After != document.Size() {
		t.Errorf("the plan said %d bytes, the policy has %d: %s", plan.Sizes().After, document.Size(), document)
	}
}

// Space between tokens does not count, wherever it is, before and after a change.
func TestPlanSizesWithoutSpace(t *testing.T) {
	service, api := newThumbnail(t)
	text := documentOf(t, owned(rule("a")), owned(rule("b"))).Raw()
	if err := service.SetPolicy("Thumbnail", strings.ReplaceAll(text, ",", " ,\n")); err != nil {
		t.Fatal(err)
	}
	plan := mustPlan(t, api, of(rule("b"), rule("c"), rule("d")))
	if got := plan.Sizes().Now; got != len(text) {
		t.Errorf("the plan says %d bytes now, want %d", got, len(text))
	}
	if _, err := plan.Apply(t.Context(), api); err != nil {
		t.Fatal(err)
	}
	document, _ := service.Policy("Thumbnail")
	if got := plan.Sizes().After; got != document.Size() {
		t.Errorf("the plan said %d bytes, the policy has %d: %s", got, document.Size(), document)
	}
}
