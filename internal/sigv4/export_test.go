package sigv4

import (
	"net/http"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// IsPlain reports whether SignHTTP signs a request itself.
func IsPlain(r *http.Request, sessionToken string, options v4.SignerOptions) bool {
	return isPlain(r, &options) && new(fields).collect(r, sessionToken)
}
