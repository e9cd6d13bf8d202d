// Package grant makes the grants that functions need, and statement ids for them.
//
// A grant is a [validate.Request]: package permission sends it, package policy
// writes and compares it, package lint judges it.
package grant

import "github.com/lambdaperm/lambdaperm/validate"

// Request is a grant in plain values.
type Request = validate.Request
