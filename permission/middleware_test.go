package permission_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/permission"
)

// sentRequest makes a call and returns the request of its last attempt.
func sentRequest(t *testing.T, optFns ...func(*permission.Options)) *http.Request {
	t.Helper()
	var sent *http.Request
	client := newClient(func(r *http.Request) (*http.Response, error) {
		sent = r
		return answer(r, 201, nil, stored), nil
	}, optFns...)
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	return sent
}

// The User-Agent has this library, its version and the program's AppID.
func TestUserAgent(t *testing.T) {
	got := sentRequest(t, func(o *permission.Options) { o.AppID = "my-app" }).UserAgent()
	for _, want := range []string{"lib/lambdaperm#" + lambdaperm.Version, "app/my-app", "aws-sdk-go-v2/"} {
		if !strings.Contains(got, want) {
			t.Errorf("User-Agent %q lacks %s", got, want)
		}
	}
}

// The User-Agent has the letters of the SDK's features in use. APIOptions do not change
// them.
func TestUserAgentFeatures(t *testing.T) {
	for name, tt := range map[string]struct {
		retryer     aws.Retryer
		credentials aws.CredentialsProvider
		want        []awsmiddleware.UserAgentFeature
	}{
		"standard retries": {retry.NewStandard(), exampleKeys, []awsmiddleware.UserAgentFeature{awsmiddleware.UserAgentFeatureRetryModeStandard}},
		"adaptive retries": {retry.NewAdaptiveMode(), exampleKeys, []awsmiddleware.UserAgentFeature{awsmiddleware.UserAgentFeatureRetryModeAdaptive}},
		"another retryer":  {aws.NopRetryer{}, exampleKeys, nil},
		"credentials of the environment": {aws.NopRetryer{}, sourced{exampleKeys},
			[]awsmiddleware.UserAgentFeature{awsmiddleware.UserAgentFeatureCredentialsEnvVars}},
	} {
		set := func(o *permission.Options) {
			o.Retryer, o.Credentials, o.RetryMaxAttempts = tt.retryer, tt.credentials, 0
		}
		nothing := permission.WithAPIOptions(func(*middleware.Stack) error { return nil })
		for which, optFns := range map[string][]func(*permission.Options){"shared": {set}, "own stack": {set, nothing}} {
			client := permission.New(permission.Options{Region: "us-east-1", HTTPClient: transport(func(r *http.Request) (*http.Response, error) {
				if got := features(r.UserAgent()); !slices.Equal(got, tt.want) {
					t.Errorf("%s, %s: features %v in %q, want %v", name, which, got, r.UserAgent(), tt.want)
				}
				return answer(r, 201, nil, stored), nil
			})}, optFns...)
			if err := add(client); err != nil {
				t.Errorf("%s, %s: %v", name, which, err)
			}
		}
	}
}

// features returns the letters after m/ in a User-Agent.
func features(userAgent string) (list []awsmiddleware.UserAgentFeature) {
	m := regexp.MustCompile(`(?:^| )m/(\S+)`).FindStringSubmatch(userAgent)
	if m == nil {
		return nil
	}
	for _, letter := range strings.Split(m[1], ",") {
		list = append(list, awsmiddleware.UserAgentFeature(letter))
	}
	return list
}

// sourced are credentials that come from environment variables.
type sourced struct{ aws.CredentialsProvider }

func (sourced) ProviderSources() []aws.CredentialSource {
	return []aws.CredentialSource{aws.CredentialSourceEnvVars}
}

// A program adds to the User-Agent with APIOptions or by setting the header in an
// interceptor.
func TestUserAgentAdditions(t *testing.T) {
	added := sentRequest(t, permission.WithAPIOptions(awsmiddleware.AddUserAgentKey("my-tool"))).UserAgent()
	if !strings.HasPrefix(added, "aws-sdk-go-v2/") {
		t.Errorf("User-Agent %q, want one that begins as the SDK's", added)
	}
	if !strings.Contains(added, " my-tool") {
		t.Errorf("User-Agent %q, want my-tool in it", added)
	}
	plain := sentRequest(t).UserAgent()
	given := sentRequest(t, func(o *permission.Options) { o.Interceptors.AddAfterSerialization(setsUserAgent("my-tool/1")) }).UserAgent()
	wantEqual(t, "User-Agent with a given one", given, plain+" my-tool/1")
	wantEqual(t, "number of User-Agent headers", len(sentRequest(t).Header.Values("User-Agent")), 1)
}

type setsUserAgent string

func (s setsUserAgent) AfterSerialization(_ context.Context, in *smithyhttp.InterceptorContext) error {
	in.Request.Header.Set("User-Agent", string(s))
	return nil
}

// DisableHTTPS sends over plain HTTP, to the region's endpoint and to a BaseEndpoint.
func TestDisableHTTPS(t *testing.T) {
	for base, want := range map[string]string{"": "http://lambda.us-east-1.amazonaws.com", "https://vpce.example": "http://vpce.example"} {
		url := sentRequest(t, func(o *permission.Options) {
			o.EndpointOptions.DisableHTTPS = true
			if base != "" {
				o.BaseEndpoint = aws.String(base)
			}
		}).URL
		wantEqual(t, "endpoint", url.Scheme+"://"+url.Host, want)
	}
}

// Middlewares of APIOptions find the hash of the body in the context, as with the SDK's
// client.
func TestPayloadHashInContext(t *testing.T) {
	var seen string
	sent := sentRequest(t, permission.WithAPIOptions(func(s *middleware.Stack) error {
		return s.Finalize.Add(middleware.FinalizeMiddlewareFunc("look", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			seen = v4.GetPayloadHash(ctx)
			return next.HandleFinalize(ctx, in)
		}), middleware.After)
	}))
	body, err := io.ReadAll(sent.Body)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	wantEqual(t, "hash", seen, hex.EncodeToString(sum[:]))
}

// If a middleware replaces the body, the new body is hashed and sent from the position
// that it then has, for readers of different types. A body that cannot be read twice is
// refused.
func TestReplacedBody(t *testing.T) {
	const text = `{"Action":"lambda:InvokeFunction"}`
	replaceBy := func(body io.Reader) func(*permission.Options) {
		return permission.WithAPIOptions(func(s *middleware.Stack) error {
			return s.Build.Add(middleware.BuildMiddlewareFunc("replace", func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
				req, err := in.Request.(*smithyhttp.Request).SetStream(body)
				if err != nil {
					return middleware.BuildOutput{}, middleware.Metadata{}, err
				}
				in.Request = req
				return next.HandleBuild(ctx, in)
			}), middleware.After)
		})
	}
	synctest.Test(t, func(t *testing.T) { // all are signed at the same time
		var want string
		for _, body := range []io.Reader{bytes.NewReader([]byte(text)), strings.NewReader(text), begun(bytes.NewReader([]byte("read" + text))), begun(strings.NewReader("read" + text))} {
			sent := sentRequest(t, fixedInvocationID, replaceBy(body))
			got, err := io.ReadAll(sent.Body)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, "body", string(got), text)
			if want == "" {
				want = sent.Header.Get("Authorization")
			}
			wantEqual(t, "Authorization", sent.Header.Get("Authorization"), want)
		}
	})
	if err := add(newClient(unreachable(t), replaceBy(io.MultiReader(strings.NewReader(text))))); err == nil {
		t.Error("err = nil for a body that cannot be read twice")
	}
}

// begun reads "read" from the beginning of body and returns body.
func begun(body io.Reader) io.Reader {
	if _, err := io.ReadFull(body, make([]byte, len("read"))); err != nil {
		panic(err)
	}
	return body
}

// Signing is logged if ClientLogMode of the client or of the call has LogSigning.
func TestLogSigning(t *testing.T) {
	var log bytes.Buffer
	client := newClient(answering(201, nil, stored), func(o *permission.Options) { o.Logger = logging.NewStandardLogger(&log) })
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "log without LogSigning", log.String(), "")
	_, err := client.AddPermission(t.Context(), grant(), func(o *permission.Options) { o.ClientLogMode = aws.LogSigning })
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "STRING TO SIGN") {
		t.Errorf("log with LogSigning: %q, want STRING TO SIGN in it", &log)
	}
}

// Attempts are logged if ClientLogMode has LogRetries.
func TestLogRetries(t *testing.T) {
	for mode, want := range map[aws.ClientLogMode]bool{0: false, aws.LogRetries: true} {
		var log bytes.Buffer
		client := newClient(answering(503, nil, ""), func(o *permission.Options) {
			o.Logger, o.ClientLogMode, o.RetryMaxAttempts = logging.NewStandardLogger(&log), mode, 2
			o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
		})
		if err := add(client); err == nil {
			t.Fatal("err = nil, want the 503")
		}
		if got := strings.Contains(log.String(), "attempt 2"); got != want {
			t.Errorf("mode %v: attempts are logged: %t, want %t\n%s", mode, got, want, &log)
		}
	}
}
