package ensure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

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
		if v.Field == "Principal" {
			return cmp.Or(v.Hint, v.Message)
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

// DefaultRoleWait is how long AwaitingRoles waits unless told otherwise.
const DefaultRoleWait = 30 * time.Second

// AwaitingRoles returns an API over api that waits for a role or user which was
// created a moment ago. Lambda refuses a principal that it does not know yet, and IAM
// changes take time to arrive everywhere (IAM User Guide, "Troubleshooting IAM",
// "Changes that I make are not always immediately visible").
//
// It tries an AddPermission again for at most the time given, or DefaultRoleWait if
// that is 0 or less. It does so if the answer is "The provided principal was invalid"
// and the principal is the ARN of an IAM user or role. It reads the policy to find out
// whether waiting can help: if a statement of the policy names a principal that was
// deleted, every grant is refused, and AwaitingRoles returns at once. Then and when
// the time is over the error is a *PrincipalError.
//
// It is safe for concurrent use, as api must be.
func AwaitingRoles(api permission.API, most time.Duration) permission.API {
	if most <= 0 {
		most = DefaultRoleWait
	}
	return &awaitingRoles{api, most}
}

type awaitingRoles struct {
	permission.API
	most time.Duration
}

// AddPermission calls the API below until the principal is known.
func (a *awaitingRoles) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	deadline := time.Now().Add(a.most)
	for wait := time.Second; ; wait = min(2*wait, 5*time.Second) {
		out, err := a.API.AddPermission(ctx, in, optFns...)
		if !isPrincipalRefused(err) || !isIAMIdentity(in.Request().Principal) {
			return out, err
		}
		diagnosis, mayPass := a.diagnose(ctx, in, err, optFns)
		left := time.Until(deadline)
		if !mayPass || left <= 0 {
			return nil, diagnosis
		}
		if err := sleep(ctx, min(wait, left)); err != nil {
			return nil, err
		}
	}
}

// diagnose says why the principal was refused, and whether time may help.
func (a *awaitingRoles) diagnose(ctx context.Context, in *permission.AddPermissionInput, err error, optFns []func(*permission.Options)) (diagnosis error, mayPass bool) {
	document := readDocument(ctx, a.API, in, optFns)
	diagnosis = diagnosePrincipal(in, document, err)
	return diagnosis, len(document.DeadPrincipals()) == 0 && doubtPrincipal(in.Request()) == ""
}
