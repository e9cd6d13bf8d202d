package policy_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Pieces that random statements are made of: few, so that statements often
// share some.
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

// A randomGrant is a statement in the making, as JSON by place.
type randomGrant [9]string

func newRandomGrant(r *rand.Rand) randomGrant {
	var g randomGrant
	for place := range g {
		g.draw(r, place)
	}
	return g
}

// draw fills one place. The last three are a second condition.
func (g *randomGrant) draw(r *rand.Rand, place int) {
	lists := [len(g)][]string{somePrincipals, someActions, someResources, someOperators, someKeys, someValues, someOperators, someKeys, someValues}
	g[place] = pick(r, lists[place])
}

// changed returns g with one or two places drawn again.
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

// Covers never says yes wrongly: for pairs of similar statements no call is
// found that b allows and a does not. The least numbers keep the test from
// losing its grip unseen.
func TestCoversSearch(t *testing.T) {
	const pairs = 10000
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
	if covered < pairs/25 || equivalent < pairs/100 {
		t.Errorf("of %d pairs only %d are equivalent, and in %d more one covers the other", pairs, equivalent, covered)
	}
}
