package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// landscape is shared by all programs of the soak test: a service, and the number
// of writes.
type landscape struct {
	service *permissiontest.Service

	mu     sync.Mutex
	writes map[string]int // that were carried out, by function
}

// soakProgram is one program, with an API of its own that fails at every fifth call
// or so.
type soakProgram struct {
	*landscape
	*rand.Rand
	owner  string
	stale  map[string]*permission.GetPolicyOutput // the reading before, by function
	calls  int
	faults int
	writes int // its own that were carried out
}

var errLost = errors.New("connection reset by peer")

// meet decides about a fault: err is the answer in place of the service's, and
// isLate says that the service carries the call out all the same.
func (p *soakProgram) meet() (err error, isLate bool) {
	time.Sleep(time.Duration(1+p.IntN(20)) * time.Millisecond) // a call takes its time
	p.calls++
	if p.IntN(5) != 0 {
		return nil, false
	}
	p.faults++
	switch p.IntN(5) {
	case 0:
		return errLost, false
	case 1:
		return errLost, true
	case 2:
		return &lambdaerrors.TooManyRequestsException{StatusCode: 429}, false
	case 3:
		return &lambdaerrors.ServiceException{StatusCode: 500}, p.IntN(2) == 0
	}
	return &lambdaerrors.ResourceConflictException{StatusCode: 409, Message: aws.String("The function could not be updated due to a concurrent update operation.")}, false
}

func (p *soakProgram) wrote(function string, err error) {
	if err != nil {
		return
	}
	p.landscape.mu.Lock()
	defer p.landscape.mu.Unlock()
	p.writes++
	p.landscape.writes[function]++
}

func (p *soakProgram) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (out *permission.AddPermissionOutput, err error) {
	fault, isLate := p.meet()
	if fault == nil || isLate {
		out, err = p.service.API().AddPermission(ctx, in, optFns...)
		p.wrote(*in.FunctionName, err)
	}
	if fault != nil {
		return nil, fault
	}
	return out, err
}

func (p *soakProgram) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (out *permission.RemovePermissionOutput, err error) {
	fault, isLate := p.meet()
	if fault == nil || isLate {
		out, err = p.service.API().RemovePermission(ctx, in, optFns...)
		p.wrote(*in.FunctionName, err)
	}
	if fault != nil {
		return nil, fault
	}
	return out, err
}

// GetPolicy returns its previous answer in place of a conflict, since readings meet
// no conflicts.
func (p *soakProgram) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	fault, _ := p.meet()
	before, isStale := p.stale[*in.FunctionName]
	switch {
	case lambdaerrors.IsConflict(fault) && isStale:
		return before, nil
	case fault != nil:
		return nil, errLost
	}
	out, err := p.service.API().GetPolicy(ctx, in, optFns...)
	if err == nil {
		p.stale[*in.FunctionName] = out
	}
	return out, err
}

// run makes a function have its grants, in as many attempts as it takes, and holds
// the calls against the plan's.
func (p *soakProgram) run(t *testing.T, function string) {
	p.landscape.mu.Lock()
	calls, faults, foreign := p.calls, p.faults, p.landscape.writes[function]-p.writes
	p.landscape.mu.Unlock()
	planned := 0
	for attempt := 1; ; attempt++ {
		result, err := ensure.Grants(t.Context(), p, p.list(function))
		if planned == 0 && result.Plan != nil {
			planned = 1 + result.Plan.Calls().Total()
		}
		if err == nil {
			break
		}
		if attempt == 200 {
			t.Errorf("%s of %s: gave up: %v", function, p.owner, err)
			return
		}
	}
	p.landscape.mu.Lock()
	defer p.landscape.mu.Unlock()
	calls, faults, foreign = p.calls-calls, p.faults-faults, p.landscape.writes[function]-p.writes-foreign
	if most := planned + 3*(faults+foreign); calls > most {
		t.Errorf("%s of %s: %d calls, want at most %d planned and 3 for each of %d faults and %d writes of others", function, p.owner, calls, planned, faults, foreign)
	}
}

// list returns the owner's desired state of a function.
func (p *soakProgram) list(function string) ensure.Desired {
	return ensure.Desired{Function: function, Owner: p.owner, Grants: releaseGrants(p.owner, function, "222222222222")}
}

func releaseGrants(owner, function, account string) []validate.Request {
	return []validate.Request{bucket(owner+"-"+function, account), rule(owner), rule(account + "-" + owner)}
}

// 16 programs, of which two have one owner and one list, work on 200 functions, while
// every fifth call fails and somebody else writes too. In the end every list is in
// force, nothing foreign was touched, and the calls are those that the plans said, and
// at most three more for each fault and each write of another.
func TestDesiredSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	synctest.Test(t, func(t *testing.T) {
		const functions, programs, share = 200, 16, 60
		s := &landscape{service: permissiontest.NewService(), writes: make(map[string]int)}
		name := func(i int) string { return fmt.Sprintf("f%03d", i) }
		owner := func(program int) string { return fmt.Sprintf("p%d", program%(programs-1)) }
		for i := range functions {
			if err := s.service.CreateFunction(name(i)); err != nil {
				t.Fatal(err)
			}
			for program := range programs - 1 { // the desired state of the previous release
				mustGrants(t, s.service.API(), ensure.Desired{Function: name(i), Owner: owner(program), Grants: releaseGrants(owner(program), name(i), "111111111111")[:1+i%3]})
			}
		}
		foreign := make(map[string][]string)
		var wg sync.WaitGroup
		wg.Go(func() {
			random := rand.New(rand.NewPCG(3, 0))
			for i := range 400 {
				time.Sleep(10 * time.Millisecond)
				function := name(random.IntN(functions))
				g := withID(fmt.Sprintf("p%d-foreign-%d", i%programs, i), rule(fmt.Sprint("foreign-", i)))
				g.FunctionName = function
				out, err := s.service.API().AddPermission(t.Context(), permission.NewAddPermissionInput(g))
				if err != nil {
					continue // no room
				}
				foreign[function] = append(foreign[function], *out.Statement)
				s.mu.Lock()
				s.writes[function]++
				s.mu.Unlock()
			}
		})
		var list []*soakProgram
		for i := range programs {
			p := &soakProgram{landscape: s, Rand: rand.New(rand.NewPCG(4, uint64(i))), owner: owner(i), stale: make(map[string]*permission.GetPolicyOutput)}
			list = append(list, p)
			order := p.Perm(functions)[:share]
			wg.Go(func() {
				for _, f := range order {
					p.run(t, name(f))
				}
				for _, f := range order {
					// The last reading is not stale.
					if plan, err := ensure.NewPlan(t.Context(), s.service.API(), p.list(name(f))); err != nil || !plan.Empty() {
						t.Errorf("not right at the end: %v\n%s", err, plan)
					}
				}
			})
		}
		wg.Wait()
		calls, faults := 0, 0
		for _, p := range list {
			calls, faults = calls+p.calls, faults+p.faults
		}
		for function, want := range foreign {
			document, _ := s.service.Policy(function)
			var got []string
			for _, statement := range document.Statements() {
				if strings.Contains(statement.Sid(), "-foreign-") {
					got = append(got, statement.Raw())
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: foreign statements %v, want %v", function, got, want)
			}
		}
		t.Logf("%d calls, %d faults", calls, faults)
	})
}
