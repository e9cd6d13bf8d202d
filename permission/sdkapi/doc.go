// Package sdkapi makes the AWS SDK's Lambda client, service/lambda, a
// [permission.API] and a [permission.ResourcePolicyAPI], for programs that keep that
// client:
//
//	api := sdkapi.New(lambda.NewFromConfig(cfg))
//	result, err := ensure.Grants(ctx, api, desired)
//
// Go compares the types of methods by name, so a *lambda.Client does not implement
// them by itself, although its inputs and outputs have the same fields.
//
// # What stays the client's own
//
// The client sends the calls, with its own credentials, endpoint, retries and
// middleware. So two things that a *permission.Client does are missing. Calls are
// checked before they are sent only if [permission.Preflight] is among the client's
// APIOptions. And a grant whose response was lost ends in the conflict of its retry;
// package ensure, which reads the policy, finds the grant all the same.
//
// Errors are the client's too. The questions of package errors (IsNotFound,
// IsConflict, ConflictKindOf and the others) answer for them; errors.As with the
// exception types of that package does not find them, with those of
// service/lambda/types it does.
//
// # Versions
//
// This package is a module of its own, so that the library does not depend on the
// generated client:
//
//	go get github.com/lambdaperm/lambdaperm/permission/sdkapi
//
// It requires service/lambda v1.102.0 of August 2026, the first version with the
// operations on whole policies, and so leaves a program with any later version at
// that version.
package sdkapi
