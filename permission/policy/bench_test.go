package policy_test

import (
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

// The order of statements differs, so that nothing can be skipped.
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
