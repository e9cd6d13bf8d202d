package validate_test

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/internal/growth"
	"github.com/lambdaperm/lambdaperm/validate"
)

// checkWithOracle compares the violations that Check finds with those of the oracles,
// for both sets and all operations.
func checkWithOracle(t *testing.T, r validate.Request) {
	t.Helper()
	for name, rules := range sets {
		for _, r.Operation = range operations {
			found := violations(t, rules, r)
			if diff := cmp.Diff(judge(tables[rules], r), ofTable(brief(found))); diff != "" {
				t.Errorf("%s, %v of %+v: violations of the table (-oracle +got):\n%s", name, r.Operation, r, diff)
			}
			compareMeaning(t, rules, r, brief(found))
			checkTexts(t, found)
		}
	}
}

func TestCheckAgreesWithOracle(t *testing.T) {
	for _, g := range corpus.Grants() {
		checkWithOracle(t, g.Request)
	}
	for _, m := range corpus.Mistakes() {
		checkWithOracle(t, m.Request)
	}
	// A principal of one byte, and principals that begin or end with it, for every
	// byte.
	for c := range 256 {
		for _, p := range []string{string([]byte{byte(c)}), "s3.amazonaws.com" + string([]byte{byte(c)}), string([]byte{byte(c)}) + "s3.amazonaws.com"} {
			checkWithOracle(t, grant(func(r *validate.Request) { r.Principal = p }))
		}
	}
	for _, p := range principals {
		checkWithOracle(t, grant(func(r *validate.Request) { r.Principal = p }))
	}
}

// principals are values of a form that RulePrincipal refuses, and values that are
// similar to them.
var principals = []string{
	"s3.amazonaws.com”", "“s3.amazonaws.com", "«", "amazonaws.com", "amazonaws.com.cn", "amazonaws.com.c", "http://s3", "https://s3", "httpx", "1",
	"12345678901", "123456789012", "1234567890123", "1234-5678-9012", "-1", strings.Repeat("1", 63), strings.Repeat("1", 64),
	"arn:aws:iam:123456789012:root", "arn:aws:iam:123456789012:", "arn:aws:iam:12345678901:root", "arn:aws:sts:123456789012:root",
	"arn:aws:iam:123456789012:a:b", "arn:aws:iam:123456789012:é", "arn:aws:iam:123456789012:a b", "arn:aws:iam:123456789012:~",
	"arn:aws:iam::123456789012:root", "arn:aws:iam::1234:root", "arn:aws:iam::aws:root", "arn:aws:sts::1234:assumed-role/a/b",
	"arn:aws:organizations::1234:organization/o-1", "arn:aws:s3:::b", "arn:aws:s3:b", "arn:::::", "arn:",
	"s3", "s3.", "s:3", "**", "*", "o-a1b2c3d4e5", `{"Service":"s3.amazonaws.com"}`, "[s3.amazonaws.com]",
	"AIDAJQABLZS4A3QDU576Q", "AROA", "AROAa", "AROA-1", "AGPAJQABLZS4A3QDU576Q",
	strings.Repeat("aF9", 21) + "0", strings.Repeat("aF9", 21) + "g", strings.Repeat("a", 63), strings.Repeat("1", 65), strings.Repeat("a", 65),
}

// Each request is a grant of the corpus with up to two members replaced: by a value of
// the corpus, by a hostile value or by a value at a limit of length. Half of the
// requests have empty members.
func TestCheckAgreesWithOracleOnGenerated(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	grants := corpus.Grants()
	choices := choicesByMember()
	const requests = 5000
	accepted := 0
	for range requests {
		r := grants[random.IntN(len(grants))].Request
		for range random.IntN(3) {
			name := validate.FieldNames()[random.IntN(len(validate.FieldNames()))]
			if from := choices[name]; from != nil {
				assign(&r, name, from[random.IntN(len(from))])
			} else {
				r.InvokedViaFunctionUrl = []*bool{nil, ptr(true), ptr(false)}[random.IntN(3)]
			}
		}
		if random.IntN(2) == 0 {
			r.Empty = validate.Members(random.Uint32() & random.Uint32() & random.Uint32())
		}
		checkWithOracle(t, r)
		if validate.Current.Check(r) == nil {
			accepted++
		}
	}
	// The test needs enough requests of both kinds.
	if accepted < requests/10 || accepted > requests*9/10 {
		t.Errorf("%d of %d requests are accepted, want between a tenth and nine tenths", accepted, requests)
	}
}

// choicesByMember returns values of each text member: valid, malformed and hostile
// values, and values of the lengths around its limits.
func choicesByMember() map[string][]string {
	choices := map[string][]string{}
	for _, name := range validate.FieldNames() {
		if name != "InvokedViaFunctionUrl" { // not a text
			choices[name] = append(append(values(name), hostile...), "")
		}
	}
	for _, c := range validate.Current.Constraints() {
		for _, n := range []int{c.MinLength - 1, c.MaxLength, c.MaxLength + 1} {
			if c.MaxLength > 0 && n > 0 {
				choices[c.Field] = append(choices[c.Field], sized[c.Field](n))
			}
		}
	}
	return choices
}

// hostile are texts whose repetition may be expensive: for a parser that backtracks,
// for a hint that searches the whole value, for a message that quotes it.
var hostile = []string{
	"a", "1", "-", ":", "a:", "a-", "arn:", "function:", "us-", "us-east-1:", "123456789012:",
	"$", "$LATEST", "${", "${a}", "{{", "\"", "‘", "é", " ", "\x00", "\xff", "*", "lambda:", "lambda:a,", "/", "http://", ".",
}

// Check allocates memory at most in proportion to the length of the value, for any
// value and member: for a value of ten or a hundred times the length, at most ten or a
// hundred times the memory for a short value and its length.
func TestMemoryIsLinear(t *testing.T) {
	const small = 1 << 10
	for _, name := range validate.FieldNames() {
		for _, unit := range hostile {
			request := func(n int) validate.Request { return withMember(name, strings.Repeat(unit, n/len(unit))) }
			base := memoryOf(request(small))
			for _, times := range []int{10, 100} {
				if got := memoryOf(request(times * small)); got > uint64(times)*(base+small) {
					t.Errorf("%s of %q: %d bytes for a text of %d, %d bytes for a text %d times longer, want at most in proportion", name, unit, base, small, got, times)
				}
			}
		}
	}
}

// The time of Check grows at most linearly with the length, for valid and for hostile
// values.
func TestTimeIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	const small = 4 << 10
	check := func(name string, request func(n int) validate.Request) {
		t.Helper()
		work := func(n int) func() {
			r := request(n)
			return func() {
				if err := validate.Current.Check(r); err != nil {
					_ = err.Error()
				}
			}
		}
		growth.Linear(t, name, work(small), work(growth.Factor*small))
	}
	check("valid members", longMembers)
	for _, name := range validate.FieldNames() {
		for _, unit := range hostile {
			check(name+" of "+strconv.Quote(unit), func(n int) validate.Request {
				if name == "Policy" {
					n *= 8 // a policy that is shorter than its limit is not read
				}
				return withMember(name, strings.Repeat(unit, n/len(unit)))
			})
		}
	}
}

// longMembers returns a valid request with three members of about n bytes.
func longMembers(n int) validate.Request {
	r := valid(validate.Current)[0]
	r.SourceArn, r.Principal, r.RevisionId = "arn:aws:s3:::"+strings.Repeat("a", n), "s."+strings.Repeat("a", n), strings.Repeat("a", n)
	return r
}

// Check of valid members of any length does not allocate.
func TestNoAllocsAtAnyLength(t *testing.T) {
	for _, n := range []int{1 << 10, 10 << 10, 100 << 10} {
		r := longMembers(n)
		if got := testing.AllocsPerRun(20, func() {
			if err := validate.Current.Check(r); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%v allocations for members of %d bytes, want 0", got, n)
		}
	}
}

func memoryOf(r validate.Request) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := validate.Current.Check(r); err != nil {
		_ = err.Error()
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// withMember returns a request with one member set. It ignores InvokedViaFunctionUrl,
// which is not a text.
func withMember(name, value string) (r validate.Request) {
	for _, m := range []struct {
		name string
		at   *string
	}{
		{"FunctionName", &r.FunctionName}, {"Qualifier", &r.Qualifier}, {"StatementId", &r.StatementId},
		{"Action", &r.Action}, {"Principal", &r.Principal}, {"SourceArn", &r.SourceArn},
		{"SourceAccount", &r.SourceAccount}, {"EventSourceToken", &r.EventSourceToken},
		{"PrincipalOrgID", &r.PrincipalOrgID}, {"FunctionUrlAuthType", &r.FunctionUrlAuthType}, {"ResourceArn", &r.ResourceArn},
		{"Policy", &r.Policy}, {"RevisionId", &r.RevisionId},
	} {
		if m.name == name {
			*m.at = value
			if ofDocuments[name] != nil {
				r.Operation = validate.PutResourcePolicy
			}
		}
	}
	return r
}
