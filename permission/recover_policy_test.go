package permission_test

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// TestLostResponsesOfWholePolicies is the matrix of TestLostResponses for
// PutResourcePolicy and DeleteResourcePolicy.
func TestLostResponsesOfWholePolicies(t *testing.T) {
	for how := range losses {
		for _, guarded := range []bool{false, true} {
			for _, s := range []situation{asWanted, different, unreadable} {
				c := lostCase{how, guarded, s}
				t.Run("Put/"+c.String(), func(t *testing.T) { c.run(t, c.put) })
				t.Run("Delete/"+c.String(), func(t *testing.T) { c.run(t, c.delete) })
			}
		}
	}
}

// A retry of put with a revision is refused. A retry without one puts the policy again,
// so that the policy is read only if the answer breaks off.
func (c lostCase) put(t *testing.T) {
	service, revision := serviceWithOneStatement(t)
	f := &front{service: service, lose: losses[c.how], unreadable: c.situation == unreadable}
	if c.situation == different {
		f.instead = func() { mustAdd(t, service.API(), grant()) }
	}
	in := put(denial, nil)
	if c.guarded {
		in.RevisionId = revision
	}
	out, err := c.client(t, f).PutResourcePolicy(t.Context(), in)

	looks := c.guarded || c.how == "truncated body"
	if looks && c.situation != asWanted {
		finding := map[situation]permission.LostResponseFinding{different: permission.FoundDifferent, unreadable: permission.FoundUnreadable}
		wantLostPolicy(t, err, c.lastStatus(200), finding[c.situation])
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "AlreadyPresent", out.AlreadyPresent, looks)
	stored, _ := service.Policy("Thumbnail")
	wantEqual(t, "stored policy", stored.Raw(), denial)
	wantEqual(t, "Policy", aws.ToString(out.Policy), denial)
	wantEqual(t, "RevisionId", aws.ToString(out.RevisionId), aws.ToString(revisionOf(t, service)))
}

func (c lostCase) delete(t *testing.T) {
	service, revision := serviceWithOneStatement(t)
	f := &front{service: service, lose: losses[c.how], unreadable: c.situation == unreadable, preconditionFirst: true}
	if c.situation == different {
		f.beforeRead = func() { mustAdd(t, service.API(), grant()) }
	}
	in := &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)}
	if c.guarded {
		in.RevisionId = revision
	}
	_, err := c.client(t, f).DeleteResourcePolicy(t.Context(), in)

	if c.situation != asWanted {
		finding := map[situation]permission.LostResponseFinding{different: permission.FoundPresent, unreadable: permission.FoundUnreadable}
		wantLostPolicy(t, err, c.lastStatus(404), finding[c.situation])
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if stored, ok := service.Policy("Thumbnail"); ok {
		t.Errorf("the policy is %s, want no policy", stored)
	}
}

// wantLostPolicy is wantLostResponse for a whole policy.
func wantLostPolicy(t *testing.T, err error, status int, found permission.LostResponseFinding) {
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
	wantEqual(t, "StatementId", lost.StatementId, "")
	wantEqual(t, "status", lambdaerrors.StatusCode(err), status)
	wantEqual(t, "whether there is a ReadErr", lost.ReadErr != nil, found == permission.FoundUnreadable)
	wantEqual(t, "Differences", len(lost.Differences), 0)
	if strings.Contains(err.Error(), "statement") {
		t.Errorf("err = %v, want one that does not mention a statement", err)
	}
}

// A refusal that a lost attempt does not explain is returned unchanged, and nothing is
// read: a refusal of the first attempt, and a 412 of a request without a revision.
func TestRefusalsOfWholePolicies(t *testing.T) {
	old := aws.String("3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e")
	for name, tt := range map[string]struct {
		lost     bool
		revision *string
		status   int
	}{
		"an old revision at the first attempt": {false, old, 412},
		"a 412 without a revision":             {true, nil, 412},
	} {
		service, _ := serviceWithOneStatement(t)
		w := &link{service: service}
		if tt.lost {
			w.failures = []func(*http.Request) (*http.Response, error){dropped, func(r *http.Request) (*http.Response, error) {
				return answer(r, 412, http.Header{"X-Amzn-Errortype": {"PreconditionFailedException"}}, `{"message":"no"}`), nil
			}}
		}
		_, err := w.client().PutResourcePolicy(t.Context(), put(denial, tt.revision))
		wantEqual(t, name+": status", lambdaerrors.StatusCode(err), tt.status)
		wantEqual(t, name+": reads", w.reads, 0)
		wantNotLost(t, err)
	}
}

// Recovery can be switched off.
func TestDisableRecoveryOfWholePolicies(t *testing.T) {
	off := func(o *permission.Options) { o.DisableLostResponseRecovery = true }
	service, revision := serviceWithOneStatement(t)
	w := &link{service: service}
	w.failures = append(w.failures, w.committed)
	if _, err := w.client(off).PutResourcePolicy(t.Context(), put(denial, revision)); !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("put: err = %v, want the 412", err)
	}
	wantEqual(t, "reads after the put", w.reads, 0)

	w.changes = 0
	if _, err := w.client().DeleteResourcePolicy(t.Context(), &permission.DeleteResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)}, off); !lambdaerrors.IsNotFound(err) {
		t.Errorf("delete: err = %v, want the 404", err)
	}
	wantEqual(t, "reads after the delete", w.reads, 0)
}

// The stored policy and the put policy are compared by meaning: the service may change
// the form of accounts, the order, the case and the whitespace, and add an Id, but it
// may not omit a condition.
func TestPutIsComparedByMeaning(t *testing.T) {
	const sent = `{"Version":"2012-10-17","Statement":{"Sid":"a","Effect":"Allow","Principal":{"AWS":"210987654321"},` +
		`"Action":["lambda:InvokeFunction"],"Resource":"` + thumbnailARN + `","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1234567890"}}}}`
	rewritten := `{"Id":"default","Statement":[{"Condition":{"StringEquals":{"AWS:PrincipalOrgID":["o-1234567890"]}},` +
		`"Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Resource":"` + thumbnailARN + `","Action":"lambda:InvokeFunction",` +
		`"Effect":"Allow","Sid":"a"}],"Version":"2012-10-17"}`
	for name, tt := range map[string]struct {
		sent, stored string
		want         bool
	}{
		"the same":                 {sent, sent, true},
		"rewritten":                {sent, rewritten, true},
		"rewritten without space":  {"\n" + strings.ReplaceAll(sent, ",", " , "), rewritten, true},
		"another Id than was sent": {strings.Replace(sent, "{", `{"Id":"mine",`, 1), rewritten, false},
		"another version":          {sent, strings.Replace(rewritten, "2012-10-17", "2008-10-17", 1), false},
		"without the condition":    {sent, strings.Replace(rewritten, `"Condition":{"StringEquals":{"AWS:PrincipalOrgID":["o-1234567890"]}},`, "", 1), false},
		"one more statement":       {sent, strings.Replace(rewritten, `[{`, `[`+build(t, grant()).Raw()+`,{`, 1), false},
		"no policy was sent":       {"{", rewritten, false},
	} {
		attempts := 0
		client := newClient(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return answer(r, 200, nil, `{"Policy":`+strconv.Quote(tt.stored)+`,"RevisionId":"r"}`), nil
			}
			if attempts++; attempts == 1 {
				return dropped(r)
			}
			return answer(r, 412, http.Header{"X-Amzn-Errortype": {"PreconditionFailedException"}}, `{"message":"no"}`), nil
		}, func(o *permission.Options) {
			o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
			o.RetryMaxAttempts = 2
		})
		out, err := client.PutResourcePolicy(t.Context(), put(tt.sent, aws.String("3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e")))
		if got := err == nil; got != tt.want {
			t.Errorf("%s: err = %v, want success: %t", name, err, tt.want)
		}
		if err == nil {
			wantEqual(t, name+": Policy", aws.ToString(out.Policy), tt.stored)
		}
	}
}

// After a put whose response was lost, the policy may be absent.
func TestPutThatIsGone(t *testing.T) {
	service, revision := serviceWithOneStatement(t)
	w := &link{service: service}
	w.failures = append(w.failures, func(r *http.Request) (*http.Response, error) {
		_, _ = w.committed(r)
		if err := service.DeleteFunction("Thumbnail"); err != nil {
			t.Error(err)
		}
		if err := service.CreateFunction("Thumbnail"); err != nil {
			t.Error(err)
		}
		return dropped(r)
	})
	_, err := w.client().PutResourcePolicy(t.Context(), put(denial, revision))
	wantLostPolicy(t, err, 412, permission.FoundAbsent)
}
