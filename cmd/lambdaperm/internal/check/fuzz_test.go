package check

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

const skillToken = "amzn1.ask.skill.s3cr3t"

// No output has the token of a skill, also if the request has other mistakes.
func TestTokenIsNotShown(t *testing.T) {
	quoted := `"EventSourceToken":"` + skillToken
	for _, text := range []string{
		`{"FunctionName":"f","StatementId":"s","Action":"lambda:InvokeFunction","Principal":"alexa-appkit.amazon.com",` + quoted + `"}`,
		`{"FunctionName":"f","StatementId":"s","Action":"lambda:GetFunction","Principal":"s3.amazonaws.com",` + quoted + `"}`,
		`{` + quoted + `"}`,
		`{` + quoted + ` ` + skillToken + `"}`,
		`{` + quoted + strings.Repeat("x", 300) + `"}`,
		`{` + quoted + `\ud800"}`,
		`{` + quoted + `","EventSourceToken":"` + skillToken + `"}`,
		`{"EventSourceToken":["` + skillToken + `"]}`,
		`{"eventSourceToken":"` + skillToken + `"}`,
		`{` + quoted + "\n\"}",
		`{` + quoted,
	} {
		for _, args := range [][]string{{"-format", "text"}, {"-format", "json"}, {"-format", "sarif", "-rules", "original"}} {
			got := runWith(t, text, args...)
			if strings.Contains(got.Stdout+got.Stderr, "s3cr3t") {
				t.Errorf("%q, %q: the token is in %+v", args, text, got)
			}
		}
	}
}

// For any input the output has its format, each finding has a place inside the input
// and a rule of the table, and the exit status is the same for all formats.
func FuzzRun(f *testing.F) {
	for _, mistake := range corpus.Mistakes() {
		text, err := json.Marshal([]validate.Request{mistake.Request})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(dotted + "\n" + clean + "\n{"))
	f.Add([]byte("\ufeff[" + public + ",\r\n{\"Principal\":1}]"))
	f.Add([]byte("Parameters: {P: {Typ"))                                    // an error at the end
	f.Add([]byte("Resources:\r  P: {Type: AWS::Lambda::Permission}\u2028x")) // lines only in YAML
	f.Add([]byte(permissionYAML(goodYAML...)))
	f.Add([]byte("Parameters: {P: {Type: String}}\n" + permissionYAML("FunctionName: !Ref P", "Action: lambda.X", "Principal: !Sub '${P}.amazonaws.com'")))
	f.Add([]byte(changeOf(`{"function_name":"f","principal":"*"}`, `{"source_arn":true}`)))
	f.Add([]byte(`{"Policy":"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\"}]}"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var codes []int
		outputs := map[string][]byte{}
		for _, format := range []string{"text", "json", "sarif"} {
			var stdout, stderr bytes.Buffer
			codes = append(codes, Run([]string{"-format", format}, os.Getenv, bytes.NewReader(data), &stdout, &stderr))
			if stderr.Len() > 0 {
				t.Errorf("%s: %s", format, stderr.String())
			}
			outputs[format] = stdout.Bytes()
		}
		if codes[0] != codes[1] || codes[1] != codes[2] {
			t.Errorf("exit statuses %d, want the same for all formats", codes)
		}
		checkJSON(t, data, outputs["json"])
		checkLog(t, string(outputs["sarif"])) // not checkSARIF: validating the schema takes too long
		if bytes.ContainsAny(outputs["text"], "\x00\x1b\x7f\r") {
			t.Errorf("text with control characters: %q", outputs["text"])
		}
	})
}

func checkJSON(t *testing.T, data, text []byte) {
	t.Helper()
	var report struct{ Findings []finding }
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	lines := bytes.Count(data, []byte("\n")) + 1
	for _, f := range report.Findings {
		if f.Line < 1 || f.Line > lines {
			t.Errorf("the line of %+v is outside of the text of %d lines", f, lines)
		}
		if f.Column < 1 || f.Column > len(data)+1 {
			t.Errorf("the column of %+v is outside of the text of %d bytes", f, len(data))
		}
		if f.Message == "" {
			t.Errorf("%+v has no message", f)
		}
		if ruleOf(f.Rule).id == "" {
			t.Errorf("the rule of %+v is not in the table", f)
		}
	}
}
