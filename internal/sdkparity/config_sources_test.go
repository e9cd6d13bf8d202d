package sdkparity_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestConfigSources loads the configuration as programs do, from environment and
// shared config file: both clients send to the same place. The wanted host keeps
// the table honest; "" means that both refuse.
func TestConfigSources(t *testing.T) {
	const services = "services = local\n[services local]\nlambda =\n  endpoint_url = http://services-lambda.test/x\n"
	for _, test := range []struct {
		name string
		env  map[string]string
		file string // the default profile
		host string
	}{
		{"nothing", nil, "", "lambda.eu-west-3.amazonaws.com"},
		{"global environment", map[string]string{"AWS_ENDPOINT_URL": "http://global.test"}, "", "global.test"},
		{"service environment", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test/p/"}, "", "lambda.test"},
		{"service before global", map[string]string{"AWS_ENDPOINT_URL": "http://global.test", "AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test"}, "", "lambda.test"},
		{"another service", map[string]string{"AWS_ENDPOINT_URL_SNS": "http://sns.test"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"empty global", map[string]string{"AWS_ENDPOINT_URL": ""}, "endpoint_url = http://file.test\n", "file.test"},
		{"empty service", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": ""}, "endpoint_url = http://file.test\n", "file.test"},
		{"file", nil, "endpoint_url = http://file.test\n", "file.test"},
		{"file's service section", nil, services, "services-lambda.test"},
		{"file's service section before its global one", nil, "endpoint_url = http://file.test\n" + services, "services-lambda.test"},
		{"global environment before file's service section", map[string]string{"AWS_ENDPOINT_URL": "http://global.test"}, services, "global.test"},
		{"service environment before file's service section", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test"}, services, "lambda.test"},
		{"ignored by environment", map[string]string{"AWS_ENDPOINT_URL": "http://global.test", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"service ignored by environment", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"ignored by file", nil, "ignore_configure_endpoint_urls = true\nignore_configured_endpoint_urls = true\nendpoint_url = http://file.test\n", "lambda.eu-west-3.amazonaws.com"},
		{"service ignored by file", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test"}, "ignore_configured_endpoint_urls = true\n", "lambda.eu-west-3.amazonaws.com"},
		{"not ignored", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}, "ignore_configured_endpoint_urls = true\n", "lambda.test"},
		{"FIPS by environment", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, "", "lambda-fips.eu-west-3.amazonaws.com"},
		{"FIPS by file", nil, "use_fips_endpoint = true\n", "lambda-fips.eu-west-3.amazonaws.com"},
		{"FIPS off before file", map[string]string{"AWS_USE_FIPS_ENDPOINT": "false"}, "use_fips_endpoint = true\n", "lambda.eu-west-3.amazonaws.com"},
		{"dual-stack by environment", map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "", "lambda.eu-west-3.api.aws"},
		{"dual-stack by file", nil, "use_dualstack_endpoint = true\n", "lambda.eu-west-3.api.aws"},
		{"both", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, "use_dualstack_endpoint = true\n", "lambda-fips.eu-west-3.api.aws"},
		{"FIPS excludes an endpoint", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "http://global.test"}, "", ""},
		{"dual-stack excludes an endpoint", map[string]string{"AWS_ENDPOINT_URL_LAMBDA": "http://lambda.test"}, "use_dualstack_endpoint = true\n", ""},
		{"region of the file", map[string]string{"AWS_REGION": ""}, "region = cn-north-1\n", "lambda.cn-north-1.amazonaws.com.cn"},
		{"no region", map[string]string{"AWS_REGION": ""}, "", ""},
		{"app id", map[string]string{"AWS_SDK_UA_APP_ID": "my app/1"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"retries of the environment", map[string]string{"AWS_RETRY_MODE": "adaptive", "AWS_MAX_ATTEMPTS": "7"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"retries of the file", nil, "retry_mode = standard\nmax_attempts = 2\n", "lambda.eu-west-3.amazonaws.com"},
		{"defaults mode", map[string]string{"AWS_DEFAULTS_MODE": "in-region"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"recursion detection", map[string]string{"AWS_LAMBDA_FUNCTION_NAME": "f", "_X_AMZN_TRACE_ID": "Root=1-5759e988;Parent=a b;Sampled=1"}, "", "lambda.eu-west-3.amazonaws.com"},
		{"execution environment", map[string]string{"AWS_EXECUTION_ENV": "AWS_Lambda_go1.x"}, "", "lambda.eu-west-3.amazonaws.com"},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := loadSetting(t, test.env, test.file)
			ours, ourErr := capture(set, endpointInput, setting.ourAPI, ourAgent)
			sdks, sdkErr := capture(set, endpointInput, setting.sdk, sdkAgent)
			if diff := cmp.Diff(sdks, ours, cmpopts.IgnoreUnexported(sent{})); diff != "" {
				t.Errorf("ours: %v\nSDK: %v\n(-SDK +ours):\n%s", ourErr, sdkErr, diff)
			}
			if ours.Host != test.host || (ourErr != nil) != (test.host == "") || (sdkErr != nil) != (test.host == "") {
				t.Errorf("host %q (ours: %v, SDK: %v), want %q", ours.Host, ourErr, sdkErr, test.host)
			}
		})
	}
}

// loadSetting loads a setting by config.LoadDefaultConfig from an environment and a
// default profile.
func loadSetting(t *testing.T, env map[string]string, profile string) setting {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte("[default]\n"+profile), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_LAMBDA", "AWS_PROFILE", "AWS_DEFAULT_REGION"} {
		unsetenv(t, name)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "eu-west-3")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for name, value := range env {
		t.Setenv(name, value)
	}
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithAPIOptions([]func(*middleware.Stack) error{fixInvocationID("0")}))
	if err != nil {
		t.Fatal(err)
	}
	return setting{Config: cfg, signer: clockAt(time.Unix(1427760000, 0))}
}

// unsetenv removes a variable until the end of the test: the SDK tells an empty
// one from an absent one.
func unsetenv(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "")
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}
