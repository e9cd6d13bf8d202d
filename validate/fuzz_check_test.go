package validate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

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
	tables := map[*validate.Rules][]compiled{}
	for _, rules := range sets {
		tables[rules] = compile(rules)
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
		checkAgreement(t, r)
		for rules, table := range tables {
			vs := violations(t, rules, r)
			if diff := cmp.Diff(judge(table, r), ofTable(brief(vs))); diff != "" {
				t.Errorf("violations (-oracle +got):\n%s", diff)
			}
			compareQualifierRules(t, rules, r, brief(vs))
			checkTexts(t, vs)
		}
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

func compareQualifierRules(t *testing.T, rules *validate.Rules, r validate.Request, got []broken) {
	t.Helper()
	p, _ := currentNameParts(r.FunctionName)
	current := rules == validate.Current
	mismatch := current && p.qualifier != "" && p.qualifier != r.Qualifier && currentQualifier.MatchString(r.Qualifier)
	latest := current && r.Operation.String() == "AddPermission" && (p.qualifier == "$LATEST" || r.Qualifier == "$LATEST")
	for rule, want := range map[string]bool{validate.RuleQualifierMismatch: mismatch, validate.RuleLatest: latest} {
		if has := slices.ContainsFunc(got, func(b broken) bool { return b.Rule == rule }); has != want {
			t.Errorf("%s: %v, want %v for %q with Qualifier %q", rule, has, want, r.FunctionName, r.Qualifier)
		}
	}
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
