package permissiontest

import (
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/permission"
)

// Harness is an API to be judged by TestAPI, and what it is judged on. The suite
// makes nothing but statements: the function, its version and its alias must
// exist, and none of the three may have a policy.
type Harness struct {
	// API is what is tested. It must honour Options.Preflight, since some cases
	// send what the client's own checks refuse. If it retries, it should not
	// retry what the service refuses.
	API permission.API

	// Function is the full ARN of the function, unqualified. Required.
	Function string

	// Version is a published version of the function, Alias an alias of it.
	// Without them, "", the cases that need them are skipped.
	Version, Alias string

	// AliasRevisionId is the alias's own RevisionId, as CreateAlias and GetAlias
	// return it. Without it, "", the case that needs it is skipped.
	AliasRevisionId string

	// Lag is how long a change may take to show in GetPolicy. The zero value
	// expects it at once; a real endpoint needs some seconds.
	Lag time.Duration
}

// TestAPI tests that an API behaves as the service was recorded to. It suits
// other fakes and emulators, clients with layers of their own, and the service
// itself:
//
//	func TestMyFake(t *testing.T) {
//		permissiontest.TestAPI(t, func(t *testing.T) permissiontest.Harness {
//			fake := newMyFake(t)
//			return permissiontest.Harness{API: fake, Function: fake.createFunction("f")}
//		})
//	}
//
// newAPI is called once for each case; it may return the same function each
// time, since cases run one after the other and remove what they added. A
// function that has a policy is not touched: that fails the case.
//
// Every case is a subtest, named after what it is about, and a failure says the
// rule that is broken. What is not known of the service is not tested (see "What
// is not known of the service" in the package documentation).
//
// On a real account the suite adds and removes some hundred statements, never
// one that opens the function to the public, and invokes nothing.
func TestAPI(t *testing.T, newAPI func(*testing.T) Harness) {
	for _, c := range apiCases() {
		t.Run(c.name, func(t *testing.T) { c.test(t, newAPI(t)) })
	}
}

// apiCase is one rule of the service and how to see it.
type apiCase struct {
	name string
	rule string // a sentence, for who breaks it
	run  func(*conformance)
}

func apiCases() []apiCase {
	var cases []apiCase
	for _, group := range [][]apiCase{
		statementCases(), policyCases, scopeCases, revisionCases, refusalCases(),
	} {
		cases = append(cases, group...)
	}
	return cases
}

// test runs the case and cleans up behind it.
func (c apiCase) test(tb testing.TB, h Harness) {
	tb.Helper()
	run := newConformance(tb, h, c.rule)
	run.wantUntouched()
	tb.Cleanup(run.cleanUp)
	c.run(run)
}
