package ensure

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
)

// GrantsResult is the result of Grants, Apply and All for one function, also if they
// fail.
type GrantsResult struct {
	// Function is that of the Desired.
	Function string

	// Plan is the plan made at first; nil if there was an error before.
	Plan *Plan

	// Done are the changes that were carried out, in their order, and Left those that
	// are not, or only in part. Both have a grant that the plan says to be unchanged,
	// if somebody else removed it meanwhile.
	Done, Left []Change

	// Calls is how many calls were made.
	Calls int
}

// Progress is one step of an Apply; see Options.Progress.
type Progress struct {
	Function string
	Change   Change // that was carried out
	Done     int    // how many were, with this one
	Left     int    // how many are left
}

// Grants makes a function, version or alias have the grants of d: it plans as
// [NewPlan] does and carries the plan out as [Plan.Apply] does. If the grants are in
// force already, that is one call. It may be repeated at any time: at every deployment,
// and after every failure.
//
// The result is never nil and names the function. The error is one of NewPlan or
// Apply.
func Grants(ctx context.Context, api permission.API, d Desired, optFns ...func(*Options)) (*GrantsResult, error) {
	result := &GrantsResult{Function: d.Function}
	o := apply(optFns)
	r, err := resolve(ctx, d, &o)
	if err != nil {
		return result, err
	}
	ctx, release := Hold(ctx, d.Function)
	defer release()
	result.Calls++
	reading, err := o.read(ctx, api, r)
	if err != nil {
		return result, err
	}
	if result.Plan, err = planFor(reading, r, o, nil); err != nil {
		return result, err
	}
	return result, newApplying(api, result).run(ctx)
}

// Apply carries the plan out, by one AddPermission or RemovePermission for each
// statement, or with [WholeDocument] by one PutResourcePolicy. An empty plan makes no
// call.
//
// What is added is guarded by its id, which the service refuses if it is taken. One
// fresh reading of the policy comes before the first removal, and one before each
// removal of a statement with an adopted id, which is guarded by the RevisionId that
// was read. If somebody else has changed the policy since the plan was made, changes
// that do not matter are ignored; after others Apply plans again, at most
// Options.MaxTries times in a row. A plan made again never removes or replaces a
// statement that the first one did not name: Apply then does the rest and returns a
// *[PlanChangedError].
//
// Without WholeDocument one limit remains: of several removals in a row of statements
// with the owner's own ids only the first is guarded by a revision, since the others
// would need a reading each. A different statement that somebody puts under such an id
// between the reading and the removal would be removed.
//
// Success means that every desired grant was in force in the latest state that the
// service showed to this call. It does not exclude that this state was already an
// old one, as it can be for a reading, or that a write which an earlier program gave
// up is carried out later.
//
// The result is never nil. The error is that of [Plan.Err] if the plan is refused as a
// whole; a *PlanChangedError; or an *[ApplyError], which says how far it came and which grants
// are in force. Between calls Apply obeys ctx. A plan can be applied several times, but
// later ones start from an old reading, so that a new plan is better.
func (p *Plan) Apply(ctx context.Context, api permission.API) (*GrantsResult, error) {
	result := &GrantsResult{Function: p.desired.Function, Plan: p}
	if p.Empty() {
		return result, nil
	}
	ctx, release := Hold(ctx, p.desired.Function)
	defer release()
	return result, newApplying(api, result).run(ctx)
}

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
