package policy_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const (
	source  = `"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket"}}`
	account = `"Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111"}}`
	both    = `"Condition":{"StringEquals":{"AWS:SourceAccount":"111111111111"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::bucket"}}`
)

var coversTests = []struct {
	rule string
	a, b string // changes to a plain grant
	want bool   // a covers b
	back bool   // b covers a
}{
	{"the same", ``, ``, true, true},
	{"Sids are ignored", `"Sid":"a"`, `"Sid":"b"`, true, true},
	{"equivalent", `"Action":"LAMBDA:invokefunction"`, ``, true, true},

	// Conditions restrict.
	{"one more condition", ``, source, true, false},
	{"two more conditions", ``, both, true, false},
	{"one of two", account, both, true, false},
	{"different keys", account, source, false, false},
	{"different values", condition("StringEquals", `"1"`), condition("StringEquals", `"2"`), false, false},
	{"fewer values", condition("StringEquals", `["1","2"]`), condition("StringEquals", `"2"`), true, false},
	{"fewer values of Bool", condition("Bool", `["true","false"]`), condition("Bool", `true`), true, false},
	{"fewer values of NumericEquals", condition("NumericEquals", `[1,2]`), condition("NumericEquals", `2`), true, false},
	{"an empty list of values is not covered", condition("StringEquals", `["1"]`), condition("StringEquals", `[]`), false, false},
	{"keys: case", `"Condition":{"StringEquals":{"K":"1"}}`, condition("StringEquals", `"1"`), true, true},
	{"a value in a pattern", condition("StringLike", `"a*"`), condition("StringEquals", `"abc"`), true, false},
	{"a pattern in a pattern", condition("StringLike", `"a*"`), condition("StringLike", `"ab*c"`), true, false},
	{"question marks", condition("StringLike", `"a?c"`), condition("StringLike", `"abc"`), true, false},
	{"a question mark is a character, not a byte", condition("StringLike", `"*??b*c"`), condition("StringEquals", `"€bdc"`), false, false},
	{"a star is more than a question mark", condition("StringLike", `"a*"`), condition("StringLike", `"a?"`), true, false},
	{"a literal star", condition("StringLike", `"a*"`), condition("StringEquals", `"a*"`), true, false},
	{"a literal pattern", condition("StringLike", `"abc"`), condition("StringEquals", `"abc"`), true, true},
	{"patterns that only overlap", condition("StringLike", `"a*"`), condition("StringLike", `"*b"`), false, false},
	{"ARN patterns", condition("ArnLike", `"arn:aws:s3:::b*"`), condition("ArnLike", `"arn:aws:s3:::bucket"`), true, false},
	{"ARN patterns: ArnEquals is ArnLike", condition("ArnEquals", `"arn:aws:s3:::b*"`), condition("ArnLike", `"arn:aws:s3:::b?"`), true, false},
	{"ARN patterns: an exact value", condition("ArnLike", `"arn:aws:s3:::b*"`), condition("StringEquals", `"arn:aws:s3:::bucket"`), true, false},
	{"ARN patterns: a value that is not an ARN", condition("ArnLike", `"x:aws:s3:::*"`), condition("ArnLike", `"x:aws:s3:::b"`), false, false},
	{"ARN patterns: the same text as a string pattern", condition("ArnLike", `"arn:*:s3:::b"`), condition("StringLike", `"arn:*:s3:::b"`), false, false},
	{"ARN patterns: a string pattern crosses parts", condition("ArnLike", `"arn:aws:s3:*:*:*"`), condition("StringLike", `"arn:aws:s3:*"`), false, false},
	{"ARN patterns: a star stays in its part", condition("ArnLike", `"arn:aws:sns:*:t"`), condition("ArnLike", `"arn:aws:sns:us-east-1:111111111111:t"`), false, false},
	{"ARN patterns: in the last part a star crosses colons", condition("ArnLike", `"arn:aws:logs:r:1:log-group:*"`), condition("ArnLike", `"arn:aws:logs:r:1:log-group:g:*"`), true, false},
	{"not equal: only the same values are covered", condition("StringNotEquals", `["1","2"]`), condition("StringNotEquals", `"1"`), false, false},
	{"not equal: the same values in another order", condition("StringNotEquals", `["1","2"]`), condition("StringNotEquals", `["2","1"]`), true, true},
	{"unknown operators: only the same values are covered", condition("Fancy", `["1","2"]`), condition("Fancy", `"1"`), false, false},
	{"set operators: only the same values are covered", condition("ForAllValues:StringEquals", `["1","2"]`), condition("ForAllValues:StringEquals", `"1"`), false, false},
	{"IfExists is weaker", condition("StringEqualsIfExists", `"1"`), condition("StringEquals", `"1"`), true, false},
	{"IfExists on both", condition("StringLikeIfExists", `"*"`), condition("StringEqualsIfExists", `"1"`), true, false},
	{"variables: the same text", condition("StringLike", `["${v}","w"]`), condition("StringLike", `"${v}"`), true, false},
	{"variables in patterns", condition("StringLike", `"a*"`), condition("StringLike", `"a${v}"`), false, false},
	{"variables as patterns", condition("StringLike", `"${v}*"`), condition("StringEquals", `"${v}"`), false, false},
	{"ambiguous keys", ``, `"Condition":{"StringEquals":{"k":"1","K":"1"}}`, false, false},

	// Principals.
	{"everybody and a service", `"Principal":"*"`, ``, true, false},
	{"everybody and an identity", `"Principal":{"AWS":"*"}`, `"Principal":{"AWS":"arn:aws:iam::111111111111:role/r"}`, true, false},
	{"everybody and a federated identity", `"Principal":"*"`, `"Principal":{"Federated":"f"}`, false, false},
	{"fewer principals", `"Principal":{"Service":["a","b"],"AWS":"111111111111"}`, `"Principal":{"Service":"b"}`, true, false},
	{"another service", ``, `"Principal":{"Service":"sns.amazonaws.com"}`, false, false},
	{"an account and its root", `"Principal":{"AWS":["222222222222","x"]}`, `"Principal":{"AWS":"arn:aws:iam::222222222222:root"}`, true, false},
	{"another account and its role", `"Principal":{"AWS":"222222222222"}`, `"Principal":{"AWS":"arn:aws:iam::222222222222:role/p/r"}`, true, false},
	{"another account and its user", `"Principal":{"AWS":"222222222222"}`, `"Principal":{"AWS":"arn:aws:iam::222222222222:user/u"}`, true, false},
	{"another account and a session", `"Principal":{"AWS":"222222222222"}`, `"Principal":{"AWS":"arn:aws:sts::222222222222:assumed-role/r/s"}`, false, false},
	{"the function's account and its role", `"Principal":{"AWS":"111111111111"}`, `"Principal":{"AWS":"arn:aws:iam::111111111111:role/r"}`, false, false},
	{"a third account", `"Principal":{"AWS":"222222222222"}`, `"Principal":{"AWS":"arn:aws:iam::333333333333:role/r"}`, false, false},
	{"another partition", `"Principal":{"AWS":"arn:aws:iam::222222222222:root"}`, `"Principal":{"AWS":"arn:aws-cn:iam::222222222222:role/r"}`, false, false},
	{"a role and its session", `"Principal":{"AWS":"arn:aws:iam::222222222222:role/r"}`, `"Principal":{"AWS":"arn:aws:sts::222222222222:assumed-role/r/s"}`, false, false},
	{"an account has no services", `"Principal":{"AWS":"222222222222"}`, `"Principal":{"Service":"arn:aws:iam::222222222222:role/r"}`, false, false},
	{"a star in a principal is not a wildcard", `"Principal":{"AWS":"arn:aws:iam::222222222222:role/*"}`, `"Principal":{"AWS":"arn:aws:iam::222222222222:role/r"}`, false, false},
	{"nobody", ``, `"Principal":{}`, false, false},

	// Actions.
	{"all actions", `"Action":"*"`, ``, true, false},
	{"all actions of Lambda", `"Action":"lambda:*"`, ``, true, false},
	{"actions by pattern", `"Action":"lambda:invoke*"`, `"Action":["lambda:InvokeFunction","lambda:InvokeFunctionUrl"]`, true, false},
	{"patterns of actions", `"Action":"lambda:*"`, `"Action":"lambda:Invoke*"`, true, false},
	{"a prefix is not the whole", ``, `"Action":"lambda:InvokeFunctionUrl"`, false, false},
	{"a pattern for the service is not compared", `"Action":"*:InvokeFunction"`, ``, false, false},
	{"fewer actions", `"Action":["lambda:InvokeFunction","lambda:GetFunction"]`, ``, true, false},
	{"no actions", ``, `"Action":[]`, false, false},

	// Resources.
	{"all resources", `"Resource":"*"`, ``, true, false},
	{"all resources and a pattern", `"Resource":"*"`, `"Resource":"arn:aws:lambda:*:*:function:*"`, true, false},
	{"an unqualified function is not its alias", ``, `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn:PROD"`, false, false},
	{"a pattern for aliases", `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn:*"`, `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn:PROD"`, true, false},
	{"resources: a star stays in its part", `"Resource":"arn:aws:lambda:*:function:fn"`, ``, false, false},
	{"resources: a question mark in a pattern is not a star", `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:f?"`, `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:f*"`, false, true},
	{"resources: case", ``, `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:FN"`, false, false},
	{"resources: variables", `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:*"`, `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:${v}"`, false, false},
	{"no resources", ``, `"Resource":[]`, false, false},
	{"an account in an unknown place", `"Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Resource":"*"`, `"Principal":{"AWS":"arn:aws:iam::222222222222:role/r"},"Resource":"*"`, false, false},

	// Elements that are not compared.
	{"Deny", `"Effect":"Deny","Action":"*"`, `"Effect":"Deny"`, false, false},
	{"Allow and Deny", ``, `"Effect":"Deny"`, false, false},
	{"the same Deny", `"Sid":"a","Effect":"Deny"`, `"Sid":"b","Effect":"Deny"`, true, true},
	{"NotAction", `"NotAction":"a:b"`, `"NotAction":["a:b","a:c"]`, false, false},
	{"NotPrincipal", `"NotPrincipal":{"AWS":"222222222222"}`, ``, false, false},
	{"NotResource", `"NotResource":"x"`, ``, false, false},
	{"Principal and NotPrincipal", `"Principal":"*","NotPrincipal":{"AWS":"222222222222"}`, ``, false, false},
	{"Action and NotAction", `"Action":"*","NotAction":"a:b"`, ``, false, false},
	{"Resource and NotResource", `"Resource":"*","NotResource":"x"`, ``, false, false},
	{"unknown members", `"X":1`, source + `,"X":1`, false, false},
	{"the same unknown members", `"X":1`, `"X":1,"Sid":"s"`, true, true},
}

func TestCovers(t *testing.T) {
	for _, test := range coversTests {
		t.Run(test.rule, func(t *testing.T) {
			a, b := grantWith(t, test.a), grantWith(t, test.b)
			if got := policy.Covers(a, b); got != test.want {
				t.Errorf("Covers(%s, %s) = %v, want %v", a, b, got, test.want)
			}
			if got := policy.Covers(b, a); got != test.back {
				t.Errorf("Covers(%s, %s) = %v, want %v", b, a, got, test.back)
			}
			checkCovers(t, a, b)
			checkCovers(t, b, a)
		})
	}
}

// A statement that has only a Sid is equivalent to one without any element.
func TestCoversSidOnly(t *testing.T) {
	empty, sid := mustStatement(t, `{}`), mustStatement(t, `{"Sid":"s"}`)
	wantEqual(t, "Covers({}, Sid)", policy.Covers(empty, sid), true)
	wantEqual(t, "Covers(Sid, {})", policy.Covers(sid, empty), true)
	wantEqual(t, "Covers({}, Effect)", policy.Covers(empty, mustStatement(t, `{"Effect":"Deny"}`)), false)
}

// Long lists are compared like short ones: a list covers each list of some of its
// entries, in any order.
func TestCoversLongLists(t *testing.T) {
	all := `["a","b","c","d","e","f","g","h","i","j"]`
	some := `["j","h","f","d","b","a","c","e","g"]`
	other := `["j","h","f","d","b","a","c","e","k"]`
	for _, element := range []string{`"Action":%s`, `"Principal":{"Service":%s}`, `"Condition":{"StringEquals":{"k":%s}}`} {
		with := func(list string) policy.Statement { return grantWith(t, strings.Replace(element, "%s", list, 1)) }
		for _, test := range []struct {
			a, b string
			want bool
		}{{all, some, true}, {some, all, false}, {all, other, false}} {
			if got := policy.Covers(with(test.a), with(test.b)); got != test.want {
				t.Errorf("%s: Covers(%s, %s) = %v, want %v", element, test.a, test.b, got, test.want)
			}
		}
	}
}

// The zero Statement only covers itself.
func TestCoversZero(t *testing.T) {
	zero, anyone := policy.Statement{}, grantWith(t, `"Principal":"*"`)
	for _, test := range []struct {
		a, b policy.Statement
		want bool
	}{{zero, anyone, false}, {anyone, zero, false}, {zero, zero, true}} {
		if got := policy.Covers(test.a, test.b); got != test.want {
			t.Errorf("Covers(%q, %q) = %v, want %v", test.a.Raw(), test.b.Raw(), got, test.want)
		}
	}
}

// The elements of random statements. They are few, so that statements often share some.
var (
	somePrincipals = []string{
		`"*"`, `{"AWS":"*"}`, `{"AWS":"111111111111"}`, `{"AWS":"222222222222"}`, `{"AWS":"arn:aws:iam::222222222222:root"}`,
		`{"AWS":"arn:aws:iam::222222222222:role/r"}`, `{"AWS":"arn:aws:iam::111111111111:role/r"}`, `{"AWS":"arn:aws:sts::222222222222:assumed-role/r/s"}`,
		`{"AWS":["arn:aws:iam::222222222222:user/u","222222222222"]}`, `{"Service":"a.amazonaws.com"}`, `{"Service":["a.amazonaws.com","b.amazonaws.com"]}`,
		`{"AWS":"AROAEXAMPLEID1234567"}`, `{"AWS":"arn:aws-cn:iam::222222222222:role/r"}`, `{"AWS":"arn:aws:iam::222222222222:role/*"}`, `{}`,
	}
	someActions = []string{
		`"*"`, `"l:*"`, `"l:Inv*"`, `"l:invoke"`, `"l:Invoke"`, `"l:I?voke"`, `"l:**e"`, `"l:*?e"`, `"l:*voke"`, `["l:Invoke","l:Get"]`, `"l:?*"`, `"*:Invoke"`, `[]`,
	}
	someResources = []string{
		`"*"`, `"arn:aws:lambda:r:111111111111:function:f"`, `"arn:aws:lambda:r:111111111111:function:f:*"`, `"arn:aws:lambda:r:111111111111:function:f:P"`,
		`"arn:aws:lambda:*:111111111111:function:f"`, `"arn:aws:lambda:r:*:function:f"`, `"arn:aws:lambda:*:function:f"`, `"arn:*"`,
		`["arn:aws:lambda:r:111111111111:function:f","arn:aws:lambda:r:111111111111:function:?"]`, `"arn:aws:lambda:r:111111111111:function:${v}"`,
	}
	someOperators = []string{
		"StringEquals", "StringLike", "ArnLike", "ArnEquals", "StringEqualsIfExists", "StringLikeIfExists", "ArnLikeIfExists", "ArnEqualsIfExists",
		"StringNotEquals", "ForAllValues:StringEquals", "Bool", "StringEqualsIgnoreCase", "NumericEquals",
	}
	someValues = []string{
		`"a"`, `"A"`, `"ab"`, `"a*"`, `"*"`, `"?"`, `"a?"`, `"*b"`, `"a*b"`, `"?*"`, `"**"`, `"é"`, `"${v}"`, `"a${v}"`, `true`, `"true"`, `[]`, `["a","ab"]`, `["a*","*b"]`,
		`"arn:a:b:c:d:e"`, `"arn:a:*:c:d:e"`, `"arn:a:b:c:d:*"`, `"arn:a:b:c:d:e:f"`, `"arn:a:*"`, `"arn:*"`, `"arn:a:b:c:d:?"`, `"arn:a:b:c:d:e*"`, `"arn:?:b:c::e"`,
	}
	someKeys = []string{"k", "K", "l"}
)

// A randomGrant has the elements of a random statement as JSON; the last six are two
// conditions.
type randomGrant [9]string

func newRandomGrant(r *rand.Rand) randomGrant {
	var g randomGrant
	for place := range g {
		g.draw(r, place)
	}
	return g
}

// draw replaces one element. The last three are a second condition.
func (g *randomGrant) draw(r *rand.Rand, place int) {
	lists := [len(g)][]string{somePrincipals, someActions, someResources, someOperators, someKeys, someValues, someOperators, someKeys, someValues}
	g[place] = pick(r, lists[place])
}

// changed returns g with one or two elements drawn again.
func (g randomGrant) changed(r *rand.Rand) randomGrant {
	for range 1 + r.IntN(2) {
		g.draw(r, r.IntN(len(g)))
	}
	return g
}

func (g randomGrant) statement(t testing.TB, conditions int) policy.Statement {
	t.Helper()
	text := `{"Effect":"Allow","Principal":` + g[0] + `,"Action":` + g[1] + `,"Resource":` + g[2]
	first, second := `"`+g[3]+`":{"`+g[4]+`":`+g[5]+`}`, `,"`+g[6]+`":{"`+g[7]+`":`+g[8]+`}`
	switch {
	case conditions == 0:
		first, second = "", ""
	case conditions == 1 || g[3] == g[6]:
		second = ""
	}
	return mustStatement(t, text+`,"Condition":{`+first+second+`}}`)
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// If Covers is true for a pair of similar statements, the search finds no call that b
// allows and a does not. The checks of the counts make sure that there are enough
// covered and equivalent pairs.
func TestCoversSearch(t *testing.T) {
	pairs := 10000
	if testing.Short() {
		pairs = 2000
	}
	r := rand.New(rand.NewPCG(1, 2))
	covered, equivalent := 0, 0
	for range pairs {
		g := newRandomGrant(r)
		a, b := g.statement(t, r.IntN(3)), g.changed(r).statement(t, r.IntN(3))
		checkCovers(t, a, b)
		checkCovers(t, b, a)
		if a.Equivalent(b) {
			equivalent++
		} else if policy.Covers(a, b) || policy.Covers(b, a) {
			covered++
		}
	}
	t.Logf("%d pairs: %d equivalent, %d more where one covers the other", pairs, equivalent, covered)
	// With fewer pairs the test would show little.
	if covered < pairs/25 {
		t.Errorf("in %d pairs one covers the other, want at least %d", covered, pairs/25)
	}
	if equivalent < pairs/100 {
		t.Errorf("%d pairs are equivalent, want at least %d", equivalent, pairs/100)
	}
}
