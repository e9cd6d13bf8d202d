package ensure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// WholeDocument is an option for plans: [Plan.Apply], [Grants] and [All] then write all
// changes of a policy at once, by one PutResourcePolicy of api. All of them are made or
// none is, there is no moment between an old grant and its successor, and a temporary
// statement is not needed.
//
// The put is guarded by the RevisionId of the reading that it is made from, so that
// nothing is lost that others wrote meanwhile: the service refuses the put, and Apply
// reads and plans again, at most Options.MaxTries times in a row. The statements of
// others keep their order and every byte of their text, the space between JSON tokens
// included, and so does the text around them. If no statement would be left, the policy is
// removed by DeleteResourcePolicy, guarded in the same way.
//
// A scope without a policy has no RevisionId. Apply then adds one grant by
// AddPermission, which its id guards, reads the policy, and puts the others.
//
// The put names the function by its full ARN: Desired.Function if that is one, else the
// ARN on which all Resources of the policy agree. With a full ARN the policy is read by
// GetResourcePolicy of api, else by GetPolicy; both read the same policy.
//
// A policy is not written over, and the error is a *[DocumentError], if its ARN is not
// known, if it has members that package policy does not know, if the reading has no
// RevisionId, and if its text, with the space between tokens, would have more than
// policy.MaxSize bytes.
//
// The service asks for the rights to lambda:PutResourcePolicy, lambda:AddPermission and
// lambda:RemovePermission, and to lambda:GetPolicy with, for a full ARN,
// lambda:GetResourcePolicy. To remove the last statement it asks for
// lambda:DeleteResourcePolicy as well.
//
// api must be safe for concurrent use with All. In a program with other writers it is
// one of [SerializedDocuments] with the Turns of the other API.
//
// PlanFor makes no call, so that a nil api is enough for it. All others return an error
// before the first call if api is nil.
func WholeDocument(api permission.ResourcePolicyAPI) func(*Options) {
	return func(o *Options) { o.strategy = wholeDocument{api} }
}

// DocumentError is the refusal to write a policy as a whole, because it is not certain
// that everything in it would stay as it is. Nothing was written over.
type DocumentError struct {
	// Function is that of the Desired.
	Function string

	// Reason says why, in words that may change.
	Reason string
}

// Error names the function and the reason.
func (e *DocumentError) Error() string {
	return fmt.Sprintf("ensure: the policy of %q is not written as a whole: %s", e.Function, e.Reason)
}

// wholeDocument carries a plan out by PutResourcePolicy.
type wholeDocument struct {
	api permission.ResourcePolicyAPI
}

var errNoDocumentAPI = errors.New("ensure: WholeDocument has a nil API, which is enough for PlanFor only")

// read reads the policy by the ARN, or by GetPolicy while that is not known.
func (w wholeDocument) read(ctx context.Context, api permission.GetPolicyAPIClient, scope arn.Function, optFns []func(*permission.Options)) (permission.PolicyReading, error) {
	if w.api == nil {
		return permission.PolicyReading{}, errNoDocumentAPI
	}
	if !scope.IsComplete() {
		return permission.ReadPolicy(ctx, api, scope.String(), optFns...)
	}
	return permission.ReadResourcePolicy(ctx, w.api, scope.String(), optFns...)
}

// arrange sets the writes, all of which but the first one into no policy are made at
// once. The order of the additions is that of statementByStatement, so that the policy
// looks the same after both.
func (w wholeDocument) arrange(p *Plan) {
	p.writes = slices.Concat(p.each(isPair, p.removing), p.each(isInPlace, p.removing), p.each(isInPlace, p.removingTemporary),
		p.each(isKind(KindRemove), p.removing),
		p.each(isPair, p.adding), p.each(isInPlace, p.adding), p.each(isKind(KindAdd), p.adding))
	after := w.after(p.reading.Document, p.writes)
	p.sizes = Sizes{Now: sizeOf(p.reading.Document), After: sizeOf(after), Known: p.resource.IsComplete()}
	p.sizes.Peak = max(p.sizes.Now, p.sizes.After)
	p.calls = w.countCalls(p, after)
	p.refusal = w.check(p, after)
}

// removingTemporary removes the statement that an interrupted replacement of a
// change's grant left.
func (p *Plan) removingTemporary(c Change) []write {
	s, ok := p.byID[TemporaryID(c.StatementID)]
	if !ok {
		return nil
	}
	return []write{{id: s.Sid(), key: c.StatementID, removed: s}}
}

// after returns the policy after the writes. It keeps its Version and Id even if all of
// its statements are replaced.
func (wholeDocument) after(d policy.Document, writes []write) policy.Document {
	var gone []string
	var added []policy.Statement
	for _, w := range writes {
		if w.isRemoval() {
			gone = append(gone, w.id)
		} else {
			added = append(added, w.added)
		}
	}
	d = d.Without(gone...).With(added...)
	if len(d.Statements()) == 0 {
		return policy.Document{}
	}
	return d
}

// sizeOf returns the bytes of a policy, 0 if it has no statement.
func sizeOf(d policy.Document) int {
	if len(d.Statements()) == 0 {
		return 0
	}
	return d.Size()
}

func (wholeDocument) countCalls(p *Plan, after policy.Document) Calls {
	var c Calls
	switch {
	case len(p.writes) == 0:
	case p.reading.Found && len(after.Statements()) == 0:
		c.DeleteResourcePolicy = 1
	case p.reading.Found:
		c.PutResourcePolicy = 1
	case len(p.writes) == 1:
		c.AddPermission = 1
	default:
		c.AddPermission, c.PutResourcePolicy = 1, 1
		if p.desired.scope.IsComplete() {
			c.GetResourcePolicy = 1
		} else {
			c.GetPolicy = 1
		}
	}
	return c
}

// check returns an error if the plan is refused.
func (w wholeDocument) check(p *Plan, after policy.Document) error {
	if err := p.checkRemovals(); err != nil {
		return err
	}
	if p.sizes.Known && p.sizes.After > max(policy.MaxSize, p.sizes.Now) {
		return p.noRoom()
	}
	if len(p.writes) == 0 || !p.reading.Found {
		return nil
	}
	_, err := w.locate(p.desired, p.reading)
	if err != nil {
		return err
	}
	return checkPut(p.desired.Function, p.reading.Document, after, p.writes)
}

// locate returns the full ARN of a policy that may be written over.
func (wholeDocument) locate(r *resolved, reading permission.PolicyReading) (arn.Function, error) {
	refused := func(format string, args ...any) (arn.Function, error) {
		return arn.Function{}, &DocumentError{r.Function, fmt.Sprintf(format, args...)}
	}
	if reading.RevisionID == "" {
		return refused("it was read without a RevisionId, which would guard the put")
	}
	if unknown := unknownMembers(reading.Document); len(unknown) > 0 {
		return refused("it has members that are not known: %s", quoted(unknown))
	}
	if r.scope.IsComplete() {
		return r.scope, nil
	}
	var found arn.Function
	for _, s := range reading.Document.Statements() {
		for _, resource := range s.Resources() {
			f, ok := completeBy(r.scope, resource)
			if !ok || found.IsValid() && f != found {
				return refused("its Resources do not agree on a function of that name (%s): use the full ARN as Desired.Function", quoted([]string{resource}))
			}
			found = f
		}
	}
	if !found.IsValid() {
		return refused("no Resource in it names the function: use the full ARN as Desired.Function")
	}
	return found, nil
}

// completeBy completes the name of a scope by a Resource, if that is of its function:
// the function, a version or alias of it, or all of them by a wildcard.
func completeBy(scope arn.Function, resource string) (arn.Function, bool) {
	a, err := arn.Parse(resource)
	if err != nil {
		return arn.Function{}, false
	}
	f := scope.Complete(a.Partition(), a.Region(), a.AccountID())
	function := f.Unqualified().String()
	isOf := resource == function || strings.HasPrefix(resource, function+":")
	return f, isOf && f.IsComplete()
}

// unknownMembers names the members of a document and of its statements that package
// policy does not know.
func unknownMembers(d policy.Document) []string {
	names := d.UnknownMembers()
	for _, s := range d.Statements() {
		names = append(names, s.UnknownMembers()...)
	}
	return names
}

// checkPut makes sure that a policy that is about to be put is within the limit of the
// text, which counts the space between tokens, and that nothing is lost by it.
func checkPut(function string, before, after policy.Document, writes []write) error {
	if n := len(after.Raw()); n > policy.MaxSize {
		return &DocumentError{function, fmt.Sprintf("its text would have %d bytes, and PutResourcePolicy takes at most %d; "+
			"without the space between tokens, as policy.Document.String writes it, it would have %d", n, policy.MaxSize, after.Size())}
	}
	return checkKept(function, before, after, writes)
}

// checkKept makes sure that a policy that is about to be put has everything that the
// writes do not remove, in its order and byte for byte. Another statement with the id of
// one that is removed would be missing, for example.
func checkKept(function string, before, after policy.Document, writes []write) error {
	removed := make(map[string]bool)
	for _, w := range writes {
		removed[w.removed.Raw()] = true
	}
	rest := after.Statements()
	for _, s := range before.Statements() {
		if removed[s.Raw()] {
			continue
		}
		if len(rest) == 0 || rest[0].Raw() != s.Raw() {
			return &DocumentError{function, fmt.Sprintf("its statement %q would not stay as it is, since another one has the same id", s.Sid())}
		}
		rest = rest[1:]
	}
	return nil
}

// run adds a first grant if there is no policy, and puts the rest.
func (w wholeDocument) run(ctx context.Context, a *applying) error {
	if w.api == nil {
		return errNoDocumentAPI
	}
	// One write is enough for a policy, and two if there is none. The others are for
	// those that tries count, and for those that others undo.
	a.budget = mostSteps + a.tries.most
	for len(a.writes) > 0 {
		if err := w.next(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// next makes one call.
func (w wholeDocument) next(ctx context.Context, a *applying) error {
	switch {
	case !a.latest.Found:
		if err := a.mayGoOn(ctx); err != nil {
			return a.fail("before "+a.writes[0].String(), err, false)
		}
		return a.make(ctx, a.writes[0])
	case !a.fresh.isCurrent:
		return a.readOn(ctx, true)
	}
	p, err := w.prepare(ctx, a)
	if err != nil {
		return a.fail("before writing the policy", err, false)
	}
	return w.put(ctx, a, p)
}

// put is a policy that may be put.
type put struct {
	resource string
	document policy.Document
	revision *string
}

// String names the call for people.
func (p put) String() string {
	if p.isEmpty() {
		return "removing the policy"
	}
	return "putting the policy"
}

func (p put) isEmpty() bool { return len(p.document.Statements()) == 0 }

// prepare makes the policy from the latest reading, or returns an error if it must not be
// put.
func (w wholeDocument) prepare(ctx context.Context, a *applying) (put, error) {
	if err := a.mayGoOn(ctx); err != nil {
		return put{}, err
	}
	if err := a.mayRemoveAll(); err != nil {
		return put{}, err
	}
	resource, err := w.locate(a.plan.desired, a.latest)
	if err != nil {
		return put{}, err
	}
	writes := slices.Clone(a.writes)
	for i, write := range writes {
		if write.isRemoval() || write.added.IsValid() {
			continue
		}
		if writes[i].added, err = policy.NewStatement(*write.request, resource); err != nil {
			return put{}, err
		}
	}
	after := w.after(a.latest.Document, writes)
	if err := checkPut(a.plan.desired.Function, a.latest.Document, after, writes); err != nil {
		return put{}, err
	}
	return put{resource.String(), after, aws.String(a.latest.RevisionID)}, nil
}

// mayRemoveAll returns the refusal to remove more than the limit, which holds for all
// plans of this call together.
func (a *applying) mayRemoveAll() error {
	var ids []string
	for _, key := range keysOf(a.writes) {
		if a.changes[key].Kind == KindRemove {
			ids = append(ids, key)
		}
	}
	limit := a.plan.options.MaxRemovals
	if limit > 0 && a.removed+len(ids) > limit {
		return &RemovalLimitError{Function: a.plan.desired.Function, StatementIDs: ids, Limit: limit}
	}
	return nil
}

// put writes a policy, and finds out whether that was carried out.
func (w wholeDocument) put(ctx context.Context, a *applying, p put) error {
	stored, err := w.send(ctx, a, p)
	switch {
	case err == nil:
		return w.made(ctx, a, stored)
	case notSent(err):
		return a.fail(p.String(), err, false)
	case lambdaerrors.IsPreconditionFailed(err), lambdaerrors.IsConflict(err), lambdaerrors.IsNotFound(err):
		if err = a.tries.again(ctx, err); err == nil {
			return a.readOn(ctx, false)
		}
	}
	return w.settle(ctx, a, p, err)
}

// send makes the call, and returns the policy that is stored after it. That has no
// RevisionID if the answer does not tell it.
func (w wholeDocument) send(ctx context.Context, a *applying, p put) (stored permission.PolicyReading, err error) {
	a.result.Calls++
	optFns := a.plan.options.CallOptions
	if p.isEmpty() {
		_, err = w.api.DeleteResourcePolicy(ctx, &permission.DeleteResourcePolicyInput{ResourceArn: &p.resource, RevisionId: p.revision}, optFns...)
		return permission.PolicyReading{}, err
	}
	out, err := w.api.PutResourcePolicy(ctx, &permission.PutResourcePolicyInput{
		ResourceArn: &p.resource, Policy: aws.String(p.document.Raw()), RevisionId: p.revision,
	}, optFns...)
	if err != nil {
		return permission.PolicyReading{}, err
	}
	stored = permission.PolicyReading{RevisionID: aws.ToString(out.RevisionId), Found: true}
	if stored.Document, err = policy.Parse(aws.ToString(out.Policy)); err != nil {
		stored.RevisionID = ""
	}
	return stored, nil
}

// made goes on with the policy that the service says it has stored. If its answer does
// not say that, the policy is read.
func (w wholeDocument) made(ctx context.Context, a *applying, stored permission.PolicyReading) error {
	if stored.Found && stored.RevisionID == "" {
		return a.readOn(ctx, false)
	}
	if err := a.adapt(stored); err != nil {
		return a.fail("planning again", err, false)
	}
	return nil
}

// settle finds out whether a put that failed was carried out all the same.
func (w wholeDocument) settle(ctx context.Context, a *applying, p put, err error) error {
	reading, readErr := a.read(ctx)
	if readErr != nil {
		return a.fail(p.String(), err, true)
	}
	if planErr := a.adapt(reading); planErr != nil {
		return a.fail("planning again", planErr, mayHaveWritten(err))
	}
	if len(a.writes) == 0 {
		return nil
	}
	return a.fail(p.String(), diagnosePut(p.document, err), mayHaveWritten(err))
}

// diagnosePut names the statements whose principal was deleted, if the service refused
// a policy because of a principal.
func diagnosePut(d policy.Document, err error) error {
	deleted := deletedIn(d)
	if !isPrincipalRefused(err) || len(deleted) == 0 {
		return err
	}
	return &PrincipalError{Deleted: deleted, Err: err}
}
