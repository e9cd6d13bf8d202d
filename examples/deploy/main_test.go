package main

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

func none(string) string { return "" }

// The whole program, as it is run without flags.
func Example() {
	run(context.Background(), nil, none, os.Stdout, os.Stderr)
	// Output:
	// == release1.json
	// Plan for Thumbnail, owner uploads: 3 to add.
	//   + uploads-4ljaa27o2kmqcs2iyxtednob  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 123456789012
	//   + uploads-fhmjexetti3tnp2si5k4lcnr  events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/nightly
	//   + uploads-a47t6blps3lh5qgtnso2bycl  210987654321 may lambda:InvokeFunction
	// Size: not known before the first addition, since there is no policy and the function's name is no full ARN.
	// 3 calls: 3 AddPermission.
	// 3 changes done, 0 left.
	// == release1.json
	// Plan for Thumbnail, owner uploads: nothing to do, 3 unchanged.
	// 0 changes done, 0 left.
	// == release2.json
	// Plan for Thumbnail, owner uploads: 1 to add, 1 to change, 1 to remove, 1 unchanged.
	//   + uploads-tswz2vzbidpj2tvdsxyovlnl  sns.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:sns:us-east-1:123456789012:uploads
	//   ~ uploads-smha3eco4sezii4cuzsfctxn  s3.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:s3:::photos, SourceAccount 310987654321
	//       replaces uploads-4ljaa27o2kmqcs2iyxtednob
	//       Condition StringEquals AWS:SourceAccount: "123456789012" -> "310987654321"
	//   - uploads-fhmjexetti3tnp2si5k4lcnr  events.amazonaws.com may lambda:InvokeFunction, SourceArn arn:aws:events:us-east-1:123456789012:rule/nightly
	// Size: 896 bytes now, 885 after, 1512 at most on the way; the limit is 20480.
	// 5 calls: 2 AddPermission, 1 GetPolicy, 2 RemovePermission.
	// 3 changes done, 0 left.
}

// Run twice against one endpoint, the second process changes nothing.
func TestEndpoint(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("resize")
	env := map[string]string{
		"AWS_REGION":            permissiontest.DefaultRegion,
		"AWS_ACCESS_KEY_ID":     permissiontest.DefaultAccessKeyID,
		"AWS_SECRET_ACCESS_KEY": permissiontest.DefaultSecretAccessKey,
	}
	for _, want := range []string{"3 changes done, 0 left.", "0 changes done, 0 left."} {
		var stdout, stderr strings.Builder
		args := []string{"-endpoint", server.URL, "-file", "release1.json", "-function", "resize"}
		code := run(context.Background(), args, func(name string) string { return env[name] }, &stdout, &stderr)
		if code != 0 {
			t.Errorf("exit %d, want 0: %s", code, stderr.String())
		}
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("printed %s, want %q", stdout.String(), want)
		}
	}
}

// A missing function, unset keys, an invalid file and wrong flags are failures.
func TestFailures(t *testing.T) {
	server := permissiontest.NewServer(t)
	for _, tt := range []struct {
		want int
		args []string
	}{
		{1, []string{"-endpoint", server.URL, "-file", "release1.json"}},
		{1, []string{"-endpoint", server.URL, "-file", "main.go"}},
		{1, []string{"-endpoint", server.URL, "-file", "missing.json"}},
		{2, []string{"-endpoint", server.URL}},
		{2, []string{"-no-such-flag"}},
	} {
		var stdout, stderr strings.Builder
		if code := run(context.Background(), tt.args, none, &stdout, &stderr); code != tt.want || stderr.Len() == 0 {
			t.Errorf("%q: exit %d, want %d; %s", tt.args, code, tt.want, stderr.String())
		}
	}
}
