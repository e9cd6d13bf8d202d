package validate_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Accepts is the lean way through a set, and says yes exactly where the way that
// collects violations finds none.
func checkAgreement(t *testing.T, r validate.Request) {
	t.Helper()
	for name, rules := range map[string]*validate.Rules{"Original": validate.Original, "Current": validate.Current} {
		for _, op := range []validate.Operation{validate.AddPermission, validate.GetPolicy, validate.RemovePermission} {
			r.Operation = op
			found := validate.Examine(rules, r)
			if accepted := validate.Accepts(rules, r); accepted != (len(found) == 0) {
				t.Errorf("%s, %s of %+v: accepted %v, violations %v", name, op, r, accepted, found)
			}
		}
	}
}

func TestBothWaysAgree(t *testing.T) {
	for _, g := range corpus.Grants() {
		checkAgreement(t, g.Request)
	}
	for _, m := range corpus.Mistakes() {
		checkAgreement(t, m.Request)
	}
	// Every byte may begin or end a principal, and so may a mark of several.
	for c := range 256 {
		for _, p := range []string{string([]byte{byte(c)}), "s3.amazonaws.com" + string([]byte{byte(c)}), string([]byte{byte(c)}) + "s3.amazonaws.com"} {
			checkAgreement(t, grant(func(r *validate.Request) { r.Principal = p }))
		}
	}
	for _, p := range []string{"s3.amazonaws.com”", "“s3.amazonaws.com", "«", "amazonaws.com", "arn:aws:iam:123456789012:root", "http://s3", "1"} {
		checkAgreement(t, grant(func(r *validate.Request) { r.Principal = p }))
	}
}

// A length in bytes is enough where code points cannot number otherwise: one has
// one to four bytes, and only one where nothing beyond ASCII matches.
func TestFitsInBytes(t *testing.T) {
	for _, test := range []struct {
		min, max int
		ascii    bool
		from, to int
	}{
		{12, 34, true, 12, 34},
		{12, 34, false, 48, 34}, // no length is sure
		{2, 64, false, 8, 64},
		{1, 64, false, 0, 64}, // what is there has one
		{0, 0, false, 0, math.MaxInt},
	} {
		from, to := validate.FitsInBytes(test.min, test.max, test.ascii)
		if from != test.from || to != test.to {
			t.Errorf("%+v: from %d to %d", test, from, to)
		}
	}
}

// The lean way does not look for an enum where there is a shape.
func TestNoShapeHasAnEnum(t *testing.T) {
	for name, r := range sets {
		if both := validate.ShapesWithEnum(r); both != nil {
			t.Errorf("%s: %q", name, both)
		}
	}
}

// Each request is a valid one of the corpus, of which up to two members were
// exchanged for what a grant, a mistake or an attack has there, or for a text at
// a limit of length.
func TestBothWaysAgreeOnGenerated(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	grants := corpus.Grants()
	choices := map[string][]string{}
	for _, name := range validate.FieldNames() {
		if name != "InvokedViaFunctionUrl" { // no text
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
		r.Empty = validate.Members(random.Uint32()) & validate.Members(random.Uint32()) & validate.Members(random.Uint32())
		if random.IntN(2) == 0 {
			r.Empty = 0
		}
		checkAgreement(t, r)
		if validate.Accepts(validate.Current, r) {
			accepted++
		}
	}
	// A property that is asked of one kind alone says little.
	if accepted < requests/10 || accepted > requests*9/10 {
		t.Errorf("%d of %d requests are accepted", accepted, requests)
	}
}

// hostile are texts that ask for repeated work: by a parser that goes back, by a
// hint that looks for something in every place, by a message that quotes.
var hostile = []string{
	"a", "1", "-", ":", "a:", "a-", "arn:", "function:", "us-", "us-east-1:", "123456789012:",
	"$", "$LATEST", "${", "${a}", "{{", "\"", "‘", "é", " ", "\x00", "\xff", "*", "lambda:", "lambda:a,", "/", "http://", ".",
}

// What Check allocates grows with the value and not faster, whatever the value
// and the member: ten and a hundred times the length take at most ten and a
// hundred times the memory, plus what a short value takes.
func TestMemoryIsLinear(t *testing.T) {
	const small = 1 << 10
	for _, name := range validate.FieldNames() {
		for _, unit := range hostile {
			request := func(n int) validate.Request { return withMember(name, strings.Repeat(unit, n/len(unit))) }
			base := memoryOf(request(small))
			for _, times := range []int{10, 100} {
				if got := memoryOf(request(times * small)); got > uint64(times)*(base+small) {
					t.Errorf("%s of %q: %d bytes for a text of %d, %d bytes for one %d times longer", name, unit, base, small, got, times)
				}
			}
		}
	}
}

// Valid members of any length take no memory at all.
func TestNoAllocsAtAnyLength(t *testing.T) {
	for _, n := range []int{1 << 10, 10 << 10, 100 << 10} {
		r := valid(validate.Current)[0]
		r.SourceArn, r.Principal, r.RevisionId = "arn:aws:s3:::"+strings.Repeat("a", n), strings.Repeat("a", n), strings.Repeat("a", n)
		if got := testing.AllocsPerRun(5, func() {
			if err := validate.Current.Check(r); err != nil {
				t.Fatal(err)
			}
		}); got != 0 {
			t.Errorf("%v allocations for members of %d bytes", got, n)
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

// withMember is a request with one member; InvokedViaFunctionUrl has no text.
func withMember(name, value string) (r validate.Request) {
	for _, m := range []struct {
		name string
		at   *string
	}{
		{"FunctionName", &r.FunctionName}, {"Qualifier", &r.Qualifier}, {"StatementId", &r.StatementId},
		{"Action", &r.Action}, {"Principal", &r.Principal}, {"SourceArn", &r.SourceArn},
		{"SourceAccount", &r.SourceAccount}, {"EventSourceToken", &r.EventSourceToken},
		{"PrincipalOrgID", &r.PrincipalOrgID}, {"FunctionUrlAuthType", &r.FunctionUrlAuthType}, {"RevisionId", &r.RevisionId},
	} {
		if m.name == name {
			*m.at = value
		}
	}
	return r
}
