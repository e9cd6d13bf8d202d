package permission_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// A conflict is returned unchanged, without reading the policy, unless an earlier
// attempt may have been carried out.
func TestConflictsThatAreNoLostResponse(t *testing.T) {
	tests := map[string][]func(*http.Request) (*http.Response, error){
		"the first attempt":             nil,
		"a connection never made":       {undialled},
		"an attempt that was throttled": {throttled, undialled},
	}
	for name, failures := range tests {
		t.Run(name, func(t *testing.T) {
			service, _ := serviceWithOneStatement(t)
			mustAdd(t, service.API(), grant())
			w := &link{service: service, failures: failures}
			_, err := w.client().AddPermission(context.Background(), grant())
			if lambdaerrors.ConflictKindOf(err) != lambdaerrors.DuplicateStatement {
				t.Errorf("err = %v, want the conflict", err)
			}
			wantEqual(t, "reads", w.reads, 0)
			wantNotLost(t, err)

			w = &link{service: service, failures: failures}
			in := removal()
			in.StatementId = aws.String("unknown")
			_, err = w.client().RemovePermission(context.Background(), in)
			if !lambdaerrors.IsNotFound(err) {
				t.Errorf("err = %v, want the 404", err)
			}
			wantEqual(t, "reads", w.reads, 0)
			wantNotLost(t, err)
		})
	}
}

// The status decides whether an attempt may have been carried out: after a 2xx that was
// not read to its end it was, after a 5xx it may have been, after any other status it
// was not.
func TestAttemptsThatMayBeCommitted(t *testing.T) {
	for status, committed := range map[int]bool{
		101: false, 199: false, 200: true, 201: true, 299: true, 300: false, 304: false, 399: false,
		400: false, 403: false, 429: false, 499: false, 500: true, 503: true, 599: true,
	} {
		service, _ := serviceWithOneStatement(t)
		w := &link{service: service, failures: []func(*http.Request) (*http.Response, error){func(r *http.Request) (*http.Response, error) {
			mustAdd(t, service.API(), grant())
			resp := answer(r, status, nil, "")
			resp.Body, resp.ContentLength = io.NopCloser(broken{}), -1
			return resp, nil
		}}}
		out, err := w.client(retryAll).AddPermission(t.Context(), grant())
		if w.changes != 2 {
			t.Errorf("%d: %d attempts, want 2", status, w.changes)
		}
		if recovered := err == nil && out.AlreadyPresent; recovered != committed {
			t.Errorf("%d: out = %v, err = %v; want it recovered: %t", status, out, err, committed)
		}
		if err != nil && lambdaerrors.ConflictKindOf(err) != lambdaerrors.DuplicateStatement {
			t.Errorf("%d: err = %v, want the conflict", status, err)
		}
	}
}

// retryAll retries at once after every error but a conflict.
func retryAll(o *permission.Options) {
	o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) {
		so.Backoff, so.RateLimiter = noBackoff{}, unlimited{}
		so.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(!lambdaerrors.IsConflict(err))
		})}
	})
}

// An attempt that failed before it was sent had no effect.
func TestAttemptsThatWereNotSent(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	mustAdd(t, service.API(), grant())
	w := &link{service: service}
	asked := 0
	_, err := w.client(retryAll, func(o *permission.Options) {
		keys := o.Credentials
		o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			if asked++; asked == 1 {
				return aws.Credentials{}, errors.New("no credentials yet")
			}
			return keys.Retrieve(ctx)
		})
	}).AddPermission(t.Context(), grant())
	if asked != 2 {
		t.Errorf("%d attempts, want 2", asked)
	}
	if !lambdaerrors.IsConflict(err) {
		t.Errorf("err = %v, want the conflict", err)
	}
	wantNotLost(t, err)
}

// A refusal is recognized by its code, with any 4xx status: emulators use other
// statuses than the service.
func TestRefusalOfALostAttempt(t *testing.T) {
	for _, status := range []int{400, 409, 499} {
		service, _ := serviceWithOneStatement(t)
		w := &link{service: service}
		w.failures = append(w.failures, w.committed, func(r *http.Request) (*http.Response, error) {
			return answer(r, status, http.Header{"X-Amzn-Errortype": {"ResourceConflictException"}},
				`{"message":"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement."}`), nil
		})
		out, err := w.client().AddPermission(t.Context(), grant())
		if err != nil {
			t.Errorf("%d: %v", status, err)
			continue
		}
		if !out.AlreadyPresent {
			t.Errorf("%d: AlreadyPresent = false, want true", status)
		}
	}
}

// A refusal that a lost attempt does not explain is returned unchanged, and the policy
// is not read: a 403, with or without a revision, and a 412 of a request without a
// revision.
func TestOtherRefusalsAfterALostAttempt(t *testing.T) {
	tests := map[string]struct {
		code   string
		status int
		isIt   func(error) bool
		guard  *string
	}{
		"403":              {"AccessDeniedException", 403, lambdaerrors.IsAccessDenied, nil},
		"403, guarded":     {"AccessDeniedException", 403, lambdaerrors.IsAccessDenied, aws.String("c0ffee")},
		"412, unguarded":   {"PreconditionFailedException", 412, lambdaerrors.IsPreconditionFailed, nil},
		"412, empty guard": {"PreconditionFailedException", 412, lambdaerrors.IsPreconditionFailed, aws.String("")},
	}
	for name, tt := range tests {
		refused := func(r *http.Request) (*http.Response, error) {
			return answer(r, tt.status, http.Header{"X-Amzn-Errortype": {tt.code}}, "{}"), nil
		}
		for operation, call := range map[string]func(permission.API) error{
			"AddPermission": adding(func(in *permission.AddPermissionInput) { in.RevisionId = tt.guard }),
			"RemovePermission": func(api permission.API) error {
				in := removal()
				in.RevisionId = tt.guard
				_, err := api.RemovePermission(t.Context(), in)
				return err
			},
		} {
			service, _ := serviceWithOneStatement(t)
			w := &link{service: service}
			w.failures = append(w.failures, dropped, refused)
			err := call(w.client())
			if !tt.isIt(err) {
				t.Errorf("%s, %s: err = %v, want the %d", name, operation, err, tt.status)
			}
			if w.reads != 0 {
				t.Errorf("%s, %s: %d reads, want 0", name, operation, w.reads)
			}
			wantNotLost(t, err)
		}
	}
}

// If the context ends while the policy is read, the error has both the end of the
// context and the answer to the call.
func TestContextEndsDuringRecovery(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	ctx, cancel := context.WithCancel(t.Context())
	w := &link{service: service}
	w.failures = append(w.failures, w.committed)
	w.beforeRead = cancel
	_, err := w.client().AddPermission(ctx, grant())
	var canceled *aws.RequestCanceledError
	if !errors.As(err, &canceled) {
		t.Errorf("err = %v, want an *aws.RequestCanceledError", err)
	}
	wantLostResponse(t, err, 409, permission.FoundUnreadable)

	// If the context has not ended, the error of an unreadable policy is not one of
	// cancellation.
	service, _ = serviceWithOneStatement(t)
	f := &front{service: service, lose: losses["503"], unreadable: true}
	_, err = f.client(t).AddPermission(t.Context(), grant())
	if errors.As(err, &canceled) {
		t.Errorf("err = %v, want no *aws.RequestCanceledError", err)
	}
}

func wantNotLost(t *testing.T, err error) {
	t.Helper()
	var lost *permission.LostResponseError
	if errors.As(err, &lost) {
		t.Errorf("err = %v, want no *LostResponseError", err)
	}
}

// Recovery can be switched off, for a client and for a call.
func TestDisableLostResponseRecovery(t *testing.T) {
	off := func(o *permission.Options) { o.DisableLostResponseRecovery = true }
	for name, call := range map[string]func(*link) error{
		"for the client": func(w *link) error { return add(w.client(off)) },
		"for the call": func(w *link) error {
			_, err := w.client().AddPermission(context.Background(), grant(), off)
			return err
		},
	} {
		service, _ := serviceWithOneStatement(t)
		w := &link{service: service}
		w.failures = append(w.failures, w.committed)
		if err := call(w); !lambdaerrors.IsConflict(err) {
			t.Errorf("%s: err = %v, want the 409", name, err)
		}
		wantEqual(t, name+": reads", w.reads, 0)
	}
}

// Recovery reads the policy of the function or alias of the call, with the options of
// the call, and compares meanings.
func TestRecoveryReadsTheSameScope(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	version, _ := service.PublishVersion("Thumbnail")
	if _, err := service.CreateAlias("Thumbnail", "PROD", version); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Thumbnail", "123456789012:function:Thumbnail:PROD", "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"} {
		w := &link{service: service}
		w.failures = append(w.failures, w.committed)
		in := &permission.AddPermissionInput{
			FunctionName: aws.String(name), Qualifier: aws.String("PROD"), StatementId: aws.String("partner-" + name[:3]),
			Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"), // stored as the root ARN
		}
		calls := 0
		out, err := w.client().AddPermission(context.Background(), in, func(*permission.Options) { calls++ })
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantEqual(t, name+": AlreadyPresent", out.AlreadyPresent, true)
		if diff := cmp.Diff([]string{"Qualifier=PROD"}, w.readQueries); diff != "" {
			t.Errorf("%s: queries of the reads (-want +got)\n%s", name, diff)
		}
		if calls < 2 {
			t.Errorf("%s: options applied %d times, want at least 2: for the call and for the read", name, calls)
		}
		if results, _ := retry.GetAttemptResults(out.ResultMetadata); len(results.Results) != 2 {
			t.Errorf("%s: the metadata has %d attempts, want those of the call, 2", name, len(results.Results))
		}
	}
}

// A lost request followed by another program's change looks like a lost response: the
// revision is refused, and the statement is absent.
func TestLostRequest(t *testing.T) {
	service, revision := serviceWithOneStatement(t)
	w := &link{service: service}
	w.failures = append(w.failures, func(r *http.Request) (*http.Response, error) {
		in := grant()
		in.StatementId = aws.String("somebody-elses")
		mustAdd(t, service.API(), in)
		return dropped(r)
	})
	in := grant()
	in.RevisionId = revision
	_, err := w.client().AddPermission(context.Background(), in)
	wantLostResponse(t, err, 412, permission.FoundAbsent)
}

// Nothing is sent after the context has ended.
func TestRecoveryObeysTheContext(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	mustAdd(t, service.API(), grant())
	ctx, cancel := context.WithCancel(context.Background())
	w := &link{service: service}
	w.failures = append(w.failures, dropped, func(r *http.Request) (*http.Response, error) {
		resp, err := w.serve(r)
		cancel()
		return resp, err
	})
	_, err := w.client().AddPermission(ctx, grant())
	if !lambdaerrors.IsConflict(err) {
		t.Errorf("err = %v, want the 409", err)
	}
	wantEqual(t, "reads", w.reads, 0)
	wantNotLost(t, err)
}

// If the answer is not a policy, the finding is FoundUnreadable. If its statement is on
// another resource, the finding is FoundDifferent.
func TestRecoveryFromForeignAnswers(t *testing.T) {
	tests := map[string]struct {
		body string
		want permission.LostResponseFinding
	}{
		"not JSON": {`{"Policy":"<html>"}`, permission.FoundUnreadable},
		"another qualifier": {
			`{"Policy":` + strconv.Quote(`{"Statement":`+strings.Replace(build(t, grant()).Raw(), ":Thumbnail", ":Thumbnail:PROD", 1)+`}`) + `}`,
			permission.FoundDifferent,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			changes := 0
			client := newClient(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodGet {
					return answer(r, 200, nil, tt.body), nil
				}
				if changes++; changes == 1 {
					return dropped(r)
				}
				return answer(r, 409, http.Header{"X-Amzn-Errortype": {"ResourceConflictException"}},
					`{"Type":"User","message":"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement."}`), nil
			}, func(o *permission.Options) {
				o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
				o.RetryMaxAttempts = 2
			})
			_, err := client.AddPermission(context.Background(), grant())
			var lost *permission.LostResponseError
			if !errors.As(err, &lost) {
				t.Fatalf("err = %v, want a *LostResponseError", err)
			}
			wantEqual(t, "Found", lost.Found, tt.want)
		})
	}
}

// The error shows the differences, but no EventSourceToken.
func TestLostResponseErrorText(t *testing.T) {
	service, _ := serviceWithOneStatement(t)
	w := &link{service: service}
	w.failures = append(w.failures, func(r *http.Request) (*http.Response, error) {
		in := alexa("amzn1.ask.skill.stored-secret")
		in.Principal = aws.String("alexa-connectedhome.amazon.com")
		mustAdd(t, service.API(), in)
		return dropped(r)
	})
	_, err := w.client().AddPermission(context.Background(), alexa("amzn1.ask.skill.wanted-secret"))
	wantLostResponse(t, err, 409, permission.FoundDifferent)
	text := err.Error()
	for _, want := range []string{"already exists", "different", "alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com", "EventSourceToken"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text %q lacks %q", text, want)
		}
	}
	if strings.Contains(text, "secret") {
		t.Errorf("the text %q shows a token", text)
	}
}

func alexa(token string) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), StatementId: aws.String("s3-photos"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("alexa-appkit.amazon.com"), EventSourceToken: aws.String(token),
	}
}

// The error says why the policy could not be read.
func TestLostResponseErrorSaysWhyItIsUnreadable(t *testing.T) {
	e := &permission.LostResponseError{StatementId: "s3-photos", ReadErr: accessDenied(), Err: io.ErrUnexpectedEOF}
	if text, want := e.Error(), "cannot be read: api error AccessDeniedException"; !strings.Contains(text, want) {
		t.Errorf("%q, want %q in it", text, want)
	}
	if !errors.Is(e, io.ErrUnexpectedEOF) {
		t.Errorf("errors.Is does not find the service's error in %v", e)
	}
}

// The text of a finding is the name of its constant, and UnmarshalText reads it.
func TestLostResponseFindingText(t *testing.T) {
	for f, want := range map[permission.LostResponseFinding]string{
		permission.FoundUnreadable: "Unreadable",
		permission.FoundDifferent:  "Different",
		permission.FoundAbsent:     "Absent",
		permission.FoundPresent:    "Present",
	} {
		if got := f.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
		text, err := f.MarshalText()
		if err != nil {
			t.Errorf("%v: %v", f, err)
		}
		if string(text) != want {
			t.Errorf("MarshalText() = %q, want %q", text, want)
		}
		var back permission.LostResponseFinding
		if err := back.UnmarshalText(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if back != f {
			t.Errorf("UnmarshalText(%q) = %v, want %v", text, back, f)
		}
	}
}

// A value that is not a constant has a string, but no text that is marshalled or
// unmarshalled.
func TestUnknownLostResponseFinding(t *testing.T) {
	for f, want := range map[permission.LostResponseFinding]string{-1: "LostResponseFinding(-1)", 4: "LostResponseFinding(4)"} {
		if got := f.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
		if text, err := f.MarshalText(); err == nil {
			t.Errorf("MarshalText() of %v = %q, want an error", f, text)
		}
	}
	f := permission.FoundPresent
	for _, text := range []string{"", "present", "LostResponseFinding(4)"} {
		if err := f.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("UnmarshalText(%q): no error, want one", text)
		}
		if f != permission.FoundPresent {
			t.Errorf("after UnmarshalText(%q): %v, want it unchanged", text, f)
		}
	}
}

// The text of the error describes the finding.
func TestLostResponseErrorSaysWhatWasFound(t *testing.T) {
	for f, want := range map[permission.LostResponseFinding]string{
		permission.FoundUnreadable: "the policy cannot be read",
		permission.FoundDifferent:  "the stored statement is different",
		permission.FoundAbsent:     "no such statement is stored",
		permission.FoundPresent:    "the statement is stored",
		4:                          "LostResponseFinding(4)",
	} {
		e := &permission.LostResponseError{StatementId: "s3-photos", Found: f, Err: io.ErrUnexpectedEOF}
		if text := e.Error(); !strings.Contains(text, want) {
			t.Errorf("%q, want %q in it", text, want)
		}
	}
}

// The text of the error lists the differences, if there are any.
func TestLostResponseErrorListsDifferences(t *testing.T) {
	e := &permission.LostResponseError{StatementId: "s3-photos", Found: permission.FoundDifferent, Err: io.ErrUnexpectedEOF}
	if text := e.Error(); strings.Contains(text, "A is stored") {
		t.Errorf("without differences: %q", text)
	}
	wanted := withSourceArn(grant(), "arn:aws:s3:::elsewhere")
	e.Differences = policy.Diff(build(t, grant()), build(t, wanted))
	if n := len(e.Differences); n != 1 {
		t.Fatalf("%d differences, want 1", n)
	}
	for _, want := range []string{"A is stored", "arn:aws:s3:::elsewhere"} {
		if text := e.Error(); !strings.Contains(text, want) {
			t.Errorf("with a difference: %q, want %q in it", text, want)
		}
	}
}

// A deadline that passes between attempts ends the call, and nothing is read.
func TestRecoveryAfterDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, _ := serviceWithOneStatement(t)
		w := &link{service: service}
		w.failures = append(w.failures, w.committed)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := w.client(func(o *permission.Options) {
			o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) {
				so.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Hour, nil })
			})
		}).AddPermission(ctx, grant())
		var canceled *aws.RequestCanceledError
		if !errors.As(err, &canceled) {
			t.Errorf("err = %v, want an *aws.RequestCanceledError", err)
		}
		wantEqual(t, "reads", w.reads, 0)
		wantEqual(t, "changes", w.changes, 1)
	})
}
