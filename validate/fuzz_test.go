package validate_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The fuzz targets of single members check that the matchers of both sets accept exactly
// the texts that the documented expressions match.

func FuzzFunctionName(f *testing.F) {
	f.Add("us-east-1:123456789012:$LATEST")                             // account is the name
	f.Add("arn:aws")                                                    // arn is the name
	f.Add("f.g:PROD")                                                   // dot
	f.Add("arn::lambda:us-east-1:123456789012:function:f")              // empty partition
	f.Add("arn:aws-eusc:lambda:eusc-de-east-1:123456789012:function:f") // eusc
	f.Add("us-east-1:123456789012:function:$LATEST")                    // function is the name
	f.Add("us-gov-1:f")                                                 // gov as word
	f.Add("f\xff")                                                      // invalid utf8
	f.Add("us-iso-east-1:f")                                            // iso without letter
	f.Add("f\n")                                                        // line feed
	f.Add("arn:aws:lambda:")                                            // only a prefix
	f.Add("f:$LATEST.PUBLISHED")                                        // published
	f.Add("us-east-1:$LATEST")                                          // region is the name
	f.Add("1234567890123:f")                                            // thirteen digits
	f.Add("f:1:2")                                                      // two qualifiers
	fuzzMatchers(f, "FunctionName", "my-function:PROD", "123456789012:Thumbnail", "function:$LATEST", "us-east-1:123456789012:$LATEST",
		"arn:aws-iso-b:lambda:us-isob-east-1:123456789012:function:f:$LATEST.PUBLISHED", "arn::lambda:f", "eusc-de-east-1:f.g")
}

func FuzzQualifier(f *testing.F) {
	f.Add("$")                  // dollar
	f.Add("a.b")                // dot
	f.Add("")                   // empty
	f.Add("\xff")               // invalid utf8
	f.Add("PROD\n")             // line feed
	f.Add("$LATEST.PUBLISHED")  // published
	f.Add("$LATEST.PUBLISHED1") // published more
	fuzzMatchers(f, "Qualifier", "$LATEST", "$LATEST.PUBLISHED", "$latest", "1", "PROD", "a.b", "PROD\n")
}

func FuzzStatementId(f *testing.F) {
	f.Add("example.com") // dot
	f.Add("")            // empty
	f.Add("a\xff")       // invalid utf8
	f.Add("a\n")         // line feed
	f.Add("ſ")           // long s
	f.Add(".")           // only dot
	fuzzMatchers(f, "StatementId", "example.com", "a_b-C9", "a b", "é")
}

func FuzzAction(f *testing.F) {
	f.Add("Lambda:InvokeFunction") // capital
	f.Add("lambda:Invoke1")        // digit
	f.Add("lambda:K")              // kelvin
	f.Add("*\n")                   // line feed
	f.Add("lambda:")               // no name
	f.Add("lambda:Invoke*")        // star after letters
	f.Add("lambda:lambda:*")       // twice
	f.Add("**")                    // two stars
	fuzzMatchers(f, "Action", "lambda:InvokeFunction", "lambda:*", "*", "lambda:", "lambda.InvokeFunction", "lambda:*a")
}

func FuzzPrincipal(f *testing.F) {
	f.Add("a\x0db")   // carriage return
	f.Add("")         // empty
	f.Add("a\x0cb")   // form feed
	f.Add("\xff")     // invalid utf8
	f.Add("a\n")      // line feed
	f.Add("a\u0085b") // next line
	f.Add("a\u00a0b") // no break space
	f.Add("a\x0bb")   // vertical tab
	fuzzMatchers(f, "Principal", "s3.amazonaws.com", "*", "a b", "a\u00a0b", "a\vb", "a\nb", "\x85")
}

func FuzzSourceArn(f *testing.F) {
	f.Add("arn:aws::::")                                      // all empty
	f.Add("arn:aws:sns:eusc-:123456789012:t")                 // only eusc
	f.Add("arn:aws:sns:eusc-us-gov-west-1:123456789012:t")    // eusc gov
	f.Add("arn:aws:sns:us-gov-1:123456789012:t")              // gov as word
	f.Add("arn:aws:s3:::\xff")                                // invalid utf8
	f.Add("arn:aws-iso:sns:us-iso-east-1:123456789012:t")     // iso
	f.Add("arn:aws-iso-b:sns:us-isob-east-1:123456789012:t")  // isob
	f.Add("arn:aws-iso-b:sns:us-isobb-east-1:123456789012:t") // isobb
	f.Add("arn:aws:s3:::a\nb")                                // line feed
	f.Add("arn::s3:::b")                                      // no partition
	f.Add("arn:aws:s3:::")                                    // resource empty
	f.Add("arn:aws:sns:us-gov-iso-west-1::t")                 // three segments
	f.Add("arn:aws:sns:us-east-10:123456789012:t")            // two digits
	f.Add("arn:aws:events:**:123456789012:rule/*")            // two wildcards
	f.Add("arn:aws:events:*:123456789012:rule/*")             // wildcard region
	fuzzMatchers(f, "SourceArn", "arn:aws:s3:::b", "arn:aws:events:*:123456789012:rule/*", "arn:aws-us-gov:sns:us-gov-west-1:123456789012:t",
		"arn:aws:sns:us-iso-1::t", "arn:aws:sns:us-gov-1::t", "arn:aws:s3:::a\nb")
}

func FuzzSourceAccount(f *testing.F) {
	f.Add("١٢٣٤٥٦٧٨٩٠١٢")   // arabic digits
	f.Add("1234-5678-9012") // dashes
	f.Add("123456789012\n") // line feed
	f.Add("-12345678901")   // minus
	f.Add("1234567890123")  // thirteen
	fuzzMatchers(f, "SourceAccount", "123456789012", "1234-5678-9012", "12345678901", "123456789012\n")
}

func FuzzEventSourceToken(f *testing.F) {
	f.Add("")                                                     // empty
	f.Add("\xff")                                                 // invalid utf8
	f.Add("a\n")                                                  // line feed
	f.Add("amzn1.ask.skill.12345678-1234-1234-1234-123456789012") // skill
	f.Add("a/b")                                                  // slash
	fuzzMatchers(f, "EventSourceToken", "amzn1.ask.skill.1-2_3", "a/b")
}

func FuzzPrincipalOrgID(f *testing.F) {
	f.Add("O-1234567890")                        // capital
	f.Add("o-1234567890\n")                      // line feed
	f.Add("o-123456789")                         // nine
	f.Add("o-1234567890")                        // ten
	f.Add("o-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") // thirty three
	f.Add("o-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")  // thirty two
	f.Add("ou-ab12-11111111")                    // unit
	fuzzMatchers(f, "PrincipalOrgID", "o-1234567890", "o-123456789", "O-1234567890", "o-"+"abcdefghijklmnopqrstuvwxyz0123456")
}

func FuzzResourceArn(f *testing.F) {
	f.Add("arn::lambda:us-east-1:123456789012:function:f")        // no partition
	f.Add("arn:awsé:lambda:us-east-1:123456789012:function:f")    // partition of another alphabet
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f.g")   // dot
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f:")    // qualifier empty
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f:*")   // wildcard
	f.Add("arn:aws:lambda:us-east-1:123456789012:function::1")    // name empty
	f.Add("arn:aws:lambda:us-east-1:123456789012:layer:f")        // no function
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f:1\n") // line feed
	f.Add("arn:aws:lambda:us-east-1:12345678901:function:f")      // eleven digits
	f.Add("arn:aws:lambda:us-east-1:123456789012:function:f:a$LATESTb.PUBLISHED")
	fuzzMatchers(f, "ResourceArn")
}

func FuzzPolicy(f *testing.F) { fuzzMatchers(f, "Policy") }

func FuzzRevisionId(f *testing.F) {
	f.Add("3F1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e")   // capital
	f.Add("3f1a8f0e01bb1-4c3a-9a53-0f2f2f5d0f5e")   // digit for a hyphen
	f.Add("3f1a8f0e-1bb1-4c3a-9a53--f2f2f5d0f5e")   // hyphen for a digit
	f.Add("3f1a8f0e:1bb1-4c3a-9a53-0f2f2f5d0f5e")   // colon for a hyphen
	f.Add("3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e\n") // line feed
	fuzzMatchers(f, "RevisionId")
}

// fuzzMatchers compares all matchers of a member with package regexp, and the parts
// that the parsers return with the submatches.
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
				t.Errorf("Match(%q) = %v, the expression %s says %v", s, got, p.Pattern, want)
			}
		}
		compareParts(t, field, s)
	})
}

// ofDocuments has values of the members of the operations on whole policies.
var ofDocuments = map[string][]string{
	"ResourceArn": {
		functionPrefix + "f", functionPrefix + "f:PROD", functionPrefix + "f:$LATEST", functionPrefix + "f:$LATEST.PUBLISHED",
		functionPrefix + "f:a$LATESTb", functionPrefix + "f:$LATES", "f",
	},
	"Policy":     {"{}", "\n", "\xff"},
	"RevisionId": {"3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e"},
}

// values returns the values of a member in the corpus of grants and mistakes and in
// ofDocuments.
func values(name string) []string {
	all := slices.Clone(ofDocuments[name])
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

// FuzzCheck checks whole requests: the violations of the table are those of the oracle
// in the same order, the rules between members agree with the oracle, no call panics,
// and each text is one line that contains the rule's message.
func FuzzCheck(f *testing.F) {
	// Auth type malformed action.
	f.Add(byte('\x00'), byte('\x01'), uint16(0), "f", "", "s", "lambda.InvokeFunctionUrl", "s3.amazonaws.com", "", "", "", "", "none", "")
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "", "", "", "", "", "", "", "", "", "", "") // empty
	// Escape in principal.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "f", "", "s", "lambda:InvokeFunction", "arn:aws:iam:000000000000:role/\x1b", "", "", "", "", "", "")
	// Everything in get.
	f.Add(byte('\x01'), byte('\x02'), uint16(0), "f", "", "s", "lambda:InvokeFunction", "s3.amazonaws.com", "", "", "t", "o", "", "r")
	// Half a variable.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "f", "", "s", "lambda:InvokeFunction", "s3.amazonaws.com", "arn:aws:s3:::${x", "", "", "", "", "")
	// Invalid utf8.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "\xff", "", "\xff", "\xff", "\xff", "", "", "", "", "", "")
	// Latest in both of remove.
	f.Add(byte('\x02'), byte('\x00'), uint16(0), "f:$LATEST", "$LATEST", "a.b", "", "", "", "", "", "", "", "")
	// Latest in name.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "f:$LATEST", "", "s", "lambda:InvokeFunction", "s3.amazonaws.com", "", "", "", "", "", "")
	// Long name.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "", "s", "lambda:InvokeFunction", "s3.amazonaws.com", "", "", "", "", "", "")
	// Mismatch.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "f:1", "2", "s", "lambda:InvokeFunction", "s3.amazonaws.com", "", "", "", "", "", "")
	f.Add(byte('\x01'), byte('\x00'), uint16(0), "f:1", "2", "", "", "", "", "", "", "", "", "") // mismatch in get
	// Name without partition.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "arn::lambda:nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", "", "s", "lambda:InvokeFunction", "s3.amazonaws.com", "", "", "", "", "", "")
	// Octal.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "f", "", "s", "lambda:InvokeFunction", "1402433619", "", "1402433619", "", "", "", "")
	// One colon short.
	f.Add(byte('\x00'), byte('\x00'), uint16(0), "f", "", "s", "lambda:InvokeFunction", "arn:aws:iam:000000000000:role/xxxx", "", "", "", "", "", "")
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

// secrets are the members whose value a violation must not contain.
var secrets = []string{"EventSourceToken", "Policy"}

func checkTexts(t *testing.T, vs []validate.Violation) {
	t.Helper()
	for _, v := range vs {
		text := v.Error()
		if strings.ContainsAny(text, "\n\r") {
			t.Errorf("text %q, want one line", text)
		}
		if !strings.Contains(text, v.Message) {
			t.Errorf("text %q, want %q in it", text, v.Message)
		}
		if slices.Contains(secrets, v.Field) && v.Value != "" {
			t.Errorf("the violation of %s shows its value, which is secret: rule %v", v.Field, v.Rule)
		}
	}
}
