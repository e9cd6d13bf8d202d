package policy_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// ifCondition returns a statement for everybody with one condition.
func ifCondition(operator, key, values string) string {
	return fmt.Sprintf(`{"Principal":"*","Condition":{%q:{%q:%s}}}`, operator, key, values)
}

// Callers with a place in an organization.
var (
	orgBucket = policy.Service{
		Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "210987654321",
		SourceOrgID: "o-a1b2c3d4e5", SourceOrgPaths: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"},
	}
	unitRole = policy.IAMPrincipal{
		ARN: "arn:aws:iam::210987654321:role/r", PrincipalOrgID: "o-a1b2c3d4e5", PrincipalOrgPaths: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"},
	}
)

// at returns a call from an address.
func at(address string, c policy.Caller) policy.Invocation {
	v := from(c)
	v.SourceIP = netip.MustParseAddr(address)
	return v
}

// when returns a call at a time.
func when(moment string, c policy.Caller) policy.Invocation {
	v := from(c)
	t, err := time.Parse(time.RFC3339Nano, moment)
	if err != nil {
		panic(err)
	}
	v.Time = t
	return v
}

var someSkill = policy.AlexaSkill{EventSourceToken: "amzn1.ask.skill.1"}

// The keys of a caller follow from its kind.
var keysTests = []evaluateTest{
	// Without a source ARN any bucket of any account may call.
	{`{}`, from(policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::b", SourceAccount: "210987654321"}), policy.Allowed, ""},
	// SourceAccount without SourceArn applies to all buckets of the account and to no
	// others.
	{ifCondition("StringEquals", "AWS:SourceAccount", `"123456789012"`), from(bucket), policy.Allowed, ""},
	{ifCondition("StringEquals", "AWS:SourceAccount", `"123456789012"`),
		from(policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "210987654321"}), policy.Denied,
		"SourceAccount 210987654321 is not 123456789012"},
	// The account is not read from the ARN: a service that does not pass it lacks the key.
	{ifCondition("StringEquals", "AWS:SourceAccount", `"123456789012"`),
		from(policy.Service{Name: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:t"}), policy.Denied, "SourceAccount is absent, not 123456789012"},
	// Key names do not depend on case.
	{ifCondition("StringEquals", "AWS:SOURCEACCOUNT", `"123456789012"`), from(bucket), policy.Allowed, ""},
	// An IAM principal has no source.
	{ifCondition("ArnLike", "aws:SourceArn", `"arn:aws:s3:::uploads"`), from(allows(otherRole)), policy.Denied, "SourceArn is absent"},
	// The organization is that of the caller; an account without an organization does
	// not have the key, and a service does not.
	{ifCondition("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`), from(otherRole), policy.AllowedIfIdentityPolicy, ""},
	{ifCondition("StringEquals", "aws:PrincipalOrgID", `"o-zzzzzzzzzz"`), from(otherRole), policy.Denied, "PrincipalOrgID o-a1b2c3d4e5 is not o-zzzzzzzzzz"},
	{ifCondition("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`), from(ownRole), policy.AllowedIfIdentityPolicy, "no statement matches"},
	{ifCondition("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`), from(bucket), policy.Denied, "PrincipalOrgID is absent"},
	// The token must be present, and equal.
	{ifCondition("StringEquals", "lambda:EventSourceToken", `"amzn1.ask.skill.1"`), from(someSkill), policy.Allowed, ""},
	{ifCondition("StringEquals", "lambda:EventSourceToken", `"amzn1.ask.skill.2"`), from(someSkill), policy.Denied, "EventSourceToken does not have the required value"},
	{ifCondition("StringEquals", "lambda:EventSourceToken", `"amzn1.ask.skill.1"`), from(policy.AlexaSkill{}), policy.Denied, "EventSourceToken is absent, and must be present"},
	{`{"Principal":{"Service":"alexa-connectedhome.amazon.com"}}`, from(policy.AlexaSkill{Service: "alexa-connectedhome.amazon.com"}), policy.Allowed, ""},
	{`{"Principal":{"Service":"alexa-connectedhome.amazon.com"}}`, from(someSkill), policy.Denied, ""},
	// It is known whether a caller is a service.
	{ifCondition("Bool", "aws:PrincipalIsAWSService", `"true"`), from(bucket), policy.Allowed, ""},
	{ifCondition("Bool", "aws:PrincipalIsAWSService", `"true"`), from(otherRole), policy.Denied, "PrincipalIsAWSService false is not true"},
	{ifCondition("StringEquals", "aws:PrincipalServiceName", `"s3.amazonaws.com"`), from(bucket), policy.Allowed, ""},
	// Account and ARN of an identity are known, except the path of a session's role.
	{ifCondition("StringEquals", "aws:PrincipalAccount", `"210987654321"`), from(allows(otherRole)), policy.Allowed, ""},
	{ifCondition("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::210987654321:role/*"`), from(allows(otherRole)), policy.Allowed, ""},
	{ifCondition("ArnLike", "aws:PrincipalArn", `"arn:aws:iam::210987654321:role/*"`), from(allows(otherSession)), policy.Unsupported, ""},
	{ifCondition("StringEquals", "aws:PrincipalAccount", `"210987654321"`), from(bucket), policy.Unsupported, ""},
	// The organization of a service's source, and the paths in it, are those of the Invocation.
	{ifCondition("StringEquals", "aws:SourceOrgID", `"o-a1b2c3d4e5"`), from(orgBucket), policy.Allowed, ""},
	{ifCondition("StringEquals", "aws:SourceOrgID", `"o-zzzzzzzzzz"`), from(orgBucket), policy.Denied, "SourceOrgID o-a1b2c3d4e5 is not o-zzzzzzzzzz"},
	{ifCondition("StringEquals", "aws:SourceOrgID", `"o-a1b2c3d4e5"`), from(bucket), policy.Denied, "SourceOrgID is absent"},
	{ifCondition("StringEquals", "aws:SourceOrgID", `"o-a1b2c3d4e5"`), from(allows(otherRole)), policy.Denied, "SourceOrgID is absent"},
	{ifCondition("StringEquals", "aws:PrincipalOrgID", `"o-a1b2c3d4e5"`), from(orgBucket), policy.Denied, "PrincipalOrgID is absent"},
	{ifCondition("ForAnyValue:StringLike", "aws:SourceOrgPaths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"`), from(orgBucket), policy.Allowed, ""},
	{ifCondition("ForAnyValue:StringLike", "aws:SourceOrgPaths", `"o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/*"`), from(orgBucket), policy.Denied,
		"SourceOrgPaths o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ does not match o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/*"},
	{ifCondition("ForAnyValue:StringLike", "aws:SourceOrgPaths", `"o-a1b2c3d4e5/*"`), from(bucket), policy.Denied, "SourceOrgPaths is absent"},
	// The paths of an identity have another key.
	{ifCondition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/r-ab12/*"`), from(allows(unitRole)), policy.Allowed, ""},
	{ifCondition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-zzzzzzzzzz/*"`), from(allows(unitRole)), policy.Denied, "PrincipalOrgPaths"},
	{ifCondition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/*"`), from(allows(ownRole)), policy.Allowed, "no statement matches"},
	{ifCondition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/*"`), from(orgBucket), policy.Denied, "PrincipalOrgPaths is absent"},
	// A key that can have several values needs ForAnyValue or ForAllValues.
	{ifCondition("StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/*"`), from(allows(unitRole)), policy.Unsupported, "PrincipalOrgPaths can have several values"},
	// If the organization is set without paths, the paths are not known.
	{ifCondition("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", `"o-a1b2c3d4e5/*"`), from(allows(otherRole)), policy.Unsupported, "which value the call has for PrincipalOrgPaths"},
	{ifCondition("ForAnyValue:StringLike", "aws:SourceOrgPaths", `"o-a1b2c3d4e5/*"`),
		from(policy.Service{Name: "s3.amazonaws.com", SourceOrgID: "o-a1b2c3d4e5"}), policy.Unsupported, "which value the call has for SourceOrgPaths"},
	// Paths of another organization or without a slash at the end contradict the
	// organization.
	{`{}`, from(policy.Service{Name: "s3.amazonaws.com", SourceOrgID: "o-a1b2c3d4e5", SourceOrgPaths: []string{"o-zzzzzzzzzz/r-ab12/"}}), policy.Unsupported, "does not begin with"},
	{`{}`, from(policy.Service{Name: "s3.amazonaws.com", SourceOrgPaths: []string{"o-a1b2c3d4e5/r-ab12/"}}), policy.Unsupported, "does not begin with"},
	{`{}`, from(policy.IAMPrincipal{ARN: otherRole.ARN, PrincipalOrgID: "o-a1b2c3d4e5", PrincipalOrgPaths: []string{"o-a1b2c3d4e5/r-ab12"}}), policy.Unsupported, "end with a slash"},
	// The address is that of the Invocation, if it is set; no documentation says which
	// address a service has.
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`), at("203.0.113.7", allows(otherRole)), policy.Allowed, ""},
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.7"`), at("203.0.113.7", allows(otherRole)), policy.Allowed, ""},
	{ifCondition("IpAddress", "aws:SourceIp", `["10.0.0.0/8","2001:db8::/32"]`), at("2001:db8::1", allows(otherRole)), policy.Allowed, ""},
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`), at("203.0.114.7", allows(otherRole)), policy.Denied, "aws:SourceIp 203.0.114.7 is not in 203.0.113.0/24"},
	{ifCondition("NotIpAddress", "aws:SourceIp", `"203.0.113.0/24"`), at("203.0.113.7", allows(otherRole)), policy.Denied, "must not be 203.0.113.0/24"},
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`), at("::ffff:203.0.113.7", allows(otherRole)), policy.Allowed, ""},
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.*"`), at("203.0.113.7", allows(otherRole)), policy.Unsupported, "it is not known whether aws:SourceIp meets IpAddress"},
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`), from(allows(otherRole)), policy.Unsupported, "which value the call has for aws:SourceIp"},
	{ifCondition("IpAddress", "aws:SourceIp", `"203.0.113.0/24"`), at("203.0.113.7", bucket), policy.Unsupported, ""},
	{ifCondition("IpAddress", "aws:SourceAccount", `"203.0.113.0/24"`), from(bucket), policy.Unsupported, ""},
	// The time is that of the Invocation, if it is set.
	{ifCondition("DateLessThan", "aws:CurrentTime", `"2026-12-01T00:00:00Z"`), when("2026-11-26T10:00:00.9Z", bucket), policy.Allowed, ""},
	{ifCondition("DateLessThan", "aws:CurrentTime", `"2026-11-26T10:00:00Z"`), when("2026-11-26T10:00:00.9Z", bucket), policy.Denied, "aws:CurrentTime 2026-11-26T10:00:00Z is not before 2026-11-26T10:00:00Z"},
	{ifCondition("DateLessThanEquals", "aws:CurrentTime", `"2026-11-26T10:00:00Z"`), when("2026-11-26T10:00:00.9Z", bucket), policy.Allowed, ""},
	{ifCondition("DateGreaterThan", "aws:EpochTime", `1795687199`), when("2026-11-26T10:00:00Z", bucket), policy.Allowed, ""},
	{ifCondition("DateGreaterThanEquals", "aws:EpochTime", `"2026-11-26"`), when("2026-11-26T10:00:00Z", bucket), policy.Allowed, ""},
	{ifCondition("DateGreaterThanEquals", "aws:CurrentTime", `"2026-12-01"`), when("2026-11-26T10:00:00Z", bucket), policy.Denied, "is before 2026-12-01"},
	{ifCondition("DateGreaterThan", "aws:CurrentTime", `"2026-12-01"`), when("2026-11-26T10:00:00Z", bucket), policy.Denied, "is not after 2026-12-01"},
	{ifCondition("DateLessThanEquals", "aws:CurrentTime", `"2026-11-01"`), when("2026-11-26T10:00:00Z", bucket), policy.Denied, "is after 2026-11-01"},
	{ifCondition("DateEquals", "aws:CurrentTime", `"2026-11-26T11:00+01:00"`), when("2026-11-26T10:00:00Z", bucket), policy.Allowed, ""},
	{ifCondition("DateEquals", "aws:CurrentTime", `1795687200`), when("2026-11-26T10:00:00Z", bucket), policy.Allowed, ""},
	{ifCondition("DateNotEquals", "aws:CurrentTime", `"2026-11-26T11:00:00+01:00"`), when("2026-11-26T10:00:00Z", bucket), policy.Denied, "must not be"},
	{ifCondition("DateLessThan", "aws:CurrentTime", `"2027"`), when("2026-11-26T10:00:00Z", bucket), policy.Unsupported, "it is not known whether aws:CurrentTime meets DateLessThan"},
	// A number of five digits or more is a time; a number of four digits may be a year.
	{ifCondition("DateGreaterThan", "aws:CurrentTime", `10000`), when("2026-11-26T10:00:00Z", bucket), policy.Allowed, ""},
	{ifCondition("DateLessThan", "aws:CurrentTime", `"2026-12-01"`), from(bucket), policy.Unsupported, "which value the call has for aws:CurrentTime"},
	{ifCondition("DateBefore", "aws:CurrentTime", `"2026-12-01"`), when("2026-11-26T10:00:00Z", bucket), policy.Unsupported, "the operator DateBefore is not known"},
	{ifCondition("DateLessThan", "aws:SourceAccount", `"2026-12-01"`), from(policy.Service{Name: "a.b"}), policy.Denied, "SourceAccount is absent"},
	// A common Deny, for everybody outside of an organization except services.
	{`{"Principal":"*"} {"Effect":"Deny","Principal":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`,
		from(bucket), policy.Allowed, "PrincipalIsAWSService true is not false"},
	{`{"Principal":"*"} {"Effect":"Deny","Principal":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-zzzzzzzzzz"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}`,
		from(allows(otherRole)), policy.Denied, "statement 2 denies it"},
}

func TestEvaluateKeys(t *testing.T) { runEvaluateTests(t, keysTests) }

var logsService = policy.Service{Name: "logs.amazonaws.com", OtherNames: []string{"logs.us-east-1.amazonaws.com"}}
var teamTopic = policy.Service{Name: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:Team-topic"}

const sourceAccount, sourceArn = "aws:SourceAccount", "aws:SourceArn"

// How operators compare.
var operatorsTests = []evaluateTest{
	// StringEquals is exact: case matters and * is a character.
	{ifCondition("StringEquals", sourceArn, `"arn:aws:sns:us-east-1:123456789012:team-topic"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("StringEquals", sourceArn, `"arn:aws:sns:us-east-1:123456789012:*"`), from(teamTopic), policy.Denied, ""},
	// One of several values is enough.
	{ifCondition("StringEquals", sourceAccount, `["1","123456789012"]`), from(bucket), policy.Allowed, ""},
	{ifCondition("StringEquals", sourceAccount, `["1","2","3","4","5"]`), from(bucket), policy.Denied, "SourceAccount 123456789012 is not one of 1, 2, 3 and 2 more"},
	// A negated operator is met if no value matches, and if the key is absent.
	{ifCondition("StringNotEquals", sourceAccount, `["1","123456789012"]`), from(bucket), policy.Denied, "SourceAccount 123456789012 must not be one of 1, 123456789012"},
	{ifCondition("StringNotEquals", sourceAccount, `"1"`), from(bucket), policy.Allowed, ""},
	{ifCondition("StringNotEquals", sourceAccount, `"1"`), from(teamTopic), policy.Allowed, ""},
	// IgnoreCase folds A to Z; for other letters the answer is undecided.
	{ifCondition("StringEqualsIgnoreCase", sourceArn, `"ARN:aws:sns:us-east-1:123456789012:TEAM-TOPIC"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("StringNotEqualsIgnoreCase", sourceArn, `"ARN:aws:sns:us-east-1:123456789012:TEAM-TOPIC"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("StringEqualsIgnoreCase", sourceArn, `"Ä"`), from(policy.Service{Name: "a.b", SourceArn: "ä"}), policy.Unsupported, ""},
	// StringLike has * and ?, which match every character, colons too.
	{ifCondition("StringLike", sourceArn, `"arn:*Team-topi?"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("StringLike", sourceArn, `"arn:*team*"`), from(teamTopic), policy.Denied, "does not match arn:*team*"},
	{ifCondition("StringNotLike", sourceArn, `"arn:*Team*"`), from(teamTopic), policy.Denied, "must not be"},
	{ifCondition("StringLike", sourceArn, `"ar?"`), from(policy.Service{Name: "a.b", SourceArn: "arä"}), policy.Allowed, ""},
	// ArnLike and ArnEquals compare the six parts one by one.
	{ifCondition("ArnEquals", sourceArn, `"arn:aws:sns:*:*:Team-*"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:sns:*:Team-topic:*"`), from(teamTopic), policy.Denied, ""},
	// A pattern of fewer parts is undecided, unless no reading of it would match.
	{ifCondition("ArnLike", sourceArn, `"*"`), from(teamTopic), policy.Unsupported, "it is not known whether SourceArn"},
	{ifCondition("ArnLike", sourceArn, `"arn:*"`), from(teamTopic), policy.Unsupported, ""},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:sns:*"`), from(teamTopic), policy.Unsupported, ""},
	{ifCondition("ArnEquals", sourceArn, `"arn:aws:sns"`), from(teamTopic), policy.Unsupported, ""},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:sns:*:Team-topic"`), from(teamTopic), policy.Unsupported, ""},
	{ifCondition("ArnNotLike", sourceArn, `"arn:aws:sns:*"`), from(teamTopic), policy.Unsupported, ""},
	{`{} {"Effect":"Deny","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:*"}}}`, from(bucket), policy.Unsupported, ""},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:s3:*"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("ArnNotLike", sourceArn, `"arn:aws:s3:*"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("ArnLike", sourceArn, `["arn:aws:sns:*","arn:aws:sns:*:*:*"]`), from(teamTopic), policy.Allowed, ""},
	// The reasons name a value that is not an ARN.
	{ifCondition("ArnLike", sourceArn, `"my-inputbucket"`), from(policy.Service{Name: "s3.amazonaws.com", SourceArn: "my-inputbucket"}), policy.Unsupported,
		"SourceArn my-inputbucket is not an ARN: it is not known whether it meets ArnLike"},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:s3:::my-inputbucket"`), from(policy.Service{Name: "s3.amazonaws.com", SourceArn: "my-inputbucket"}), policy.Denied,
		"SourceArn my-inputbucket is not an ARN and does not match arn:aws:s3:::my-inputbucket"},
	{ifCondition("ArnLike", sourceArn, `"my-inputbucket"`), from(bucket), policy.Denied, "SourceArn arn:aws:s3:::uploads is compared with my-inputbucket, which is not an ARN"},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:s3:::other"`), from(bucket), policy.Denied, "SourceArn arn:aws:s3:::uploads is not arn:aws:s3:::other"},
	// For a pattern with wildcards the reason says that the text does not match it.
	{ifCondition("ArnLike", sourceArn, `"arn:aws:s3:::other*"`), from(bucket), policy.Denied, "SourceArn arn:aws:s3:::uploads does not match arn:aws:s3:::other*"},
	// A pattern with a wildcard in place of "arn" is undecided too, unless no reading of it would match.
	{ifCondition("ArnLike", sourceArn, `"*:*:*:*:*:*"`), from(teamTopic), policy.Unsupported, ""},
	{ifCondition("ArnLike", sourceArn, `"*:*:s3:*:*:*"`), from(teamTopic), policy.Denied, ""},
	// In a text a * is a character like others.
	{ifCondition("ArnLike", sourceArn, `"*:aws:sns:us-east-1:123456789012:t?"`), from(policy.Service{Name: "a.b", SourceArn: "arn:aws:sns:us-east-1:123456789012:t*"}), policy.Unsupported, ""},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:sns:us-east-1:123456789012:t?"`), from(policy.Service{Name: "a.b", SourceArn: "arn:aws:sns:us-east-1:123456789012:t*"}), policy.Allowed, ""},
	// A text of fewer parts is not an ARN and does not match.
	{ifCondition("ArnLike", sourceArn, `"arn:*:*:*:*:*"`), from(policy.Service{Name: "a.b", SourceArn: "arn:aws:s3:b"}), policy.Denied, ""},
	{ifCondition("ArnLike", sourceArn, `"arn:aws:*:us-east-1:123456789012:*:*"`), from(policy.Service{Name: "a.b", SourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:stream"}), policy.Allowed, ""},
	{ifCondition("ArnNotLike", sourceArn, `"arn:aws:sns:*:*:Team-*"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("ArnNotEquals", sourceArn, `"arn:aws:sns:*:*:Other-*"`), from(teamTopic), policy.Allowed, ""},
	// Bool takes only true and false, in any case.
	{ifCondition("Bool", "aws:PrincipalIsAWSService", `true`), from(bucket), policy.Allowed, ""},
	{ifCondition("Bool", "aws:PrincipalIsAWSService", `"TRUE"`), from(bucket), policy.Allowed, ""},
	{ifCondition("Bool", "aws:PrincipalIsAWSService", `"yes"`), from(bucket), policy.Unsupported, ""},
	{ifCondition("Bool", sourceAccount, `"true"`), from(bucket), policy.Unsupported, ""},
	// Null asks whether the key is absent.
	{ifCondition("Null", sourceAccount, `"true"`), from(bucket), policy.Denied, "SourceAccount is present, and must be absent"},
	{ifCondition("Null", sourceAccount, `"false"`), from(bucket), policy.Allowed, ""},
	{ifCondition("Null", sourceAccount, `true`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("Null", sourceAccount, `false`), from(teamTopic), policy.Denied, "SourceAccount is absent, and must be present"},
	// IfExists is met by a key that is absent; one that is present is compared.
	{ifCondition("StringEqualsIfExists", sourceAccount, `"1"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("StringEqualsIfExists", sourceAccount, `"1"`), from(bucket), policy.Denied, ""},
	{ifCondition("StringNotEqualsIfExists", sourceAccount, `"1"`), from(teamTopic), policy.Allowed, ""},
	// Operators that are not compared still need their key.
	{ifCondition("NumericEquals", sourceAccount, `"1"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("NumericEqualsIfExists", sourceAccount, `"1"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("NumericEquals", sourceAccount, `"123456789012"`), from(bucket), policy.Unsupported, "SourceAccount is compared by NumericEquals, which is not supported"},
	// Each operator has one spelling.
	{ifCondition("stringEquals", sourceAccount, `"123456789012"`), from(bucket), policy.Unsupported, "the operator stringEquals is not known"},
	{ifCondition("NullIfExists", sourceAccount, `"true"`), from(teamTopic), policy.Unsupported, ""},
	// A key with several values needs ForAnyValue or ForAllValues.
	{ifCondition("ForAnyValue:StringLike", "aws:PrincipalServiceNamesList", `"logs.us-*"`), from(logsService), policy.Allowed, ""},
	{ifCondition("ForAllValues:StringLike", "aws:PrincipalServiceNamesList", `"logs.us-*"`), from(logsService), policy.Denied, "logs.amazonaws.com, logs.us-east-1.amazonaws.com"},
	{ifCondition("ForAllValues:StringLike", "aws:PrincipalServiceNamesList", `"logs.*"`), from(logsService), policy.Allowed, ""},
	{ifCondition("ForAnyValue:StringEquals", "aws:PrincipalServiceNamesList", `"s3.amazonaws.com"`), from(logsService), policy.Denied, ""},
	{ifCondition("ForAllValues:StringNotLike", "aws:PrincipalServiceNamesList", `"logs.us-*"`), from(logsService), policy.Denied, ""},
	{ifCondition("StringLike", "aws:PrincipalServiceNamesList", `"logs.*"`), from(logsService), policy.Unsupported, "without ForAnyValue or ForAllValues"},
	// Without the key, ForAnyValue is not met and ForAllValues is.
	{ifCondition("ForAnyValue:StringEquals", sourceAccount, `"1"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("ForAllValues:StringEquals", sourceAccount, `"1"`), from(teamTopic), policy.Allowed, ""},
	{ifCondition("ForAnyValue:StringNotEquals", sourceAccount, `"1"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("ForAnyValue:StringEqualsIfExists", sourceAccount, `"1"`), from(teamTopic), policy.Allowed, ""},
	// An unknown key, a variable and an empty list are not decided.
	{ifCondition("StringEquals", "aws:SourceVpc", `"vpc-1"`), from(bucket), policy.Unsupported, "aws:SourceVpc"},
	{ifCondition("StringEquals", sourceAccount, `"${aws:PrincipalAccount}"`), from(bucket), policy.Unsupported, "a policy variable"},
	{ifCondition("StringEquals", sourceAccount, `["${aws:PrincipalAccount}","123456789012"]`), from(bucket), policy.Allowed, ""},
	{ifCondition("StringEquals", sourceAccount, `"${aws:PrincipalAccount}"`), from(teamTopic), policy.Denied, ""},
	{ifCondition("StringEquals", sourceAccount, `[]`), from(bucket), policy.Unsupported, "compared with no value"},
	{`{"Condition":{"StringEquals":{}}}`, from(bucket), policy.Unsupported, "has no key"},
	// All operators and keys must be met.
	{`{"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::other"}}}`, from(bucket), policy.Denied,
		"SourceArn arn:aws:s3:::uploads is not arn:aws:s3:::other"},
	// No documentation says whether keys that differ only in case are one key.
	{`{"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","AWS:SourceAccount":"1"}}}`, from(bucket), policy.Unsupported, "twice, in different case"},
	{`{"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","AWS:SourceAccount":["123456789012","1"]}}}`, from(bucket), policy.Allowed, ""},
	// They make no difference if the condition on another key is not met.
	{`{"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012","AWS:SourceAccount":"123456789012"},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::other"}}}`, from(bucket), policy.Denied, ""},
	{`{"Condition":{"StringLike":{"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":"","11":"","12":"","13":"","14":"","15":"","k":"","K":""},"ArnLike":{"aws:SourceArn":"arn:aws:s3:::other"}}}`, from(bucket), policy.Denied, ""},
	// Keys of different operators are different conditions.
	{`{"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"StringLike":{"AWS:SourceAccount":"1"}}}`, from(bucket), policy.Denied, ""},
	// An empty Condition is always met.
	{`{"Condition":{}}`, from(bucket), policy.Allowed, ""},
}

func TestEvaluateOperators(t *testing.T) { runEvaluateTests(t, operatorsTests) }

// Every operator of IAM is known: if the call does not have the key, it is not met
// unless it is negated (IAM User Guide, "IAM JSON policy elements: Condition
// operators"). In another spelling the answer is undecided.
func TestEvaluateKnownOperators(t *testing.T) {
	for names, want := range map[string]policy.Verdict{
		"StringEquals StringEqualsIgnoreCase StringLike ArnEquals ArnLike Bool IpAddress BinaryEquals":                                policy.Denied,
		"NumericEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals":                             policy.Denied,
		"DateEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals":                                            policy.Denied,
		"StringNotEquals StringNotEqualsIgnoreCase StringNotLike ArnNotEquals ArnNotLike NotIpAddress NumericNotEquals DateNotEquals": policy.Allowed,
	} {
		for operator := range strings.FieldsSeq(names) {
			for spelling, want := range map[string]policy.Verdict{operator: want, operator + "IfExists": policy.Allowed, operator + "s": policy.Unsupported} {
				d := differingFromPlain(t, ifCondition(spelling, sourceAccount, `"1"`))
				wantEqual(t, spelling+" without its key", d.Evaluate(from(teamTopic)).Verdict(), want)
			}
		}
	}
}

// The operators on dates at a call before, at and after the date of the policy.
func TestEvaluateDateOperators(t *testing.T) {
	const date = "2026-11-26T10:00:00Z"
	for operator, isMet := range map[string][3]bool{
		"DateEquals":            {false, true, false},
		"DateNotEquals":         {true, false, true},
		"DateLessThan":          {true, false, false},
		"DateLessThanEquals":    {true, true, false},
		"DateGreaterThanEquals": {false, true, true},
		"DateGreaterThan":       {false, false, true},
	} {
		d := differingFromPlain(t, ifCondition(operator, "aws:CurrentTime", `"`+date+`"`))
		for i, moment := range []string{"2026-11-26T09:59:59Z", date, "2026-11-26T10:00:01Z"} {
			want := policy.Denied
			if isMet[i] {
				want = policy.Allowed
			}
			wantEqual(t, operator+" at "+moment, d.Evaluate(when(moment, bucket)).Verdict(), want)
		}
	}
}

// A key with two spellings is undecided, also among many conditions that are met;
// without the second spelling the statement does not match.
func TestEvaluateManyConditions(t *testing.T) {
	var operators []string
	for _, operator := range []string{"StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase", "ArnNotLike", "ArnNotEquals", "StringLikeIfExists"} {
		operators = append(operators, fmt.Sprintf(`%q:{"aws:PrincipalOrgID":"x","lambda:EventSourceToken":"x","lambda:FunctionUrlAuthType":"x"}`, operator))
	}
	met := strings.Join(operators, ",")
	runEvaluateTests(t, []evaluateTest{
		{`{"Condition":{` + met + `}}`, from(bucket), policy.Allowed, ""},
		{`{"Condition":{` + met + `,"StringEquals":{"aws:SourceAccount":"1"}}}`, from(bucket), policy.Denied, "SourceAccount 123456789012 is not 1"},
		{`{"Condition":{` + met + `,"StringEquals":{"aws:SourceAccount":"1","AWS:SourceAccount":"123456789012"}}}`, from(bucket), policy.Unsupported, "twice"},
	})
}
