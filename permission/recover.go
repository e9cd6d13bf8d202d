package permission

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// recoverAdd settles an AddPermission that failed, if it failed because a
// response was lost: AddPermission is not idempotent at the service, so that the
// retry of a grant that was stored is refused because it was stored. Every other
// error is returned as it is.
func (c *Client) recoverAdd(ctx context.Context, in *AddPermissionInput, optFns []func(*Options), metadata middleware.Metadata, err error) (*AddPermissionOutput, error) {
	refused := lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement || refusedRevision(in.RevisionId, err)
	if !responseLost(metadata, err, refused) || !c.recovers(ctx, optFns) {
		return nil, err
	}
	stored, lost := c.findStored(ctx, in, optFns)
	if lost != nil {
		return nil, lost.explain(ctx, err)
	}
	return &AddPermissionOutput{Statement: aws.String(stored.Raw()), AlreadyPresent: true, ResultMetadata: metadata}, nil
}

// recoverRemove is recoverAdd for RemovePermission, whose retry is refused
// because there is nothing to remove any more.
func (c *Client) recoverRemove(ctx context.Context, in *RemovePermissionInput, optFns []func(*Options), metadata middleware.Metadata, err error) (*RemovePermissionOutput, error) {
	refused := lambdaerrors.IsNotFound(err) || refusedRevision(in.RevisionId, err)
	if !responseLost(metadata, err, refused) || !c.recovers(ctx, optFns) {
		return nil, err
	}
	if lost := c.findGone(ctx, in, optFns); lost != nil {
		return nil, lost.explain(ctx, err)
	}
	return &RemovePermissionOutput{ResultMetadata: metadata}, nil
}

// recovers reports whether a call with these options may read the policy to
// settle what became of it.
func (c *Client) recovers(ctx context.Context, optFns []func(*Options)) bool {
	return !c.callOptions(optFns).DisableLostResponseRecovery && ctx.Err() == nil
}

// refusedRevision reports whether err refuses the revision that a request
// carried. A change that was made has changed the revision itself.
func refusedRevision(revisionID *string, err error) bool {
	return aws.ToString(revisionID) != "" && lambdaerrors.IsPreconditionFailed(err)
}

// findStored returns the statement that in asks for, or says why it is not the
// one that the policy has.
func (c *Client) findStored(ctx context.Context, in *AddPermissionInput, optFns []func(*Options)) (policy.Statement, *LostResponseError) {
	lost := &LostResponseError{StatementId: aws.ToString(in.StatementId)}
	p, err := readPolicy(ctx, c, in.FunctionName, in.Qualifier, optFns)
	if err != nil {
		lost.Found, lost.ReadErr = FoundUnreadable, err
		return policy.Statement{}, lost
	}
	stored, ok := p.document.Lookup(lost.StatementId)
	if !ok {
		lost.Found = FoundAbsent
		return policy.Statement{}, lost
	}
	asked, err := wanted.Statement(in.Request(), stored)
	if err == nil && stored.Equivalent(asked) {
		return stored, nil
	}
	lost.Found = FoundDifferent
	if err == nil {
		lost.Differences = policy.Diff(stored, asked)
	}
	return stored, lost
}

// findGone returns nil if the policy has no statement of the id that in names.
func (c *Client) findGone(ctx context.Context, in *RemovePermissionInput, optFns []func(*Options)) *LostResponseError {
	lost := &LostResponseError{StatementId: aws.ToString(in.StatementId)}
	p, err := readPolicy(ctx, c, in.FunctionName, in.Qualifier, optFns)
	if err != nil {
		lost.Found, lost.ReadErr = FoundUnreadable, err
		return lost
	}
	if _, present := p.document.Lookup(lost.StatementId); present {
		lost.Found = FoundPresent
		return lost
	}
	return nil
}

// explain puts e between the operation and the service's own error. When the
// context ended while the policy was read, that is said too.
func (e *LostResponseError) explain(ctx context.Context, err error) error {
	operation, ok := err.(*smithy.OperationError)
	if !ok {
		operation = &smithy.OperationError{ServiceID: serviceID, Err: err}
	}
	e.Err = operation.Err
	var cause error = e
	if ctx.Err() != nil {
		cause = &aws.RequestCanceledError{Err: e}
	}
	return &smithy.OperationError{ServiceID: operation.ServiceID, OperationName: operation.OperationName, Err: cause}
}
