package permission

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

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
func Paced(api API, pace *Pace) API {
	if pace == nil {
		pace = NewPace(0)
	}
	return &paced{api, pace}
}

type paced struct {
	api  API
	pace *Pace
}

// AddPermission waits and calls the API below.
func (p *paced) AddPermission(ctx context.Context, in *AddPermissionInput, optFns ...func(*Options)) (*AddPermissionOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.AddPermission(ctx, in, optFns...)
}

// GetPolicy waits and calls the API below.
func (p *paced) GetPolicy(ctx context.Context, in *GetPolicyInput, optFns ...func(*Options)) (*GetPolicyOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.GetPolicy(ctx, in, optFns...)
}

// RemovePermission waits and calls the API below.
func (p *paced) RemovePermission(ctx context.Context, in *RemovePermissionInput, optFns ...func(*Options)) (*RemovePermissionOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.RemovePermission(ctx, in, optFns...)
}

// exclusively holds the function below, and keeps the pace.
func (p *paced) exclusively(ctx context.Context, key string, do func(API) error) error {
	return exclusivelyBelow(ctx, p.api, key, func(api API) error { return do(&paced{api, p.pace}) })
}
