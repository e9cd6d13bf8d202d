package lint_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// listed returns a statement with the given numbers of principals, actions and sources.
func listed(principals, actions, sources int) string {
	list := func(n int, format string) string {
		var texts []string
		for i := range n {
			texts = append(texts, fmt.Sprintf(format, i))
		}
		return "[" + strings.Join(texts, ",") + "]"
	}
	return `{"Sid":"x","Effect":"Allow","Principal":{"Service":` + list(principals, `"s%d.amazonaws.com"`) + `},"Action":` + list(actions, `"lambda:A%d"`) +
		`,"Resource":"` + functionARN + `","Condition":{"ArnLike":{"AWS:SourceArn":` + list(sources, `"arn:aws:s:us-east-1:123456789012:%d"`) + `}}}`
}

// The entries from which TestListsAreJudgedOneByOne makes statements. The principals
// are in JSON.
var (
	listPrincipals = []string{
		`"*"`, `{"AWS":"210987654321"}`, `{"AWS":"123456789012"}`, `{"AWS":"arn:aws:iam::210987654321:role/r"}`, `{"AWS":"arn:aws-cn:iam::210987654321:role/r"}`,
		`{"Service":"s3.amazonaws.com"}`, `{"Service":"sns.amazonaws.com"}`, `{"Service":"sqs.amazonaws.com"}`, `{"Service":"new.amazonaws.com"}`, `{"Service":"cloudfront.amazonaws.com"}`,
		`{"Service":"alexa-appkit.amazon.com"}`, `{"Federated":"cognito-identity.amazonaws.com"}`,
	}
	listActions   = []string{"lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:GetFunction", "lambda:*", "lambda:InvokeAsync", "lambda:DeleteFunction", "lambda:InvokeFunktion"}
	listResources = []string{functionARN, functionARN + ":live", functionARN + ":7", functionARN + ":*", "*", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"}
	listSources   = []string{"arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:sns:us-east-1::t", "arn:aws:sns:us-east-1:123456789012:t", "arn:aws:sns:us-east-1:210987654321:*", "arn:aws-cn:s3:::b"}
	listAccounts  = []string{"123456789012", "210987654321", "111122223333"}
)

// some returns one to three entries of from, each once.
func some(r *rand.Rand, from []string) []string {
	var chosen []string
	for _, i := range r.Perm(len(from))[:1+r.IntN(3)] {
		chosen = append(chosen, from[i])
	}
	return chosen
}

// principalElement joins principals to one Principal element, in which "*" is an entry
// of "AWS".
func principalElement(list []string) string {
	byType := map[string][]string{}
	for _, p := range list {
		name, value := "AWS", p
		if p != `"*"` {
			name, value, _ = strings.Cut(strings.Trim(p, "{}"), ":")
			name = strings.Trim(name, `"`)
		}
		byType[name] = append(byType[name], value)
	}
	var members []string
	for _, name := range slices.Sorted(maps.Keys(byType)) {
		members = append(members, fmt.Sprintf("%q:[%s]", name, strings.Join(byType[name], ",")))
	}
	return "{" + strings.Join(members, ",") + "}"
}

func quoted(list []string) string { return `["` + strings.Join(list, `","`) + `"]` }

func statementOfLists(principals, actions, resources, sources, accounts []string) string {
	conditions := ""
	if len(sources) > 0 {
		conditions = `"ArnLike":{"aws:SourceArn":` + quoted(sources) + `}`
	}
	if len(accounts) > 0 {
		conditions = strings.TrimPrefix(conditions+`,"StringEquals":{"aws:SourceAccount":`+quoted(accounts)+`}`, ",")
	}
	return `{"Sid":"x","Effect":"Allow","Principal":` + principalElement(principals) + `,"Action":` + quoted(actions) + `,"Resource":` + quoted(resources) + `,"Condition":{` + conditions + `}}`
}

// each calls f with a list of one entry for every entry, or once with nil if there is
// no entry.
func each(list []string, f func([]string)) {
	if len(list) == 0 {
		f(nil)
	}
	for i := range list {
		f(list[i : i+1])
	}
}

// A rule has a finding in a statement with lists if and only if it has one in one of
// the statements without lists that together allow the same.
func TestListsAreJudgedOneByOne(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ofPolicies := []string{lint.RuleURLPair, lint.RuleDuplicate, lint.RuleCovered}
	rulesFound := func(text string) []string {
		ids := rulesOf(lint.CheckPolicy(parsePolicy(t, document(text))))
		ids = slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(ofPolicies, id) })
		slices.Sort(ids)
		return ids
	}
	seen := map[string]bool{}
	for range 400 {
		principals, actions, resources := some(r, listPrincipals), some(r, listActions), some(r, listResources)
		var sources, accounts []string
		if r.IntN(2) == 0 {
			sources = some(r, listSources)
		}
		if r.IntN(3) == 0 {
			accounts = some(r, listAccounts)
		}
		var want []string
		each(principals, func(p []string) {
			each(actions, func(a []string) {
				each(resources, func(f []string) {
					each(sources, func(s []string) {
						each(accounts, func(c []string) { want = append(want, rulesFound(statementOfLists(p, a, f, s, c))...) })
					})
				})
			})
		})
		slices.Sort(want)
		want = slices.Compact(want)
		text := statementOfLists(principals, actions, resources, sources, accounts)
		if diff := cmp.Diff(strings.Join(want, " "), strings.Join(rulesFound(text), " ")); diff != "" {
			t.Fatalf("rules (-one by one +together):\n%s\n%s", diff, text)
		}
		for _, id := range want {
			seen[id] = true
		}
	}
	if len(seen) < 20 {
		t.Errorf("%d rules have findings, want at least 20: %v", len(seen), seen)
	}
}

// An open grant is found at any position of a list. A finding names the first grant and
// counts the others.
func TestOpenGrantInLists(t *testing.T) {
	text := statement(`{"Service":["s3.amazonaws.com","sns.amazonaws.com","events.amazonaws.com"],"AWS":["210987654321","*"]}`, "")
	found := lint.CheckPolicy(parsePolicy(t, document(text)))
	if got := ofRule(found, lint.RulePublic); len(got) != 1 || got[0].Statement != 1 {
		t.Errorf("public: found %v, want one finding, about statement 1", got)
	}
	noSource := ofRule(found, lint.RuleServiceNoSource)
	if len(noSource) != 1 {
		t.Fatalf("service-no-source: found %v, want one finding", noSource)
	}
	want := `"s3.amazonaws.com" may call on behalf of any account's resources; 2 other grants of the statement have the same problem`
	if noSource[0].Message != want {
		t.Errorf("message %q, want %q", noSource[0].Message, want)
	}
}

// A statement applies to the target if it names it among others or by a pattern.
func TestTargetInLists(t *testing.T) {
	target := lint.WithTarget(arn.MustParseFunction(functionARN + ":live"))
	for resources, want := range map[string]int{
		`["` + functionARN + `","` + functionARN + `:live"]`: 0,
		`["` + functionARN + `","` + functionARN + `:*"]`:    0,
		`["` + functionARN + `","` + functionARN + `:7"]`:    1,
		`"` + functionARN + `"`:                              1,
	} {
		text := strings.Replace(statement(`{"AWS":"210987654321"}`, ""), `"`+functionARN+`"`, resources, 1)
		if got := ofRule(lint.CheckPolicy(parsePolicy(t, document(text)), target), lint.RuleTargetMismatch); len(got) != want {
			t.Errorf("%s: found %v, want %d", resources, got, want)
		}
	}
}

// One statement may contain both halves of a function URL's pair, for several callers.
func TestPairInOneStatement(t *testing.T) {
	both := `["lambda:InvokeFunctionUrl","lambda:InvokeFunction"]`
	principals := `{"AWS":["arn:aws:iam::210987654321:role/a","arn:aws:iam::210987654321:role/b"]}`
	pair := strings.Replace(statement(principals, ""), `"lambda:InvokeFunction"`, both, 1)
	half := strings.Replace(statement(principals, ""), `"lambda:InvokeFunction"`, `["lambda:InvokeFunctionUrl"]`, 1)
	for text, want := range map[string]int{pair: 0, half: 1} {
		if got := ofRule(lint.CheckPolicy(parsePolicy(t, document(text))), lint.RuleURLPair); len(got) != want {
			t.Errorf("%s: found %v, want %d", text, got, want)
		}
	}
}

// A statement of more than a thousand grants is not judged, no matter which list is
// long.
func TestManyGrants(t *testing.T) {
	const want = "not judged: the statement is made of more than a thousand grants"
	for _, c := range []struct {
		principals, actions, sources int
		judged                       bool
	}{
		{1, 1, 1000, true},
		{1, 1, 1001, false},
		{1, 1001, 1, false},
		{1001, 1, 1, false},
	} {
		found := ofRule(lint.CheckPolicy(parsePolicy(t, document(listed(c.principals, c.actions, c.sources)))), lint.RuleNotJudged)
		if judged := len(found) == 0; judged != c.judged {
			t.Errorf("%d principals, %d actions, %d sources: judged %v, want %v", c.principals, c.actions, c.sources, judged, c.judged)
		}
		if len(found) > 0 && found[0].Message != want {
			t.Errorf("message %q, want %q", found[0].Message, want)
		}
	}
}

// A statement that opens the tail of a route is not reported to cover the narrow route,
// but only if it has a single source and a single caller.
func TestOpenedTailBesideOthers(t *testing.T) {
	const api = `"arn:aws:execute-api:us-east-1:123456789012:`
	route := func(others, sources string) string {
		return `{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"` + others + `},"Action":"lambda:InvokeFunction","Resource":"` + functionARN +
			`","Condition":{"ArnLike":{"AWS:SourceArn":[` + api + `api/prod/*/` + sources + `]}}}`
	}
	narrow := route("", `{proxy+}"`)
	for _, c := range []struct {
		name, wide string
		want       int
	}{
		{"a single grant", route("", `*"`), 0},
		{"two sources", route("", `*",`+api+`other/prod/*/a"`), 1},
		{"a caller that is not judged", route(`,"Federated":"a"`, `*"`), 1},
	} {
		if got := ofRule(lint.CheckPolicy(parsePolicy(t, document(c.wide, narrow))), lint.RuleCovered); len(got) != c.want {
			t.Errorf("%s: found %v, want %d", c.name, got, c.want)
		}
	}
}

// The half of a pair that allows lambda:InvokeFunction has no FunctionUrlAuthType: a
// statement with a condition on it does not complete the pair.
func TestHalfWithAuthType(t *testing.T) {
	url := strings.Replace(statement(`"*"`, `,"Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}`), invoke, invokeURL, 1)
	via := func(rest string) string {
		return statement(`"*"`, `,"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}`+rest+`}`)
	}
	for rest, want := range map[string]int{
		"": 0,
		`,"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}`: 1,
	} {
		found := ofRule(lint.CheckPolicy(parsePolicy(t, document(url, via(rest)))), lint.RuleURLPair)
		if len(found) != want {
			t.Errorf("with %q: found %v, want %d", rest, found, want)
		}
	}
}

// A half of a function URL's pair is also reported if its statement has no Sid.
func TestHalfWithoutID(t *testing.T) {
	text := strings.Replace(document(statement(`{"AWS":"210987654321"}`, "")), `"lambda:InvokeFunction"`, `"lambda:InvokeFunctionUrl"`, 1)
	text = strings.Replace(text, `"Sid":"x",`, "", 1)
	if got := ofRule(lint.CheckPolicy(parsePolicy(t, text)), lint.RuleURLPair); len(got) != 1 {
		t.Errorf("url-pair: found %v, want one finding", got)
	}
}

// The advice also names services that WithService added, and prefers them to those of
// the table.
func TestAdviceNamesAddedServices(t *testing.T) {
	added := lint.WithService(
		grant.Service{Principal: "greenhouse.example.com", Sources: []grant.Source{{Service: "greenhouse"}}},
		grant.Service{Principal: "copier.example.com", Sources: []grant.Source{{Service: "s3"}}},
		grant.Service{Principal: "sns.amazonaws.com", Instead: "a queue"},
	)
	for _, c := range []struct{ source, want string }{
		{"arn:aws:greenhouse:us-east-1:123456789012:tomato", `"greenhouse.example.com"`},
		{"arn:aws:s3:::b", `"copier.example.com"`},
		{"arn:aws:sns:us-east-1:123456789012:t", "name the service"},
		{"arn:aws:events:us-east-1:123456789012:rule/r", `"events.amazonaws.com"`},
	} {
		req := filled(validate.Request{Principal: "*", SourceArn: c.source})
		if got := ofRule(lint.CheckGrant(req, added), lint.RuleAnyoneSource); len(got) != 1 || !strings.Contains(got[0].Fix, c.want) {
			t.Errorf("%s: found %v, want one finding whose fix contains %s", c.source, got, c.want)
		}
	}
}
