package lint

import (
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Seams for the tests of what has an oracle of its own.

// MayCover is the quick look that comes before policy.Covers.
func MayCover(a, b policy.Statement) bool { return termsOf(a).mayFollowFrom(termsOf(b)) }
