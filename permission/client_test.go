package permission_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/defaults"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// At every point where a call waits, the end of its context ends the wait with an
// *aws.RequestCanceledError that wraps the context's error.
func TestCanceled(t *testing.T) {
	block := func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	tests := map[string]func(*permission.Options){
		"for an answer": func(o *permission.Options) { o.HTTPClient = transport(block) },
		"for a body": func(o *permission.Options) {
			o.HTTPClient = transport(func(r *http.Request) (*http.Response, error) {
				resp := answer(r, 201, nil, "")
				resp.Body = io.NopCloser(untilDone{r.Context()})
				return resp, nil
			})
		},
		"for an error's body": func(o *permission.Options) {
			o.HTTPClient = transport(func(r *http.Request) (*http.Response, error) {
				resp := answer(r, 409, nil, "")
				resp.Body = io.NopCloser(untilDone{r.Context()})
				return resp, nil
			})
		},
		"for credentials": func(o *permission.Options) {
			o.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
				<-ctx.Done()
				return aws.Credentials{}, ctx.Err()
			})
		},
		"between attempts": func(o *permission.Options) {
			o.HTTPClient = answering(503, nil, "")
			o.RetryMaxAttempts = 100
			o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.RateLimiter = unlimited{} })
		},
		"for a check": func(o *permission.Options) {
			o.Preflight = append(o.Preflight, func(ctx context.Context, _ validate.Request) error {
				<-ctx.Done()
				return ctx.Err()
			})
		},
	}
	for name, option := range tests {
		for reason, end := range map[string]func(context.Context) (context.Context, context.CancelFunc){
			"canceled": func(ctx context.Context) (context.Context, context.CancelFunc) {
				ctx, cancel := context.WithCancel(ctx)
				time.AfterFunc(time.Minute, cancel)
				return ctx, cancel
			},
			"deadline": func(ctx context.Context) (context.Context, context.CancelFunc) {
				return context.WithTimeout(ctx, time.Minute)
			},
		} {
			t.Run(name+", "+reason, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := end(t.Context())
					defer cancel()
					_, err := newClient(answering(201, nil, stored), option).AddPermission(ctx, grant())
					var canceled *aws.RequestCanceledError
					if !errors.As(err, &canceled) {
						t.Errorf("err = %v, want an *aws.RequestCanceledError", err)
					}
					if !errors.Is(err, ctx.Err()) {
						t.Errorf("err = %v, want %v in it", err, ctx.Err())
					}
				})
			})
		}
	}
	t.Run("before the call", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := newClient(unreachable(t)).AddPermission(ctx, grant())
		var canceled *aws.RequestCanceledError
		if !errors.As(err, &canceled) {
			t.Errorf("err = %v, want an *aws.RequestCanceledError", err)
		}
	})
}

// untilDone is a body whose Read blocks until its context ends.
type untilDone struct{ ctx context.Context }

func (b untilDone) Read([]byte) (int, error) { <-b.ctx.Done(); return 0, b.ctx.Err() }

// unlimited is a retry quota that never runs out.
type unlimited struct{}

func (unlimited) GetToken(context.Context, uint) (func() error, error) {
	return func() error { return nil }, nil
}
func (unlimited) AddTokens(uint) error { return nil }

// An answer that came before the context ended is returned unchanged.
func TestAnswerBeforeCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	client := newClient(func(r *http.Request) (*http.Response, error) {
		cancel()
		return answer(r, 404, http.Header{"X-Amzn-Errortype": {"ResourceNotFoundException"}}, "{}"), nil
	})
	_, err := client.AddPermission(ctx, grant())
	var canceled *aws.RequestCanceledError
	if errors.As(err, &canceled) {
		t.Errorf("err = %v, want the 404", err)
	}
}

// Connections are reused after successes and after refusals: 50 calls in a row
// need one, or a few (see fewConnections).
func TestConnectionsAreReused(t *testing.T) {
	connections := 0
	status := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status++
		io.Copy(io.Discard, r.Body)
		w.WriteHeader([]int{201, 409, 404, 400}[status%4])
		io.WriteString(w, stored)
	}))
	server.Config.ConnState = connectionCounter(&connections)
	server.Start()
	defer server.Close()

	client := permission.New(permission.Options{Region: "us-east-1", Credentials: exampleKeys, BaseEndpoint: aws.String(server.URL)})
	for range 50 {
		client.AddPermission(context.Background(), grant())
	}
	server.Close() // no handler runs from here on
	if connections > fewConnections {
		t.Errorf("%d connections, want at most %d", connections, fewConnections)
	}
}

// The texts of a ResourceConflictException, and an unknown one.
var conflicts = map[string]struct {
	text    string
	retried bool
}{
	// Another change was made at the same time: the next attempt may succeed.
	"ConcurrentUpdate": {"The function could not be updated due to a concurrent update operation.", true},
	// An update takes seconds.
	"UpdateInProgress": {"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:Thumbnail", true},
	// The creation of a function takes seconds.
	"Pending": {"The operation cannot be performed at this time. The function is currently in the following state: Pending", true},
	// The statement id stays in use.
	"DuplicateStatement": {"The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement.", false},
	// A conflict that is not understood may be permanent.
	"unknown": {"The function is on holiday.", false},
}

// The client's own retryer, in every mode, retries only conflicts that pass by
// themselves. It waits before a retry as it does for other errors.
func TestConflictsThatPassAreRetried(t *testing.T) {
	for _, mode := range []aws.RetryMode{"", aws.RetryModeStandard, aws.RetryModeAdaptive} {
		for name, conflict := range conflicts {
			t.Run(string(mode)+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					attempts, err := addAgainst(conflict.text, func(o *permission.Options) { o.RetryMode = mode })
					wantEqual(t, "attempts", attempts, map[bool]int{true: 2, false: 1}[conflict.retried])
					if failed, want := err != nil, !conflict.retried; failed != want {
						t.Errorf("err = %v, want an error: %t", err, want)
					}
				})
			})
		}
	}
}

// The SDK's retryer waits 50 ms at most before its first retry and a second at most
// where the error is one of throttling. A conflict that passes takes the longer
// delay: with 200 random delays of up to a second, one is above 50 ms.
func TestConflictsAreRetriedAfterLongerDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var longest time.Duration
		for range 200 {
			start := time.Now()
			if _, err := addAgainst(conflicts["UpdateInProgress"].text, func(*permission.Options) {}); err != nil {
				t.Fatal(err)
			}
			longest = max(longest, time.Since(start))
		}
		if longest <= 50*time.Millisecond {
			t.Errorf("longest of 200 delays: %v, want more than 50 ms", longest)
		}
	})
}

// A Retryer that the program sets is used unchanged, so that conflicts are not retried.
func TestOwnRetryerIsUsedAsItIs(t *testing.T) {
	for name, conflict := range conflicts {
		attempts, err := addAgainst(conflict.text, func(o *permission.Options) { o.Retryer = retry.NewStandard() })
		wantEqual(t, name+": attempts", attempts, 1)
		if !lambdaerrors.IsConflict(err) {
			t.Errorf("%s: err = %v, want the conflict", name, err)
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

// If a signature expired although the clocks agree, because the process was suspended
// between signing and sending, there is one more attempt.
func TestExpiredSignature(t *testing.T) {
	const expired = "Signature expired: 20260101T000000Z is now earlier than 20260101T000100Z (20260101T000600Z - 5 min.)"
	tests := map[string]struct {
		code, text string
		refusals   int           // of the first attempts
		date       time.Duration // the answer's Date, from our clock; an hour for an answer without Date
		suspended  time.Duration
		learned    time.Duration // by an earlier call
		attempts   int
		signedFrom time.Duration // the last attempt, from our clock
	}{
		"once":                          {"InvalidSignatureException", expired, 1, 0, 6 * time.Minute, 0, 2, 0},
		"for hours":                     {"InvalidSignatureException", expired, 1, 0, 6 * time.Hour, 0, 2, 0},
		"twice":                         {"InvalidSignatureException", expired, 2, 0, 6 * time.Minute, 0, 2, 0},
		"clocks that nearly agree":      {"InvalidSignatureException", expired, 1, 4 * time.Minute, 6 * time.Minute, 0, 2, 0},
		"a skew that was learned":       {"InvalidSignatureException", expired, 1, 10 * time.Minute, 6 * time.Hour, 10 * time.Minute, 2, 10 * time.Minute},
		"clocks that disagree":          {"InvalidSignatureException", expired, 1, 4*time.Minute + time.Second, 6 * time.Hour, 0, 1, 0},
		"no Date":                       {"InvalidSignatureException", expired, 1, time.Hour, 6 * time.Minute, 0, 1, 0},
		"a signature that is too early": {"InvalidSignatureException", "Signature not yet current: 20260101T000000Z is still later than ...", 1, 0, 6 * time.Minute, 0, 1, 0},
		"a signature that is wrong":     {"InvalidSignatureException", "The request signature we calculated does not match the signature you provided.", 1, 0, 6 * time.Minute, 0, 1, 0},
		"another code":                  {"ResourceConflictException", expired, 1, 0, 6 * time.Minute, 0, 1, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				attempts, signedFrom := -1, time.Duration(0) // the first call succeeds and learns the skew
				client := permission.New(permission.Options{Region: "us-east-1", Credentials: exampleKeys, HTTPClient: transport(func(r *http.Request) (*http.Response, error) {
					attempts++
					date := tt.date
					if attempts == 0 {
						date = tt.learned
					}
					header := http.Header{}
					signed, _ := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
					signedFrom = signed.Sub(time.Now().Truncate(time.Second))
					refused := 1 <= attempts && attempts <= tt.refusals
					if refused {
						time.Sleep(tt.suspended)
						header.Set("X-Amzn-Errortype", tt.code)
					}
					if date != time.Hour {
						header.Set("Date", time.Now().Add(date).UTC().Format(http.TimeFormat))
					}
					if refused {
						return answer(r, 403, header, `{"message":"`+tt.text+`"}`), nil
					}
					return answer(r, 201, header, stored), nil
				})})
				if _, err := client.AddPermission(t.Context(), grant()); err != nil {
					t.Fatal(err)
				}
				_, err := client.AddPermission(t.Context(), grant())
				if attempts != tt.attempts {
					t.Errorf("%d attempts, want %d", attempts, tt.attempts)
				}
				if failed, want := err != nil, tt.attempts <= tt.refusals; failed != want {
					t.Errorf("err = %v, want an error: %t", err, want)
				}
				if signedFrom.Round(time.Minute) != tt.signedFrom {
					t.Errorf("the last attempt is signed for %v from now, want %v", signedFrom, tt.signedFrom)
				}
			})
		})
	}
}

// The error of a canceled call has one *aws.RequestCanceledError, also if the SDK has
// added one already.
func TestCanceledOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := newClient(answering(503, nil, ""), func(o *permission.Options) {
			o.RetryMaxAttempts = 100
			o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.RateLimiter = unlimited{} })
		}).AddPermission(ctx, grant())
		var outer, inner *aws.RequestCanceledError
		if !errors.As(err, &outer) {
			t.Fatalf("err = %v, want an *aws.RequestCanceledError", err)
		}
		if errors.As(outer.Err, &inner) {
			t.Errorf("err = %v has another *aws.RequestCanceledError in it", err)
		}
	})
}

// The default retryer follows RetryMode and RetryMaxAttempts, also if it replaces a
// Retryer that a call has set to nil.
func TestDefaultRetryer(t *testing.T) {
	for name, tt := range map[string]struct {
		options  permission.Options
		mode     aws.RetryMode
		adaptive bool
		attempts int
	}{
		"nothing set":               {permission.Options{}, aws.RetryModeStandard, false, retry.DefaultMaxAttempts},
		"adaptive":                  {permission.Options{RetryMode: aws.RetryModeAdaptive}, aws.RetryModeAdaptive, true, retry.DefaultMaxAttempts},
		"adaptive, a defaults mode": {permission.Options{RetryMode: aws.RetryModeAdaptive, DefaultsMode: aws.DefaultsModeInRegion}, aws.RetryModeAdaptive, true, retry.DefaultMaxAttempts},
		"a defaults mode":           {permission.Options{DefaultsMode: aws.DefaultsModeMobile}, aws.RetryModeStandard, false, retry.DefaultMaxAttempts},
		"one attempt":               {permission.Options{RetryMaxAttempts: 1}, aws.RetryModeStandard, false, 1},
		"one attempt, own retryer":  {permission.Options{RetryMaxAttempts: 1, Retryer: retry.NewStandard()}, "", false, 1},
		"five attempts":             {permission.Options{RetryMaxAttempts: 5}, aws.RetryModeStandard, false, 5},
	} {
		o := permission.New(tt.options).Options()
		wantEqual(t, name+": RetryMode", o.RetryMode, tt.mode)
		wantEqual(t, name+": MaxAttempts", o.Retryer.MaxAttempts(), tt.attempts)
		if tt.options.RetryMaxAttempts == 0 { // the limit hides the type
			_, adaptive := o.Retryer.(*retry.AdaptiveMode)
			wantEqual(t, name+": adaptive", adaptive, tt.adaptive)
		}
	}

	for _, most := range []int{1, 5} {
		synctest.Test(t, func(t *testing.T) {
			attempts := 0
			client := newClient(counting(&attempts, answering(503, nil, "")), func(o *permission.Options) { o.RetryMaxAttempts = most })
			_, err := client.AddPermission(t.Context(), grant(), func(o *permission.Options) { o.Retryer = nil })
			if err == nil {
				t.Error("err = nil, want the 503")
			}
			wantEqual(t, "attempts", attempts, most)
		})
	}
}

// The HTTP client has the timeouts of the defaults mode, both the client's own and a
// given BuildableClient, which is not modified.
func TestDefaultTimeouts(t *testing.T) {
	here := aws.RuntimeEnvironment{EnvironmentIdentifier: "AWS_Lambda_provided.al2023", Region: "us-east-1"}
	for name, tt := range map[string]struct {
		options permission.Options
		mode    aws.DefaultsMode
	}{
		"in region":              {permission.Options{DefaultsMode: aws.DefaultsModeInRegion}, aws.DefaultsModeInRegion},
		"mobile, in capitals":    {permission.Options{DefaultsMode: "MOBILE"}, aws.DefaultsModeMobile},
		"auto, in the region":    {permission.Options{DefaultsMode: aws.DefaultsModeAuto, Region: "us-east-1", RuntimeEnvironment: here}, aws.DefaultsModeInRegion},
		"auto, another region":   {permission.Options{DefaultsMode: aws.DefaultsModeAuto, Region: "eu-west-1", RuntimeEnvironment: here}, aws.DefaultsModeCrossRegion},
		"auto, nothing is known": {permission.Options{DefaultsMode: aws.DefaultsModeAuto}, aws.DefaultsModeStandard},
	} {
		config, err := defaults.GetModeConfiguration(tt.mode)
		if err != nil {
			t.Fatal(err)
		}
		connect, _ := config.GetConnectTimeout()
		handshake, _ := config.GetTLSNegotiationTimeout()
		given := awshttp.NewBuildableClient()
		before := given.GetDialer().Timeout
		for which, client := range map[string]permission.HTTPClient{"own": nil, "given": given} {
			tt.options.HTTPClient = client
			got := permission.New(tt.options).Options().HTTPClient.(*awshttp.BuildableClient)
			wantEqual(t, name+", "+which+": connect timeout", got.GetDialer().Timeout, connect)
			wantEqual(t, name+", "+which+": handshake timeout", got.GetTransport().TLSHandshakeTimeout, handshake)
		}
		wantEqual(t, name+": connect timeout of the given client afterwards", given.GetDialer().Timeout, before)
	}
	// The legacy mode sets no timeouts.
	got := permission.New(permission.Options{DefaultsMode: aws.DefaultsModeLegacy}).Options().HTTPClient.(*awshttp.BuildableClient)
	wantEqual(t, "legacy: connect timeout", got.GetDialer().Timeout, awshttp.NewBuildableClient().GetDialer().Timeout)
}

// Functional options see the defaults, so that they can wrap them.
func TestOptionFunctionsSeeDefaults(t *testing.T) {
	permission.New(permission.Options{Region: "us-east-1"}, func(o *permission.Options) {
		for name, value := range map[string]any{
			"Retryer": o.Retryer, "HTTPClient": o.HTTPClient, "HTTPSignerV4": o.HTTPSignerV4, "Logger": o.Logger,
			"MeterProvider": o.MeterProvider, "TracerProvider": o.TracerProvider,
		} {
			if value == nil {
				t.Errorf("%s is nil", name)
			}
		}
	})
}

// A clock that differs from the service's by more than the SDK tolerates is corrected
// within the call, unless the correction is disabled.
func TestClockSkew(t *testing.T) {
	for disabled, want := range map[bool][]time.Duration{false: {0, time.Hour}, true: {0}} {
		synctest.Test(t, func(t *testing.T) {
			var signed []time.Duration // from our clock
			client := newClient(func(r *http.Request) (*http.Response, error) {
				at, _ := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
				signed = append(signed, time.Until(at).Round(time.Minute))
				header := http.Header{"Date": {time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)}}
				if len(signed) == 1 {
					header.Set("X-Amzn-Errortype", "RequestTimeTooSkewed")
					return answer(r, 403, header, "{}"), nil
				}
				return answer(r, 201, header, stored), nil
			}, func(o *permission.Options) {
				o.Retryer = retry.NewStandard()
				o.RetryMaxAttempts = 3
				o.DisableClockSkewCorrection = disabled
			})
			err := add(client)
			if failed := err != nil; failed != disabled {
				t.Errorf("disabled %t: err = %v, want an error only if it is disabled", disabled, err)
			}
			if !slices.Equal(signed, want) {
				t.Errorf("disabled %t: attempts were signed for %v from now, want %v", disabled, signed, want)
			}
		})
	}
}

// The skew that an earlier call has learned is not used in a call that disables the
// correction: neither for signing nor for the deadline that its header states.
func TestClockSkewDisabledForOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent *http.Request
		client := newClient(func(r *http.Request) (*http.Response, error) {
			sent = r
			date := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
			return answer(r, 201, http.Header{"Date": {date}}, stored), nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for _, tt := range []struct {
			optFns []func(*permission.Options)
			skew   time.Duration
		}{
			{nil, 0}, // learns it
			{nil, time.Hour},
			{[]func(*permission.Options){func(o *permission.Options) { o.DisableClockSkewCorrection = true }}, 0},
		} {
			if _, err := client.AddPermission(ctx, grant(), tt.optFns...); err != nil {
				t.Fatal(err)
			}
			const format = "20060102T150405Z"
			wantEqual(t, "X-Amz-Date", sent.Header.Get("X-Amz-Date"), time.Now().Add(tt.skew).UTC().Format(format))
			want := "" // the SDK states the deadline only if it knows the skew
			if deadline, _ := ctx.Deadline(); tt.skew > 0 {
				want = "; ttl=" + deadline.Add(tt.skew).UTC().Format(format)
			}
			wantEqual(t, "Amz-Sdk-Request", sent.Header.Get("Amz-Sdk-Request"), "attempt=1; max=1"+want)
		}
	})
}
