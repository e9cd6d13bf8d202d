package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
)

// grants are what the function needs. None has a statement id: it is made from
// what the grant means, so that the next deployment finds it.
func grants(function string) []*permission.AddPermissionInput {
	list := []*permission.AddPermissionInput{
		{ // a bucket of our own account may send its events
			Principal:     aws.String("s3.amazonaws.com"),
			SourceArn:     aws.String("arn:aws:s3:::photos"),
			SourceAccount: aws.String("123456789012"),
		},
		{ // so may one rule
			Principal: aws.String("events.amazonaws.com"),
			SourceArn: aws.String("arn:aws:events:us-east-1:123456789012:rule/nightly"),
		},
		{ // and another account may call it
			Principal: aws.String("210987654321"),
		},
	}
	for _, in := range list {
		in.FunctionName = aws.String(function)
		in.Action = aws.String("lambda:InvokeFunction")
		in.StatementId = aws.String(grant.StatementID("", in.Request()))
	}
	return list
}

// deploy ensures all grants and tells what it took.
func deploy(ctx context.Context, cfg aws.Config, function string, stdout io.Writer) error {
	writes := &writeCounter{}
	client := permission.NewFromConfig(cfg, func(o *permission.Options) {
		writes.client, o.HTTPClient = o.HTTPClient, writes
	})
	changed := 0
	for _, in := range grants(function) {
		out, err := ensure.Grant(ctx, client, in)
		if err != nil {
			return err
		}
		if out.Outcome != ensure.OutcomeUnchanged {
			changed++
		}
		fmt.Fprintf(stdout, "  %-9s  %s\n", out.Outcome, out.Statement.Sid())
	}
	if changed == 0 {
		fmt.Fprintf(stdout, "  nothing to change: %d writes\n", writes.n)
		return nil
	}
	fmt.Fprintf(stdout, "  %d grants changed: %d writes\n", changed, writes.n)
	return nil
}

// writeCounter is an HTTP client that counts the requests that change something.
type writeCounter struct {
	client permission.HTTPClient
	n      int
}

// Do sends one request.
func (c *writeCounter) Do(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		c.n++
	}
	return c.client.Do(req)
}
