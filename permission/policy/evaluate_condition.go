package policy

import (
	"strconv"
	"time"
)

// meets compares one condition with the request.
func (r *request) meets(c *Condition) truth {
	v := r.lookup(c.Key)
	if c.Key == "" || len(c.Values) == 0 || v.state == keyNotKnown {
		return maybe
	}
	o := parseOperator(c.Operator)
	o.variables = r.variables
	switch v.state {
	case keyAbsent:
		return o.ofAbsent(c.Values)
	case keyPresentOrAbsent:
		if t := o.ofAbsent(c.Values); t == o.of(c.Values, v) {
			return t
		}
		return maybe
	}
	return o.of(c.Values, v)
}

// Further condition keys that follow from the caller (IAM User Guide, "AWS
// global condition context keys").
const (
	keyPrincipalArn              = "aws:PrincipalArn"
	keyPrincipalAccount          = "aws:PrincipalAccount"
	keyPrincipalIsAWSService     = "aws:PrincipalIsAWSService"
	keyPrincipalServiceName      = "aws:PrincipalServiceName"
	keyPrincipalServiceNamesList = "aws:PrincipalServiceNamesList"
	keyPrincipalOrgPaths         = "aws:PrincipalOrgPaths"
	keySourceOrgID               = "aws:SourceOrgID"
	keySourceOrgPaths            = "aws:SourceOrgPaths"
	keySourceIP                  = "aws:SourceIp"
	keyCurrentTime               = "aws:CurrentTime"
	keyEpochTime                 = "aws:EpochTime"
)

// A contextValue is the value that a request has for a condition key.
type contextValue struct {
	state  keyState
	text   string
	more   []string
	isList bool // the key can have several values: text and more
}

type keyState int8

const (
	keyAbsent keyState = iota
	keyPresent
	keyPresentOrAbsent // it is not known which
	keyNotKnown
)

func present(text string) contextValue { return contextValue{state: keyPresent, text: text} }

func optional(text string) contextValue {
	if text == "" {
		return contextValue{}
	}
	return present(text)
}

// isKey reports whether key is name, A to Z in any case. Most keys are spelled like
// the name, which is compared first.
func isKey(key, name string) bool { return key == name || equalFoldASCII(key, name) }

// lookup returns the request's value of a condition key.
func (r *request) lookup(key string) contextValue {
	switch {
	case isKey(key, keySourceArn): // only services pass it
		return optional(r.service.SourceArn)
	case isKey(key, keySourceAccount):
		return optional(r.service.SourceAccount)
	case isKey(key, keyPrincipalOrgID):
		return optional(r.orgID)
	case isKey(key, keyEventSourceToken):
		return optional(r.token)
	case isKey(key, keyFunctionUrlAuthType):
		return optional(r.authType)
	case isKey(key, keyInvokedViaFunctionUrl):
		return r.invokedViaFunctionUrl()
	}
	return r.lookupPrincipal(key)
}

// invokedViaFunctionUrl is a key of lambda:InvokeFunction only (Service
// Authorization Reference, "Actions, resources, and condition keys for AWS
// Lambda"). Whether a direct call has it is not documented.
func (r *request) invokedViaFunctionUrl() contextValue {
	switch {
	case r.throughURL && r.authType == "":
		return present("true")
	case r.throughURL:
		return contextValue{}
	}
	return contextValue{state: keyPresentOrAbsent, text: "false"}
}

func (r *request) lookupPrincipal(key string) contextValue {
	switch {
	case isKey(key, keyPrincipalArn):
		return r.principalARN()
	case isKey(key, keyPrincipalAccount) && r.kind == callerIdentity:
		return present(r.identity.account)
	case isKey(key, keyPrincipalIsAWSService):
		return r.isAWSService()
	case isKey(key, keyPrincipalServiceName):
		return optional(r.service.Name)
	case isKey(key, keyPrincipalServiceNamesList):
		return r.serviceNames()
	case isKey(key, keyPrincipalOrgPaths):
		return orgPaths(r.orgID, r.orgPaths)
	}
	return r.lookupOrigin(key)
}

// lookupOrigin returns the values of the keys on the organization of the source, the
// address and the time.
func (r *request) lookupOrigin(key string) contextValue {
	switch {
	case isKey(key, keySourceOrgID):
		return optional(r.service.SourceOrgID)
	case isKey(key, keySourceOrgPaths):
		return orgPaths(r.service.SourceOrgID, r.service.SourceOrgPaths)
	case isKey(key, keySourceIP) && r.sourceIP.IsValid() && r.kind != callerService:
		return present(r.sourceIP.Unmap().WithZone("").String())
	case isKey(key, keyCurrentTime) && !r.time.IsZero():
		return present(r.time.UTC().Format(time.RFC3339))
	case isKey(key, keyEpochTime) && !r.time.IsZero():
		return present(strconv.FormatInt(r.time.Unix(), 10))
	}
	return contextValue{state: keyNotKnown}
}

// orgPaths returns the value of a key that has the paths of an account. They are not
// known if only the organization of the account is.
func orgPaths(org string, paths []string) contextValue {
	v := contextValue{isList: true}
	switch {
	case len(paths) > 0:
		v.state, v.text, v.more = keyPresent, paths[0], paths[1:]
	case org != "":
		v.state = keyNotKnown
	}
	return v
}

// principalARN returns the value of aws:PrincipalArn. For a session that is the ARN of
// its role, with a path that is not known.
func (r *request) principalARN() contextValue {
	switch {
	case r.kind == callerAnonymous:
		return contextValue{}
	case r.kind == callerIdentity && r.identity.kind != identitySession:
		return present(r.identity.arn)
	}
	return contextValue{state: keyNotKnown}
}

func (r *request) isAWSService() contextValue {
	switch r.kind {
	case callerService:
		return present("true")
	case callerIdentity:
		return present("false")
	}
	return contextValue{}
}

func (r *request) serviceNames() contextValue {
	v := optional(r.service.Name)
	v.isList, v.more = true, r.service.OtherNames
	return v
}
