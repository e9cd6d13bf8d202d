// Package permission calls the AWS Lambda operations AddPermission, GetPolicy
// and RemovePermission.
//
// Its Client has the inputs, outputs and options of the SDK's own Lambda client,
// so that code moves over by changing the package of the types, and adds what
// that one leaves to the service: every grant is checked against the documented
// rules before anything is sent, and every answer becomes a typed value or a
// typed error, whatever its body is.
//
//	client := permission.NewFromConfig(cfg)
//	out, err := client.AddPermission(ctx, &permission.AddPermissionInput{
//		FunctionName:  aws.String("Thumbnail"),
//		StatementId:   aws.String("s3-photos"),
//		Action:        aws.String("lambda:InvokeFunction"),
//		Principal:     aws.String("s3.amazonaws.com"),
//		SourceArn:     aws.String("arn:aws:s3:::photos"),
//		SourceAccount: aws.String("123456789012"),
//	})
//
// # Scopes
//
// The unqualified function, each version and each alias have a policy of their
// own. A grant on an alias is in force only for calls that name the alias, and
// one without a qualifier only for calls that name none.
//
// # Pre-flight
//
// Options.Preflight holds the checks that run before a call: by default
// Rules(validate.Current), what the service enforces today. A refused grant is a
// *validate.Error with every violation in it. Programs that keep the SDK's own
// client get the same checks from [Preflight].
//
// # Writes that stay right
//
// AddPermission is not idempotent at the service. When a response is lost, the
// client finds out from the policy what became of the call instead of passing on
// the refusal of its own retry ([AddPermissionOutput] AlreadyPresent,
// [LostResponseError]); and of the conflicts, which share one code, it retries
// those that pass.
//
// Package ensure says what should be instead of what to do, and may be called
// again after whatever happened; package grant makes ids that the next
// deployment finds again.
//
// # Errors
//
// Every error of a Client's call is a *smithy.OperationError. Within it, for
// errors.As:
//
//   - *validate.Error: a rule is broken, nothing was sent.
//   - *ConfigError: the client lacks a region, credentials or the like.
//   - the exceptions of package errors, and *smithy.GenericAPIError for codes
//     that the library does not know: the service refused.
//   - *awshttp.ResponseError: there was an answer; it has the HTTP status and the
//     request id.
//   - *smithy.DeserializationError: the answer was not Lambda's.
//   - *aws.RequestCanceledError: the context ended.
//   - *LostResponseError: around the service's refusal of a retry, what the policy
//     showed of the attempt before.
//
// # Testing
//
// [API] is the interface to stub; package permissiontest is the service itself
// in memory.
package permission
