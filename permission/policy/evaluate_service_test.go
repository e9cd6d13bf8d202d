package policy_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// For random grants, whoever gets in by the statement that NewStatement makes
// gets in by the one that the in-memory service returns, over HTTP or in
// process, and by the policy that it has then; and for the same reasons.
func TestEvaluateWhatTheServiceStores(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("f")
	server.CreateAlias("f", "live", server.PublishVersion("f"))
	clients := []permission.API{server.Client(), server.API()}

	const grants = 60
	r := rand.New(rand.NewPCG(3, 4))
	calls := worldCalls()
	verdicts := map[policy.Verdict]int{}
	for n := 0; n < grants; {
		req := randomRequest(r)
		if validate.Current.Check(req) != nil {
			continue
		}
		built := policy.Document{}.With(build(t, req))
		added, inPolicy := addAndRemove(t, clients[n%len(clients)], req)
		n++
		for _, call := range calls {
			want := built.Evaluate(call)
			verdicts[want.Verdict()]++
			for _, d := range []policy.Document{policy.Document{}.With(added), inPolicy} {
				if diff := cmp.Diff(everythingSaid(want), everythingSaid(d.Evaluate(call))); diff != "" {
					t.Fatalf("%s\nin the service %s\n%+v (-want +got):\n%s", built, d, call, diff)
				}
			}
		}
	}
	t.Logf("%d grants, %d calls each: %v", grants, len(calls), verdicts)
	for _, v := range []policy.Verdict{policy.Denied, policy.Unsupported, policy.AllowedIfIdentityPolicy, policy.Allowed} {
		if verdicts[v] < grants {
			t.Errorf("only %d calls were %v: %v", verdicts[v], v, verdicts)
		}
	}
}

// addAndRemove returns the statement of a grant as the service returned it, and
// the policy that held it alone.
func addAndRemove(t *testing.T, client permission.API, req validate.Request) (policy.Statement, policy.Document) {
	t.Helper()
	added, err := client.AddPermission(t.Context(), inputOf(req))
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: &req.FunctionName, Qualifier: optional(req.Qualifier)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.RemovePermission(t.Context(), &permission.RemovePermissionInput{
		FunctionName: &req.FunctionName, Qualifier: optional(req.Qualifier), StatementId: &req.StatementId,
	})
	if err != nil {
		t.Fatal(err)
	}
	return mustStatement(t, aws.ToString(added.Statement)), mustDocument(t, aws.ToString(got.Policy))
}

// Nobody but the one that a grant is for: a grant with SourceArn and
// SourceAccount lets in that service, of that account, from that source, and no
// other caller of the world.
func TestEvaluateNobodyElse(t *testing.T) {
	d := policy.Document{}.With(build(t, validate.Request{
		FunctionName: "f", Qualifier: "live", StatementId: "s", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012",
	}))
	want := policy.Invocation{
		Function: arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:f:live"),
		Caller:   policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012"},
	}
	for _, call := range worldCalls() {
		if _, _, matched := d.Evaluate(call).Statement(); matched != reflect.DeepEqual(want, call) {
			t.Errorf("%+v: %v", call, d.Evaluate(call))
		}
	}
}
