package pages_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The code of docs/recipes.md.

// addGrant sends a grant.
func addGrant(ctx context.Context, api permission.AddPermissionAPIClient) error {
	r, err := grant.EventSource("thumbnail", "arn:aws:sns:us-east-1:123456789012:photos", grant.WithOwner("photos"))
	if err != nil {
		return err
	}
	_, err = api.AddPermission(ctx, permission.NewAddPermissionInput(r))
	return err
}

func bucketGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:s3:::photos", grant.WithSourceAccount("123456789012"))
}

func topicGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:sns:us-east-1:123456789012:photos")
}

func optInTopicGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:sns:me-central-1:123456789012:photos", grant.WithFunctionRegion("us-east-1"))
}

func ruleGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:events:us-east-1:123456789012:rule/nightly")
}

func busGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:events:us-east-1:123456789012:rule/orders/shipped")
}

func restAPIGrant() (grant.Request, error) {
	return grant.APIGateway("arn:aws:lambda:us-east-1:123456789012:function:thumbnail", "a1b2c3d4e5",
		grant.WithStage("prod"), grant.WithMethod("GET"), grant.WithPath("/photos/{id}"))
}

func httpAPIGrant() (grant.Request, error) {
	return grant.APIGateway("arn:aws:lambda:us-east-1:123456789012:function:thumbnail", "a1b2c3d4e5",
		grant.WithRoute("GET /photos/{id}"))
}

func webSocketGrant() (grant.Request, error) {
	return grant.APIGateway("arn:aws:lambda:us-east-1:123456789012:function:thumbnail", "a1b2c3d4e5",
		grant.WithStage("prod"), grant.WithRoute("$connect"))
}

func userPoolGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI")
}

func topicRuleGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:iot:us-east-1:123456789012:rule/doorbell")
}

func configRuleGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:config:us-east-1:123456789012:config-rule/config-rule-a1b2c3")
}

func logGroupGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:*")
}

func targetGroupGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/photos/0123456789abcdef")
}

func rotationGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-a1B2c3")
}

func botGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/KLMNOPQRST")
}

func connectGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:connect:us-east-1:123456789012:instance/def1a4fc-ac9d-11e6-b582-06a0be38cccf")
}

func agentGrant() (grant.Request, error) {
	return grant.EventSource("thumbnail", "arn:aws:bedrock:us-east-1:123456789012:agent/A1B2C3D4E5")
}

func distributionGrants() ([]grant.Request, error) {
	return grant.CloudFront("thumbnail", "arn:aws:cloudfront::123456789012:distribution/E1PDK09ESKHJWT")
}

func publicURLGrants() ([]grant.Request, error) {
	return grant.FunctionURL("thumbnail", "NONE")
}

func privateURLGrants() ([]grant.Request, error) {
	return grant.FunctionURL("thumbnail", "AWS_IAM", grant.WithPrincipal("arn:aws:iam::210987654321:role/deploy"))
}

func skillGrant() (grant.Request, error) {
	return grant.Alexa("thumbnail", "amzn1.ask.skill.0b0b0b0b-1111-2222-3333-444444444444")
}

func accountGrant() (grant.Request, error) {
	return grant.Account("thumbnail:PROD", "210987654321")
}

func roleGrant() (grant.Request, error) {
	return grant.Identity("thumbnail", "arn:aws:iam::210987654321:role/deploy")
}

func organizationGrant() (grant.Request, error) {
	return grant.Organization("thumbnail", "o-a1b2c3d4e5")
}

func one(r grant.Request, err error) ([]grant.Request, error) { return []grant.Request{r}, err }

// caller returns a service that calls for a source in the account of the function.
func caller(service, source string) policy.Service {
	return policy.Service{Name: service, SourceArn: source, SourceAccount: "123456789012"}
}

var (
	deployRole = policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/deploy", PrincipalOrgID: "o-a1b2c3d4e5", IdentityPolicy: policy.IdentityPolicyAllows}
	cloudFront = policy.Service{Name: "cloudfront.amazonaws.com", SourceArn: "arn:aws:cloudfront::123456789012:distribution/E1PDK09ESKHJWT"}
)

// The grants of each recipe can be added and let its caller in. Lint finds nothing in
// them, except that the public URL is public.
func TestRecipes(t *testing.T) {
	for name, c := range map[string]struct {
		grants func() ([]grant.Request, error)
		caller policy.Caller
	}{
		"bucket":        {func() ([]grant.Request, error) { return one(bucketGrant()) }, caller("s3.amazonaws.com", "arn:aws:s3:::photos")},
		"topic":         {func() ([]grant.Request, error) { return one(topicGrant()) }, caller("sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:photos")},
		"opt-in region": {func() ([]grant.Request, error) { return one(optInTopicGrant()) }, caller("sns.me-central-1.amazonaws.com", "arn:aws:sns:me-central-1:123456789012:photos")},
		"rule":          {func() ([]grant.Request, error) { return one(ruleGrant()) }, caller("events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/nightly")},
		"rule of a bus": {func() ([]grant.Request, error) { return one(busGrant()) }, caller("events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/orders/shipped")},
		"REST API":      {func() ([]grant.Request, error) { return one(restAPIGrant()) }, caller("apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/GET/photos/7")},
		"HTTP API":      {func() ([]grant.Request, error) { return one(httpAPIGrant()) }, caller("apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/$default/GET/photos/7")},
		"WebSocket API": {func() ([]grant.Request, error) { return one(webSocketGrant()) }, caller("apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/$connect")},
		"user pool":     {func() ([]grant.Request, error) { return one(userPoolGrant()) }, caller("cognito-idp.amazonaws.com", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEfGhI")},
		"IoT rule":      {func() ([]grant.Request, error) { return one(topicRuleGrant()) }, caller("iot.amazonaws.com", "arn:aws:iot:us-east-1:123456789012:rule/doorbell")},
		"Config rule":   {func() ([]grant.Request, error) { return one(configRuleGrant()) }, caller("config.amazonaws.com", "arn:aws:config:us-east-1:123456789012:config-rule/config-rule-a1b2c3")},
		"log group":     {func() ([]grant.Request, error) { return one(logGroupGrant()) }, caller("logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/orders:*")},
		"target group":  {func() ([]grant.Request, error) { return one(targetGroupGrant()) }, caller("elasticloadbalancing.amazonaws.com", "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/photos/0123456789abcdef")},
		"rotation":      {func() ([]grant.Request, error) { return one(rotationGrant()) }, caller("secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-a1B2c3")},
		"bot":           {func() ([]grant.Request, error) { return one(botGrant()) }, caller("lexv2.amazonaws.com", "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/KLMNOPQRST")},
		"Connect":       {func() ([]grant.Request, error) { return one(connectGrant()) }, caller("connect.amazonaws.com", "arn:aws:connect:us-east-1:123456789012:instance/def1a4fc-ac9d-11e6-b582-06a0be38cccf")},
		"agent":         {func() ([]grant.Request, error) { return one(agentGrant()) }, caller("bedrock.amazonaws.com", "arn:aws:bedrock:us-east-1:123456789012:agent/A1B2C3D4E5")},
		"distribution":  {distributionGrants, policy.FunctionUrl{AuthType: "AWS_IAM", Caller: cloudFront}},
		"public URL":    {publicURLGrants, policy.FunctionUrl{AuthType: "NONE"}},
		"private URL":   {privateURLGrants, policy.FunctionUrl{AuthType: "AWS_IAM", Caller: deployRole}},
		"skill":         {func() ([]grant.Request, error) { return one(skillGrant()) }, policy.AlexaSkill{EventSourceToken: "amzn1.ask.skill.0b0b0b0b-1111-2222-3333-444444444444"}},
		"account":       {func() ([]grant.Request, error) { return one(accountGrant()) }, deployRole},
		"role":          {func() ([]grant.Request, error) { return one(roleGrant()) }, deployRole},
		"organization":  {func() ([]grant.Request, error) { return one(organizationGrant()) }, deployRole},
	} {
		t.Run(name, func(t *testing.T) {
			grants, err := c.grants()
			if err != nil {
				t.Fatal(err)
			}
			checkRecipe(t, grants, c.caller, name == "public URL")
		})
	}
}

func checkRecipe(t *testing.T, grants []grant.Request, caller policy.Caller, isPublic bool) {
	t.Helper()
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	server.CreateAlias("thumbnail", "PROD", server.PublishVersion("thumbnail"))
	for _, r := range grants {
		r.StatementId = grant.StatementID("recipes", r)
		if _, err := server.Client().AddPermission(t.Context(), permission.NewAddPermissionInput(r)); err != nil {
			t.Fatal(err)
		}
	}
	called := arn.MustParseFunction(grants[0].FunctionName).Complete("aws", "us-east-1", "123456789012")
	document, _ := server.Policy(called.String())
	for _, f := range lint.CheckPolicy(document) {
		if f.Severity > lint.SeverityInfo && !(isPublic && f.Rule == lint.RulePublicURL) {
			t.Errorf("%v", f)
		}
	}
	if d := document.Evaluate(policy.Invocation{Function: called, Caller: caller}); d.Verdict() != policy.Allowed {
		t.Errorf("%v", d)
	}
}

func TestAddGrant(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	if err := addGrant(t.Context(), server.Client()); err != nil {
		t.Fatal(err)
	}
	out, err := server.Client().GetPolicy(t.Context(), &permission.GetPolicyInput{FunctionName: aws.String("thumbnail")})
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Parse(*out.Policy)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(document.Statements()); n != 1 {
		t.Fatalf("%d statements, want 1: %s", n, document)
	}
	if !grant.Owns("photos", document.Statements()[0]) {
		t.Errorf("the id is not one of the owner photos: %s", document)
	}
}
