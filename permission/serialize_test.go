package permission_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

func keys(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}, nil
}

// wire is a request as it is sent.
type wire struct {
	Method, URL, Body string
	// Header has the headers that the service uses; other tests check User-Agent and
	// Amz-Sdk-*.
	Header map[string]string
}

// capture makes a call and returns the request that reached the transport.
func capture(t *testing.T, status int, body string, call func(*permission.Client) error, optFns ...func(*permission.Options)) wire {
	t.Helper()
	var sent wire
	client := newClient(func(r *http.Request) (*http.Response, error) {
		sent = wireOf(t, r)
		return answer(r, status, nil, body), nil
	}, optFns...)
	if err := call(client); err != nil {
		t.Fatal(err)
	}
	return sent
}

func wireOf(t *testing.T, r *http.Request) wire {
	t.Helper()
	w := wire{Method: r.Method, URL: r.URL.String(), Header: map[string]string{}}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		w.Body = string(b)
	}
	for _, name := range []string{"Content-Type", "X-Amz-Date", "X-Amz-Security-Token", "Authorization"} {
		if v := r.Header.Get(name); v != "" {
			w.Header[name] = v
		}
	}
	return w
}

// fixedInvocationID gives the only random header a fixed value, because it is part of
// the signature.
func fixedInvocationID(o *permission.Options) {
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		return s.Build.Insert(middleware.BuildMiddlewareFunc("FixedInvocationID", func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
			in.Request.(*smithyhttp.Request).Header.Set("Amz-Sdk-Invocation-Id", "00000000-0000-4000-8000-000000000000")
			return next.HandleBuild(ctx, in)
		}), "ClientRequestID", middleware.After)
	})
}

// The requests have the form of the API reference ("Request Syntax"), at the time of a
// synctest bubble. The signatures were computed independently of this code, by the
// steps of "Create a signed AWS API request" with HMAC-SHA256: any change of the sent
// or signed bytes changes one of them.
func TestRequests(t *testing.T) {
	const date = "20000101T000000Z"
	scope := "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20000101/us-east-1/lambda/aws4_request, SignedHeaders="
	tests := []struct {
		name   string
		status int
		answer string
		call   func(*permission.Client) error
		want   wire
	}{{
		// FunctionName is in the path, Qualifier in the query, the rest in the body.
		name: "AddPermission", status: 201, answer: stored,
		call: func(c *permission.Client) error {
			_, err := c.AddPermission(context.Background(), &permission.AddPermissionInput{
				FunctionName: aws.String("Thumbnail"), Qualifier: aws.String("PROD"),
				StatementId: aws.String("s3-photos"), Action: aws.String("lambda:InvokeFunction"),
				Principal: aws.String("s3.amazonaws.com"), SourceArn: aws.String("arn:aws:s3:::photos"),
				SourceAccount: aws.String("123456789012"), EventSourceToken: aws.String("amzn1.ask.skill"),
			})
			return err
		},
		want: wire{
			Method: "POST", URL: "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/Thumbnail/policy?Qualifier=PROD",
			Body: `{"Action":"lambda:InvokeFunction","EventSourceToken":"amzn1.ask.skill","Principal":"s3.amazonaws.com",` +
				`"SourceAccount":"123456789012","SourceArn":"arn:aws:s3:::photos","StatementId":"s3-photos"}`,
			Header: map[string]string{
				"Content-Type": "application/json", "X-Amz-Date": date,
				"Authorization": scope + "amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-date, " +
					"Signature=0b425fce2ca6dec5e8cd703840217fa61357bea1583f0c39c018d2c8f7da0182",
			},
		},
	}, {
		// The members that are newer than the original reference; RevisionId is in the
		// body.
		name: "AddPermission, newer members", status: 201, answer: stored,
		call: func(c *permission.Client) error {
			_, err := c.AddPermission(context.Background(), &permission.AddPermissionInput{
				FunctionName: aws.String("Thumbnail"), StatementId: aws.String("url"),
				Action: aws.String("lambda:InvokeFunctionUrl"), Principal: aws.String("*"),
				PrincipalOrgID: aws.String("o-a1b2c3d4e5"), FunctionUrlAuthType: permission.FunctionUrlAuthTypeAwsIam,
				RevisionId: aws.String("c0ffee"),
			})
			return err
		},
		want: wire{
			Method: "POST", URL: "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/Thumbnail/policy",
			Body: `{"Action":"lambda:InvokeFunctionUrl","FunctionUrlAuthType":"AWS_IAM","Principal":"*",` +
				`"PrincipalOrgID":"o-a1b2c3d4e5","RevisionId":"c0ffee","StatementId":"url"}`,
			Header: map[string]string{
				"Content-Type": "application/json", "X-Amz-Date": date,
				"Authorization": scope + "amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-date, " +
					"Signature=7492fcf2c8245263a19c9032164d7a80b84098484f64cfb8c5d9c54b34e71daf",
			},
		},
	}, {
		// An ARN as a name: every byte except letters, digits and -._~ is escaped, and
		// the signature covers the path escaped a second time.
		name: "GetPolicy", status: 200, answer: `{"Policy":"{}","RevisionId":"c0ffee"}`,
		call: func(c *permission.Client) error {
			_, err := c.GetPolicy(context.Background(), &permission.GetPolicyInput{
				FunctionName: aws.String("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD"),
			})
			return err
		},
		want: wire{
			Method: "GET",
			URL: "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/" +
				"arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3AThumbnail%3APROD/policy",
			Header: map[string]string{
				"X-Amz-Date":    date,
				"Authorization": scope + "amz-sdk-invocation-id;amz-sdk-request;host;x-amz-date, Signature=d9c20b4150e46e58a9e5ea39b5dadcf0642b64c1af00db08d19616a4a755e683",
			},
		},
	}, {
		// StatementId is in the path, RevisionId in the query.
		name: "RemovePermission", status: 204,
		call: func(c *permission.Client) error {
			_, err := c.RemovePermission(context.Background(), &permission.RemovePermissionInput{
				FunctionName: aws.String("Thumbnail"), Qualifier: aws.String("2"),
				StatementId: aws.String("s3-photos"), RevisionId: aws.String("c0ffee"),
			})
			return err
		},
		want: wire{
			Method: "DELETE",
			URL:    "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/Thumbnail/policy/s3-photos?Qualifier=2&RevisionId=c0ffee",
			Header: map[string]string{
				"X-Amz-Date":    date,
				"Authorization": scope + "amz-sdk-invocation-id;amz-sdk-request;host;x-amz-date, Signature=bfec6d52981b115301e26aa93fb8a7e8f86a80cccfd6a5ab03f182e9caaa746e",
			},
		},
	}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := capture(t, tt.status, tt.answer, tt.call, fixedInvocationID)
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
			})
		})
	}
}

// In a path, the unreserved characters of RFC 3986, section 2.3, are sent unescaped and
// all others are escaped, for example their neighbours in ASCII.
func TestEscapes(t *testing.T) {
	for name, want := range map[string]string{
		"azAZ09-._~": "azAZ09-._~",
		"`{@[/:":     "%60%7B%40%5B%2F%3A",
		"é\x80":      "%C3%A9%80",
	} {
		r := capture(t, 201, stored, func(c *permission.Client) error {
			in := grant()
			in.FunctionName = &name
			_, err := c.AddPermission(t.Context(), in)
			return err
		}, func(o *permission.Options) { o.Preflight = nil })
		wantEqual(t, "URL", r.URL, "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/"+want+"/policy")
	}
}

// A session token is sent; requests with anonymous credentials are not signed.
func TestCredentials(t *testing.T) {
	add := func(c *permission.Client) error {
		_, err := c.AddPermission(context.Background(), grant())
		return err
	}
	t.Run("session token", func(t *testing.T) {
		r := capture(t, 201, stored, add, func(o *permission.Options) {
			o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
				v, err := keys(ctx)
				v.SessionToken = "session"
				return v, err
			})
		})
		if got := r.Header["X-Amz-Security-Token"]; got != "session" {
			t.Errorf("X-Amz-Security-Token = %q, want \"session\"", got)
		}
	})
	t.Run("anonymous", func(t *testing.T) {
		r := capture(t, 201, stored, add, func(o *permission.Options) { o.Credentials = aws.AnonymousCredentials{} })
		if got := r.Header["Authorization"]; got != "" {
			t.Errorf("Authorization = %q, want no header", got)
		}
	})
}
