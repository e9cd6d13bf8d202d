module github.com/lambdaperm/lambdaperm/permission/sdkapi

go 1.25

require (
	github.com/aws/aws-sdk-go-v2 v1.48.0
	github.com/aws/aws-sdk-go-v2/service/lambda v1.102.0
	github.com/aws/smithy-go v1.28.9
	github.com/lambdaperm/lambdaperm v0.0.0-00010101000000-000000000000
)

require (
	github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream v1.7.18 // indirect
	github.com/aws/aws-sdk-go-v2/internal/configsources v1.4.38 // indirect
	github.com/aws/aws-sdk-go-v2/internal/endpoints/v2 v2.7.38 // indirect
)

replace github.com/lambdaperm/lambdaperm => ../..
