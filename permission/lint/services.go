package lint

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
