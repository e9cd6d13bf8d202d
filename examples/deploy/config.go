package main

import (
	"context"
	"net"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// emulator starts a service in memory that has the function, on loopback.
func emulator(ctx context.Context, function string) (cfg aws.Config, stop func(), err error) {
	service := permissiontest.NewService()
	if err := service.CreateFunction(function); err != nil {
		return cfg, nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return cfg, nil, err
	}
	server := &http.Server{Handler: service}
	go server.Serve(listener) // until stop
	return service.Config("http://" + listener.Addr().String()), func() { server.Close() }, nil
}

// configFor is the configuration for an endpoint, from the environment. A program
// of its own has config.LoadDefaultConfig.
func configFor(endpoint string, env func(string) string) aws.Config {
	return aws.Config{
		Region:       env("AWS_REGION"),
		BaseEndpoint: &endpoint,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{
				AccessKeyID:     env("AWS_ACCESS_KEY_ID"),
				SecretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
				SessionToken:    env("AWS_SESSION_TOKEN"),
				Source:          "environment",
			}, nil
		}),
	}
}
