package permission

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
)

// Serialized returns an API over api that lets writes to one function pass one at
// a time, in the order in which they came. The service refuses writes to one
// function that meet (ResourceConflictException), and guarded ones overtake each
// other; within one program this keeps both from happening.
//
// Functions are told apart by their unqualified name, however it was written:
// Thumbnail, 123456789012:Thumbnail:PROD and the full ARN are one function. Writes
// to different functions pass in parallel, and reads are never held. A call whose
// context ends while it waits returns with an *aws.RequestCanceledError and sends
// nothing.
//
// Ensure and EnsureAbsent over a Serialized hold the function from their first
// reading to their last write. Use one Serialized for the whole program: two of
// them know nothing of each other. It is safe for concurrent use, as api must be.
func Serialized(api API) API {
	return &serialized{API: api, turns: make(map[string]*turn)}
}

type serialized struct {
	API

	mu    sync.Mutex
	turns map[string]*turn
}

// turn is whose turn it is at a function: the one whose token is in taken.
type turn struct {
	taken chan struct{} // of size 1
	users int           // those who hold it or wait for it
}

// AddPermission waits for its turn and calls the API below.
func (s *serialized) AddPermission(ctx context.Context, in *AddPermissionInput, optFns ...func(*Options)) (out *AddPermissionOutput, err error) {
	err = s.inTurn(ctx, functionKey(in.Request().FunctionName), func() error {
		out, err = s.API.AddPermission(ctx, in, optFns...)
		return err
	})
	return out, err
}

// RemovePermission waits for its turn and calls the API below.
func (s *serialized) RemovePermission(ctx context.Context, in *RemovePermissionInput, optFns ...func(*Options)) (out *RemovePermissionOutput, err error) {
	err = s.inTurn(ctx, functionKey(in.Request().FunctionName), func() error {
		out, err = s.API.RemovePermission(ctx, in, optFns...)
		return err
	})
	return out, err
}

func (s *serialized) inTurn(ctx context.Context, key string, do func() error) error {
	t := s.join(key)
	defer s.leave(key, t)
	select {
	case t.taken <- struct{}{}:
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
	defer func() { <-t.taken }()
	if err := ctx.Err(); err != nil { // both were ready
		return &aws.RequestCanceledError{Err: err}
	}
	return do()
}

func (s *serialized) join(key string) *turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.turns[key]
	if t == nil {
		t = &turn{taken: make(chan struct{}, 1)}
		s.turns[key] = t
	}
	t.users++
	return t
}

// leave forgets a function that nobody uses.
func (s *serialized) leave(key string, t *turn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.users--; t.users == 0 {
		delete(s.turns, key)
	}
}

// exclusively lets do have the function for itself, with the API below.
func (s *serialized) exclusively(ctx context.Context, key string, do func(API) error) error {
	return s.inTurn(ctx, key, func() error { return exclusivelyBelow(ctx, s.API, key, do) })
}

// functionKey is what all spellings of a function have in common. Functions of
// the same name in other accounts or regions share it, which costs them no more
// than a wait. A name that cannot be read stands for itself.
func functionKey(functionName string) string {
	f, err := arn.ParseFunction(functionName)
	if err != nil {
		return functionName
	}
	return f.Name()
}

// exclusive is an API that can hold a function over several calls.
type exclusive interface {
	exclusively(ctx context.Context, key string, do func(API) error) error
}

// exclusively runs do with the function for itself if api can do that, and with
// api as it is if not.
func exclusively(ctx context.Context, api API, functionName *string, do func(API) error) error {
	return exclusivelyBelow(ctx, api, functionKey(aws.ToString(functionName)), do)
}

func exclusivelyBelow(ctx context.Context, api API, key string, do func(API) error) error {
	if e, ok := api.(exclusive); ok {
		return e.exclusively(ctx, key, do)
	}
	return do(api)
}
