package lint

import (
	"slices"
	"strings"
)

// A Service is what is known of a caller named by a service principal: what
// SourceArn it can have. The package has a table of them; [WithService] adds to
// it.
type Service struct {
	// Principal is the service principal, such as "sns.amazonaws.com".
	Principal string
	// Regional says that the service is also known with its region in the name,
	// as logs.us-east-1.amazonaws.com.
	Regional bool
	// Sources is what SourceArn can name; nil if that is not known, or if the
	// service sends none.
	Sources []Source
	// Token says that the service sends an EventSourceToken, and no SourceArn.
	Token bool
	// Instead says by what means the service gets in, if it is not by a grant:
	// one to its principal is of no use then. "" if it does need a grant.
	Instead string
}

// A Source is a kind of resource that a service calls for.
type Source struct {
	// Service is that of the resource's ARN, such as "sns". It often differs from
	// the name of the principal: API Gateway's is "execute-api".
	Service string
	// Resource is what the last part of the ARN looks like, with '*' for any
	// text and '?' for any character: "rule/*". "" if that is not known.
	Resource string
	// Example is how the last part is shown to people: "rule/NAME". "" shows
	// Resource.
	Example string
}

// advice is an ARN of the source, to be shown to people.
func (s Source) advice() string {
	text := "arn:…:" + s.Service + ":…:"
	switch {
	case s.Example != "":
		return quote(text + s.Example)
	case s.Resource != "":
		return quote(text + s.Resource)
	}
	return quote(text + "…")
}

// Services returns the table of known services. The caller owns the slice.
func Services() []Service {
	list := slices.Clone(knownServices)
	for i, s := range list {
		list[i].Sources = slices.Clone(s.Sources)
	}
	return list
}

func servicesByPrincipal(list []Service) map[string]Service {
	table := make(map[string]Service, len(list))
	for _, s := range list {
		s.Sources = slices.Clone(s.Sources)
		table[s.Principal] = s
	}
	return table
}

const (
	serviceSuffix      = ".amazonaws.com"
	chinaServiceSuffix = ".amazonaws.com.cn"
)

// service returns what is known of a service principal, whether written as in
// the table, with a region in it, or with the suffix of the China regions.
func (o *options) service(principal string) (Service, bool) {
	if s, ok := o.services[principal]; ok {
		return s, true
	}
	if name, isChina := strings.CutSuffix(principal, chinaServiceSuffix); isChina {
		return o.service(name + serviceSuffix)
	}
	name, found := strings.CutSuffix(principal, serviceSuffix)
	dot := strings.LastIndexByte(name, '.')
	if !found || dot < 0 {
		return Service{}, false
	}
	s, ok := o.services[name[:dot]+serviceSuffix]
	return s, ok && s.Regional
}

// source returns the first kind of source whose ARNs have the service.
func (s Service) source(service string) (Source, bool) {
	for _, source := range s.Sources {
		if source.Service == service {
			return source, true
		}
	}
	return Source{}, false
}

// Means by which callers get in that need no grant.
const (
	byPolling = "an event source mapping: Lambda polls the source with the function's execution role"
	byRole    = "a role: the caller assumes one that may invoke the function"
)

// knownServices is the table of service principals (AWS Lambda Developer Guide,
// the page on each service of "Invoking Lambda with events from other AWS
// services"; the guides of the services themselves). It is never written to.
var knownServices = []Service{
	{Principal: "s3.amazonaws.com", Sources: []Source{{"s3", "*", "BUCKET"}}},
	{Principal: "sns.amazonaws.com", Sources: []Source{{"sns", "*", "TOPIC"}}},
	{Principal: "events.amazonaws.com", Sources: []Source{{"events", "rule/*", "rule/NAME"}}},
	{Principal: "apigateway.amazonaws.com", Sources: []Source{{"execute-api", "*/*", "API/STAGE/METHOD/PATH"}}},
	{Principal: "logs.amazonaws.com", Regional: true, Sources: []Source{{"logs", "log-group:*:*", "log-group:NAME:*"}}},
	{Principal: "cognito-idp.amazonaws.com", Sources: []Source{{"cognito-idp", "userpool/*", "userpool/ID"}}},
	{Principal: "cognito-sync.amazonaws.com", Sources: []Source{{"cognito-identity", "", "identitypool/ID"}, {"cognito-sync", "", ""}}},
	{Principal: "config.amazonaws.com", Sources: []Source{{"config", "config-rule/*", "config-rule/ID"}}},
	{Principal: "ses.amazonaws.com", Sources: []Source{{"ses", "receipt-rule-set/*:receipt-rule/*", "receipt-rule-set/SET:receipt-rule/RULE"}}},
	{Principal: "iot.amazonaws.com", Sources: []Source{{"iot", "", "rule/NAME"}}},
	{Principal: "iotevents.amazonaws.com", Sources: []Source{{"iotevents", "", ""}}},
	{Principal: "elasticloadbalancing.amazonaws.com", Sources: []Source{{"elasticloadbalancing", "targetgroup/*", "targetgroup/NAME/ID"}}},
	{Principal: "lambda.alarms.cloudwatch.amazonaws.com", Sources: []Source{{"cloudwatch", "alarm:*", "alarm:NAME"}}},
	{Principal: "cloudfront.amazonaws.com", Sources: []Source{{"cloudfront", "distribution/*", "distribution/ID"}}},
	{Principal: "edgelambda.amazonaws.com", Sources: []Source{{"cloudfront", "distribution/*", "distribution/ID"}}},
	{Principal: "secretsmanager.amazonaws.com", Sources: []Source{{"secretsmanager", "secret:*", "secret:NAME-SUFFIX"}}},
	{Principal: "connect.amazonaws.com", Sources: []Source{{"connect", "instance/*", "instance/ID"}}},
	{Principal: "lexv2.amazonaws.com", Sources: []Source{{"lex", "bot-alias/*/*", "bot-alias/BOT/ALIAS"}}},
	{Principal: "lex.amazonaws.com", Sources: []Source{{"lex", "", "intent:NAME:*"}}},
	{Principal: "appsync.amazonaws.com", Sources: []Source{{"appsync", "apis/*", "apis/ID"}}},
	{Principal: "appconfig.amazonaws.com", Sources: []Source{{"appconfig", "", ""}}},
	{Principal: "bedrock.amazonaws.com", Sources: []Source{{"bedrock", "", "agent/ID"}}},
	{Principal: "bedrock-agentcore.amazonaws.com", Sources: []Source{{"bedrock-agentcore", "", "evaluator/ID"}}},
	{Principal: "codecommit.amazonaws.com", Sources: []Source{{"codecommit", "*", "REPOSITORY"}}},
	{Principal: "ivschat.amazonaws.com", Sources: []Source{{"ivschat", "room/*", "room/ID"}}},
	{Principal: "vpc-lattice.amazonaws.com", Sources: []Source{{"vpc-lattice", "targetgroup/*", "targetgroup/ID"}}},
	{Principal: "workmail.amazonaws.com", Regional: true, Sources: []Source{{"workmail", "organization/*", "organization/ID"}}},
	{Principal: "pinpoint.amazonaws.com", Regional: true, Sources: []Source{{"mobiletargeting", "apps/*", "apps/ID"}}},

	{Principal: "alexa-appkit.amazon.com", Token: true},
	{Principal: "alexa-connectedhome.amazon.com", Token: true},

	{Principal: "sqs.amazonaws.com", Instead: byPolling},
	{Principal: "kinesis.amazonaws.com", Instead: byPolling},
	{Principal: "dynamodb.amazonaws.com", Instead: byPolling},
	{Principal: "kafka.amazonaws.com", Instead: byPolling},
	{Principal: "mq.amazonaws.com", Instead: byPolling},
	{Principal: "rds.amazonaws.com", Instead: byPolling},
	{Principal: "scheduler.amazonaws.com", Instead: byRole},
	{Principal: "pipes.amazonaws.com", Instead: byRole},
	{Principal: "states.amazonaws.com", Instead: byRole},
	{Principal: "firehose.amazonaws.com", Instead: byRole},
	{Principal: "codepipeline.amazonaws.com", Instead: byRole},
	{Principal: "batchoperations.s3.amazonaws.com", Instead: byRole},
}
