package permission

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// optionsFromConfig takes over from an aws.Config what the SDK's own clients
// take over, but for ServiceOptions.
func optionsFromConfig(cfg aws.Config) Options {
	o := Options{
		APIOptions:                 cfg.APIOptions,
		AppID:                      cfg.AppID,
		BaseEndpoint:               baseEndpoint(cfg),
		ClientLogMode:              cfg.ClientLogMode,
		Credentials:                cfg.Credentials,
		DefaultsMode:               cfg.DefaultsMode,
		DisableClockSkewCorrection: cfg.DisableClockSkewCorrection,
		Interceptors:               cfg.Interceptors,
		Logger:                     cfg.Logger,
		Region:                     cfg.Region,
		RetryMaxAttempts:           cfg.RetryMaxAttempts,
		RetryMode:                  cfg.RetryMode,
		RuntimeEnvironment:         cfg.RuntimeEnvironment,
		endpointResolver:           legacyResolverOf(cfg),
	}
	if cfg.HTTPClient != nil {
		o.HTTPClient = cfg.HTTPClient
	}
	if cfg.Retryer != nil {
		o.Retryer = cfg.Retryer()
	}
	o.EndpointOptions.UseDualStackEndpoint = useDualStack(cfg.ConfigSources)
	o.EndpointOptions.UseFIPSEndpoint = useFIPS(cfg.ConfigSources)
	return o
}

// baseEndpoint follows the SDK: the endpoint of the service (AWS_ENDPOINT_URL_LAMBDA
// or the services section of the shared configuration) goes before the global
// one that LoadDefaultConfig put into the Config, unless only the global
// environment variable is set.
func baseEndpoint(cfg aws.Config) *string {
	_, global := os.LookupEnv("AWS_ENDPOINT_URL")
	_, service := os.LookupEnv("AWS_ENDPOINT_URL_LAMBDA")
	if global && !service {
		return cfg.BaseEndpoint
	}
	if ignoresConfiguredEndpoints(cfg.ConfigSources) {
		return cfg.BaseEndpoint
	}
	for _, source := range cfg.ConfigSources {
		p, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		})
		if !ok {
			continue
		}
		value, found, err := p.GetServiceBaseEndpoint(context.Background(), serviceID)
		if err != nil {
			return cfg.BaseEndpoint
		}
		if found {
			return &value
		}
	}
	return cfg.BaseEndpoint
}

func ignoresConfiguredEndpoints(sources []any) bool {
	for _, source := range sources {
		p, ok := source.(interface {
			GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error)
		})
		if !ok {
			continue
		}
		value, found, err := p.GetIgnoreConfiguredEndpoints(context.Background())
		if err != nil {
			return false
		}
		if found {
			return value
		}
	}
	return false
}

func useDualStack(sources []any) aws.DualStackEndpointState {
	for _, source := range sources {
		p, ok := source.(interface {
			GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error)
		})
		if !ok {
			continue
		}
		if value, found, err := p.GetUseDualStackEndpoint(context.Background()); err != nil || found {
			return value
		}
	}
	return aws.DualStackEndpointStateUnset
}

func useFIPS(sources []any) aws.FIPSEndpointState {
	for _, source := range sources {
		p, ok := source.(interface {
			GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error)
		})
		if !ok {
			continue
		}
		if value, found, err := p.GetUseFIPSEndpoint(context.Background()); err != nil || found {
			return value
		}
	}
	return aws.FIPSEndpointStateUnset
}
