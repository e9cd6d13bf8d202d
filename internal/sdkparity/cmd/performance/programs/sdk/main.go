// Sdk makes one AddPermission call with the SDK's client. The command performance
// compares the program lambdaperm with it.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

func main() {
	client := lambda.NewFromConfig(aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: &os.Args[1],
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
	_, err := client.AddPermission(context.Background(), &lambda.AddPermissionInput{
		Action:       aws.String("lambda:InvokeFunction"),
		FunctionName: aws.String("Thumbnail"),
		Principal:    aws.String("s3.amazonaws.com"),
		StatementId:  aws.String("s3"),
	})
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
}
