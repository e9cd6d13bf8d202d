package ensure_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// planOfAllKinds has every kind of change and of remark.
func planOfAllKinds(t *testing.T) *ensure.Plan {
	t.Helper()
	service, api := newThumbnail(t)
	if err := service.SetPolicy("Thumbnail", `{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"partner","Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"lambda:InvokeFunction","Resource":"`+thumbnailARN+`"}]}`); err != nil {
		t.Fatal(err)
	}
	document, _ := service.Policy("Thumbnail")
	document = documentOf(t,
		withID("all-topics", topic("*")),
		withID("app-notes", rule("notes")), owned(rule("kept")), owned(bucket("photos", "111111111111")), owned(rule("gone")),
		withID(ensure.TemporaryID("old-1"), rule("left")), withID("old-1", rule("left")),
	).With(document.Statements()...)
	if err := service.SetPolicy("Thumbnail", document.Raw()); err != nil {
		t.Fatal(err)
	}
	list := of(rule("kept"), rule("new"), bucket("photos", "222222222222"), withID("old-1", rule("left")),
		topic("uploads"))
	list.Adopt = isAdopted
	return mustPlan(t, api, list, func(o *ensure.Options) { o.AcceptCovering, o.MaxRemovals = true, 1 })
}

// A printed plan, with all that can be in it.
func TestPlanText(t *testing.T) {
	const want = `Plan for Thumbnail, owner app: 1 to add, 1 to change, 2 to remove, 2 unchanged, 1 covered.
  = app-ingb47uw5kz4ktucexn6s6wk  sns.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:sns:us-east-1:123456789012:uploads
      is allowed by "all-topics"
  + app-36giuspbwo7a5b4qgflifxq2  events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/new
  ~ app-e5aevq6awtftnhehip2kqjod  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 222222222222
      replaces app-wqtpqy7sursfyrdzynsckzbw
      Condition StringEquals AWS:SourceAccount: "111111111111" -> "222222222222"
  - app-7cd4n3evfzdvkvo5mrdsy27j  events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/gone
  - old-1-lambdaperm-replacing-6e99d1912563  events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/left
      left by an interrupted replacement of "old-1"
3 statements of others left as they are.
Among them are ids that begin as the owner's do, but are not its own: app-notes.
The principal of "partner" was deleted. While the policy has such a statement, the service refuses every addition.
Size: 2279 bytes now, 1969 after, 2894 at most on the way; the limit is 20480.
7 calls: 2 AddPermission, 2 GetPolicy, 3 RemovePermission.
Apply will refuse this: ensure: 2 statements of "Thumbnail" would be removed (app-7cd4n3evfzdvkvo5mrdsy27j, old-1-lambdaperm-replacing-6e99d1912563), and Options.MaxRemovals is 1
`
	if diff := cmp.Diff(want, planOfAllKinds(t).String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The plan as JSON, for programs.
func TestPlanJSON(t *testing.T) {
	const want = `{
  "function": "Thumbnail",
  "owner": "app",
  "changes": [
    {
      "kind": "add",
      "statementId": "app-36giuspbwo7a5b4qgflifxq2",
      "grant": "events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/new"
    },
    {
      "kind": "change",
      "statementId": "app-e5aevq6awtftnhehip2kqjod",
      "replaces": "app-wqtpqy7sursfyrdzynsckzbw",
      "grant": "s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 222222222222",
      "differences": [
        "Condition StringEquals AWS:SourceAccount: \"111111111111\" -\u003e \"222222222222\""
      ]
    },
    {
      "kind": "remove",
      "statementId": "app-7cd4n3evfzdvkvo5mrdsy27j",
      "grant": "events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/gone"
    },
    {
      "kind": "remove",
      "statementId": "old-1-lambdaperm-replacing-6e99d1912563",
      "grant": "events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/left",
      "reason": "left by an interrupted replacement of \"old-1\""
    }
  ],
  "kept": [
    {
      "kind": "unchanged",
      "statementId": "app-47kg7b57hvkzzsr5cdrxhfgm",
      "grant": "events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/kept"
    },
    {
      "kind": "unchanged",
      "statementId": "old-1",
      "grant": "events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/left"
    },
    {
      "kind": "covered",
      "statementId": "app-ingb47uw5kz4ktucexn6s6wk",
      "grant": "sns.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:sns:us-east-1:123456789012:uploads",
      "coveredBy": [
        "all-topics"
      ]
    }
  ],
  "foreign": 3,
  "alike": [
    "app-notes"
  ],
  "deletedPrincipals": [
    "partner"
  ],
  "sizes": {
    "now": 2279,
    "after": 1969,
    "peak": 2894,
    "limit": 20480
  },
  "calls": {
    "getPolicy": 2,
    "addPermission": 2,
    "removePermission": 3
  },
  "refusal": "ensure: 2 statements of \"Thumbnail\" would be removed (app-7cd4n3evfzdvkvo5mrdsy27j, old-1-lambdaperm-replacing-6e99d1912563), and Options.MaxRemovals is 1"
}`
	text, err := json.Marshal(planOfAllKinds(t))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A change in words has the limits of its grant, in which an EventSourceToken is hidden,
// and the statements that it has to do with.
func TestChangeText(t *testing.T) {
	everybody := validate.Request{Action: "lambda:InvokeFunction", Principal: "*"}
	yes := true
	for _, tt := range []struct {
		reason string
		stored []validate.Request
		grant  validate.Request
		want   string // after the id
	}{
		{
			"everybody in an organization", nil, change(everybody, func(r *validate.Request) { r.PrincipalOrgID = "o-a1b2c3d4e5" }),
			"everybody may lambda:InvokeFunction, PrincipalOrgID o-a1b2c3d4e5",
		},
		{
			"a function URL", nil, change(everybody, func(r *validate.Request) { r.Action, r.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "NONE" }),
			"everybody may lambda:InvokeFunctionUrl, FunctionUrlAuthType NONE",
		},
		{
			"its second half", nil, change(everybody, func(r *validate.Request) { r.InvokedViaFunctionUrl = &yes }),
			"everybody may lambda:InvokeFunction, InvokedViaFunctionUrl true",
		},
		{
			"a skill", nil, secretGrant(""),
			"alexa-appkit.amazon.com may lambda:InvokeFunction, EventSourceToken " + policy.HiddenValue,
		},
		{
			"another token", []validate.Request{owned(secretGrant("-old"))}, secretGrant(""),
			"alexa-appkit.amazon.com may lambda:InvokeFunction, EventSourceToken " + policy.HiddenValue +
				"\n      replaces " + owned(secretGrant("-old")).StatementId +
				"\n      Condition StringEquals lambda:EventSourceToken: " + policy.HiddenValue + " -> " + policy.HiddenValue,
		},
		{
			"covered, and added beside that", []validate.Request{withID("all", rule("*"))}, rule("a"),
			"events.amazonaws.com may lambda:InvokeFunction, SourceArn " + rule("a").SourceArn + "\n      is allowed by \"all\" already",
		},
	} {
		service, api := newThumbnail(t)
		store(t, service, tt.stored...)
		got := mustPlan(t, api, of(tt.grant)).Changes()[0].String()
		wantEqual(t, tt.reason, got, owned(tt.grant).StatementId+"  "+tt.want)
	}
}

// A printed plan counts the statements of others.
func TestPlanTextOfForeignStatements(t *testing.T) {
	for n, want := range []string{"", "\n1 statement of others left as they are.\n", "\n2 statements of others left as they are.\n"} {
		service, api := newThumbnail(t)
		for i := range n {
			store(t, service, withID(fmt.Sprint("theirs-", i), rule("theirs")))
		}
		text := mustPlan(t, api, of(rule("a"))).String()
		if !strings.Contains(text, want) {
			t.Errorf("%d statements: the plan is\n%s\nwant %q in it", n, text, want)
		}
		wantEqual(t, "whether others are named", strings.Contains(text, "of others"), n > 0)
	}
}
