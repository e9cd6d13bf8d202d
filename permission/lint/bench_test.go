package lint_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/growth"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

func BenchmarkCheckGrant(b *testing.B) {
	for name, req := range map[string]validate.Request{
		"clean":    s3Grant(functionARN, ""),
		"pattern":  apiGateway("api/*/GET/pets/*"),
		"findings": {Principal: "sns.amazonaws.com", Action: "lambda:*"},
	} {
		req := filled(req)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				lint.CheckGrant(req)
			}
		})
	}
}

// BenchmarkCheckPolicy measures policies of n statements. Statements with different
// topics are distinguished quickly; comparing patterns for routes of one API takes
// longer. 100 statements are about 20 KB.
func BenchmarkCheckPolicy(b *testing.B) {
	for _, n := range []int{25, 50, 100} {
		for name, list := range map[string][]validate.Request{"topics": topics(n), "routes": routes(n)} {
			d := policyOf(b, list...)
			b.Run(fmt.Sprintf("%s/statements=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					lint.CheckPolicy(d)
				}
			})
		}
	}
}

// BenchmarkCheckPolicyValues measures policies of statements with many condition
// values, each of which another statement may include. No policy is larger than twice
// the service's limit, because CheckPolicy does not compare the statements of larger
// ones.
func BenchmarkCheckPolicyValues(b *testing.B) {
	for name, of := range valuesPolicies {
		for _, values := range []int{10, 40} {
			d := of(b, 80, values)
			b.Run(fmt.Sprintf("%s/values=%d", name, values), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					lint.CheckPolicy(d)
				}
			})
		}
	}
}

// valuesPolicies make policies of n statements with the given number of values each,
// whose comparison takes longest.
var valuesPolicies = map[string]func(t testing.TB, n, values int) policy.Document{
	// All values differ.
	"different": func(t testing.TB, n, values int) policy.Document {
		return valuesPolicy(t, n, values, "Allow", "StringEquals", func(i, j int) string { return fmt.Sprintf("%d-%d", i, j) })
	},
	// All values but the last are the same.
	"nearly the same": func(t testing.TB, n, values int) policy.Document {
		return valuesPolicy(t, n, values, "Allow", "StringEquals", func(i, j int) string { return fmt.Sprintf("%d-%d", i*(j/(values-1)), j) })
	},
	// As above, with wildcards.
	"patterns": func(t testing.TB, n, values int) policy.Document {
		return valuesPolicy(t, n, values, "Allow", "StringLike", func(i, j int) string { return fmt.Sprintf("%d.%d*", i*(j/(values-1)), j) })
	},
	// Statements that deny are only compared for equivalence.
	"denying": func(t testing.TB, n, values int) policy.Document {
		return valuesPolicy(t, n, values, "Deny", "StringEquals", func(i, j int) string { return fmt.Sprintf("%d-%d", i*(j/(values-1)), j) })
	},
}

func valuesPolicy(t testing.TB, n, values int, effect, operator string, value func(i, j int) string) policy.Document {
	t.Helper()
	var statements []string
	for i := range n {
		list := make([]string, values)
		for j := range list {
			list[j] = strconv.Quote(value(i, j))
		}
		statements = append(statements, fmt.Sprintf(`{"Effect":%q,"Principal":"*","Action":"*","Resource":"*","Condition":{%q:{"k":[%s]}}}`, effect, operator, strings.Join(list, ",")))
	}
	d := parsePolicy(t, document(statements...))
	if most := 2 * policy.MaxSize; d.Size() > most {
		t.Fatalf("the policy has %d bytes, want at most %d: its statements are not compared", d.Size(), most)
	}
	return d
}

// The time of CheckPolicy grows linearly with the number of values of a statement.
func TestTimeGrowsWithValues(t *testing.T) {
	for name, of := range valuesPolicies {
		work := func(values int) func() {
			d := of(t, 80, values)
			return func() { lint.CheckPolicy(d) }
		}
		growth.Linear(t, name, work(5), work(5*growth.Factor))
	}
}

// routes returns n grants, each to another route of one API.
func routes(n int) []validate.Request {
	var list []validate.Request
	for i := range n {
		list = append(list, apiGateway(fmt.Sprintf("api/*/GET/route-%03d/*", i)))
	}
	return list
}

// A grant without findings is checked with at most two allocations.
func TestAllocations(t *testing.T) {
	req := s3Grant(functionARN, "")
	const most = 2
	if got := testing.AllocsPerRun(100, func() { lint.CheckGrant(req) }); got > most {
		t.Errorf("CheckGrant made %v allocations, want at most %d", got, most)
	}
}
