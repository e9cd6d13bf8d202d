package ensure

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
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
// Grant and Absent over a Serialized hold the function from their first
// reading to their last write. Use one Serialized for the whole program: two of
// them know nothing of each other. It is safe for concurrent use, as api must be.
func Serialized(api permission.API) permission.API {
	return &serialized{API: api, turns: make(map[string]*turn)}
}

type serialized struct {
	permission.API

	mu    sync.Mutex
	turns map[string]*turn
}

// turn is whose turn it is at a function: the one whose token is in taken.
type turn struct {
	taken chan struct{} // of size 1
	users int           // those who hold it or wait for it
}

// AddPermission waits for its turn and calls the API below.
func (s *serialized) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (out *permission.AddPermissionOutput, err error) {
	err = s.inTurn(ctx, functionKey(in.Request().FunctionName), func() error {
		out, err = s.API.AddPermission(ctx, in, optFns...)
		return err
	})
	return out, err
}

// RemovePermission waits for its turn and calls the API below.
func (s *serialized) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (out *permission.RemovePermissionOutput, err error) {
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
func (s *serialized) exclusively(ctx context.Context, key string, do func(permission.API) error) error {
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
	exclusively(ctx context.Context, key string, do func(permission.API) error) error
}

// exclusively runs do with the function for itself if api can do that, and with
// api as it is if not.
func exclusively(ctx context.Context, api permission.API, functionName *string, do func(permission.API) error) error {
	return exclusivelyBelow(ctx, api, functionKey(aws.ToString(functionName)), do)
}

func exclusivelyBelow(ctx context.Context, api permission.API, key string, do func(permission.API) error) error {
	if e, ok := api.(exclusive); ok {
		return e.exclusively(ctx, key, do)
	}
	return do(api)
}

// DefaultCallsPerSecond is how many control plane calls Lambda takes in a second
// from an account in a region, all its programs together (AWS Lambda Developer
// Guide, "Lambda quotas", "API requests": Rate of control plane API requests).
const DefaultCallsPerSecond = 15

// Pace spaces calls evenly in time, for as many APIs and goroutines as share it.
// NewPace makes one. It is safe for concurrent use.
type Pace struct {
	interval time.Duration
	turn     chan struct{} // of size 1: held by the one who is next
	next     time.Time     // when the next call may be made; guarded by turn
}

// longestInterval keeps the time between two calls within what a Duration holds.
const longestInterval = 365 * 24 * time.Hour

// NewPace returns a Pace of callsPerSecond, or of DefaultCallsPerSecond if that is
// 0 or less. The slowest is one call in a year.
func NewPace(callsPerSecond float64) *Pace {
	if !(callsPerSecond > 0) { // not a number neither
		callsPerSecond = DefaultCallsPerSecond
	}
	interval := min(float64(time.Second)/callsPerSecond, float64(longestInterval))
	return &Pace{interval: time.Duration(interval), turn: make(chan struct{}, 1)}
}

// Wait returns when the next call may be made. Who comes first goes first. When
// ctx ends before, it returns an *aws.RequestCanceledError and takes up no time of
// the others.
func (p *Pace) Wait(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
	case <-ctx.Done():
		return &aws.RequestCanceledError{Err: ctx.Err()}
	}
	defer func() { <-p.turn }()
	if err := sleep(ctx, time.Until(p.next)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // both were ready
		return &aws.RequestCanceledError{Err: err}
	}
	p.next = time.Now().Add(p.interval)
	return nil
}

// Paced returns an API over api whose calls, reads too, wait for pace, or for a
// new one of DefaultCallsPerSecond if that is nil. Other APIs with the same pace
// share it. What is paced is calls: the retries that a client makes of its own are
// spaced by its Retryer.
//
// It is safe for concurrent use, as api must be.
func Paced(api permission.API, pace *Pace) permission.API {
	if pace == nil {
		pace = NewPace(0)
	}
	return &paced{api, pace}
}

type paced struct {
	api  permission.API
	pace *Pace
}

// AddPermission waits and calls the API below.
func (p *paced) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.AddPermission(ctx, in, optFns...)
}

// GetPolicy waits and calls the API below.
func (p *paced) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.GetPolicy(ctx, in, optFns...)
}

// RemovePermission waits and calls the API below.
func (p *paced) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.RemovePermission(ctx, in, optFns...)
}

// exclusively holds the function below, and keeps the pace.
func (p *paced) exclusively(ctx context.Context, key string, do func(permission.API) error) error {
	return exclusivelyBelow(ctx, p.api, key, func(api permission.API) error { return do(&paced{api, p.pace}) })
}

// DefaultRoleWait is how long AwaitingRoles waits unless told otherwise.
const DefaultRoleWait = 30 * time.Second

// AwaitingRoles returns an API over api that gives a role or user created a moment
// ago the time to become known: Lambda refuses one as a principal that it does not
// know yet, and IAM changes take time to arrive everywhere (IAM User Guide,
// "Troubleshooting IAM", "Changes that I make are not always immediately
// visible").
//
// It tries an AddPermission again for as long as most, 0 or less meaning
// DefaultRoleWait, if "The provided principal was invalid" is the answer and the
// principal is the ARN of an IAM user or role. It does not wait where that cannot
// help: when the policy has a statement whose principal was deleted, which gets
// every grant refused. It reads the policy to know. The error is then a
// *PrincipalError, as it is when the time is over.
//
// It is safe for concurrent use, as api must be.
func AwaitingRoles(api permission.API, most time.Duration) permission.API {
	if most <= 0 {
		most = DefaultRoleWait
	}
	return &awaitingRoles{api, most}
}

type awaitingRoles struct {
	permission.API
	most time.Duration
}

// AddPermission calls the API below until the principal is known.
func (a *awaitingRoles) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	deadline := time.Now().Add(a.most)
	for wait := time.Second; ; wait = min(2*wait, 5*time.Second) {
		out, err := a.API.AddPermission(ctx, in, optFns...)
		if !isPrincipalRefused(err) || !isIAMIdentity(in.Request().Principal) {
			return out, err
		}
		diagnosis, mayPass := a.diagnose(ctx, in, err, optFns)
		left := time.Until(deadline)
		if !mayPass || left <= 0 {
			return nil, diagnosis
		}
		if err := sleep(ctx, min(wait, left)); err != nil {
			return nil, err
		}
	}
}

// diagnose says why the principal was refused, and whether time may help.
func (a *awaitingRoles) diagnose(ctx context.Context, in *permission.AddPermissionInput, err error, optFns []func(*permission.Options)) (diagnosis error, mayPass bool) {
	p, _ := readPolicy(ctx, a.API, in.FunctionName, in.Qualifier, optFns)
	diagnosis = diagnosePrincipal(in, p.document, err)
	return diagnosis, len(p.document.DeadPrincipals()) == 0 && doubtPrincipal(in.Request()) == ""
}

// exclusively holds the function below.
func (a *awaitingRoles) exclusively(ctx context.Context, key string, do func(permission.API) error) error {
	return exclusivelyBelow(ctx, a.API, key, func(api permission.API) error { return do(&awaitingRoles{api, a.most}) })
}
