package ensure

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

// DefaultParallel is how many functions [All] works on at the same time, unless
// Options say otherwise. Four keep the 15 calls a second busy that Lambda takes
// (DefaultCallsPerSecond), at the usual time that a call takes.
const DefaultParallel = 4

// All makes many functions have their grants, as [Grants] does for one. It yields a
// result for each element of ds as soon as that is done, in the order in which they
// are done: the function, the changes done and left, the calls, and the error.
// errors.IsTransient of package errors tells which are worth another try.
//
//	api := ensure.Serialized(ensure.Paced(client, nil)) // one pace for all
//	for result, err := range ensure.All(ctx, api, slices.Values(list)) {
//		if err != nil {
//			requeue(result.Function, err)
//		}
//	}
//
// Options.Parallel functions are worked on at the same time; elements about one
// function, its versions and its aliases follow each other, in the order of ds,
// since the service refuses writes to one function that meet. The limits of Options
// hold for each function. All takes an element from ds when it can begin with it, in
// the goroutine that ranges over the results.
//
// When ctx ends, All takes no more elements, and yields the results of those that it
// has taken; the one that waited for its function has an *aws.RequestCanceledError.
// Breaking out of the loop cancels them and waits for them. api must be safe for
// concurrent use, and so must Adopt and Options.Progress.
func All(ctx context.Context, api permission.API, ds iter.Seq[Desired], optFns ...func(*Options)) iter.Seq2[*GrantsResult, error] {
	return func(yield func(*GrantsResult, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		b := &batch{ctx: ctx, api: api, optFns: optFns, busy: make(map[string]bool)}
		b.free = apply(optFns).Parallel
		if b.free <= 0 {
			b.free = DefaultParallel
		}
		b.results = make(chan batchResult, b.free)
		defer b.wait()
		defer cancel()

		next, stop := iter.Pull(ds)
		defer stop()
		for b.begin(next); b.running > 0; b.begin(next) {
			r := b.receive()
			if !yield(r.result, r.err) {
				return
			}
		}
		if d := b.waiting; d != nil { // ctx ended before its function was free
			yield(&GrantsResult{Function: d.Function}, &aws.RequestCanceledError{Err: ctx.Err()})
		}
	}
}

// batch is one All. Only the goroutine that ranges over it uses its fields.
type batch struct {
	ctx    context.Context
	api    permission.API
	optFns []func(*Options)

	free, running int
	busy          map[string]bool // functions that are worked on
	waiting       *Desired        // taken from the sequence, but its function is busy
	results       chan batchResult
}

type batchResult struct {
	key    string
	result *GrantsResult
	err    error
}

// begin takes elements and begins with them, as long as it can.
func (b *batch) begin(next func() (Desired, bool)) {
	for b.free > 0 && b.ctx.Err() == nil {
		if b.waiting == nil {
			d, ok := next()
			if !ok {
				return
			}
			b.waiting = &d
		}
		key := functionKey(b.waiting.Function)
		if b.busy[key] {
			return
		}
		d := *b.waiting
		b.waiting, b.busy[key] = nil, true
		b.free--
		b.running++
		go func() {
			result, err := Grants(b.ctx, b.api, d, b.optFns...)
			b.results <- batchResult{key, result, err} // there is room for all
		}()
	}
}

// receive waits for the next result.
func (b *batch) receive() batchResult {
	r := <-b.results
	delete(b.busy, r.key)
	b.running--
	b.free++
	return r
}

// wait waits for the functions that were begun.
func (b *batch) wait() {
	for b.running > 0 {
		b.receive()
	}
}
