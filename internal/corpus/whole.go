package corpus

// A WholePolicy is a policy of a function as PutResourcePolicy takes it, of a kind that
// AddPermission cannot write.
type WholePolicy struct {
	// ID names the policy: "source-denied".
	ID string
	// Document is the policy as JSON, for the function
	// arn:aws:lambda:us-east-1:123456789012:function:Thumbnail.
	Document string
}

// WholePolicies returns the four policies that the AWS Lambda Developer Guide describes
// ("Working with resource-based policies in Lambda", "Example resource-based
// policies"), with other accounts, buckets and roles.
func WholePolicies() []WholePolicy {
	return []WholePolicy{
		{"source-denied", `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "buckets",
      "Effect": "Allow",
      "Principal": {"Service": "s3.amazonaws.com"},
      "Action": "lambda:InvokeFunction",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
      "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    },
    {
      "Sid": "but-one",
      "Effect": "Deny",
      "Principal": {"Service": "s3.amazonaws.com"},
      "Action": "lambda:InvokeFunction",
      "Resource": [
        "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
        "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:*"
      ],
      "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::quarantine"}}
    }
  ]
}`},
		{"organization", `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "organization",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "lambda:InvokeFunction",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
      "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    }
  ]
}`},
		{"roles-at-an-address", `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "aliases-from-the-office",
      "Effect": "Allow",
      "Principal": {
        "AWS": ["arn:aws:iam::210987654321:role/release", "arn:aws:iam::210987654321:role/support"]
      },
      "Action": "lambda:CreateAlias",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
      "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    }
  ]
}`},
		{"organization-paths", `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "unit",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "lambda:InvokeFunction",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
      "Condition": {
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}
      }
    },
    {
      "Sid": "nobody-else",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "lambda:InvokeFunction",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
      "Condition": {
        "ForAllValues:StringNotLike": {"aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}
      }
    }
  ]
}`},
	}
}
