package services

// Pages of the documentation, by name.
const (
	lambdaGuide = `AWS Lambda Developer Guide, `

	pageInvoking    = lambdaGuide + `"Invoking Lambda with events from other AWS services"`
	pageAPIGateway  = lambdaGuide + `"Invoking a Lambda function using an Amazon API Gateway endpoint"`
	pageMapping     = lambdaGuide + `"How Lambda processes records from stream and queue-based event sources"`
	pageAlexa       = lambdaGuide + `"Using AWS Lambda with Alexa"`
	pageS3          = `Amazon S3 User Guide, "Granting permissions to publish event notification messages to a destination"`
	pageSNS         = `Amazon SNS Developer Guide, "Prerequisites for integrating Amazon SNS with Lambda functions across regions"`
	pageEventBridge = `Amazon EventBridge User Guide, "Using resource-based policies for Amazon EventBridge"`
	pageLogs        = `Amazon CloudWatch Logs User Guide, "Using CloudWatch Logs subscription filters"`
	pageAlarms      = `Amazon CloudWatch User Guide, "Invoke a Lambda function from an alarm"`
	pageDataSources = `Amazon CloudWatch User Guide, "Create a custom connector to a data source"`
	pageUserPools   = `Amazon Cognito Developer Guide, "Customizing user pool workflows with Lambda triggers"`
	pageSync        = `Amazon Cognito Developer Guide, "Amazon Cognito Events"`
	pageConfig      = `AWS Config Developer Guide, "Creating AWS Config Custom Lambda Rules"`
	pageSES         = `Amazon SES Developer Guide, "Giving permissions to Amazon SES for email receiving"`
	pageIoT         = `AWS IoT Core Developer Guide, "Lambda" (rule actions)`
	pageIoTEvents   = lambdaGuide + `"Using AWS Lambda with AWS IoT Events"`
	pageELB         = lambdaGuide + `"Process Application Load Balancer requests with Lambda"`
	pageCloudFront  = `Amazon CloudFront Developer Guide, "Restrict access to an AWS Lambda function URL origin"`
	pageEdge        = `Amazon CloudFront Developer Guide, "Set up IAM permissions and roles for Lambda@Edge"`
	pageRotation    = `AWS Secrets Manager User Guide, "Rotation by Lambda function"`
	pageConnect     = `Amazon Connect Administrator Guide, "Grant Amazon Connect access to your AWS Lambda functions"`
	pageLexV2       = `Amazon Lex V2 Developer Guide, "Integrating an AWS Lambda function into your bot"`
	pageLexV1       = `Amazon Lex V1 Developer Guide, "Using Lambda functions"`
	pageAppSync     = `AWS AppSync Developer Guide, "Configuring authorization and authentication"`
	pageAppConfig   = `AWS AppConfig User Guide, "Creating custom AWS AppConfig extensions"`
	pageBedrock     = `Amazon Bedrock User Guide, "Resource-based policies for Amazon Bedrock Agents"`
	pageAgentCore   = `AWS CDK API Reference, module aws-bedrockagentcore`
	pageCodeCommit  = `AWS CodeCommit User Guide, "Example: Manage triggers for an AWS Lambda function"`
	pageIVSChat     = `Amazon IVS Chat User Guide, "Chat Message Review Handler"`
	pageLattice     = `Amazon VPC Lattice User Guide, "Lambda functions as targets in VPC Lattice"`
	pageWorkMail    = `Amazon WorkMail Administrator Guide, "Configuring AWS Lambda for Amazon WorkMail"`
	pageTransfer    = `AWS Transfer Family User Guide, "Using AWS Lambda to integrate your identity provider"`
	pageChime       = `Amazon Chime SDK Developer Guide, "Setting up a Channel Processor for Amazon Chime SDK messaging"`
	pageChimeVoice  = `Amazon Chime SDK Administrator Guide, "Creating SIP rules"`
	pageMacros      = `AWS CloudFormation User Guide, "Perform custom processing on CloudFormation templates with template macros"`
	pageAurora      = `Amazon Aurora User Guide, "Invoking a Lambda function from an Amazon Aurora DB cluster"`
)

// table has a row for each service principal. It is never written to.
var table = []Service{
	{
		Principal: "s3.amazonaws.com", Title: "Amazon S3", Page: pageS3,
		Sources: []Source{{Service: "s3", Resource: "*", Example: "BUCKET", NoRegion: true, NoAccount: true, SourceAccount: AccountRequired}},
	},
	{
		Principal: "sns.amazonaws.com", Title: "Amazon SNS", OptIn: true, Page: pageSNS,
		Sources: []Source{{Service: "sns", Resource: "*", Example: "TOPIC"}},
	},
	{
		// AWS Lambda Developer Guide, "Using AWS Lambda with Amazon CloudWatch Events",
		// grants to arn:aws:events:*:ACCOUNT:rule/*.
		Principal: "events.amazonaws.com", Title: "Amazon EventBridge", Page: pageEventBridge,
		Sources: []Source{{Service: "events", Resource: "rule/*", Example: "rule/NAME", AnyRegion: true, SourceAccount: AccountForbidden}},
	},
	{
		Principal: "apigateway.amazonaws.com", Title: "Amazon API Gateway", Page: pageAPIGateway,
		Sources: []Source{{Service: "execute-api", Resource: "*/*", Example: "API/STAGE/METHOD/PATH"}},
	},
	{
		Principal: "logs.amazonaws.com", Title: "Amazon CloudWatch Logs", Regional: true, RegionIn: []string{"aws-cn"}, Page: pageLogs,
		Sources: []Source{{Service: "logs", Resource: "log-group:*:*", Example: "log-group:NAME:*", SourceAccount: AccountBeside}},
	},
	{
		Principal: "cognito-idp.amazonaws.com", Title: "Amazon Cognito user pools", Page: pageUserPools,
		Sources: []Source{{Service: "cognito-idp", Resource: "userpool/*", Example: "userpool/ID", SourceAccount: AccountBeside}},
	},
	{
		Principal: "cognito-sync.amazonaws.com", Title: "Amazon Cognito Sync", Page: pageSync,
		Sources: []Source{
			{Service: "cognito-identity", Resource: "identitypool/*", Example: "identitypool/ID", SourceAccount: AccountBeside},
			{Service: "cognito-sync", SourceAccount: AccountBeside},
		},
	},
	{
		Principal: "config.amazonaws.com", Title: "AWS Config", Page: pageConfig,
		Sources: []Source{{Service: "config", Resource: "config-rule/*", Example: "config-rule/ID", SourceAccount: AccountBeside}},
	},
	{
		Principal: "ses.amazonaws.com", Title: "Amazon SES", SameRegion: true, Page: pageSES,
		Sources: []Source{{Service: "ses", Resource: "receipt-rule-set/*:receipt-rule/*", Example: "receipt-rule-set/SET:receipt-rule/RULE", SourceAccount: AccountBeside}},
	},
	{
		Principal: "iot.amazonaws.com", Title: "AWS IoT Core", MoreSources: true, Page: pageIoT,
		Sources: []Source{
			{Service: "iot", Resource: "rule/*", Example: "rule/NAME", SourceAccount: AccountBeside},
			{Service: "iot", Resource: "authorizer/*", Example: "authorizer/NAME"},
		},
	},
	{
		Principal: "iotevents.amazonaws.com", Title: "AWS IoT Events", Page: pageIoTEvents,
		Sources: []Source{{Service: "iotevents"}},
	},
	{
		Principal: "elasticloadbalancing.amazonaws.com", Title: "Elastic Load Balancing", Page: pageELB,
		Sources: []Source{{Service: "elasticloadbalancing", Resource: "targetgroup/*", Example: "targetgroup/NAME/ID"}},
	},
	{
		Principal: "lambda.alarms.cloudwatch.amazonaws.com", Title: "Amazon CloudWatch alarms", Page: pageAlarms,
		Sources: []Source{{Service: "cloudwatch", Resource: "alarm:*", Example: "alarm:NAME", SourceAccount: AccountBeside}},
	},
	{Principal: "lambda.datasource.cloudwatch.amazonaws.com", Title: "Amazon CloudWatch data sources", Page: pageDataSources},
	{
		Principal: "cloudfront.amazonaws.com", Title: "Amazon CloudFront", Page: pageCloudFront,
		Sources: []Source{{Service: "cloudfront", Resource: "distribution/*", Example: "distribution/ID", NoRegion: true}},
	},
	{
		Principal: "edgelambda.amazonaws.com", Title: "Lambda@Edge", Page: pageEdge,
		Sources: []Source{{Service: "cloudfront", Resource: "distribution/*", Example: "distribution/ID", NoRegion: true}},
	},
	{Principal: "replicator.lambda.amazonaws.com", Title: "Lambda@Edge replication", Page: pageEdge},
	{
		Principal: "secretsmanager.amazonaws.com", Title: "AWS Secrets Manager", Page: pageRotation,
		Sources: []Source{{Service: "secretsmanager", Resource: "secret:*", Example: "secret:NAME-??????", SourceAccount: AccountBeside}},
	},
	{
		Principal: "connect.amazonaws.com", Title: "Amazon Connect", Page: pageConnect,
		Sources: []Source{{Service: "connect", Resource: "instance/*", Example: "instance/ID", SourceAccount: AccountBeside}},
	},
	{
		Principal: "lexv2.amazonaws.com", Title: "Amazon Lex V2", Page: pageLexV2,
		Sources: []Source{{Service: "lex", Resource: "bot-alias/*/*", Example: "bot-alias/BOT/ALIAS"}},
	},
	{
		Principal: "lex.amazonaws.com", Title: "Amazon Lex V1", Page: pageLexV1,
		Sources: []Source{{Service: "lex", Resource: "intent:*", Example: "intent:NAME:*"}},
	},
	{
		Principal: "appsync.amazonaws.com", Title: "AWS AppSync", Page: pageAppSync,
		Sources: []Source{{Service: "appsync", Resource: "apis/*", Example: "apis/ID"}},
	},
	{
		Principal: "appconfig.amazonaws.com", Title: "AWS AppConfig", Page: pageAppConfig,
		Sources: []Source{{Service: "appconfig", SourceAccount: AccountBeside}},
	},
	{
		Principal: "bedrock.amazonaws.com", Title: "Amazon Bedrock Agents", MoreSources: true, Page: pageBedrock,
		Sources: []Source{{Service: "bedrock", Resource: "agent/*", Example: "agent/ID"}},
	},
	{
		Principal: "bedrock-agentcore.amazonaws.com", Title: "Amazon Bedrock AgentCore", Page: pageAgentCore,
		Sources: []Source{{Service: "bedrock-agentcore", Resource: "evaluator/*", Example: "evaluator/ID"}},
	},
	{
		Principal: "codecommit.amazonaws.com", Title: "AWS CodeCommit", Page: pageCodeCommit,
		Sources: []Source{{Service: "codecommit", Resource: "*", Example: "REPOSITORY", SourceAccount: AccountBeside}},
	},
	{
		Principal: "ivschat.amazonaws.com", Title: "Amazon IVS Chat", Page: pageIVSChat,
		Sources: []Source{{Service: "ivschat", Resource: "room/*", Example: "room/ID", SourceAccount: AccountBeside}},
	},
	{
		Principal: "vpc-lattice.amazonaws.com", Title: "Amazon VPC Lattice", Page: pageLattice,
		Sources: []Source{{Service: "vpc-lattice", Resource: "targetgroup/*", Example: "targetgroup/ID"}},
	},
	{
		Principal: "workmail.amazonaws.com", Title: "Amazon WorkMail", Regional: true, RegionIn: []string{"aws"}, Page: pageWorkMail,
		Sources: []Source{{Service: "workmail", Resource: "organization/*", Example: "organization/ID"}},
	},
	{
		Principal: "transfer.amazonaws.com", Title: "AWS Transfer Family", Page: pageTransfer,
		Sources: []Source{{Service: "transfer", Resource: "server/*", Example: "server/ID", SourceAccount: AccountBeside}},
	},
	{
		Principal: "messaging.chime.amazonaws.com", Title: "Amazon Chime SDK messaging", SameRegion: true, Page: pageChime,
		Sources: []Source{{Service: "chime", Resource: "app-instance/*", Example: "app-instance/ID", SourceAccount: AccountBeside}},
	},
	{Principal: "voiceconnector.chime.amazonaws.com", Title: "Amazon Chime SDK voice", Page: pageChimeVoice},
	{Principal: "cloudformation.amazonaws.com", Title: "AWS CloudFormation", Page: pageMacros},

	{Principal: "alexa-appkit.amazon.com", Title: "Alexa Skills Kit", Token: true, Page: pageAlexa},
	{Principal: "alexa-connectedhome.amazon.com", Title: "Alexa Smart Home", Token: true, Page: pageAlexa},

	{Principal: "sqs.amazonaws.com", Title: "Amazon SQS", Instead: byPolling, Page: pageMapping, Sources: []Source{{Service: "sqs", Resource: "*", Example: "QUEUE"}}},
	{Principal: "kinesis.amazonaws.com", Title: "Amazon Kinesis", Instead: byPolling, Page: pageMapping, Sources: []Source{{Service: "kinesis", Resource: "stream/*", Example: "stream/NAME"}}},
	{Principal: "dynamodb.amazonaws.com", Title: "Amazon DynamoDB", Instead: byPolling, Page: pageMapping, Sources: []Source{{Service: "dynamodb", Resource: "table/*", Example: "table/NAME/stream/LABEL"}}},
	{Principal: "kafka.amazonaws.com", Title: "Amazon MSK", Instead: byPolling, Page: pageMapping, Sources: []Source{{Service: "kafka", Resource: "cluster/*", Example: "cluster/NAME/ID"}}},
	{Principal: "mq.amazonaws.com", Title: "Amazon MQ", Instead: byPolling, Page: pageMapping, Sources: []Source{{Service: "mq", Resource: "broker:*", Example: "broker:NAME:ID"}}},
	{Principal: "rds.amazonaws.com", Title: "Amazon RDS and Aurora", Instead: byRole, Page: pageAurora, Sources: []Source{{Service: "rds"}}},
	{Principal: "scheduler.amazonaws.com", Title: "Amazon EventBridge Scheduler", Instead: byRole, Page: pageInvoking, Sources: []Source{{Service: "scheduler", Resource: "schedule/*", Example: "schedule/GROUP/NAME"}}},
	{Principal: "pipes.amazonaws.com", Title: "Amazon EventBridge Pipes", Instead: byRole, Page: pageInvoking, Sources: []Source{{Service: "pipes", Resource: "pipe/*", Example: "pipe/NAME"}}},
	{Principal: "states.amazonaws.com", Title: "AWS Step Functions", Instead: byRole, Page: pageInvoking, Sources: []Source{{Service: "states", Resource: "stateMachine:*", Example: "stateMachine:NAME"}}},
	{Principal: "firehose.amazonaws.com", Title: "Amazon Data Firehose", Instead: byRole, Page: pageInvoking, Sources: []Source{{Service: "firehose", Resource: "deliverystream/*", Example: "deliverystream/NAME"}}},
	{Principal: "codepipeline.amazonaws.com", Title: "AWS CodePipeline", Instead: byRole, Page: pageInvoking, Sources: []Source{{Service: "codepipeline", Resource: "*", Example: "PIPELINE"}}},
	{Principal: "batchoperations.s3.amazonaws.com", Title: "Amazon S3 Batch Operations", Instead: byRole, Page: pageInvoking},
}
