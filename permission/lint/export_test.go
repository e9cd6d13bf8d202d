package lint

import (
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Seams for the tests of what has an oracle of its own.

func Overlaps(a, b string) bool { return overlaps(a, b) }

func Includes(pattern, shape string) bool { return includes(pattern, shape) }

// MayCover is the quick look that comes before policy.Covers.
func MayCover(a, b policy.Statement) bool { return termsOf(a).mayFollowFrom(termsOf(b)) }
