package sdkapi

import (
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm/permission"
)

// sdkOptions translates the options of one call. The functions get the client's
// options, and the values that they set are copied back. Preflight is empty at first;
// if it is set, it becomes one of the APIOptions.
func sdkOptions(optFns []func(*permission.Options)) []func(*lambda.Options) {
	if len(optFns) == 0 {
		return nil
	}
	return []func(*lambda.Options){func(o *lambda.Options) {
		p := fromSDK(o)
		for _, fn := range optFns {
			fn(&p)
		}
		toSDK(p, o)
	}}
}

func fromSDK(o *lambda.Options) permission.Options {
	return permission.Options{
		APIOptions:                 o.APIOptions,
		AppID:                      o.AppID,
		BaseEndpoint:               o.BaseEndpoint,
		ClientLogMode:              o.ClientLogMode,
		Credentials:                o.Credentials,
		DefaultsMode:               o.DefaultsMode,
		DisableClockSkewCorrection: o.DisableClockSkewCorrection,
		EndpointOptions: permission.EndpointOptions{
			DisableHTTPS:         o.EndpointOptions.DisableHTTPS,
			UseDualStackEndpoint: o.EndpointOptions.UseDualStackEndpoint,
			UseFIPSEndpoint:      o.EndpointOptions.UseFIPSEndpoint,
		},
		HTTPClient:         o.HTTPClient,
		HTTPSignerV4:       o.HTTPSignerV4,
		Interceptors:       o.Interceptors,
		Logger:             o.Logger,
		MeterProvider:      o.MeterProvider,
		Region:             o.Region,
		RetryMaxAttempts:   o.RetryMaxAttempts,
		RetryMode:          o.RetryMode,
		Retryer:            o.Retryer,
		RuntimeEnvironment: o.RuntimeEnvironment,
		TracerProvider:     o.TracerProvider,
	}
}

func toSDK(p permission.Options, o *lambda.Options) {
	o.APIOptions = p.APIOptions
	if len(p.Preflight) > 0 {
		o.APIOptions = append(o.APIOptions, permission.Preflight(p.Preflight...))
	}
	o.AppID = p.AppID
	o.BaseEndpoint = p.BaseEndpoint
	o.ClientLogMode = p.ClientLogMode
	o.Credentials = p.Credentials
	o.DefaultsMode = p.DefaultsMode
	o.DisableClockSkewCorrection = p.DisableClockSkewCorrection
	o.EndpointOptions.DisableHTTPS = p.EndpointOptions.DisableHTTPS
	o.EndpointOptions.UseDualStackEndpoint = p.EndpointOptions.UseDualStackEndpoint
	o.EndpointOptions.UseFIPSEndpoint = p.EndpointOptions.UseFIPSEndpoint
	o.HTTPClient = p.HTTPClient
	o.HTTPSignerV4 = p.HTTPSignerV4
	o.Interceptors = p.Interceptors
	o.Logger = p.Logger
	o.MeterProvider = p.MeterProvider
	o.Region = p.Region
	o.RetryMaxAttempts = p.RetryMaxAttempts
	o.RetryMode = p.RetryMode
	o.Retryer = p.Retryer
	o.RuntimeEnvironment = p.RuntimeEnvironment
	o.TracerProvider = p.TracerProvider
}
