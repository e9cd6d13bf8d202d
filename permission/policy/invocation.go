package policy

import (
	"net/netip"
	"strings"
	"time"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/enum"
)

// An Invocation is one call of a Lambda action on a function, as far as a policy
// can tell calls apart: the function, the action, the caller, the address and the time.
// The values of the condition keys follow from them and cannot be set directly.
//
// The zero Invocation is incomplete: evaluating it gives Unsupported.
type Invocation struct {
	// Function is the function that is called, with the version or alias that the
	// caller names, if any. It must be complete: see [arn.Function.Complete].
	Function arn.Function

	// Action is the action that the caller needs, such as "lambda:GetFunction". ""
	// stands for the actions of an invocation: lambda:InvokeFunction and, through a
	// function URL, lambda:InvokeFunctionUrl before it. To evaluate only one of the two,
	// name it.
	Action string

	// SourceIP is the address that the call comes from, the condition key
	// aws:SourceIp. The zero Addr says that it is not known. It is ignored for a
	// service, for which the key is not documented.
	SourceIP netip.Addr

	// Time is when the call is made, the condition keys aws:CurrentTime and
	// aws:EpochTime, to the second. The zero Time says that it is not known.
	Time time.Time

	// Caller is who calls: a [Service], an [AlexaSkill], an [IAMPrincipal],
	// [Anonymous], or a [FunctionUrl] that one of them goes through. Pass the value,
	// not a pointer.
	Caller Caller
}

// The actions that an invocation needs (AWS Lambda Developer Guide, "Lambda API
// permissions reference" and "Control access to Lambda function URLs").
const (
	actionInvokeFunction    = "lambda:InvokeFunction"
	actionInvokeFunctionUrl = "lambda:InvokeFunctionUrl"
)

// actions returns the actions that v needs, in the order in which they are
// checked, and how many they are.
func (v Invocation) actions() (list [2]string, n int) {
	url, throughURL := v.Caller.(FunctionUrl)
	switch {
	case v.Action != "":
		return [2]string{v.Action}, 1
	case !throughURL:
		return [2]string{actionInvokeFunction}, 1
	case url.OnlyInvokeFunctionUrl:
		return [2]string{actionInvokeFunctionUrl}, 1
	}
	return [2]string{actionInvokeFunctionUrl, actionInvokeFunction}, 2
}

// isAction reports whether s names one action of Lambda.
func isAction(s string) bool {
	service, name, _ := strings.Cut(s, ":")
	return equalFoldASCII(service, "lambda") && name != "" && !strings.ContainsAny(name, "*?:")
}

// A Caller is who makes a call: one of Service, AlexaSkill, IAMPrincipal,
// Anonymous and FunctionUrl.
type Caller interface{ isCaller() }

func (Service) isCaller()      {}
func (AlexaSkill) isCaller()   {}
func (IAMPrincipal) isCaller() {}
func (Anonymous) isCaller()    {}
func (FunctionUrl) isCaller()  {}

// A Service is an AWS service that calls on behalf of one of its resources: a
// bucket, a topic, a rule.
//
// Whether a call by a service has the key aws:PrincipalOrgID is not documented; it is
// taken to be absent, so that a grant to a service that requires it does not match.
type Service struct {
	// Name is the service principal, such as "s3.amazonaws.com". It is compared
	// exactly: the name with a region in it is another one.
	Name string

	// OtherNames are further names of the same service principal, as the key
	// aws:PrincipalServiceNamesList has them ("logs.us-east-1.amazonaws.com" for
	// "logs.amazonaws.com"). A statement for any of the names matches.
	OtherNames []string

	// SourceArn is the ARN of the resource; "" if the service does not pass one.
	SourceArn string

	// SourceAccount is the account that owns the resource; "" if the service does not
	// pass one. It is not taken from SourceArn.
	SourceAccount string

	// SourceOrgID is the id of the organization that the account of the resource
	// belongs to, such as "o-a1b2c3d4e5"; "" if it is in no organization, or if the
	// service does not pass it.
	SourceOrgID string

	// SourceOrgPaths are the paths of that account in its organization, as
	// aws:SourceOrgPaths has them: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/". With a
	// SourceOrgID, an empty list says that they are not known.
	SourceOrgPaths []string
}

// An AlexaSkill is a skill that calls with an event source token, its id. No other
// caller has one (AddPermission, "EventSourceToken").
//
// Many skills treat the token as a secret: printing an AlexaSkill with package fmt does
// not show it.
type AlexaSkill struct {
	// Service is the service principal; "" is that of custom skills,
	// "alexa-appkit.amazon.com". Smart home skills have
	// "alexa-connectedhome.amazon.com".
	Service string

	// EventSourceToken is the skill's id; "" if no token is sent.
	EventSourceToken string
}

// alexaService is the service principal of custom skills (Alexa Skills Kit,
// "Host a Custom Skill as an AWS Lambda Function").
const alexaService = "alexa-appkit.amazon.com"

// String names the service and hides the token.
func (a AlexaSkill) String() string {
	if a.EventSourceToken == "" {
		return a.service() + " without an EventSourceToken"
	}
	return a.service() + " with EventSourceToken " + HiddenValue
}

// GoString is String.
func (a AlexaSkill) GoString() string { return a.String() }

func (a AlexaSkill) service() string {
	if a.Service == "" {
		return alexaService
	}
	return a.Service
}

// An IAMPrincipal is a user, a role, a session or an account's root user, who
// signs the call.
type IAMPrincipal struct {
	// ARN names the caller: arn:aws:iam::ACCOUNT:user/NAME, …:role/NAME, …:root,
	// arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION or …:federated-user/NAME.
	// The ARN of a role stands for an unknown session of it. The caller is of the
	// account in the ARN.
	ARN string

	// PrincipalOrgID is the id of the organization that the account belongs to, such
	// as "o-a1b2c3d4e5"; "" if it is in no organization.
	PrincipalOrgID string

	// PrincipalOrgPaths are the paths of the account in that organization, as
	// aws:PrincipalOrgPaths has them: "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/". With a
	// PrincipalOrgID, an empty list says that they are not known.
	PrincipalOrgPaths []string

	// IdentityPolicy is the effect of the caller's own policies on the call. It is
	// ignored for a root user, who may do everything in its account (IAM User
	// Guide, "AWS account root user").
	IdentityPolicy IdentityPolicy
}

// Anonymous is a caller who does not sign. The zero value is ready for use.
type Anonymous struct{}

// A FunctionUrl is the HTTP endpoint of a function, or of one of its aliases,
// with the caller behind it. A call through it is checked twice: for
// lambda:InvokeFunctionUrl, and for lambda:InvokeFunction with
// InvokedViaFunctionUrl (AWS Lambda Developer Guide, "Control access to Lambda
// function URLs").
type FunctionUrl struct {
	// AuthType is the one that the URL was configured with: "NONE" or "AWS_IAM".
	AuthType string

	// Caller is who calls the URL: an IAMPrincipal or a Service, such as CloudFront,
	// if AuthType is AWS_IAM. With NONE signatures are not checked, so that all callers
	// are Anonymous; nil means the same.
	Caller Caller

	// OnlyInvokeFunctionUrl leaves the second check out, as for function URLs that were
	// created before October 2025 until 1 November 2026.
	OnlyInvokeFunctionUrl bool
}

// Authentication types of a function URL (AddPermission,
// "FunctionUrlAuthType").
const (
	authTypeNone   = "NONE"
	authTypeAWSIAM = "AWS_IAM"
)

// IdentityPolicy says whether a caller's identity-based policies allow a call.
// This package does not evaluate them.
type IdentityPolicy int

// The effects of identity-based policies on a call.
const (
	IdentityPolicyUnknown IdentityPolicy = iota // not known: the answer may be AllowedIfIdentityPolicy
	IdentityPolicyAllows                        // they allow it
	IdentityPolicySilent                        // they say nothing about it, which by itself is not enough
	IdentityPolicyDenies                        // they deny it, which no statement can undo
)

var identityPolicies = enum.Texts[IdentityPolicy]{Package: "policy", Type: "IdentityPolicy", List: []string{
	IdentityPolicyUnknown: "unknown", IdentityPolicyAllows: "allows", IdentityPolicySilent: "silent", IdentityPolicyDenies: "denies",
}}

// String returns "unknown", "allows", "silent" or "denies", and a number for other
// values.
func (p IdentityPolicy) String() string { return identityPolicies.String(p) }

// MarshalText returns the text of [IdentityPolicy.String]. It fails for a value
// that is not one of the constants.
func (p IdentityPolicy) MarshalText() ([]byte, error) { return identityPolicies.Marshal(p) }

// UnmarshalText takes a text of [IdentityPolicy.String], exactly. If it fails, p
// stays as it was.
func (p *IdentityPolicy) UnmarshalText(text []byte) error { return identityPolicies.Unmarshal(text, p) }
