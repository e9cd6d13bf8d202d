package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// changing is a provider that returns other credentials each time.
type changing struct {
	asked *int // number of calls
	fails func(time int) error
}

func (c changing) Retrieve(context.Context) (aws.Credentials, error) {
	*c.asked++
	n := *c.asked
	if c.fails != nil && c.fails(n) != nil {
		return aws.Credentials{}, c.fails(n)
	}
	return aws.Credentials{AccessKeyID: fmt.Sprintf("AKID%d", n), SecretAccessKey: fmt.Sprintf("secret %d", n), SessionToken: fmt.Sprintf("token %d", n)}, nil
}

// retryableError is an error that the retryers retry.
type retryableError struct{ error }

func (retryableError) RetryableError() bool { return true }

// Both clients retrieve credentials for each attempt and sign with them. An error of
// the provider ends the call, unless it is retryable.
func TestCredentialsOfEachAttempt(t *testing.T) {
	closed := errors.New("the vault is closed")
	for name, test := range map[string]struct {
		fails func(time int) error
		cache bool
		want  string // the keys of the requests
	}{
		"changing":       {want: "AKID1 AKID2 AKID3 AKID4"},
		"cached":         {cache: true, want: "AKID1 AKID1 AKID1 AKID1"},
		"closed":         {fails: func(int) error { return closed }, want: ""},
		"closed later":   {fails: failing(3, closed), want: "AKID1 AKID2 AKID4 AKID5"},
		"closed a while": {fails: failing(2, retryableError{closed}), want: "AKID1 AKID3 AKID4 AKID5"},
	} {
		tell := func(client func(setting) permission.API) (told []string, keys string) {
			transport := &script{replies: []reply{failures["500"], failures["throttled"], failures["reset"], accept}}
			clock, asked := clockAt(time.Unix(1427760000, 0)), 0
			clock.invocationID = "0"
			set := setting{Config: plainConfig(transport), signer: clock}
			set.Retryer, set.Credentials = newHasty, changing{&asked, test.fails}
			if test.cache {
				set.Credentials = aws.NewCredentialsCache(set.Credentials)
			}
			api := client(set)
			for range 2 {
				_, err := invoke(context.Background(), api, operations["GetPolicy"])
				told = append(told, fmt.Sprintf("asked %d times; %v", asked, err))
			}
			for _, r := range transport.requests {
				key, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential="), "/")
				keys += " " + key
				told = append(told, r.Header.Get("Authorization"), r.Header.Get("X-Amz-Security-Token"))
			}
			return told, strings.TrimSpace(keys)
		}
		ours, keys := tell(setting.ourAPI)
		sdks, _ := tell(setting.sdk)
		if diff := cmp.Diff(sdks, ours); diff != "" {
			t.Errorf("%s (-SDK +ours):\n%s", name, diff)
		}
		if keys != test.want {
			t.Errorf("%s: requests signed with the keys %q, want %q", name, keys, test.want)
		}
	}
}

func failing(on int, err error) func(int) error {
	return func(time int) error {
		if time == on {
			return err
		}
		return nil
	}
}

// The clients differ by design about unsigned requests. Without credentials the SDK
// sends the request unsigned, and our client refuses to: since the service accepts no
// unsigned grant, the configuration must be wrong. With aws.AnonymousCredentials in the
// options of one call, our client sends it unsigned, and the SDK's client fails, since
// it looks for them only in the client's options.
func TestUnsigned(t *testing.T) {
	static := staticCredentials(aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"})
	anonymous := aws.AnonymousCredentials{}
	for name, test := range map[string]struct {
		client, call aws.CredentialsProvider
		ours, sdk    string // "signed", "unsigned", or "error: " and a part of its text
	}{
		"signed":                  {static, nil, "signed", "signed"},
		"no credentials":          {nil, nil, "error: no credentials", "unsigned"},
		"anonymous":               {anonymous, nil, "unsigned", "unsigned"},
		"anonymous of the call":   {static, anonymous, "unsigned", "error: not a valid credential provider"},
		"signed call":             {anonymous, static, "signed", "signed"},
		"signed call, no others":  {nil, static, "signed", "signed"},
		"anonymous, call as well": {anonymous, anonymous, "unsigned", "error: not a valid credential provider"},
	} {
		for client, want := range map[string]string{"ours": test.ours, "SDK": test.sdk} {
			transport := &recorder{}
			set := setting{Config: plainConfig(transport)}
			set.Credentials = test.client
			var optFns []func(*permission.Options)
			if test.call != nil {
				optFns = append(optFns, func(o *permission.Options) { o.Credentials = test.call })
			}
			newClient := map[string]func(setting) permission.API{"ours": setting.ourAPI, "SDK": setting.sdk}[client]
			_, err := invoke(context.Background(), newClient(set), operations["GetPolicy"], optFns...)
			if err != nil {
				if reason, wantErr := strings.CutPrefix(want, "error: "); !wantErr || !strings.Contains(err.Error(), reason) {
					t.Errorf("%s, %s: err = %v, want %s", name, client, err, want)
				}
				continue
			}
			got := map[bool]string{true: "unsigned", false: "signed"}[transport.requests[0].Header.Get("Authorization") == ""]
			if got != want {
				t.Errorf("%s, %s: the request is %s, want %s", name, client, got, want)
			}
		}
	}
}
