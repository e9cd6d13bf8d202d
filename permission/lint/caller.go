package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// A caller is what a Principal stands for.
type caller struct {
	kind     callerKind
	service  Service // what is known of a service; else zero
	isKnown  bool    // the service is in the table
	identity arn.ARN // of an account's root user or of an identity, if given so
	account  string  // of an account or identity, 12 digits; else empty
}

type callerKind int

const (
	noCaller       callerKind = iota // nothing that is known here; package validate may refuse it
	anyone                           // "*"
	serviceCaller                    // a name like s3.amazonaws.com
	accountCaller                    // a whole account
	identityCaller                   // an ARN of IAM or STS: user, role, session
)

// caller says what kind of principal p is (IAM User Guide, "AWS JSON policy
// elements: Principal").
func (o *options) caller(p string) caller {
	var identity arn.ARN
	if strings.HasPrefix(p, "arn:") {
		identity, _ = arn.Parse(p)
	}
	switch {
	case p == "*":
		return caller{kind: anyone}
	case policy.Principal{Type: policy.PrincipalAWS, Value: p}.IsAccount():
		return caller{kind: accountCaller, identity: identity, account: accountOf(p, identity)}
	case identity.Service() == "iam" || identity.Service() == "sts":
		return caller{kind: identityCaller, identity: identity, account: accountOf("", identity)}
	case isServiceName(p):
		service, known := o.service(p)
		return caller{kind: serviceCaller, service: service, isKnown: known}
	}
	return caller{}
}

func accountOf(id string, identity arn.ARN) string {
	if identity.IsValid() {
		id = identity.AccountID()
	}
	if !isAccountID(id) {
		return ""
	}
	return id
}

func isAccountID(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }

// isServiceName reports whether p looks like a domain name, with wildcards too.
func isServiceName(p string) bool {
	return strings.Contains(p, ".") && !strings.ContainsAny(p, ":/ ")
}

func (c caller) isService() bool { return c.kind == serviceCaller }

// isAlexa reports whether c identifies itself by an EventSourceToken.
func (c caller) isAlexa() bool { return c.service.Token }

// isIAM reports whether c is an account or an identity of one.
func (c caller) isIAM() bool { return c.kind == accountCaller || c.kind == identityCaller }
