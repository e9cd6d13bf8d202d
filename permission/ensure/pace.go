package ensure

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

// DefaultCallsPerSecond is how many control plane calls Lambda takes in a second
// from an account in a region, all its programs together (AWS Lambda Developer
// Guide, "Lambda quotas", "API requests": Rate of control plane API requests).
const DefaultCallsPerSecond = 15

// Pace spaces calls evenly in time, for as many APIs and goroutines as share it.
// NewPace makes one. It is safe for concurrent use.
type Pace struct {
	interval time.Duration
	turn     chan struct{} // of size 1: filled by the caller that is next
	next     time.Time     // when the next call may be made; guarded by turn
}

// longestInterval keeps the time between two calls within the range of a Duration.
const longestInterval = 365 * 24 * time.Hour

// NewPace returns a Pace of callsPerSecond, or of DefaultCallsPerSecond if that is
// 0 or less. The slowest is one call in a year.
func NewPace(callsPerSecond float64) *Pace {
	if !(callsPerSecond > 0) { // true for NaN, too
		callsPerSecond = DefaultCallsPerSecond
	}
	interval := min(float64(time.Second)/callsPerSecond, float64(longestInterval))
	return &Pace{interval: time.Duration(interval), turn: make(chan struct{}, 1)}
}

// Wait returns when the next call may be made. Callers go in the order in which they
// came. If ctx ends before, it returns an *aws.RequestCanceledError, and later callers do
// not wait for its turn.
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

// Paced returns an API over api whose calls, readings included, wait for pace, or for
// a new one of DefaultCallsPerSecond if that is nil. Other APIs with the same pace
// share it. Retries that a client makes by itself are not paced; its Retryer spaces
// them.
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

// PacedDocuments is [Paced] for the operations on whole policies. A program that uses
// both gives both the same pace, since the service counts all calls together.
//
// It is safe for concurrent use, as api must be.
func PacedDocuments(api permission.ResourcePolicyAPI, pace *Pace) permission.ResourcePolicyAPI {
	if pace == nil {
		pace = NewPace(0)
	}
	return &pacedDocuments{api, pace}
}

type pacedDocuments struct {
	api  permission.ResourcePolicyAPI
	pace *Pace
}

// PutResourcePolicy waits and calls the API below.
func (p *pacedDocuments) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.PutResourcePolicy(ctx, in, optFns...)
}

// GetResourcePolicy waits and calls the API below.
func (p *pacedDocuments) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.GetResourcePolicy(ctx, in, optFns...)
}

// DeleteResourcePolicy waits and calls the API below.
func (p *pacedDocuments) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	if err := p.pace.Wait(ctx); err != nil {
		return nil, err
	}
	return p.api.DeleteResourcePolicy(ctx, in, optFns...)
}
