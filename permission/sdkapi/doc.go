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
// # Differences from permission.Client
//
// The client sends the calls, with its own credentials, endpoint, retries and
// middleware. So two things that a *permission.Client does are missing here. Calls are
// checked before they are sent only if [permission.Preflight] is among the client's
// APIOptions. And a grant whose response was lost ends in the conflict of its retry;
// package ensure, which reads the policy, finds the grant all the same.
//
// Errors are the client's too. The functions of package errors (IsNotFound, IsConflict,
// ConflictKindOf and the others) recognize them. errors.As finds the exception types of
// service/lambda/types in them, not those of package errors.
//
// # Versions
//
// This package is a module of its own, so that the library does not depend on the
// generated client:
//
//	go get github.com/lambdaperm/lambdaperm/permission/sdkapi
//
// It requires service/lambda v1.102.0 of August 2026, the first version with the
// operations on whole policies, so a program that requires a later version keeps that
// version.
package sdkapi
