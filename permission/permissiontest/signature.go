package permissiontest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signatureWindow is how far the time of a signature may be from the service's.
const signatureWindow = 5 * time.Minute

// timeFormat is that of X-Amz-Date: ISO 8601, basic format, UTC.
const timeFormat = "20060102T150405Z"

// verifier checks signatures. It has no cryptography of its own: it signs the received
// request again, with the SDK's signer, and compares.
type verifier struct {
	*settings
	keys   *keyring
	signer *v4.Signer
}

func newVerifier(s *settings, keys *keyring) *verifier {
	return &verifier{settings: s, keys: keys, signer: v4.NewSigner()}
}

// missingToken: brefphp/bref#1250.
func missingToken() *answer {
	return plainError(http.StatusForbidden, "MissingAuthenticationTokenException", "Missing Authentication Token")
}

func invalidSignature(message string) *answer {
	return plainError(http.StatusForbidden, "InvalidSignatureException", message)
}

// verify refuses a request that is not signed by the known credentials for this
// service, region and time, including headers and body. If the body was not read,
// because it is too long, verify checks everything but the signature itself.
func (v *verifier) verify(r *http.Request, body []byte, read bool) *answer {
	header := r.Header.Values("Authorization")
	if len(header) == 0 {
		return missingToken()
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
	if !read {
		return nil
	}
	return v.checkSignature(a, r, body, signedAt, known)
}

// signingTime parses X-Amz-Date. Signature Version 4 also allows the Date header; that
// is not supported, since no SDK uses it.
func signingTime(header http.Header) (time.Time, *answer) {
	date := single(header, "X-Amz-Date")
	if date == "" {
		return time.Time{}, incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	t, err := time.Parse(timeFormat, date)
	if err != nil {
		return time.Time{}, incomplete("Date must be in ISO-8601 'basic format'. Got '" + date + "'.")
	}
	return t, nil
}

// single returns the value of a header that must not be repeated. If it is repeated,
// the values are joined (RFC 9110, section 5.2), which makes them invalid: the signer
// sets these headers itself, so that a second value would not be noticed.
func single(header http.Header, name string) string { return strings.Join(header.Values(name), ",") }

// checkIdentity refuses an unknown key id or session token.
func (v *verifier) checkIdentity(a authorization, header http.Header, known aws.Credentials) *answer {
	token := single(header, "X-Amz-Security-Token")
	if same(a.keyID, known.AccessKeyID) && same(token, known.SessionToken) {
		return nil
	}
	return v.keys.refuse(a.keyID, token)
}

// checkScope refuses a signature for another region, service or day, as Signature
// Version 4 requires. The messages are those of other services.
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

// checkTime answers InvalidSignatureException, not RequestExpired, as quoted in
// PolymerAWS/polymeraws#17.
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

// checkSignature signs a copy of the request that has exactly the headers which the
// Authorization header names, and compares the two signatures. Source of the message:
// erlcloud/erlcloud#690.
func (v *verifier) checkSignature(a authorization, r *http.Request, body []byte, signedAt time.Time, known aws.Credentials) *answer {
	// The signer would leave out the parts of a query that cannot be parsed.
	_, malformed := url.ParseQuery(r.URL.RawQuery)
	if malformed == nil && a.unsigned(r.Header) == "" {
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

// signable copies the parts of a request that its signature covers.
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

// rawPath returns the path as the client sent and signed it. Decoding it and encoding
// it again could change it.
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

// authorization is a parsed Authorization header of Signature Version 4 (IAM
// User Guide, "Create a signed AWS API request", "Add the signature to the
// request").
type authorization struct {
	keyID, date, region, service string
	signedHeaders                []string // in lower case
	signature                    string
}

const signingAlgorithm = "AWS4-HMAC-SHA256"

// optionalSpace has the white space of HTTP headers (RFC 9110, section 5.6.3).
const optionalSpace = " \t"

// incomplete is the answer to an Authorization header that cannot be read. Code
// and texts are those of API Gateway (aws-amplify/amplify-flutter#1539); Lambda's
// are not known.
func incomplete(message string) *answer {
	return plainError(http.StatusForbidden, "IncompleteSignatureException", message)
}

// parseAuthorization parses the value of the header. The refusals do not repeat it: it
// may be the bearer token of another service.
func parseAuthorization(header string) (authorization, *answer) {
	algorithm, rest, _ := strings.Cut(strings.Trim(header, optionalSpace), " ")
	if algorithm != signingAlgorithm {
		return authorization{}, incomplete("Authorization header must begin with '" + signingAlgorithm + "'.")
	}
	parameters, ok := authorizationParameters(rest)
	if !ok {
		return authorization{}, incomplete("Authorization header has a malformed or repeated parameter.")
	}
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if parameters[name] == "" {
			missing = append(missing, "Authorization header requires '"+name+"' parameter.")
		}
	}
	if missing != nil {
		return authorization{}, incomplete(strings.Join(missing, " "))
	}
	a := authorization{
		signedHeaders: strings.Split(strings.ToLower(parameters["SignedHeaders"]), ";"),
		signature:     parameters["Signature"],
	}
	return a, a.parseCredential(parameters["Credential"])
}

func isSpaceOrControl(r rune) bool { return r <= ' ' || r == 0x7F }

// authorizationParameters splits NAME=VALUE parts at commas, which may have space
// around them. The parts have no space in them.
func authorizationParameters(s string) (map[string]string, bool) {
	parameters := make(map[string]string)
	for part := range strings.SplitSeq(s, ",") {
		part = strings.Trim(part, optionalSpace)
		if part == "" {
			continue
		}
		name, value, ok := strings.Cut(part, "=")
		if _, repeated := parameters[name]; !ok || repeated || strings.ContainsFunc(part, isSpaceOrControl) {
			return nil, false
		}
		parameters[name] = value
	}
	return parameters, true
}

// parseCredential parses KEYID/DATE/REGION/SERVICE/aws4_request.
func (a *authorization) parseCredential(credential string) *answer {
	elements := strings.Split(credential, "/")
	if len(elements) != 5 || slices.Contains(elements, "") {
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.")
	}
	if elements[4] != "aws4_request" {
		return incomplete("Credential should be scoped with a valid terminator: 'aws4_request'.")
	}
	a.keyID, a.date, a.region, a.service = elements[0], elements[1], elements[2], elements[3]
	return nil
}

// signs reports whether a header is among the signed ones.
func (a *authorization) signs(header string) bool {
	return slices.Contains(a.signedHeaders, strings.ToLower(header))
}

// unsigned returns a header that must be signed and is not: the host, or an x-amz-
// header of the request. It returns "" if all of them are signed.
func (a *authorization) unsigned(header http.Header) string {
	if !a.signs("host") {
		return "host"
	}
	for name := range header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") && !a.signs(lower) {
			return lower
		}
	}
	return ""
}

// keyring has the credentials that the service accepts, and the expired temporary
// ones. It is safe for concurrent use.
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

// refuse answers a request whose key id or session token is not the current one. It
// does not say which of the two is wrong. Sources of the messages:
// cloudquery/cq-provider-aws#1171 and cloudyr/aws.lambda#10.
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

// RotateCredentials replaces the credentials that the service accepts. If the previous
// ones had a session token, they expire: a request signed by them is answered
// ExpiredTokenException. A request signed by previous credentials without a token is
// answered UnrecognizedClientException. Clients whose configuration comes from Config
// use the new credentials from then on.
func (s *Service) RotateCredentials(accessKeyID, secretAccessKey, sessionToken string) error {
	if accessKeyID == "" || secretAccessKey == "" {
		return fmt.Errorf("permissiontest: RotateCredentials needs a key id and a secret key")
	}
	s.keys.rotate(credentials(accessKeyID, secretAccessKey, sessionToken))
	return nil
}
