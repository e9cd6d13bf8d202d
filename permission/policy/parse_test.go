package policy_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// In the texts of this test ‸ marks the Offset of the error; it is removed before
// parsing.
const mark = "‸"

// longest is the longest name that an error does not shorten.
var longest = strings.Repeat("x", abbrev.Max)

var parseErrorTests = []struct {
	rule   string
	text   string
	path   string
	reason string
}{
	{"no text at all", ``, "", "not JSON"},
	{"not JSON", `‸Policy`, "", "not JSON: invalid character"},
	{"incomplete", `{"Version":"2012-10-17"‸`, "", "not JSON: unexpected end"},
	{"trailing comma", `{"Version":"2012-10-17",‸}`, "", "not JSON"},
	{"trailing garbage", `{"Version":"2012-10-17"} ‸x`, "", "after the value"},
	{"two documents", `{} ‸{}`, "", "after the value"},
	{"a byte order mark", "‸\uFEFF{}", "", "byte order mark; remove it"},
	{"invalid UTF-8", "{\"Id\":\"\uFFFD‸\xff\"}", "", "UTF-8"},
	{"invalid UTF-8 at the beginning", "‸\xff{}", "", "UTF-8"},
	{"an unfinished UTF-8 sequence", "{\"Id\":\"‸\xe2\x82\"}", "", "UTF-8"},
	{"not an object", `‸["Version"]`, "", "JSON object"},
	{"null is not an object", ` ‸null`, "", "JSON object"},

	{"duplicate member", `{"Id":"a", ‸"Id":"b"}`, "", `duplicate member "Id"`},
	{"duplicate member, one with an escape", `{"Id":"a",‸"\u0049d":"b"}`, "", `duplicate member "Id"`},
	{"duplicate Effect: Deny must not become Allow", `{"Statement":[{},{"Effect":"Deny", ‸"Effect":"Allow"}]}`, "Statement[1]", `duplicate member "Effect"`},
	{"duplicate condition key", `{"Statement":{"Condition":{"StringEquals":{"k":"v",‸"k":"v"}}}}`, "Statement.Condition.StringEquals", `duplicate member "k"`},
	{"duplicate in an unknown member", `{"Statement":[{"X":[0,{"a":{"b":1,‸"b":2}}]}]}`, "Statement[0].X[1].a", `duplicate member "b"`},
	{"an identifier is plain in a path", `{"azAZ09_":{"b":1,‸"b":2}}`, "azAZ09_", `duplicate member "b"`},
	{"another name is quoted", `{"a-b":{"b":1,‸"b":2}}`, `["a-b"]`, `duplicate member "b"`},
	{"an identifier of the longest length", `{"` + longest + `":{"b":1,‸"b":2}}`, longest, `duplicate member "b"`},
	{"a longer identifier", `{"` + longest + `x":{"b":1,‸"b":2}}`, `["` + longest[1:] + `"…]`, `duplicate member "b"`},
	{"duplicate after many members", `{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,‸"i":0}`, "", `duplicate member "i"`},
	{"duplicate among the first of many", `{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,‸"a":0}`, "", `duplicate member "a"`},
	{"a very long name is shortened between characters", `{"x` + strings.Repeat("é", 300) + `":0,‸"x` + strings.Repeat("é", 300) + `":0}`, "", "é\"…"},

	{"a high surrogate without a low surrogate", `{"Id":"a‸\ud800"}`, "Id", "surrogate"},
	{"high surrogate, then another escape", `{"Id":"‸\ud800\u0041"}`, "Id", "surrogate"},
	{"low surrogate first", `{"Id":"\\‸\udc00\ud800"}`, "Id", "surrogate"},
	{"surrogate in a name", `{"Statement":{"‸\ud800":1}}`, "Statement", "surrogate"},

	{"Version", `{"Version":‸2012}`, "Version", "must be a string"},
	{"Id", `{"Id":‸null}`, "Id", "must be a string"},
	{"Statement", `{"Statement":‸"x"}`, "Statement", "list of statements"},
	{"a statement in a list", `{"Statement":[{}, ‸[]]}`, "Statement[1]", "JSON object"},
	{"Sid", `{"Statement":[{"Sid":‸1}]}`, "Statement[0].Sid", "must be a string"},
	{"Effect", `{"Statement":{"Effect":‸["Allow"]}}`, "Statement.Effect", "must be a string"},
	{"Action", `{"Statement":{"Action":‸{}}}`, "Statement.Action", "string or a list of strings"},
	{"an Action in a list", `{"Statement":{"Action":["a",‸1]}}`, "Statement.Action[1]", "string or a list of strings"},
	{"lists do not nest", `{"Statement":{"NotAction":[‸["a"]]}}`, "Statement.NotAction[0]", "string or a list of strings"},
	{"Resource", `{"Statement":{"Resource":‸null}}`, "Statement.Resource", "string or a list of strings"},
	{"NotResource", `{"Statement":{"NotResource":‸true}}`, "Statement.NotResource", "string or a list of strings"},
	{"a bare principal that is not everybody", `{"Statement":{"Principal":‸"111111111111"}}`, "Statement.Principal", `"*" or an object`},
	{"Principal as a list", `{"Statement":{"Principal":‸["*"]}}`, "Statement.Principal", `"*" or an object`},
	{"an account id without quotation marks", `{"Statement":{"Principal":{"AWS":‸111111111111}}}`, "Statement.Principal.AWS", "string or a list of strings"},
	{"NotPrincipal", `{"Statement":{"NotPrincipal":{"AWS":["a",‸{}]}}}`, "Statement.NotPrincipal.AWS[1]", "string or a list of strings"},
	{"the star as a type", `{"Statement":{"Principal":{"*":‸"*"}}}`, `Statement.Principal["*"]`, "not a type of principal"},
	{"Condition", `{"Statement":{"Condition":‸"x"}}`, "Statement.Condition", "object of operators"},
	{"an operator", `{"Statement":{"Condition":{"Bool":‸true}}}`, "Statement.Condition.Bool", "object of condition keys"},
	{"a condition value", `{"Statement":{"Condition":{"Bool":{"aws:SecureTransport":‸null}}}}`, `Statement.Condition.Bool["aws:SecureTransport"]`, "string, a boolean or a number"},
	{"a condition value in a list", `{"Statement":{"Condition":{"Bool":{"k":["a", ‸["b"]]}}}}`, "Statement.Condition.Bool.k[1]", "string, a boolean or a number"},
	{"an empty condition key", `{"Statement":{"Condition":{"Bool":{"":‸"a"}}}}`, `Statement.Condition.Bool[""]`, "must not be empty"},

	{"too deep", `{"a":` + strings.Repeat("[", policy.MaxDepth-1) + `‸[` + strings.Repeat("]", policy.MaxDepth) + `}`, "a" + strings.Repeat("[0]", policy.MaxDepth-1), "deeper than 32"},
	{"too deep in objects", strings.Repeat(`{"a":`, policy.MaxDepth) + `‸{}` + strings.Repeat("}", policy.MaxDepth), strings.Repeat("a.", policy.MaxDepth-1) + "a", "deeper than 32"},
	{"too large", `{"a":"` + strings.Repeat(" ", policy.MaxInput-6) + `‸"}`, "", "bytes"},
}

func TestParseErrors(t *testing.T) {
	for _, test := range parseErrorTests {
		t.Run(test.rule, func(t *testing.T) {
			offset := max(strings.Index(test.text, mark), 0)
			text := strings.Replace(test.text, mark, "", 1)
			checkParseError(t, text, "Parse", offset, test.path, test.reason)
			// Whitespace before the text moves the Offset of the error.
			if offset > 0 && test.rule != "too large" {
				checkParseError(t, " \n"+text, "Parse", offset+2, test.path, test.reason)
			}
		})
	}
}

func checkParseError(t *testing.T, text, function string, offset int, path, reason string) {
	t.Helper()
	_, err := policy.Parse(text)
	if function == "ParseStatement" {
		_, err = policy.ParseStatement(text)
	}
	var e *policy.ParseError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *ParseError", err)
	}
	wantEqual(t, "Func", e.Func, function)
	wantEqual(t, "Offset", e.Offset, offset)
	wantEqual(t, "Path", e.Path, path)
	wantContains(t, "Reason", e.Reason, reason)
	for _, part := range []string{"policy." + e.Func, e.Path, e.Reason, fmt.Sprintf("byte %d", e.Offset)} {
		wantContains(t, "Error", e.Error(), part)
	}
}

// The paths of ParseStatement begin at the statement.
func TestParseStatementErrors(t *testing.T) {
	checkParseError(t, `{"Condition": {"Bool":{"k":{}}}}`, "ParseStatement", 27, "Condition.Bool.k", "string, a boolean or a number")
	checkParseError(t, `[]`, "ParseStatement", 0, "", "JSON object")
	checkParseError(t, `{"Sid":"a"`, "ParseStatement", 10, "", "not JSON")
}

// Texts exactly at the limits are accepted.
func TestLimits(t *testing.T) {
	deep := `{"a":` + strings.Repeat("[", policy.MaxDepth-1) + strings.Repeat("]", policy.MaxDepth-1) + `}`
	large := `{"a":"` + strings.Repeat("x", policy.MaxInput-len(`{"a":""}`)) + `"}`
	for name, text := range map[string]string{"deep": deep, "large": large} {
		d, err := policy.Parse(text)
		if err != nil {
			t.Errorf("%s: error %v, want nil", name, err)
		} else if d.Raw() != text {
			t.Errorf("%s: Raw has %d other bytes, want the %d of the text", name, len(d.Raw()), len(text))
		}
	}
}

// Errors may be logged, so they must not show a token.
func TestErrorsHoldNoSecret(t *testing.T) {
	const token = "amzn1.ask.skill.secret"
	for _, text := range []string{
		`{"Condition":{"StringEquals":{"lambda:EventSourceToken":"` + token + `","lambda:EventSourceToken":"` + token + `"}}}`,
		`{"Condition":{"StringEquals":{"lambda:EventSourceToken":["` + token + `",["` + token + `"]]}}}`,
		`{"Condition":{"StringEquals":"` + token + `"}}`,
		`{"Condition":{"StringEquals":{"lambda:EventSourceToken":"` + token + `\ud800"}}}`,
		`{"Condition":{"StringEquals":{"lambda:EventSourceToken":"` + token + `"}}`,
		`{"Condition":{"StringEquals":{"lambda:EventSourceToken":"` + token + "\xff" + `"}}}`,
	} {
		_, err := policy.ParseStatement(text)
		if err == nil {
			t.Errorf("%s: no error, want one", text)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "secret") {
			t.Errorf("%s: error %+v shows the token", text, err)
		}
	}
}
