package policy_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The caller: the Principal of a statement, and the accounts.
var callerTests = []evaluateTest{
	// The Principal must be the exact name of the service.
	{`{}`, from(bucket), policy.Allowed, ""},
	{`{"Principal":{"Service":"sns.amazonaws.com"}}`, from(bucket), policy.Denied, "Principal s3.amazonaws.com is not sns.amazonaws.com"},
	{`{"Principal":{"Service":"S3.amazonaws.com"}}`, from(bucket), policy.Denied, ""},
	{`{"Principal":{"Service":["sns.amazonaws.com","s3.amazonaws.com"]}}`, from(bucket), policy.Allowed, ""},
	// A service may have several names, and a statement for any of them matches.
	{`{"Principal":{"Service":"logs.us-east-1.amazonaws.com"}}`, from(policy.Service{Name: "logs.amazonaws.com"}), policy.Denied, ""},
	{`{"Principal":{"Service":"logs.us-east-1.amazonaws.com"}}`,
		from(policy.Service{Name: "logs.amazonaws.com", OtherNames: []string{"logs.us-east-1.amazonaws.com"}}), policy.Allowed, ""},
	// The name of a service under AWS and an ARN under Service match nobody.
	{`{"Principal":{"AWS":"s3.amazonaws.com"}}`, from(bucket), policy.Denied, ""},
	{`{"Principal":{"Service":"arn:aws:iam::210987654321:role/r"}}`, from(otherRole), policy.Denied, ""},
	// "*" in both spellings is everybody who signs.
	{`{"Principal":"*"}`, from(bucket), policy.Allowed, ""},
	{`{"Principal":{"AWS":"*"}}`, from(ownRole), policy.Allowed, ""},
	{`{"Principal":{"AWS":"*"}}`, from(otherRole), policy.AllowedIfIdentityPolicy, ""},
	// Whether a service may be a pattern is not documented.
	{`{"Principal":{"Service":"*"}}`, from(bucket), policy.Unsupported, ""},
	// A call of the API without a signature is denied.
	{`{"Principal":"*"}`, from(policy.Anonymous{}), policy.Denied, "a caller who does not sign"},

	// In the function's account a statement for the caller is enough.
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:user/u"}}`, from(silent(ownUser)), policy.Allowed, "statement 1 matches"},
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:role/r"}}`, from(silent(ownSession)), policy.Allowed, ""},
	// Therefore the text does not mention the identity policy.
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:user/u"}}`, from(silent(ownUser)), policy.Allowed, "Allowed: statement 1 matches\n"},
	// A statement for the account leaves the decision to the identity policy.
	{`{"Principal":{"AWS":"123456789012"}}`, from(ownRole), policy.AllowedIfIdentityPolicy, "statement 1 matches; the caller's identity policy must allow it too"},
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:root"}}`, from(silent(ownRole)), policy.Denied, "but the caller's identity policy does not allow it"},
	// An identity policy that allows the call is enough without a statement.
	{``, from(ownRole), policy.AllowedIfIdentityPolicy, "can allow it by itself"},
	{``, from(allows(ownRole)), policy.Allowed, "no statement matches, but"},
	{``, from(silent(ownRole)), policy.Denied, "and the caller's identity policy does not allow it"},
	// An identity policy that denies the call wins over every statement, in every
	// account.
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:role/r"}}`, from(denies(ownRole)), policy.Denied, "the caller's identity policy denies it"},
	{`{"Principal":"*"}`, from(denies(otherRole)), policy.Denied, "the caller's identity policy denies it"},
	{``, from(denies(ownRole)), policy.Denied, "the caller's identity policy denies it"},
	{``, from(denies(otherRole)), policy.Denied, "the caller's identity policy denies it"},
	{`{"Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, from(denies(ownRole)), policy.Denied, "the caller's identity policy denies it"},
	{urlIAM + viaURL, throughURL("AWS_IAM", denies(otherRole)), policy.Denied, "the caller's identity policy denies it"},
	{`{"Principal":"*"}` + deny, from(denies(ownRole)), policy.Denied, "statement 2 (block) denies it"},
	// An unknown identity policy makes no difference for a direct grant in the
	// function's account; see OutOfScope.
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:role/r"}}`, from(ownRole), policy.Allowed, "statement 1 matches"},
	// The best statement counts.
	{`{"Principal":{"AWS":"123456789012"}} {"Principal":{"AWS":"arn:aws:iam::123456789012:role/r"}}`, from(ownRole), policy.Allowed, "statement 2 matches"},
	// A root user needs no identity policy; the field is ignored.
	{``, from(ownRoot), policy.Allowed, ""},
	{``, from(denies(ownRoot)), policy.Allowed, ""},
	{`{"Principal":{"AWS":"210987654321"}}`, from(policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:root"}), policy.Allowed, "needs no identity policy"},

	// A caller of another account needs a statement and its identity policy.
	{`{"Principal":{"AWS":"210987654321"}}`, from(otherRole), policy.AllowedIfIdentityPolicy, ""},
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/r"}}`, from(allows(otherRole)), policy.Allowed, "and the caller's identity policy allows it"},
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/r"}}`, from(silent(otherRole)), policy.Denied, ""},
	{``, from(allows(otherRole)), policy.Denied, "no statement matches"},
	// Account ids are compared exactly.
	{`{"Principal":{"AWS":"210987654320"}}`, from(otherRole), policy.Denied, ""},

	// A session belongs to the role of its name with any path, and to no other role.
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/path/r"}}`, from(otherSession), policy.AllowedIfIdentityPolicy, ""},
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/rr"}}`, from(otherSession), policy.Denied, ""},
	{`{"Principal":{"AWS":"arn:aws:iam::123456789012:role/r"}}`, from(otherSession), policy.Denied, ""},
	{`{"Principal":{"AWS":"arn:aws-cn:iam::210987654321:role/r"}}`, from(otherSession), policy.Denied, ""},
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:user/r"}}`, from(otherSession), policy.Denied, ""},
	// Another caller is compared with its path: a role of the same name with another
	// path is another role.
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/path/r"}}`, from(otherRole), policy.Denied, ""},
	// The name of a session must be the same.
	{`{"Principal":{"AWS":"arn:aws:sts::210987654321:assumed-role/r/s"}}`, from(otherSession), policy.AllowedIfIdentityPolicy, ""},
	{`{"Principal":{"AWS":"arn:aws:sts::210987654321:assumed-role/r/t"}}`, from(otherSession), policy.Denied, ""},
	// It is not known in which session a role calls.
	{`{"Principal":{"AWS":"arn:aws:sts::210987654321:assumed-role/r/s"}}`, from(otherRole), policy.Unsupported, "it is not known whether"},
	{`{"Principal":{"AWS":["arn:aws:sts::210987654321:assumed-role/r/s","210987654321"]}}`, from(otherRole), policy.AllowedIfIdentityPolicy, ""},
	{`{"Principal":{"AWS":["arn:aws:sts::123456789012:assumed-role/r/s","123456789012"]}}`, from(ownRole), policy.Unsupported,
		"statement 1: it is not known whether Principal arn:aws:iam::123456789012:role/r is one of"},
	// The name of a federated user must be the same.
	{`{"Principal":{"AWS":"arn:aws:sts::123456789012:federated-user/f"}}`,
		from(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:federated-user/f"}), policy.Allowed, ""},
	// Like a user, a federated user may be allowed by its identity policy only.
	{``, from(silent(policy.IAMPrincipal{ARN: "arn:aws:sts::123456789012:federated-user/f"})), policy.Denied, "the caller's identity policy does not allow it"},
	// ARNs have no wildcards, and case matters.
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/*"}}`, from(otherRole), policy.Denied, ""},
	{`{"Principal":{"AWS":"arn:aws:iam::210987654321:role/R"}}`, from(otherRole), policy.Denied, ""},
	// The unique id of a deleted role matches nobody.
	{`{"Principal":{"AWS":"AROAEXAMPLEID1234567"}}`, from(otherRole), policy.Denied, "deleted user or role"},
	// Partitions share no identities.
	{`{"Principal":"*"}`, from(policy.IAMPrincipal{ARN: "arn:aws-cn:iam::210987654321:role/r"}), policy.Denied, "partitions share no identities"},
	// The identity provider of a session is not known; a service has no identity
	// provider.
	{`{"Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/p"}}`, from(ownSession), policy.Unsupported, ""},
	{`{"Principal":{"Federated":"arn:aws:iam::123456789012:saml-provider/p"}}`, from(bucket), policy.Denied, ""},
	// Principals of unknown types are undecided.
	{`{"Principal":{"Robot":"r2"}}`, from(bucket), policy.Unsupported, ""},
	// A statement needs one of Principal and NotPrincipal, and not both.
	{`{"Principal":null}`, from(bucket), policy.Unsupported, "the statement does not have exactly one of Principal and NotPrincipal"},
	{`{"NotPrincipal":{"Service":"sns.amazonaws.com"}}`, from(bucket), policy.Unsupported, "the statement does not have exactly one of Principal and NotPrincipal"},
	{`{"Principal":{}}`, from(bucket), policy.Unsupported, "is empty"},

	// NotPrincipal with Deny applies to all callers that are not listed.
	{`{} {"Effect":"Deny","Principal":null,"NotPrincipal":{"Service":"s3.amazonaws.com"}}`, from(bucket), policy.Allowed, "excluded by NotPrincipal"},
	{`{} {"Effect":"Deny","Principal":null,"NotPrincipal":{"Service":"sns.amazonaws.com"}}`, from(bucket), policy.Denied, "statement 2 denies it"},
	{`{"Principal":"*"} {"Effect":"Deny","Principal":null,"NotPrincipal":{"AWS":"210987654321"}}`, from(ownRole), policy.Denied, "statement 2 denies it"},
	// It may also apply to an IAM principal that is listed.
	{`{"Principal":"*"} {"Effect":"Deny","Principal":null,"NotPrincipal":{"AWS":["123456789012","arn:aws:iam::123456789012:role/r"]}}`,
		from(ownRole), policy.Unsupported, "statement 2: it is not known whether NotPrincipal excludes"},
	// With Allow it is not supported.
	{`{"Principal":null,"NotPrincipal":{"Service":"sns.amazonaws.com"}}`, from(bucket), policy.Unsupported, ""},
}

func TestEvaluateCaller(t *testing.T) { runEvaluateTests(t, callerTests) }

const (
	urlNone  = `{"Principal":"*","Action":"lambda:InvokeFunctionUrl","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}}`
	urlIAM   = `{"Principal":{"AWS":"210987654321"},"Action":"lambda:InvokeFunctionUrl","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}}}`
	urlFront = `{"Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"lambda:InvokeFunctionUrl","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/D"}}}`
	viaURL   = `{"Principal":"*","Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}`
)

var cloudFront = policy.Service{Name: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/D"}

// Function URLs: two actions, the type of authentication, and callers who sign.
var functionUrlTests = []evaluateTest{
	// A call needs both actions.
	{urlNone + viaURL, throughURL("NONE", nil), policy.Allowed, "for lambda:InvokeFunctionUrl: statement 1 matches"},
	{urlNone, throughURL("NONE", nil), policy.Denied, "for lambda:InvokeFunction: no statement matches"},
	{viaURL, throughURL("NONE", nil), policy.Denied, "for lambda:InvokeFunctionUrl: no statement matches"},
	{urlNone + `{"Principal":"*"}`, throughURL("NONE", nil), policy.Allowed, ""},
	// URLs of the old authorization model need only the first action.
	{urlNone, from(policy.FunctionUrl{AuthType: "NONE", OnlyInvokeFunctionUrl: true}), policy.Allowed, ""},
	// One of the two actions can be evaluated.
	{urlNone, to("lambda:InvokeFunctionUrl", policy.FunctionUrl{AuthType: "NONE"}), policy.Allowed, ""},
	{urlNone, to("lambda:InvokeFunction", policy.FunctionUrl{AuthType: "NONE"}), policy.Denied, ""},
	// A grant for one type of authentication does not apply to the other.
	{urlNone + viaURL, throughURL("AWS_IAM", otherRole), policy.Denied, "FunctionUrlAuthType AWS_IAM is not NONE"},
	{urlIAM + viaURL, throughURL("AWS_IAM", otherRole), policy.AllowedIfIdentityPolicy, ""},
	{urlIAM + viaURL, throughURL("AWS_IAM", allows(otherRole)), policy.Allowed, ""},
	// With AWS_IAM callers sign; in the function's account their own policy is enough.
	{urlNone + viaURL, throughURL("AWS_IAM", nil), policy.Denied, "only callers who sign"},
	{``, throughURL("AWS_IAM", ownRole), policy.AllowedIfIdentityPolicy, ""},
	// With NONE a signature is not checked.
	{urlNone + viaURL, throughURL("NONE", policy.Anonymous{}), policy.Allowed, ""},
	{urlNone + viaURL, throughURL("NONE", ownRole), policy.Unsupported, "its callers are Anonymous"},
	// Only "*" matches an anonymous caller.
	{`{"Principal":{"AWS":"123456789012"},"Action":"lambda:*"}`, throughURL("NONE", nil), policy.Denied, "an anonymous caller is not 123456789012"},
	// It has no ARN, so that a condition on one is not met.
	{`{"Principal":"*","Action":"lambda:*","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::210987654321:role/*"}}}`, throughURL("NONE", nil), policy.Denied, "PrincipalArn"},
	// A service signs as well, and passes its SourceArn.
	{urlFront + viaURL, throughURL("AWS_IAM", cloudFront), policy.Allowed, ""},
	{urlFront + viaURL, throughURL("AWS_IAM", policy.Service{Name: "cloudfront.amazonaws.com"}), policy.Denied, "SourceArn is absent"},
	// FunctionUrlAuthType is a key of the first action, InvokedViaFunctionUrl of the second.
	{`{"Principal":"*","Action":"lambda:*","Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}}`, throughURL("NONE", nil), policy.Denied,
		"FunctionUrlAuthType is absent, not NONE"},
	{`{"Principal":"*","Action":"lambda:*","Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}`, throughURL("NONE", nil), policy.Denied,
		"InvokedViaFunctionUrl is absent, not true"},
	// A direct call is not through the URL; it is not documented whether it has the
	// key.
	{viaURL, from(bucket), policy.Denied, "InvokedViaFunctionUrl is absent or false, not true"},
	{`{"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"false"}}}`, from(bucket), policy.Unsupported, "it is not known whether InvokedViaFunctionUrl is absent or false"},
	{`{"Condition":{"BoolIfExists":{"lambda:InvokedViaFunctionUrl":"false"}}}`, from(bucket), policy.Allowed, ""},
	{`{"Condition":{"Null":{"lambda:InvokedViaFunctionUrl":"true"}}}`, from(bucket), policy.Unsupported, ""},
	// If one of the two actions is denied, the call is denied.
	{viaURL + `{"Principal":"*","Action":"lambda:InvokeFunctionUrl","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, throughURL("NONE", nil), policy.Unsupported, ""},
	{`{"Principal":"*","Action":"lambda:InvokeFunctionUrl","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}`, throughURL("NONE", nil), policy.Denied, ""},
	// The URL must have a type, a caller who can sign, and an action that invokes.
	{viaURL, throughURL("aws_iam", ownRole), policy.Unsupported, "is neither NONE nor AWS_IAM"},
	{viaURL, throughURL("AWS_IAM", policy.AlexaSkill{}), policy.Unsupported, ""},
	{viaURL, throughURL("AWS_IAM", policy.FunctionUrl{AuthType: "NONE"}), policy.Unsupported, ""},
	{viaURL, to("lambda:GetFunction", policy.FunctionUrl{AuthType: "NONE"}), policy.Unsupported, ""},
}

func TestEvaluateFunctionUrl(t *testing.T) { runEvaluateTests(t, functionUrlTests) }
