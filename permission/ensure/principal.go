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

// PrincipalError is the service's refusal of a principal, with the reason as far as
// it can be found out. The service gives the same answer ("The provided principal was
// invalid") if the principal of the request is not valid and if a statement of the
// policy names a principal that was deleted. Such a statement has a unique id
// (AIDA..., AROA...) in place of the ARN, grants nobody anything, and keeps the policy
// from growing until it is removed (IAM User Guide, "AWS JSON policy elements:
// Principal").
type PrincipalError struct {
	// Principal is that of the request; "" if a whole policy was refused.
	Principal string

	// Doubt says why Principal does not look valid, or is "" if it does.
	Doubt string

	// Deleted are the ids of the statements whose principal was deleted. Absent
	// removes them. A statement without an id is "".
	Deleted []string

	// Err is the service's own error.
	Err error
}

// Error says which principal was refused.
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
// read. If the policy cannot be read, only the principal of the request is judged.
func DiagnosePrincipal(ctx context.Context, api permission.GetPolicyAPIClient, in *permission.AddPermissionInput, err error, optFns ...func(*permission.Options)) error {
	if in == nil || !isPrincipalRefused(err) {
		return err
	}
	return diagnosePrincipal(in, readDocument(ctx, api, in, optFns), err)
}

// readDocument returns the policy that a grant is for, or the zero Document if it
// cannot be read.
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
	e := &PrincipalError{Principal: in.Request().Principal, Doubt: doubtPrincipal(in.Request()), Deleted: deletedIn(d), Err: err}
	return e
}

// deletedIn returns the ids of the statements of d whose principal was deleted.
func deletedIn(d policy.Document) []string {
	var ids []string
	for _, s := range d.Statements() {
		if len(s.DeadPrincipals()) > 0 {
			ids = append(ids, s.Sid())
		}
	}
	return ids
}

// isPrincipalRefused reports whether err is about a principal: the request's, or
// any of the policy.
func isPrincipalRefused(err error) bool {
	text := lambdaerrors.Message(err)
	return lambdaerrors.IsInvalidParameterValue(err) &&
		(strings.HasPrefix(text, "The provided principal was invalid") || strings.HasPrefix(text, "The provided input'arn:"))
}

// doubtPrincipal returns why the rules refuse the principal of a request, or "".
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
