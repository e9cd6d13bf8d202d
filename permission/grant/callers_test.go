package grant_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const (
	role         = "arn:aws:iam::210987654321:role/deploy"
	skill        = "amzn1.ask.skill.0b0b0b0b-1111-2222-3333-444444444444"
	site         = "arn:aws:cloudfront::123456789012:distribution/E1PDK09ESKHJWT"
	organization = "o-a1b2c3d4e5"
)

// one returns the single grant of a constructor as a list.
func one(r grant.Request, err error) ([]grant.Request, error) {
	if err != nil {
		return nil, err
	}
	return []grant.Request{r}, nil
}

func identity(name string) policy.IAMPrincipal {
	return policy.IAMPrincipal{ARN: name, IdentityPolicy: policy.IdentityPolicyAllows}
}

func member(name, organization string) policy.IAMPrincipal {
	p := identity(name)
	p.PrincipalOrgID = organization
	return p
}

// calls are the constructors with their grants, a caller that the grants allow and a
// caller that they do not allow.
var calls = []struct {
	name        string
	make        func() ([]grant.Request, error)
	want        []grant.Request
	caller, not policy.Caller
}{
	{
		"Account", func() ([]grant.Request, error) { return one(grant.Account("f", otherAccount)) },
		[]grant.Request{{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: otherAccount}},
		identity(role), identity("arn:aws:iam::111122223333:role/deploy"),
	},
	{
		"Identity", func() ([]grant.Request, error) { return one(grant.Identity("f", role)) },
		[]grant.Request{{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: role}},
		identity(role), identity("arn:aws:iam::210987654321:role/another"),
	},
	{
		"Organization", func() ([]grant.Request, error) { return one(grant.Organization("f", organization)) },
		[]grant.Request{{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "*", PrincipalOrgID: organization}},
		member(role, organization), member(role, "o-another1234"),
	},
	{
		"Alexa", func() ([]grant.Request, error) { return one(grant.Alexa("f", skill)) },
		[]grant.Request{{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com", EventSourceToken: skill}},
		policy.AlexaSkill{EventSourceToken: skill}, policy.AlexaSkill{EventSourceToken: skill + "2"},
	},
	{
		"SmartHome", func() ([]grant.Request, error) { return one(grant.SmartHome("f", skill)) },
		[]grant.Request{{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "alexa-connectedhome.amazon.com", EventSourceToken: skill}},
		policy.AlexaSkill{Service: "alexa-connectedhome.amazon.com", EventSourceToken: skill}, policy.AlexaSkill{EventSourceToken: skill},
	},
	{
		"FunctionURL NONE", func() ([]grant.Request, error) { return grant.FunctionURL("f", "NONE") },
		[]grant.Request{
			{FunctionName: "f", Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE"},
			{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "*", InvokedViaFunctionUrl: yes()},
		},
		policy.FunctionUrl{AuthType: "NONE"}, identity(role), // which does not call through the URL
	},
	{
		"FunctionURL AWS_IAM", func() ([]grant.Request, error) {
			return grant.FunctionURL("f", "AWS_IAM", grant.WithPrincipal(otherAccount))
		},
		[]grant.Request{
			{FunctionName: "f", Action: "lambda:InvokeFunctionUrl", Principal: otherAccount, FunctionUrlAuthType: "AWS_IAM"},
			{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: otherAccount, InvokedViaFunctionUrl: yes()},
		},
		policy.FunctionUrl{AuthType: "AWS_IAM", Caller: identity(role)}, policy.FunctionUrl{AuthType: "AWS_IAM", Caller: identity("arn:aws:iam::111122223333:role/deploy")},
	},
	{
		"FunctionURL of an organization", func() ([]grant.Request, error) {
			return grant.FunctionURL("f", "AWS_IAM", grant.WithOrganization(organization))
		},
		[]grant.Request{
			{FunctionName: "f", Action: "lambda:InvokeFunctionUrl", Principal: "*", PrincipalOrgID: organization, FunctionUrlAuthType: "AWS_IAM"},
			{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "*", PrincipalOrgID: organization, InvokedViaFunctionUrl: yes()},
		},
		policy.FunctionUrl{AuthType: "AWS_IAM", Caller: member(role, organization)}, policy.FunctionUrl{AuthType: "AWS_IAM", Caller: member(role, "o-another1234")},
	},
	{
		"CloudFront", func() ([]grant.Request, error) { return grant.CloudFront("f", site) },
		[]grant.Request{
			{FunctionName: "f", Action: "lambda:InvokeFunctionUrl", Principal: "cloudfront.amazonaws.com", SourceArn: site, FunctionUrlAuthType: "AWS_IAM"},
			{FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "cloudfront.amazonaws.com", SourceArn: site},
		},
		policy.FunctionUrl{AuthType: "AWS_IAM", Caller: policy.Service{Name: "cloudfront.amazonaws.com", SourceArn: site}},
		policy.FunctionUrl{AuthType: "AWS_IAM", Caller: policy.Service{Name: "cloudfront.amazonaws.com", SourceArn: site + "2"}},
	},
}

func yes() *bool {
	b := true
	return &b
}

func TestCallers(t *testing.T) {
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.make()
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Fatalf("%v (-want +got):\n%s", err, diff)
			}
			document := documentOf(t, got)
			invocation := policy.Invocation{Function: arn.MustParseFunction(thumbnail), Caller: c.caller}
			if d := document.Evaluate(invocation); d.Verdict() != policy.Allowed {
				t.Errorf("the caller: %v, want Allowed", d)
			}
			invocation.Caller = c.not
			if d := document.Evaluate(invocation); d.Verdict() != policy.Denied {
				t.Errorf("another caller: %v, want Denied", d)
			}
		})
	}
}

// documentOf returns the policy of the grants.
func documentOf(t *testing.T, grants []grant.Request) (document policy.Document) {
	t.Helper()
	for _, r := range grants {
		r.FunctionName, r.StatementId = thumbnail, grant.StatementID("", r)
		if err := validate.Current.Check(r); err != nil {
			t.Error(err)
		}
		s, err := policy.NewStatement(r, arn.MustParseFunction(thumbnail))
		if err != nil {
			t.Fatal(err)
		}
		document = document.With(s)
	}
	return document
}

// The two grants of a function URL have different ids.
func TestBothHalvesHaveIds(t *testing.T) {
	for name, make := range map[string]func() ([]grant.Request, error){
		"FunctionURL": func() ([]grant.Request, error) { return grant.FunctionURL("f", "NONE", grant.WithOwner("web")) },
		"CloudFront":  func() ([]grant.Request, error) { return grant.CloudFront("f", site, grant.WithOwner("web")) },
	} {
		both, err := make()
		if err != nil || len(both) != 2 {
			t.Fatalf("%s: %v, %v; want two grants, nil", name, both, err)
		}
		for _, r := range both {
			if r.StatementId != grant.StatementID("web", r) {
				t.Errorf("%s: id %q, want %q", name, r.StatementId, grant.StatementID("web", r))
			}
		}
		if both[0].StatementId == both[1].StatementId {
			t.Errorf("%s: both grants have the same id", name)
		}
	}
}

// callerRefusals are arguments that the constructors refuse. An empty argument, which
// an unset variable results in, never results in a wider grant.
var callerRefusals = []struct {
	name                    string
	make                    func() ([]grant.Request, error)
	argument, reason, right string
}{
	{"no account", func() ([]grant.Request, error) { return one(grant.Account("f", "")) }, "accountID", "empty", ""},
	{"a short account", func() ([]grant.Request, error) { return one(grant.Account("f", "1234")) }, "accountID", "12 digits", ""},
	{"everybody", func() ([]grant.Request, error) { return one(grant.Account("f", "*")) }, "accountID", "12 digits", ""},
	{"no function", func() ([]grant.Request, error) { return one(grant.Account("", account)) }, "function", "empty", "name or ARN"},
	{"no identity", func() ([]grant.Request, error) { return one(grant.Identity("f", "")) }, "identityARN", "not an ARN", "role/NAME"},
	{"a name", func() ([]grant.Request, error) { return one(grant.Identity("f", "deploy")) }, "identityARN", "not an ARN", "role/NAME"},
	{"an account's root", func() ([]grant.Request, error) { return one(grant.Identity("f", "arn:aws:iam::123456789012:root")) }, "identityARN", "whole account", "grant.Account"},
	{"a group", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:iam::123456789012:group/g"))
	}, "identityARN", "not a user, role or session", "role/NAME"},
	{"a policy", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:iam::123456789012:policy/p"))
	}, "identityARN", "not a user, role or session", "role/NAME"},
	{"all roles", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:iam::123456789012:role/*"))
	}, "identityARN", "wildcard", ""},
	{"a role without a name", func() ([]grant.Request, error) { return one(grant.Identity("f", "arn:aws:iam::123456789012:role/")) }, "identityARN", "not a user, role or session", "role/NAME"},
	{"a session without a name", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:sts::123456789012:assumed-role/deploy"))
	}, "identityARN", "not a user, role or session", "role/NAME"},
	{"a role without an account", func() ([]grant.Request, error) { return one(grant.Identity("f", "arn:aws:iam::aws:role/deploy")) }, "identityARN", "not a user, role or session", "role/NAME"},
	{"a session of IAM", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:iam::123456789012:assumed-role/deploy/s"))
	}, "identityARN", "not a user, role or session", "role/NAME"},
	{"a federated user of IAM", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:iam::123456789012:federated-user/bob"))
	}, "identityARN", "not a user, role or session", "role/NAME"},
	{"another resource of STS", func() ([]grant.Request, error) {
		return one(grant.Identity("f", "arn:aws:sts::123456789012:other/deploy/s"))
	}, "identityARN", "not a user, role or session", "role/NAME"},
	{"$LATEST", func() ([]grant.Request, error) { return one(grant.Account("f:$LATEST", account)) }, "function", "$LATEST", ""},
	{"an option of another constructor", func() ([]grant.Request, error) { return one(grant.Account("f", account, grant.WithService())) }, "WithService", "no meaning for Account", ""},
	{"no organization", func() ([]grant.Request, error) { return one(grant.Organization("f", "")) }, "organizationID", "empty", "o-a1b2c3d4e5"},
	{"a unit", func() ([]grant.Request, error) { return one(grant.Organization("f", "ou-abcd-12345678")) }, "organizationID", "", ""},
	{"an id that is too short", func() ([]grant.Request, error) { return one(grant.Organization("f", "o-a1")) }, "organizationID", "length greater than or equal to 12", ""},
	{"no skill", func() ([]grant.Request, error) { return one(grant.Alexa("f", "")) }, "skillID", "any skill", "amzn1.ask.skill"},
	{"no home skill", func() ([]grant.Request, error) { return one(grant.SmartHome("f", "")) }, "skillID", "any skill", "amzn1.ask.skill"},
	{"a skill's name", func() ([]grant.Request, error) { return one(grant.Alexa("f", "my skill")) }, "skillID", "whitespace", ""},
	{"an option without meaning", func() ([]grant.Request, error) {
		return one(grant.Account("f", account, grant.WithSourceAccount(account)))
	}, "WithSourceAccount", "no meaning for Account", ""},

	{"no type", func() ([]grant.Request, error) { return grant.FunctionURL("f", "") }, "authType", "not a type", "NONE or AWS_IAM"},
	{"a type in lower case", func() ([]grant.Request, error) { return grant.FunctionURL("f", "none") }, "authType", "not a type", "NONE or AWS_IAM"},
	{"AWS_IAM without a caller", func() ([]grant.Request, error) { return grant.FunctionURL("f", "AWS_IAM") }, "WithPrincipal", "missing", "grant.WithOrganization"},
	{"an unset caller", func() ([]grant.Request, error) { return grant.FunctionURL("f", "AWS_IAM", grant.WithPrincipal("")) }, "WithPrincipal", "all accounts", "account id"},
	{"AWS_IAM for everybody", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "AWS_IAM", grant.WithPrincipal("*"))
	}, "WithPrincipal", "all accounts", "account id"},
	{"AWS_IAM for a service, on behalf of everybody", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "AWS_IAM", grant.WithPrincipal("cloudfront.amazonaws.com"))
	}, "WithPrincipal", "not an ARN", "role/NAME"},
	{"AWS_IAM for a pattern", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "AWS_IAM", grant.WithPrincipal("arn:aws:iam::123456789012:*"))
	}, "WithPrincipal", "wildcard", ""},
	{"an unset organization", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "AWS_IAM", grant.WithOrganization(""))
	}, "WithOrganization", "empty", "o-a1b2c3d4e5"},
	{"an organization and a caller", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "AWS_IAM", grant.WithOrganization(organization), grant.WithPrincipal(role))
	}, "WithOrganization", "WithPrincipal", ""},
	{"NONE for an organization", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "NONE", grant.WithOrganization(organization))
	}, "WithOrganization", "NONE", ""},
	{"an organization's unit", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "AWS_IAM", grant.WithOrganization("ou-abcd-12345678"))
	}, "WithOrganization", "organizational unit", ""},
	{"a URL without a function", func() ([]grant.Request, error) { return grant.FunctionURL("", "NONE") }, "function", "empty", "name or ARN"},
	{"a URL of $LATEST", func() ([]grant.Request, error) { return grant.FunctionURL("f:$LATEST", "NONE") }, "function", "$LATEST", ""},
	{"an option without meaning for a URL", func() ([]grant.Request, error) {
		return grant.FunctionURL("f", "NONE", grant.WithStage("prod"))
	}, "WithStage", "no meaning for FunctionURL", ""},
	{"NONE with a caller", func() ([]grant.Request, error) { return grant.FunctionURL("f", "NONE", grant.WithPrincipal(role)) }, "WithPrincipal", "NONE", ""},

	{"no distribution", func() ([]grant.Request, error) { return grant.CloudFront("f", "") }, "distributionARN", "empty", "arn:aws:cloudfront::ACCOUNT:distribution/ID"},
	{"a distribution's id", func() ([]grant.Request, error) { return grant.CloudFront("f", "E1PDK09ESKHJWT") }, "distributionARN", `"arn:"`, "arn:aws:cloudfront::ACCOUNT:distribution/ID"},
	{"another service's ARN", func() ([]grant.Request, error) { return grant.CloudFront("f", "arn:aws:s3:::photos") }, "distributionARN", "not the ARN of a distribution", "arn:aws:cloudfront::ACCOUNT:distribution/ID"},
	{"a distribution with a region", func() ([]grant.Request, error) {
		return grant.CloudFront("f", strings.Replace(site, "::", ":us-east-1:", 1))
	}, "distributionARN", "leave empty", site},
	{"an access control", func() ([]grant.Request, error) {
		return grant.CloudFront("f", "arn:aws:cloudfront::123456789012:origin-access-control/E1")
	}, "distributionARN", "not the ARN of a distribution", "arn:aws:cloudfront::ACCOUNT:distribution/ID"},
	{"no function", func() ([]grant.Request, error) { return grant.CloudFront("", site) }, "function", "empty", "name or ARN"},
	{"an option without meaning for a distribution", func() ([]grant.Request, error) {
		return grant.CloudFront("f", site, grant.WithStage("prod"))
	}, "WithStage", "no meaning for CloudFront", ""},
	{"another partition", func() ([]grant.Request, error) {
		return grant.CloudFront("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", site)
	}, "distributionARN", "partition", ""},
}

func TestCallersRefuse(t *testing.T) {
	for _, c := range callerRefusals {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.make()
			checkRefusal(t, err, c.argument, c.reason, c.right)
			if got != nil {
				t.Errorf("grants are returned with the error: %+v", got)
			}
		})
	}
}

// No error contains the id of a skill, which may be a secret.
func TestErrorsHideTheSkill(t *testing.T) {
	const secret = "amzn1 ask skill secret"
	_, err := grant.Alexa("f", secret)
	if err == nil {
		t.Fatal("no error, want one: the id has spaces")
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v contains the id", err)
	}
}

// Sessions and federated users are identities.
func TestIdentities(t *testing.T) {
	for _, identity := range []string{
		"arn:aws:iam::123456789012:user/bob", "arn:aws:iam::123456789012:role/path/deploy",
		"arn:aws:sts::123456789012:assumed-role/deploy/s", "arn:aws:sts::123456789012:federated-user/bob",
	} {
		r, err := grant.Identity("f", identity)
		if r.Principal != identity || err != nil {
			t.Errorf("%s: principal %q, error %v; want the identity, nil", identity, r.Principal, err)
		}
	}
}
