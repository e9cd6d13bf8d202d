package permission_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
)

// situation is the state of the policy when the client reads it after a lost
// response.
type situation int

const (
	asWanted situation = iota
	different
	unreadable
)

func (s situation) String() string { return [...]string{"as wanted", "different", "unreadable"}[s] }

// TestLostResponses combines every way to lose a response with both changes, with and
// without a revision, and with every state that the policy may have afterwards.
func TestLostResponses(t *testing.T) {
	for how := range losses {
		for _, guarded := range []bool{false, true} {
			for _, s := range []situation{asWanted, different, unreadable} {
				c := lostCase{how, guarded, s}
				t.Run("Add/"+c.String(), func(t *testing.T) { c.run(t, c.add) })
				t.Run("Remove/"+c.String(), func(t *testing.T) { c.run(t, c.remove) })
			}
		}
	}
}

type lostCase struct {
	how     string
	guarded bool
	situation
}

func (c lostCase) String() string {
	if c.guarded {
		return c.how + "/RevisionId/" + c.situation.String()
	}
	return c.how + "/no RevisionId/" + c.situation.String()
}

// run runs a case over loopback. If the response is lost by a timeout, it runs in a
// synctest bubble over a network in memory, so that a slow machine cannot reach the
// timeout.
func (c lostCase) run(t *testing.T, test func(*testing.T)) {
	t.Parallel()
	if c.how == clientTimeout {
		synctest.Test(t, test)
		return
	}
	test(t)
}

func (c lostCase) client(t *testing.T, f *front) *permission.Client {
	if c.how == clientTimeout {
		return f.clientVia(memnet.Serve(t, f), "http://lambda.test")
	}
	return f.client(t)
}

// lastStatus returns the status of the last answer, with which the call would end
// without the recovery.
func (c lostCase) lastStatus(unguarded int) int {
	switch {
	case c.how == "truncated body": // is not retried
		return 200
	case c.guarded:
		return 412
	}
	return unguarded
}

func (c lostCase) add(t *testing.T) {
	service, revision := serviceWithOneStatement(t)
	f := &front{service: service, lose: losses[c.how], unreadable: c.situation == unreadable}
	if c.situation == different {
		f.instead = func() { mustAdd(t, service.API(), withSourceArn(grant(), "arn:aws:s3:::elsewhere")) }
	}
	in := grant()
	if c.guarded {
		in.RevisionId = revision
	}
	out, err := c.client(t, f).AddPermission(context.Background(), in)

	if c.situation != asWanted {
		finding := map[situation]permission.LostResponseFinding{different: permission.FoundDifferent, unreadable: permission.FoundUnreadable}
		wantLostResponse(t, err, c.lastStatus(409), finding[c.situation])
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	document, _ := service.Policy("Thumbnail")
	statement, _ := document.Lookup("s3-photos")
	wantEqual(t, "AlreadyPresent", out.AlreadyPresent, true)
	wantEqual(t, "Statement", aws.ToString(out.Statement), statement.Raw())
	wantEqual(t, "statements", len(document.Statements()), 2)
}

func (c lostCase) remove(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	mustAdd(t, service.API(), grant())
	f := &front{service: service, lose: losses[c.how], unreadable: c.situation == unreadable, preconditionFirst: true}
	if c.situation == different {
		f.beforeRead = func() { mustAdd(t, service.API(), grant()) }
	}
	in := removal()
	if c.guarded {
		in.RevisionId = revisionOf(t, service)
	}
	_, err := c.client(t, f).RemovePermission(context.Background(), in)

	if c.situation != asWanted {
		finding := map[situation]permission.LostResponseFinding{different: permission.FoundPresent, unreadable: permission.FoundUnreadable}
		wantLostResponse(t, err, c.lastStatus(404), finding[c.situation])
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if document, _ := service.Policy("Thumbnail"); len(document.Statements()) != 1 {
		t.Errorf("the policy is %s, want only the other statement", document)
	}
}

// wantLostResponse checks that err has the service's answer and the finding, and that
// it is wrapped like every error of a client.
func wantLostResponse(t *testing.T, err error, status int, found permission.LostResponseFinding) {
	t.Helper()
	var operation *smithy.OperationError
	var lost *permission.LostResponseError
	if !errors.As(err, &operation) {
		t.Fatalf("err = %v, want a *smithy.OperationError", err)
	}
	if !errors.As(err, &lost) {
		t.Fatalf("err = %v, want a *LostResponseError in it", err)
	}
	wantEqual(t, "Found", lost.Found, found)
	wantEqual(t, "StatementId", lost.StatementId, "s3-photos")
	wantEqual(t, "status", lambdaerrors.StatusCode(err), status)
	wantEqual(t, "whether there is a ReadErr", lost.ReadErr != nil, found == permission.FoundUnreadable)
	if lambdaerrors.IsAccessDenied(err) {
		t.Errorf("err = %v, want the error of GetPolicy only in ReadErr", err)
	}
	wantEqual(t, "whether there are Differences", len(lost.Differences) > 0, found == permission.FoundDifferent)
}
