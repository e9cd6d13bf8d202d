//lint:file-ignore SA1019 What is deprecated is honoured.

package permission_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

// A deprecated endpoint resolver is never ignored: that would write to real AWS.
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

// A resolver is asked with the region in its plain form and the variants that the
// options choose.
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

// A resolver that knows no endpoint for Lambda leaves it to the region's own.
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
