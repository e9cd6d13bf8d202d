package permissiontest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signatureWindow is how far the time of a signature may be from the service's.
const signatureWindow = 5 * time.Minute

// timeFormat is that of X-Amz-Date: ISO 8601, basic format, UTC.
const timeFormat = "20060102T150405Z"

// verifier judges signatures. It has no cryptography of its own: it signs what
// it received once more, with the SDK's signer, and compares.
type verifier struct {
	*settings
	keys   *keyring
	signer *v4.Signer
}

func newVerifier(s *settings, keys *keyring) *verifier {
	return &verifier{settings: s, keys: keys, signer: v4.NewSigner()}
}

func invalidSignature(message string) *answer {
	return plainError(http.StatusForbidden, "InvalidSignatureException", message)
}

// verify refuses a request that is not signed by the known credentials for this
// service, region and time, headers and body included.
func (v *verifier) verify(r *http.Request, body []byte) *answer {
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		return plainError(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	a, refused := parseAuthorization(strings.Join(header, ","))
	if refused != nil {
		return refused
	}
	signedAt, refused := signingTime(r.Header)
	if refused != nil || v.anySignature {
		return refused
	}
	known := v.keys.get()
	for _, check := range []*answer{v.checkIdentity(a, r.Header, known), v.checkScope(a, signedAt), v.checkTime(signedAt)} {
		if check != nil {
			return check
		}
	}
	return v.checkSignature(a, r, body, signedAt, known)
}

// signingTime reads X-Amz-Date. A signature over the Date header instead, which
// Signature Version 4 allows, is not supported: no SDK sends it.
func signingTime(header http.Header) (time.Time, *answer) {
	date := header.Get("X-Amz-Date")
	if date == "" {
		return time.Time{}, incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	t, err := time.Parse(timeFormat, date)
	if err != nil {
		return time.Time{}, incomplete("Date must be in ISO-8601 'basic format'. Got '" + date + "'.")
	}
	return t, nil
}

// checkIdentity refuses a key id and a session token that are not known.
func (v *verifier) checkIdentity(a authorization, header http.Header, known aws.Credentials) *answer {
	token := header.Get("X-Amz-Security-Token")
	if same(a.keyID, known.AccessKeyID) && same(token, known.SessionToken) {
		return nil
	}
	return v.keys.refuse(a.keyID, token)
}

// checkScope refuses a signature made for something else. That it is refused is
// how Signature Version 4 works; the words are those of other services.
func (v *verifier) checkScope(a authorization, signedAt time.Time) *answer {
	date := signedAt.Format("20060102")
	switch {
	case a.region != v.region:
		return invalidSignature("Credential should be scoped to a valid region. ")
	case a.service != "lambda":
		return invalidSignature("Credential should be scoped to correct service: 'lambda'. ")
	case a.date != date:
		return invalidSignature("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
			a.date + "' != '" + date + "', from '" + signedAt.Format(timeFormat) + "'.")
	}
	return nil
}

func (v *verifier) checkTime(signedAt time.Time) *answer {
	now := v.now().UTC()
	earliest, latest := now.Add(-signatureWindow), now.Add(signatureWindow)
	at := signedAt.Format(timeFormat)
	switch {
	case signedAt.Before(earliest.Truncate(time.Second)):
		return invalidSignature("Signature expired: " + at + " is now earlier than " +
			earliest.Format(timeFormat) + " (" + now.Format(timeFormat) + " - 5 min.)")
	case signedAt.After(latest):
		return invalidSignature("Signature not yet current: " + at + " is still later than " +
			latest.Format(timeFormat) + " (" + now.Format(timeFormat) + " + 5 min.)")
	}
	return nil
}

// checkSignature signs a copy of the request that has exactly the headers which
// the Authorization header names, and compares the two signatures.
func (v *verifier) checkSignature(a authorization, r *http.Request, body []byte, signedAt time.Time, known aws.Credentials) *answer {
	if a.unsigned(r.Header) == "" {
		again := signable(r, a)
		hash := sha256.Sum256(body)
		err := v.signer.SignHTTP(r.Context(), known, again, hex.EncodeToString(hash[:]), "lambda", v.region, signedAt)
		expected, refused := parseAuthorization(again.Header.Get("Authorization"))
		if err == nil && refused == nil && same(a.signature, expected.signature) {
			return nil
		}
	}
	return invalidSignature("The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
}

// signable copies what a signature covers.
func signable(r *http.Request, a authorization) *http.Request {
	again := &http.Request{
		Method: r.Method,
		Host:   r.Host,
		URL:    &url.URL{Opaque: "//" + r.Host + rawPath(r), RawQuery: r.URL.RawQuery},
		Header: make(http.Header),
	}
	for name, values := range r.Header {
		if a.signs(name) {
			again.Header[name] = append([]string(nil), values...)
		}
	}
	if a.signs("content-length") {
		again.ContentLength = r.ContentLength
	}
	return again
}

// rawPath is the path as it came: decoding it and encoding it again could change
// it, and the client signed what it sent.
func rawPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if strings.HasPrefix(path, "/") {
		return path
	}
	return r.URL.EscapedPath()
}

// same compares secrets in constant time.
func same(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
