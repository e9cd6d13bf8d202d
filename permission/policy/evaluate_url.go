package policy

// setURL takes a caller who goes through a function URL.
func (r *request) setURL(u FunctionUrl) *settlement {
	switch {
	case equalFoldASCII(r.action, actionInvokeFunctionUrl):
		r.authType = u.AuthType
	case !equalFoldASCII(r.action, actionInvokeFunction):
		return unsupported("a function URL invokes a function and does nothing else")
	}
	r.throughURL = true
	_, isAnonymous := u.Caller.(Anonymous)
	isAnonymous = isAnonymous || u.Caller == nil
	switch {
	case u.AuthType != authTypeNone && u.AuthType != authTypeAWSIAM:
		return unsupported("the function URL's AuthType %s is neither %s nor %s", word(u.AuthType), authTypeNone, authTypeAWSIAM)
	case u.AuthType == authTypeNone && !isAnonymous:
		return unsupported("a function URL with AuthType NONE asks for no signature: its callers are Anonymous")
	case u.AuthType == authTypeNone:
		return nil
	case isAnonymous:
		return denied("a function URL with AuthType AWS_IAM lets in nobody who does not sign")
	}
	return r.setSigner(u.Caller)
}

// setSigner takes a caller who signs a call to a function URL.
func (r *request) setSigner(c Caller) *settlement {
	switch c.(type) {
	case IAMPrincipal, Service:
		return r.setCaller(c)
	}
	return unsupported("a %T cannot be the Caller of a function URL", c)
}
