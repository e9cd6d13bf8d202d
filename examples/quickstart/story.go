package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// timeout is how long one call may take, retries included.
const timeout = 30 * time.Second

// A story is the life of one request, told on a page.
type story struct {
	page
	*destination
	path    string
	request validate.Request
}

func (s *story) tell(ctx context.Context) error {
	s.line("%s: %s may call %s", s.path, s.request.Principal, functionOf(s.request))
	for _, step := range []func(context.Context) error{s.refuse, s.add, s.addAgain, s.readBack} {
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

// readBack reads the policy that holds the statement now.
func (s *story) readBack(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s.line("4. The policy that %s has now:", functionOf(s.request))
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
	return nil
}

func (s *story) addPermission(ctx context.Context, req validate.Request) (*permission.AddPermissionOutput, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return s.client.AddPermission(ctx, permission.NewAddPermissionInput(req))
}
