// Aws takes one AddPermission request to AWS, with the region and the credentials
// of the SDK's default chain: environment, shared files, single sign-on, the role
// of the machine it runs on.
//
//	go -C examples/aws run . -input FILE            add the statement, show the policy
//	go -C examples/aws run . -input FILE -remove    remove the statement again
//
// FILE is a request in the shape of aws lambda add-permission --cli-input-json. The
// credentials must allow lambda:AddPermission, lambda:GetPolicy and, for -remove,
// lambda:RemovePermission on the function. With AWS_ENDPOINT_URL_LAMBDA the request
// goes to an emulator instead, such as that of the command lambdaperm serve.
//
// The exit status is 0 when the policy is as it should be, 1 when the request was
// refused, 2 when there was nothing to send.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// timeout is the time limit of all calls together, retries included.
const timeout = time.Minute

// Exit statuses.
const (
	exitOK       = 0
	exitRefused  = 1
	exitUnusable = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	input, remove, err := parseFlags(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitOK
	}
	if err != nil {
		return exitUnusable // package flag has printed the error
	}
	req, err := readRequest(input)
	if err != nil {
		fmt.Fprintln(stderr, "aws:", err)
		return exitUnusable
	}
	if err := send(ctx, req, remove, stdout); err != nil {
		fmt.Fprintln(stderr, "aws:", err)
		return exitRefused
	}
	return exitOK
}

func parseFlags(args []string, stderr io.Writer) (input string, remove bool, err error) {
	flags := flag.NewFlagSet("aws", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&input, "input", "", "`FILE` with the request, required")
	flags.BoolVar(&remove, "remove", false, "remove the statement instead of adding it")
	if err := flags.Parse(args); err != nil {
		return "", false, err
	}
	if input == "" || flags.NArg() > 0 {
		err = errors.New("aws: want -input FILE and no other arguments (-help lists the flags)")
		fmt.Fprintln(stderr, err)
	}
	return input, remove, err
}

func readRequest(path string) (validate.Request, error) {
	file, err := os.Open(path)
	if err != nil {
		return validate.Request{}, err
	}
	defer file.Close()
	req, err := requestfile.Read(file)
	if err != nil {
		return req, fmt.Errorf("%s: %w", path, err)
	}
	return req, nil
}

// send makes a client as every program does, changes the policy, and prints it.
func send(ctx context.Context, req validate.Request, remove bool, stdout io.Writer) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := permission.NewFromConfig(cfg)
	if remove {
		err = removeStatement(ctx, client, req, stdout)
	} else {
		err = addStatement(ctx, client, req, stdout)
	}
	if err != nil {
		return err
	}
	return showPolicy(ctx, client, req, stdout)
}

// addStatement adds the statement. If the policy has a statement with this id, the
// error proposes -remove; other conflicts have other causes.
func addStatement(ctx context.Context, client permission.API, req validate.Request, stdout io.Writer) error {
	out, err := client.AddPermission(ctx, permission.NewAddPermissionInput(req))
	if lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement {
		return fmt.Errorf("%w (-remove removes it)", err)
	}
	if err != nil {
		return err
	}
	statement, err := policy.ParseStatement(aws.ToString(out.Statement))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "added %s: %s may call %v\n", statement.Sid(), req.Principal, statement.Resources())
	return err
}

func removeStatement(ctx context.Context, client permission.API, req validate.Request, stdout io.Writer) error {
	_, err := client.RemovePermission(ctx, &permission.RemovePermissionInput{
		FunctionName: aws.String(req.FunctionName),
		Qualifier:    present(req.Qualifier),
		StatementId:  aws.String(req.StatementId),
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "removed %s\n", req.StatementId)
	return err
}

// showPolicy reads the current policy. A function without a policy is not an error.
func showPolicy(ctx context.Context, client permission.API, req validate.Request, stdout io.Writer) error {
	function, err := req.Function()
	if err != nil {
		return err
	}
	reading, err := permission.ReadPolicy(ctx, client, function.String())
	if err != nil {
		return err
	}
	if !reading.Found {
		_, err = fmt.Fprintln(stdout, "no policy")
		return err
	}
	document := reading.Document
	_, err = fmt.Fprintf(stdout, "policy: %d of %d bytes, %d statements\n", document.Size(), policy.MaxSize, len(document.Statements()))
	return err
}

// present returns a pointer to the value, or nil if the value is "".
func present(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}
