package permission_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// The texts of a ResourceConflictException, and one that is none of them.
var conflicts = map[string]struct {
	text    string
	retried bool
}{
	// Another change came in between: the next one may pass.
	"ConcurrentUpdate": {"The function could not be updated due to a concurrent update operation.", true},
	// An update takes seconds.
	"UpdateInProgress": {"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:Thumbnail", true},
	// The id stays taken.
	"DuplicateStatement": {"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement.", false},
	// What is not understood may be permanent.
	"unknown": {"The function is on holiday.", false},
}

// The client's own retryer, in every mode, tries the conflicts again that pass,
// and no others. It waits in between as for every retry.
func TestConflictsThatPassAreRetried(t *testing.T) {
	for _, mode := range []aws.RetryMode{"", aws.RetryModeStandard, aws.RetryModeAdaptive} {
		for name, conflict := range conflicts {
			t.Run(string(mode)+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					attempts, err := addAgainst(conflict.text, func(o *permission.Options) { o.RetryMode = mode })
					if want := map[bool]int{true: 2, false: 1}[conflict.retried]; attempts != want || (err == nil) != conflict.retried {
						t.Errorf("%d attempts, err = %v; want %d attempts", attempts, err, want)
					}
				})
			})
		}
	}
}

// A program's own Retryer decides alone.
func TestOwnRetryerIsUsedAsItIs(t *testing.T) {
	for name, conflict := range conflicts {
		attempts, err := addAgainst(conflict.text, func(o *permission.Options) { o.Retryer = retry.NewStandard() })
		if attempts != 1 || !lambdaerrors.IsConflict(err) {
			t.Errorf("%s: %d attempts, err = %v; want the conflict after 1", name, attempts, err)
		}
	}
}

// addAgainst adds a grant to a service that answers the first attempt with a
// conflict, and counts the attempts.
func addAgainst(conflict string, settings func(*permission.Options)) (attempts int, err error) {
	o := permission.Options{Region: "us-east-1", Credentials: exampleKeys}
	settings(&o)
	o.HTTPClient = counting(&attempts, func(r *http.Request) (*http.Response, error) {
		if attempts == 1 {
			return answer(r, 409, http.Header{"X-Amzn-Errortype": {"ResourceConflictException"}}, `{"Type":"User","message":"`+conflict+`"}`), nil
		}
		return answer(r, 201, nil, stored), nil
	})
	_, err = permission.New(o).AddPermission(context.Background(), grant())
	return attempts, err
}
