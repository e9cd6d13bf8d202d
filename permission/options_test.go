package permission_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Every call returns an error for a mistake in the configuration before anything is
// sent. The error names the setting that corrects it.
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
		{"an endpoint without host", []func(*permission.Options){base("https:///path")}, "BaseEndpoint", "http://"},
		{"an endpoint of another scheme", []func(*permission.Options){base("ftp://localhost")}, "BaseEndpoint", "http://"},
		{"an endpoint that is not a URL", []func(*permission.Options){base("http://[::1")}, "BaseEndpoint", "http://"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newClient(unreachable(t), tt.optFns...).AddPermission(context.Background(), grant())
			var config *permission.ConfigError
			if !errors.As(err, &config) {
				t.Fatalf("err = %v, want a *ConfigError", err)
			}
			wantEqual(t, "Field", config.Field, tt.field)
			if !strings.Contains(err.Error(), tt.says) {
				t.Errorf("err = %v, want %q in it", err, tt.says)
			}
		})
	}
}

// A nil or zero Client returns an error and has empty options.
func TestNoClient(t *testing.T) {
	var none *permission.Client
	for _, client := range []*permission.Client{none, {}} {
		_, err := client.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		var config *permission.ConfigError
		if !errors.As(err, &config) {
			t.Fatalf("err = %v, want a *ConfigError", err)
		}
		if !strings.Contains(err.Error(), "NewFromConfig") {
			t.Errorf("err = %v, want NewFromConfig in it", err)
		}
		if o := client.Options(); o.Region != "" {
			t.Errorf("Options().Region = %q, want \"\"", o.Region)
		}
	}
}

// The endpoint of each partition and its variants follow the AWS SDK's endpoint rules
// for Lambda.
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
		{"us-fips-east-1", 0, 0, "https://lambda-fips.us-east-1.amazonaws.com"},
		{"cn-north-1", 0, 0, "https://lambda.cn-north-1.amazonaws.com.cn"},
		{"cn-north-1", 0, dual, "https://lambda.cn-north-1.api.amazonwebservices.com.cn"},
		{"eusc-de-east-1", 0, 0, "https://lambda.eusc-de-east-1.amazonaws.eu"},
		{"us-gov-west-1", fips, 0, "https://lambda-fips.us-gov-west-1.amazonaws.com"},
		{"us-iso-east-1", 0, 0, "https://lambda.us-iso-east-1.c2s.ic.gov"},
		{"us-isob-east-1", 0, dual, "https://lambda.us-isob-east-1.api.aws.scloud"},
		{"eu-isoe-west-1", 0, 0, "https://lambda.eu-isoe-west-1.cloud.adc-e.uk"},
		{"us-isof-south-1", 0, 0, "https://lambda.us-isof-south-1.csp.hci.ic.gov"},
		// A region that matches no partition belongs to the first partition.
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

// A custom endpoint keeps its path, its port and its IPv6 address.
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

// The path of a custom endpoint precedes the path of the operation, which keeps its
// escapes.
func TestBaseEndpointBeforeEscapes(t *testing.T) {
	in := grant()
	in.FunctionName = aws.String("123456789012:function:Thumbnail")
	for _, base := range []string{"http://127.0.0.1:4566/lambda", "http://127.0.0.1:4566/a%2Fb"} {
		r := capture(t, 201, stored, func(c *permission.Client) error {
			_, err := c.AddPermission(t.Context(), in)
			return err
		}, func(o *permission.Options) { o.BaseEndpoint = aws.String(base) })
		wantEqual(t, "URL", r.URL, base+"/2015-03-31/functions/123456789012%3Afunction%3AThumbnail/policy")
	}
}

// NewFromConfig uses the settings of aws.Config that the SDK's clients use.
func TestNewFromConfig(t *testing.T) {
	var sent string
	cfg := aws.Config{
		Region: "eu-west-1", Credentials: exampleKeys, RetryMaxAttempts: 7, AppID: "my-app",
		APIOptions: []func(*middleware.Stack) error{func(s *middleware.Stack) error { sent = s.ID(); return nil }},
	}
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
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

// RetryMaxAttempts limits the attempts of a client and of one call; a Retryer of the
// call is used unchanged.
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
		{1, []func(*permission.Options){func(o *permission.Options) { o.RetryMaxAttempts = 1 }}},
		{2, []func(*permission.Options){func(o *permission.Options) { o.RetryMaxAttempts = 0 }}}, // leaves it to the client's Retryer
		{1, []func(*permission.Options){func(o *permission.Options) { o.Retryer = aws.NopRetryer{} }}},
	} {
		attempts = 0
		_, err := client.AddPermission(context.Background(), grant(), tt.optFns...)
		if err == nil {
			t.Error("err = nil, want the 503")
		}
		wantEqual(t, "attempts", attempts, tt.want)
	}
}

// An option that a function sets to nil has its default.
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

// NewFromConfig uses the Retryer of the aws.Config.
func TestNewFromConfigRetryer(t *testing.T) {
	attempts := 0
	cfg := aws.Config{Region: "us-east-1", Credentials: exampleKeys, HTTPClient: counting(&attempts, answering(503, nil, ""))}
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(so *retry.StandardOptions) { so.MaxAttempts, so.Backoff = 2, noBackoff{} })
	}
	if err := add(permission.NewFromConfig(cfg)); err == nil {
		t.Error("err = nil, want the 503")
	}
	wantEqual(t, "attempts", attempts, 2)
}

// source is a configuration source of an aws.Config, like the shared configuration. A
// setting with the zero value is not found.
type source struct {
	endpoint  string
	ignore    aws.Ternary
	dualStack aws.DualStackEndpointState
	fips      aws.FIPSEndpointState
	err       error
}

func (s source) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	if service != "Lambda" {
		return "", false, nil
	}
	return s.endpoint, s.endpoint != "", s.err
}

func (s source) GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error) {
	return s.ignore == aws.TrueTernary, s.ignore != aws.UnknownTernary, s.err
}

func (s source) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	return s.dualStack, s.dualStack != aws.DualStackEndpointStateUnset, s.err
}

func (s source) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	return s.fips, s.fips != aws.FIPSEndpointStateUnset, s.err
}

// The sources of an aws.Config are used as in the SDK's clients: the first source that
// has a setting decides; a source that fails leaves the setting unset.
func TestConfigSources(t *testing.T) {
	const global, service = "http://global", "http://service"
	type settings struct {
		endpoint  string
		dualStack aws.DualStackEndpointState
		fips      aws.FIPSEndpointState
	}
	broken := source{err: errors.New("cannot read")}
	foreign := struct{}{} // has no settings
	dual, noDual := aws.DualStackEndpointStateEnabled, aws.DualStackEndpointStateDisabled
	fips, noFIPS := aws.FIPSEndpointStateEnabled, aws.FIPSEndpointStateDisabled
	for name, tt := range map[string]struct {
		environment map[string]string
		sources     []any
		want        settings
	}{
		"no source":                                            {nil, nil, settings{endpoint: global}},
		"sources without settings":                             {nil, []any{foreign, source{}}, settings{endpoint: global}},
		"an endpoint of the service":                           {nil, []any{foreign, source{}, source{endpoint: service}}, settings{endpoint: service}},
		"the first of two":                                     {nil, []any{source{endpoint: service}, source{endpoint: "http://second"}}, settings{endpoint: service}},
		"a source that fails before it":                        {nil, []any{broken, source{endpoint: service}}, settings{endpoint: global}},
		"endpoints are ignored":                                {nil, []any{foreign, source{}, source{ignore: aws.TrueTernary}, source{endpoint: service}}, settings{endpoint: global}},
		"endpoints are not ignored":                            {nil, []any{source{ignore: aws.FalseTernary}, source{ignore: aws.TrueTernary, endpoint: service}}, settings{endpoint: service}},
		"a source fails to tell whether endpoints are ignored": {nil, []any{source{endpoint: service}, broken, source{ignore: aws.TrueTernary}}, settings{endpoint: service}},
		"a global variable":                                    {map[string]string{"AWS_ENDPOINT_URL": global}, []any{source{endpoint: service}}, settings{endpoint: global}},
		"a global and the service's variable":                  {map[string]string{"AWS_ENDPOINT_URL": global, "AWS_ENDPOINT_URL_LAMBDA": service}, []any{source{endpoint: service}}, settings{endpoint: service}},
		"the service's variable":                               {map[string]string{"AWS_ENDPOINT_URL_LAMBDA": service}, []any{source{endpoint: service}}, settings{endpoint: service}},
		"dual-stack and FIPS":                                  {nil, []any{foreign, source{}, source{dualStack: dual, fips: fips}}, settings{global, dual, fips}},
		"the first of two variants":                            {nil, []any{source{dualStack: noDual, fips: noFIPS}, source{dualStack: dual, fips: fips}}, settings{global, noDual, noFIPS}},
		"variants after a source that fails":                   {nil, []any{broken, source{dualStack: dual, fips: fips}}, settings{endpoint: global}},
		"variants before a source that fails":                  {nil, []any{source{dualStack: dual, fips: fips}, broken}, settings{global, dual, fips}},
		"variants of one source and of another":                {nil, []any{source{dualStack: dual}, source{fips: fips}}, settings{global, dual, fips}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA"} {
				t.Setenv(variable, "") // so that it is set back afterwards
				os.Unsetenv(variable)
				if value, set := tt.environment[variable]; set {
					os.Setenv(variable, value)
				}
			}
			o := permission.NewFromConfig(aws.Config{BaseEndpoint: aws.String(global), ConfigSources: tt.sources}).Options()
			got := settings{aws.ToString(o.BaseEndpoint), o.EndpointOptions.UseDualStackEndpoint, o.EndpointOptions.UseFIPSEndpoint}
			wantEqual(t, "settings", got, tt.want)
		})
	}
}

// Changing the slices of a copy does not change the original.
func TestOptionsCopy(t *testing.T) {
	// The slices have spare capacity, so that an append to a shared slice would show.
	o := permission.Options{
		APIOptions: make([]func(*middleware.Stack) error, 1, 4),
		Preflight:  make([]permission.Check, 1, 4),
	}
	o.Interceptors.BeforeExecution = make([]smithyhttp.BeforeExecutionInterceptor, 1, 4)
	copied := o.Copy()
	copied.APIOptions[0] = func(*middleware.Stack) error { return nil }
	copied.Preflight[0] = permission.Rules(validate.Current)
	copied.Interceptors.BeforeExecution[0] = &hook{}
	wantEqual(t, "APIOptions[0] is unchanged", o.APIOptions[0] == nil, true)
	wantEqual(t, "Preflight[0] is unchanged", o.Preflight[0] == nil, true)
	wantEqual(t, "Interceptors.BeforeExecution[0] is unchanged", o.Interceptors.BeforeExecution[0] == nil, true)
}

// The text of a ConfigError names the field, if there is one.
func TestConfigErrorText(t *testing.T) {
	for want, err := range map[string]*permission.ConfigError{
		"permission: Options.Region: no region": {Field: "Region", Reason: "no region"},
		"permission: no client":                 {Reason: "no client"},
	} {
		wantEqual(t, "Error", err.Error(), want)
	}
}
