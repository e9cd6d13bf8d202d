package permission

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/enum"
	"github.com/lambdaperm/lambdaperm/internal/wanted"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// recoverAdd finds out whether an AddPermission that returned err has succeeded
// nevertheless. AddPermission is not idempotent at the service: if a response is
// lost, the retry is refused because the grant was stored. recoverAdd returns every
// other error unchanged.
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

// recoverPut is recoverAdd for PutResourcePolicy, whose retry is refused because the
// lost attempt has changed the revision. A put without a revision is repeated by its
// retry, so that only an answer that cannot be read is looked into.
func (c *Client) recoverPut(ctx context.Context, in *PutResourcePolicyInput, optFns []func(*Options), metadata middleware.Metadata, err error) (*PutResourcePolicyOutput, error) {
	if !responseLost(metadata, err, refusedRevision(in.RevisionId, err)) || !c.recovers(ctx, optFns) {
		return nil, err
	}
	stored, lost := c.findPut(ctx, in, optFns)
	if lost != nil {
		return nil, lost.explain(ctx, err)
	}
	return &PutResourcePolicyOutput{
		Policy: stored.Policy, RevisionId: stored.RevisionId, AlreadyPresent: true, ResultMetadata: metadata,
	}, nil
}

// recoverDelete is recoverAdd for DeleteResourcePolicy, whose retry is refused because
// there is no policy any more.
func (c *Client) recoverDelete(ctx context.Context, in *DeleteResourcePolicyInput, optFns []func(*Options), metadata middleware.Metadata, err error) (*DeleteResourcePolicyOutput, error) {
	refused := lambdaerrors.IsNotFound(err) || refusedRevision(in.RevisionId, err)
	if !responseLost(metadata, err, refused) || !c.recovers(ctx, optFns) {
		return nil, err
	}
	if lost := c.findDeleted(ctx, in, optFns); lost != nil {
		return nil, lost.explain(ctx, err)
	}
	return &DeleteResourcePolicyOutput{ResultMetadata: metadata}, nil
}

// recovers reports whether a call with these options may read the policy to find
// out its result.
func (c *Client) recovers(ctx context.Context, optFns []func(*Options)) bool {
	return !c.callOptions(optFns).DisableLostResponseRecovery && ctx.Err() == nil
}

// refusedRevision reports whether the service refused the revision of a request. A
// lost attempt that succeeded has itself changed the revision.
func refusedRevision(revisionID *string, err error) bool {
	return aws.ToString(revisionID) != "" && lambdaerrors.IsPreconditionFailed(err)
}

// findStored returns the stored statement if it means the grant in, or else a
// *LostResponseError that says how the policy differs.
func (c *Client) findStored(ctx context.Context, in *AddPermissionInput, optFns []func(*Options)) (policy.Statement, *LostResponseError) {
	lost := &LostResponseError{StatementId: aws.ToString(in.StatementId)}
	p, err := readScope(ctx, c, in.FunctionName, in.Qualifier, optFns)
	if err != nil {
		lost.Found, lost.ReadErr = FoundUnreadable, err
		return policy.Statement{}, lost
	}
	stored, ok := p.Document.Lookup(lost.StatementId)
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

// findGone returns nil if the policy has no statement with the StatementId of in.
func (c *Client) findGone(ctx context.Context, in *RemovePermissionInput, optFns []func(*Options)) *LostResponseError {
	lost := &LostResponseError{StatementId: aws.ToString(in.StatementId)}
	p, err := readScope(ctx, c, in.FunctionName, in.Qualifier, optFns)
	if err != nil {
		lost.Found, lost.ReadErr = FoundUnreadable, err
		return lost
	}
	if _, present := p.Document.Lookup(lost.StatementId); present {
		lost.Found = FoundPresent
		return lost
	}
	return nil
}

// findPut returns the stored policy if it means the policy of in, or else a
// *LostResponseError.
func (c *Client) findPut(ctx context.Context, in *PutResourcePolicyInput, optFns []func(*Options)) (*GetResourcePolicyOutput, *LostResponseError) {
	out, err := c.GetResourcePolicy(ctx, &GetResourcePolicyInput{ResourceArn: in.ResourceArn}, optFns...)
	stored, err := readingOf(out, err)
	switch {
	case err != nil:
		return nil, &LostResponseError{Found: FoundUnreadable, ReadErr: err}
	case !stored.Found:
		return nil, &LostResponseError{Found: FoundAbsent}
	case !meansPut(stored.Document, aws.ToString(in.Policy)):
		return nil, &LostResponseError{Found: FoundDifferent}
	}
	return out, nil
}

// meansPut reports whether stored means the policy that was put. An Id that the put
// policy does not have may have been added by the service, and means nothing.
func meansPut(stored policy.Document, put string) bool {
	p, err := policy.Parse(put)
	if err != nil {
		return false
	}
	if p.ID() == "" && stored.ID() != "" {
		p, err = policy.Parse(`{"Id":` + string(appendJSONString(nil, stored.ID())) + "," + p.String()[1:])
	}
	return err == nil && stored.Equivalent(p)
}

// findDeleted returns nil if there is no policy.
func (c *Client) findDeleted(ctx context.Context, in *DeleteResourcePolicyInput, optFns []func(*Options)) *LostResponseError {
	stored, err := readResource(ctx, c, in.ResourceArn, optFns)
	switch {
	case err != nil:
		return &LostResponseError{Found: FoundUnreadable, ReadErr: err}
	case stored.Found:
		return &LostResponseError{Found: FoundPresent}
	}
	return nil
}

// explain inserts e between the operation and the service's own error. If the
// context ended while the policy was read, it inserts that as well.
func (e *LostResponseError) explain(ctx context.Context, err error) error {
	operation := err.(*smithy.OperationError) // as every error of invoke
	e.Err = operation.Err
	var cause error = e
	if ctx.Err() != nil {
		cause = &aws.RequestCanceledError{Err: e}
	}
	return &smithy.OperationError{ServiceID: operation.ServiceID, OperationName: operation.OperationName, Err: cause}
}

// responseLost reports whether the call may have succeeded in spite of err: either
// the answer was a success that could not be read to its end, or the service
// refused a change that an earlier attempt of the call may have made. The status of
// a refusal is 4xx; an error with status 5xx is not a refusal, even if it has the
// code of one.
func responseLost(metadata middleware.Metadata, err error, refused bool) bool {
	if lambdaerrors.StatusCode(err)/100 == 2 {
		return true
	}
	return refused && lambdaerrors.StatusCode(err)/100 == 4 && earlierMayBeCommitted(metadata)
}

// earlierMayBeCommitted reports whether an earlier attempt may have been carried
// out. It looks at all attempts, since the last one, which was refused, does not
// count as such.
func earlierMayBeCommitted(metadata middleware.Metadata) bool {
	attempts, _ := retry.GetAttemptResults(metadata)
	return slices.ContainsFunc(attempts.Results, func(a retry.AttemptResult) bool { return mayBeCommitted(a.Err) })
}

// mayBeCommitted reports whether the service may have carried out an attempt
// that failed with err. If there was an answer, its status decides: a 4xx is a
// refusal, a 5xx may be sent after the change was made, and a 2xx is a success that
// was not read to its end. If there was no answer, the attempt may have been carried
// out unless the request was certainly not sent.
func mayBeCommitted(err error) bool {
	if status := lambdaerrors.StatusCode(err); status != 0 {
		return status/100 == 2 || status/100 == 5
	}
	var send *smithyhttp.RequestSendError
	var canceled *smithy.CanceledError
	if !errors.As(err, &send) && !errors.As(err, &canceled) {
		return false
	}
	return !lambdaerrors.NeverSent(err)
}

// LostResponseError says that the response to an attempt was lost, that the service
// then refused a retry, and that the policy, which the client read to find out the
// result, does not show that the call succeeded.
//
// Err is the service's own error. errors.As and the functions of package errors
// find it as if it were not wrapped.
type LostResponseError struct {
	// StatementId is the id that the call was about. It is empty if the call was about
	// a whole policy.
	StatementId string

	// Found tells which statement, if any, the policy has under StatementId, or which
	// policy there is.
	Found LostResponseFinding

	// Differences lists, with FoundDifferent, the differences between the stored
	// statement (A) and the requested one (B). It is empty if the two cannot be
	// compared, since the stored one names other resources than the function, version
	// or alias, and if the call was about a whole policy.
	Differences []policy.Difference

	// ReadErr is, with FoundUnreadable, the error of reading the policy. Often the
	// caller has no permission for lambda:GetPolicy.
	ReadErr error

	// Err is the service's answer to the last attempt.
	Err error
}

// LostResponseFinding is the result of reading the policy after a lost response.
type LostResponseFinding int

const (
	// FoundUnreadable means that the policy could not be read: the call failed or did
	// not answer with a policy. Whether the call succeeded is not known.
	FoundUnreadable LostResponseFinding = iota
	// FoundDifferent means that another statement has the id, or that the policy does
	// not mean the one that was put. Either the call did not succeed, or another program
	// has changed the policy since.
	FoundDifferent
	// FoundAbsent means that no statement has the id that was to be added, or that
	// there is no policy after one was put.
	FoundAbsent
	// FoundPresent means that a statement has the id that was to be removed, or that
	// there is a policy after it was deleted.
	FoundPresent
)

var findings = enum.Texts[LostResponseFinding]{
	Package: "permission", Type: "LostResponseFinding", List: []string{"Unreadable", "Different", "Absent", "Present"},
}

// String returns the name of the constant without Found: Unreadable, Different,
// Absent or Present.
func (f LostResponseFinding) String() string { return findings.String(f) }

// MarshalText returns the text of String, or an error if f is not one of the
// constants.
func (f LostResponseFinding) MarshalText() ([]byte, error) { return findings.Marshal(f) }

// UnmarshalText sets f to the constant with this text. On an error f stays as it
// is.
func (f *LostResponseFinding) UnmarshalText(text []byte) error { return findings.Unmarshal(text, f) }

// inWords returns the finding as a clause for the text of the error.
func (f LostResponseFinding) inWords() string {
	switch f {
	case FoundUnreadable:
		return "the policy cannot be read"
	case FoundDifferent:
		return "the stored statement is different"
	case FoundAbsent:
		return "no such statement is stored"
	case FoundPresent:
		return "the statement is stored"
	}
	return f.String()
}

// ofPolicyInWords is inWords for a whole policy.
func (f LostResponseFinding) ofPolicyInWords() string {
	switch f {
	case FoundDifferent:
		return "the stored policy is different"
	case FoundAbsent:
		return "no policy is stored"
	case FoundPresent:
		return "a policy is stored"
	}
	return f.inWords()
}

// Error returns the text of the service's error, followed by the finding. It
// contains no EventSourceToken.
func (e *LostResponseError) Error() string {
	found := e.Found.ofPolicyInWords()
	if e.StatementId != "" {
		found = fmt.Sprintf("statement %q: %s", e.StatementId, e.Found.inWords())
	}
	return fmt.Sprintf("%v (an earlier response was lost; %s%s)", e.Err, found, e.detail())
}

func (e *LostResponseError) detail() string {
	switch {
	case e.ReadErr != nil:
		return ": " + e.ReadErr.Error()
	case len(e.Differences) > 0:
		return "; A is stored, B was asked for: " + wanted.Describe(e.Differences)
	}
	return ""
}

// Unwrap returns the service's own error.
func (e *LostResponseError) Unwrap() error { return e.Err }
