package errors

import (
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/lambdaperm/lambdaperm/internal/enum"
)

// ConflictKind is the meaning of a ResourceConflictException. All meanings have the
// same code and status, so the kind is read from the text.
type ConflictKind int

const (
	// NotConflict is the zero value: no error, or one with another code.
	NotConflict ConflictKind = iota
	// UnknownConflict is a ResourceConflictException with a text that this
	// package does not know. Do not retry it: it may be permanent.
	UnknownConflict
	// DuplicateStatement says that a statement with this id exists in the
	// policy. The same request meets the same answer; compare the statements,
	// remove the existing one, or choose another id.
	DuplicateStatement
	// ConcurrentUpdate says that another change to the function came in
	// between. The request did nothing and may be sent again.
	ConcurrentUpdate
	// UpdateInProgress says that the creation of the function (its state is
	// Pending) or an update of it has not finished. The request did nothing and may
	// be sent again later.
	UpdateInProgress
)

// conflictTexts holds, for each kind, the parts of the service's text that identify
// it: its beginning and, if a statement id follows, the words after the id. Advice and
// resource names at the end may change.
var conflictTexts = [...]struct {
	kind           ConflictKind
	prefix, beyond string
}{
	{DuplicateStatement, "The statement id (", ") provided already exists"},
	{ConcurrentUpdate, "The function could not be updated due to a concurrent update operation", ""},
	{UpdateInProgress, "The operation cannot be performed at this time. An update is in progress", ""},
	{UpdateInProgress, "The operation cannot be performed at this time. The function is currently in the following state: Pending", ""},
}

// ConflictKindOf returns the kind of conflict that err is, [NotConflict] unless
// its code is ResourceConflictException. Like the questions it supports wrapped
// errors, the SDK's own among them, and nil.
func ConflictKindOf(err error) ConflictKind {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != codeResourceConflictException {
		return NotConflict
	}
	return conflictKindOfText(api.ErrorMessage())
}

func conflictKindOfText(message string) ConflictKind {
	for _, t := range conflictTexts {
		rest, ok := strings.CutPrefix(message, t.prefix)
		if ok && strings.Contains(rest, t.beyond) {
			return t.kind
		}
	}
	return UnknownConflict
}

var conflictKinds = enum.Texts[ConflictKind]{Package: "errors", Type: "ConflictKind", List: []string{
	"NotConflict", "UnknownConflict", "DuplicateStatement", "ConcurrentUpdate", "UpdateInProgress",
}}

// String returns the name of the constant.
func (k ConflictKind) String() string { return conflictKinds.String(k) }

// MarshalText returns the name of the constant, or an error if k is not a constant.
func (k ConflictKind) MarshalText() ([]byte, error) { return conflictKinds.Marshal(k) }

// UnmarshalText reads the name of a constant. If no constant has this name, it
// returns an error and leaves k as it was.
func (k *ConflictKind) UnmarshalText(text []byte) error { return conflictKinds.Unmarshal(text, k) }

// Passes reports whether the function was busy: such a request did nothing, and
// the conflict passes by itself.
func (k ConflictKind) Passes() bool { return k == ConcurrentUpdate || k == UpdateInProgress }
