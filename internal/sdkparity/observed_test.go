package sdkparity_test

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/tracing"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
)

// observers are the providers of tracers and meters of a client. They have no place
// in an aws.Config; nil leaves them at their default.
type observers struct {
	tracers tracing.TracerProvider
	meters  metrics.MeterProvider
}

// set sets the observers among the options of a client or of one call.
func (o observers) set(p *permission.Options) {
	if o.tracers != nil {
		p.TracerProvider = o.tracers
	}
	if o.meters != nil {
		p.MeterProvider = o.meters
	}
}

// apply returns a client and the options of its calls: the observers are the
// client's, or those of each call.
func (o observers) apply(client observed, s setting, perCall bool) (permission.API, []func(*permission.Options)) {
	if perCall {
		return client(s, observers{}), []func(*permission.Options){o.set}
	}
	return client(s, o), nil
}

// observed makes a client of a setting with observers.
type observed func(setting, observers) permission.API

func oursObserved(s setting, o observers) permission.API {
	return permission.NewFromConfig(s.Config, func(p *permission.Options) {
		p.Preflight, p.DisableLostResponseRecovery = nil, true
		o.set(p)
		if s.signer != nil {
			p.HTTPSignerV4 = s.signer
		}
	})
}

func sdkObserved(s setting, o observers) permission.API {
	return sdkapi.New(lambda.NewFromConfig(s.Config, func(p *lambda.Options) {
		if o.tracers != nil {
			p.TracerProvider = o.tracers
		}
		if o.meters != nil {
			p.MeterProvider = o.meters
		}
		if s.signer != nil {
			p.HTTPSignerV4 = s.signer
		}
	}))
}

// newHasty returns a retryer of the SDK that makes three attempts at most and adds
// no delay of its own between them. An X-Amz-Retry-After header still makes the
// SDK wait, up to five seconds.
func newHasty() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}
