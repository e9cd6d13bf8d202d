package grant

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Types of a function URL.
const (
	authNone = "NONE"
	authIAM  = "AWS_IAM"
)

// FunctionURL returns the two grants that let callers in through a function's URL:
// one of lambda:InvokeFunctionUrl, and one of lambda:InvokeFunction for calls that
// come through the URL. Both are needed (AWS Lambda Developer Guide, "Control access
// to Lambda function URLs").
//
// authType is that of the URL. With "NONE" everybody may call, without a signature.
// With "AWS_IAM" calls are signed, and [WithPrincipal] or [WithOrganization] says who
// may call. It takes [WithOwner] too.
func FunctionURL(function, authType string, opts ...Option) ([]Request, error) {
	o, err := optionsOf("FunctionURL", opts, "WithPrincipal", "WithOrganization")
	if err != nil {
		return nil, err
	}
	target, err := o.target(function)
	if err != nil {
		return nil, err
	}
	principal, err := o.urlCaller(authType)
	if err != nil {
		return nil, err
	}
	viaURL := true
	return o.finishBoth(
		Request{FunctionName: target.name, Action: invokeFunctionURL, Principal: principal, PrincipalOrgID: o.organization, FunctionUrlAuthType: authType},
		Request{FunctionName: target.name, Action: invokeFunction, Principal: principal, PrincipalOrgID: o.organization, InvokedViaFunctionUrl: &viaURL},
		map[string]string{"FunctionName": "function", "Qualifier": "function", "Principal": "WithPrincipal", "PrincipalOrgID": "WithOrganization"},
	)
}

// urlCaller returns the principal of a function URL's grants.
func (o *options) urlCaller(authType string) (string, error) {
	hasCaller, hasOrganization := o.isGiven("WithPrincipal"), o.isGiven("WithOrganization")
	switch {
	case authType != authNone && authType != authIAM:
		return "", &Error{Argument: "authType", Value: authType, Reason: "is not a type of a function URL", Right: authNone + " or " + authIAM}
	case authType == authNone && (hasCaller || hasOrganization):
		return "", &Error{Argument: o.given[0], Reason: "does not go with type NONE: callers of such a URL are anonymous"}
	case authType == authNone:
		return anyone, nil
	case hasCaller && hasOrganization:
		return "", &Error{Argument: "WithOrganization", Value: o.organization, Reason: "does not go with WithPrincipal: a grant names a principal or an organization"}
	case hasOrganization:
		return anyone, checkOrganization("WithOrganization", o.organization)
	case !hasCaller:
		return "", &Error{Argument: "WithPrincipal", Reason: "is missing: a URL of type AWS_IAM needs a caller", Right: "an account id or the ARN of a user or role, or grant.WithOrganization"}
	case o.caller == "" || o.caller == anyone:
		return "", &Error{Argument: "WithPrincipal", Value: o.caller, Reason: "does not limit the callers: users and roles of all accounts could call", Right: "an account id or the ARN of a user or role"}
	case arn.IsAccountID(accountOfRoot(o.caller)):
		return o.caller, nil
	}
	// A service would be let in on behalf of everybody.
	return o.caller, checkIdentity("WithPrincipal", o.caller)
}

// CloudFront returns the two grants that let a distribution call a function's URL,
// of type AWS_IAM, through an origin access control: one of
// lambda:InvokeFunctionUrl and one of lambda:InvokeFunction (Amazon CloudFront
// Developer Guide, "Restrict access to an AWS Lambda function URL origin"). It takes
// [WithOwner].
func CloudFront(function, distributionARN string, opts ...Option) ([]Request, error) {
	o, err := optionsOf("CloudFront", opts)
	if err != nil {
		return nil, err
	}
	target, err := o.target(function)
	if err != nil {
		return nil, err
	}
	principal, err := distribution(distributionARN, target)
	if err != nil {
		return nil, err
	}
	base := Request{FunctionName: target.name, Principal: principal, SourceArn: distributionARN}
	forURL, forFunction := base, base
	forURL.Action, forURL.FunctionUrlAuthType = invokeFunctionURL, authIAM
	forFunction.Action = invokeFunction
	return o.finishBoth(forURL, forFunction, map[string]string{"FunctionName": "function", "Qualifier": "function", "SourceArn": "distributionARN"})
}

// distribution returns the principal for the ARN of a distribution.
func distribution(distributionARN string, target target) (string, error) {
	row, _ := services.Lookup("cloudfront.amazonaws.com")
	kind := row.Sources[0]
	source, err := parseSource(distributionARN)
	if err != nil {
		refused := err.(*Error)
		refused.Argument = "distributionARN"
		if !strings.HasPrefix(distributionARN, "arn:") {
			refused.Right = kind.Form("aws")
		}
		return "", refused
	}
	fail := func(reason, right string) (string, error) {
		return "", &Error{Argument: "distributionARN", Value: distributionARN, Reason: reason, Right: right}
	}
	if source.Service() != kind.Service {
		return fail("is not the ARN of a distribution", kind.Form(source.Partition()))
	}
	if m, isMistake := services.MistakeOf(source, kind); isMistake {
		return fail(m.Reason, m.Right)
	}
	if !glob.Overlaps(source.Resource(), kind.Resource) {
		return fail("is not the ARN of a distribution", kind.Form(source.Partition()))
	}
	if target.partition != "" && target.partition != source.Partition() {
		return fail("is in partition "+source.Partition()+", the function in "+target.partition, "")
	}
	return row.Principal, nil
}

// finishBoth finishes two grants that are needed together.
func (o *options) finishBoth(first, second Request, arguments map[string]string) ([]Request, error) {
	first, err := o.finish(first, arguments)
	if err != nil {
		return nil, err
	}
	second, err = o.finish(second, arguments)
	if err != nil {
		return nil, err
	}
	return []Request{first, second}, nil
}
