package ensure

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Desired is the desired state of one policy: the grants that a function, version
// or alias should have of one owner. The statements of everybody else are left as
// they are. The zero value names no function and is refused.
//
// A Desired is a plain value. Several goroutines may use it if they do not
// change it and Adopt may be called by all of them.
type Desired struct {
	// Function is the function whose policy is meant: a name, a partial ARN or a
	// full ARN, with the version or alias in it (Thumbnail:PROD). Required.
	Function string

	// Owner is the name by which the statements of this list are told from all
	// others; see [grant.CheckOwner]. Each part of a system that writes grants of its
	// own should have an owner of its own. With an owner, statements that are the
	// owner's ([grant.Owns]) and not in Grants are removed. Without one, nothing is
	// removed.
	Owner string

	// Grants are the grants that the policy should have, in the order in which they
	// are added. FunctionName and Qualifier may be empty; if not, they must name
	// Function. An account or a region that Function leaves out and one of them has is
	// that of the whole list. RevisionId must be empty. A grant without a StatementId gets
	// grant.StatementID(Owner, grant). An id of one's own is possible without an
	// Owner, and with one if Adopt accepts it.
	//
	// Two grants with the same meaning are one, unless both have ids of their own.
	Grants []grant.Request

	// Adopt, if set, makes further statements the owner's by their ids: those that
	// version 0.1 or another tool named, or that the caller names itself. An adopted
	// statement is replaced if its id is that of a different grant in Grants, and
	// removed if no grant has its id. Adopt is asked only about statements that
	// AddPermission could have added; a Deny is never adopted. It needs an Owner.
	Adopt func(statementID string) bool

	// AllowOpen names the ids of grants that may be open: given to a service or to
	// everybody, with nothing that limits from where or from whom calls come. Other
	// open grants are refused, since an unset variable turns a limited grant into an
	// open one.
	AllowOpen []string
}

// DesiredError lists everything for which a [Desired] was refused. Nothing was
// written.
type DesiredError struct {
	// Function is that of the Desired.
	Function string

	// Problems are in the order of the grants; it is never empty.
	Problems []Problem
}

// Problem is one reason to refuse a [Desired].
type Problem struct {
	// Grant is the index in Desired.Grants, or -1 if the problem is not about one of
	// them.
	Grant int

	// StatementID is the id that the grant has or gets, or "".
	StatementID string

	// Err is the reason: a *validate.Error for a grant that breaks the rules, an
	// *OpenGrantError, a *TakenError, or another error.
	Err error
}

// Error lists the problems, a line for each if there are several. It holds no
// EventSourceToken.
func (e *DesiredError) Error() string {
	text := fmt.Sprintf("ensure: the grants desired for %q are refused: ", e.Function)
	if len(e.Problems) == 1 {
		return text + e.Problems[0].String()
	}
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = "\n  " + strings.ReplaceAll(p.String(), "\n", "\n  ")
	}
	return fmt.Sprintf("%s%d problems%s", text, len(e.Problems), strings.Join(lines, ""))
}

// Unwrap returns the errors of the problems.
func (e *DesiredError) Unwrap() []error {
	list := make([]error, len(e.Problems))
	for i, p := range e.Problems {
		list[i] = p.Err
	}
	return list
}

// MarshalJSON returns an object with the members error, function and problems. It holds
// no EventSourceToken.
func (e DesiredError) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Error    string    `json:"error"`
		Function string    `json:"function"`
		Problems []Problem `json:"problems"`
	}{e.Error(), e.Function, e.Problems})
}

// String names the grant and the reason.
func (p Problem) String() string {
	switch {
	case p.Grant < 0:
		return p.Err.Error()
	case p.StatementID == "":
		return fmt.Sprintf("grant %d: %v", p.Grant, p.Err)
	}
	return fmt.Sprintf("grant %d (%s): %v", p.Grant, p.StatementID, p.Err)
}

// MarshalJSON returns an object with the members error, grant and statementId. It holds
// no EventSourceToken.
func (p Problem) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Error       string `json:"error"`
		Grant       int    `json:"grant"`
		StatementID string `json:"statementId,omitempty"`
	}{p.Err.Error(), p.Grant, p.StatementID})
}

// OpenGrantError is the refusal of a grant that nothing limits, because
// [Desired].AllowOpen does not name its id.
type OpenGrantError struct {
	StatementID, Principal string
}

// Error says who would be let in, and how to allow it.
func (e *OpenGrantError) Error() string {
	if e.Principal == policy.PrincipalAnyone {
		return fmt.Sprintf("it lets everybody in: set PrincipalOrgID, SourceArn, SourceAccount or FunctionUrlAuthType, or name %q in AllowOpen", e.StatementID)
	}
	return fmt.Sprintf("it lets %s in on behalf of anybody's resources: set SourceArn, SourceAccount or EventSourceToken, or name %q in AllowOpen", e.Principal, e.StatementID)
}

// resolved is a Desired after the checks that need no policy: each grant has its id and
// the function's name, and is listed once.
type resolved struct {
	Desired
	scope arn.Function // without the parts that both Function and the grants leave out

	grants  []grant.Request
	indexes []int // of the grants in Desired.Grants

	byID, byMeaning map[string]int // indexes of grants
}

// resolve checks d and gives its grants their ids.
func resolve(ctx context.Context, d Desired, o *Options) (*resolved, error) {
	r := &resolved{Desired: d, byID: make(map[string]int), byMeaning: make(map[string]int)}
	if o.RevisionID != "" {
		return nil, errors.New("ensure: Options.RevisionID is not for plans, which guard their own writes")
	}
	var err error
	if r.scope, err = o.checkFunction(ctx, d.Function); err == nil {
		err = r.checkOwner()
	}
	if err != nil {
		return nil, &DesiredError{d.Function, []Problem{{Grant: -1, Err: err}}}
	}
	var problems []Problem
	for i, g := range d.Grants {
		g, err := r.complete(ctx, g, o)
		if err == nil {
			err = r.include(i, g)
		}
		if err != nil {
			problems = append(problems, Problem{Grant: i, StatementID: g.StatementId, Err: err})
		}
	}
	if len(problems) > 0 {
		return nil, &DesiredError{d.Function, problems}
	}
	for i := range r.grants {
		r.grants[i].FunctionName = r.scope.Unqualified().String()
	}
	return r, nil
}

// checkFunction runs the pre-flight on the name of a function, and reads it.
func (o *Options) checkFunction(ctx context.Context, function string) (arn.Function, error) {
	if err := o.check(ctx, validate.Request{Operation: validate.GetPolicy, FunctionName: function}); err != nil {
		return arn.Function{}, err
	}
	return arn.ParseFunction(function)
}

func (r *resolved) checkOwner() error {
	switch {
	case r.Owner != "":
		return grant.CheckOwner(r.Owner)
	case r.Adopt != nil:
		return errors.New("field Adopt needs an Owner, since without one nothing is removed or replaced")
	}
	return nil
}

// complete returns a grant with its id and the function's name, or why it is
// refused: by the pre-flight, or because it does not go with the list.
func (r *resolved) complete(ctx context.Context, g grant.Request, o *Options) (grant.Request, error) {
	made := grant.StatementID(r.Owner, g)
	if g.StatementId == "" {
		g.StatementId = made
	}
	if g.FunctionName == "" {
		g.FunctionName = r.scope.Unqualified().String()
		if g.Qualifier == "" && !g.Empty.Has("Qualifier") {
			g.Qualifier = r.scope.Qualifier().String()
		}
	}
	scope, err := o.checkGrant(ctx, g)
	switch {
	case err != nil:
		return g, err
	case g.Operation != "" && g.Operation != validate.AddPermission:
		return g, fmt.Errorf("its Operation must be AddPermission, not %s", g.Operation)
	case g.RevisionId != "":
		return g, errors.New("its RevisionId must be empty: a plan guards its own writes")
	case g.StatementId != made && r.Owner != "" && !r.adopts(g.StatementId):
		return g, fmt.Errorf("its StatementId is not the one of owner %q (%s): leave it empty, or accept it by Adopt", r.Owner, made)
	case !mayBeSame(scope, r.scope):
		return g, fmt.Errorf("it is for %s, not for %s", scope, r.scope)
	case isOpen(g) && !slices.Contains(r.AllowOpen, g.StatementId):
		return g, &OpenGrantError{StatementID: g.StatementId, Principal: g.Principal}
	}
	// A grant may say in which region and account the function is. That holds for the
	// whole list: without it the same function of another region would get the grant.
	r.scope = r.scope.Complete(scope.Partition(), scope.Region(), scope.AccountID())
	g.FunctionName, g.Qualifier = r.scope.Unqualified().String(), r.scope.Qualifier().String()
	return g, nil
}

func (r *resolved) adopts(id string) bool { return r.Adopt != nil && id != "" && r.Adopt(id) }

// include adds a complete grant unless its meaning is there already. It returns an
// error if the id is that of another meaning.
func (r *resolved) include(index int, g grant.Request) error {
	meaning := grant.StatementID("", g)
	if i, ok := r.byID[g.StatementId]; ok {
		if grant.StatementID("", r.grants[i]) != meaning {
			return fmt.Errorf("grant %d has the same StatementId and another meaning", r.indexes[i])
		}
		return nil
	}
	if i, ok := r.byMeaning[meaning]; ok {
		made := grant.StatementID(r.Owner, g)
		switch made {
		case g.StatementId: // the other one has an id of its own
			return nil
		case r.grants[i].StatementId:
			delete(r.byID, made)
			r.grants[i], r.byID[g.StatementId] = g, i
			return nil
		}
	}
	i := len(r.grants)
	r.grants, r.indexes = append(r.grants, g), append(r.indexes, index)
	r.byID[g.StatementId], r.byMeaning[meaning] = i, i
	return nil
}

// mayBeSame reports whether two names can be of the same function, version or
// alias. Parts that one of them leaves out are not compared.
func mayBeSame(a, b arn.Function) bool {
	same := func(x, y string) bool { return x == "" || y == "" || x == y }
	return a.Name() == b.Name() && a.Qualifier() == b.Qualifier() &&
		same(a.Partition(), b.Partition()) && same(a.Region(), b.Region()) && same(a.AccountID(), b.AccountID())
}

// isOpen reports whether a grant is to a service or to everybody without a limit.
// The grants of a function URL to everybody are not counted: FunctionUrlAuthType
// and a true InvokedViaFunctionUrl say that they are meant.
func isOpen(g grant.Request) bool {
	isLimited := g.SourceArn != "" || g.SourceAccount != "" || g.EventSourceToken != ""
	isForURL := g.FunctionUrlAuthType != "" || aws.ToBool(g.InvokedViaFunctionUrl)
	switch {
	case isLimited:
		return false
	case g.Principal == policy.PrincipalAnyone:
		return g.PrincipalOrgID == "" && !isForURL
	}
	return isService(g)
}

// isService reports whether the principal of a grant is a service.
func isService(g grant.Request) bool {
	anywhere := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:any")
	s, err := policy.NewStatement(grant.Request{StatementId: "any", Action: g.Action, Principal: g.Principal}, anywhere)
	return err == nil && s.Principals()[0].Type == policy.PrincipalService
}

// InexpressibleError names the statements of a policy that AddPermission cannot
// add, so that a [Desired] made of it leaves them out.
type InexpressibleError struct {
	// Function is that of the Desired.
	Function string

	// Statements are in the order of the policy; it is never empty.
	Statements []Inexpressible
}

// Inexpressible is one statement of an [InexpressibleError].
type Inexpressible struct {
	Index  int    // in the policy
	Sid    string // "" if it has no id
	Effect string // "Deny" means that without the statement more is allowed
	Err    error  // the reason: a *policy.InexpressibleError, a *validate.Error, or another error
}

// Error names each statement with its reason, those that deny first. It holds no
// EventSourceToken.
func (e *InexpressibleError) Error() string {
	var denies, rest strings.Builder
	for _, s := range e.Statements {
		if s.Effect == "Deny" {
			fmt.Fprintf(&denies, "\n  statement %d (%q) denies; without it more is allowed", s.Index, s.Sid)
			continue
		}
		fmt.Fprintf(&rest, "\n  statement %d (%q): %v", s.Index, s.Sid, s.Err)
	}
	return fmt.Sprintf("ensure: AddPermission cannot add %d of the statements to %s:%s%s", len(e.Statements), e.Function, denies.String(), rest.String())
}

// Unwrap returns the reasons.
func (e *InexpressibleError) Unwrap() []error {
	list := make([]error, len(e.Statements))
	for i, s := range e.Statements {
		list[i] = s.Err
	}
	return list
}

// errDeleted is the reason to leave out a grant whose principal was deleted.
var errDeleted = errors.New("its principal was deleted, and the service would refuse the unique id that is left of it")

// FromDocument returns the desired state of function that has the grants of d: to
// give a new version or another alias the grants of an alias, for example. Statements
// that AddPermission cannot add, or would refuse, are left out and named in an
// *InexpressibleError. The Desired is complete apart from them, and the caller decides
// whether to use it. A Deny is always left out. So is a statement that names
// another Resource than the first one: it grants nothing where the others do.
//
// With an owner the grants get ids of that owner. Without one they keep the ids
// that they have in d. Open grants are named in AllowOpen, since d has them
// already.
func FromDocument(function, owner string, d policy.Document) (Desired, error) {
	desired := Desired{Function: function, Owner: owner}
	e := &InexpressibleError{Function: function}
	resource := ""
	for i, s := range d.Statements() {
		g, err := copied(s, owner, resource)
		if err != nil {
			e.Statements = append(e.Statements, Inexpressible{Index: i, Sid: s.Sid(), Effect: s.Effect(), Err: err})
			continue
		}
		resource = s.Resources()[0]
		desired.Grants = append(desired.Grants, g)
		if isOpen(g) {
			id := g.StatementId
			if id == "" {
				id = grant.StatementID(owner, g)
			}
			desired.AllowOpen = append(desired.AllowOpen, id)
		}
	}
	if len(e.Statements) > 0 {
		return desired, e
	}
	return desired, nil
}

// copied returns the grant of a statement for another function, with its id if there
// is no owner. resource is that of the statements before, or "".
func copied(s policy.Statement, owner, resource string) (grant.Request, error) {
	g, err := s.Request()
	switch {
	case err != nil:
		return grant.Request{}, err
	case len(s.DeadPrincipals()) > 0:
		return grant.Request{}, errDeleted
	case resource != "" && g.FunctionName != resource:
		return grant.Request{}, fmt.Errorf("its Resource is %s, that of other statements %s", g.FunctionName, resource)
	}
	if owner != "" {
		g.StatementId = ""
	}
	probe := g
	if probe.StatementId == "" {
		probe.StatementId = "made"
	}
	if err := validate.Current.Check(probe); err != nil {
		return grant.Request{}, err
	}
	g.FunctionName, g.Qualifier = "", ""
	return g, nil
}
