package policy

// Further condition keys that follow from the caller (IAM User Guide, "AWS
// global condition context keys").
const (
	keyPrincipalArn              = "aws:PrincipalArn"
	keyPrincipalAccount          = "aws:PrincipalAccount"
	keyPrincipalIsAWSService     = "aws:PrincipalIsAWSService"
	keyPrincipalServiceName      = "aws:PrincipalServiceName"
	keyPrincipalServiceNamesList = "aws:PrincipalServiceNamesList"
)

// A contextValue is what a request has for a condition key.
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

// isKey is equalFoldASCII for keys, which are mostly spelled alike.
func isKey(key, name string) bool { return key == name || equalFoldASCII(key, name) }

// lookup returns what the request has for a condition key.
func (r *request) lookup(key string) contextValue {
	switch {
	case isKey(key, keySourceArn): // passed by services alone
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

// invokedViaFunctionUrl is a key of lambda:InvokeFunction alone (Service
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
	}
	return contextValue{state: keyNotKnown}
}

// principalARN of a session is the ARN of its role, whose path is not known.
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
