package validate_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Each matcher of both sets accepts what its documented expression accepts.

func FuzzFunctionName(f *testing.F) {
	fuzzMatchers(f, "FunctionName", "my-function:PROD", "123456789012:Thumbnail", "function:$LATEST", "us-east-1:123456789012:$LATEST",
		"arn:aws-iso-b:lambda:us-isob-east-1:123456789012:function:f:$LATEST.PUBLISHED", "arn::lambda:f", "eusc-de-east-1:f.g")
}

func FuzzQualifier(f *testing.F) {
	fuzzMatchers(f, "Qualifier", "$LATEST", "$LATEST.PUBLISHED", "$latest", "1", "PROD", "a.b", "PROD\n")
}

func FuzzStatementId(f *testing.F) {
	fuzzMatchers(f, "StatementId", "example.com", "a_b-C9", "a b", "é")
}

func FuzzAction(f *testing.F) {
	fuzzMatchers(f, "Action", "lambda:InvokeFunction", "lambda:*", "*", "lambda:", "lambda.InvokeFunction", "lambda:*a")
}

func FuzzPrincipal(f *testing.F) {
	fuzzMatchers(f, "Principal", "s3.amazonaws.com", "*", "a b", "a\u00a0b", "a\vb", "a\nb", "\x85")
}

func FuzzSourceArn(f *testing.F) {
	fuzzMatchers(f, "SourceArn", "arn:aws:s3:::b", "arn:aws:events:*:123456789012:rule/*", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:t",
		"arn:aws:sns:us-iso-1::t", "arn:aws:sns:us-gov-1::t", "arn:aws:s3:::a\nb")
}

func FuzzSourceAccount(f *testing.F) {
	fuzzMatchers(f, "SourceAccount", "123456789012", "1234-5678-9012", "12345678901", "123456789012\n")
}

func FuzzEventSourceToken(f *testing.F) {
	fuzzMatchers(f, "EventSourceToken", "amzn1.ask.skill.1-2_3", "a/b")
}

func FuzzPrincipalOrgID(f *testing.F) {
	fuzzMatchers(f, "PrincipalOrgID", "o-1234567890", "o-123456789", "O-1234567890", "o-"+"abcdefghijklmnopqrstuvwxyz0123456")
}

// fuzzMatchers compares all matchers of a member with package regexp, and what
// takes the member apart with the submatches.
func fuzzMatchers(f *testing.F, field string, seeds ...string) {
	type pair struct {
		validate.Matcher
		re *regexp.Regexp
	}
	var pairs []pair
	for _, m := range validate.Matchers() {
		if m.Field == field {
			pairs = append(pairs, pair{m, whole(m.Pattern)})
		}
	}
	if len(pairs) == 0 {
		f.Fatalf("no matcher of %s", field)
	}
	for _, s := range append(seeds, values(field)...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, p := range pairs {
			if got, want := p.Match(s), p.re.MatchString(s); got != want {
				t.Errorf("%q matches %v, by %s %v", s, got, p.Pattern, want)
			}
		}
		compareParts(t, field, s)
	})
}

// values are those that a member has in the corpus of grants and mistakes.
func values(name string) []string {
	var all []string
	seen := map[string]bool{"": true}
	add := func(r validate.Request) {
		for _, m := range members(r) {
			if m.name == name && !seen[m.value] {
				seen[m.value] = true
				all = append(all, m.value)
			}
		}
	}
	for _, g := range corpus.Grants() {
		add(g.Request)
	}
	for _, m := range corpus.Mistakes() {
		add(m.Request)
	}
	return all
}

// Whole requests: the table's verdicts are the oracle's, in the same order; the
// rules of qualifiers are what the submatches say; nothing panics; each text
// is one line and repeats the rule's message.
func FuzzCheck(f *testing.F) {
	for _, g := range corpus.Grants() {
		addRequest(f, g.Request)
	}
	for _, m := range corpus.Mistakes() {
		addRequest(f, m.Request)
	}
	f.Fuzz(func(t *testing.T, op, via uint8, empty uint16, name, qualifier, id, action, principal, arn, account, token, org, auth, revision string) {
		r := validate.Request{
			Operation: operations[int(op)%len(operations)], FunctionName: name, Qualifier: qualifier, StatementId: id,
			Action: action, Principal: principal, SourceArn: arn, SourceAccount: account, EventSourceToken: token,
			PrincipalOrgID: org, FunctionUrlAuthType: auth, RevisionId: revision, Empty: validate.Members(empty),
		}
		if via%3 != 0 {
			r.InvokedViaFunctionUrl = ptr(via%3 == 1)
		}
		checkWithOracle(t, r)
	})
}

func addRequest(f *testing.F, r validate.Request) {
	via := uint8(0)
	if r.InvokedViaFunctionUrl != nil {
		via = 1
	}
	f.Add(uint8(0), via, uint16(r.Empty), r.FunctionName, r.Qualifier, r.StatementId, r.Action, r.Principal, r.SourceArn, r.SourceAccount,
		r.EventSourceToken, r.PrincipalOrgID, r.FunctionUrlAuthType, r.RevisionId)
}

func checkTexts(t *testing.T, vs []validate.Violation) {
	t.Helper()
	for _, v := range vs {
		if text := v.Error(); strings.ContainsAny(text, "\n\r") || !strings.Contains(text, v.Message) {
			t.Errorf("text %q", text)
		}
		if v.Field == "EventSourceToken" && v.Value != "" {
			t.Errorf("a token is shown: %#v", v.Rule)
		}
	}
}
