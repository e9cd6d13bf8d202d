package requestfile_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A request that encoding/json has encoded is parsed as the same value, for all
// published grants.
func TestParseReadsPublishedGrants(t *testing.T) {
	for _, grant := range corpus.Grants() {
		data, err := json.MarshalIndent(grant.Request, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got, err := requestfile.Parse(data)
		if err != nil {
			t.Errorf("%s: %v", grant.ID, err)
		}
		if diff := cmp.Diff(grant.Request, got); diff != "" {
			t.Errorf("%s: Parse (-want +got):\n%s", grant.ID, diff)
		}
	}
}

func TestParse(t *testing.T) {
	yes := true
	want := validate.Request{FunctionName: "f", Action: "*", InvokedViaFunctionUrl: &yes}
	for _, text := range []string{
		// Space between tokens is ignored.
		`{"FunctionName":"f","Action":"*","InvokedViaFunctionUrl":true}`,
		"\n\t{ \"FunctionName\" : \"f\" , \"Action\" : \"*\" , \"InvokedViaFunctionUrl\" : true }\n\n",
		// Editors on Windows end lines with CRLF and begin a file with a byte order mark.
		"\ufeff{\r\n  \"FunctionName\": \"f\",\r\n  \"Action\": \"*\",\r\n  \"InvokedViaFunctionUrl\": true\r\n}\r\n",
		// A member's name may be written with escapes.
		`{"Function\u004eame":"f","Action":"\u002a","InvokedViaFunctionUrl":true}`,
	} {
		got, err := requestfile.Parse([]byte(text))
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Parse(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseProblems(t *testing.T) {
	for _, tt := range []struct {
		text string
		kind requestfile.Kind
		want string // the beginning of the error's text
	}{
		// An unknown member is named, with the member that was probably meant.
		{`{"functionName":"f"}`, requestfile.KindUnknown, `1:2: unknown member "functionName": did you mean "FunctionName"?`},
		{"{\n  \"function_name\": \"f\"}", requestfile.KindUnknown, `2:3: unknown member "function_name": did you mean "FunctionName"?`},
		{`{"--source-arn":"f"}`, requestfile.KindUnknown, `1:2: unknown member "--source-arn": did you mean "SourceArn"?`},
		{`{"SourceARN":"f"}`, requestfile.KindUnknown, `1:2: unknown member "SourceARN": did you mean "SourceArn"?`},
		{`{"Principle":"*"}`, requestfile.KindUnknown, `1:2: unknown member "Principle": did you mean "Principal"?`},
		{`{"Resource":"*"}`, requestfile.KindUnknown, `1:2: unknown member "Resource"`},
		{`{"Operation":"GetPolicy"}`, requestfile.KindUnknown, `1:2: unknown member "Operation"`},
		{`{"":1}`, requestfile.KindUnknown, `1:2: unknown member ""`},
		// Duplicates: encoding/json would let the last one win.
		{"{\"Action\":\"*\",\n \"Action\":\"*\"}", requestfile.KindDuplicate, `2:2: duplicate member "Action": it is there already in line 1`},
		{`{"Action":"*","A\u0063tion":"*"}`, requestfile.KindDuplicate, `1:15: duplicate member "Action"`},
		// An error has all problems in order, on one line.
		{`{"functionName":"f","action":"*"}`, requestfile.KindUnknown,
			`1:2: unknown member "functionName": did you mean "FunctionName"?; 1:21: unknown member "action": did you mean "Action"?`},
		// Nothing is converted.
		{`{"SourceAccount":123456789012}`, requestfile.KindType, `1:18: SourceAccount is a number: it should be a string`},
		{`{"InvokedViaFunctionUrl":"true"}`, requestfile.KindType, `1:26: InvokedViaFunctionUrl is a string: it should be true or false`},
		{`{"Principal":{"Service":"s3.amazonaws.com"}}`, requestfile.KindType, `1:14: Principal is an object: it should be a string`},
		{`{"Action":["*"]}`, requestfile.KindType, `1:11: Action is an array: it should be a string`},
		{`{"Qualifier":null}`, requestfile.KindType, `1:14: Qualifier is null: leave the member out instead`},
		{`{"InvokedViaFunctionUrl":null}`, requestfile.KindType, `1:26: InvokedViaFunctionUrl is null: leave the member out instead`},
		// An empty value may come from a variable that is not set: the grant would
		// be wider than it was meant.
		{`{"SourceArn":""}`, requestfile.KindEmpty, `1:14: SourceArn is empty: give it a value or leave the member out`},
		{`{"Qualifier":""}`, requestfile.KindEmpty, `1:14: Qualifier is empty: give it a value or leave the member out`},
		{`{"StatementId":"","RevisionId":""}`, requestfile.KindEmpty,
			`1:16: StatementId is empty: give it a value or leave the member out; 1:32: RevisionId is empty: give it a value or leave the member out`},
		// A request is one object.
		{`[{"Action":"*"}]`, requestfile.KindShape, `1:1: a request is one JSON object, this is an array`},
		{`"x"`, requestfile.KindShape, `1:1: a request is one JSON object, this is a string`},
		{" null", requestfile.KindShape, `1:2: a request is one JSON object, this is null`},
		{"", requestfile.KindShape, `1:1: the file is empty: it should hold one JSON object`},
		{"\ufeff \r\n", requestfile.KindShape, `1:1: the file is empty: it should hold one JSON object`},
		// Not JSON: the place is that of the offending character, or the end.
		{"{\n \"Action\": '*'}", requestfile.KindSyntax, "2:12: not JSON: "},
		{"{\"Action\":\"*\"}\n{}", requestfile.KindSyntax, "2:1: not JSON: "},
		{"{\"Action\":\"*\",\n}", requestfile.KindSyntax, "2:1: not JSON: "},
		{"{\"Action\":", requestfile.KindSyntax, "1:11: not JSON: "},
		{"FunctionName: f\n", requestfile.KindSyntax, "1:1: not JSON: "},
		// A column is a character, not a byte, and the byte order mark does not
		// count.
		{"\ufeff{\"é\":1}", requestfile.KindUnknown, `1:2: unknown member "é"`},
		{`{"Principal":"é","é":1}`, requestfile.KindUnknown, `1:18: unknown member "é"`},
		// UTF-8 only: encoding/json would put U+FFFD in place of invalid bytes.
		{"{\"Action\":\"\xe9\"}", requestfile.KindEncoding, "1:12: the file is not in UTF-8"},
		{"\xff\xfe{\x00}\x00", requestfile.KindEncoding, "1:1: the file is in UTF-16: save it as UTF-8"},
		{`{"Principal":"\ud800"}`, requestfile.KindEncoding, `1:14: Principal has half of a surrogate pair`},
		{`{"Principal":"\\ufffd\ud800"}`, requestfile.KindEncoding, `1:14: Principal has half of a surrogate pair`},
	} {
		req, err := requestfile.Parse([]byte(tt.text))
		if err == nil {
			t.Errorf("Parse(%q) = %+v, want error %q", tt.text, req, tt.want)
			continue
		}
		if !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("Parse(%q): err = %q, want one that begins with %q", tt.text, err, tt.want)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("Parse(%q): err = %q, want one line", tt.text, err)
		}
		var p requestfile.Problem
		if !errors.As(err, &p) || p.Kind != tt.kind {
			t.Errorf("Parse(%q): kind %q, want %q", tt.text, p.Kind, tt.kind)
		}
	}
}

// A U+FFFD that the text contains or escapes is not an encoding problem.
func TestParseKeepsReplacementCharacter(t *testing.T) {
	for _, text := range []string{`{"Principal":"\uFFFD\ufffd"}`, "{\"Principal\":\"\ufffd\ufffd\"}"} {
		req, err := requestfile.Parse([]byte(text))
		if err != nil || req.Principal != "\ufffd\ufffd" {
			t.Errorf("Parse(%q): principal %q, %v; want two times U+FFFD", text, req.Principal, err)
		}
	}
}

// Every member of the API is suggested for its name without the first letter.
func TestEveryMemberIsSuggested(t *testing.T) {
	for _, member := range []string{
		"Action", "EventSourceToken", "FunctionName", "FunctionUrlAuthType", "InvokedViaFunctionUrl", "Principal",
		"PrincipalOrgID", "Qualifier", "RevisionId", "SourceAccount", "SourceArn", "StatementId",
	} {
		_, err := requestfile.Parse(fmt.Appendf(nil, "{%q: null}", member[1:]))
		var p requestfile.Problem
		if !errors.As(err, &p) {
			t.Errorf("%s: err = %v, want a Problem", member[1:], err)
		}
		if p.Suggestion != member {
			t.Errorf("%s: suggestion %q, want %q", member[1:], p.Suggestion, member)
		}
		if p.Member != member[1:] {
			t.Errorf("%s: member %q, want the name as written", member[1:], p.Member)
		}
	}
}

// A text with very many mistakes gives a short error.
func TestErrorTextIsBounded(t *testing.T) {
	var members []string
	for i := range 1000 {
		members = append(members, fmt.Sprintf("%q: 0", strings.Repeat("x", 1000)+fmt.Sprint(i)))
	}
	_, err := requestfile.Parse([]byte("{" + strings.Join(members, ",") + "}"))
	if err == nil {
		t.Fatal("Parse accepts a text of unknown members")
	}
	if n := len(err.Error()); n > 2000 {
		t.Errorf("the error has %d bytes, want 2000 at most", n)
	}
	if !strings.HasSuffix(err.Error(), "and 996 more") {
		t.Errorf("err = %v, want the number of the other problems at the end", err)
	}
}

// Values may be secret: no error repeats one.
func TestErrorsHoldNoValue(t *testing.T) {
	const secret = "amzn1.ask.skill.s3cr3t"
	for _, text := range []string{
		`{"EventSourceToken":"` + secret + `","EventSourceToken":"` + secret + `"}`,
		`{"eventSourceToken":"` + secret + `"}`,
		`{"EventSourceToken":["` + secret + `"]}`,
		`{"EventSourceToken":"` + secret + `\ud800"}`,
		`{"EventSourceToken":"` + secret + "\n\"}",
	} {
		_, err := requestfile.Parse([]byte(text))
		if err == nil {
			t.Errorf("Parse(%q) succeeds, want an error", text)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("Parse(%q): err = %v, want no %s in it", text, err, secret)
		}
	}
}

func TestRead(t *testing.T) {
	// The reader's error is passed on.
	broken := errors.New("broken")
	if _, err := requestfile.Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a failing reader: err = %v, want the reader's own", err)
	}
	// A file of MaxSize bytes is read, a longer one is not.
	full := `{"Action":"*"}` + strings.Repeat(" ", requestfile.MaxSize-len(`{"Action":"*"}`))
	if req, err := requestfile.Read(iotest.HalfReader(strings.NewReader(full))); err != nil || req.Action != "*" {
		t.Errorf("MaxSize bytes: Read() = %+v, %v; want action *", req, err)
	}
	var tooLarge *requestfile.Error
	if _, err := requestfile.Read(strings.NewReader(full + " ")); !errors.As(err, &tooLarge) {
		t.Errorf("MaxSize+1 bytes: err = %v, want an *Error", err)
	}
}

func Example() {
	const file = `{
  "functionName": "my-function",
  "StatementId": "s3",
  "StatementId": "s3-again",
  "SourceAccount": 123456789012
}`
	_, err := requestfile.Parse([]byte(file))
	var malformed *requestfile.Error
	if errors.As(err, &malformed) {
		for _, p := range malformed.Problems {
			fmt.Printf("request.json:%v\n", p)
		}
	}
	// Output:
	// request.json:2:3: unknown member "functionName": did you mean "FunctionName"?
	// request.json:4:3: duplicate member "StatementId": it is there already in line 3
	// request.json:5:20: SourceAccount is a number: it should be a string
}
