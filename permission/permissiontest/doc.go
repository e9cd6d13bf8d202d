// Package permissiontest lets a test run AddPermission, GetPolicy and
// RemovePermission, and the operations on whole policies, without AWS. It has three
// ways, and the first proves the most: a server on loopback, the service in process,
// and a stub.
//
// # A server on loopback
//
// NewServer starts the service in memory on a port of the loopback interface, for
// one test. Requests are real: the client escapes, signs, sends and retries them.
// The server works with any client that takes an endpoint and credentials,
// including those of the AWS SDKs.
//
//	func TestGrant(t *testing.T) {
//		server := permissiontest.NewServer(t)
//		server.CreateFunction("Thumbnail")
//		if err := grantBucket(t.Context(), server.Client(), "Thumbnail", "arn:aws:s3:::photos"); err != nil {
//			t.Fatal(err)
//		}
//		document, _ := server.Policy("Thumbnail")
//		if _, ok := document.Lookup("AllowPhotos"); !ok {
//			t.Errorf("policy %s, want the statement AllowPhotos", document)
//		}
//	}
//
// A request of another operation, such as CreateAlias, fails the test unless
// WithFallback names a handler for it.
//
// A Service is the same without a test: an http.Handler, for a program that runs
// its own server.
//
// PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy replace, read and
// delete a whole policy: the same that AddPermission, GetPolicy and RemovePermission
// work on.
//
// # Setting up
//
// CreateFunction, PublishVersion and CreateAlias make functions without policies.
// SetPolicy gives a function, a version or an alias any policy that the service
// can hold, and creates the function, version or alias if it does not exist.
// DeletePrincipal deletes an IAM user or role that a policy may name.
// BlockPublicPolicy makes a function refuse public policies.
//
// # The service in process
//
// The API method returns a permission.API and permission.ResourcePolicyAPI that works
// on the same state without HTTP. Its errors have the types, the wrapping and the texts
// of the client's, and the same pre-flight runs. It suits code that takes a
// permission.API.
//
// # A stub
//
// Stub answers by functions that the test sets, and records the calls. It checks
// nothing. It suits tests of the code around a call, such as the handling of a rare
// answer.
//
// # Faults
//
// A test injects failures in one line: lost answers, throttling, temporary
// conflicts, stale reads, load balancers.
//
//	server.Faults(
//		permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset())),
//		permissiontest.Every(3, permissiontest.Throttle()),
//	)
//
// Faults does the same with any http.Handler, APIFaults with any permission.API, and
// DocumentFaults with any permission.ResourcePolicyAPI.
//
// # Other fakes, and the service itself
//
// TestAPI compares any permission.API with the recorded behaviour of the service.
// This package's own tests run it on a function at AWS or in an emulator if flags
// name one: see go test -run TestEndpoint -args -help.
//
// # Fidelity
//
// Error codes, messages, members of the body, statuses and headers are those that
// were recorded from the service; the source names where. So are these rules:
//
//   - The unqualified function, each version and each alias have a policy and a
//     RevisionId of their own. The same StatementId may be in each.
//   - Publishing a version copies no policy.
//   - An alias is not resolved to its version, and keeps its policy when it is
//     pointed to another one.
//   - Removing the last statement removes the policy. GetPolicy then answers
//     ResourceNotFoundException, as it does for a function that does not exist.
//   - A RevisionId is compared even if there is no policy yet. Without a policy,
//     the only one accepted is an alias's own.
//   - A policy has at most 20,480 bytes, counted in the compact document that
//     GetPolicy returns.
//
// Signatures are verified by signing the received request again with the SDK's
// signer. The service uses no randomness (ids count up), does not wait, logs
// nothing without WithLogger, and opens no connections of its own.
//
// # Unknown behaviour
//
// Where the behaviour of the service is not known, this package chooses one. A
// test should not depend on these choices:
//
//   - For GetPolicy and RemovePermission, $LATEST exists with its function and
//     never has a policy.
//   - AddPermission for an existing scope checks RevisionId, StatementId, Principal
//     and size in this order; RemovePermission checks StatementId before RevisionId.
//   - An empty RevisionId counts as absent.
//   - Every name of the form NAME.amazonaws.com counts as a service, although the
//     service has a list, except names that it is reported to refuse in the partition,
//     such as s3.amazonaws.com.cn. Every well-formed ARN of an IAM user or role exists until
//     DeletePrincipal. Sessions (assumed-role, federated-user) are accepted.
//   - EventSourceToken beside SourceArn or SourceAccount is accepted, although the
//     service may refuse it.
//   - $LATEST.PUBLISHED, which functions on Lambda Managed Instances can have (AWS
//     Lambda Developer Guide, "$LATEST.PUBLISHED version in Lambda Managed Instances"),
//     does not exist, and SetPolicy refuses it.
//   - A function of another account is refused as CreateFunction was recorded to do:
//     AccessDeniedException with null in place of a message, which the SDK for Go
//     shows as UnknownError. So is GetPolicy, although the service may answer an
//     account that the policy allows to read it.
//   - An ARN of another region or account is refused after the checks of the members
//     and the qualifier, and before all checks of the function.
//   - PutResourcePolicy accepts the documents that SetPolicy accepts, except those
//     that name deleted identities, stores them byte for byte, with the space between
//     tokens, and answers the stored text. AddPermission and RemovePermission keep the
//     bytes of the other statements. PutResourcePolicy answers a document that is not a policy with
//     InvalidParameterValueException, one of more than 20,480 characters with
//     ValidationException, and one of more bytes, without the space between tokens, with
//     PolicyLengthExceededException.
//   - The operations on whole policies have the RevisionId of GetPolicy. They refuse
//     missing functions, scopes and policies, and wrong revisions, as AddPermission,
//     GetPolicy and RemovePermission do.
//   - Which policies are public for BlockPublicPolicy, that AddPermission is refused
//     for them too, and that this is the last of the checks.
//   - Deleting a function, a version or an alias deletes its policy.
//   - An expired session token is refused before the signature is checked.
//   - FunctionUrlAuthType and InvokedViaFunctionUrl with another action are refused
//     before the function is looked up.
//   - A body that is not JSON, or has a member of another type or a member twice, is
//     a SerializationException.
//   - Members that the API does not have are ignored, and listed by Unknown.
package permissiontest
