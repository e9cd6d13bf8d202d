package sdkparity_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm"
	"github.com/lambdaperm/lambdaperm/permission"
)

// Except for the client's name both clients send the same User-Agent, with the app id,
// the retry mode and the sources of credentials. The wanted words show that the row has
// an effect; for "-word" no word may begin with "word".
func TestUserAgentParity(t *testing.T) {
	process := filepath.Join(t.TempDir(), "credentials.json")
	if err := os.WriteFile(process, []byte(`{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"secret"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	noKeys := map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
	for _, test := range []struct {
		name   string
		env    map[string]string
		file   string // the default profile
		change func(*setting)
		want   string
	}{
		{"defaults", nil, "", nil, "m/E,g -app/"},
		{"app id of the environment", map[string]string{"AWS_SDK_UA_APP_ID": "my-app"}, "", nil, "app/my-app"},
		{"app id to be escaped", map[string]string{"AWS_SDK_UA_APP_ID": "my app/1"}, "", nil, "app/my-app-1"},
		{"app id of the file", nil, "sdk_ua_app_id = filed\n", nil, "app/filed"},
		{"app id of the aws.Config", nil, "sdk_ua_app_id = filed\n", func(s *setting) { s.AppID = "given" }, "app/given"},
		{"adaptive", map[string]string{"AWS_RETRY_MODE": "adaptive"}, "", nil, "m/F,g"},
		{"standard with attempts", map[string]string{"AWS_MAX_ATTEMPTS": "4"}, "", nil, "m/g"},
		{"adaptive with attempts", nil, "retry_mode = adaptive\nmax_attempts = 4\n", nil, "m/g"},
		{"own retryer", nil, "", func(s *setting) { s.Retryer = newPatientAdaptive }, "m/g"},
		{"keys of the profile", noKeys, "aws_access_key_id = AKIDFILE\naws_secret_access_key = secret\n", nil, "m/E,n"},
		{"process", noKeys, "credential_process = cat '" + process + "'\n", nil, "m/E,v,w"},
		{"unknown credentials", nil, "", func(s *setting) {
			s.Credentials = staticCredentials(aws.Credentials{AccessKeyID: "A", SecretAccessKey: "s"})
		}, "m/E -m/E,g"},
		{"several sources", nil, "", func(s *setting) { s.Credentials = sourcedCredentials{s.Credentials} }, "m/E,i,n"},
		{"anonymous", nil, "", func(s *setting) { s.Credentials = aws.AnonymousCredentials{} }, "m/E -m/E,g"},
		{"defaults mode", map[string]string{"AWS_DEFAULTS_MODE": "in-region"}, "", nil, "m/E,g"},
		{"execution environment", map[string]string{"AWS_EXECUTION_ENV": "AWS_Lambda_go1.x"}, "", nil, "exec-env/AWS_Lambda_go1.x"},
		{"key of the program", nil, "", withOption(awsmiddleware.AddUserAgentKey("tool")), "tool"},
		{"key and value of the program", nil, "", withOption(awsmiddleware.AddUserAgentKeyValue("tool", "1 2")), "tool/1-2"},
		{"SDK key of the program", nil, "", withOption(awsmiddleware.AddSDKAgentKeyValue(awsmiddleware.FrameworkMetadata, "frame", "2")), "lib/frame#2"},
		{"header of the program", nil, "", withOption(func(s *middleware.Stack) error { return s.Build.Add(headerBefore{}, middleware.Before) }), "before/1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := loadSetting(t, test.env, test.file)
			if test.change != nil {
				test.change(&set)
			}
			for operation, input := range operations {
				ours, ourErr := capture(set, input, setting.ourAPI, ourAgent)
				sdks, sdkErr := capture(set, input, setting.sdk, sdkAgent)
				if ourErr != nil || sdkErr != nil {
					t.Fatalf("%s: ours: %v, SDK: %v", operation, ourErr, sdkErr)
				}
				got := ours.Header.Get("User-Agent")
				if diff := cmp.Diff(sdks.Header, ours.Header); diff != "" {
					t.Errorf("%s (-SDK +ours):\n%s", operation, diff)
				}
				wantWords(t, got, test.want)
			}
		})
	}
}

// wantWords checks that a header has the words of a list, and none that begins like one
// with a hyphen before it.
func wantWords(t *testing.T, header, list string) {
	t.Helper()
	for _, word := range strings.Fields(list) {
		absent, not := strings.CutPrefix(word, "-")
		found := strings.Contains(" "+header+" ", " "+word+" ")
		if not {
			found = strings.Contains(" "+header, " "+absent)
		}
		if found == not {
			t.Errorf("User-Agent %q, want %q", header, list)
		}
	}
}

// The app id, credentials and retryer of one call are in its header and not in that of
// the next call.
func TestUserAgentOfACall(t *testing.T) {
	tell := func(client func(setting) permission.API, agent string) (agents []string) {
		transport := &recorder{}
		set := setting{Config: plainConfig(transport)}
		set.AppID = "client"
		api := client(set)
		for _, optFn := range []func(*permission.Options){
			func(*permission.Options) {},
			func(o *permission.Options) { o.AppID = "call" },
			func(o *permission.Options) { o.AppID = "" },
			func(o *permission.Options) { o.Credentials = sourcedCredentials{o.Credentials} },
			func(o *permission.Options) { o.Retryer = newPatientAdaptive() },
			func(o *permission.Options) { o.RetryMaxAttempts = 9 },
			func(o *permission.Options) {
				o.APIOptions = append(o.APIOptions, awsmiddleware.AddUserAgentKey("tool"))
			},
			func(*permission.Options) {},
		} {
			if _, err := invoke(context.Background(), api, operations["GetPolicy"], optFn); err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range transport.requests {
			hideAgent(r.Header, agent)
			agents = append(agents, r.Header.Get("User-Agent"))
		}
		return agents
	}
	ours, sdks := tell(setting.ourAPI, ourAgent), tell(setting.sdk, sdkAgent)
	if diff := cmp.Diff(sdks, ours); diff != "" {
		t.Errorf("(-SDK +ours):\n%s", diff)
	}
	for i, want := range []string{"app/client m/E", "app/call", "-app/", "m/E,i,n", "-m/E", "-m/E", "tool", "app/client -tool"} {
		wantWords(t, ours[i], want)
	}
}

// withOption returns a change that appends an API option, with which our client uses
// the whole middleware stack.
func withOption(option func(*middleware.Stack) error) func(*setting) {
	return func(s *setting) { s.APIOptions = append(s.APIOptions, option) }
}

// headerBefore sets User-Agent before the client does.
type headerBefore struct{}

func (headerBefore) ID() string { return "HeaderBefore" }

func (headerBefore) HandleBuild(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
	in.Request.(*smithyhttp.Request).Header.Set("User-Agent", "before/1")
	return next.HandleBuild(ctx, in)
}

// ourAgent is the name of our client in User-Agent, the only header in which the
// clients differ. The header is not signed.
const ourAgent = "lib/lambdaperm#" + lambdaperm.Version

// sdkAgent is the name of the SDK's client in User-Agent, with the version of
// service/lambda that this module requires. It is taken from a request, since the
// package does not export its version.
var sdkAgent = askForAgent()

func askForAgent() string {
	transport := &recorder{}
	_, err := lambda.NewFromConfig(plainConfig(transport)).GetAccountSettings(context.Background(), nil)
	if err != nil || len(transport.requests) != 1 {
		panic(fmt.Sprintf("the SDK's client sent %d requests: %v", len(transport.requests), err))
	}
	header := transport.requests[0].Header.Get("User-Agent")
	agent := regexp.MustCompile(`(?:^| )(api/lambda#[0-9]+\.[0-9]+\.[0-9]+)(?: |$)`).FindStringSubmatch(header)
	if agent == nil {
		panic("the SDK's client does not name itself in User-Agent: " + header)
	}
	return agent[1]
}

// hideAgent replaces the client's name in the User-Agent header. A header without the
// name is unchanged, so that the comparison fails.
func hideAgent(h http.Header, agent string) {
	h.Set("User-Agent", strings.Replace(h.Get("User-Agent"), agent, "CLIENT", 1))
}
