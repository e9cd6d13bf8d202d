package lint_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// An exception has the rules of the findings above info in an official grant, and the
// reason for them.
type exception struct {
	rules  []string
	reason string
}

// Reasons that several exceptions share.
const (
	noSource    = "the example leaves the source out for brevity: any account's resources may call"
	noArnYet    = "the grant is needed before there is a target group, whose ARN would be the source"
	publicSite  = "intended to be open to everybody; users of such a grant disable the rule"
	wholeKind   = "documented for all resources of a kind in one account"
	providers   = "a test of the Terraform provider, which tests the request and not the grant"
	switchedOff = "the action does not exist, so that nothing is granted while a trigger is switched off"
)

var exceptions = map[string]exception{
	"alexa-sam-open":             {[]string{lint.RuleAlexaNoToken}, "no skill id: any skill can invoke"},
	"alexa-sls-disabled":         {[]string{lint.RuleTokenAction, lint.RuleServiceAction}, switchedOff},
	"apigw-ws-sls-nosource":      {[]string{lint.RuleServiceNoSource}, noSource},
	"config-nosource":            {[]string{lint.RuleServiceNoSource}, noSource},
	"elb-devguide-nosource":      {[]string{lint.RuleServiceNoSource}, noArnYet},
	"elb-sls-register":           {[]string{lint.RuleServiceNoSource}, noArnYet},
	"events-iam-access-analyzer": {[]string{lint.RuleServiceNoSource}, noSource},
	"events-region-wildcard":     {[]string{lint.RuleBroadSourceArn}, wholeKind + "; the service refuses the wildcard for the region"},
	"events-tf-test-account":     {[]string{lint.RuleSourceAccountUnsent}, "EventBridge sends no account: its guide says to leave it out"},
	"events-tf-test-star":        {[]string{lint.RuleServiceNoSource, lint.RuleActionWildcardOpen}, providers},
	"events-tf-test-token":       {[]string{lint.RuleServiceNoSource, lint.RuleTokenNonAlexa}, providers},
	"iot-devguide":               {[]string{lint.RuleServiceNoSource}, noSource},
	"iot-provisioning":           {[]string{lint.RuleServiceNoSource}, "fleet provisioning is documented without a source"},
	"iotevents-devguide":         {[]string{lint.RuleServiceNoSource}, noSource},
	"ivschat-room":               {[]string{lint.RuleBroadSourceArn}, wholeKind},
	"org-tf-test":                {[]string{lint.RuleTokenNonAlexa}, providers},
	"pinpoint-channel":           {[]string{lint.RuleBroadSourceArn}, wholeKind},
	"role-toolkit-sourcearn":     {[]string{lint.RuleSourceOnIAM}, "calls by a role have no aws:SourceArn: it is doubtful that this ever matches"},
	"s3-sdk-objectform":          {[]string{lint.RuleS3ObjectArn}, "the response in the same example shows only the bucket"},
	"s3-tf-test-noaccount":       {[]string{lint.RuleNoSourceAccount}, providers},
	"url-iam-tf-account":         {[]string{lint.RuleSourceOnIAM}, "calls by a role have no aws:SourceAccount: the statement never matches"},
	"url-none-cfn":               {[]string{lint.RulePublicURL}, publicSite},
	"url-none-pair-1":            {[]string{lint.RulePublicURL}, publicSite},
	"url-none-pair-2":            {[]string{lint.RulePublicURL}, publicSite},
	"url-none-sam-pair-1":        {[]string{lint.RulePublicURL}, publicSite},
	"url-none-sam-pair-2":        {[]string{lint.RulePublicURL}, publicSite},
	"url-zappa-open-invoke":      {[]string{lint.RulePublic}, "dangerous: the second half of a URL's pair without InvokedViaFunctionUrl"},
	"workmail-nosource":          {[]string{lint.RuleServiceNoSource}, noSource},
}

// Official grants have no finding above info, except those that exceptions lists.
func TestOfficialGrants(t *testing.T) {
	known := map[string]bool{}
	for _, g := range corpus.Grants() {
		if !strings.HasPrefix(g.Kind, "official-") {
			continue
		}
		known[g.ID] = true
		got := rulesOf(above(lint.CheckGrant(g.Request), lint.SeverityInfo))
		if diff := cmp.Diff(exceptions[g.ID].rules, got); diff != "" {
			t.Errorf("%s (%s): rules (-want +got):\n%s", g.ID, g.Note, diff)
		}
	}
	for id, e := range exceptions {
		if !known[id] {
			t.Errorf("exception %s belongs to no official grant", id)
		}
		if e.reason == "" {
			t.Errorf("exception %s has no reason", id)
		}
	}
}

// A mistakeFound has the rule that finds a mistake, or the reason why no rule does.
type mistakeFound struct {
	rule   string
	target string // the function that is called, if the mistake is that the grant is on another
	why    string // the reason why no rule finds the mistake
}

var mistakesFound = map[string]mistakeFound{
	"m-alarm-events-principal":     {rule: lint.RuleServiceMismatch},
	"m-alexa-wrong-kind":           {why: "a grant does not tell the kind of the skill, and the ids of both kinds look the same"},
	"m-apigw-any-method":           {rule: lint.RuleAPIGatewayAnyMethod},
	"m-apigw-no-wild":              {rule: lint.RuleAPIGatewayArn},
	"m-doc-config-yaml-lambda-arn": {rule: lint.RuleServiceMismatch},
	"m-doc-iot-events-mixup":       {why: "without a source nothing shows that AWS IoT is intended; the missing source is found"},
	"m-doc-logs-nostar-mismatch":   {rule: lint.RuleLogGroupArn},
	"m-elb-listener-arn":           {rule: lint.RuleSourceShape},
	"m-events-bus-arn-nested":      {rule: lint.RuleNestedArn},
	"m-logs-no-star":               {rule: lint.RuleLogGroupArn},
	"m-s3-alias-unqualified":       {rule: lint.RuleTargetMismatch, target: "TestFunc:dev"},
	"m-sns-no-source":              {rule: lint.RuleServiceNoSource},
	"m-url-iam-sourceaccount":      {rule: lint.RuleSourceOnIAM},
	"m-url-no-authtype":            {rule: lint.RuleURLPair},
	"m-url-none-single":            {rule: lint.RuleURLPair},
}

// Mistakes that the service accepts are found, in the grant or in the policy that it
// creates.
func TestMistakes(t *testing.T) {
	for _, m := range corpus.Mistakes() {
		if !slices.Contains([]string{"never-matches", "too-open", "incomplete"}, m.Class) {
			continue
		}
		want := mistakesFound[m.ID]
		if (want.rule == "") == (want.why == "") {
			t.Errorf("%s (%s): mistakesFound has the rule %q and the reason %q, want one of them", m.ID, m.Symptom, want.rule, want.why)
			continue
		}
		var opts []lint.Option
		if want.target != "" {
			opts = append(opts, lint.WithTarget(arn.MustParseFunction(want.target)))
		}
		found := lint.CheckGrant(m.Request, opts...)
		found = append(found, lint.CheckPolicy(policy.Document{}.With(statementOf(t, m.Request)), opts...)...)
		got := rulesOf(above(found, lint.SeverityInfo))
		if want.rule != "" && !slices.Contains(got, want.rule) {
			t.Errorf("%s (%s): rules %q, want %s", m.ID, m.Symptom, got, want.rule)
		}
	}
}

// The service replaces the ARN of a deleted role by AROA..., although the request named
// the role.
func TestStalePrincipal(t *testing.T) {
	found := lint.CheckPolicy(parsePolicy(t, document(dead)))
	if got := ofRule(found, lint.RuleDeadPrincipal); len(got) != 1 || got[0].StatementId != "dead" {
		t.Errorf("found %v, want one finding, about the statement \"dead\"", got)
	}
}

// The policies of the guide have no finding above info. Their findings say to whom they
// are open and which parts are not judged.
func TestWholePolicies(t *testing.T) {
	want := map[string][]string{
		"source-denied":       {lint.RuleOnlySourceAccount + " 1"},
		"organization":        {lint.RuleOrgWide + " 1"},
		"roles-at-an-address": {lint.RuleOtherAction + " 1", lint.RuleOtherCondition + " 1"},
		"organization-paths":  {lint.RuleOtherCondition + " 1"},
	}
	for _, p := range corpus.WholePolicies() {
		found := lint.CheckPolicy(parsePolicy(t, p.Document))
		if bad := above(found, lint.SeverityInfo); len(bad) > 0 {
			t.Errorf("%s: above info: %v", p.ID, bad)
		}
		var got []string
		for _, f := range found {
			got = append(got, fmt.Sprint(f.Rule, " ", f.Statement))
		}
		if diff := cmp.Diff(want[p.ID], got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.ID, diff)
		}
	}
}

// Without the limits that make them safe, the policies of the guide have findings.
func TestWholePoliciesWithoutTheirLimits(t *testing.T) {
	for _, c := range []struct{ id, limit, rule string }{
		{"source-denied", `{"StringEquals": {"aws:SourceAccount": "123456789012"}}`, lint.RuleServiceNoSource},
		{"organization", `{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}`, lint.RulePublic},
		{"roles-at-an-address", `lambda:CreateAlias`, lint.RuleManagementAction},
	} {
		for _, p := range corpus.WholePolicies() {
			if p.ID != c.id {
				continue
			}
			without := "{}"
			if c.rule == lint.RuleManagementAction {
				without = "lambda:UpdateFunctionCode"
			}
			found := lint.CheckPolicy(parsePolicy(t, strings.Replace(p.Document, c.limit, without, 1)))
			if len(ofRule(found, c.rule)) != 1 {
				t.Errorf("%s: found %v, want %s", c.id, found, c.rule)
			}
		}
	}
}

var updateDeployed = flag.Bool("update-deployed", false, "rewrite testdata/deployed.golden; check that each finding in it is true")

// deployedJudged has the reason why the findings of a rule in deployed grants are true.
var deployedJudged = map[string]string{
	lint.RuleActionWildcardOpen:  "a service that only invokes may delete the function",
	lint.RuleAlexaNoToken:        "any skill of any developer may call",
	lint.RuleBroadSourceArn:      "all sources of a kind in one account, as some guides show",
	lint.RuleCloudFrontAction:    "CloudFront does not sign its calls to a URL of type NONE",
	lint.RuleDefaultBus:          "the ARNs of these rules have no bus",
	lint.RuleInvokeAction:        "lambda:Invoke is not an action",
	lint.RuleManagementAction:    "every caller on behalf of a topic may delete an alias",
	lint.RuleNoPermissionNeeded:  "queues, schedules, delivery streams and state machines do not need a grant",
	lint.RuleNoSourceAccount:     "a bucket of that name in any account",
	lint.RuleOwnAccount:          "a grant to the function's own account grants nothing by itself",
	lint.RulePublic:              "everybody may call, which some users intend",
	lint.RulePublicURL:           "everybody may call the URL, which some users intend",
	lint.RuleRegionMismatch:      "the principal and the log group are in different regions",
	lint.RuleServiceMismatch:     "Amazon S3 does not call for APIs",
	lint.RuleServiceNoSource:     "any account's resources may call",
	lint.RuleSourceAccountUnsent: "EventBridge sends no account",
	lint.RuleSourceOnIAM:         "calls by accounts and roles have no source",
	lint.RuleSourceParts:         "the ARN of a route has an account",
	lint.RuleTokenNonAlexa:       "only Alexa sends a token",
}

// Package validate accepts every grant that people deployed. The golden file lists the
// findings above info, sorted by rule; each is true for the reason in deployedJudged.
func TestDeployedGrants(t *testing.T) {
	var got []string
	for _, s := range corpus.Shapes() {
		if !s.Deployable {
			continue
		}
		if err := validate.Current.Check(s.Request); err != nil {
			t.Errorf("%+v: %v", s.Request, err)
		}
		for _, f := range above(lint.CheckGrant(s.Request), lint.SeverityInfo) {
			if deployedJudged[f.Rule] == "" {
				t.Errorf("deployedJudged has no reason for %v", f)
			}
			got = append(got, strings.TrimSpace(fmt.Sprint(f.Rule, ": ", s.Request.Principal, " ", s.Request.Action, " ", s.Request.SourceArn)))
		}
	}
	slices.Sort(got)
	got = slices.Compact(got)
	const golden = "testdata/deployed.golden"
	if *updateDeployed {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}
