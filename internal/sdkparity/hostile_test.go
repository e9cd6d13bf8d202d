package sdkparity_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// errorDifferences are the hostile errors of which the SDK loses nothing and ours
// still reads something else, with the reason.
var errorDifferences = map[string]string{
	"huge message":           "an error body is read up to 64 KiB; the message is the beginning of it",
	"not UTF-8":              "a message is text: what is not UTF-8 in it becomes U+FFFD",
	"only separators":        "a code of which nothing is left is UnknownError, as if there were none",
	"spaces around the code": "white space is no part of a code (net/http removes it anyway)",
}

// TestHostileErrors: where the body of an error is malformed, the SDK mostly drops
// the whole answer and returns a DeserializationError. Ours keeps the status line
// and the headers: it does as the SDK does for the body {}, retries included.
func TestHostileErrors(t *testing.T) {
	for _, r := range hostileErrors {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				_, listed := errorDifferences[r.name]
				if cmp.Equal(sdks, ours) {
					if listed {
						t.Error("is listed as a difference and is none")
					}
					return
				}
				if !slices.Contains(sdks.Chain, "DeserializationError") && !listed {
					t.Fatalf("the SDK loses nothing here (-SDK +ours):\n%s", cmp.Diff(sdks, ours))
				}
				if listed && slices.Contains([]string{"only separators", "spaces around the code"}, r.name) {
					return
				}
				r := r
				r.body = "{}"
				if diff := cmp.Diff(kept(answered(t, setting.sdk, input, r)), kept(ours)); diff != "" {
					t.Errorf("(-SDK with the body {} +ours):\n%s", diff)
				}
			})
		}
	}
}

// kept is the part of an outcome that does not come from the body.
func kept(o outcome) outcome {
	o.Text, o.Message, o.Members = "", "", nil
	return o
}

// The operations whose success has a body, and those whose success has none.
var (
	withBody    = []string{"AddPermission", "GetPolicy", "PutResourcePolicy", "GetResourcePolicy"}
	withoutBody = []string{"RemovePermission", "DeleteResourcePolicy"}
)

// refusedSuccesses are answers with the status of a success that the SDK accepts
// and ours refuses, with the operations for which it does. Lambda sends no such
// answers, so that they do not tell whether the grant exists.
var refusedSuccesses = map[string][]string{
	"empty":             withBody,
	"no content":        withBody,
	"empty object":      withBody,
	"null members":      withBody,
	"folded names only": withBody,
	"null":              withoutBody,
	"HTML":              withoutBody,
	"array":             withoutBody,
	"truncated":         withoutBody,
	"byte order mark":   withoutBody,
	"deep":              withoutBody,
	"trailing text":     slices.Collect(maps.Keys(operations)),
	"not UTF-8":         slices.Collect(maps.Keys(operations)),
	"huge":              slices.Collect(maps.Keys(operations)),
}

// TestHostileSuccesses: an answer that Lambda does not send is an error in ours,
// also if its status is that of a success. If the SDK returns an error too, both
// are of one kind.
func TestHostileSuccesses(t *testing.T) {
	for _, r := range hostileSuccesses {
		for name, input := range operations {
			t.Run(r.name+"/"+name, func(t *testing.T) {
				ours, sdks := answered(t, setting.ourAPI, input, r), answered(t, setting.sdk, input, r)
				if slices.Contains(refusedSuccesses[r.name], name) {
					if len(sdks.Chain) != 0 || !slices.Contains(ours.Chain, "DeserializationError") || ours.Status != r.status {
						t.Errorf("ours: %q, status %d; SDK: %q", ours.Text, ours.Status, sdks.Text)
					}
					return
				}
				ours.Text, sdks.Text = "", "" // the reason is worded differently
				ours.Chain, sdks.Chain = untilDeserialization(ours.Chain), untilDeserialization(sdks.Chain)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("(-SDK +ours):\n%s", diff)
				}
			})
		}
	}
}

// untilDeserialization cuts off the errors that a DeserializationError wraps.
func untilDeserialization(chain []string) []string {
	if i := slices.Index(chain, "DeserializationError"); i >= 0 {
		return chain[:i+1]
	}
	return chain
}
