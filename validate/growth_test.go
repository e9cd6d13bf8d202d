package validate_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/validate"
)

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
