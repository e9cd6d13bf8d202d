package jsontext_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// An answer of AddPermission: a statement as a string, full of escapes.
const answer = `{"Statement":"{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail\"}"}`

func BenchmarkCompact(b *testing.B) {
	compact := "[" + strings.Repeat(answer+",", 99) + answer + "]"
	b.Run("jsontext", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(compact)))
		for b.Loop() {
			if _, err := jsontext.Compact(compact); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(compact)))
		for b.Loop() {
			var out bytes.Buffer
			out.Grow(len(compact))
			if err := json.Compact(&out, []byte(compact)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkObject reads the one member of an answer.
func BenchmarkObject(b *testing.B) {
	b.Run("jsontext", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var statement string
			_, err := jsontext.Object(answer, func(name, value string) { statement = jsontext.Unquote(value) })
			if err != nil || statement == "" {
				b.Fatal(err)
			}
		}
	})
	b.Run("encoding", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var out struct{ Statement string }
			if err := json.Unmarshal([]byte(answer), &out); err != nil || out.Statement == "" {
				b.Fatal(err)
			}
		}
	})
}
