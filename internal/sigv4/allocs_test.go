package sigv4_test

import (
	"context"
	"testing"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/lambdaperm/lambdaperm/internal/sigv4"
)

// typical returns a task as the client signs for a grant, with temporary credentials.
func typical() task {
	x := taskOf(get(policy+"?Qualifier=PROD&RevisionId=c0ffee-1", "Content-Type: application/json",
		"User-Agent: aws-sdk-go-v2/1.47.7 lang/go#1.26", "Amz-Sdk-Invocation-Id: 7a26d2a4-60a2-4b7f-93b6-5cd4c3a0e1f2",
		"Amz-Sdk-Request: attempt=1; max=3", "X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793"))
	x.request.ContentLength = 217
	x.credentials = withToken("FwoGZXIvYXdzEXAMPLE//w==")
	x.optFns = append(x.optFns, func(o *v4.SignerOptions) { o.LogSigning = false })
	return x
}

func (x task) again(tb testing.TB, signer v4.HTTPSigner) {
	if err := signer.SignHTTP(context.Background(), x.credentials, x.request, x.hash, x.service, x.region, x.at, x.optFns...); err != nil {
		tb.Fatal(err)
	}
}

// A signature allocates two texts and the slice that holds them. Options of a call are
// a fourth allocation, escapes in a path a fifth. Now and then the pool makes a new
// MAC.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	signer := sigv4.NewSigner()
	bare, optioned, escaped := typical(), typical(), typical()
	bare.optFns = nil
	escaped.request.URL = get(endpoint + "/2015-03-31/functions/arn%3Aaws%3Alambda/policy").URL
	for _, row := range []struct {
		name string
		task task
		most float64
	}{
		{"without options", bare, 3},
		{"with options", optioned, 4},
		{"with a path that has escapes", escaped, 5},
	} {
		if got := testing.AllocsPerRun(200, func() { row.task.again(t, signer) }); got > row.most {
			t.Errorf("%s: %v allocations, want at most %v", row.name, got, row.most)
		}
	}
}

func BenchmarkSignHTTP(b *testing.B) {
	for name, signer := range map[string]v4.HTTPSigner{"lambdaperm": sigv4.NewSigner(), "sdk": v4.NewSigner()} {
		b.Run(name, func(b *testing.B) {
			x := typical()
			b.ReportAllocs()
			for b.Loop() {
				x.again(b, signer)
			}
		})
	}
}
