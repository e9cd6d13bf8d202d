package sdkparity_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// input returns the input of one of the six operations, most often of AddPermission.
func (s source) input() any {
	switch s.IntN(8) {
	case 0:
		return &permission.GetPolicyInput{
			FunctionName: s.name(),
			Qualifier:    s.optional(s.qualifier),
		}
	case 1:
		return &permission.RemovePermissionInput{
			FunctionName: s.name(),
			StatementId:  s.required(s.text),
			Qualifier:    s.optional(s.qualifier),
			RevisionId:   s.optional(s.text),
		}
	case 2:
		return &permission.PutResourcePolicyInput{
			Policy:      s.required(s.document),
			ResourceArn: s.required(s.functionName),
			RevisionId:  s.optional(s.text),
		}
	case 3:
		return &permission.GetResourcePolicyInput{ResourceArn: s.required(s.functionName)}
	case 4:
		return &permission.DeleteResourcePolicyInput{
			ResourceArn: s.required(s.functionName),
			RevisionId:  s.optional(s.text),
		}
	}
	return &permission.AddPermissionInput{
		Action:                s.required(s.text),
		FunctionName:          s.name(),
		Principal:             s.required(s.text),
		StatementId:           s.required(s.text),
		EventSourceToken:      s.optional(s.text),
		FunctionUrlAuthType:   s.authType(),
		InvokedViaFunctionUrl: s.flag(),
		PrincipalOrgID:        s.optional(s.text),
		Qualifier:             s.optional(s.qualifier),
		RevisionId:            s.optional(s.text),
		SourceAccount:         s.optional(s.text),
		SourceArn:             s.optional(s.text),
	}
}

// document returns a policy, a policy with random text in it, or random text.
func (s source) document() string {
	switch s.IntN(3) {
	case 0:
		return denial
	case 1:
		return strings.Replace(denial, "deny", s.text(), 1)
	}
	return s.text()
}

func (s source) name() *string { return s.required(s.functionName) }

// required returns a value, and rarely nil or a pointer to "".
func (s source) required(make func() string) *string {
	switch s.IntN(60) {
	case 0:
		return nil
	case 1:
		return new(string)
	}
	v := make()
	return &v
}

// optional returns nil, a pointer to "", or a value, each often.
func (s source) optional(make func() string) *string {
	switch s.IntN(5) {
	case 0, 1:
		return nil
	case 2:
		return new(string)
	}
	v := make()
	return &v
}

func (s source) qualifier() string {
	if s.oneIn(2) {
		return s.text()
	}
	return pick(s, []string{"1", "PROD", "$LATEST", "$latest", "a|b"})
}

func (s source) authType() permission.FunctionUrlAuthType {
	if s.oneIn(6) {
		return permission.FunctionUrlAuthType(s.text())
	}
	return pick(s, []permission.FunctionUrlAuthType{"", permission.FunctionUrlAuthTypeNone, permission.FunctionUrlAuthTypeAwsIam})
}

func (s source) flag() *bool {
	v := s.oneIn(2)
	return pick(s, []*bool{nil, &v})
}

// setting returns a configuration without a transport.
func (s source) setting() setting {
	cfg := aws.Config{
		Region:      pick(s, regions),
		AppID:       pick(s, []string{"", "my-app", s.text()}),
		Credentials: staticCredentials(s.credentials()),
		RetryMode:   pick(s, []aws.RetryMode{"", aws.RetryModeStandard, aws.RetryModeAdaptive}),
	}
	if s.oneIn(30) {
		cfg.Credentials = aws.AnonymousCredentials{}
	}
	if s.oneIn(4) {
		cfg.BaseEndpoint = aws.String(pick(s, endpoints))
	}
	if s.oneIn(20) {
		cfg.Credentials = sourcedCredentials{cfg.Credentials}
	}
	clock := clockAt(s.time())
	if s.oneIn(2) && cfg.Credentials != aws.CredentialsProvider(aws.AnonymousCredentials{}) {
		clock.invocationID = s.uuid() // without API options the client may skip the middleware stack
	} else {
		cfg.APIOptions = []func(*middleware.Stack) error{fixInvocationID(s.uuid())}
	}
	set := setting{Config: cfg, signer: clock}
	set.endpoint.DisableHTTPS = s.oneIn(10)
	if s.oneIn(5) {
		set.endpoint.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
	}
	if s.oneIn(5) {
		set.endpoint.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
	}
	return set
}

func (s source) credentials() aws.Credentials {
	c := aws.Credentials{AccessKeyID: fmt.Sprintf("AKID%d", s.IntN(1000)), SecretAccessKey: fmt.Sprintf("secret/%d+", s.Uint64())}
	if s.oneIn(2) {
		c.SessionToken = fmt.Sprintf("session/%d+=", s.Uint64())
	}
	return c
}

func (s source) uuid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", s.Uint32(), s.IntN(1<<16), s.IntN(1<<12), s.IntN(1<<12), s.Int64N(1<<48))
}

// time returns a second of the years 2015 to 2040.
func (s source) time() time.Time {
	return time.Unix(1427760000+s.Int64N(25*365*24*3600), 0).UTC()
}

// sourcedCredentials name their sources, which the clients list in the User-Agent
// header.
type sourcedCredentials struct{ aws.CredentialsProvider }

func (c sourcedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	return c.CredentialsProvider.Retrieve(ctx)
}

func (sourcedCredentials) ProviderSources() []aws.CredentialSource {
	return []aws.CredentialSource{aws.CredentialSourceProfile, aws.CredentialSourceSTSAssumeRole}
}

// source makes random inputs and settings, which depend only on its seed.
type source struct{ *rand.Rand }

func newSource(seed uint64) source { return source{rand.New(rand.NewPCG(seed, 2015_03_31))} }

func pick[T any](s source, from []T) T { return from[s.IntN(len(from))] }

// oneIn is true once in n times.
func (s source) oneIn(n int) bool { return s.IntN(n) == 0 }

// fragments are the parts of generated strings. A path, a query, JSON and a canonical
// request escape them differently or read them as syntax.
var fragments = []string{
	"a", "Z", "7", "-", "_", ".", "~", "Thumbnail", // unreserved everywhere
	":", "/", "$", "@", "!", "'", "(", ")", "*", ",", ";", "=", // reserved in a path
	"&", "+", "?", "#", " ", "%", "%2F", "%%", "%zz", "==", "&Qualifier=x", // syntax of URLs
	"..", "./", "//", "/../", "\\", "{FunctionName}", "{StatementId+}", // paths to clean, labels to fill
	`"`, "<", ">", "\b", "\f", "\n", "\r", "\t", "\x00", "\x1b", "\x7f", // JSON's escapes
	"\u0085", "\u00a0", "\u00e9", "e\u0301", "\u2028", "\u2029", "\ufeff", "\ufffd", // beyond ASCII
	"\U0001f510", "\U0010ffff", "\u6f22", "\u202e",
	"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80", // not UTF-8
}

// text returns a string of up to 12 fragments, rarely a long one.
func (s source) text() string {
	n := s.IntN(13)
	if s.oneIn(200) {
		n = 500
	}
	var b strings.Builder
	for range n {
		b.WriteString(pick(s, fragments))
	}
	return b.String()
}

// functionName returns a name in one of the forms that the service accepts, or random
// text.
func (s source) functionName() string {
	if s.oneIn(3) {
		return s.text()
	}
	name := pick(s, []string{"Thumbnail", "my_fn-1", "a", "fn.with.dots", strings.Repeat("x", 64)})
	head := pick(s, []string{
		"", "function:", "123456789012:", "123456789012:function:",
		"us-east-1:123456789012:function:",
		"arn:" + pick(s, partitionNames) + ":lambda:" + pick(s, regions) + ":123456789012:function:",
	})
	return head + name + pick(s, []string{"", ":1", ":PROD", ":$LATEST", ":$LATEST.PUBLISHED"})
}

var partitionNames = []string{"aws", "aws-cn", "aws-eusc", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}
