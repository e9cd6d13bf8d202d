package sdkparity_test

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
	"github.com/lambdaperm/lambdaperm/validate"
)

// clientTimeout loses a response by the timeout of the HTTP client. It runs in a
// bubble and in memory, where a timeout cannot be met by accident.
const clientTimeout = "client timeout"

// lostResponses are the ways in which a change is made and its response lost.
var lostResponses = map[string]permissiontest.Fault{
	"reset before headers": permissiontest.CommitThen(permissiontest.Reset()),
	"500":                  permissiontest.CommitThen(permissiontest.ServerError()),
	"502":                  permissiontest.CommitThen(permissiontest.BadGateway()),
	"503":                  permissiontest.CommitThen(permissiontest.Fail(&lambdaerrors.ServiceException{StatusCode: 503})),
	clientTimeout:          permissiontest.CommitThen(permissiontest.Late()),
	"truncated body":       permissiontest.Truncated(),
}

// The SDK's client reports every lost success as a failure. Ours reports the
// success, and so does Ensure over the SDK's client. The change is always made.
func TestLostResponses(t *testing.T) {
	for name, fault := range lostResponses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == clientTimeout {
				synctest.Test(t, func(t *testing.T) { testLostResponse(t, fault, inMemory) })
				return
			}
			testLostResponse(t, fault, onLoopback)
		})
	}
}

// testLostResponse makes both changes, each in three ways.
func testLostResponse(t *testing.T, fault permissiontest.Fault, serve server) {
	for _, change := range []validate.Operation{validate.AddPermission, validate.RemovePermission} {
		lost := permissiontest.On(1, fault).Of(change)
		if err := plainly(change, theirs(lossy(t, change, lost, serve))); err == nil {
			t.Errorf("%s by the SDK's client: a success; is the adapter's caution still needed?", change)
		}
		if err := plainly(change, ours(lossy(t, change, lost, serve))); err != nil {
			t.Errorf("%s by ours: %v", change, err)
		}
		if err := ensured(change, theirs(lossy(t, change, lost, serve))); err != nil {
			t.Errorf("%s ensured over the SDK's client: %v", change, err)
		}
	}
}

// lossy serves a policy that is ready for the change, and loses the answer to it.
func lossy(t *testing.T, change validate.Operation, lost permissiontest.Rule, serve server) aws.Config {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	if change == validate.RemovePermission {
		if err := plainly(validate.AddPermission, service.API()); err != nil {
			t.Fatal(err)
		}
	}
	transport, url := serve(t, permissiontest.Faults(service, lost))
	t.Cleanup(func() {
		if _, present := service.Policy("Thumbnail"); present == (change == validate.RemovePermission) {
			t.Errorf("%s: the change was not made", change)
		}
	})
	cfg := service.Config(url)
	cfg.HTTPClient = &http.Client{Transport: transport, Timeout: time.Minute}
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	return cfg
}

// server serves a handler until the end of the test and returns how to reach it.
type server func(*testing.T, http.Handler) (transport http.RoundTripper, url string)

func inMemory(t *testing.T, handler http.Handler) (http.RoundTripper, string) {
	return memnet.Serve(t, handler), "http://lambda.test"
}

func onLoopback(t *testing.T, handler http.Handler) (http.RoundTripper, string) {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	return transport, server.URL
}

func ours(cfg aws.Config) permission.API { return permission.NewFromConfig(cfg) }

func theirs(cfg aws.Config) permission.API {
	return sdkapi.New(lambda.NewFromConfig(cfg))
}

func partner() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), StatementId: aws.String("partner"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	}
}

func partnerGone() *permission.RemovePermissionInput {
	return &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("partner")}
}

// plainly makes the change by one call, ensured by Grant or Absent.
func plainly(change validate.Operation, api permission.API) (err error) {
	if change == validate.AddPermission {
		_, err = api.AddPermission(context.Background(), partner())
	} else {
		_, err = api.RemovePermission(context.Background(), partnerGone())
	}
	return err
}

func ensured(change validate.Operation, api permission.API) (err error) {
	if change == validate.AddPermission {
		_, err = ensure.Grant(context.Background(), api, partner())
	} else {
		_, err = ensure.Absent(context.Background(), api, "Thumbnail", "partner")
	}
	return err
}
