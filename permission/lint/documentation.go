package lint

// Pages that rules rest on, by name.
const (
	docAddPermission   = `AWS Lambda API Reference, "AddPermission"`
	docResourcePolicy  = `AWS Lambda Developer Guide, "Working with resource-based policies in Lambda"`
	docAliases         = `AWS Lambda Developer Guide, "Lambda function aliases"`
	docFunctionURLs    = `AWS Lambda Developer Guide, "Control access to Lambda function URLs"`
	docInvoking        = `AWS Lambda Developer Guide, "Invoking Lambda with events from other AWS services"`
	docAPIGateway      = `AWS Lambda Developer Guide, "Invoking a Lambda function using an Amazon API Gateway endpoint"`
	docQuotas          = `AWS Lambda Developer Guide, "Lambda quotas"`
	docConfusedDeputy  = `IAM User Guide, "The confused deputy problem"`
	docPrincipal       = `IAM User Guide, "AWS JSON policy elements: Principal"`
	docConditionKeys   = `IAM User Guide, "AWS global condition context keys"`
	docVariables       = `IAM User Guide, "IAM policy elements: Variables and tags"`
	docEvaluation      = `IAM User Guide, "Policy evaluation logic"`
	docARNs            = `IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)"`
	docServiceActions  = `Service Authorization Reference, "Actions, resources, and condition keys for AWS Lambda"`
	docIoTDeputy       = `AWS IoT Core Developer Guide, "Cross-service confused deputy prevention"`
	docS3Notifications = `Amazon S3 User Guide, "Granting permissions to publish event notification messages to a destination"`
	docSubscriptions   = `Amazon CloudWatch Logs User Guide, "Using CloudWatch Logs subscription filters"`
	docCloudFront      = `Amazon CloudFront Developer Guide, "Restrict access to an AWS Lambda function URL origin"`
	docPublicAccess    = `AWS Config Developer Guide, "lambda-function-public-access-prohibited"`
)
