package permissiontest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Harness names the API that TestAPI tests, and the function to test it on. The
// function, its version and its alias must exist, and must not have policies: the
// suite only adds and removes statements, and replaces and deletes its own policies.
type Harness struct {
	// API is under test. It must honour Options.Preflight, since some cases send
	// requests that a client's checks refuse. If it retries, it should not retry
	// requests that the service has refused.
	API permission.API

	// Documents is the same service's operations on whole policies. If it is nil, their
	// cases are skipped.
	Documents permission.ResourcePolicyAPI

	// Function is the full ARN of the function, unqualified. Required.
	Function string

	// Version is a published version of the function, Alias an alias of it. If they
	// are "", the cases that need them are skipped.
	Version, Alias string

	// AliasRevisionId is the alias's own RevisionId, as CreateAlias and GetAlias
	// return it. If it is "", the case that needs it is skipped.
	AliasRevisionId string

	// Lag is the longest time until GetPolicy shows a change. With zero it must show
	// it at once; a real endpoint needs some seconds.
	Lag time.Duration
}

// TestAPI tests that an API behaves like the service. It suits other fakes and
// emulators, clients with wrappers around them, and the service itself:
//
//	func TestMyFake(t *testing.T) {
//		permissiontest.TestAPI(t, func(t *testing.T) permissiontest.Harness {
//			fake := newMyFake(t)
//			return permissiontest.Harness{API: fake, Function: fake.createFunction("f")}
//		})
//	}
//
// newAPI is called once for each case. It may return the same function each time,
// since cases run one after the other and remove their statements. A case fails
// without any change if the function has a policy.
//
// Every case is a subtest. A failure names the broken rule and its source. Behaviour
// of the service that is not known is not tested; see "Unknown behaviour" in the
// package documentation.
//
// On a real account the suite adds and removes some hundred statements. It does not
// open the function to the public and does not invoke it.
//
// T is *testing.T; the compiler infers it. With a type parameter, this package does not
// import testing; see TB.
func TestAPI[T interface {
	TB
	Run(name string, f func(T)) bool
}](t T, newAPI func(T) Harness) {
	for _, c := range apiCases() {
		t.Run(c.name, func(t T) { c.test(t, newAPI(t)) })
	}
}

// apiCase is one rule of the service and how to see it.
type apiCase struct {
	name   string
	rule   string // a sentence for the failure message
	source string // where the rule is documented or recorded
	run    func(*conformance)
}

// The sources of rules: tests of LocalStack whose snapshots were recorded from AWS
// (answer.go says where they are). The rest names its issue or document.
const (
	permissionExceptions = "LocalStack, TestLambdaPermissions.test_permission_exceptions"
	permissionFields     = "LocalStack, TestLambdaPermissions.test_add_lambda_permission_fields"
	permissionAWS        = "LocalStack, TestLambdaPermissions.test_add_lambda_permission_aws"
	permissionVersions   = "LocalStack, TestLambdaPermissions.test_lambda_permission_fn_versioning"
	removeMulti          = "LocalStack, TestLambdaPermissions.test_remove_multi_permissions"
	revisions            = "LocalStack, TestLambdaRevisions.test_function_revisions_permissions"
	layerPolicy          = "LocalStack, TestLambdaLayer.test_layer_policy_exceptions"
	inferred             = "inferred from the other operations and scopes"
)

func apiCases() []apiCase {
	var cases []apiCase
	for _, group := range [][]apiCase{
		statementCases(), policyCases, scopeCases, revisionCases, refusalCases(), documentCases,
	} {
		cases = append(cases, group...)
	}
	return cases
}

// test runs the case and removes its statements.
func (c apiCase) test(tb TB, h Harness) {
	tb.Helper()
	run := newConformance(tb, h, c)
	run.wantUntouched()
	tb.Cleanup(run.cleanUp)
	c.run(run)
}

// conformance is a running case.
type conformance struct {
	TB
	Harness
	function arn.Function
	is       apiCase
	ctx      context.Context
	added    []validate.Request // to be removed at the end
}

func newConformance(tb TB, h Harness, is apiCase) *conformance {
	tb.Helper()
	f, err := arn.ParseFunction(h.Function)
	if err != nil || !f.IsComplete() || !f.Qualifier().IsZero() {
		tb.Fatalf("permissiontest: Harness.Function is %q, want a full function ARN without a qualifier", h.Function)
	}
	return &conformance{TB: tb, Harness: h, function: f, is: is, ctx: tb.Context()}
}

// fail ends the case with a message, the broken rule, and its source.
func (c *conformance) fail(format string, args ...any) {
	c.Helper()
	c.Fatalf("%s\nthe rule: %s (%s)", fmt.Sprintf(format, args...), c.is.rule, c.is.source)
}

// qualifiers returns the qualifiers of the harness's scopes.
func (c *conformance) qualifiers() []string {
	qualifiers := []string{""}
	for _, q := range []string{c.Version, c.Alias} {
		if q != "" {
			qualifiers = append(qualifiers, q)
		}
	}
	return qualifiers
}

// wantUntouched fails the case if the function has a policy.
func (c *conformance) wantUntouched() {
	c.Helper()
	if err := c.eventually(c.untouched); err != nil {
		c.Fatalf("permissiontest: the suite wants a function without policies: %v", err)
	}
}

// untouched returns an error if a scope has a policy or cannot be read.
func (c *conformance) untouched() error {
	for _, q := range c.qualifiers() {
		document, _, err := c.read(q)
		if !lambdaerrors.IsNotFound(err) {
			return fmt.Errorf("GetPolicy of %s, Qualifier %q: %s, error %v", c.function, q, document, err)
		}
	}
	return nil
}

// cleanUp removes the statements of the case, even if the context of the test has
// ended, and fails the case if a policy is left.
func (c *conformance) cleanUp() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx), time.Minute)
	defer cancel()
	c.ctx = ctx
	var failures []error
	for _, req := range c.added {
		_, err := c.API.RemovePermission(c.ctx, &permission.RemovePermissionInput{
			FunctionName: aws.String(req.FunctionName),
			Qualifier:    optional(req.Qualifier),
			StatementId:  aws.String(req.StatementId),
		}, asIs)
		failures = append(failures, err)
	}
	if err := c.eventually(c.untouched); err != nil {
		c.Errorf("permissiontest: a policy is left behind: %v; removing statements: %v", err, errors.Join(failures...))
	}
}

// grant returns a valid request, changed by edits.
func (c *conformance) grant(edits ...func(*validate.Request)) validate.Request {
	req := validate.Request{
		FunctionName: c.function.String(),
		StatementId:  "permissiontest-1",
		Action:       "lambda:InvokeFunction",
		Principal:    "s3.amazonaws.com",
		SourceArn:    "arn:" + c.function.Partition() + ":s3:::permissiontest",
	}
	for _, edit := range edits {
		edit(&req)
	}
	return req
}

// asIs turns off the checks of the client.
func asIs(o *permission.Options) { o.Preflight = nil }

// add sends a request and, unless it is refused, notes it for cleanUp.
func (c *conformance) add(req validate.Request) (*permission.AddPermissionOutput, error) {
	out, err := c.send(req)
	if out == nil && err == nil {
		err = errNothing
	}
	if status := lambdaerrors.StatusCode(err); status < 400 || status >= 500 {
		c.added = append(c.added, req)
	}
	return out, err
}

var errNothing = errors.New("neither an output nor an error")

func (c *conformance) send(req validate.Request) (*permission.AddPermissionOutput, error) {
	return c.API.AddPermission(c.ctx, permission.NewAddPermissionInput(req), asIs)
}

// mustAdd adds a valid grant and returns the statement of the answer.
func (c *conformance) mustAdd(edits ...func(*validate.Request)) string {
	c.Helper()
	out, err := c.add(c.grant(edits...))
	if err != nil {
		c.fail("AddPermission: %v", err)
	}
	return aws.ToString(out.Statement)
}

func (c *conformance) remove(qualifier, statementID, revisionID string) error {
	_, err := c.API.RemovePermission(c.ctx, &permission.RemovePermissionInput{
		FunctionName: aws.String(c.function.String()),
		Qualifier:    optional(qualifier),
		StatementId:  aws.String(statementID),
		RevisionId:   optional(revisionID),
	}, asIs)
	return err
}

// read returns the policy of a scope and its RevisionId.
func (c *conformance) read(qualifier string) (policy.Document, string, error) {
	out, err := c.API.GetPolicy(c.ctx, &permission.GetPolicyInput{
		FunctionName: aws.String(c.function.String()),
		Qualifier:    optional(qualifier),
	}, asIs)
	if err == nil && out == nil {
		err = errNothing
	}
	if err != nil {
		return policy.Document{}, "", err
	}
	document, err := policy.Parse(aws.ToString(out.Policy))
	return document, aws.ToString(out.RevisionId), err
}

// expect fails the case if reading returns an error for longer than Lag.
func (c *conformance) expect(reading func() error) {
	c.Helper()
	if err := c.eventually(reading); err != nil {
		c.fail("%v", err)
	}
}

// eventually repeats a reading until it returns nil or Lag is over.
func (c *conformance) eventually(reading func() error) error {
	for deadline := time.Now().Add(c.Lag); ; {
		err := reading()
		if err == nil || c.Lag == 0 || time.Now().After(deadline) {
			return err
		}
		time.Sleep(min(c.Lag/10, time.Second))
	}
}

// expectSids waits for a scope to have these statements in this order, and
// returns the policy's RevisionId. No statements means no policy.
func (c *conformance) expectSids(qualifier string, want ...string) (revisionID string) {
	c.Helper()
	c.expect(func() error {
		document, revision, err := c.read(qualifier)
		if err != nil && (len(want) > 0 || !lambdaerrors.IsNotFound(err)) {
			return fmt.Errorf("GetPolicy, Qualifier %q: %w", qualifier, err)
		}
		revisionID = revision
		var got []string
		for _, s := range document.Statements() {
			got = append(got, s.Sid())
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || len(want) == 0 && err == nil {
			return fmt.Errorf("GetPolicy, Qualifier %q, has the statements %q, want %q: %s", qualifier, got, want, document.Raw())
		}
		return nil
	})
	return revisionID
}

// need skips a case if a field of the harness is empty.
func (c *conformance) need(what, value string) {
	c.Helper()
	if value == "" {
		c.Skipf("Harness.%s is empty", what)
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
