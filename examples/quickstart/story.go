package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// timeout is how long one call may take, retries included.
const timeout = 30 * time.Second

// A story is the life of one request, written on a page.
type story struct {
	page
	*destination
	path    string
	request validate.Request
}

func (s *story) tell(ctx context.Context) error {
	s.line("%s: %s may call %s", s.path, s.request.Principal, functionOf(s.request))
	for _, step := range []func(context.Context) error{s.refuse, s.add, s.addAgain, s.ensure, s.readBack} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return s.err
}

// refuse shows how the client refuses a request with mistakes. If the request has
// no mistakes, it shows a copy into which some were put.
func (s *story) refuse(ctx context.Context) error {
	own := validate.Current.Check(s.request) != nil
	req := withMistakes(s.request)
	if own {
		req = s.request
	}
	_, err := s.addPermission(ctx, req)
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return err
	}
	what := "1. With three mistakes put in, the request"
	if own {
		what = "The request"
	}
	s.line("%s is refused before it is sent (requests so far: %d):", what, len(s.sent.lines))
	for _, v := range invalid.Violations {
		s.wrapped(v.Error())
	}
	if own {
		return errShown
	}
	return nil
}

// withMistakes returns the request with a dot in its statement id, a dot in its
// action for the colon, and a space behind its principal.
func withMistakes(req validate.Request) validate.Request {
	req.StatementId += ".v2"
	req.Action = "lambda.InvokeFunction"
	req.Principal += " "
	return req
}

// add sends the request and shows the statement that the service stored.
func (s *story) add(ctx context.Context) error {
	s.line("2. As it is, the request goes to %s:", s.name)
	out, err := s.addPermission(ctx, s.request)
	if lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement {
		return fmt.Errorf("%w (from an earlier run? Remove it, or give the request another StatementId)", err)
	}
	if err != nil {
		return err
	}
	statement, err := policy.ParseStatement(aws.ToString(out.Statement))
	if err != nil {
		return err
	}
	s.exchange()
	s.statement(statement)
	return nil
}

// addAgain sends the request a second time, which the service refuses.
func (s *story) addAgain(ctx context.Context) error {
	s.line("3. Sent again, it meets a typed error:")
	_, err := s.addPermission(ctx, s.request)
	s.exchange()
	var conflict *lambdaerrors.ResourceConflictException
	switch {
	case err == nil:
		s.wrapped("accepted once more: unlike Lambda, this endpoint takes a StatementId twice")
		return nil
	case errors.As(err, &conflict):
		s.wrapped(fmt.Sprintf("%T, %v: %s", conflict, lambdaerrors.ConflictKindOf(err), conflict.ErrorMessage()))
		return nil
	}
	return err
}

// ensure asks for the same grant by meaning, as a program that runs again does.
func (s *story) ensure(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := ensure.Grant(ctx, s.client, permission.NewAddPermissionInput(s.request))
	if err != nil {
		return err
	}
	s.line("4. By ensure.Grant, which reads and compares by meaning, it is %v:", result.Outcome)
	s.exchange()
	return nil
}

// readBack reads the policy that holds the statement now, and asks it who gets in.
func (s *story) readBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s.line("5. The policy that %s has now, and who gets in:", functionOf(s.request))
	function, err := s.request.Function()
	if err != nil {
		return err
	}
	reading, err := permission.ReadPolicy(ctx, s.client, function.String())
	if err != nil {
		return err
	}
	s.exchange()
	s.document(reading.Document, reading.RevisionID)
	statement, _ := reading.Document.Lookup(s.request.StatementId)
	if resources := statement.Resources(); len(resources) == 1 {
		function, err = arn.ParseFunction(resources[0]) // the function with its account and region
		if err != nil {
			return err
		}
	}
	for _, caller := range callersOf(s.request) {
		decision := reading.Document.Evaluate(policy.Invocation{Function: function, Caller: caller})
		s.line("   %v for %s of account %s", decision.Verdict(), caller.SourceArn, caller.SourceAccount)
	}
	return nil
}

// callersOf returns calls of the service that a request lets in: for its own
// source, and for the same source in the hands of another account. The list is empty
// if the request does not name a service and both parts of its source.
func callersOf(req validate.Request) []policy.Service {
	if req.SourceArn == "" || req.SourceAccount == "" || strings.ContainsAny(req.SourceArn, "*?") {
		return nil
	}
	own := policy.Service{Name: req.Principal, SourceArn: req.SourceArn, SourceAccount: req.SourceAccount}
	stranger := own
	stranger.SourceAccount = "210987654321"
	return []policy.Service{own, stranger}
}

func (s *story) addPermission(ctx context.Context, req validate.Request) (*permission.AddPermissionOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return s.client.AddPermission(ctx, permission.NewAddPermissionInput(req))
}
