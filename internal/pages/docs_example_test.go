package pages_test

// The Go code of the pages in docs, compiled and run. TestSnippetsRun checks that the
// pages show it.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

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
	r, err := grant.EventSource(function, topic, grant.WithOwner("topics"))
	if err != nil {
		return err
	}
	_, err = api.AddPermission(ctx, permission.NewAddPermissionInput(r))
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
	again := allowTopic(t.Context(), service.API(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
	if first != nil || lambdaerrors.ConflictKindOf(again) != lambdaerrors.DuplicateStatement {
		t.Errorf("got %v, then %v; want the id to be taken", first, again)
	}
}

func TestAllowTopicKeepsWhatIsThere(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.SetPolicy("thumbnail:PROD", `{"Version":"2012-10-17","Statement":[{"Sid":"partner","Effect":"Allow",
		"Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail:PROD"}]}`)
	if err := allowTopic(t.Context(), server.Client(), "thumbnail:PROD", "arn:aws:sns:us-east-1:123456789012:photos"); err != nil {
		t.Fatal(err)
	}
	document, _ := server.Policy("thumbnail:PROD")
	if _, ok := document.Lookup("partner"); !ok || len(document.Statements()) != 2 {
		t.Errorf("policy is %s", document)
	}
}

func TestStrictClientRefusesOpenGrant(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	strict := server.Client(func(o *permission.Options) {
		o.Preflight = append(o.Preflight, lint.Check(lint.SeverityWarning))
	})
	_, err := strict.AddPermission(t.Context(), &permission.AddPermissionInput{
		FunctionName: aws.String("thumbnail"), StatementId: aws.String("everybody"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("*"),
	})
	var found *lint.Error
	if !errors.As(err, &found) {
		t.Errorf("err = %v, want a *lint.Error", err)
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

// handlerClient sends requests to a handler in the same process.
type handlerClient struct{ http.Handler }

func (c handlerClient) Do(r *http.Request) (*http.Response, error) {
	r, w := r.Clone(r.Context()), httptest.NewRecorder()
	r.Host = r.URL.Host // as a server sees it
	c.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestAllowTopicWaitsForAThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := permissiontest.NewService()
		if err := service.CreateFunction("thumbnail"); err != nil {
			t.Fatal(err)
		}
		cfg := service.Config("http://lambda.test")
		cfg.HTTPClient = handlerClient{permissiontest.Faults(service, permissiontest.First(2, permissiontest.Throttle()))}
		start := time.Now()
		if err := allowTopic(t.Context(), permission.NewFromConfig(cfg), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos"); err != nil {
			t.Error(err)
		}
		if waited := time.Since(start); waited == 0 {
			t.Error("two throttled attempts, and no pause between them")
		}
	})
}

func TestOtherOperations(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/aliases", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"Name":"PROD","FunctionVersion":"1"}`)
	})
	server := permissiontest.NewServer(t, permissiontest.WithFallback(mux))
	server.CreateFunction("thumbnail")
	if err := allowTopic(t.Context(), server.Client(), "thumbnail", "arn:aws:sns:us-east-1:123456789012:photos"); err != nil {
		t.Error(err)
	}
	answer, err := http.Post(server.URL+"/2015-03-31/functions/thumbnail/aliases", "application/json", nil) // CreateAlias
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		t.Errorf("CreateAlias: %s", answer.Status)
	}
}

func deployGrants(ctx context.Context, api permission.API, function string, grants []grant.Request) error {
	desired := ensure.Desired{Function: function, Owner: "uploads", Grants: grants}
	plan, err := ensure.NewPlan(ctx, api, desired) // one read
	if err != nil {
		return err
	}
	fmt.Print(plan) // the grants that are added, changed and removed, and the number of calls
	_, err = plan.Apply(ctx, api)
	return err
}

func deployAtOnce(ctx context.Context, client *permission.Client, desired ensure.Desired) error {
	_, err := ensure.Grants(ctx, client, desired, ensure.WholeDocument(client))
	return err
}

func TestDeployAtOnce(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	desired := ensure.Desired{Function: "thumbnail", Owner: "uploads"}
	for i := range 3 {
		desired.Grants = append(desired.Grants, grant.Request{Action: "lambda:InvokeFunction", Principal: fmt.Sprintf("21098765432%d", i)})
	}
	for range 2 {
		if err := deployAtOnce(t.Context(), server.Client(), desired); err != nil {
			t.Fatal(err)
		}
	}
	if d, _ := server.Policy("thumbnail"); len(d.Statements()) != 3 {
		t.Errorf("the policy has %d statements, want 3: %s", len(d.Statements()), d)
	}
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

func copyGrants(ctx context.Context, api permission.API, from, to string) error {
	reading, err := permission.ReadPolicy(ctx, api, from) // thumbnail:PROD
	if err != nil {
		return err
	}
	desired, err := ensure.FromDocument(to, "release", reading.Document) // thumbnail:7
	if err != nil {
		return err
	}
	_, err = ensure.Grants(ctx, api, desired)
	return err
}

// The copy has the principal of the original and an id of the owner. A Deny statement
// cannot be copied.
func TestCopyGrants(t *testing.T) {
	const statement = `{"Sid":"partner","Effect":"%s","Principal":{"AWS":"arn:aws:iam::210987654321:root"},
		"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail:PROD"}`
	server := permissiontest.NewServer(t)
	server.SetPolicy("thumbnail:PROD", `{"Version":"2012-10-17","Statement":[`+fmt.Sprintf(statement, "Allow")+`]}`)
	version := server.PublishVersion("thumbnail")
	if err := copyGrants(t.Context(), server.Client(), "thumbnail:PROD", "thumbnail:"+version); err != nil {
		t.Fatal(err)
	}
	document, _ := server.Policy("thumbnail:" + version)
	if n := len(document.Statements()); n != 1 {
		t.Fatalf("%d statements, want 1: %s", n, document)
	}
	copied := document.Statements()[0]
	if got, want := copied.Principals()[0].Value, "arn:aws:iam::210987654321:root"; got != want {
		t.Errorf("principal %s, want %s", got, want)
	}
	if !grant.Owns("release", copied) {
		t.Errorf("the id is not one of the owner release: %s", document)
	}

	server.SetPolicy("thumbnail:PROD", `{"Version":"2012-10-17","Statement":[`+fmt.Sprintf(statement, "Deny")+`]}`)
	var left *ensure.InexpressibleError
	if err := copyGrants(t.Context(), server.Client(), "thumbnail:PROD", "thumbnail:"+version); !errors.As(err, &left) {
		t.Errorf("error %v, want an *ensure.InexpressibleError", err)
	}
}
