package sdkparity_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// FuzzAnswerParity invents status, code and body of an answer to one of the
// operations. Both clients read alike an answer that both accept; ours accepts no
// answer that the SDK refuses; and where the SDK returns a service error, so does
// ours, with the same type, code and fault.
func FuzzAnswerParity(f *testing.F) {
	names := slices.Sorted(maps.Keys(operations))
	for i, r := range slices.Concat(successes[:12], serviceErrors, codePlaces, hostileErrors[:26], hostileSuccesses[:14]) {
		f.Add(byte(i), uint16(r.status), r.header.Get("X-Amzn-Errortype"), r.body)
	}
	// The last of two members of one name is null.
	f.Add(byte(1), uint16(299), "", `{"Policy":"\ud800\u0000","Statement":"s","x":1e999,"Policy":null}`)
	// Three members could be the message.
	f.Add(byte(0), uint16(409), "aws.lambda#ResourceConflictException:http://x/", `{"Message":"capital","messAge":"folded","message":"small"}`)
	f.Fuzz(func(t *testing.T, op byte, status uint16, code, body string) {
		if status < 100 || status > 999 || len(body) > 32<<10 || code != strings.TrimSpace(code) {
			return // net/http gives no such answers; long bodies have tests of their own
		}
		header := http.Header{"X-Amzn-Requestid": {"id"}}
		if code != "" {
			header.Set("X-Amzn-Errortype", code)
		}
		name := names[int(op)%len(names)]
		ours, sdks := once(setting.ourAPI, operations[name], status, header, body), once(setting.sdk, operations[name], status, header, body)
		if status < 200 || status > 299 {
			compareErrors(t, name, ours, sdks)
			return
		}
		if ours.Text == "" && (sdks.Text != "" || utf8.ValidString(body) && !cmp.Equal(sdks.Output, ours.Output)) {
			t.Errorf("%s: ours accepts %q, SDK: %s %q", name, ours.Output, sdks.Text, sdks.Output)
		}
	})
}

// once makes a call that is not retried.
func once(client func(setting) permission.API, input any, status uint16, header http.Header, body string) outcome {
	set := setting{Config: plainConfig(&script{replies: []reply{replyWith(int(status), header, body)}})}
	set.RetryMaxAttempts = 1
	return outcomeOf(invoke(context.Background(), client(set), input))
}

func compareErrors(t *testing.T, name string, ours, sdks outcome) {
	t.Helper()
	if ours.Code == "" || ours.Status != sdks.Status || ours.ID != "id" {
		t.Errorf("%s: ours lost the answer: %+v", name, ours)
	}
	if sdks.Code == "" { // of which the SDK lost it
		return
	}
	if ours.Type != sdks.Type || ours.Code != sdks.Code || ours.Fault != sdks.Fault {
		t.Errorf("%s: ours %s %s %s, SDK %s %s %s", name, ours.Type, ours.Code, ours.Fault, sdks.Type, sdks.Code, sdks.Fault)
	}
	// A message whose name is written in another case is lost to the SDK.
	if sdks.Message != "" && utf8.ValidString(sdks.Message) && ours.Message != sdks.Message {
		t.Errorf("%s: message %q, SDK %q", name, ours.Message, sdks.Message)
	}
}
