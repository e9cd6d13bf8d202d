package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// watched is an API over another one that keeps the calls and lets a test step in:
// before a call, which an error keeps from being made, and after it, when an error hides
// its result.
type watched struct {
	permission.API
	before, after func(call string) error

	mu    sync.Mutex
	calls []string
}

// Calls are written as AddPermission s3-photos, GetPolicy, RemovePermission s3-photos.
func (w *watched) note(call string) error {
	w.mu.Lock()
	w.calls = append(w.calls, call)
	w.mu.Unlock()
	if w.before == nil {
		return nil
	}
	return w.before(call)
}

func (w *watched) done(call string, err error) error {
	if err != nil || w.after == nil {
		return err
	}
	return w.after(call)
}

// writes are the calls that change something.
func (w *watched) writes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.calls), func(call string) bool { return strings.HasPrefix(call, "Get") })
}

func (w *watched) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	call := "AddPermission " + aws.ToString(in.StatementId)
	if err := w.note(call); err != nil {
		return nil, err
	}
	out, err := w.API.AddPermission(ctx, in, optFns...)
	if err := w.done(call, err); err != nil {
		return nil, err
	}
	return out, nil
}

func (w *watched) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if err := w.note("GetPolicy"); err != nil {
		return nil, err
	}
	out, err := w.API.GetPolicy(ctx, in, optFns...)
	if err := w.done("GetPolicy", err); err != nil {
		return nil, err
	}
	return out, nil
}

func (w *watched) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	call := "RemovePermission " + aws.ToString(in.StatementId)
	if err := w.note(call); err != nil {
		return nil, err
	}
	out, err := w.API.RemovePermission(ctx, in, optFns...)
	if err := w.done(call, err); err != nil {
		return nil, err
	}
	return out, nil
}

// sids returns the ids of a function's policy, sorted.
func sids(service *permissiontest.Service, function string) []string {
	document, _ := service.Policy(function)
	var ids []string
	for _, s := range document.Statements() {
		ids = append(ids, s.Sid())
	}
	slices.Sort(ids)
	return ids
}

func statement(t *testing.T, service *permissiontest.Service, id string) policy.Statement {
	t.Helper()
	document, _ := service.Policy("Thumbnail")
	s, ok := document.Lookup(id)
	if !ok {
		t.Fatalf("the policy has no statement %q: %s", id, document)
	}
	return s
}

// replacing allows Grant to replace.
func replacing(o *ensure.Options) { o.Replace = true }

// elsewhere is the same grant for another bucket.
func elsewhere() *permission.AddPermissionInput {
	return withSourceArn(grant(), "arn:aws:s3:::elsewhere")
}

// kinds are grants of every kind of principal and every kind of condition.
func kinds() map[string]*permission.AddPermissionInput {
	base := func(change func(*permission.AddPermissionInput)) *permission.AddPermissionInput {
		in := &permission.AddPermissionInput{
			FunctionName: aws.String("Thumbnail"), StatementId: aws.String("grant"),
			Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("s3.amazonaws.com"),
		}
		change(in)
		return in
	}
	principal := func(p string) *permission.AddPermissionInput {
		return base(func(in *permission.AddPermissionInput) { in.Principal = aws.String(p) })
	}
	return map[string]*permission.AddPermissionInput{
		"service":        principal("events.amazonaws.com"),
		"account id":     principal("210987654321"),
		"account's root": principal("arn:aws:iam::210987654321:root"),
		"role":           principal("arn:aws:iam::210987654321:role/deploy"),
		"user":           principal("arn:aws:iam::210987654321:user/ann"),
		"session":        principal("arn:aws:sts::210987654321:assumed-role/deploy/ann"),
		"Alexa":          principal("alexa-appkit.amazon.com"),
		"everyone":       principal("*"),
		"SourceArn":      base(func(in *permission.AddPermissionInput) { in.SourceArn = aws.String("arn:aws:s3:::ph*tos") }),
		"SourceAccount":  base(func(in *permission.AddPermissionInput) { in.SourceAccount = aws.String("123456789012") }),
		"both sources":   grant(),
		"organization": base(func(in *permission.AddPermissionInput) {
			in.Principal, in.PrincipalOrgID = aws.String("*"), aws.String("o-a1b2c3d4e5")
		}),
		"token": alexa("amzn1.ask.skill.0001"),
		"function URL": base(func(in *permission.AddPermissionInput) {
			in.Principal, in.Action = aws.String("*"), aws.String("lambda:InvokeFunctionUrl")
			in.FunctionUrlAuthType = permission.FunctionUrlAuthTypeNone
		}),
		"via function URL": base(func(in *permission.AddPermissionInput) {
			in.Principal, in.InvokedViaFunctionUrl = aws.String("*"), aws.Bool(true)
		}),
		"not via function URL": base(func(in *permission.AddPermissionInput) { in.InvokedViaFunctionUrl = aws.Bool(false) }),
		"all actions":          base(func(in *permission.AddPermissionInput) { in.Action = aws.String("lambda:*") }),
		"alias":                base(func(in *permission.AddPermissionInput) { in.Qualifier = aws.String("PROD") }),
		"version in the name":  base(func(in *permission.AddPermissionInput) { in.FunctionName = aws.String("Thumbnail:1") }),
		"full ARN": base(func(in *permission.AddPermissionInput) {
			in.FunctionName = aws.String("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
		}),
	}
}

// newService returns a service with function Thumbnail, its version 1 and its
// alias PROD.
func newService(t *testing.T) *permissiontest.Service {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	version, _ := service.PublishVersion("Thumbnail")
	if _, err := service.CreateAlias("Thumbnail", "PROD", version); err != nil {
		t.Fatal(err)
	}
	return service
}

// grant is a grant that the service accepts.
func grant() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName:  aws.String("Thumbnail"),
		StatementId:   aws.String("s3-photos"),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:s3:::photos"),
		SourceAccount: aws.String("123456789012"),
	}
}

func mustAdd(t *testing.T, api permission.API, in *permission.AddPermissionInput) {
	t.Helper()
	if _, err := api.AddPermission(context.Background(), in); err != nil {
		t.Error(err)
	}
}

func revisionOf(t *testing.T, service *permissiontest.Service) *string {
	t.Helper()
	out, err := service.API().GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
	if err != nil {
		t.Fatal(err)
	}
	return out.RevisionId
}

func withSourceArn(in *permission.AddPermissionInput, sourceArn string) *permission.AddPermissionInput {
	in.SourceArn = aws.String(sourceArn)
	return in
}

func removal() *permission.RemovePermissionInput {
	return &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("s3-photos")}
}

func alexa(token string) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), StatementId: aws.String("s3-photos"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("alexa-appkit.amazon.com"), EventSourceToken: aws.String(token),
	}
}

// accessDenied is the service's refusal of a caller who may not write.
func accessDenied() error {
	return &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not allowed", Fault: smithy.FaultClient}
}

// dialError is the failure to connect.
func dialError() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// wantGranted checks that a Grant succeeded, and how.
func wantGranted(t *testing.T, out *ensure.Result, err error, want ensure.Outcome) {
	t.Helper()
	if err != nil {
		t.Errorf("err = %v, want none", err)
		return
	}
	if out.Outcome != want {
		t.Errorf("Outcome = %v, want %v", out.Outcome, want)
	}
}

// wantEqual checks one value.
func wantEqual[T comparable](t testing.TB, name string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

// wantErrorWith checks that there is an error with a text in it.
func wantErrorWith(t testing.TB, err error, want string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("no error, want one with %q", want)
	case !strings.Contains(err.Error(), want):
		t.Errorf("error %q, want %q in it", err, want)
	}
}

// inBubble runs a subtest in a bubble of its own, in which time passes at once.
func inBubble(t *testing.T, name string, test func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// mustBe returns err as an error of type E, which it must be.
func mustBe[E error](t testing.TB, err error) (e E) {
	t.Helper()
	if !errors.As(err, &e) {
		t.Fatalf("err = %v, want a %T", err, e)
	}
	return e
}

// wantStatements checks which ids the policy of Thumbnail has.
func wantStatements(t *testing.T, service *permissiontest.Service, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := sids(service, "Thumbnail"); !slices.Equal(got, want) {
		t.Errorf("the policy has %q, want %q", got, want)
	}
}

// wantWrites checks how many writes were made.
func wantWrites(t *testing.T, api *watched, want int) {
	t.Helper()
	if writes := api.writes(); len(writes) != want {
		t.Errorf("writes = %q, want %d", writes, want)
	}
}

const thumbnailARN = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// rule is a grant to one rule of EventBridge.
func rule(name string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com",
		SourceArn: "arn:aws:events:us-east-1:123456789012:rule/" + name,
	}
}

// bucket is a grant to a bucket of an account.
func bucket(name, account string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::" + name, SourceAccount: account,
	}
}

func withID(id string, g validate.Request) validate.Request {
	g.StatementId = id
	return g
}

// buckets are n grants to buckets of one account.
func buckets(n int, account string) []validate.Request {
	list := make([]validate.Request, n)
	for i := range list {
		list[i] = bucket(fmt.Sprintf("photos-%02d", i), account)
	}
	return list
}

// of is the list of owner app for Thumbnail.
func of(grants ...validate.Request) ensure.Desired {
	return ensure.Desired{Function: "Thumbnail", Owner: "app", Grants: grants}
}

// adopting is the list of owner app with Adopt.
func adopting(grants ...validate.Request) ensure.Desired {
	list := of(grants...)
	list.Adopt = isAdopted
	return list
}

// newThumbnail is a service with the function Thumbnail, and an API that notes the
// calls.
func newThumbnail(t testing.TB) (*permissiontest.Service, *watched) {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	return service, &watched{API: service.API()}
}

// store lets a function have statements, as if AddPermission had added them.
func store(t testing.TB, service *permissiontest.Service, grants ...validate.Request) {
	t.Helper()
	for _, g := range grants {
		if g.FunctionName == "" {
			g.FunctionName = "Thumbnail"
		}
		if _, err := service.API().AddPermission(context.Background(), permission.NewAddPermissionInput(g)); err != nil {
			t.Fatal(err)
		}
	}
}

// mustGrants is Grants, which must succeed.
func mustGrants(t testing.TB, api permission.API, d ensure.Desired, optFns ...func(*ensure.Options)) *ensure.GrantsResult {
	t.Helper()
	result, err := ensure.Grants(context.Background(), api, d, optFns...)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// mustPlan is NewPlan, which must succeed.
func mustPlan(t testing.TB, api permission.GetPolicyAPIClient, d ensure.Desired, optFns ...func(*ensure.Options)) *ensure.Plan {
	t.Helper()
	plan, err := ensure.NewPlan(context.Background(), api, d, optFns...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// adoptAll adopts every id.
func adoptAll(string) bool { return true }

func raw(service *permissiontest.Service, function string) string {
	document, _ := service.Policy(function)
	return document.Raw()
}

func parse(t testing.TB, text string) policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// present returns a request with the members named that are there and empty.
func present(r validate.Request, names ...string) validate.Request {
	r.Empty = validate.MembersOf(names...)
	return r
}

func mustFunction(t testing.TB, name string) arn.Function {
	t.Helper()
	f, err := arn.ParseFunction(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// statementSize is how many bytes a grant's statement has in Thumbnail's policy.
func statementSize(t testing.TB, g validate.Request) int {
	t.Helper()
	s, err := policy.NewStatement(g, mustFunction(t, thumbnailARN))
	if err != nil {
		t.Fatal(err)
	}
	return len(s.Raw())
}

// topic is a grant to a topic, by the last part of its ARN.
func topic(name string) validate.Request {
	return validate.Request{
		Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com",
		SourceArn: "arn:aws:sns:us-east-1:123456789012:" + name,
	}
}

// watchedDocuments is the operations on whole policies over others. It keeps the calls
// and lets a test step in by the watched API that it belongs to.
type watchedDocuments struct {
	*watched
	documents permission.ResourcePolicyAPI
}

// Calls are written as PutResourcePolicy, GetResourcePolicy, DeleteResourcePolicy.
func watchCall[In, Out any](w *watched, name string, ctx context.Context, in *In, optFns []func(*permission.Options),
	call func(context.Context, *In, ...func(*permission.Options)) (*Out, error)) (*Out, error) {
	if err := w.note(name); err != nil {
		return nil, err
	}
	out, err := call(ctx, in, optFns...)
	if err := w.done(name, err); err != nil {
		return nil, err
	}
	return out, nil
}

func (w *watchedDocuments) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	return watchCall(w.watched, "PutResourcePolicy", ctx, in, optFns, w.documents.PutResourcePolicy)
}

func (w *watchedDocuments) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	return watchCall(w.watched, "GetResourcePolicy", ctx, in, optFns, w.documents.GetResourcePolicy)
}

func (w *watchedDocuments) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	return watchCall(w.watched, "DeleteResourcePolicy", ctx, in, optFns, w.documents.DeleteResourcePolicy)
}

// documentFixture is a service with the function Thumbnail behind HTTP, and both kinds
// of operations on it by a client that does not recover lost responses by itself.
type documentFixture struct {
	service   *permissiontest.Service
	api       *watched // notes the calls of both kinds
	documents permission.ResourcePolicyAPI
	way       func(*ensure.Options) // by documents
}

func newDocumentFixture(t testing.TB) *documentFixture {
	t.Helper()
	service, _ := newThumbnail(t)
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	client := permission.NewFromConfig(service.Config(server.URL), func(o *permission.Options) {
		o.HTTPClient, o.Retryer = server.Client(), aws.NopRetryer{}
		o.DisableLostResponseRecovery = true
	})
	api := &watched{API: client}
	documents := &watchedDocuments{api, client}
	return &documentFixture{service, api, documents, ensure.WholeDocument(documents)}
}

// inFull is a list for Thumbnail by its full ARN.
func inFull(d ensure.Desired) ensure.Desired {
	d.Function = thumbnailARN
	return d
}
