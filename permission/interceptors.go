package permission

import (
	"errors"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// addInterceptors adds the middlewares that call Options.Interceptors, or none
// when there is nothing to call. Those around the retry loop are part of the
// stack already.
func addInterceptors(s *middleware.Stack, o *Options) error {
	i := &o.Interceptors
	if !anyInterceptor(i) {
		return nil
	}
	const serializer, deserializer = "OperationSerializer", "OperationDeserializer"
	return errors.Join(
		s.Initialize.Add(&smithyhttp.InterceptExecution{BeforeExecution: i.BeforeExecution, AfterExecution: i.AfterExecution}, middleware.Before),
		s.Serialize.Insert(&smithyhttp.InterceptBeforeSerialization{Interceptors: i.BeforeSerialization}, serializer, middleware.Before),
		s.Serialize.Insert(&smithyhttp.InterceptAfterSerialization{Interceptors: i.AfterSerialization}, serializer, middleware.After),
		s.Finalize.Insert(&smithyhttp.InterceptBeforeSigning{Interceptors: i.BeforeSigning}, "Signing", middleware.Before),
		s.Finalize.Insert(&smithyhttp.InterceptAfterSigning{Interceptors: i.AfterSigning}, "Signing", middleware.After),
		s.Deserialize.Add(&smithyhttp.InterceptTransmit{BeforeTransmit: i.BeforeTransmit, AfterTransmit: i.AfterTransmit}, middleware.After),
		// An answer passes the Deserialize step from its end to its beginning.
		s.Deserialize.Insert(&smithyhttp.InterceptBeforeDeserialization{Interceptors: i.BeforeDeserialization}, deserializer, middleware.After),
		s.Deserialize.Insert(&smithyhttp.InterceptAfterDeserialization{Interceptors: i.AfterDeserialization}, deserializer, middleware.Before),
	)
}

func anyInterceptor(i *smithyhttp.InterceptorRegistry) bool {
	return len(i.BeforeExecution)+len(i.BeforeSerialization)+len(i.AfterSerialization)+
		len(i.BeforeRetryLoop)+len(i.BeforeAttempt)+len(i.BeforeSigning)+len(i.AfterSigning)+
		len(i.BeforeTransmit)+len(i.AfterTransmit)+len(i.BeforeDeserialization)+
		len(i.AfterDeserialization)+len(i.AfterAttempt)+len(i.AfterExecution) > 0
}
