//lint:file-ignore SA1019 The client supports the deprecated options, and these tests use them.

package permission_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/permission"
)

// A deprecated endpoint resolver is never ignored: otherwise requests would go to real
// AWS.
func TestLegacyEndpointResolver(t *testing.T) {
	tests := map[string]func(*aws.Config){
		"with options": func(cfg *aws.Config) {
			cfg.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(service, region string, _ ...any) (aws.Endpoint, error) {
				return aws.Endpoint{URL: "http://127.0.0.1:4566/" + service}, nil
			})
		},
		"without options": func(cfg *aws.Config) {
			cfg.EndpointResolver = aws.EndpointResolverFunc(func(service, region string) (aws.Endpoint, error) {
				return aws.Endpoint{URL: "http://127.0.0.1:4566/" + service}, nil
			})
		},
	}
	for name, set := range tests {
		t.Run(name, func(t *testing.T) {
			var url string
			cfg := aws.Config{Region: "eu-west-1", Credentials: exampleKeys, HTTPClient: recordURL(&url)}
			set(&cfg)
			if _, err := permission.NewFromConfig(cfg).AddPermission(context.Background(), grant()); err != nil {
				t.Fatal(err)
			}
			if want := "http://127.0.0.1:4566/Lambda/2015-03-31/functions/Thumbnail/policy"; url != want {
				t.Errorf("sent to %s, want %s", url, want)
			}
		})
	}
}

// A resolver is called with the region as it is set and with the resolved region and
// variants of the options.
func TestLegacyEndpointResolverOptions(t *testing.T) {
	type asked struct {
		service, region, resolved string
		disableHTTPS              bool
		dualStack                 aws.DualStackEndpointState
		fips                      aws.FIPSEndpointState
	}
	var got asked
	cfg := aws.Config{Region: "eu-west-1-fips", Credentials: exampleKeys, HTTPClient: answering(201, nil, stored)}
	cfg.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(service, region string, options ...any) (aws.Endpoint, error) {
		o := options[0].(interface {
			GetResolvedRegion() string
			GetDisableHTTPS() bool
			GetUseDualStackEndpoint() aws.DualStackEndpointState
			GetUseFIPSEndpoint() aws.FIPSEndpointState
		})
		got = asked{service, region, o.GetResolvedRegion(), o.GetDisableHTTPS(), o.GetUseDualStackEndpoint(), o.GetUseFIPSEndpoint()}
		return aws.Endpoint{URL: "http://127.0.0.1:4566"}, nil
	})
	err := add(permission.NewFromConfig(cfg, func(o *permission.Options) {
		o.EndpointOptions.DisableHTTPS = true
		o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := asked{"Lambda", "eu-west-1-fips", "eu-west-1", true, aws.DualStackEndpointStateEnabled, aws.FIPSEndpointStateEnabled}
	wantEqual(t, "the resolver's arguments", got, want)
}

// If a resolver has no endpoint for Lambda, the endpoint of the region is used.
func TestLegacyEndpointResolverWithoutLambda(t *testing.T) {
	var url string
	cfg := aws.Config{Region: "eu-west-1", Credentials: exampleKeys, HTTPClient: recordURL(&url)}
	cfg.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
		return aws.Endpoint{}, &aws.EndpointNotFoundError{}
	})
	if _, err := permission.NewFromConfig(cfg).AddPermission(context.Background(), grant()); err != nil {
		t.Fatal(err)
	}
	if want := "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/Thumbnail/policy"; url != want {
		t.Errorf("sent to %s, want %s", url, want)
	}
}

// The scope of the signature is that of the resolver's endpoint, unless a middleware
// sets another with the SDK's deprecated setters.
func TestLegacySigningScope(t *testing.T) {
	resolved := aws.Endpoint{URL: "http://127.0.0.1:4566", SigningName: "resolved", SigningRegion: "eu-central-1"}
	for name, tt := range map[string]struct {
		endpoint aws.Endpoint
		set      func(context.Context) context.Context
		want     string
	}{
		"neither":         {aws.Endpoint{URL: resolved.URL}, nil, "/us-east-1/lambda/aws4_request"},
		"of the endpoint": {resolved, nil, "/eu-central-1/resolved/aws4_request"},
		"name of a middleware": {
			resolved, func(ctx context.Context) context.Context { return awsmiddleware.SetSigningName(ctx, "own") },
			"/eu-central-1/own/aws4_request",
		},
		"region of a middleware": {
			aws.Endpoint{}, func(ctx context.Context) context.Context { return awsmiddleware.SetSigningRegion(ctx, "sa-east-1") },
			"/sa-east-1/lambda/aws4_request",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			cfg := aws.Config{Region: "us-east-1", Credentials: exampleKeys, HTTPClient: transport(func(r *http.Request) (*http.Response, error) {
				got = r.Header.Get("Authorization")
				return answer(r, 201, nil, stored), nil
			})}
			if tt.endpoint.URL != "" {
				cfg.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
					return tt.endpoint, nil
				})
			}
			client := permission.NewFromConfig(cfg, permission.WithAPIOptions(func(s *middleware.Stack) error {
				return s.Initialize.Add(middleware.InitializeMiddlewareFunc("set", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
					if tt.set != nil {
						ctx = tt.set(ctx)
					}
					return next.HandleInitialize(ctx, in)
				}), middleware.Before)
			}))
			if err := add(client); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(got, tt.want) {
				t.Errorf("Authorization: %s, want the scope %s", got, tt.want)
			}
		})
	}
}

// Middlewares find the other values of the resolver's endpoint in the context. An
// immutable host name keeps its scheme.
func TestLegacyEndpointValues(t *testing.T) {
	type values struct {
		source    aws.EndpointSource
		immutable bool
		partition string
	}
	want := values{aws.EndpointSourceCustom, true, "aws-cn"}
	var url string
	var got values
	cfg := aws.Config{Region: "us-east-1", Credentials: exampleKeys, HTTPClient: recordURL(&url)}
	cfg.EndpointResolverWithOptions = aws.EndpointResolverWithOptionsFunc(func(string, string, ...any) (aws.Endpoint, error) {
		return aws.Endpoint{URL: "https://127.0.0.1:4566", Source: want.source, HostnameImmutable: want.immutable, PartitionID: want.partition}, nil
	})
	client := permission.NewFromConfig(cfg, func(o *permission.Options) { o.EndpointOptions.DisableHTTPS = true },
		permission.WithAPIOptions(func(s *middleware.Stack) error {
			return s.Build.Add(middleware.BuildMiddlewareFunc("look", func(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
				got = values{awsmiddleware.GetEndpointSource(ctx), smithyhttp.GetHostnameImmutable(ctx), awsmiddleware.GetPartitionID(ctx)}
				return next.HandleBuild(ctx, in)
			}), middleware.After)
		}))
	if err := add(client); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "values", got, want)
	wantEqual(t, "URL", url, "https://127.0.0.1:4566/2015-03-31/functions/Thumbnail/policy")
}
