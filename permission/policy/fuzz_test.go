package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// seeds returns the statements of the real grants and of the table pairs.
func seeds(t testing.TB) []string {
	var list []string
	for _, g := range corpus.Grants() {
		list = append(list, build(t, g.Request).Raw())
	}
	for _, p := range pairs {
		list = append(list, p.a, p.b)
	}
	return list
}

func FuzzParseStatement(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(text)
	}
	// a duplicate member, one with an escape
	f.Add("{\"Sid\":\"a\",\"\\u0053id\":\"b\"}")
	// duplicate effect
	f.Add(`{"Effect":"Deny","Effect":"Allow"}`)
	// empty operator
	f.Add(`{"Condition":{"":{}}}`)
	// half a surrogate pair
	f.Add("{\"Sid\":\"\\ud83d\\u0041\"}")
	// html and line separators
	f.Add("{\"Resource\":\"<&>\xe2\x80\xa8\xe2\x80\xa9/\\/\"}")
	// invalid utf8
	f.Add("{\"Sid\":\"\xe2\x82\"}")
	// keys differ in case
	f.Add(`{"Condition":{"StringEquals":{"k":"1","K":"2"}}}`)
	// many members
	f.Add(`{"m0":0,"m1":1,"m2":2,"m3":3,"m4":4,"m5":5,"m6":6,"m7":7,"m8":8,"m9":9,"m10":10,"m11":11,"m3":0}`)
	// numbers
	f.Add(`{"Condition":{"NumericLessThan":{"k":[-0.0,1E+400,true]}}}`)
	// the form of 2016
	f.Add(`{"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::b"}},"Action":["lambda:InvokeFunction"],"Resource":"arn:aws:lambda:us-east-1:111111111111:function:fn","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Sid":"1"}`)
	// other case is unknown
	f.Add(`{"effect":"Deny","Effect":"Allow","EFFECT":1}`)
	// replacement character
	f.Add("{\"Sid\":\"\xef\xbf\xbd\xff\"}")
	// surrogate pair
	f.Add("{\"Sid\":\"\\ud83d\\ude00\\\\ud83d\"}")
	// a statement without an Effect
	f.Add("{\"Principal\":{\"0\":\"0\"},\"Action\":\"lAmBdA:\",\"Resource\":\"arn:::::\"}")
	// too deep
	f.Add(`{"X":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}`)
	// trailing garbage
	f.Add(`{"Sid":"a"} {"Sid":"b"}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := policy.ParseStatement(text)
		if err != nil {
			checkError(t, text, "ParseStatement", err)
			return
		}
		if want := strings.Trim(text, " \t\r\n"); s.Raw() != want {
			t.Errorf("Raw is %q, want %q", s.Raw(), want)
		}
		checkCompact(t, text, s.String(), s.Size())
		if diff := cmp.Diff(view(s), view(mustStatement(t, s.Raw()))); diff != "" {
			t.Errorf("print and parse (-first +second):\n%s", diff)
		}
		checkStatementByJSON(t, text, s)
		checkPair(t, s, respelled(t, s))
		checkBuilt(t, s)
	})
}

// checkBuilt wants Build of a statement's Elements to return an equivalent statement,
// with Allow if there is no Effect.
func checkBuilt(t *testing.T, s policy.Statement) {
	t.Helper()
	e := s.Elements()
	built, err := e.Build()
	if e.Effect == "" && err == nil {
		e.Effect = "Allow"
		again, err := e.Build()
		if err != nil {
			t.Errorf("Build with Allow: error %v, want nil", err)
		}
		wantEqual(t, "built without an Effect, and with Allow", built.Raw(), again.Raw())
		return
	}
	var refused *policy.BuildError
	switch {
	case errors.As(err, &refused), len(s.UnknownMembers()) > 0:
	case err != nil:
		t.Errorf("Build: error %v, want a *BuildError", err)
	case !built.Equivalent(s):
		t.Errorf("Build returned %s: %v", built, policy.Diff(s, built))
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range seeds(f) {
		f.Add(`{"Version":"2012-10-17","Id":"default","Statement":[` + text + `]}`)
		f.Add(`{"Statement":` + text + `,"X":{}}`)
	}
	// byte order mark
	f.Add("\xef\xbb\xbf{}")
	// incomplete JSON
	f.Add(`{"Statement":[{"Sid":"a"},`)
	// duplicate statement
	f.Add(`{"Statement":[],"Statement":[{}]}`)
	// escaped statement name
	f.Add("{\"St\\u0061tement\":[{}],\"X\":[{}]}")
	// indented
	f.Add("{\x0a\x09\"Statement\" : [ { \"Sid\" : \" a b \" } ]\x0d\x0a}\x0a")
	// no statement
	f.Add(`{"Id":"default"}`)
	// one statement
	f.Add(`{"Statement":{"Sid":"a"},"Version":"2008-10-17"}`)
	// scalar
	f.Add("null")
	// statements without sid
	f.Add(`{"Statement":[{"Effect":"Deny"},{"Sid":""},{"Sid":"a"},{"Sid":"a"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := policy.Parse(text)
		if err != nil {
			checkError(t, text, "Parse", err)
			return
		}
		if d.Raw() != text {
			t.Errorf("Raw is %q, want %q", d.Raw(), text)
		}
		checkCompact(t, text, d.String(), d.Size())
		if diff := cmp.Diff(viewDocument(d), viewDocument(mustDocument(t, d.Raw()))); diff != "" {
			t.Errorf("print and parse (-first +second):\n%s", diff)
		}
		if !d.Equivalent(d) {
			t.Errorf("%s is not equivalent to itself", d)
		}
		checkEdits(t, d)
	})
}

// checkError checks the properties of every error.
func checkError(t *testing.T, text, function string, err error) {
	t.Helper()
	var e *policy.ParseError
	if !errors.As(err, &e) {
		t.Fatalf("%v is not a *ParseError", err)
	}
	if e.Func != function {
		t.Errorf("%+v: Func %q, want %q", e, e.Func, function)
	}
	if e.Reason == "" {
		t.Errorf("%+v has no Reason", e)
	}
	if e.Offset < 0 || e.Offset > len(text) {
		t.Errorf("%+v: Offset %d, want one of 0 to %d", e, e.Offset, len(text))
	}
	if strings.HasPrefix(e.Reason, "not JSON") && json.Valid([]byte(text)) {
		t.Errorf("error %v, but encoding/json accepts the text", err)
	}
	if e.Reason == "invalid UTF-8" && utf8.ValidString(text) {
		t.Errorf("error %v, but the text is valid UTF-8", err)
	}
}

// checkCompact compares the compact text and its size with the result of encoding/json.
func checkCompact(t *testing.T, text, got string, size int) {
	t.Helper()
	var want bytes.Buffer
	if err := json.Compact(&want, []byte(text)); err != nil {
		t.Fatal(err)
	}
	if got != want.String() {
		t.Errorf("String is %s, want %s", got, want.String())
	}
	if size != want.Len() {
		t.Errorf("Size is %d, want %d", size, want.Len())
	}
}

// checkStatementByJSON compares a statement with the result of encoding/json, which is
// the oracle for accepted text.
func checkStatementByJSON(t *testing.T, text string, s policy.Statement) {
	t.Helper()
	var members map[string]any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]string{
		"Sid": {s.Sid()}, "Effect": {s.Effect()}, "Action": s.Actions(), "NotAction": s.NotActions(),
		"Resource": s.Resources(), "NotResource": s.NotResources(),
	} {
		if want := texts(members[name]); members[name] != nil && !slices.Equal(got, want) {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	operators, _ := members["Condition"].(map[string]any)
	for _, c := range s.Conditions() {
		keys := operators[c.Operator].(map[string]any)
		if want := texts(keys[c.Key]); len(keys) > 0 && !slices.Equal(c.Values, want) {
			t.Errorf("Condition %s %s is %q, want %q", c.Operator, c.Key, c.Values, want)
		}
	}
}

func texts(value any) []string {
	var list []string
	switch v := value.(type) {
	case string:
		list = append(list, v)
	case json.Number:
		list = append(list, v.String())
	case bool:
		list = append(list, map[bool]string{true: "true", false: "false"}[v])
	case []any:
		for _, element := range v {
			list = append(list, texts(element)...)
		}
	}
	return list
}

// respelled returns s as encoding/json writes it, with sorted members and other
// escapes. The two must be equivalent unless s has members that are compared as text.
func respelled(t *testing.T, s policy.Statement) policy.Statement {
	t.Helper()
	var members any
	decoder := json.NewDecoder(strings.NewReader(s.Raw()))
	decoder.UseNumber()
	if err := decoder.Decode(&members); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	again := mustStatement(t, string(text))
	for _, d := range policy.Diff(s, again) {
		isAsText := slices.Contains(s.UnknownMembers(), d.Field) || d.Field == "Condition" && d.Operator == ""
		if !isAsText {
			t.Errorf("Diff has %s, but only the spelling differs:\n%s\n%s", d, s, again)
		}
	}
	return again
}

// checkEdits checks that edited documents agree with their text, that whitespace
// between tokens makes no difference to an edit, and that removing an added statement
// restores the document.
func checkEdits(t *testing.T, d policy.Document) {
	t.Helper()
	const sid = "a Sid that is not there"
	if _, found := d.Lookup(sid); found {
		return
	}
	compact := mustDocument(t, d.String())
	added := d.With(mustStatement(t, `{"Sid":"`+sid+`"}`))
	checkEdit(t, "With", added, compact.With(mustStatement(t, `{"Sid":"`+sid+`"}`)))
	for _, s := range d.Statements() {
		if s.Sid() != "" {
			checkEdit(t, "Without "+s.Sid(), d.Without(s.Sid()), compact.Without(s.Sid()))
		}
	}
	removed := added.Without(sid)
	checkEdit(t, "Without", removed, compact.With(mustStatement(t, `{"Sid":"`+sid+`"}`)).Without(sid))
	if len(d.Statements()) > 1 && removed.Raw() != d.Raw() {
		t.Errorf("adding and removing a statement gave %q, want %q", removed.Raw(), d.Raw())
	}
	if !removed.Equivalent(d) {
		t.Errorf("adding and removing a statement gave %s, want the meaning of %s", removed, d)
	}
	if added.Equivalent(d) {
		t.Errorf("%s is equivalent to %s", added, d)
	}
}

// checkEdit compares an edited document with the one that is parsed from its text, and
// with the result of the same edit of the compact document.
func checkEdit(t *testing.T, edit string, got, ofCompact policy.Document) {
	t.Helper()
	if diff := cmp.Diff(viewDocument(got), viewDocument(mustDocument(t, got.Raw()))); diff != "" {
		t.Errorf("%s (-edited +parsed):\n%s", edit, diff)
	}
	if got.String() != ofCompact.Raw() {
		t.Errorf("%s: got %s, want %s", edit, got, ofCompact.Raw())
	}
	if got.Size() != len(ofCompact.Raw()) {
		t.Errorf("%s: Size %d, want %d", edit, got.Size(), len(ofCompact.Raw()))
	}
}

func FuzzEquivalent(f *testing.F) {
	for _, p := range pairs {
		f.Add(p.a, p.b)
	}
	grants := corpus.Grants()
	for i := range grants[1:] {
		f.Add(build(f, grants[i].Request).Raw(), build(f, grants[i+1].Request).Raw())
	}
	// kelvin sign
	f.Add(`{"Action":"K","Condition":{"o":{"K":"v"}}}`, "{\"Action\":\"\xe2\x84\xaa\",\"Condition\":{\"o\":{\"\xe2\x84\xaa\":\"v\"}}}")
	// no keys
	f.Add(`{"Condition":{"a":{},"b":{"k":[]}}}`, `{"Condition":{"b":{"k":[]},"a":{}}}`)
	// nobody
	f.Add(`{"Principal":{"AWS":[],"Service":[]},"NotPrincipal":{}}`, `{"Principal":{},"NotPrincipal":{"X":[]}}`)
	// partition of an account
	f.Add(`{"Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:root"]},"Resource":"arn:aws-cn:lambda:::"}`, `{"Principal":{"AWS":["111122223333","arn:aws-cn:iam::111122223333:root"]},"Resource":"arn:aws:lambda:::"}`)
	// two operators of one meaning
	f.Add(`{"Condition":{"ArnLike":{"k":"a"},"ArnEquals":{"k":"b"}}}`, `{"Condition":{"ArnLike":{"k":"b"},"ArnEquals":{"K":["a"]}}}`)
	// unknown as text
	f.Add("{\"X\":{\"a\":1.0},\"Y\":\"\\u0041\"}", `{"Y":"A","X":{"a":1.0}}`)
	f.Fuzz(func(t *testing.T, textA, textB string) {
		a, errA := policy.ParseStatement(textA)
		b, errB := policy.ParseStatement(textB)
		if errA != nil || errB != nil {
			return
		}
		checkPair(t, a, b)
		checkPair(t, a, respelled(t, a))
	})
}

// FuzzCovers varies the values of two grants of one shape.
func FuzzCovers(f *testing.F) {
	const (
		one = "arn:aws:lambda:us-east-1:111111111111:function:f"
		all = "arn:aws:lambda:*:111111111111:function:*"
	)
	f.Add("*", "s3.amazonaws.com", "lambda:*", "lambda:InvokeFunction", all, one, "ArnLike", "StringEquals", "arn:aws:s3:::b*", "arn:aws:s3:::b")
	f.Add("222222222222", "arn:aws:iam::222222222222:role/r", "*", "l:?a*", "*", one, "StringLike", "StringLike", "a*?", "ab?")
	f.Add("a.amazonaws.com", "a.amazonaws.com", "lambda:Get*", "LAMBDA:get?", one+":*", one+":${v}", "StringLikeIfExists", "StringEqualsIfExists", "${v}", "*é")
	f.Add("arn:aws:iam::222222222222:root", "arn:aws:iam::222222222222:user/u", "a:**", "a:*b*", one, one, "ArnEquals", "ArnLike", "arn:*:b:c:d:?", "arn:a:b:c:d:*")
	// account anywhere
	f.Add("222222222222", "arn:aws:iam::222222222222:role/r", "*", "*", "*", "arn:aws:lambda:*:*:function:*", "Bool", "Bool", "true", "true")
	// characters not bytes
	f.Add("*", "*", "*", "*", "*", "*", "StringLike", "StringEquals", "*??b*c", "\xe2\x82\xacbdc")
	// literal star
	f.Add("*", "*", "*", "*", "*", "*", "StringLike", "StringEquals", "a?", "a*")
	// own account
	f.Add("111111111111", "arn:aws:iam::111111111111:role/r", "*", "*", "arn:aws:lambda:us-east-1:111111111111:function:f", "arn:aws:lambda:us-east-1:111111111111:function:f", "Bool", "Bool", "true", "true")
	// star stays in its part
	f.Add("*", "a.amazonaws.com", "*", "a:b", "arn:aws:lambda:us-east-1:111111111111:function:f", "arn:aws:lambda:us-east-1:111111111111:function:f", "ArnLike", "StringLike", "arn:*:s3:::b", "arn:*:s3:::b")
	// string pattern of an arn
	f.Add("*", "*", "a:*", "a:?", "arn:aws:lambda:us-east-1:111111111111:function:f", "arn:aws:lambda:us-east-1:111111111111:function:f", "ArnEquals", "ArnLike", "arn:a:b:c:d:*?", "arn:a:b:c:d:e:?*")
	// variables
	f.Add("*", "*", "*", "*", "arn:a:b:c:d:*", "arn:a:b:c:d:${v}", "StringLikeIfExists", "StringLike", "${*}*", "${*}")
	f.Fuzz(func(t *testing.T, principalA, principalB, actionA, actionB, resourceA, resourceB, operatorA, operatorB, valueA, valueB string) {
		if len(principalA+principalB+actionA+actionB+resourceA+resourceB+operatorA+operatorB+valueA+valueB) > 1024 {
			return
		}
		a := statementOf(t, grantOf(principalA, actionA, resourceA, operatorA, valueA))
		b := statementOf(t, grantOf(principalB, actionB, resourceB, operatorB, valueB))
		checkCovers(t, a, b)
		checkCovers(t, b, a)
		checkPair(t, a, b)
	})
}

func grantOf(principal, action, resource, operator, value string) map[string]json.RawMessage {
	kind := "AWS"
	if strings.HasSuffix(principal, ".amazonaws.com") {
		kind = "Service"
	}
	raw := func(v any) json.RawMessage {
		text, _ := json.Marshal(v) // maps of strings cannot fail
		return text
	}
	return map[string]json.RawMessage{
		"Effect": raw("Allow"), "Principal": raw(map[string]string{kind: principal}), "Action": raw(action), "Resource": raw(resource),
		"Condition": raw(map[string]map[string]string{operator: {"k": value}}),
	}
}

// fuzzCaller returns a caller of any kind, made from four texts.
func fuzzCaller(kind byte, a, b, c, d string) policy.Caller {
	identity := policy.IdentityPolicy(kind / 16 % 4)
	switch kind % 8 {
	case 0:
		return policy.Service{Name: a, SourceArn: b, SourceAccount: c}
	case 1:
		return policy.Service{Name: a, OtherNames: strings.Split(d, " "), SourceArn: b}
	case 2:
		return policy.AlexaSkill{Service: a, EventSourceToken: fuzzToken}
	case 3:
		return policy.IAMPrincipal{ARN: a, PrincipalOrgID: b, IdentityPolicy: identity}
	case 4:
		return policy.Anonymous{}
	case 5:
		return nil
	case 6:
		return policy.FunctionUrl{AuthType: a, OnlyInvokeFunctionUrl: kind >= 128}
	}
	if kind >= 128 {
		return policy.FunctionUrl{AuthType: "AWS_IAM", Caller: policy.Service{Name: a, SourceArn: b}}
	}
	return policy.FunctionUrl{AuthType: "AWS_IAM", Caller: policy.IAMPrincipal{ARN: a, PrincipalOrgID: b, IdentityPolicy: identity}}
}

const fuzzToken = "amzn1.ask.skill.s3cr3t"

// FuzzEvaluate evaluates any call by any policy. The decision must be the same each
// time, its texts must be single lines without the token, and an added Deny or Allow
// must not change it in the wrong direction.
func FuzzEvaluate(f *testing.F) {
	for _, e := range corpus.Evaluations() {
		kind := byte(0)
		if strings.HasPrefix(e.Request.Principal, "arn:") {
			kind = 3
		}
		f.Add(string(e.Policy), e.Request.Resource, e.Request.Action, kind, e.Request.Principal, e.Request.Context["aws:SourceArn"], e.Request.Context["aws:SourceAccount"], "")
	}
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotPrincipal":{"AWS":"1"},"NotAction":"a:*","NotResource":"*:?","Condition":{"ForAnyValue:StringNotLikeIfExists":{"aws:principalservicenameslist":["*","${a}"]}}}}`,
		thumbnail, "", byte(1), "logs.amazonaws.com", "", "", "a b")
	f.Add(`{"Statement":[{}]}`, thumbnail+":1", "", byte(6), "NONE", "", "", "")
	f.Add(`{"Statement":[]}`, thumbnail, "", byte(2), "", "", "", "")
	f.Add(`{"Statement":`+plain+`}`, thumbnail, "lambda:InvokeFunction", byte(7), "arn:aws:sts::1:assumed-role/a/b", "", "", "")
	// ARN patterns with missing segments
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"la*","Resource":["arn:*","arn:aws:lambda:*:*:*","*:*:*:*:*:*:*"],"Condition":{"ArnLike":{"aws:SourceArn":["arn:*","*"]}}}}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x00'), "s3.amazonaws.com", "arn:aws:s3:::b", "", "")
	// many keys twice
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"k0":"v","k1":"v","k2":"v","k3":"v","k4":"v","k5":"v","k6":"v","k7":"v","k8":"v","k9":"v","k10":"v","k11":"v","k12":"v","k13":"v","k14":"v","k15":"v","k16":"v","k17":"v","k18":"v","k19":"v","AWS:SourceAccount":"1","aws:SourceAccount":"2"}}}}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x00'), "s3.amazonaws.com", "arn:aws:s3:::b", "1", "")
	// a call that is not UTF-8
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEqualsIgnoreCase":{"aws:SourceArn":"é"}}}}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x00'), "s3.amazonaws.com", "\xc3\xff", "", "")
	// not principal
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","NotPrincipal":{"AWS":"123456789012","Service":"s3.amazonaws.com"},"NotAction":[],"NotResource":[]}]}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x03'), "arn:aws:iam::123456789012:user/u", "", "", "")
	// old version has no variables
	f.Add(`{"Version":"2008-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringLike":{"aws:SourceArn":"${*}"}}}}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x00'), "s3.amazonaws.com", "${*}", "", "")
	// session of a role
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/r/s"},"Action":"*","Resource":"*"}}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x03'), "arn:aws:iam::123456789012:role/p/r", "", "", "")
	// token in the policy
	f.Add(`{"Version":"2012-10-17","Statement":{"Sid":"alexa","Effect":"Allow","Principal":{"Service":"alexa-appkit.amazon.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","Condition":{"StringNotLike":{"LAMBDA:EVENTSOURCETOKEN":"amzn1.ask.skill.*"}}}}`, "arn:aws:lambda:us-east-1:123456789012:function:f", "", byte('\x02'), "", "", "", "")
	// url of an alias
	f.Add(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"lambda:Invoke*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f:live"}]}`, "arn:aws:lambda:us-east-1:123456789012:function:f:live", "", byte('\x06'), "NONE", "", "", "")
	f.Fuzz(func(t *testing.T, text, function, action string, kind byte, a, b, c, d string) {
		document, err := policy.Parse(text)
		name, errName := arn.ParseFunction(function)
		if err != nil || errName != nil {
			return
		}
		call := policy.Invocation{Function: name, Action: action, Caller: fuzzCaller(kind, a, b, c, d)}
		decision := document.Evaluate(call)
		checkDecision(t, document, decision)
		said := everythingSaid(decision)
		if again := everythingSaid(document.Evaluate(call)); said != again {
			t.Errorf("the texts are %q, and the second time %q", said, again)
		}
		if strings.Contains(said, fuzzToken) && !strings.Contains(text+a+function+action, fuzzToken) {
			t.Errorf("the texts show the token: %q", said)
		}
		checkAdding(t, document, call)
	})
}

// checkDecision checks that the parts of a decision agree.
func checkDecision(t *testing.T, document policy.Document, d policy.Decision) {
	t.Helper()
	statements := document.Statements()
	least := policy.Allowed
	for _, s := range d.Steps() {
		least = min(least, s.Verdict)
	}
	wantEqual(t, "Verdict, and the least of the steps", d.Verdict(), least)
	s, index, ok := d.Statement()
	wantEqual(t, "Statement has an index, and is found", index >= 0, ok)
	if ok {
		wantEqual(t, "Statement, and the one at its index", s.Raw(), statements[index].Raw())
	}
	for _, r := range d.Reasons() {
		if want := statements[r.Index].Sid(); r.Sid != want {
			t.Errorf("%+v: Sid %q, want %q", r, r.Sid, want)
		}
		if r.Text == "" {
			t.Errorf("%+v: Text is empty, want one line", r)
		}
		if strings.ContainsAny(r.String(), "\r\n") {
			t.Errorf("%+v: String %q, want one line", r, r.String())
		}
		if !utf8.ValidString(r.Text) {
			t.Errorf("%+v: Text %q, want valid UTF-8", r, r.Text)
		}
	}
}

// checkAdding checks that no call is allowed after a Deny for everybody was added, and
// that an added Allow does not deny a call that was allowed.
func checkAdding(t *testing.T, d policy.Document, call policy.Invocation) {
	t.Helper()
	everything := `"Principal":"*","Action":"*","Resource":"*"}`
	was := d.Evaluate(call).Verdict()
	if denied := d.With(mustStatement(t, `{"Effect":"Deny",`+everything)).Evaluate(call); denied.Verdict() > policy.Unsupported {
		t.Errorf("with a Deny for everybody: %v, want no call allowed", denied)
	}
	allowed := d.With(mustStatement(t, `{"Effect":"Allow",`+everything)).Evaluate(call)
	if allowed.Verdict() < was && was > policy.Unsupported {
		t.Errorf("verdict %v, with an Allow for everybody %v", was, allowed)
	}
}
