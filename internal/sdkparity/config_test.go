package sdkparity_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
)

// setting configures both clients alike: an aws.Config and the options that have no
// place in one.
type setting struct {
	aws.Config
	endpoint permission.EndpointOptions
	signer   permission.HTTPSignerV4
}

// ours returns our client without the pre-flight and without reading the policy
// after a lost response, which the SDK does not do.
func (s setting) ours() *permission.Client {
	return permission.NewFromConfig(s.Config, func(o *permission.Options) {
		o.Preflight, o.DisableLostResponseRecovery = nil, true
		if s.signer != nil {
			o.HTTPSignerV4 = s.signer
		}
		o.EndpointOptions.DisableHTTPS = s.endpoint.DisableHTTPS
		if s.endpoint.UseDualStackEndpoint != aws.DualStackEndpointStateUnset {
			o.EndpointOptions.UseDualStackEndpoint = s.endpoint.UseDualStackEndpoint
		}
		if s.endpoint.UseFIPSEndpoint != aws.FIPSEndpointStateUnset {
			o.EndpointOptions.UseFIPSEndpoint = s.endpoint.UseFIPSEndpoint
		}
	})
}

// sdk returns the SDK's client, in the shape of ours.
func (s setting) sdk() permission.API { return sdkapi.New(s.sdkClient()) }

func (s setting) sdkClient() *lambda.Client {
	return lambda.NewFromConfig(s.Config, func(o *lambda.Options) {
		if s.signer != nil {
			o.HTTPSignerV4 = s.signer
		}
		o.EndpointOptions.DisableHTTPS = s.endpoint.DisableHTTPS
		if s.endpoint.UseDualStackEndpoint != aws.DualStackEndpointStateUnset {
			o.EndpointOptions.UseDualStackEndpoint = s.endpoint.UseDualStackEndpoint
		}
		if s.endpoint.UseFIPSEndpoint != aws.FIPSEndpointStateUnset {
			o.EndpointOptions.UseFIPSEndpoint = s.endpoint.UseFIPSEndpoint
		}
	})
}

// plainConfig is a complete configuration without any specialities.
func plainConfig(client aws.HTTPClient) aws.Config {
	return aws.Config{
		Region:      "us-east-1",
		Credentials: staticCredentials(aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}),
		HTTPClient:  client,
	}
}

// staticCredentials always gives the same credentials.
func staticCredentials(c aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
}
