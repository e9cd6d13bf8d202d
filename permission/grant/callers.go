package grant

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

const anyone = "*"

// Account returns the grant that lets an account invoke a function. The policies of
// that account decide which of its users and roles may do so. It takes [WithOwner].
func Account(function, accountID string, opts ...Option) (Request, error) {
	if !arn.IsAccountID(accountID) {
		right := accountIn(accountID)
		if _, err := arn.ParseFunction(accountID); err == nil && strings.HasPrefix(accountID, "arn:") {
			right = "the account as the second argument"
		}
		return Request{}, &Error{Argument: "accountID", Value: accountID, Reason: notAnAccount(accountID), Right: right}
	}
	return callerGrant("Account", function, Request{Principal: accountID}, map[string]string{"Principal": "accountID"}, opts)
}

// Identity returns the grant that lets one user, role or session invoke a function,
// named by its ARN. For a whole account see [Account]. It takes [WithOwner].
//
// The service refuses an identity that does not exist. When it is deleted later, the
// grant goes with it, and does not come back with a new identity of the same name.
func Identity(function, identityARN string, opts ...Option) (Request, error) {
	if accountOfRoot(identityARN) != identityARN {
		return Request{}, &Error{Argument: "identityARN", Value: identityARN, Reason: "is a whole account", Right: "grant.Account"}
	}
	if err := checkIdentity("identityARN", identityARN); err != nil {
		return Request{}, err
	}
	return callerGrant("Identity", function, Request{Principal: identityARN}, map[string]string{"Principal": "identityARN"}, opts)
}

// checkIdentity refuses every text but the ARN of one user, role or session (IAM User
// Guide, "IAM identifiers").
func checkIdentity(argument, identityARN string) error {
	const right = "one like arn:aws:iam::ACCOUNT:role/NAME"
	identity, err := arn.Parse(identityARN)
	if err != nil {
		return &Error{Argument: argument, Value: identityARN, Reason: "is not an ARN", Right: right, Err: err}
	}
	kind, name, _ := strings.Cut(identity.Resource(), "/")
	isIAM := identity.Service() == "iam" && (kind == "user" || kind == "role")
	isSession := identity.Service() == "sts" && (kind == "assumed-role" && strings.Contains(name, "/") || kind == "federated-user")
	switch {
	case strings.ContainsAny(identityARN, "*?"):
		return &Error{Argument: argument, Value: identityARN, Reason: "has a wildcard, which a principal cannot have, except * by itself"}
	case !isIAM && !isSession || name == "" || identity.Region() != "" || !arn.IsAccountID(identity.AccountID()):
		return &Error{Argument: argument, Value: identityARN, Reason: "is not a user, role or session", Right: right}
	}
	return nil
}

// Organization returns the grant that lets all accounts of an organization invoke a
// function, by the organization's id. It takes [WithOwner].
func Organization(function, organizationID string, opts ...Option) (Request, error) {
	if err := checkOrganization("organizationID", organizationID); err != nil {
		return Request{}, err
	}
	return callerGrant("Organization", function, Request{Principal: anyone, PrincipalOrgID: organizationID},
		map[string]string{"PrincipalOrgID": "organizationID"}, opts)
}

// checkOrganization refuses "", which would open the grant to everyone.
func checkOrganization(argument, id string) error {
	if id != "" {
		return nil
	}
	return &Error{Argument: argument, Reason: "is empty", Right: "an id like o-a1b2c3d4e5"}
}

// Alexa returns the grant that lets a custom skill invoke a function, by the skill's
// id: amzn1.ask.skill.… It takes [WithOwner].
func Alexa(function, skillID string, opts ...Option) (Request, error) {
	return skillGrant("Alexa", function, "alexa-appkit.amazon.com", skillID, opts)
}

// SmartHome returns the grant that lets a smart home skill of Alexa invoke a
// function, by the skill's id: amzn1.ask.skill.… It takes [WithOwner].
func SmartHome(function, skillID string, opts ...Option) (Request, error) {
	return skillGrant("SmartHome", function, "alexa-connectedhome.amazon.com", skillID, opts)
}

func skillGrant(constructor, function, principal, skillID string, opts []Option) (Request, error) {
	if skillID == "" {
		return Request{}, &Error{Argument: "skillID", Reason: "is empty: any skill of any developer could call", Right: "an id like amzn1.ask.skill.…"}
	}
	return callerGrant(constructor, function, Request{Principal: principal, EventSourceToken: skillID},
		map[string]string{"EventSourceToken": "skillID"}, opts)
}

// callerGrant completes a grant that has no source.
func callerGrant(constructor, function string, r Request, arguments map[string]string, opts []Option) (Request, error) {
	o, err := optionsOf(constructor, opts)
	if err != nil {
		return Request{}, err
	}
	target, err := o.target(function)
	if err != nil {
		return Request{}, err
	}
	arguments["FunctionName"], arguments["Qualifier"] = "function", "function"
	r.FunctionName, r.Action = target.name, invokeFunction
	return o.finish(r, arguments)
}
