package ensure_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The model runs the real code of several programs against one policy in memory.
// A scheduler decides which call is carried out next and which fault meets it, so
// that its decisions determine a run, and runs can be enumerated.

// decisions are the choices of one run. Those of prefix come first; the next ones
// are random, or the first option if random is nil.
type decisions struct {
	prefix []int
	random *rand.Rand
	taken  []decision
}

type decision struct{ option, options int }

// pick returns one of the options 0 to n-1.
func (d *decisions) pick(n int) int {
	option := 0
	switch {
	case len(d.taken) < len(d.prefix):
		option = d.prefix[len(d.taken)]
	case d.random != nil:
		option = d.random.IntN(n)
	}
	d.taken = append(d.taken, decision{option, n})
	return option
}

// pickRarely is pick, but at random it returns an option other than 0 only one time
// in four: else all faults would happen to the first calls.
func (d *decisions) pickRarely(n int) int {
	if len(d.taken) >= len(d.prefix) && d.random != nil && d.random.IntN(4) > 0 {
		d.taken = append(d.taken, decision{0, n})
		return 0
	}
	return d.pick(n)
}

// next returns the prefix of the run after this one in the order of a depth-first
// search, or false after the last one.
func (d *decisions) next() ([]int, bool) {
	last := len(d.taken) - 1
	for last >= 0 && d.taken[last].option+1 == d.taken[last].options {
		last--
	}
	if last < 0 {
		return nil, false
	}
	var prefix []int
	for _, taken := range d.taken[:last] {
		prefix = append(prefix, taken.option)
	}
	return append(prefix, d.taken[last].option+1), true
}

// state is a policy at one moment.
type state struct {
	statements []policy.Statement
	revision   int // grows with every change of the scope, also where no policy is left
}

func (s state) lookup(id string) policy.Statement {
	for _, statement := range s.statements {
		if statement.Sid() == id {
			return statement
		}
	}
	return policy.Statement{}
}

func (s state) text() string {
	raws := make([]string, len(s.statements))
	for i, statement := range s.statements {
		raws[i] = statement.Raw()
	}
	return `{"Version":"2012-10-17","Id":"default","Statement":[` + strings.Join(raws, ",") + `]}`
}

func (s state) size() int { return len(s.text()) }

func (s state) String() string {
	var ids []string
	for _, statement := range s.statements {
		if strings.HasPrefix(statement.Sid(), "filler-") {
			continue
		}
		ids = append(ids, statement.Sid()+"="+strings.Join(sourceOf(statement), ""))
	}
	return fmt.Sprintf("%d%q", s.revision, ids)
}

func sourceOf(s policy.Statement) []string {
	for _, c := range s.Conditions() {
		if c.HasKey("aws:SourceArn") {
			return c.Values
		}
	}
	return nil
}

func (s state) revisionID() string { return fmt.Sprintf("revision-%d", s.revision) }

// modelService is the service of the model: one policy, with all of its states.
type modelService struct{ states []state }

func (m *modelService) now() state { return m.states[len(m.states)-1] }

func (m *modelService) change(statements []policy.Statement) {
	m.states = append(m.states, state{statements, m.now().revision + 1})
}

var scopeOfModel = arn.MustParseFunction(thumbnail)

// add carries out an AddPermission (facts of the service: a taken id is a
// conflict, a wrong revision a failed precondition, a policy too large refused).
func (m *modelService) add(in *permission.AddPermissionInput) (string, error) {
	s, err := policy.NewStatement(in.Request(), scopeOfModel)
	if err != nil {
		return "", err
	}
	now := m.now()
	if in.RevisionId != nil && *in.RevisionId != now.revisionID() {
		return "", errPrecondition
	}
	if now.lookup(s.Sid()).IsValid() {
		return "", errDuplicate
	}
	larger := state{statements: append(slices.Clone(now.statements), s)}
	if larger.size() > policy.MaxSize {
		return "", errTooLarge
	}
	m.change(larger.statements)
	return s.Raw(), nil
}

// remove carries out a RemovePermission.
func (m *modelService) remove(in *permission.RemovePermissionInput) error {
	now := m.now()
	switch id := aws.ToString(in.StatementId); {
	case len(now.statements) == 0:
		return errNoPolicy
	case in.RevisionId != nil && *in.RevisionId != now.revisionID():
		return errPrecondition
	case !now.lookup(id).IsValid():
		return errNoSuchStatement
	default:
		m.change(slices.DeleteFunc(slices.Clone(now.statements), func(s policy.Statement) bool { return s.Sid() == id }))
		return nil
	}
}

// put carries out a PutResourcePolicy: a wrong revision is a failed precondition, and so
// is any where there is no policy; a policy without statements is refused.
func (m *modelService) put(in *permission.PutResourcePolicyInput) error {
	document, err := policy.Parse(aws.ToString(in.Policy))
	if err != nil {
		return err
	}
	now, next := m.now(), state{statements: document.Statements()}
	switch {
	case in.RevisionId != nil && (len(now.statements) == 0 || *in.RevisionId != now.revisionID()):
		return errPrecondition
	case len(next.statements) == 0:
		return errEmpty
	case next.size() > policy.MaxSize:
		return errTooLarge
	}
	m.change(next.statements)
	return nil
}

// delete carries out a DeleteResourcePolicy.
func (m *modelService) delete(in *permission.DeleteResourcePolicyInput) error {
	switch now := m.now(); {
	case len(now.statements) == 0:
		return errNoPolicy
	case in.RevisionId != nil && *in.RevisionId != now.revisionID():
		return errPrecondition
	}
	m.change(nil)
	return nil
}

var (
	errEmpty           = modelError(400, "InvalidParameterValueException", "The policy has no statement.")
	errPrecondition    = modelError(412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")
	errDuplicate       = modelError(409, "ResourceConflictException", "The statement id (s3-photos) provided already exists. Please provide a new statement id, or remove the existing statement.")
	errBusy            = modelError(409, "ResourceConflictException", "The function could not be updated due to a concurrent update operation.")
	errNoPolicy        = modelError(404, "ResourceNotFoundException", "No policy is associated with the given resource.")
	errNoSuchStatement = modelError(404, "ResourceNotFoundException", "Statement SID is not found in resource policy.")
	errNothingThere    = modelError(404, "ResourceNotFoundException", "The resource you requested does not exist.")
	errTooLarge        = modelError(400, "PolicyLengthExceededException", "The final policy size is bigger than the limit.")
	errDenied          = accessDenied()
)

func modelError(status int, code, message string) error {
	return lambdaerrors.FromResponse(status, map[string][]string{"X-Amzn-Errortype": {code}}, []byte(`{"message":"`+message+`"}`))
}

// modelFault is the way in which a call goes wrong.
type modelFault int

const (
	faultless modelFault = iota
	lostBefore
	lostAfter
	refused
	busy
	lateCommit      // no answer, and the service carries it out at some later time
	lostThenRefused // carried out, and the answer is the refusal of its own retry
	lostThenTaken   // the same where the service looks at the id before the revision
	lostThenDenied  // the same, but the retry is refused for another reason
	stale           // a reading that shows the state before the latest change
)

func (f modelFault) String() string {
	return [...]string{"", " lost before", " lost after", " refused", " busy", " late", " refused as its retry", " taken as its retry", " denied as its retry", " stale"}[f]
}

var (
	faultsOfWrites  = []modelFault{faultless, lostBefore, lostAfter, refused, busy, lateCommit, lostThenRefused, lostThenTaken, lostThenDenied}
	faultsOfReading = []modelFault{faultless, lostBefore, refused, stale}
)

// program is one actor of a run.
type program struct {
	name string
	run  func(context.Context, permission.API) (any, error)
	// faultless programs meet no faults: those that stand for others.
	faultless bool
}

// actor is a program in one run, with all that it was shown and did.
type actor struct {
	program
	index  int
	result any
	err    error
	ended  bool

	shown      state // the latest state that the service showed to it
	shownStale bool  // which was not the latest one at that time, and could not be known not to be
	answered   int   // how many states there were after its latest answered change
	at         int   // how many states there were then
	calls      int
	removed    []string // the ids whose removal took effect
	added      []string // the ids whose addition took effect
	unknown    bool     // a write got no answer, and no reading came after it
}

// modelCall is a call of an actor that waits to be carried out.
type modelCall struct {
	actor *actor
	in    any
	reply chan modelReply
}

type modelReply struct {
	text, revision string
	err            error
}

// schedule is one run.
type schedule struct {
	*decisions
	service *modelService
	actors  []*actor
	faults  int // how many may still happen
	// switches are how often another program may go on although the one before
	// could; less than 0 means without limit.
	switches int
	last     int // the index of the actor whose call was carried out last
	late     []func()
	calls    chan *modelCall
	ends     chan *actor
	trace    []string
	changed  []*actor // who made each state, nil for the first
}

func newSchedule(d *decisions, first state, programs []program, faults, switches int) *schedule {
	s := &schedule{
		decisions: d, service: &modelService{states: []state{first}}, faults: faults, switches: switches, last: -1,
		calls: make(chan *modelCall), ends: make(chan *actor), changed: []*actor{nil},
	}
	for i, p := range programs {
		s.actors = append(s.actors, &actor{program: p, index: i})
	}
	return s
}

// run lets all actors run to their ends. The call to be carried out next is
// chosen when each of them waits with one or has ended.
func (s *schedule) run() {
	for _, a := range s.actors {
		go func() {
			a.result, a.err = a.program.run(context.Background(), &modelAPI{s, a})
			s.ends <- a
		}()
	}
	waiting := make([]*modelCall, len(s.actors))
	live := len(s.actors)
	for live > 0 {
		for range live - count(waiting) {
			select {
			case c := <-s.calls:
				waiting[c.actor.index] = c
			case a := <-s.ends:
				a.ended = true
				live--
				s.note("%s ended: %v, %v", a.name, a.result, a.err)
			}
		}
		if live > 0 {
			s.carryOutOne(waiting)
		}
	}
	for len(s.late) > 0 {
		s.fireLate(0)
	}
}

func count(waiting []*modelCall) (n int) {
	for _, c := range waiting {
		if c != nil {
			n++
		}
	}
	return n
}

// carryOutOne carries out one of the calls, or a late write.
func (s *schedule) carryOutOne(waiting []*modelCall) {
	var options []*modelCall
	if s.last >= 0 && waiting[s.last] != nil {
		options = append(options, waiting[s.last]) // to go on is the first option
	}
	if s.switches != 0 || len(options) == 0 {
		for i, c := range waiting {
			if c != nil && i != s.last {
				options = append(options, c)
			}
		}
	}
	chosen := s.pick(len(options) + len(s.late))
	if chosen >= len(options) {
		s.fireLate(chosen - len(options))
		return
	}
	c := options[chosen]
	if s.last >= 0 && waiting[s.last] != nil && c.actor.index != s.last {
		s.switches--
	}
	s.last = c.actor.index
	waiting[c.actor.index] = nil
	c.reply <- s.carryOut(c)
}

func (s *schedule) fireLate(i int) {
	fire := s.late[i]
	s.late = slices.Delete(slices.Clone(s.late), i, i+1)
	fire()
}

func (s *schedule) note(format string, args ...any) {
	s.trace = append(s.trace, fmt.Sprintf(format, args...))
}

// carryOut carries out a call, with a fault if the decisions want one.
func (s *schedule) carryOut(c *modelCall) modelReply {
	faults := faultsOfWrites
	if c.isReading() {
		faults = faultsOfReading
	}
	fault := faultless
	if s.faults > 0 && !c.actor.faultless {
		fault = faults[s.pickRarely(len(faults))]
	}
	if fault != faultless {
		s.faults--
	}
	c.actor.calls++
	reply := s.answer(c, fault)
	s.note("%s: %s%s: %v -> %v", c.actor.name, describe(c.in), fault, reply.err, s.service.now())
	return reply
}

func (c *modelCall) isReading() bool {
	switch c.in.(type) {
	case *permission.GetPolicyInput, *permission.GetResourcePolicyInput:
		return true
	}
	return false
}

func describe(in any) string {
	switch in := in.(type) {
	case *permission.PutResourcePolicyInput:
		return fmt.Sprintf("put %s at %s", *in.Policy, aws.ToString(in.RevisionId))
	case *permission.DeleteResourcePolicyInput:
		return fmt.Sprintf("delete at %s", aws.ToString(in.RevisionId))
	case *permission.AddPermissionInput:
		return fmt.Sprintf("add %s %s at %s", *in.StatementId, aws.ToString(in.SourceArn), aws.ToString(in.RevisionId))
	case *permission.RemovePermissionInput:
		return fmt.Sprintf("remove %s at %s", *in.StatementId, aws.ToString(in.RevisionId))
	}
	return "get"
}

func (s *schedule) answer(c *modelCall, fault modelFault) modelReply {
	switch fault {
	case lostBefore:
		return s.noAnswer(c)
	case refused:
		return modelReply{err: errDenied}
	case busy:
		return modelReply{err: errBusy}
	case lateCommit:
		s.late = append(s.late, func() {
			s.perform(c, true)
			s.note("%s: %s is carried out late -> %v", c.actor.name, describe(c.in), s.service.now())
		})
		return s.noAnswer(c)
	case stale:
		return s.read(c.actor, max(0, len(s.service.states)-2))
	}
	reply := s.perform(c, fault != faultless)
	if reply.err != nil {
		return reply
	}
	switch fault {
	case lostAfter:
		return s.noAnswer(c)
	case lostThenRefused:
		c.actor.unknown = true
		return s.perform(c, true)
	case lostThenTaken:
		c.actor.unknown = true
		return s.perform(unguarded(c), true)
	case lostThenDenied:
		c.actor.unknown = true
		return modelReply{err: errDenied}
	}
	return reply
}

func (s *schedule) noAnswer(c *modelCall) modelReply {
	if !c.isReading() {
		c.actor.unknown = true
	}
	return modelReply{err: io.ErrUnexpectedEOF}
}

func unguarded(c *modelCall) *modelCall {
	switch in := c.in.(type) {
	case *permission.AddPermissionInput:
		copied := *in
		copied.RevisionId = nil
		return &modelCall{actor: c.actor, in: &copied}
	case *permission.RemovePermissionInput:
		copied := *in
		copied.RevisionId = nil
		return &modelCall{actor: c.actor, in: &copied}
	}
	return c
}

// perform lets the service carry out a call. hidden means that the actor does not
// get this answer.
func (s *schedule) perform(c *modelCall, hidden bool) modelReply {
	switch in := c.in.(type) {
	case *permission.AddPermissionInput:
		text, err := s.service.add(in)
		if err != nil {
			return modelReply{err: err}
		}
		s.changed = append(s.changed, c.actor)
		c.actor.added = append(c.actor.added, *in.StatementId)
		c.actor.sees(s.service, in.RevisionId != nil, hidden, *in.StatementId)
		return modelReply{text: text}
	case *permission.RemovePermissionInput:
		if err := s.service.remove(in); err != nil {
			return modelReply{err: err}
		}
		s.changed = append(s.changed, c.actor)
		c.actor.removed = append(c.actor.removed, *in.StatementId)
		c.actor.sees(s.service, in.RevisionId != nil, hidden, *in.StatementId)
		return modelReply{}
	case *permission.PutResourcePolicyInput:
		return s.performWhole(c, hidden, s.service.put(in))
	case *permission.DeleteResourcePolicyInput:
		return s.performWhole(c, hidden, s.service.delete(in))
	}
	return s.read(c.actor, len(s.service.states)-1)
}

// performWhole notes a change of the whole policy, and what it added and removed.
func (s *schedule) performWhole(c *modelCall, hidden bool, err error) modelReply {
	if err != nil {
		return modelReply{err: err}
	}
	s.changed = append(s.changed, c.actor)
	now := s.service.now()
	before := s.service.states[len(s.service.states)-2]
	c.actor.removed = append(c.actor.removed, missingIn(now, before)...)
	c.actor.added = append(c.actor.added, missingIn(before, now)...)
	c.actor.sees(s.service, true, hidden, "")
	return modelReply{text: now.text(), revision: now.revisionID()}
}

// missingIn returns the ids of the statements of b that a does not have.
func missingIn(a, b state) (ids []string) {
	for _, statement := range b.statements {
		isSame := func(other policy.Statement) bool { return other.Raw() == statement.Raw() }
		if !slices.ContainsFunc(a.statements, isSame) {
			ids = append(ids, statement.Sid())
		}
	}
	return ids
}

// sees notes that the actor was told of its change. The answer to a guarded change
// shows the whole policy, since the state before it was known; the answer to an
// unguarded one shows only the statement that was added or removed.
func (a *actor) sees(m *modelService, guarded, hidden bool, id string) {
	if hidden {
		return
	}
	a.unknown = false
	a.answered = len(m.states)
	if guarded {
		a.shown, a.shownStale, a.at = m.now(), false, len(m.states)
		return
	}
	isChanged := func(s policy.Statement) bool { return s.Sid() == id }
	shown := slices.DeleteFunc(slices.Clone(a.shown.statements), isChanged)
	if added := m.now().lookup(id); added.IsValid() {
		shown = append(shown, added)
	}
	a.shown = state{statements: shown, revision: m.now().revision}
	a.shownStale, a.at = true, len(m.states)
}

func (s *schedule) read(a *actor, i int) modelReply {
	states := len(s.service.states)
	a.shown, a.shownStale, a.at, a.unknown = s.service.states[i], i+1 < states && a.answered < states, states, false
	if len(a.shown.statements) == 0 {
		return modelReply{err: errNothingThere}
	}
	return modelReply{text: a.shown.text(), revision: a.shown.revisionID()}
}

// modelAPI is the API of one actor.
type modelAPI struct {
	schedule *schedule
	actor    *actor
}

func (m *modelAPI) call(in any) modelReply {
	c := &modelCall{actor: m.actor, in: in, reply: make(chan modelReply)}
	m.schedule.calls <- c
	return <-c.reply
}

func (m *modelAPI) AddPermission(_ context.Context, in *permission.AddPermissionInput, _ ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	reply := m.call(in)
	if reply.err != nil {
		return nil, reply.err
	}
	return &permission.AddPermissionOutput{Statement: &reply.text}, nil
}

func (m *modelAPI) GetPolicy(_ context.Context, in *permission.GetPolicyInput, _ ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	reply := m.call(in)
	if reply.err != nil {
		return nil, reply.err
	}
	return &permission.GetPolicyOutput{Policy: &reply.text, RevisionId: &reply.revision}, nil
}

func (m *modelAPI) RemovePermission(_ context.Context, in *permission.RemovePermissionInput, _ ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	if reply := m.call(in); reply.err != nil {
		return nil, reply.err
	}
	return &permission.RemovePermissionOutput{}, nil
}

func (m *modelAPI) PutResourcePolicy(_ context.Context, in *permission.PutResourcePolicyInput, _ ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	reply := m.call(in)
	if reply.err != nil {
		return nil, reply.err
	}
	return &permission.PutResourcePolicyOutput{Policy: &reply.text, RevisionId: &reply.revision}, nil
}

func (m *modelAPI) GetResourcePolicy(_ context.Context, in *permission.GetResourcePolicyInput, _ ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	reply := m.call(in)
	if reply.err != nil {
		return nil, reply.err
	}
	return &permission.GetResourcePolicyOutput{Policy: &reply.text, RevisionId: &reply.revision}, nil
}

func (m *modelAPI) DeleteResourcePolicy(_ context.Context, in *permission.DeleteResourcePolicyInput, _ ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	if reply := m.call(in); reply.err != nil {
		return nil, reply.err
	}
	return &permission.DeleteResourcePolicyOutput{}, nil
}

// explain returns all that happened, and how to repeat it.
func (s *schedule) explain() string {
	var options []string
	for _, d := range s.taken {
		options = append(options, fmt.Sprint(d.option))
	}
	return strings.Join(s.trace, "\n") + "\ndecisions: " + strings.Join(options, ",")
}

func failRun(t *testing.T, s *schedule, format string, args ...any) {
	t.Helper()
	t.Errorf("%s\n%s", fmt.Sprintf(format, args...), s.explain())
}
