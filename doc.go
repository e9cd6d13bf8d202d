// Package lambdaperm is the root of a library around one AWS operation, Lambda
// AddPermission, which adds a statement to the resource policy of a function,
// version or alias: "this event source may invoke me". GetPolicy and
// RemovePermission stand beside it.
//
// A grant is checked before it leaves the process, sent signed, and answered by
// a typed value or a typed error; a test runs all of it without AWS.
//
// # Packages
//
//   - [github.com/lambdaperm/lambdaperm/arn]: ARNs, function names in all their
//     forms, qualifiers.
//   - [github.com/lambdaperm/lambdaperm/validate]: the documented constraints as
//     tables, every violation at once.
//   - [github.com/lambdaperm/lambdaperm/errors]: the service's exceptions as Go
//     types and the questions a program asks of them.
//   - [github.com/lambdaperm/lambdaperm/permission]: the client, its inputs and
//     outputs, recovery of lost responses, and the pre-flight for programs that
//     keep the AWS SDK's client.
//   - [github.com/lambdaperm/lambdaperm/permission/policy]: the policy document
//     as a value: parse, build, compare, evaluate.
//   - [github.com/lambdaperm/lambdaperm/permission/grant]: the grants that functions
//     need, and statement ids for them.
//   - [github.com/lambdaperm/lambdaperm/permission/ensure]: one grant, its absence,
//     and the grants that a function should have, with as few writes as possible.
//   - [github.com/lambdaperm/lambdaperm/permission/lint]: findings about grants
//     that the service accepts, but that are unsafe or can never match.
//   - [github.com/lambdaperm/lambdaperm/permission/permissiontest]: the service
//     in memory, for tests.
//
// Two modules below this one have dependencies of their own:
// github.com/lambdaperm/lambdaperm/permission/sdkapi gives the AWS SDK's client to
// these packages, and github.com/lambdaperm/lambdaperm/cmd/lambdaperm is a command.
//
// # Stability
//
// The module is v0: until v1 an exported name may still change between minor
// versions, and CHANGELOG.md says so when it does.
package lambdaperm

// Version is the version of this module, the newest in CHANGELOG.md. The
// client sends it in its User-Agent header as lib/lambdaperm#Version.
const Version = "0.1.0"
