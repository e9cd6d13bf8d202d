// Package permission calls the AWS Lambda operations AddPermission, GetPolicy
// and RemovePermission, and PutResourcePolicy, GetResourcePolicy and
// DeleteResourcePolicy, which replace, read and delete a whole policy.
//
// Its Client has the inputs, outputs and options of the SDK's own Lambda client,
// so that code moves over by changing the package of the types. In addition it
// checks every grant against the documented rules before anything is sent, and
// turns every answer into a typed value or a typed error, also one whose body is
// broken.
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
// own. A grant on an alias is in force only for calls that name the alias, and a
// grant without a qualifier only for calls without a qualifier.
//
// # Pre-flight
//
// Options.Preflight holds the checks that run before a call: by default
// Rules(validate.Current), the rules that the service enforces today. A refused
// grant is a *validate.Error with every violation in it. Programs that keep the
// SDK's own client get the same checks from [Preflight].
//
// # Lost responses
//
// AddPermission is not idempotent at the service: if a response is lost, the retry
// is refused. The client then reads the policy and reports success if the change
// was made ([AddPermissionOutput], AlreadyPresent), and a [LostResponseError] if
// not. It also retries the conflicts that pass; the service has one code for all
// conflicts.
//
// Package ensure has operations that are idempotent, and package grant makes
// statement ids that stay the same from one deployment to the next.
//
// # Whole policies
//
// PutResourcePolicy replaces a policy, with the statements that others have added
// since it was read. [EditResourcePolicy] reads a policy, changes it, and puts it only
// if the policy is still the one that was read. A program that does not call these
// operations does not link them.
//
// # Errors
//
// Every error of a Client's call is a *smithy.OperationError. errors.As finds in it:
//
//   - *validate.Error: a rule is broken, and nothing was sent.
//   - *ConfigError: the client lacks a region, credentials or the like.
//   - the exceptions of package errors, and *smithy.GenericAPIError for codes
//     without a type: the service refused the call.
//   - *awshttp.ResponseError: there was an answer. It has the HTTP status and the
//     request id.
//   - *smithy.DeserializationError: the answer was not Lambda's.
//   - *aws.RequestCanceledError: the context ended.
//   - *LostResponseError: a retry was refused after a lost response, and the policy
//     does not show that the call succeeded.
//
// # Testing
//
// [API] and [ResourcePolicyAPI] are the interfaces to stub; package permissiontest is
// the service itself in memory.
package permission
