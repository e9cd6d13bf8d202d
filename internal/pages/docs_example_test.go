package pages_test

// The Go code of the pages in docs, compiled and run. TestSnippetsRun holds
// the two together.

import (
	"context"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// allowTopic lets a topic invoke a function.
func allowTopic(ctx context.Context, api permission.AddPermissionAPIClient, function, topic string) error {
	_, err := api.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName: aws.String(function),
		StatementId:  aws.String("sns"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("sns.amazonaws.com"),
		SourceArn:    aws.String(topic),
	})
	return err
}

func TestAllowTopicAsksOnce(t *testing.T) {
	stub := &permissiontest.Stub{AddPermissionFunc: func(context.Context, *permission.AddPermissionInput,
		...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
		return nil, &lambdaerrors.ServiceException{}
	}}
	err := allowTopic(t.Context(), stub, "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
	if !lambdaerrors.IsServiceFault(err) {
		t.Errorf("error %v, want the service's", err)
	}
	calls := stub.Calls()
	if len(calls) != 1 || *calls[0].Input.(*permission.AddPermissionInput).FunctionName != "thumbnail" {
		t.Errorf("calls %+v", calls)
	}
}

func TestAllowTopicTwice(t *testing.T) {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		t.Fatal(err)
	}
	first := allowTopic(t.Context(), service.API(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
	again := allowTopic(t.Context(), service.API(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:films")
	if first != nil || lambdaerrors.ConflictKindOf(again) != lambdaerrors.DuplicateStatement {
		t.Errorf("got %v, then %v; want the id to be taken", first, again)
	}
}

func TestAllowTopicOverHTTP(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	err := allowTopic(t.Context(), server.Client(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
	if err != nil {
		t.Fatal(err)
	}
	document, ok := server.Policy("thumbnail")
	if !ok {
		t.Fatal("no policy")
	}
	for _, finding := range lint.CheckPolicy(document) {
		t.Errorf("the policy is questionable: %v", finding)
	}
}

func TestOnlyThatTopicGetsIn(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	allowTopic(t.Context(), server.Client(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")

	document, _ := server.Policy("thumbnail")
	function := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:thumbnail")
	for topic, want := range map[string]policy.Verdict{"photos": policy.Allowed, "films": policy.Denied} {
		caller := policy.Service{Name: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:" + topic}
		decision := document.Evaluate(policy.Invocation{Function: function, Caller: caller})
		if decision.Verdict() != want {
			t.Errorf("%s: %v, want %v", topic, decision, want)
		}
	}
}

func TestAllowTopicLosesAnAnswer(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	server.Faults(permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset())))

	// The grant is made, its answer lost, the retry refused: and all is well.
	err := allowTopic(t.Context(), server.Client(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
	if err != nil {
		t.Error(err)
	}
}

func deployGrants(ctx context.Context, api permission.API, function string, grants []grant.Request) error {
	desired := ensure.Desired{Function: function, Owner: "uploads", Grants: grants}
	plan, err := ensure.NewPlan(ctx, api, desired) // one read
	if err != nil {
		return err
	}
	fmt.Print(plan) // what is added, changed and removed, and in how many calls
	_, err = plan.Apply(ctx, api)
	return err
}

func Example_deployGrants() {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		fmt.Println(err)
	}
	grants := []grant.Request{{Action: "lambda:InvokeFunction", Principal: "210987654321"}}
	for range 2 {
		if err := deployGrants(context.Background(), service.API(), "thumbnail", grants); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// Plan for thumbnail, owner uploads: 1 to add.
	//   + uploads-a47t6blps3lh5qgtnso2bycl  210987654321 may lambda:InvokeFunction
	// Size: not known before the first addition, since there is no policy and the function's name is no full ARN.
	// 1 call: 1 AddPermission.
	// Plan for thumbnail, owner uploads: nothing to do, 1 unchanged.
}
