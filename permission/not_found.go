package permission

import (
	"strings"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

// isElsewhere reports whether a ResourceNotFoundException says nothing about the
// scope, because it was looked for in another region than its ARN's.
func isElsewhere(err error) bool {
	return lambdaerrors.IsNotFound(err) && strings.HasPrefix(lambdaerrors.Message(err), "Functions from ")
}
