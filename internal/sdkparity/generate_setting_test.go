package sdkparity_test

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
)

// setting returns a configuration; it has no transport yet.
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
		clock.invocationID = s.uuid() // no API options: the client may take a shorter way
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

// sourcedCredentials say where they come from, which the User-Agent header tells.
type sourcedCredentials struct{ aws.CredentialsProvider }

func (c sourcedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	return c.CredentialsProvider.Retrieve(ctx)
}

func (sourcedCredentials) ProviderSources() []aws.CredentialSource {
	return []aws.CredentialSource{aws.CredentialSourceProfile, aws.CredentialSourceSTSAssumeRole}
}
