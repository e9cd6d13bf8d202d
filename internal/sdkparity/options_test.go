package sdkparity_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// resolved has descriptions of the options of a client, by the names of their fields.
type resolved map[string]string

// resolve describes the fields of a client's options, which have the same names in both
// clients.
func resolve(options any) resolved {
	all, v := resolved{}, reflect.ValueOf(options)
	for _, name := range []string{
		"AppID", "BaseEndpoint", "ClientLogMode", "DefaultsMode", "DisableClockSkewCorrection", "Region",
		"RetryMaxAttempts", "RetryMode", "RuntimeEnvironment",
	} {
		all[name] = fmt.Sprintf("%+v", reflect.Indirect(v.FieldByName(name)))
	}
	for _, name := range []string{"Credentials", "HTTPSignerV4", "Logger", "MeterProvider", "TracerProvider"} {
		all[name] = fmt.Sprintf("%T", v.FieldByName(name).Interface())
	}
	if all["HTTPSignerV4"] == "*sigv4.Signer" { // our default, which signs as the SDK's does
		all["HTTPSignerV4"] = "*v4.Signer"
	}
	endpoint := v.FieldByName("EndpointOptions")
	for _, name := range []string{"DisableHTTPS", "UseDualStackEndpoint", "UseFIPSEndpoint"} {
		all[name] = fmt.Sprintf("%v", endpoint.FieldByName(name))
	}
	all["APIOptions"] = fmt.Sprint(v.FieldByName("APIOptions").Len())
	retryer := v.FieldByName("Retryer").Interface().(aws.Retryer)
	all["Retryer"] = fmt.Sprintf("%T, %d attempts", retryer, retryer.MaxAttempts())
	all["HTTPClient"] = describeClient(v.FieldByName("HTTPClient").Interface())
	return all
}

// describeClient describes the timeouts of an HTTP client.
func describeClient(client any) string {
	b, ok := client.(*awshttp.BuildableClient)
	if !ok {
		return fmt.Sprintf("%T", client)
	}
	read, set := b.GetReadTimeout()
	transport := b.GetTransport()
	return fmt.Sprintf("buildable, dial %s, keep alive %s, TLS %s, whole %s, read %s %t, idle %s, at most %d idle, proxy %t, HTTP/2 %t",
		b.GetDialer().Timeout, b.GetDialer().KeepAlive, transport.TLSHandshakeTimeout, b.GetTimeout(), read, set,
		transport.IdleConnTimeout, transport.MaxIdleConnsPerHost, transport.Proxy != nil, transport.ForceAttemptHTTP2)
}

// compareOptions compares the options of both clients for a setting, and returns those
// of ours.
func compareOptions(t *testing.T, name string, set setting) resolved {
	t.Helper()
	ours := resolve(set.ours().Options())
	sdks := resolve(set.sdkClient().Options())
	if diff := cmp.Diff(sdks, ours); diff != "" {
		t.Errorf("%s (-SDK +ours):\n%s", name, diff)
	}
	return ours
}

// Each defaults mode gives both clients the same timeouts and retry mode, unless the
// program sets its own. The wanted values are those in the definition of the modes.
func TestDefaultsMode(t *testing.T) {
	inRegion := aws.RuntimeEnvironment{EnvironmentIdentifier: "AWS_Lambda_go1.x", Region: "us-east-1"}
	for _, test := range []struct {
		name        string
		mode        aws.DefaultsMode
		environment aws.RuntimeEnvironment
		dial, tls   string
	}{
		{"unset", "", inRegion, "30s", "10s"},
		{"legacy", aws.DefaultsModeLegacy, inRegion, "30s", "10s"},
		{"standard", aws.DefaultsModeStandard, inRegion, "3.1s", "3.1s"},
		{"in-region", aws.DefaultsModeInRegion, aws.RuntimeEnvironment{}, "1.1s", "1.1s"},
		{"cross-region", aws.DefaultsModeCrossRegion, aws.RuntimeEnvironment{}, "3.1s", "3.1s"},
		{"mobile", aws.DefaultsModeMobile, aws.RuntimeEnvironment{}, "30s", "30s"},
		{"any case", "In-REGION", aws.RuntimeEnvironment{}, "1.1s", "1.1s"},
		{"unknown", "fastest", aws.RuntimeEnvironment{}, "30s", "10s"},
		{"auto, here", aws.DefaultsModeAuto, inRegion, "1.1s", "1.1s"},
		{"auto, elsewhere", aws.DefaultsModeAuto, aws.RuntimeEnvironment{EnvironmentIdentifier: "AWS_Lambda_go1.x", Region: "eu-west-1"}, "3.1s", "3.1s"},
		{"auto, instance here", aws.DefaultsModeAuto, aws.RuntimeEnvironment{EC2InstanceMetadataRegion: "us-east-1"}, "1.1s", "1.1s"},
		{"auto, instance elsewhere", aws.DefaultsModeAuto, aws.RuntimeEnvironment{EC2InstanceMetadataRegion: "eu-west-1"}, "3.1s", "3.1s"},
		{"auto, unknown", aws.DefaultsModeAuto, aws.RuntimeEnvironment{}, "3.1s", "3.1s"},
	} {
		for client, httpClient := range map[string]aws.HTTPClient{
			"default":   nil,
			"buildable": awshttp.NewBuildableClient().WithTimeout(time.Minute).WithReadTimeout(time.Second).WithTransportOptions(func(t *http.Transport) { t.IdleConnTimeout = time.Hour }),
			"frozen":    awshttp.NewBuildableClient().Freeze(),
			"other":     &http.Client{},
		} {
			for _, retryMode := range []aws.RetryMode{"", aws.RetryModeStandard, aws.RetryModeAdaptive} {
				set := setting{Config: plainConfig(httpClient)}
				set.DefaultsMode, set.RuntimeEnvironment, set.RetryMode = test.mode, test.environment, retryMode
				got := compareOptions(t, test.name+", "+client, set)
				want := describeTimeouts(test.dial, test.tls)
				if client == "default" && got["HTTPClient"] != want {
					t.Errorf("%s: HTTP client %s, want %s", test.name, got["HTTPClient"], want)
				}
			}
		}
	}
}

func describeTimeouts(dial, tls string) string {
	return fmt.Sprintf("buildable, dial %s, keep alive 30s, TLS %s, whole 0s, read 0s false, idle 1m30s, at most 10 idle, proxy true, HTTP/2 true", dial, tls)
}

// Retry mode and number of attempts give both clients the same retryer.
func TestRetryModes(t *testing.T) {
	for _, mode := range []aws.RetryMode{"", aws.RetryModeStandard, aws.RetryModeAdaptive, "legacy"} {
		for _, attempts := range []int{0, 1, 2, 5, -1} {
			for name, retryer := range map[string]func() aws.Retryer{
				"default": nil,
				"own":     func() aws.Retryer { return retry.NewStandard(steady) },
				"nop":     func() aws.Retryer { return aws.NopRetryer{} },
			} {
				set := setting{Config: plainConfig(&recorder{})}
				set.RetryMode, set.RetryMaxAttempts, set.Retryer = mode, attempts, retryer
				compareOptions(t, fmt.Sprintf("%q, %d attempts, %s", mode, attempts, name), set)
			}
		}
	}
}

// Values of the environment and of the shared configuration set the same fields in both
// clients. The wanted value of one field shows that the row has an effect.
func TestOptionsOfSources(t *testing.T) {
	for _, test := range []struct {
		name        string
		env         map[string]string
		file        string // the default profile
		field, want string
	}{
		{"app id of the environment", map[string]string{"AWS_SDK_UA_APP_ID": "app/1"}, "", "AppID", "app/1"},
		{"app id of the file", nil, "sdk_ua_app_id = filed\n", "AppID", "filed"},
		{"app id: environment first", map[string]string{"AWS_SDK_UA_APP_ID": "app"}, "sdk_ua_app_id = filed\n", "AppID", "app"},
		{"retry mode of the environment", map[string]string{"AWS_RETRY_MODE": "adaptive"}, "retry_mode = standard\n", "RetryMode", "adaptive"},
		{"retry mode of the file", nil, "retry_mode = adaptive\n", "Retryer", "*retry.AdaptiveMode, 3 attempts"},
		{"attempts of the environment", map[string]string{"AWS_MAX_ATTEMPTS": "7"}, "max_attempts = 2\n", "RetryMaxAttempts", "7"},
		{"attempts of the file", nil, "max_attempts = 2\n", "Retryer", "*retry.withMaxAttempts, 2 attempts"},
		{"clock skew of the environment", map[string]string{"AWS_DISABLE_CLOCK_SKEW_CORRECTION": "true"}, "", "DisableClockSkewCorrection", "true"},
		{"clock skew of the file", nil, "disable_clock_skew_correction = true\n", "DisableClockSkewCorrection", "true"},
		{"defaults mode of the environment", map[string]string{"AWS_DEFAULTS_MODE": "in-region"}, "", "HTTPClient", describeTimeouts("1.1s", "1.1s")},
		{"defaults mode of the file", nil, "defaults_mode = cross-region\n", "HTTPClient", describeTimeouts("3.1s", "3.1s")},
		{"defaults mode and retry mode", map[string]string{"AWS_DEFAULTS_MODE": "standard", "AWS_RETRY_MODE": "adaptive"}, "", "RetryMode", "adaptive"},
		{"defaults mode auto in a function", map[string]string{"AWS_DEFAULTS_MODE": "auto", "AWS_EXECUTION_ENV": "AWS_Lambda_go1.x"}, "", "HTTPClient", describeTimeouts("1.1s", "1.1s")},
		{"defaults mode auto", map[string]string{"AWS_DEFAULTS_MODE": "auto"}, "", "HTTPClient", describeTimeouts("3.1s", "3.1s")},
		{"FIPS", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, "", "UseFIPSEndpoint", "1"},
		{"dual-stack", nil, "use_dualstack_endpoint = true\n", "UseDualStackEndpoint", "1"},
		{"endpoint", nil, "endpoint_url = http://file.test\n", "BaseEndpoint", "http://file.test"},
		{"region", map[string]string{"AWS_REGION": "", "AWS_DEFAULT_REGION": "ap-south-1"}, "", "Region", "ap-south-1"},
		{"defaults", nil, "", "HTTPClient", describeTimeouts("30s", "10s")},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := compareOptions(t, test.name, loadSetting(t, test.env, test.file))
			if got[test.field] != test.want {
				t.Errorf("%s is %q, want %q", test.field, got[test.field], test.want)
			}
		})
	}
}

// With a configuration from the environment and the shared config file both clients
// send the same request. The wanted host shows that the row has an effect; "" means
// that both refuse.
func TestConfigSources(t *testing.T) {
	const services = "services = local\n[services local]\nlambda =\n  endpoint_url = http://services-lambda.test/x\n"
	for _, test := range []struct {
		name string
		env  map[string]string
		file string // the default profile
		host string
	}{
		{"defaults", nil, "", "lambda.eu-west-3.amazonaws.com"},
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
		{"FIPS by environment, dual-stack by file", map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}, "use_dualstack_endpoint = true\n", "lambda-fips.eu-west-3.api.aws"},
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
			if ours.Host != test.host {
				t.Errorf("host %q, want %q", ours.Host, test.host)
			}
			for name, err := range map[string]error{"ours": ourErr, "SDK": sdkErr} {
				if isRefused := err != nil; isRefused != (test.host == "") {
					t.Errorf("%s: error %v, want one exactly if no host is wanted", name, err)
				}
			}
		})
	}
}

// loadSetting loads a setting with config.LoadDefaultConfig from environment variables
// and a default profile.
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

// unsetenv removes a variable until the end of the test. To the SDK an empty variable
// is not an absent one.
func unsetenv(t *testing.T, name string) {
	t.Helper()
	t.Setenv(name, "")
	if err := os.Unsetenv(name); err != nil {
		t.Fatal(err)
	}
}
