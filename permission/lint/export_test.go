package lint

import (
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Seams for the tests of what has an oracle of its own.

func Overlaps(a, b string) bool { return overlaps(a, b) }

func Includes(pattern, shape string) bool { return includes(pattern, shape) }

func RequestOf(s policy.Statement) (validate.Request, arn.Function, bool) { return requestOf(s) }

// MayCover is the quick look that comes before policy.Covers.
func MayCover(a, b policy.Statement) bool { return termsOf(a).mayFollowFrom(termsOf(b)) }
