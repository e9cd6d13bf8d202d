package policy_test

import (
	"fmt"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// bucketPolicy is a policy of n statements, one for each bucket of an account,
// with both conditions. For bucket only the last element of each differs.
func bucketPolicy(t testing.TB, n int) policy.Document {
	t.Helper()
	statements := make([]policy.Statement, n)
	for i := range statements {
		statements[i] = mustStatement(t, fmt.Sprintf(`{"Sid":"s%d","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"%s","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::uploads-%d-*"}}}`, i, thumbnail, i))
	}
	return policy.Document{}.With(statements...)
}

func fullBucketPolicy(t testing.TB) policy.Document {
	t.Helper()
	n := 1
	for bucketPolicy(t, n+1).Headroom() >= 0 {
		n++
	}
	return bucketPolicy(t, n)
}

// What Evaluate allocates does not depend on the policy: nothing is said until
// somebody asks.
func TestEvaluateAllocations(t *testing.T) {
	for _, tt := range []struct {
		call policy.Invocation
		want float64
	}{
		{from(bucket), 2},
		{from(allows(otherRole)), 2},
		{throughURL("NONE", nil), 3},
	} {
		for _, n := range []int{1, 50} {
			d := bucketPolicy(t, n)
			if got := testing.AllocsPerRun(20, func() { d.Evaluate(tt.call).Verdict() }); got > tt.want {
				t.Errorf("%d statements, %+v: %v allocations, want at most %v", n, tt.call, got, tt.want)
			}
		}
	}
}

// A policy of 20 KB of which every statement has to be read to its end.
func BenchmarkEvaluate(b *testing.B) {
	d := fullBucketPolicy(b)
	b.Logf("%d statements, %d bytes", len(d.Statements()), d.Size())
	b.ReportAllocs()
	for b.Loop() {
		if d.Evaluate(from(bucket)).Verdict() != policy.Denied {
			b.Fatal("not denied")
		}
	}
}

// The time for a statement does not grow with their number.
func BenchmarkEvaluateGrowth(b *testing.B) {
	for _, n := range []int{1, 10, 100, 1000} {
		d := bucketPolicy(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				d.Evaluate(from(bucket))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/statement")
		})
	}
}

func BenchmarkDecisionReasons(b *testing.B) {
	decision := fullBucketPolicy(b).Evaluate(from(bucket))
	b.ReportAllocs()
	for b.Loop() {
		decision.Reasons()
	}
}
