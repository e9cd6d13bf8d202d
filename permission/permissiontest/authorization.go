package permissiontest

import (
	"net/http"
	"slices"
	"strings"
)

// authorization is a parsed Authorization header of Signature Version 4 (IAM
// User Guide, "Create a signed AWS API request", "Add the signature to the
// request").
type authorization struct {
	keyID, date, region, service string
	signedHeaders                []string // in lower case
	signature                    string
}

const signingAlgorithm = "AWS4-HMAC-SHA256"

// optionalSpace is what HTTP takes for white space in a header (RFC 9110, section
// 5.6.3).
const optionalSpace = " \t"

func incomplete(message string) *answer {
	return plainError(http.StatusForbidden, "IncompleteSignatureException", message)
}

// parseAuthorization reads the header's text. No answer repeats the text: it may
// be a bearer token that went to the wrong place.
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

// authorizationParameters splits NAME=VALUE parts at commas, with or without
// space around them, and none in them.
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

// parseCredential reads KEYID/DATE/REGION/SERVICE/aws4_request.
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

// unsigned returns a header that must be signed and is not: the host, and every
// x-amz- header of the request. "" means there is none.
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
