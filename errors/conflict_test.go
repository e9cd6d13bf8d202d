package errors_test

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

var conflictKindTests = []struct {
	message string
	want    lambdaerrors.ConflictKind
}{
	// The message may have any statement id, up to the longest, and any text after it.
	{"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.", lambdaerrors.DuplicateStatement},
	{"The statement id (" + strings.Repeat("a", 100) + ") provided already exists.", lambdaerrors.DuplicateStatement},
	{"The statement id (concurrent-update_operation) provided already exists", lambdaerrors.DuplicateStatement},
	// The message may have any resource.
	{"The operation cannot be performed at this time. An update is in progress for resource: arn:aws-cn:lambda:cn-north-1:111111111111:function:f:live", lambdaerrors.UpdateInProgress},
	// The creation of a function takes seconds.
	{"The operation cannot be performed at this time. The function is currently in the following state: Pending", lambdaerrors.UpdateInProgress},
	{"The function could not be updated due to a concurrent update operation.", lambdaerrors.ConcurrentUpdate},
	// Similar texts are unknown conflicts.
	{"", lambdaerrors.UnknownConflict},
	{"The statement id (s3) is reserved.", lambdaerrors.UnknownConflict},
	{"The resource already exists.", lambdaerrors.UnknownConflict},
	{"Function already exist: s3", lambdaerrors.UnknownConflict},
	// A function stays failed or inactive until somebody changes it.
	{"The operation cannot be performed at this time. The function is currently in the following state: Failed", lambdaerrors.UnknownConflict},
	{"The operation cannot be performed at this time. The function is currently in the following state: Inactive", lambdaerrors.UnknownConflict},
	{"No statement id: The statement id (s3) provided already exists.", lambdaerrors.UnknownConflict},
}

func TestConflictKindOf(t *testing.T) {
	for _, tt := range conflictKindTests {
		ours := &lambdaerrors.ResourceConflictException{Message: &tt.message}
		foreign := &smithy.GenericAPIError{Code: "ResourceConflictException", Message: tt.message}
		for _, err := range []error{ours, foreign, operation(response(409, ours))} {
			if got := lambdaerrors.ConflictKindOf(err); got != tt.want {
				t.Errorf("ConflictKindOf(%v) = %v, want %v", err, got, tt.want)
			}
		}
	}
}

// Only the code makes an error a conflict, not the text and not the status.
func TestConflictKindOfOthers(t *testing.T) {
	text := conflictKindTests[0].message
	for _, err := range []error{
		nil,
		errors.New(text),
		&lambdaerrors.InvalidParameterValueException{Message: &text},
		&smithy.GenericAPIError{Code: "Conflict", Message: text},
		response(409, errors.New(text)),
	} {
		if got := lambdaerrors.ConflictKindOf(err); got != lambdaerrors.NotConflict {
			t.Errorf("ConflictKindOf(%v) = %v, want NotConflict", err, got)
		}
	}
}

func TestConflictKindString(t *testing.T) {
	for kind, want := range map[lambdaerrors.ConflictKind]string{
		0:                               "NotConflict",
		lambdaerrors.UnknownConflict:    "UnknownConflict",
		lambdaerrors.DuplicateStatement: "DuplicateStatement",
		lambdaerrors.ConcurrentUpdate:   "ConcurrentUpdate",
		lambdaerrors.UpdateInProgress:   "UpdateInProgress",
		-1:                              "ConflictKind(-1)",
		99:                              "ConflictKind(99)",
	} {
		if got := kind.String(); got != want {
			t.Errorf("ConflictKind(%d).String() = %q, want %q", int(kind), got, want)
		}
	}
}

// The text of a kind is the name of its constant; other texts do not change the
// receiver.
func TestConflictKindText(t *testing.T) {
	for kind := lambdaerrors.NotConflict; kind <= lambdaerrors.UpdateInProgress; kind++ {
		text, err := json.Marshal(kind)
		if err != nil {
			t.Fatal(err)
		}
		if want := `"` + kind.String() + `"`; string(text) != want {
			t.Errorf("Marshal(%v) = %s, want %s", kind, text, want)
		}
		back := lambdaerrors.ConflictKind(99)
		if err := json.Unmarshal(text, &back); err != nil {
			t.Errorf("Unmarshal(%s): %v", text, err)
		}
		if back != kind {
			t.Errorf("Unmarshal(%s) = %v, want %v", text, back, kind)
		}
	}
	for _, kind := range []lambdaerrors.ConflictKind{-1, lambdaerrors.UpdateInProgress + 1} {
		if text, err := kind.MarshalText(); err == nil {
			t.Errorf("MarshalText of %v = %s, want an error", kind, text)
		}
	}
	kind := lambdaerrors.ConcurrentUpdate
	for _, text := range []string{"", "concurrentupdate", "ConflictKind(1)"} {
		if err := kind.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("UnmarshalText(%q): no error, want one", text)
		}
		if kind != lambdaerrors.ConcurrentUpdate {
			t.Errorf("UnmarshalText(%q) changed the receiver to %v, want it unchanged", text, kind)
		}
	}
}

// conflictOracle has the texts as expressions.
var conflictOracle = map[lambdaerrors.ConflictKind]*regexp.Regexp{
	lambdaerrors.DuplicateStatement: regexp.MustCompile(`(?s)^The statement id \(.*\) provided already exists`),
	lambdaerrors.ConcurrentUpdate:   regexp.MustCompile(`^The function could not be updated due to a concurrent update operation`),
	lambdaerrors.UpdateInProgress:   regexp.MustCompile(`^The operation cannot be performed at this time\. (An update is in progress|The function is currently in the following state: Pending)`),
}

func FuzzConflictKindOf(f *testing.F) {
	f.Add("The function could not be updated due to a concurrent update") // cut short
	f.Add(") provided already exists")                                    // only the end
	f.Add("the statement id (s3) provided already exists.")               // other case
	f.Add("The statement id () provided already exists")                  // overlap
	f.Add("The statement id (a\nb) provided already exists")              // two lines
	for _, tt := range conflictKindTests {
		f.Add(tt.message)
	}
	f.Fuzz(func(t *testing.T, message string) {
		want := lambdaerrors.UnknownConflict
		for kind, re := range conflictOracle {
			if re.MatchString(message) {
				want = kind
			}
		}
		err := &lambdaerrors.ResourceConflictException{Message: &message}
		if got := lambdaerrors.ConflictKindOf(err); got != want {
			t.Errorf("ConflictKindOf(%q) = %v, want %v", message, got, want)
		}
	})
}
