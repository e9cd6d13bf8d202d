package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Every documented grant passes.
func TestGrantsPass(t *testing.T) {
	for _, g := range corpus.Grants() {
		if err := validate.Current.Check(g.Request); err != nil {
			t.Errorf("%s (%s): %v", g.ID, g.Source, err)
		}
	}
}

// Why a rule cannot catch a mistake.
const (
	accepted = "the service accepts it, though it never matches, is too open or looks odd: lint's business"
	state    = "the request is fine: the state of the policy refuses it"
	unlisted = "which service principals exist is known to the service alone"
)

// caught are the mistakes that rules catch, and what they break.
var caught = map[string][]broken{
	"m-account-octal":          {{"Principal", validate.RulePrincipal}},
	"m-apigw-account-wild":     {{"SourceArn", validate.RulePattern}},
	"m-authtype-with-invoke":   {{"FunctionUrlAuthType", validate.RuleAuthTypeAction}},
	"m-doc-iot-dashed-account": {{"SourceArn", validate.RulePattern}, {"SourceAccount", validate.RuleMaxLength}, {"SourceAccount", validate.RulePattern}},
	"m-doc-lex-space-id":       {{"SourceArn", validate.RulePattern}},
	"m-events-iam-variable":    {{"SourceArn", validate.RulePattern}},
	"m-function-arn-redacted":  {{"FunctionName", validate.RulePattern}},
	"m-latest-events":          {{"Qualifier", validate.RuleLatest}},
	"m-latest-qualifier":       {{"Qualifier", validate.RuleLatest}},
	"m-principal-bare-suffix":  {{"Principal", validate.RulePrincipal}},
	"m-principal-function-arn": {{"Principal", validate.RulePrincipal}},
	"m-role-missing-colon":     {{"Principal", validate.RulePrincipal}},
	"m-sid-localstack":         {{"StatementId", validate.RulePattern}},
}

// missed are the others, and why.
var missed = map[string]string{
	"m-alarm-events-principal":     accepted,
	"m-alarm-sns-lowercase":        accepted,
	"m-alexa-aws-domain":           unlisted,
	"m-alexa-wrong-kind":           accepted,
	"m-apigw-any-method":           accepted,
	"m-apigw-no-wild":              accepted,
	"m-apigw-triple-star":          accepted,
	"m-doc-config-yaml-lambda-arn": accepted,
	"m-doc-iot-events-mixup":       accepted,
	"m-doc-logs-nostar-mismatch":   accepted,
	"m-dup-cargo":                  state,
	"m-dup-sns":                    state,
	"m-dup-sst":                    state,
	"m-dup-two-rules":              state,
	"m-elb-listener-arn":           accepted,
	"m-events-bus-arn-nested":      accepted,
	"m-logs-no-star":               accepted,
	"m-s3-alias-unqualified":       accepted,
	"m-size-datadog":               state,
	"m-sns-no-source":              accepted,
	"m-stale-principal":            state,
	"m-url-iam-sourceaccount":      accepted,
	"m-url-no-authtype":            accepted,
	"m-url-none-single":            accepted,
}

// Every mistake is either caught, with a hint, or listed with why not.
func TestMistakes(t *testing.T) {
	for _, m := range corpus.Mistakes() {
		t.Run(m.ID, func(t *testing.T) {
			vs := violations(t, validate.Current, m.Request)
			if diff := cmp.Diff(caught[m.ID], brief(vs)); diff != "" {
				t.Errorf("%s\nviolations (-want +got):\n%s", m.Symptom, diff)
			}
			if (caught[m.ID] == nil) == (missed[m.ID] == "") {
				t.Errorf("is not listed in exactly one of caught and missed")
			}
			for _, v := range vs {
				if v.Hint == "" && v.Rule != validate.RuleMaxLength {
					t.Errorf("no hint: %v", v)
				}
			}
		})
	}
}

// Where the service's answer to a mistake was reported, the message is in it.
func TestMistakesInTheServicesWords(t *testing.T) {
	compared := 0
	for _, m := range corpus.Mistakes() {
		vs := violations(t, validate.Current, m.Request)
		if len(vs) != 1 || m.SymptomKind != "reported" || !strings.HasPrefix(m.Symptom, "InvalidParameterValueException: ") {
			continue
		}
		compared++
		// The report of the malformed ARN ends before the service's last sentence.
		if message := strings.TrimSuffix(vs[0].Message, " Please check your input and try again."); !strings.Contains(m.Symptom, message) {
			t.Errorf("%s: message %q is not in %q", m.ID, message, m.Symptom)
		}
	}
	if compared < 4 {
		t.Errorf("only %d answers to compare", compared)
	}
}
