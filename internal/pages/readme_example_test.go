package pages_test

// The Go code of README.md, compiled and run. TestSnippetsRun checks that README.md
// shows it.

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// uploadGrant lets a bucket invoke a function.
func uploadGrant(function, bucketARN, account string) (grant.Request, error) {
	return grant.EventSource(function, bucketARN, grant.WithSourceAccount(account), grant.WithOwner("uploads"))
}

// allowBucket sends the grant of uploadGrant.
func allowBucket(ctx context.Context, client permission.AddPermissionAPIClient, function, bucketARN, account string) error {
	r, err := uploadGrant(function, bucketARN, account)
	if err != nil {
		return err
	}
	_, err = client.AddPermission(ctx, permission.NewAddPermissionInput(r))
	return err
}

func TestAllowBucket(t *testing.T) {
	server := permissiontest.NewServer(t) // HTTP on loopback; ends with the test
	server.CreateFunction("thumbnail")

	err := allowBucket(t.Context(), server.Client(), "thumbnail", "arn:aws:s3:::photos.example.com", "123456789012")
	if err != nil {
		t.Fatal(err)
	}

	document, _ := server.Policy("thumbnail")
	if statements := document.Statements(); len(statements) != 1 || statements[0].Principals()[0].Value != "s3.amazonaws.com" {
		t.Errorf("policy is %s", document)
	}
}

// keepBuckets lets the buckets of a list, and no other bucket of the owner, invoke a
// function.
func keepBuckets(ctx context.Context, api permission.API, function, account string, buckets []string, dryRun bool) error {
	desired := ensure.Desired{Function: function, Owner: "uploads"}
	for _, bucketARN := range buckets {
		r, err := uploadGrant(function, bucketARN, account)
		if err != nil {
			return err
		}
		desired.Grants = append(desired.Grants, r)
	}
	plan, err := ensure.NewPlan(ctx, api, desired) // one read
	if err != nil {
		return err
	}
	fmt.Print(plan) // what will be added, changed and removed
	if !dryRun {
		_, err = plan.Apply(ctx, api)
	}
	return err
}

// A dry run changes nothing. Another run adds the missing grants and removes those of
// buckets that are not in the list.
func TestKeepBuckets(t *testing.T) {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		t.Fatal(err)
	}
	var buckets []string
	for i := range 60 {
		buckets = append(buckets, fmt.Sprintf("arn:aws:s3:::photos-%d.example.com", i))
	}
	for _, step := range []struct {
		buckets []string
		dryRun  bool
		want    int
	}{
		{buckets[:50], true, 0},
		{buckets[:50], false, 50},
		{buckets[10:], false, 50},
		{buckets, false, 60},
	} {
		if err := keepBuckets(t.Context(), service.API(), "thumbnail", "123456789012", step.buckets, step.dryRun); err != nil {
			t.Fatal(err)
		}
		document, _ := service.Policy("thumbnail")
		if got := len(document.Statements()); got != step.want {
			t.Errorf("%d buckets, dry run %t: %d statements, want %d", len(step.buckets), step.dryRun, got, step.want)
		}
	}
}

// mayInvoke returns the decision of a function's policy about a caller.
func mayInvoke(ctx context.Context, api permission.GetPolicyAPIClient, function arn.Function, caller policy.Caller) (policy.Decision, error) {
	reading, err := permission.ReadPolicy(ctx, api, function.String()) // no policy is no error
	if err != nil {
		return policy.Decision{}, err
	}
	return reading.Document.Evaluate(policy.Invocation{Function: function, Caller: caller}), nil
}

// A bucket of the account may invoke the function. A bucket of another account may not,
// for the reason that README.md shows.
func TestMayInvoke(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	if err := allowBucket(t.Context(), server.Client(), "thumbnail", "arn:aws:s3:::photos.example.com", "123456789012"); err != nil {
		t.Fatal(err)
	}
	ask := func(account string) policy.Decision {
		function := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:thumbnail")
		caller := policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::photos.example.com", SourceAccount: account}
		decision, err := mayInvoke(t.Context(), server.Client(), function, caller)
		if err != nil {
			t.Fatal(err)
		}
		return decision
	}
	if decision := ask("123456789012"); decision.Verdict() != policy.Allowed {
		t.Errorf("a bucket of the account: %v, want Allowed", decision)
	}
	denied := ask("210987654321")
	if len(denied.Reasons()) != 1 {
		t.Fatalf("reasons: %v, want one", denied.Reasons())
	}
	atRoot(t)
	for _, text := range []string{denied.String(), denied.Reasons()[0].Text} {
		if !strings.Contains(readFile(t, "README.md"), "`"+text+"`") {
			t.Errorf("README.md does not show %q", text)
		}
	}
}
