package sigv4_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

// Requests may share the values of their headers, as the attempts of a call do: signing
// one does not change the others.
func TestSharedHeaders(t *testing.T) {
	for _, second := range []*http.Request{
		get(policy),
		get(policy, "X-Meta: a", "X-Meta: b"),
	} {
		signer := sigv4.NewSigner()
		x := taskOf(get(policy, "Content-Type: application/json"))
		x.credentials = withToken("first")
		first := x.inPlace(signer, x.request)
		before := x.request.Header.Clone()

		for name, values := range first.Header {
			second.Header[name] = values
		}
		x.credentials, x.at = withToken("second"), noon.AddDate(0, 0, 1)
		got := x.inPlace(signer, second)
		if diff := cmp.Diff(before, first.Header); diff != "" {
			t.Errorf("headers of the first request (-before +after):\n%s", diff)
		}
		for name, want := range map[string]string{"X-Amz-Date": "20150831T123600Z", "X-Amz-Security-Token": "second"} {
			if got := got.Header.Get(name); got != want {
				t.Errorf("%s of the second request: %q, want %q", name, got, want)
			}
		}
	}
}

// Appending to the values of one header that signing has set does not change the
// others.
func TestSignedHeadersStandAlone(t *testing.T) {
	x := taskOf(get(policy))
	x.credentials = withToken("token")
	h := x.inPlace(sigv4.NewSigner(), x.request).Header
	for _, name := range []string{"X-Amz-Date", "Authorization", "X-Amz-Security-Token"} {
		h.Add(name, "added")
	}
	got := http.Header{"X-Amz-Date": h["X-Amz-Date"], "X-Amz-Security-Token": h["X-Amz-Security-Token"]}
	want := http.Header{"X-Amz-Date": {"20150830T123600Z", "added"}, "X-Amz-Security-Token": {"token", "added"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if a := h["Authorization"]; !strings.HasPrefix(a[0], "AWS4-HMAC-SHA256 ") {
		t.Errorf("Authorization: %q, want it to begin with AWS4-HMAC-SHA256", a)
	}
}

// When the values of names that differ in case are joined, spare capacity of a slice is
// not overwritten.
func TestSharedValues(t *testing.T) {
	shared := []string{"a", "b", "b"}
	r := get(policy)
	r.Header["X-Meta"], r.Header["x-meta"] = shared[:1], shared[:1]
	taskOf(r).inPlace(sigv4.NewSigner(), r)
	if diff := cmp.Diff([]string{"a", "b", "b"}, shared); diff != "" {
		t.Errorf("values (-before +after):\n%s", diff)
	}
}
