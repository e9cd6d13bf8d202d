package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// fullPolicy returns a policy of nearly MaxSize bytes.
func fullPolicy(b *testing.B) policy.Document {
	b.Helper()
	d := full(b, 1)
	n := 1
	for next := d; next.Fits(); n++ {
		d = next
		next = full(b, n+1)
	}
	return d
}

func BenchmarkNewStatement(b *testing.B) {
	function := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
	req := with(func(r *validate.Request) {
		r.FunctionName, r.SourceArn, r.SourceAccount = "Thumbnail", "arn:aws:s3:::photos", "123456789012"
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.NewStatement(req, function); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	text := fullPolicy(b).Raw()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSize(b *testing.B) {
	d := fullPolicy(b)
	b.ReportAllocs()
	for b.Loop() {
		d.Size()
	}
}

func BenchmarkFits(b *testing.B) {
	d := fullPolicy(b)
	s := d.Statements()[0]
	b.ReportAllocs()
	for b.Loop() {
		d.Fits(s)
	}
}

// The statements of the second document are in another order, so that Equivalent cannot
// skip any.
func BenchmarkEquivalent(b *testing.B) {
	d := fullPolicy(b)
	e := reversed(d)
	b.ReportAllocs()
	for b.Loop() {
		if !d.Equivalent(e) {
			b.Fatal("not equivalent")
		}
	}
}

func BenchmarkCovers(b *testing.B) {
	list := fullPolicy(b).Statements()
	b.ReportAllocs()
	for b.Loop() {
		policy.Covers(list[0], list[1])
	}
}

// BenchmarkGrowth parses hostile texts, builds a statement of long values and computes
// the size of its policy, for 2, 20 and 200 KiB. The time for each byte must not grow
// with the length.
func BenchmarkGrowth(b *testing.B) {
	for _, kib := range []int{2, 20, 200} {
		n := kib << 10
		var texts []string
		for _, text := range hostile {
			texts = append(texts, text(n))
		}
		b.Run(fmt.Sprintf("Parse/%dKiB", kib), func(b *testing.B) {
			perByte(b, len(texts)*n, func() {
				for _, text := range texts {
					_, _ = policy.Parse(text)
				}
			})
		})
		function := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
		req := with(func(r *validate.Request) { r.FunctionName, r.SourceArn = "Thumbnail", strings.Repeat("\"é<", n/4) })
		b.Run(fmt.Sprintf("NewStatement/%dKiB", kib), func(b *testing.B) {
			perByte(b, n, func() {
				if _, err := policy.NewStatement(req, function); err != nil {
					b.Fatal(err)
				}
			})
		})
		s, err := policy.NewStatement(req, function)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("Size/%dKiB", kib), func(b *testing.B) {
			perByte(b, n, func() { policy.Document{}.With(s).Size() })
		})
	}
}

// perByte measures work on the given number of bytes, and reports the time for each
// byte.
func perByte(b *testing.B, bytes int, work func()) {
	for b.Loop() {
		work()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bytes), "ns/byte")
}

// bucketPolicy returns a policy of n statements, one for each of n buckets of an
// account. A call for bucket differs from each only in the last condition.
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

// The number of allocations of Evaluate does not depend on the policy, because the
// texts of reasons are made only when they are requested.
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

// BenchmarkEvaluate measures a policy of 20 KB, every statement of which is read to its
// end.
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

// The time for each statement must not grow with the number of statements.
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
