package ensure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// PrincipalError is the service's refusal of a principal with its reason, as far
// as it can be told: the service answers the same ("The provided principal was
// invalid") when the request's principal is none and when a statement that the
// policy already has names one that was deleted. Such a statement shows a unique
// id (AIDA..., AROA...) in place of the ARN, grants nobody anything, and keeps
// the policy from growing until it is removed (IAM User Guide, "AWS JSON policy
// elements: Principal").
type PrincipalError struct {
	// Principal is the one of the request.
	Principal string

	// Doubt is what looks wrong with Principal, or "" if nothing does.
	Doubt string

	// Deleted are the ids of the statements whose principal was deleted. Absent
	// removes them. A statement without an id is "".
	Deleted []string

	// Err is the service's own error.
	Err error
}

// Error says which of the principals is to blame.
func (e *PrincipalError) Error() string {
	var reasons []string
	if len(e.Deleted) > 0 {
		reasons = append(reasons, fmt.Sprintf("the policy has statements whose principal was deleted: %q; remove them first", e.Deleted))
	}
	switch {
	case e.Doubt != "":
		reasons = append(reasons, fmt.Sprintf("principal %q: %s", e.Principal, e.Doubt))
	case len(e.Deleted) == 0 && isIAMIdentity(e.Principal):
		reasons = append(reasons, fmt.Sprintf("principal %q does not exist, or was created so recently that Lambda does not know it yet", e.Principal))
	case len(e.Deleted) == 0:
		reasons = append(reasons, fmt.Sprintf("principal %q is well-formed, but the service does not know it", e.Principal))
	}
	return fmt.Sprintf("%v (%s)", e.Err, strings.Join(reasons, "; "))
}

// Unwrap returns the service's own error.
func (e *PrincipalError) Unwrap() error { return e.Err }

// DiagnosePrincipal finds out why AddPermission refused a principal: it reads the
// policy and returns a *PrincipalError around err. Grant does so by itself. An
// err that says something else, nil too, is returned as it is, and nothing is
// read. If the policy cannot be read, the request's principal alone is judged.
func DiagnosePrincipal(ctx context.Context, api permission.GetPolicyAPIClient, in *permission.AddPermissionInput, err error, optFns ...func(*permission.Options)) error {
	if in == nil || !isPrincipalRefused(err) {
		return err
	}
	return diagnosePrincipal(in, readDocument(ctx, api, in, optFns), err)
}

// readDocument returns the policy that a grant is for, or none if it cannot be
// read.
func readDocument(ctx context.Context, api permission.GetPolicyAPIClient, in *permission.AddPermissionInput, optFns []func(*permission.Options)) policy.Document {
	scope, err := in.Request().Function()
	if err != nil {
		return policy.Document{}
	}
	p, _ := permission.ReadPolicy(ctx, api, scope.String(), optFns...)
	return p.Document
}

func diagnosePrincipal(in *permission.AddPermissionInput, d policy.Document, err error) error {
	var already *PrincipalError
	if !isPrincipalRefused(err) || errors.As(err, &already) {
		return err
	}
	e := &PrincipalError{Principal: in.Request().Principal, Doubt: doubtPrincipal(in.Request()), Err: err}
	for _, s := range d.Statements() {
		if len(s.DeadPrincipals()) > 0 {
			e.Deleted = append(e.Deleted, s.Sid())
		}
	}
	return e
}

// isPrincipalRefused reports whether err is about a principal: the request's, or
// any of the policy.
func isPrincipalRefused(err error) bool {
	text := lambdaerrors.Message(err)
	return lambdaerrors.IsInvalidParameterValue(err) &&
		(strings.HasPrefix(text, "The provided principal was invalid") || strings.HasPrefix(text, "The provided input'arn:"))
}

// doubtPrincipal returns what the rules have against the request's principal.
func doubtPrincipal(req validate.Request) string {
	var broken *validate.Error
	if !errors.As(validate.Current.Check(req), &broken) {
		return ""
	}
	for _, v := range broken.Violations {
		if v.Field == "Principal" && v.Hint != "" {
			return v.Hint
		}
		if v.Field == "Principal" {
			return v.Message
		}
	}
	return ""
}

// isIAMIdentity reports whether a principal is the ARN of an IAM user or role.
func isIAMIdentity(principal string) bool {
	_, rest, _ := strings.Cut(principal, ":iam::")
	_, identity, _ := strings.Cut(rest, ":")
	return strings.HasPrefix(principal, "arn:") && (strings.HasPrefix(identity, "role/") || strings.HasPrefix(identity, "user/"))
}
