// Lambdaperm makes one AddPermission call with this library's client. The command
// performance measures its size and start.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

func main() {
	client := permission.NewFromConfig(aws.Config{
		Region:       "us-east-1",
		BaseEndpoint: &os.Args[1],
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	})
	_, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
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
