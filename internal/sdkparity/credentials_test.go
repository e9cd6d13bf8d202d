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

// changing are credentials that are others each time.
type changing struct {
	asked *int // how often
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

// retryableError is one that the retryers try again.
type retryableError struct{ error }

func (retryableError) RetryableError() bool { return true }

// TestCredentialsOfEachAttempt: both clients retrieve credentials for each attempt
// and sign with them; a provider that fails ends the call, or is asked again if
// its error says so.
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
			t.Errorf("%s: requests signed by %q, want %q", name, keys, test.want)
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

// TestUnsigned is where the clients differ by design. Without any credentials the
// SDK sends the request unsigned, and ours refuses to: an unsigned grant is a
// mistake of the configuration, since the service accepts no such grant. And aws.AnonymousCredentials of one call
// make it unsigned in ours, and fail it in the SDK's client, which looks for them
// only in its own options.
func TestUnsigned(t *testing.T) {
	static := staticCredentials(aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"})
	anonymous := aws.AnonymousCredentials{}
	for name, test := range map[string]struct {
		client, call aws.CredentialsProvider
		ours, sdk    string
	}{
		"signed":                  {static, nil, "signed", "signed"},
		"none":                    {nil, nil, "no credentials", "unsigned"},
		"anonymous":               {anonymous, nil, "unsigned", "unsigned"},
		"anonymous of the call":   {static, anonymous, "unsigned", "not a valid credential provider"},
		"signed call":             {anonymous, static, "signed", "signed"},
		"signed call, else none":  {nil, static, "signed", "signed"},
		"anonymous, call as well": {anonymous, anonymous, "unsigned", "not a valid credential provider"},
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
			got := fmt.Sprint(err)
			if err == nil {
				got = map[bool]string{true: "unsigned", false: "signed"}[transport.requests[0].Header.Get("Authorization") == ""]
			}
			if !strings.Contains(got, want) || (err == nil) != (got == want) {
				t.Errorf("%s, %s: %s, want %s", name, client, got, want)
			}
		}
	}
}
