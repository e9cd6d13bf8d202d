package permission

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// maxEdits is how often EditResourcePolicy calls edit at most. Of the programs that
// change a policy at the same time one succeeds each time, so that ten of them get
// through.
const maxEdits = 10

// EditResourcePolicy changes the policy of a function, version or alias: it reads the
// policy, calls edit with it, and puts the document that edit returns, provided that the policy is
// still the one that was read. If another program has changed it since, which the
// service answers with a PreconditionFailedException, EditResourcePolicy reads again
// and calls edit again, ten times at most; the error is then the service's last one.
//
// A statement goes only if edit removes it. Every put and every delete has the
// RevisionId of the reading that edit saw, so that nothing that was added later is
// lost. Document.With and Document.Without keep the order and the text of all other
// statements; only white space between JSON tokens is dropped, as by [policy.Parse].
// edit may be called several times
// and should depend on nothing but its argument. If it returns an error,
// EditResourcePolicy returns that error, and the policy stays as it is.
//
//   - If edit returns a document with the same text, nothing is written.
//   - If it returns one without statements, the policy is deleted.
//   - If there is no policy, edit gets the zero Document. PutResourcePolicy has no
//     way to say that there must be no policy yet: it would replace what another
//     program adds at the same time. So EditResourcePolicy writes nothing, and the error
//     is a *NoPolicyError, unless edit returns a document without statements. Add a
//     first statement by AddPermission, which replaces nothing, and edit again.
//   - If the policy cannot be read to its last byte, or has no RevisionId, it is not
//     written over: the error is that of ReadResourcePolicy, or says so.
//
// The result is the policy after the call. If api is a Client, a lost response is
// settled as PutResourcePolicy and DeleteResourcePolicy say; with another api edit may
// see a policy that has its change already. The error of a call is returned as it is.
// EditResourcePolicy may be called by any number of goroutines if api and edit may.
func EditResourcePolicy(ctx context.Context, api ResourcePolicyAPI, functionARN string, edit func(policy.Document) (policy.Document, error), optFns ...func(*Options)) (PolicyReading, error) {
	if err := requireFullARN("EditResourcePolicy", functionARN); err != nil {
		return PolicyReading{}, err
	}
	for try := 1; ; try++ {
		before, err := readResource(ctx, api, &functionARN, optFns)
		if err != nil {
			return PolicyReading{}, err
		}
		wanted, err := edit(before.Document)
		if err != nil {
			return PolicyReading{}, err
		}
		after, err := replace(ctx, api, functionARN, before, wanted, optFns)
		if err == nil || try == maxEdits || !isChanged(err) || ctx.Err() != nil {
			return after, err
		}
	}
}

// isChanged reports whether a guarded write was refused because the policy is no
// longer the one that was read. Which of the two answers a policy that is gone gets is
// not documented.
func isChanged(err error) bool {
	return lambdaerrors.IsPreconditionFailed(err) || lambdaerrors.IsNotFound(err)
}

// replace puts wanted in the place of what was read, unless they are the same.
func replace(ctx context.Context, api ResourcePolicyAPI, functionARN string, before PolicyReading, wanted policy.Document, optFns []func(*Options)) (PolicyReading, error) {
	isEmpty := len(wanted.Statements()) == 0
	switch {
	case before.Found && wanted.Raw() == before.Document.Raw(), !before.Found && isEmpty:
		return before, nil
	case !before.Found:
		return PolicyReading{}, &NoPolicyError{FunctionARN: functionARN}
	case before.RevisionID == "":
		return PolicyReading{}, fmt.Errorf("permission.EditResourcePolicy: GetResourcePolicy answered without a RevisionId, and without one the policy of %s cannot be replaced safely", functionARN)
	case isEmpty:
		_, err := api.DeleteResourcePolicy(ctx, &DeleteResourcePolicyInput{ResourceArn: &functionARN, RevisionId: &before.RevisionID}, optFns...)
		return PolicyReading{}, err
	}
	return putInPlace(ctx, api, functionARN, before.RevisionID, wanted, optFns)
}

// putInPlace puts wanted if the policy still has the revision.
func putInPlace(ctx context.Context, api ResourcePolicyAPI, functionARN, revisionID string, wanted policy.Document, optFns []func(*Options)) (PolicyReading, error) {
	out, err := api.PutResourcePolicy(ctx, &PutResourcePolicyInput{
		ResourceArn: &functionARN, Policy: aws.String(wanted.Raw()), RevisionId: &revisionID,
	}, optFns...)
	if err != nil {
		return PolicyReading{}, err
	}
	after := PolicyReading{Document: wanted, RevisionID: aws.ToString(out.RevisionId), Found: true}
	if stored, err := policy.Parse(aws.ToString(out.Policy)); err == nil { // else the answer is odd, and the put has still succeeded
		after.Document = stored
	}
	return after, nil
}

// NoPolicyError says that EditResourcePolicy did not write, because the function,
// version or alias has no policy, or does not exist.
type NoPolicyError struct {
	// FunctionARN is the ARN of the function, version or alias.
	FunctionARN string
}

// Error returns a text that says how a policy begins.
func (e *NoPolicyError) Error() string {
	return fmt.Sprintf("permission.EditResourcePolicy: %s has no policy, and a first one cannot be put safely: add a statement by AddPermission, then edit", e.FunctionARN)
}
