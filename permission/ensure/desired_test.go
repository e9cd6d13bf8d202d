package ensure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	grants "github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

func change(g validate.Request, f func(*validate.Request)) validate.Request {
	f(&g)
	return g
}

// All mistakes in a list are reported before any call, each with the index of the
// grant.
func TestDesiredRefused(t *testing.T) {
	tests := []struct {
		reason string
		list   ensure.Desired
		want   []string // the beginning of each problem's text
	}{
		{"the function has no name", ensure.Desired{Grants: buckets(1, "123456789012")}, []string{"invalid request: FunctionName"}},
		{"the owner has a letter that no id has", ensure.Desired{Function: "Thumbnail", Owner: "a.b"}, []string{`grant: owner "a.b"`}},
		{"Adopt without an owner", ensure.Desired{Function: "Thumbnail", Adopt: adoptAll}, []string{"field Adopt needs an Owner"}},
		{"the grant is for another function", of(change(rule("a"), func(r *validate.Request) { r.FunctionName = "Another" })), []string{"grant 0 (app-"}},
		{"the grant is for an alias", of(change(rule("a"), func(r *validate.Request) { r.Qualifier = "PROD" })), []string{"grant 0 (app-"}},
		{"the grants are for two regions", of(inRegion("us-east-1", rule("a")), inRegion("us-west-2", rule("b"))), []string{"grant 1 (app-"}},
		{"the grant has a revision", of(change(rule("a"), func(r *validate.Request) { r.RevisionId = "1" })), []string{"grant 0 (app-"}},
		{"the grant is of another operation", of(change(rule("a"), func(r *validate.Request) { r.Operation = validate.GetPolicy })), []string{"grant 0 (app-"}},
		{"the grant breaks a rule", of(rule("a"), change(rule("b"), func(r *validate.Request) { r.Action = "lambda.Invoke" })), []string{"grant 1 (app-"}},
		{"SourceAccount is there and empty", of(present(rule("a"), "SourceAccount")), []string{"grant 0 (app-"}},
		{"Qualifier is there and empty", of(present(rule("a"), "Qualifier")), []string{"grant 0 (app-"}},
		{"the id is not the owner's", of(withID("mine", rule("a"))), []string{"grant 0 (mine)"}},
		{"one id with two meanings", ensure.Desired{Function: "Thumbnail", Grants: []validate.Request{withID("mine", rule("a")), withID("mine", rule("b"))}}, []string{"grant 1 (mine): grant 0 has the same StatementId"}},
		{"two problems", of(withID("a.b", rule("a")), rule("b"), withID("x", rule("c"))), []string{"grant 0 (a.b)", "grant 2 (x)"}},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			_, api := newThumbnail(t)
			_, err := ensure.NewPlan(context.Background(), api, tt.list)
			refused := mustBe[*ensure.DesiredError](t, err)
			if len(refused.Problems) != len(tt.want) {
				t.Fatalf("%d problems, want %d: %v", len(refused.Problems), len(tt.want), err)
			}
			for i, p := range refused.Problems {
				if !strings.HasPrefix(p.String(), tt.want[i]) {
					t.Errorf("problem %q, want %q at its beginning", p, tt.want[i])
				}
			}
			if len(api.calls) > 0 {
				t.Errorf("calls were made: %v", api.calls)
			}
		})
	}
}

func inRegion(region string, g validate.Request) validate.Request {
	g.FunctionName = "arn:aws:lambda:" + region + ":123456789012:function:Thumbnail"
	return g
}

// A region that a grant names is that of the function: the function of this name in the
// client's own region does not get the grant.
func TestDesiredRegionOfGrants(t *testing.T) {
	service, api := newThumbnail(t)
	if _, err := ensure.Grants(t.Context(), api, of(rule("a"), inRegion("us-west-2", rule("b")))); err == nil {
		t.Error("Grants of a function in another region: no error")
	}
	if got := sids(service, "Thumbnail"); len(got) > 0 {
		t.Errorf("the function in us-east-1 got %q", got)
	}
	mustGrants(t, api, of(rule("a"), inRegion("us-east-1", rule("b"))))
}

// The same holds for grants that stand before the one that names the region: the calls
// for them go to that region too, or are refused.
func TestDesiredRegionOfLaterGrants(t *testing.T) {
	service, api := newThumbnail(t)
	plan, err := ensure.PlanFor(permission.PolicyReading{}, of(rule("a"), inRegion("us-west-2", rule("b"))))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Apply(t.Context(), api); err == nil {
		t.Error("a function in another region got grants, want an error")
	}
	wantStatements(t, service)
}

// A grant may name the version or alias of the list, in its FunctionName too.
func TestDesiredQualifierOfGrants(t *testing.T) {
	for _, name := range []string{"Thumbnail:PROD", thumbnailARN + ":PROD"} {
		service := newService(t)
		g := rule("a")
		g.FunctionName = name
		d := of(g)
		d.Function = "Thumbnail:PROD"
		mustGrants(t, service.API(), d)
		wantStatements(t, service) // of the unqualified function
		if got, want := sids(service, "Thumbnail:PROD"), []string{owned(rule("a")).StatementId}; !slices.Equal(got, want) {
			t.Errorf("%s: the policy of the alias has %q, want %q", name, got, want)
		}
	}
}

// A grant may name its Operation, which is AddPermission. Without a pre-flight, too,
// another one is refused.
func TestDesiredOperation(t *testing.T) {
	unchecked := func(o *ensure.Options) { o.Preflight = nil }
	for operation, want := range map[validate.Operation]string{
		"": "", validate.AddPermission: "", validate.GetPolicy: "its Operation must be AddPermission, not GetPolicy",
	} {
		g := rule("a")
		g.Operation = operation
		_, err := ensure.PlanFor(permission.PolicyReading{}, of(g), unchecked)
		if want == "" {
			if err != nil {
				t.Errorf("%q: error %v, want none", operation, err)
			}
			continue
		}
		refused := mustBe[*ensure.DesiredError](t, err)
		wantEqual(t, "the problem", refused.Problems[0].Err.Error(), want)
	}
}

// Empty of a request names members without a value only, as it does for the rules.
func TestDesiredEmptyWithValue(t *testing.T) {
	if _, err := ensure.PlanFor(permission.PolicyReading{}, of(present(rule("a"), "SourceArn"))); err != nil {
		t.Errorf("a SourceArn that Empty names, with a value: %v", err)
	}
}

// A grant that lets a service or everybody in without a limit must be named.
func TestDesiredOpen(t *testing.T) {
	yes, no := true, false
	service := validate.Request{Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com"}
	everybody := validate.Request{Action: "lambda:InvokeFunction", Principal: "*"}
	tests := []struct {
		reason string
		grant  validate.Request
		isOpen bool
	}{
		{"a service on behalf of anybody", service, true},
		{"a service with an organization, of which it tells nothing", change(service, func(r *validate.Request) { r.PrincipalOrgID = "o-a1b2c3d4e5" }), true},
		{"a service with a resource", rule("a"), false},
		{"a service with an account", change(service, func(r *validate.Request) { r.SourceAccount = "123456789012" }), false},
		{"a skill with its token", validate.Request{Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com", EventSourceToken: "amzn1.ask.skill.1"}, false},
		{"a skill without one", validate.Request{Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com"}, true},
		{"everybody", everybody, true},
		{"everybody of an organization", change(everybody, func(r *validate.Request) { r.PrincipalOrgID = "o-a1b2c3d4e5" }), false},
		{"a public function URL", change(everybody, func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "NONE" }), false},
		{"its second half", change(everybody, func(r *validate.Request) { r.InvokedViaFunctionUrl = &yes }), false},
		{"everybody, but not through the URL", change(everybody, func(r *validate.Request) { r.InvokedViaFunctionUrl = &no }), true},
		{"another account", validate.Request{Action: "lambda:InvokeFunction", Principal: "210987654321"}, false},
		{"a role", validate.Request{Action: "lambda:InvokeFunction", Principal: "arn:aws:iam::210987654321:role/r"}, false},
	}
	for _, tt := range tests {
		_, err := ensure.PlanFor(permission.PolicyReading{}, of(tt.grant))
		var open *ensure.OpenGrantError
		if errors.As(err, &open) != tt.isOpen {
			t.Errorf("%s: error %v, want an *OpenGrantError: %t", tt.reason, err, tt.isOpen)
		}
		named := of(tt.grant)
		named.AllowOpen = []string{grants.StatementID("app", tt.grant)}
		if _, err := ensure.PlanFor(permission.PolicyReading{}, named); err != nil {
			t.Errorf("%s: error %v although AllowOpen names it", tt.reason, err)
		}
	}
}

// The same meaning twice is one grant; an id of one's own wins over a made one.
func TestDesiredTwice(t *testing.T) {
	account := validate.Request{Action: "lambda:InvokeFunction", Principal: "210987654321"}
	root := validate.Request{Action: "lambda:invokefunction", Principal: "arn:aws:iam::210987654321:root"}
	made := grants.StatementID("app", account)
	tests := []struct {
		reason string
		grants []validate.Request
		want   []string
	}{
		{"one account in two spellings", []validate.Request{account, root}, []string{made}},
		{"its made id is spelled out", []validate.Request{account, withID(made, root)}, []string{made}},
		{"an id of its own comes later", []validate.Request{account, withID("old", root)}, []string{"old"}},
		{"an id of its own comes first", []validate.Request{withID("old", account), root}, []string{"old"}},
		{"the same id of its own", []validate.Request{withID("old", account), withID("old", root)}, []string{"old"}},
		{"two ids of their own", []validate.Request{withID("old", account), withID("older", root)}, []string{"old", "older"}},
		{"another grant between", []validate.Request{account, rule("a"), root}, []string{made, grants.StatementID("app", rule("a"))}},
	}
	for _, tt := range tests {
		d := of(tt.grants...)
		d.Adopt = adoptAll
		plan, err := ensure.PlanFor(permission.PolicyReading{}, d)
		if err != nil {
			t.Errorf("%s: %v", tt.reason, err)
			continue
		}
		if diff := cmp.Diff(tt.want, idsOf(plan.Changes())); diff != "" {
			t.Errorf("%s: ids (-want +got)\n%s", tt.reason, diff)
		}
	}
}

func idsOf(changes []ensure.Change) (ids []string) {
	for _, c := range changes {
		ids = append(ids, c.StatementID)
	}
	return ids
}

// The grants of one function can be desired of another, except those that
// AddPermission cannot express.
func TestFromDocument(t *testing.T) {
	document := parse(t, `{"Version":"2012-10-17","Id":"default","Statement":[
		{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"`+thumbnailARN+`:PROD","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}},
		{"Sid":"deny","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"`+thumbnailARN+`:PROD"},
		{"Sid":"gone","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"lambda:InvokeFunction","Resource":"`+thumbnailARN+`:PROD"},
		{"Sid":"open","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"`+thumbnailARN+`:PROD"}]}`)
	open := validate.Request{Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com"}
	for _, owner := range []string{"", "app"} {
		d, err := ensure.FromDocument("Thumbnail:2", owner, document)
		e := mustBe[*ensure.InexpressibleError](t, err)
		if diff := cmp.Diff([]string{"deny", "gone"}, leftOut(e)); diff != "" {
			t.Fatalf("left out (-want +got)\n%s", diff)
		}
		var inexpressible *policy.InexpressibleError
		if !errors.As(e.Statements[0].Err, &inexpressible) {
			t.Errorf("the reason to leave out the Deny is %v, want a *policy.InexpressibleError", e.Statements[0].Err)
		}
		if !strings.Contains(err.Error(), `("deny") denies; without it more is allowed`) {
			t.Errorf("error %q does not warn of the Deny", err)
		}
		ids := []string{"s3", "open"}
		if owner != "" {
			ids = []string{grants.StatementID(owner, change(d.Grants[0], func(*validate.Request) {})), grants.StatementID(owner, open)}
		}
		if !slices.Equal(d.AllowOpen, ids[1:]) {
			t.Errorf("AllowOpen %q, want %q", d.AllowOpen, ids[1:])
		}
		plan, err := ensure.PlanFor(permission.PolicyReading{}, d)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(idsOf(plan.Changes()), ids) {
			t.Errorf("owner %q: ids %q, want %q", owner, idsOf(plan.Changes()), ids)
		}
	}
}

// leftOut are the ids of the statements that an error names.
func leftOut(e *ensure.InexpressibleError) (ids []string) {
	for _, s := range e.Statements {
		ids = append(ids, s.Sid)
	}
	return ids
}

// A statement that would be refused or would let more in is left out and named, so that
// the rest can be planned.
func TestFromDocumentLeavesOut(t *testing.T) {
	statement := func(sid, resource, condition string) string {
		return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + resource +
			`","Condition":{"StringEquals":{"AWS:SourceAccount":"` + condition + `"}}}`
	}
	document := parse(t, `{"Version":"2012-10-17","Statement":[`+strings.Join([]string{
		statement("photos", thumbnailARN+":PROD", "123456789012"),
		statement("a.b", thumbnailARN+":PROD", "123456789013"),
		statement("pattern", thumbnailARN+":PROD", "*"),
		statement("unqualified", thumbnailARN, "123456789014"),
	}, ",")+`]}`)
	for owner, want := range map[string][]string{"": {"a.b", "pattern", "unqualified"}, "app": {"pattern", "unqualified"}} {
		d, err := ensure.FromDocument("Thumbnail:2", owner, document)
		e := mustBe[*ensure.InexpressibleError](t, err)
		if got := leftOut(e); !slices.Equal(got, want) {
			t.Errorf("owner %q: left out %q, want %q", owner, got, want)
		}
		plan, err := ensure.PlanFor(permission.PolicyReading{}, d)
		if err != nil {
			t.Fatalf("owner %q: the rest is refused: %v", owner, err)
		}
		if n := 4 - len(want); len(plan.Changes()) != n {
			t.Errorf("owner %q: %d changes, want %d", owner, len(plan.Changes()), n)
		}
	}
}

// The statements that NewStatement writes come back: a plan of an alias's own policy for
// that alias is empty.
func TestFromDocumentOfOwn(t *testing.T) {
	service, _ := newThumbnail(t)
	for name, in := range kinds() {
		r := in.Request()
		r.FunctionName, r.Qualifier, r.StatementId = "", "", grants.StatementID("", r)
		if document, _ := service.Policy("Thumbnail"); hasSid(document, r.StatementId) {
			continue
		}
		store(t, service, r)
		document, _ := service.Policy("Thumbnail")
		d, err := ensure.FromDocument("Thumbnail", "", document)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if plan := mustPlan(t, service.API(), d); !plan.Empty() {
			t.Errorf("%s: not unchanged:\n%s", name, plan)
		}
	}
}

func hasSid(d policy.Document, sid string) bool {
	_, ok := d.Lookup(sid)
	return ok
}
