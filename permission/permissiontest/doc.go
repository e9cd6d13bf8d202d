// Package permissiontest lets a test run AddPermission, GetPolicy and
// RemovePermission without AWS. There are three ways, from the one that proves
// most to the one that takes least.
//
// # A server on loopback
//
// NewServer starts the service in memory on a port of the loopback interface,
// for one test. Requests are real: escaped, signed, sent, decoded, retried. It
// serves any client that takes an endpoint and credentials, the AWS SDKs' own
// included.
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
// WithFallback hands requests of other operations, such as CreateAlias, to a
// handler of the test's; without it they fail the test.
//
// A Service is the same without a test to belong to: an http.Handler, for a
// program that serves it itself.
//
// # What a test begins with
//
// CreateFunction, PublishVersion and CreateAlias make functions without policies.
// SetPolicy gives a function, a version or an alias any policy that the service
// can hold, and makes what is missing. DeletePrincipal deletes an IAM user or role
// that a policy may name.
//
// # The service in process
//
// The API method gives the same state as a permission.API, with no HTTP
// between. Errors are those of the client, by type, wrapping and text, and the
// pre-flight runs as it does there. It suits code that takes a permission.API.
//
// # A stub
//
// Stub answers by functions of the test and keeps the calls. It judges nothing;
// it suits tests of what happens around a call, such as an answer that the
// service gives rarely.
//
// # Faults
//
// What goes wrong between a program and the service is put in front of it, in one
// line: lost answers, throttles, conflicts that pass, stale reads, load balancers.
//
//	server.Faults(
//		permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset())),
//		permissiontest.Every(3, permissiontest.Throttle()),
//	)
//
// Faults does the same with any http.Handler, APIFaults with any permission.API.
//
// # Other fakes, and the service itself
//
// TestAPI holds any permission.API against what is recorded of the service. This
// package's own test runs it on a function of yours, at AWS or at an emulator,
// when flags ask for it: see go test -run TestEndpoint -args -help.
//
// # How true it is
//
// Error codes, messages, members of the body, status and headers are as recorded
// of the service. So are these rules, which surprise:
//
//   - The unqualified function, each version and each alias have a policy and a
//     RevisionId of their own. The same StatementId may be in each.
//   - Publishing a version copies no policy.
//   - An alias is not resolved to its version, and keeps its policy when it is
//     pointed to another one.
//   - Removing the last statement removes the policy. GetPolicy then answers
//     ResourceNotFoundException, as it does for a function that does not exist.
//   - A RevisionId that is given is compared even when there is no policy yet;
//     only an alias without a policy has one that fits, its own.
//   - A policy has at most 20,480 bytes, counted in the compact document that
//     GetPolicy returns.
//
// Signatures are verified by signing what was received once more with the SDK's
// signer. There is no randomness (ids count up), no waiting, no log unless
// WithLogger asks for one, and no network but what a test sends.
//
// # What is not known of the service
//
// Where the service's behaviour is not known, one was chosen. A test should not
// depend on it:
//
//   - GetPolicy and RemovePermission for $LATEST: it exists with the function
//     and never has a policy.
//   - AddPermission for an existing scope looks at RevisionId, StatementId,
//     Principal and size in this order; RemovePermission at StatementId before
//     RevisionId.
//   - An empty RevisionId counts as none.
//   - Services: every name of the form NAME.amazonaws.com is taken for one, where
//     the service has a list. IAM users and roles: each well-formed ARN exists
//     until DeletePrincipal. Sessions (assumed-role, federated-user) are accepted.
//   - EventSourceToken beside SourceArn or SourceAccount is accepted, though the
//     service may refuse it.
//   - An ARN of another account is denied to GetPolicy as it is to the others.
//   - An ARN of another region or account is refused before anything else about
//     the function, and after the members and the qualifier were looked at.
//   - What PutResourcePolicy takes, and so SetPolicy: see there.
//   - Deleting a function, a version or an alias deletes its policy.
//   - An expired session token is refused before the signature is looked at.
//   - FunctionUrlAuthType and InvokedViaFunctionUrl with an action of another
//     kind are refused before the function is looked up.
//   - A body of another shape (no JSON, a member of another type or twice) is a
//     SerializationException.
//   - Members that the API does not have are ignored, and kept in Unknown.
package permissiontest
