package permission

import smithyhttp "github.com/aws/smithy-go/transport/http"

// interceptors returns the interceptors to call, or nil when there are none: as
// in the SDK, the middlewares that call them are then left out, but for those
// around the retry loop.
func interceptors(o *Options) *smithyhttp.InterceptorRegistry {
	i := &o.Interceptors
	n := len(i.BeforeExecution) + len(i.BeforeSerialization) + len(i.AfterSerialization) +
		len(i.BeforeRetryLoop) + len(i.BeforeAttempt) + len(i.BeforeSigning) + len(i.AfterSigning) +
		len(i.BeforeTransmit) + len(i.AfterTransmit) + len(i.BeforeDeserialization) +
		len(i.AfterDeserialization) + len(i.AfterAttempt) + len(i.AfterExecution)
	if n == 0 {
		return nil
	}
	return i
}
