package sdkparity_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lambdaperm/lambdaperm/permission"
)

// logModes returns all combinations of the modes that affect these clients.
func logModes() []aws.ClientLogMode {
	bits := []aws.ClientLogMode{
		aws.LogSigning, aws.LogRetries, aws.LogRequest, aws.LogRequestWithBody,
		aws.LogResponse, aws.LogResponseWithBody,
	}
	var modes []aws.ClientLogMode
	for set := range 1 << len(bits) {
		var mode aws.ClientLogMode
		for i, bit := range bits {
			if set>>i&1 == 1 {
				mode |= bit
			}
		}
		modes = append(modes, mode)
	}
	return modes
}

// logbook is a logger that records its lines, with the operation of the context that it
// has been given.
type logbook struct {
	lines *[]string
	call  string
}

func (l logbook) Logf(class logging.Classification, format string, v ...any) {
	*l.lines = append(*l.lines, fmt.Sprintf("%s (%s): %s", class, l.call, fmt.Sprintf(format, v...)))
}

func (l logbook) WithContext(ctx context.Context) logging.Logger {
	l.call = middleware.GetOperationName(ctx)
	return l
}

// With each log mode both clients write the same lines and send the same requests, with
// and without API options, for the first call of a client and the next. Only the name
// in User-Agent differs.
func TestLogParity(t *testing.T) {
	for _, mode := range logModes() {
		for operation, input := range operations {
			for _, answer := range []string{"500", "not retried", "reset"} {
				for _, withOptions := range []bool{false, true} {
					ours := logged(setting.ourAPI, ourAgent, mode, input, failures[answer], withOptions)
					sdks := logged(setting.sdk, sdkAgent, mode, input, failures[answer], withOptions)
					if diff := cmp.Diff(sdks, ours, cmpopts.IgnoreUnexported(sent{})); diff != "" {
						t.Errorf("mode %x, %s, %s, API options %t (-SDK +ours):\n%s", uint64(mode), operation, answer, withOptions, diff)
					}
				}
			}
		}
	}
}

// A text is in the log exactly if one of its modes is set.
func TestLogModes(t *testing.T) {
	for text, modes := range map[string]aws.ClientLogMode{
		"[ STRING TO SIGN ]":                   aws.LogSigning,
		"retrying request Lambda/":             aws.LogRetries,
		"Request\nPOST /2015-03-31/functions/": aws.LogRequest | aws.LogRequestWithBody,
		`"StatementId":"s"`:                    aws.LogRequestWithBody,
		"Response\nHTTP/1.1 500":               aws.LogResponse | aws.LogResponseWithBody,
		"An error occurred and the request":    aws.LogResponseWithBody,
	} {
		for bit := range 64 {
			mode := aws.ClientLogMode(1) << bit
			log := strings.Join(logged(setting.ourAPI, ourAgent, mode, operations["AddPermission"], failures["500"], false).Lines, "\n")
			if got, want := strings.Contains(log, text), mode&modes != 0; got != want {
				t.Errorf("mode %x: the log has %q: %t, want the opposite", uint64(mode), text, got)
			}
		}
	}
}

// The log mode of one call applies only to that call. For the log of the signature, the
// SDK reads LogSigning and Logger only from the client's options; our client reads them
// from the options of the call.
func TestLogModeOfACall(t *testing.T) {
	for name, client := range map[string]func(setting) permission.API{"ours": setting.ourAPI, "SDK": setting.sdk} {
		var lines []string
		api := client(setting{Config: plainConfig(&recorder{})})
		for _, mode := range []aws.ClientLogMode{0, aws.LogRequest | aws.LogSigning, 0} {
			if _, err := invoke(context.Background(), api, operations["GetPolicy"], func(o *permission.Options) {
				o.Logger, o.ClientLogMode = logbook{lines: &lines}, mode
			}); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, "end")
		}
		log := strings.Join(lines, "\n")
		if lines[0] != "end" {
			t.Errorf("%s logged before its mode was set:\n%s", name, log)
		}
		if !strings.HasSuffix(log, "end\nend") {
			t.Errorf("%s logged after its call:\n%s", name, log)
		}
		if got := strings.Count(log, "Request\nGET"); got != 1 {
			t.Errorf("%s: %d requests in the log, want 1:\n%s", name, got, log)
		}
		if got, want := strings.Contains(log, "STRING TO SIGN"), name == "ours"; got != want {
			t.Errorf("%s: the signature is logged: %t, want the opposite", name, got)
		}
	}
}

// If the body of an answer breaks off, the SDK also logs a warning about the lost
// connection, in every log mode. Our client only returns the error.
func TestWarningsOfBodies(t *testing.T) {
	for _, answer := range []string{"body breaks off", "error body breaks"} {
		ours := logged(setting.ourAPI, ourAgent, 0, operations["GetPolicy"], failures[answer], false)
		sdks := logged(setting.sdk, sdkAgent, 0, operations["GetPolicy"], failures[answer], false)
		if len(ours.Lines) != 0 {
			t.Errorf("%s: ours logged %q, want nothing", answer, ours.Lines)
		}
		if want := "failed to discard remaining HTTP response body"; !strings.Contains(strings.Join(sdks.Lines, "\n"), want) {
			t.Errorf("%s: the SDK logged %q, want %q in it", answer, sdks.Lines, want)
		}
	}
}

// loggedCalls are the log and the requests of two calls.
type loggedCalls struct {
	Lines    []string
	Requests []sent
}

// logged makes two calls, of which the first attempt fails, and returns their log and
// requests.
func logged(client func(setting) permission.API, agent string, mode aws.ClientLogMode, input any, first reply, withOptions bool) (all loggedCalls) {
	transport := &script{replies: []reply{first, accept}}
	clock := fixedClock{signer: v4.NewSigner(), now: time.Unix(1427760000, 0), invocationID: "0"}
	set := setting{Config: plainConfig(transport), signer: clock}
	set.Retryer, set.ClientLogMode, set.Logger = newHasty, mode, logbook{lines: &all.Lines}
	if withOptions {
		set.APIOptions = append(set.APIOptions, fixInvocationID("0"))
	}
	api := client(set)
	for range 2 {
		_, _ = invoke(context.Background(), api, input)
	}
	for i, line := range all.Lines {
		all.Lines[i] = strings.Replace(line, agent, "CLIENT", 1)
	}
	for _, r := range transport.requests {
		hideAgent(r.Header, agent)
	}
	all.Requests = transport.requests
	return all
}
