// Package grant makes the grants that functions need: from an event source, from
// the id of an API or a skill, for an account, a role, an organization or a
// function URL.
//
//	r, err := grant.EventSource("thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
//
// A grant is a [Request]: the parameters of AddPermission in plain values. Package
// permission sends it, package ensure keeps it in force, package policy writes and
// compares it, package lint judges it.
//
// # Event sources
//
// [EventSource] reads from an ARN which service calls for the resource, under which
// name in its partition and region, and whether SourceAccount belongs beside it. It
// knows the services that [Services] lists. An ARN that no call ever has is an
// [*Error] with the mistake and the right form: Lambda would accept a grant with
// such a SourceArn, which then never matches.
//
// Every constructor takes the function first, in any form that the API takes, with
// its version or alias: "thumbnail:PROD". The results pass validate.Current, but
// for the StatementId, which is empty unless [WithOwner] is given. Nothing here asks
// AWS whether a function, a resource or an account exists.
//
// # Statement ids
//
// [StatementID] makes an id from the meaning of a grant, and [Owns] recognises it.
//
// All functions and values are safe for concurrent use.
package grant

import "github.com/lambdaperm/lambdaperm/validate"

// Request is a grant in plain values.
type Request = validate.Request
