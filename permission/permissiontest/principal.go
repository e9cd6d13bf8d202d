package permissiontest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/services"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The forms of a principal that AddPermission accepts besides "*" and an account ID:
// a service, and the identities of IAM User Guide, "AWS JSON policy elements:
// Principal", that the policy of a function can name.
var (
	// The service's list of services is not published: a name of this form passes
	// unless it is known to be refused.
	servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)

	// A path may have any printable character, a name those of the service's message
	// (CreateRole, Path and RoleName).
	iamIdentity = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::\d{12}:(root|(user|role)/([\x21-\x7e]*/)?[\w+=,.@-]+)$`)
	stsSession  = regexp.MustCompile(`^arn:(aws[a-z-]*):sts::\d{12}:(assumed-role/[\w+=,.@-]+/[\w+=,.@-]+|federated-user/[\w+=,.@-]+)$`)
	anyIAMARN   = regexp.MustCompile(`^arn:aws[a-z-]*:iam:`)
)

// alexaPrincipals are services of the domain amazon.com; they do not exist under
// amazonaws.com (AWS Lambda Developer Guide, "Using AWS Lambda with Alexa").
var alexaPrincipals = []string{"alexa-appkit.amazon", "alexa-connectedhome.amazon"}

// checkPrincipals refuses a principal that does not exist, and every addition to a
// policy that names a deleted one: the service checks the whole document.
func (s *Service) checkPrincipals(principal string, before policy.Document) *answer {
	switch {
	case anyIAMARN.MatchString(principal) && !iamIdentity.MatchString(principal):
		return malformedIAMARN(principal)
	case !s.isPrincipal(principal), len(before.DeadPrincipals()) > 0:
		return invalidParameter(invalidPrincipal)
	}
	return nil
}

func (s *Service) isPrincipal(p string) bool {
	return p == "*" || arn.IsAccountID(p) || s.isService(p) || s.isIdentity(p)
}

// isService reports whether a name has the form of a service principal and is not
// known to be refused in the partition of the service.
func (s *Service) isService(p string) bool {
	for _, alexa := range alexaPrincipals {
		if domain, ok := strings.CutPrefix(p, alexa); ok {
			return domain == ".com"
		}
	}
	_, refused := services.Refused(p, partitionOf(s.region))
	return servicePrincipal.MatchString(p) && !refused
}

// isIdentity reports whether an ARN names an identity in the partition of the
// service. Every well-formed one exists until DeletePrincipal.
func (s *Service) isIdentity(p string) bool {
	for _, form := range []*regexp.Regexp{iamIdentity, stsSession} {
		if m := form.FindStringSubmatch(p); m != nil {
			return m[1] == partitionOf(s.region) && s.gone[p] == ""
		}
	}
	return false
}

// DeletePrincipal deletes an IAM user or role, named by its ARN. The service then
// refuses it as a principal, and statements that name it show its unique id (AIDA...,
// AROA...) instead (IAM User Guide, "AWS JSON policy elements: Principal"). Nothing
// can be added to a policy with such a statement until the statement is removed.
//
// Every well-formed ARN of a user or role exists until it is deleted. Any other text,
// or a second deletion, is an error.
func (s *Service) DeletePrincipal(principalARN string) error {
	m := iamIdentity.FindStringSubmatch(principalARN)
	if m == nil || m[3] == "" {
		return fmt.Errorf("permissiontest: %q is not the ARN of an IAM user or role", principalARN)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone[principalARN] != "" {
		return fmt.Errorf("permissiontest: %s is deleted already", principalARN)
	}
	prefix := map[string]string{"user": "AIDA", "role": "AROA"}[m[3]]
	id := fmt.Sprintf("%s%017d", prefix, len(s.gone)+1)
	s.gone[principalARN] = id
	for _, f := range s.functions {
		for scope, p := range f.policies {
			f.policies[scope] = attached{withUniqueIDs(p.document, s.gone), p.revisionID}
		}
	}
	return nil
}

// withUniqueIDs returns a document in which the unique ids of deleted identities
// replace their ARNs in Principal and NotPrincipal.
func withUniqueIDs(d policy.Document, ids map[string]string) policy.Document {
	r := renaming{text: d.Raw(), json: json.NewDecoder(strings.NewReader(d.Raw())), ids: ids}
	r.value(nil)
	if r.copied == 0 {
		return d
	}
	r.out.WriteString(r.text[r.copied:])
	renamed, err := policy.Parse(r.out.String())
	if err != nil {
		panic(err) // a string was replaced by a string
	}
	return renamed
}

// renaming copies the JSON of a policy and replaces principals. The text is known
// to be valid.
type renaming struct {
	text   string
	json   *json.Decoder
	ids    map[string]string
	out    strings.Builder
	copied int // the length of the text that out stands for
}

// value reads one value. path has the names of the enclosing members; the elements of
// a list have the path of the list.
func (r *renaming) value(path []string) {
	begin := int(r.json.InputOffset())
	token, _ := r.json.Token()
	switch t := token.(type) {
	case string:
		if id := r.ids[t]; id != "" && isPrincipalPath(path) {
			begin += strings.IndexByte(r.text[begin:], '"') // after a colon or a comma
			r.out.WriteString(r.text[r.copied:begin] + `"` + id + `"`)
			r.copied = int(r.json.InputOffset())
		}
	case json.Delim:
		for r.json.More() {
			inner := path
			if t == '{' {
				name, _ := r.json.Token()
				inner = append(path, fmt.Sprint(name))
			}
			r.value(inner)
		}
		_, _ = r.json.Token() // the closing brace or bracket
	}
}

func isPrincipalPath(path []string) bool {
	return slices.Equal(path, []string{"Statement", "Principal", policy.PrincipalAWS}) ||
		slices.Equal(path, []string{"Statement", "NotPrincipal", policy.PrincipalAWS})
}
