package conformance_test

import (
	"net/http"
	"strings"

	"github.com/lambdaperm/lambdaperm"
)

// apiVersion is the pinned version of service/lambda (go.mod).
const apiVersion = "1.114.2"

// The one header in which the clients differ: each names itself. It is not
// signed.
const (
	ourAgent = "lib/lambdaperm#" + lambdaperm.Version
	sdkAgent = "api/lambda#" + apiVersion
)

// hideAgent replaces a client's own name in the User-Agent header. Without the
// name the header stays as it is, and then the comparison fails.
func hideAgent(h http.Header, agent string) {
	h.Set("User-Agent", strings.Replace(h.Get("User-Agent"), agent, "CLIENT", 1))
}
