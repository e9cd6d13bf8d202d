package permission_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// A mistake in the configuration is answered by every call, before anything is
// sent, and says what to set.
func TestConfigErrors(t *testing.T) {
	fips := func(o *permission.Options) { o.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled }
	dualStack := func(o *permission.Options) {
		o.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	base := func(url string) func(*permission.Options) {
		return func(o *permission.Options) { o.BaseEndpoint = aws.String(url) }
	}
	region := func(name string) func(*permission.Options) { return func(o *permission.Options) { o.Region = name } }
	tests := []struct {
		name   string
		optFns []func(*permission.Options)
		field  string
		says   string
	}{
		{"no region", []func(*permission.Options){region("")}, "Region", "AWS_REGION"},
		{"no region, own endpoint", []func(*permission.Options){region(""), base("http://127.0.0.1:4566")}, "Region", "AWS_REGION"},
		{"not a region", []func(*permission.Options){region("us east 1")}, "Region", "us-east-1"},
		{"a URL as region", []func(*permission.Options){region("http://x")}, "Region", "us-east-1"},
		{"no credentials", []func(*permission.Options){func(o *permission.Options) { o.Credentials = nil }}, "Credentials", "aws.AnonymousCredentials"},
		{"FIPS and own endpoint", []func(*permission.Options){fips, base("http://127.0.0.1:4566")}, "BaseEndpoint", "UseFIPSEndpoint"},
		{"dual-stack and own endpoint", []func(*permission.Options){dualStack, base("http://127.0.0.1:4566")}, "BaseEndpoint", "UseDualStackEndpoint"},
		{"an endpoint without scheme", []func(*permission.Options){base("localhost:4566")}, "BaseEndpoint", "http://"},
		{"an endpoint that is no URL", []func(*permission.Options){base("http://[::1")}, "BaseEndpoint", "http://"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newClient(unreachable(t), tt.optFns...).AddPermission(context.Background(), grant())
			var config *permission.ConfigError
			if !errors.As(err, &config) {
				t.Fatalf("err = %v, want a *ConfigError", err)
			}
			if config.Field != tt.field || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("field %s, message %q; want %s and %q in it", config.Field, err, tt.field, tt.says)
			}
		})
	}
}

// A nil or zero Client answers with an error, and has empty options.
func TestNoClient(t *testing.T) {
	var none *permission.Client
	for _, client := range []*permission.Client{none, {}} {
		_, err := client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		var config *permission.ConfigError
		if !errors.As(err, &config) || !strings.Contains(err.Error(), "NewFromConfig") {
			t.Errorf("err = %v, want a *ConfigError that names NewFromConfig", err)
		}
		if o := client.Options(); o.Region != "" {
			t.Errorf("Options().Region = %q", o.Region)
		}
	}
}

// Endpoint of each partition, and its variants (the AWS SDK's endpoint rules for
// Lambda).
func TestEndpoints(t *testing.T) {
	fips, dual := aws.FIPSEndpointStateEnabled, aws.DualStackEndpointStateEnabled
	tests := []struct {
		region string
		fips   aws.FIPSEndpointState
		dual   aws.DualStackEndpointState
		want   string
	}{
		{"us-east-1", 0, 0, "https://lambda.us-east-1.amazonaws.com"},
		{"us-east-1", fips, 0, "https://lambda-fips.us-east-1.amazonaws.com"},
		{"us-east-1", 0, dual, "https://lambda.us-east-1.api.aws"},
		{"us-east-1", fips, dual, "https://lambda-fips.us-east-1.api.aws"},
		{"us-east-1-fips", 0, 0, "https://lambda-fips.us-east-1.amazonaws.com"},
		{"fips-us-east-1", 0, 0, "https://lambda-fips.us-east-1.amazonaws.com"},
		{"cn-north-1", 0, 0, "https://lambda.cn-north-1.amazonaws.com.cn"},
		{"cn-north-1", 0, dual, "https://lambda.cn-north-1.api.amazonwebservices.com.cn"},
		{"eusc-de-east-1", 0, 0, "https://lambda.eusc-de-east-1.amazonaws.eu"},
		{"us-gov-west-1", fips, 0, "https://lambda-fips.us-gov-west-1.amazonaws.com"},
		{"us-iso-east-1", 0, 0, "https://lambda.us-iso-east-1.c2s.ic.gov"},
		{"us-isob-east-1", 0, dual, "https://lambda.us-isob-east-1.api.aws.scloud"},
		{"eu-isoe-west-1", 0, 0, "https://lambda.eu-isoe-west-1.cloud.adc-e.uk"},
		{"us-isof-south-1", 0, 0, "https://lambda.us-isof-south-1.csp.hci.ic.gov"},
		// A region that no partition knows belongs to the first.
		{"xy-north-1", 0, 0, "https://lambda.xy-north-1.amazonaws.com"},
		{"aws-cn-global", 0, 0, "https://lambda.aws-cn-global.amazonaws.com.cn"},
	}
	for _, tt := range tests {
		r := capture(t, 201, stored, add, func(o *permission.Options) {
			o.Region = tt.region
			o.EndpointOptions.UseFIPSEndpoint, o.EndpointOptions.UseDualStackEndpoint = tt.fips, tt.dual
		})
		if want := tt.want + "/2015-03-31/functions/Thumbnail/policy"; r.URL != want {
			t.Errorf("%s: %s, want %s", tt.region, r.URL, want)
		}
	}
}

func add(c *permission.Client) error {
	_, err := c.AddPermission(context.Background(), grant())
	return err
}

// A custom endpoint keeps its path, its port and an IPv6 address.
func TestBaseEndpoint(t *testing.T) {
	const path = "/2015-03-31/functions/Thumbnail/policy"
	tests := map[string]string{
		"http://127.0.0.1:4566":         "http://127.0.0.1:4566" + path,
		"http://127.0.0.1:4566/":        "http://127.0.0.1:4566" + path,
		"http://[::1]:4566/lambda":      "http://[::1]:4566/lambda" + path,
		"https://vpce.example/a%2Fb/":   "https://vpce.example/a%2Fb" + path,
		"https://vpce.example:8443/a/b": "https://vpce.example:8443/a/b" + path,
	}
	for base, want := range tests {
		r := capture(t, 201, stored, add, func(o *permission.Options) { o.BaseEndpoint = aws.String(base) })
		if r.URL != want {
			t.Errorf("%s: %s, want %s", base, r.URL, want)
		}
	}
}

// NewFromConfig uses the settings that the SDK's clients use.
func TestNewFromConfig(t *testing.T) {
	var sent string
	cfg := aws.Config{
		Region: "eu-west-1", Credentials: exampleKeys, RetryMaxAttempts: 7, AppID: "my-app",
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
		APIOptions: []func(*middleware.Stack) error{func(s *middleware.Stack) error { sent = s.ID(); return nil }},
	}
	cfg.HTTPClient = answering(201, nil, stored)
	client := permission.NewFromConfig(cfg, func(o *permission.Options) { o.AppID += "!" })
	o := client.Options()
	wantEqual(t, "Region", o.Region, "eu-west-1")
	wantEqual(t, "RetryMaxAttempts", o.RetryMaxAttempts, 7)
	wantEqual(t, "AppID", o.AppID, "my-app!")
	wantEqual(t, "len(Preflight)", len(o.Preflight), 1)
	if _, err := client.AddPermission(context.Background(), grant()); err != nil {
		t.Error(err)
	}
	wantEqual(t, "the operation that APIOptions saw", sent, "AddPermission")
}

// RetryMaxAttempts limits the attempts of a client and of one call; a Retryer is
// used as it is.
func TestRetryMaxAttempts(t *testing.T) {
	attempts := 0
	client := newClient(counting(&attempts, answering(503, nil, "")), func(o *permission.Options) {
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
		o.RetryMaxAttempts = 2
	})
	for _, tt := range []struct {
		want   int
		optFns []func(*permission.Options)
	}{
		{2, nil},
		{4, []func(*permission.Options){func(o *permission.Options) { o.RetryMaxAttempts = 4 }}},
		{1, []func(*permission.Options){func(o *permission.Options) { o.Retryer = aws.NopRetryer{} }}},
	} {
		attempts = 0
		_, err := client.AddPermission(context.Background(), grant(), tt.optFns...)
		if err == nil {
			t.Error("no error")
		}
		wantEqual(t, "attempts", attempts, tt.want)
	}
}

// An option that a function sets to nil is as if it had never been set.
func TestNilOptions(t *testing.T) {
	clear := func(o *permission.Options) {
		o.Logger, o.Retryer, o.HTTPSignerV4, o.TracerProvider, o.MeterProvider = nil, nil, nil, nil, nil
	}
	for name, err := range map[string]error{
		"of a client": add(newClient(answering(201, nil, stored), clear)),
		"of a call": func() error {
			_, err := newClient(answering(201, nil, stored)).AddPermission(context.Background(), grant(), clear)
			return err
		}(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
