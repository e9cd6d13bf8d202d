package lint_test

import (
	"fmt"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/lint"
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

// Statements with a source of their own are told apart at once; patterns on
// routes of one API take a closer look. 100 of them are about 20 KB.
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

// routes are n grants, each to a route of one API.
func routes(n int) []validate.Request {
	var list []validate.Request
	for i := range n {
		list = append(list, apiGateway(fmt.Sprintf("api/*/GET/route-%03d/*", i)))
	}
	return list
}

// A grant with nothing to find costs what it takes to take it apart.
func TestAllocations(t *testing.T) {
	req := s3Grant(functionARN, "")
	const most = 2
	if got := testing.AllocsPerRun(100, func() { lint.CheckGrant(req) }); got > most {
		t.Errorf("%v allocations, want at most %d", got, most)
	}
}
