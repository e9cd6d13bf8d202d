package permission

import (
	"context"
	"time"
)

// DefaultRoleWait is how long AwaitingRoles waits unless told otherwise.
const DefaultRoleWait = 30 * time.Second

// AwaitingRoles returns an API over api that gives a role or user created a moment
// ago the time to become known: Lambda refuses one as a principal that it does not
// know yet, and IAM changes take time to arrive everywhere (IAM User Guide,
// "Troubleshooting IAM", "Changes that I make are not always immediately
// visible").
//
// It tries an AddPermission again for as long as most, 0 or less meaning
// DefaultRoleWait, if "The provided principal was invalid" is the answer and the
// principal is the ARN of an IAM user or role. It does not wait where that cannot
// help: when the policy has a statement whose principal was deleted, which gets
// every grant refused. It reads the policy to know. The error is then a
// *PrincipalError, as it is when the time is over.
//
// It is safe for concurrent use, as api must be.
func AwaitingRoles(api API, most time.Duration) API {
	if most <= 0 {
		most = DefaultRoleWait
	}
	return &awaitingRoles{api, most}
}

type awaitingRoles struct {
	API
	most time.Duration
}

// AddPermission calls the API below until the principal is known.
func (a *awaitingRoles) AddPermission(ctx context.Context, in *AddPermissionInput, optFns ...func(*Options)) (*AddPermissionOutput, error) {
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
func (a *awaitingRoles) diagnose(ctx context.Context, in *AddPermissionInput, err error, optFns []func(*Options)) (diagnosis error, mayPass bool) {
	p, _ := readPolicy(ctx, a.API, in.FunctionName, in.Qualifier, optFns)
	diagnosis = diagnosePrincipal(in, p.document, err)
	return diagnosis, len(p.document.DeadPrincipals()) == 0 && doubtPrincipal(in.Request()) == ""
}

// exclusively holds the function below.
func (a *awaitingRoles) exclusively(ctx context.Context, key string, do func(API) error) error {
	return exclusivelyBelow(ctx, a.API, key, func(api API) error { return do(&awaitingRoles{api, a.most}) })
}
