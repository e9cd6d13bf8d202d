package arn_test

import (
	"testing"

	awsarn "github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/lambdaperm/lambdaperm/arn"
)

// BenchmarkParseFunction reads a full ARN with an alias: by this package, by
// the documented pattern, and by the SDK, which only splits it.
func BenchmarkParseFunction(b *testing.B) {
	const s = fullThumbnail + ":PROD"
	b.Run("lambdaperm", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := arn.ParseFunction(s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("regexp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if functionRegexp.FindStringSubmatchIndex(s) == nil {
				b.Fatal("refused")
			}
		}
	})
	b.Run("awsarn", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := awsarn.Parse(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
