package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Each row is an example of its rule: the statements are equivalent if words is empty;
// otherwise words are the texts of Diff.
var pairs = []struct {
	rule  string
	a, b  string
	words []string
}{
	// Spelling.
	{"the same text", `{"Sid":"s","Action":"a:b"}`, `{"Sid":"s","Action":"a:b"}`, nil},
	{"space between tokens", `{"Sid":"s","Action":"a:b"}`, "{ \"Sid\" : \"s\",\n\t\"Action\" : \"a:b\" }", nil},
	{"member order", `{"Sid":"s","Effect":"Allow","Action":"a:b"}`, `{"Action":"a:b","Effect":"Allow","Sid":"s"}`, nil},
	{"escapes in a value", `{"Resource":"a/é"}`, `{"Resource":"a\/\u00e9"}`, nil},
	{"escapes in a name", `{"Sid":"s"}`, `{"\u0053id":"s"}`, nil},
	{"escapes that encoding/json adds", `{"Resource":"<&>"}`, `{"Resource":"\u003c\u0026\u003e"}`, nil},

	// Sid and Effect.
	{"Sid", `{"Sid":"a"}`, `{"Sid":"b"}`, []string{`Sid: A has "a", B has "b"`}},
	{"Sid: case", `{"Sid":"a"}`, `{"Sid":"A"}`, []string{`Sid: A has "a", B has "A"`}},
	{"Sid on one side", `{"Sid":"a"}`, `{}`, []string{`Sid: A has "a", B does not have it`}},
	{"an empty Sid and no Sid", `{"Sid":""}`, `{}`, nil},
	{"Effect", `{"Effect":"Allow"}`, `{"Effect":"Deny"}`, []string{`Effect: A has "Allow", B has "Deny"`}},
	{"Effect: case", `{"Effect":"Allow"}`, `{"Effect":"allow"}`, []string{`Effect: A has "Allow", B has "allow"`}},
	{"no Effect is not Allow", `{"Effect":"Allow"}`, `{}`, []string{`Effect: A has "Allow", B does not have it`}},

	// Principals.
	{"everybody", `{"Principal":"*"}`, `{"Principal":{"AWS":"*"}}`, nil},
	{"everybody in a list", `{"Principal":"*"}`, `{"Principal":{"AWS":["*"]}}`, nil},
	{"a list of one principal", `{"Principal":{"Service":"a"}}`, `{"Principal":{"Service":["a"]}}`, nil},
	{"order of principals", `{"Principal":{"AWS":["a","b"]}}`, `{"Principal":{"AWS":["b","a"]}}`, nil},
	{"order of principal types", `{"Principal":{"AWS":"a","Service":"b"}}`, `{"Principal":{"Service":"b","AWS":"a"}}`, nil},
	{"one principal twice", `{"Principal":{"AWS":["a","a"]}}`, `{"Principal":{"AWS":"a"}}`, nil},
	{"account id and root", `{"Principal":{"AWS":"111122223333"},"Resource":"` + fn + `"}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":"` + fn + `"}`, nil},
	{"account id and root beside others", `{"Principal":{"AWS":["arn:aws:iam::1:user/u","111122223333"]},"Resource":"` + fn + `"}`, `{"Principal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::1:user/u"]},"Resource":"` + fn + `"}`, nil},
	{"account id and its root, both", `{"Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:root"]},"Resource":"` + fn + `"}`, `{"Principal":{"AWS":"111122223333"},"Resource":"` + fn + `"}`, nil},
	{"root in the function's partition", `{"Principal":{"AWS":"111122223333"},"Resource":"arn:aws-cn:lambda:cn-north-1:111111111111:function:f"}`, `{"Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"},"Resource":"arn:aws-cn:lambda:cn-north-1:111111111111:function:f"}`, nil},
	{"root in another partition", `{"Principal":{"AWS":"111122223333"},"Resource":"` + fn + `"}`, `{"Principal":{"AWS":"arn:aws-cn:iam::111122223333:root"},"Resource":"` + fn + `"}`,
		[]string{`Principal AWS: A has "arn:aws:iam::111122223333:root", B has "arn:aws-cn:iam::111122223333:root"`}},
	{"account id without a known partition", `{"Principal":{"AWS":"111122223333"},"Resource":"*"}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":"*"}`,
		[]string{`Principal AWS: A has "111122223333", B has "arn:aws:iam::111122223333:root"`}},
	{"account id with two partitions", `{"Principal":{"AWS":"111122223333"},"Resource":["arn:aws:x","arn:aws-cn:x"]}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":["arn:aws:x","arn:aws-cn:x"]}`,
		[]string{`Principal AWS: A has "111122223333", B has "arn:aws:iam::111122223333:root"`}},
	{"account id under a partition pattern", `{"Principal":{"AWS":"111122223333"},"Resource":"arn:*:x"}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":"arn:*:x"}`,
		[]string{`Principal AWS: A has "111122223333", B has "arn:aws:iam::111122223333:root"`}},
	{"leading zeros of an account", `{"Principal":{"AWS":"011122223333"}}`, `{"Principal":{"AWS":"11122223333"}}`, []string{`Principal AWS: A has "011122223333", B has "11122223333"`}},
	{"account and role", `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"}}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:role/r"}}`, []string{`Principal AWS: A has "arn:aws:iam::111122223333:root", B has "arn:aws:iam::111122223333:role/r"`}},
	{"ARNs: case", `{"Principal":{"AWS":"arn:aws:iam::1:role/r"}}`, `{"Principal":{"AWS":"arn:aws:iam::1:role/R"}}`, []string{`Principal AWS: A has "arn:aws:iam::1:role/r", B has "arn:aws:iam::1:role/R"`}},
	{"services: region", `{"Principal":{"Service":"logs.amazonaws.com"}}`, `{"Principal":{"Service":"logs.us-east-1.amazonaws.com"}}`, []string{`Principal Service: A has "logs.amazonaws.com", B has "logs.us-east-1.amazonaws.com"`}},
	{"type of principal", `{"Principal":{"AWS":"a"}}`, `{"Principal":{"Service":"a"}}`, []string{`Principal AWS: A has "a", B does not have it`, `Principal Service: A does not have it, B has "a"`}},
	{"an account id and its root user, for a resource that ends after the partition", `{"Principal":{"AWS":"111122223333"},"Resource":"arn:aws"}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":"arn:aws"}`,
		[]string{`Principal AWS: A has "111122223333", B has "arn:aws:iam::111122223333:root"`}},
	{"an account id and its root user, for a resource that is not an ARN", `{"Principal":{"AWS":"111122223333"},"Resource":"aws:x"}`, `{"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Resource":"aws:x"}`,
		[]string{`Principal AWS: A has "111122223333", B has "arn:aws:iam::111122223333:root"`}},
	{"an account id is not a service", `{"Principal":{"Service":"111122223333"},"Resource":"` + fn + `"}`, `{"Principal":{"Service":"arn:aws:iam::111122223333:root"},"Resource":"` + fn + `"}`,
		[]string{`Principal Service: A has "111122223333", B has "arn:aws:iam::111122223333:root"`}},
	{"everybody is not every service", `{"Principal":"*"}`, `{"Principal":{"Service":"*"}}`, []string{`Principal *: A has "*", B does not have it`, `Principal Service: A does not have it, B has "*"`}},
	{"one more principal", `{"Principal":{"AWS":["a","b"]}}`, `{"Principal":{"AWS":["b"]}}`, []string{`Principal AWS: A has "a", "b", B has "b"`}},
	{"two spellings of nobody", `{"Principal":{}}`, `{"Principal":{"AWS":[]}}`, nil},
	{"no principals are not an absent Principal", `{"Principal":{}}`, `{}`, []string{`Principal: A has an empty list, B does not have it`}},
	{"NotPrincipal is not Principal", `{"Principal":{"AWS":"a"}}`, `{"NotPrincipal":{"AWS":"a"}}`, []string{`Principal AWS: A has "a", B does not have it`, `NotPrincipal AWS: A does not have it, B has "a"`}},
	{"everybody in NotPrincipal", `{"NotPrincipal":"*"}`, `{"NotPrincipal":{"AWS":"*"}}`, nil},

	// Actions.
	{"a list of one action", `{"Action":"a:b"}`, `{"Action":["a:b"]}`, nil},
	{"actions: case", `{"Action":"lambda:InvokeFunction"}`, `{"Action":"LAMBDA:invokefunction"}`, nil},
	{"actions: other letters have no case", `{"Action":"lambda:K"}`, `{"Action":"lambda:` + "\u212a" + `"}`, []string{`Action: A has "lambda:K", B has "lambda:` + "\u212a" + `"`}},
	{"actions: case of the first letter", `{"Action":"lambda:A"}`, `{"Action":"lambda:a"}`, nil},
	{"actions: case of the last letter", `{"Action":"lambda:Z"}`, `{"Action":"lambda:z"}`, nil},
	{"actions: the characters next to the letters have no case", `{"Action":"lambda:@["}`, `{"Action":"lambda:` + "`" + `{"}`, []string{`Action: A has "lambda:@[", B has "lambda:` + "`" + `{"`}},
	{"order of actions", `{"Action":["a:b","c:d"]}`, `{"Action":["C:d","a:b","a:B"]}`, nil},
	{"action", `{"Action":"lambda:InvokeFunction"}`, `{"Action":"lambda:InvokeFunctionUrl"}`, []string{`Action: A has "lambda:InvokeFunction", B has "lambda:InvokeFunctionUrl"`}},
	{"a pattern is not equivalent to another that it matches", `{"Action":"lambda:*"}`, `{"Action":"*"}`, []string{`Action: A has "lambda:*", B has "*"`}},
	{"no actions are not an absent Action", `{"Action":[]}`, `{}`, []string{`Action: A has an empty list, B does not have it`}},
	{"NotAction is not Action", `{"Action":"a:b"}`, `{"NotAction":"a:b"}`, []string{`Action: A has "a:b", B does not have it`, `NotAction: A does not have it, B has "a:b"`}},
	{"NotAction: case, order", `{"NotAction":["a:b","a:c"]}`, `{"NotAction":["a:C","a:B"]}`, nil},

	// Resources.
	{"a list of one resource", `{"Resource":"x"}`, `{"Resource":["x"]}`, nil},
	{"order of resources", `{"Resource":["x","y"]}`, `{"Resource":["y","x","y"]}`, nil},
	{"resources: case", `{"Resource":"x"}`, `{"Resource":"X"}`, []string{`Resource: A has "x", B has "X"`}},
	{"qualifier", `{"Resource":"` + fn + `"}`, `{"Resource":"` + fn + `:PROD"}`, []string{`Resource: A has "` + fn + `", B has "` + fn + `:PROD"`}},
	{"NotResource is not Resource", `{"Resource":"x"}`, `{"NotResource":"x"}`, []string{`Resource: A has "x", B does not have it`, `NotResource: A does not have it, B has "x"`}},
	{"NotResource: a list of one", `{"NotResource":"x"}`, `{"NotResource":["x"]}`, nil},

	// Conditions.
	{"no Condition and an empty one", `{"Condition":{}}`, `{}`, nil},
	{"many keys", `{"Condition":{"StringEquals":{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"}}}`, `{"Condition":{"StringEquals":{"F":"1","E":"1","D":"1","C":"1","B":"1","A":"1"}}}`, nil},
	{"condition on one side", `{"Condition":{"StringEquals":{"AWS:SourceAccount":"1"}}}`, `{}`, []string{`Condition StringEquals AWS:SourceAccount: A has "1", B does not have it`}},
	{"keys: case", `{"Condition":{"StringEquals":{"AWS:SourceAccount":"1"}}}`, `{"Condition":{"StringEquals":{"aws:sourceaccount":"1"}}}`, nil},
	{"a list of one value", `{"Condition":{"StringEquals":{"k":"1"}}}`, `{"Condition":{"StringEquals":{"k":["1"]}}}`, nil},
	{"order of values", `{"Condition":{"StringEquals":{"k":["1","2"]}}}`, `{"Condition":{"StringEquals":{"k":["2","1"]}}}`, nil},
	{"order of keys", `{"Condition":{"StringEquals":{"k":"1","l":"2"}}}`, `{"Condition":{"StringEquals":{"l":"2","k":"1"}}}`, nil},
	{"order of operators", `{"Condition":{"StringEquals":{"k":"1"},"ArnLike":{"l":"2"}}}`, `{"Condition":{"ArnLike":{"l":"2"},"StringEquals":{"k":"1"}}}`, nil},
	{"boolean and string", `{"Condition":{"Bool":{"k":"true"}}}`, `{"Condition":{"Bool":{"k":true}}}`, nil},
	{"number and string", `{"Condition":{"NumericEquals":{"k":"5"}}}`, `{"Condition":{"NumericEquals":{"k":5}}}`, nil},
	{"numbers are compared as text", `{"Condition":{"NumericEquals":{"k":5}}}`, `{"Condition":{"NumericEquals":{"k":5.0}}}`, []string{`Condition NumericEquals k: A has "5", B has "5.0"`}},
	{"true and false", `{"Condition":{"Bool":{"k":true}}}`, `{"Condition":{"Bool":{"k":false}}}`, []string{`Condition Bool k: A has "true", B has "false"`}},
	{"booleans as strings: case", `{"Condition":{"Bool":{"k":"true"}}}`, `{"Condition":{"Bool":{"k":"True"}}}`, []string{`Condition Bool k: A has "true", B has "True"`}},
	{"values: case", `{"Condition":{"StringEquals":{"k":"a"}}}`, `{"Condition":{"StringEquals":{"k":"A"}}}`, []string{`Condition StringEquals k: A has "a", B has "A"`}},
	{"key", `{"Condition":{"StringEquals":{"k":"1"}}}`, `{"Condition":{"StringEquals":{"l":"1"}}}`, []string{`Condition StringEquals k: A has "1", B does not have it`, `Condition StringEquals l: A does not have it, B has "1"`}},
	{"ArnEquals and ArnLike", `{"Condition":{"ArnEquals":{"k":"a:*"}}}`, `{"Condition":{"ArnLike":{"k":"a:*"}}}`, nil},
	{"ArnNotEquals and ArnNotLike", `{"Condition":{"ArnNotEquals":{"k":"a:*"}}}`, `{"Condition":{"ArnNotLike":{"k":"a:*"}}}`, nil},
	{"StringEquals and StringLike", `{"Condition":{"StringEquals":{"k":"1"}}}`, `{"Condition":{"StringLike":{"k":"1"}}}`, []string{`Condition StringEquals k: A has "1", B does not have it`, `Condition StringLike k: A does not have it, B has "1"`}},
	{"ArnLike and StringLike", `{"Condition":{"ArnLike":{"k":"1"}}}`, `{"Condition":{"StringLike":{"k":"1"}}}`, []string{`Condition ArnLike k: A has "1", B does not have it`, `Condition StringLike k: A does not have it, B has "1"`}},
	{"operators: case", `{"Condition":{"StringEquals":{"k":"1"}}}`, `{"Condition":{"stringequals":{"k":"1"}}}`, []string{`Condition StringEquals k: A has "1", B does not have it`, `Condition stringequals k: A does not have it, B has "1"`}},
	{"IfExists", `{"Condition":{"StringEquals":{"k":"1"}}}`, `{"Condition":{"StringEqualsIfExists":{"k":"1"}}}`, []string{`Condition StringEquals k: A has "1", B does not have it`, `Condition StringEqualsIfExists k: A does not have it, B has "1"`}},
	{"one key under two operators of one meaning", `{"Condition":{"ArnLike":{"k":"a"},"ArnEquals":{"k":"b"}}}`, `{"Condition":{"ArnLike":{"k":"b"},"ArnEquals":{"k":"a"}}}`, nil},
	{"two operators of one meaning, one changed", `{"Condition":{"ArnLike":{"k":"a"},"ArnEquals":{"k":"b"}}}`, `{"Condition":{"ArnLike":{"k":"a"},"ArnEquals":{"k":"c"}}}`, []string{`Condition ArnLike k: A has "b", B has "c"`}},
	{"two conditions on one key are not one with both values", `{"Condition":{"ArnLike":{"k":"a"},"ArnEquals":{"k":"b"}}}`, `{"Condition":{"ArnLike":{"k":["a","b"]}}}`, []string{`Condition ArnLike k: A has "a", B has "a", "b"`, `Condition ArnLike k: A has "b", B does not have it`}},
	{"no values are not an absent key", `{"Condition":{"StringEquals":{"k":[]}}}`, `{}`, []string{`Condition StringEquals k: A has an empty list, B does not have it`}},
	{"an operator without keys is not an absent one", `{"Condition":{"StringEquals":{}}}`, `{}`, []string{`Condition StringEquals: A has an empty list, B does not have it`}},
	{"keys that differ only in case, with other whitespace", `{"Sid":"s","Condition":{"StringEquals":{"k":"1","K":"2"}}}`, `{"Condition" : { "StringEquals" : {"k":"1", "K":"2"}},"Sid":"s"}`, nil},
	{"keys that differ only in case, in another order", `{"Condition":{"StringEquals":{"k":"1","K":"2"}}}`, `{"Condition":{"StringEquals":{"K":"2","k":"1"}}}`, []string{`Condition: A has (not shown), B has (not shown)`}},

	// Secrets.
	{"token", `{"Condition":{"StringEquals":{"lambda:EventSourceToken":"secret1"}}}`, `{"Condition":{"StringEquals":{"lambda:EventSourceToken":"secret2"}}}`, []string{`Condition StringEquals lambda:EventSourceToken: A has (not shown), B has (not shown)`}},
	{"token on one side", `{}`, `{"Condition":{"StringLike":{"LAMBDA:eventsourcetoken":["secret1","secret2"]}}}`, []string{`Condition StringLike LAMBDA:eventsourcetoken: A does not have it, B has (not shown)`}},
	{"the same token", `{"Condition":{"StringEquals":{"lambda:EventSourceToken":"secret"}}}`, `{"Condition":{"StringEquals":{"Lambda:EventSourceToken":["secret"]}}}`, nil},

	// Unknown members.
	{"the same unknown member", `{"X":{"a":[1, 2]},"Sid":"s"}`, `{"Sid":"s","X":{"a":[1,2]}}`, nil},
	{"unknown members: order", `{"X":1,"Y":2}`, `{"Y":2,"X":1}`, nil},
	{"many unknown members", `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}`, `{"f":1,"e":1,"d":1,"c":1,"b":1,"a":1}`, nil},
	{"unknown member", `{"X":{"secret":1}}`, `{"X":{"secret":2}}`, []string{`X: A has (not shown), B has (not shown)`}},
	{"unknown members are compared as text", `{"X":{"a":1,"b":2}}`, `{"X":{"b":2,"a":1}}`, []string{`X: A has (not shown), B has (not shown)`}},
	{"unknown member on one side", `{"effect":"secret"}`, `{}`, []string{`effect: A has (not shown), B does not have it`}},

	// Order of the differences.
	{"everything", `{"X":1,"Condition":{"Bool":{"k":"1"},"ArnLike":{"k":"1"}},"NotResource":"1","Resource":"1","NotAction":"1","Action":"1","NotPrincipal":{"AWS":"1"},"Principal":{"AWS":"1"},"Effect":"1","Sid":"1"}`, `{}`, []string{
		`Sid: A has "1", B does not have it`, `Effect: A has "1", B does not have it`,
		`Principal AWS: A has "1", B does not have it`, `NotPrincipal AWS: A has "1", B does not have it`,
		`Action: A has "1", B does not have it`, `NotAction: A has "1", B does not have it`,
		`Resource: A has "1", B does not have it`, `NotResource: A has "1", B does not have it`,
		`Condition ArnLike k: A has "1", B does not have it`, `Condition Bool k: A has "1", B does not have it`,
		`X: A has (not shown), B does not have it`,
	}},
}

func TestEquivalent(t *testing.T) {
	for _, pair := range pairs {
		t.Run(pair.rule, func(t *testing.T) {
			a, b := mustStatement(t, pair.a), mustStatement(t, pair.b)
			if got, want := a.Equivalent(b), len(pair.words) == 0; got != want {
				t.Errorf("Equivalent: %v, want %v", got, want)
			}
			if diff := cmp.Diff(pair.words, words(policy.Diff(a, b))); diff != "" {
				t.Errorf("Diff (-want +got):\n%s", diff)
			}
			checkPair(t, a, b)
		})
	}
}

func words(differences []policy.Difference) []string {
	var list []string
	for _, d := range differences {
		list = append(list, d.String())
	}
	return list
}

// checkPair checks the properties of any two statements.
func checkPair(t *testing.T, a, b policy.Statement) {
	t.Helper()
	equivalent := a.Equivalent(b)
	for _, s := range []policy.Statement{a, b} {
		if !s.Equivalent(s) {
			t.Errorf("%s is not equivalent to itself", s)
		}
		if d := policy.Diff(s, s); len(d) > 0 {
			t.Errorf("Diff of %s and itself = %v, want no difference", s, d)
		}
	}
	if b.Equivalent(a) != equivalent {
		t.Errorf("Equivalent is not symmetric: %s, %s", a, b)
	}
	forth, back := policy.Diff(a, b), policy.Diff(b, a)
	if (len(forth) == 0) != equivalent {
		t.Errorf("Equivalent is %v, but Diff is %v: %s, %s", equivalent, forth, a, b)
	}
	for i := range back {
		back[i].A, back[i].B = back[i].B, back[i].A
		back[i].Key = strings.ToLower(back[i].Key) // the spelling of A
	}
	for i := range forth {
		forth[i].Key = strings.ToLower(forth[i].Key)
	}
	if diff := cmp.Diff(forth, back); diff != "" {
		t.Errorf("Diff is not symmetric: %s, %s:\n%s", a, b, diff)
	}
	for _, pair := range [][2]policy.Statement{{a, b}, {b, a}} {
		if equivalent && !policy.Covers(pair[0], pair[1]) {
			t.Errorf("%s is equivalent to %s and does not cover it", pair[0], pair[1])
		}
	}
	d, e := policy.Document{}.With(a), policy.Document{}.With(b)
	if d.Equivalent(e) != equivalent {
		t.Errorf("documents of one statement each: Equivalent is %v, of the statements %v: %s, %s", !equivalent, equivalent, a, b)
	}
}

// The fields of a Difference have the values that its text has.
func TestDiffData(t *testing.T) {
	a := mustStatement(t, `{"Principal":{"AWS":"111122223333"},"Resource":"`+fn+`","Condition":{"StringEquals":{"AWS:SourceAccount":["2","1"]}}}`)
	b := mustStatement(t, `{"Principal":{"Service":"s3.amazonaws.com"},"Resource":"`+fn+`","Condition":{"StringEquals":{"aws:SourceAccount":[]}}}`)
	want := []policy.Difference{
		{Field: "Principal", Key: "AWS", A: []string{"arn:aws:iam::111122223333:root"}},
		{Field: "Principal", Key: "Service", B: []string{"s3.amazonaws.com"}},
		{Field: "Condition", Operator: "StringEquals", Key: "AWS:SourceAccount", A: []string{"2", "1"}, B: []string{}},
	}
	got := policy.Diff(a, b)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// The lists belong to the caller.
	got[2].A[0] = "changed"
	if diff := cmp.Diff(want, policy.Diff(a, b)); diff != "" {
		t.Errorf("the statement changed with its difference (-want +got):\n%s", diff)
	}
}

func TestDocumentEquivalent(t *testing.T) {
	tests := []struct {
		rule string
		a, b string
		want bool
	}{
		{"member order, space", `{"Version":"2012-10-17","Statement":[]}`, `{"Statement": [], "Version": "2012-10-17"}`, true},
		{"one statement and a list of one", `{"Statement":{"Sid":"a"}}`, `{"Statement":[{"Sid":"a"}]}`, true},
		{"no statements", `{"Statement":[]}`, `{}`, true},
		{"order of statements", `{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, `{"Statement":[{"Sid":"b"},{"Sid":"a"}]}`, true},
		{"spelling of statements", `{"Statement":[{"Sid":"b","Action":["X"]},{"Sid":"a","Action":"y"}]}`, `{"Statement":[{"Action":["Y"],"Sid":"a"},{"Sid":"b","Action":"x"}]}`, true},
		{"the default version", `{"Version":"2008-10-17"}`, `{}`, true},
		{"version", `{"Version":"2012-10-17"}`, `{}`, false},
		{"Id", `{"Id":"a"}`, `{"Id":"b"}`, false},
		{"an empty Id and no Id", `{"Id":""}`, `{}`, true},
		{"one more statement", `{"Statement":[{"Sid":"a"}]}`, `{"Statement":[{"Sid":"a"},{"Sid":"b"}]}`, false},
		{"how often a statement is there", `{"Statement":[{"Sid":"a"},{"Sid":"a"},{"Sid":"b"}]}`, `{"Statement":[{"Sid":"a"},{"Sid":"b"},{"Sid":"b"}]}`, false},
		{"another statement", `{"Statement":[{"Sid":"a"}]}`, `{"Statement":[{"Sid":"b"}]}`, false},
		{"unknown members", `{"X":[1],"Y":2}`, `{"Y":2,"X":[1]}`, true},
		{"unknown member", `{"X":1}`, `{"X":2}`, false},
		{"unknown member on one side", `{"X":1}`, `{}`, false},
		// The texts of two members are not compared as one text.
		{"borders", `{"A":1,"B":2}`, `{"A":12,"B":2}`, false},
		// The texts of the values of a list are not compared as one text.
		{"borders of values", `{"Statement":[{"Action":["a:b","c"]}]}`, `{"Statement":[{"Action":["a","b:c"]}]}`, false},
		// The values of a list do not run into the next element.
		{"borders of elements", `{"Statement":[{"Resource":"*","Condition":{"StringEquals":{"k":"v"}}}]}`, `{"Statement":[{"Resource":["*","Condition","StringEquals","k","v"]}]}`, false},
	}
	for _, test := range tests {
		a, b := mustDocument(t, test.a), mustDocument(t, test.b)
		if got := a.Equivalent(b); got != test.want {
			t.Errorf("%s: %s.Equivalent(%s) = %v, want %v", test.rule, a, b, got, test.want)
		}
		if got := b.Equivalent(a); got != test.want {
			t.Errorf("%s: %s.Equivalent(%s) = %v, want %v", test.rule, b, a, got, test.want)
		}
		if !a.Equivalent(a) {
			t.Errorf("%s: %s is not equivalent to itself", test.rule, a)
		}
	}
}
