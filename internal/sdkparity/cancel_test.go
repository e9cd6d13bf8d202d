package sdkparity_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
)

// deadline returns a function that makes contexts with a timeout.
func deadline(after time.Duration) func() (context.Context, context.CancelFunc) {
	return func() (context.Context, context.CancelFunc) { return context.WithTimeout(context.Background(), after) }
}

// canceling returns a function that makes contexts that are canceled after a time, or
// at once if it is 0.
func canceling(after time.Duration) func() (context.Context, context.CancelFunc) {
	return func() (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(context.Background())
		if after == 0 {
			cancel()
		} else {
			time.AfterFunc(after, cancel)
		}
		return ctx, cancel
	}
}

// hang never answers. Like net/http it returns when the context ends.
func hang(req *http.Request) (*http.Response, error) {
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// hangingBody returns a reply that sends only the beginning of its body and then hangs.
func hangingBody(status int, header http.Header, body string) reply {
	return func(req *http.Request) (*http.Response, error) {
		resp := response(req, status, header.Clone(), "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), hangingReader{req.Context()}))
		return resp, nil
	}
}

type hangingReader struct{ ctx context.Context }

func (h hangingReader) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, h.ctx.Err()
}

// At whatever stage of a call its context ends, both clients have sent the same
// requests and return at the same time. Our client always returns an
// *aws.RequestCanceledError, the SDK only while it waits for a retry.
func TestCanceled(t *testing.T) {
	slow := func(s *setting) {
		s.Retryer = newSteady
		s.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
			<-ctx.Done()
			return aws.Credentials{}, ctx.Err()
		})
	}
	standard := func(s *setting) { s.Retryer = newSteady }
	codes := map[string]string{"during an error's body": "ServiceException"} // the code had arrived
	for name, s := range map[string]story{
		"before the call":             {replies: []reply{accept}, set: standard, context: canceling(0)},
		"during an attempt":           {replies: []reply{hang}, set: standard, context: canceling(time.Second)},
		"during the second attempt":   {replies: []reply{failures["500"], hang}, set: standard, context: canceling(2 * time.Second)},
		"while waiting to try again":  {replies: []reply{failures["500"]}, set: standard, context: canceling(100 * time.Millisecond)},
		"while waiting a second time": {replies: []reply{failures["throttled"]}, set: standard, context: canceling(time.Second)},
		"during credentials":          {replies: []reply{accept}, set: slow, context: canceling(time.Second)},
		"during a success's body":     {replies: []reply{hangingBody(201, nil, `{"Statement":`)}, set: standard, context: canceling(time.Second)},
		"during an error's body":      {replies: []reply{hangingBody(500, coded("ServiceException"), `{"Mess`)}, set: standard, context: canceling(time.Second)},
		"deadline, attempt":           {replies: []reply{hang}, set: standard, context: deadline(time.Second)},
		"deadline, waiting":           {replies: []reply{failures["503"]}, set: standard, context: deadline(time.Second)},
		"deadline, credentials":       {replies: []reply{accept}, set: slow, context: deadline(time.Second)},
		"deadline, body":              {replies: []reply{hangingBody(201, nil, `{`)}, set: standard, context: deadline(time.Second)},
		"deadline, passed":            {replies: []reply{accept}, set: standard, context: deadline(-time.Second)},
		"adaptive":                    {replies: []reply{failures["throttled"]}, set: func(s *setting) { s.Retryer = newPatientAdaptive }, context: canceling(100 * time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			ours, sdks := tell(t, setting.ourAPI, s), tell(t, setting.sdk, s)
			if diff := cmp.Diff(sdks.Requests, ours.Requests); diff != "" {
				t.Errorf("requests (-SDK +ours):\n%s", diff)
			}
			if diff := cmp.Diff(sdks.Ended, ours.Ended); diff != "" {
				t.Errorf("ends of the calls (-SDK +ours):\n%s", diff)
			}
			got := ours.Outcomes[0]
			if !slices.Contains(got.Chain, "RequestCanceledError") {
				t.Errorf("ours: %q %q, want a RequestCanceledError", got.Chain, got.Text)
			}
			if want := codes[name]; got.Code != want {
				t.Errorf("ours: code %q, want %q", got.Code, want)
			}
			t.Logf("SDK: %q %q", sdks.Outcomes[0].Chain, sdks.Outcomes[0].Text)
		})
	}
}

// errors.Is finds the error of the context in the error of our client.
func TestCanceledIs(t *testing.T) {
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	set := setting{Config: plainConfig(&recorder{})}
	_, err := invoke(ctx, set.ours(), operations["GetPolicy"])
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled in it", err)
	}
}
