package validate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/validate"
)

// BenchmarkCheck measures the check of one request with ten members: a valid request, a
// request that breaks a rule in each member, and the valid request checked with package
// regexp.
func BenchmarkCheck(b *testing.B) {
	good := validate.Request{
		FunctionName:     "arn:aws:lambda:us-west-2:123456789012:function:Thumbnail",
		Qualifier:        "PROD",
		StatementId:      "thumbnails-2016",
		Action:           "lambda:InvokeFunction",
		Principal:        "s3.amazonaws.com",
		SourceArn:        "arn:aws:s3:::my-bucket",
		SourceAccount:    "123456789012",
		EventSourceToken: "amzn1.ask.skill.1",
		PrincipalOrgID:   "o-1234567890",
		RevisionId:       "3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e",
	}
	bad := validate.Request{
		FunctionName:        "arn:aws:s3:::my-bucket",
		Qualifier:           "arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:PROD",
		StatementId:         "example.com",
		Action:              "lambda.InvokeFunction",
		Principal:           "amazonaws.com",
		SourceArn:           "my-bucket",
		SourceAccount:       "1234-5678-9012",
		EventSourceToken:    "a b",
		PrincipalOrgID:      "ou-ab12-11111111",
		FunctionUrlAuthType: "none",
	}
	b.Run("valid", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := validate.Current.Check(good); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("invalid", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := validate.Current.Check(bad); err == nil {
				b.Fatal("Check = nil, want an error")
			}
		}
	})
	b.Run("regexp", func(b *testing.B) {
		table := compile(validate.Current)
		b.ReportAllocs()
		for b.Loop() {
			if vs := judge(table, good); vs != nil {
				b.Fatal(vs)
			}
		}
	})
}

// BenchmarkGrowth checks valid and hostile members of 1, 10 and 100 KiB. The time for
// each byte must not grow with the length.
func BenchmarkGrowth(b *testing.B) {
	for _, kib := range []int{1, 10, 100} {
		n := kib << 10
		b.Run(fmt.Sprintf("valid/%dKiB", kib), func(b *testing.B) { perByte(b, 3*n, []validate.Request{longMembers(n)}) })

		var wrong []validate.Request
		for _, name := range validate.FieldNames() {
			for _, unit := range hostile {
				wrong = append(wrong, withMember(name, strings.Repeat(unit, n/len(unit))))
			}
		}
		b.Run(fmt.Sprintf("hostile/%dKiB", kib), func(b *testing.B) { perByte(b, len(wrong)*n, wrong) })
	}
}

// perByte checks requests, which have the given number of bytes in total, and reports
// the time for each byte.
func perByte(b *testing.B, bytes int, requests []validate.Request) {
	for b.Loop() {
		for _, r := range requests {
			_ = validate.Current.Check(r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bytes), "ns/byte")
}
