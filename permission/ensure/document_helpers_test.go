package ensure_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

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
