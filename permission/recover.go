package permission

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
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

// findGone returns nil if the policy has no statement of the id that in names.
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

// explain puts e between the operation and the service's own error. When the
// context ended while the policy was read, that is said too.
func (e *LostResponseError) explain(ctx context.Context, err error) error {
	operation := err.(*smithy.OperationError) // as every error of invoke
	e.Err = operation.Err
	var cause error = e
	if ctx.Err() != nil {
		cause = &aws.RequestCanceledError{Err: e}
	}
	return &smithy.OperationError{ServiceID: operation.ServiceID, OperationName: operation.OperationName, Err: cause}
}

// responseLost reports whether err may hide a success: the answer was a success
// that could not be read to its end, or a refusal of what an earlier attempt of
// the same call may have done. A refusal of the only attempt is never that, and a
// server's error is no refusal, whatever code it has.
func responseLost(metadata middleware.Metadata, err error, refused bool) bool {
	if lambdaerrors.StatusCode(err)/100 == 2 {
		return true
	}
	return refused && lambdaerrors.StatusCode(err)/100 == 4 && earlierMayBeCommitted(metadata)
}

// earlierMayBeCommitted asks it of all attempts: the last one was refused.
func earlierMayBeCommitted(metadata middleware.Metadata) bool {
	attempts, _ := retry.GetAttemptResults(metadata)
	return slices.ContainsFunc(attempts.Results, func(a retry.AttemptResult) bool { return mayBeCommitted(a.Err) })
}

// mayBeCommitted reports whether the service may have carried out an attempt
// that failed with err. With an answer its status decides: a 4xx is a refusal, a
// 5xx may come from anywhere behind the change, and a 2xx that is an error was
// not read to its end. Without an answer it does not matter what broke, but only
// whether the request may have left.
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

// LostResponseError is the service's refusal of a retry whose earlier attempt may
// have been carried out, and what the policy said when the client read it to find
// out. It is a failure: the policy does not show that the call did its work.
//
// Err is the service's own error, so that errors.As and the questions of package
// errors see through a LostResponseError as if it were not there.
type LostResponseError struct {
	// StatementId is the id that the call was about.
	StatementId string

	// Found is what the policy holds under StatementId.
	Found LostResponseFinding

	// Differences says, with FoundDifferent, how the stored statement (A) differs
	// from the one that was asked for (B). It is empty if the two cannot be
	// compared: the stored one is not about this function, version or alias alone.
	Differences []policy.Difference

	// ReadErr is why the policy could not be read, with FoundUnreadable: often that
	// the caller lacks lambda:GetPolicy.
	ReadErr error

	// Err is the service's answer to the last attempt.
	Err error
}

// LostResponseFinding is what the policy shows after a response was lost.
type LostResponseFinding int

const (
	// FoundUnreadable: GetPolicy failed, or the policy is not one. Whether the call
	// did its work is not known.
	FoundUnreadable LostResponseFinding = iota
	// FoundDifferent: another statement has the id. The call did not do its work, or
	// someone has replaced the statement since.
	FoundDifferent
	// FoundAbsent: no statement has the id that was to be added.
	FoundAbsent
	// FoundPresent: a statement has the id that was to be removed.
	FoundPresent
)

// findingNames are the names of the constants without Found.
var findingNames = [...]string{"Unreadable", "Different", "Absent", "Present"}

// String returns the name of the constant without Found: Unreadable, Different,
// Absent or Present.
func (f LostResponseFinding) String() string {
	if !f.isKnown() {
		return "LostResponseFinding(" + strconv.Itoa(int(f)) + ")"
	}
	return findingNames[f]
}

// MarshalText returns the text of String, or an error if f is not one of the
// constants.
func (f LostResponseFinding) MarshalText() ([]byte, error) {
	if !f.isKnown() {
		return nil, fmt.Errorf("permission: %v is not a constant", f)
	}
	return []byte(findingNames[f]), nil
}

// UnmarshalText sets f to the constant with this text. On an error f stays as it
// is.
func (f *LostResponseFinding) UnmarshalText(text []byte) error {
	i := slices.Index(findingNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("permission: unknown LostResponseFinding %q, want one of %q", text, findingNames)
	}
	*f = LostResponseFinding(i)
	return nil
}

func (f LostResponseFinding) isKnown() bool { return 0 <= f && int(f) < len(findingNames) }

// inWords says what was found, for the text of the error.
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

// Error returns the service's error and, after it, what the policy showed. It
// holds no EventSourceToken.
func (e *LostResponseError) Error() string {
	return fmt.Sprintf("%v (an earlier response was lost; statement %q: %s%s)", e.Err, e.StatementId, e.Found.inWords(), e.detail())
}

func (e *LostResponseError) detail() string {
	switch {
	case e.ReadErr != nil:
		return ": " + e.ReadErr.Error()
	case len(e.Differences) > 0:
		return "; A is stored, B was asked for: " + joinDifferences(e.Differences)
	}
	return ""
}

// Unwrap returns the service's own error.
func (e *LostResponseError) Unwrap() error { return e.Err }

func joinDifferences(differences []policy.Difference) string {
	words := make([]string, len(differences))
	for i, d := range differences {
		words[i] = d.String()
	}
	return strings.Join(words, "; ")
}
