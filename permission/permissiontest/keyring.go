package permissiontest

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// keyring holds the credentials that the service knows, and the temporary ones
// that it knew. It is safe for concurrent use.
type keyring struct {
	mu      sync.Mutex
	current aws.Credentials
	expired []aws.Credentials
}

func credentials(accessKeyID, secretAccessKey, sessionToken string) aws.Credentials {
	return aws.Credentials{
		AccessKeyID:     accessKeyID,
		SecretAccessKey: secretAccessKey,
		SessionToken:    sessionToken,
		Source:          "permissiontest",
	}
}

func (k *keyring) get() aws.Credentials {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}

func (k *keyring) rotate(next aws.Credentials) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current.SessionToken != "" {
		k.expired = append(k.expired, k.current)
	}
	k.current = next
}

// refuse is the answer to a key id and a session token that are not the current
// ones. It does not tell which of the two is wrong.
func (k *keyring) refuse(keyID, sessionToken string) *answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.expired {
		if same(keyID, c.AccessKeyID) && same(sessionToken, c.SessionToken) {
			return plainError(http.StatusForbidden, "ExpiredTokenException",
				"The security token included in the request is expired")
		}
	}
	return plainError(http.StatusForbidden, "UnrecognizedClientException",
		"The security token included in the request is invalid.")
}

// RotateCredentials makes the service know these credentials from now on instead
// of those it knew. Temporary ones, with a session token, have expired then: a
// request signed by them is answered ExpiredTokenException; one signed by a key
// without a token is answered UnrecognizedClientException. A configuration that
// Config returned follows, as one does whose credentials are refreshed.
func (s *Service) RotateCredentials(accessKeyID, secretAccessKey, sessionToken string) error {
	if accessKeyID == "" || secretAccessKey == "" {
		return fmt.Errorf("permissiontest: RotateCredentials needs a key id and a secret key")
	}
	s.keys.rotate(credentials(accessKeyID, secretAccessKey, sessionToken))
	return nil
}
