package ensure

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
)

// Hold returns a context that holds a function for the calls that carry it: an API
// made by Serialized takes the function's turn at the first of them, a reading too,
// and keeps it until release. So no other write of the program comes between a
// reading and the write that depends on it. Grant, Absent and AbsentGrant hold
// their function themselves; Hold is for writes by hand, and for several calls of
// them. Without a Serialized below, a hold has no effect.
//
// The hold travels in the context: an API between the caller and the Serialized
// needs to know nothing of it, but has to pass the context on. Calls of one hold
// pass each Turns one at a time. function is written in any form, with or without a version
// or alias; see Serialized for which names are one function.
//
// release ends the hold and the context, and waits for the call that is being made.
// It may be called more than once. Holding a function that ctx holds already
// returns a context whose release leaves the outer hold as it is.
//
// Hold one function at a time: two goroutines that hold two functions in
// opposite order wait for each other until a context ends. The context and release
// may be used by any number of goroutines.
func Hold(ctx context.Context, function string) (held context.Context, release func()) {
	key := functionKey(function)
	ctx, cancel := context.WithCancel(ctx)
	if h, _ := ctx.Value(holdKey(key)).(*hold); h != nil {
		return ctx, cancel
	}
	h := new(hold)
	return context.WithValue(ctx, holdKey(key), h), func() {
		cancel()
		h.release()
	}
}

// holdKey is the key of a context's hold of a function.
type holdKey string

// hold is a hold of one function, over all Turns that its calls meet.
type hold struct {
	mu       sync.Mutex
	turns    map[*Turns]*heldTurn
	released bool
}

// heldTurn is the turn that a hold has taken in one Turns, or will take. Each Turns has
// one of its own, so that a call can pass a Serialized over another Serialized.
type heldTurn struct {
	calling chan struct{} // of size 1; who fills it makes a call, and owns leave
	leave   func()        // nil until the turn is taken
}

// do makes a call in the turn of its hold, which it takes if it is the first one.
func (h *hold) do(ctx context.Context, turns *Turns, key string, call func() error) error {
	own := h.in(turns)
	select {
	case own.calling <- struct{}{}:
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
	defer func() { <-own.calling }()
	if err := ctx.Err(); err != nil { // both were ready
		return &aws.RequestCanceledError{Err: err}
	}
	if own.leave != nil {
		return call()
	}
	leave, err := turns.take(ctx, key)
	if err != nil {
		return err
	}
	if h.isReleased() { // and the context is one that did not end with it
		defer leave()
	} else {
		own.leave = leave
	}
	return call()
}

func (h *hold) in(turns *Turns) *heldTurn {
	h.mu.Lock()
	defer h.mu.Unlock()
	own := h.turns[turns]
	if own == nil {
		own = &heldTurn{calling: make(chan struct{}, 1)}
		if h.turns == nil {
			h.turns = make(map[*Turns]*heldTurn)
		}
		h.turns[turns] = own
	}
	return own
}

func (h *hold) isReleased() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.released
}

// release leaves the turns. No turn is added to those that it has seen: a call that
// finds the hold released keeps its turn to itself.
func (h *hold) release() {
	h.mu.Lock()
	h.released = true
	turns := slices.Collect(maps.Values(h.turns))
	h.mu.Unlock()
	for _, own := range turns {
		own.calling <- struct{}{}
		if own.leave != nil {
			own.leave()
			own.leave = nil
		}
		<-own.calling
	}
}

// Turns let the writes to each function of a program pass one at a time, in the order in
// which they came. The zero value is ready to use. Turns are safe for concurrent use and
// must not be copied.
type Turns struct {
	mu    sync.Mutex
	turns map[string]*turn
}

// turn is the turn at one function. Its holder is the one whose token is in taken.
type turn struct {
	taken chan struct{} // of size 1
	users int           // those who hold it or wait for it
}

// take waits for the turn at a function and takes it until leave.
func (t *Turns) take(ctx context.Context, key string) (leave func(), err error) {
	own := t.join(key)
	select {
	case own.taken <- struct{}{}:
	case <-ctx.Done():
		t.leave(key, own)
		return nil, &aws.RequestCanceledError{Err: ctx.Err()}
	}
	leave = func() {
		<-own.taken
		t.leave(key, own)
	}
	if err := ctx.Err(); err != nil { // both were ready
		leave()
		return nil, &aws.RequestCanceledError{Err: err}
	}
	return leave, nil
}

func (t *Turns) join(key string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.turns[key]
	if own == nil {
		own = &turn{taken: make(chan struct{}, 1)}
		if t.turns == nil {
			t.turns = make(map[string]*turn)
		}
		t.turns[key] = own
	}
	own.users++
	return own
}

// leave forgets a function that nobody uses.
func (t *Turns) leave(key string, own *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if own.users--; own.users == 0 {
		delete(t.turns, key)
	}
}

// do makes a call that writes, in the function's turn. If the context holds the
// function, that is the turn of the hold. A call within another call of the same turn
// does not wait for it again.
func (t *Turns) do(ctx context.Context, function string, call func(context.Context) error) error {
	key := functionKey(function)
	if ctx.Value(turnKey{t, key}) != nil {
		return call(ctx)
	}
	within := context.WithValue(ctx, turnKey{t, key}, true)
	if h, _ := ctx.Value(holdKey(key)).(*hold); h != nil {
		return h.do(ctx, t, key, func() error { return call(within) })
	}
	leave, err := t.take(ctx, key)
	if err != nil {
		return err
	}
	defer leave()
	return call(within)
}

// read makes a call that reads: at once, or as part of the hold of the function.
func (t *Turns) read(ctx context.Context, function string, call func(context.Context) error) error {
	if h, _ := ctx.Value(holdKey(functionKey(function))).(*hold); h == nil {
		return call(ctx)
	}
	return t.do(ctx, function, call)
}

// turnKey marks the context of a call that is made in a turn.
type turnKey struct {
	turns *Turns
	key   string
}

// functionKey returns the part that all spellings of a function have in common.
// Functions of the same name in other accounts or regions share it, which costs
// them no more than a wait. A name that cannot be parsed stands for itself.
func functionKey(function string) string {
	f, err := arn.ParseFunction(function)
	if err != nil {
		return function
	}
	return f.Name()
}

// Serialized returns an API over api that lets writes to one function pass one at
// a time, in the order in which they came. The service refuses writes to one
// function that meet (ResourceConflictException), and guarded ones overtake each
// other; within one program this keeps both from happening.
//
// Functions are told apart by their unqualified name, in any form: Thumbnail,
// 123456789012:Thumbnail:PROD and the full ARN are one function. Writes to
// different functions pass in parallel, and reads do not wait, except in a Hold. A call whose context ends while it waits returns with an
// *aws.RequestCanceledError and sends nothing.
//
// APIs with the same turns take turns together; use one Turns for the whole
// program. nil means new ones for this API only. It is safe for concurrent use, as
// api must be.
func Serialized(api permission.API, turns *Turns) permission.API {
	if turns == nil {
		turns = new(Turns)
	}
	return &serialized{api, turns}
}

type serialized struct {
	api   permission.API
	turns *Turns
}

// AddPermission waits for its turn and calls the API below.
func (s *serialized) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (out *permission.AddPermissionOutput, err error) {
	err = s.turns.do(ctx, in.Request().FunctionName, func(ctx context.Context) error {
		out, err = s.api.AddPermission(ctx, in, optFns...)
		return err
	})
	return out, err
}

// GetPolicy calls the API below, in the turn of the hold if ctx holds the function.
func (s *serialized) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (out *permission.GetPolicyOutput, err error) {
	err = s.turns.read(ctx, in.Request().FunctionName, func(ctx context.Context) error {
		out, err = s.api.GetPolicy(ctx, in, optFns...)
		return err
	})
	return out, err
}

// RemovePermission waits for its turn and calls the API below.
func (s *serialized) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (out *permission.RemovePermissionOutput, err error) {
	err = s.turns.do(ctx, in.Request().FunctionName, func(ctx context.Context) error {
		out, err = s.api.RemovePermission(ctx, in, optFns...)
		return err
	})
	return out, err
}

// SerializedDocuments is [Serialized] for the operations on whole policies. A program
// that uses both gives both the same turns, so that no put of the one comes between a
// reading and a write of the other:
//
//	var turns ensure.Turns
//	api := ensure.Serialized(client, &turns)
//	way := ensure.WholeDocument(ensure.SerializedDocuments(client, &turns))
//
// It is safe for concurrent use, as api must be.
func SerializedDocuments(api permission.ResourcePolicyAPI, turns *Turns) permission.ResourcePolicyAPI {
	if turns == nil {
		turns = new(Turns)
	}
	return &serializedDocuments{api, turns}
}

type serializedDocuments struct {
	api   permission.ResourcePolicyAPI
	turns *Turns
}

// PutResourcePolicy waits for its turn and calls the API below.
func (s *serializedDocuments) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (out *permission.PutResourcePolicyOutput, err error) {
	err = s.turns.do(ctx, in.Request().ResourceArn, func(ctx context.Context) error {
		out, err = s.api.PutResourcePolicy(ctx, in, optFns...)
		return err
	})
	return out, err
}

// GetResourcePolicy calls the API below, in the turn of the hold if ctx holds the
// function.
func (s *serializedDocuments) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (out *permission.GetResourcePolicyOutput, err error) {
	err = s.turns.read(ctx, in.Request().ResourceArn, func(ctx context.Context) error {
		out, err = s.api.GetResourcePolicy(ctx, in, optFns...)
		return err
	})
	return out, err
}

// DeleteResourcePolicy waits for its turn and calls the API below.
func (s *serializedDocuments) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (out *permission.DeleteResourcePolicyOutput, err error) {
	err = s.turns.do(ctx, in.Request().ResourceArn, func(ctx context.Context) error {
		out, err = s.api.DeleteResourcePolicy(ctx, in, optFns...)
		return err
	})
	return out, err
}
