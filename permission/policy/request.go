package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/validate"
)

// An InexpressibleError says why AddPermission cannot add a statement.
// [Statement.Request] returns it as an *InexpressibleError. It shows names of
// elements, operators and keys, and no value of a condition: one may be an
// EventSourceToken.
type InexpressibleError struct {
	Sid     string // of the statement; "" if it has no Sid
	Element string // the element concerned, such as "Condition"; "" if it is the statement as a whole
	Reason  string // why AddPermission cannot express it
}

// Error returns, for example,
//
//	policy.Statement.Request: statement "partner": Effect: AddPermission writes Allow, not "Deny"
func (e *InexpressibleError) Error() string {
	text := "policy.Statement.Request: "
	if e.Sid != "" {
		text += "statement " + abbrev.Quote(e.Sid) + ": "
	}
	if e.Element != "" {
		text += e.Element + ": "
	}
	return text + e.Reason
}

// Request returns the request of AddPermission that stores a statement with the
// meaning of s. It is the inverse of [NewStatement]: for a statement s which
// that function returned for the function f, NewStatement(s.Request(), f)
// returns the same bytes.
//
// FunctionName is the Resource of s, with its qualifier; Qualifier is empty.
// Principal, Action and the values of conditions are returned as s spells them.
// A statement without a Sid gives a request without StatementId, which the
// caller has to set before sending it.
//
// SourceArn may also be compared by ArnEquals, which behaves as ArnLike does, or
// by StringLike if there is no wildcard in front of the fifth colon, where the
// two match the same ARNs. Apart from that, [NewStatement] of the result is
// equivalent to s but for a missing Sid.
//
// Request judges no rules; validate does that. In particular it passes on a
// principal that the service refuses to add again, such as the unique id of a
// deleted identity; see [Statement.DeadPrincipals].
//
// The error is an *[InexpressibleError], and the request is then zero. It is
// returned for every statement that PutResourcePolicy can store and AddPermission
// cannot: one with an Effect other than Allow, a Not element, an unknown member, a
// number of principals, actions or functions other than one, or a condition that has no
// parameter.
func (s Statement) Request() (validate.Request, error) {
	body := s.get()
	req := validate.Request{StatementId: body.sid}
	err := body.checkShape()
	for _, set := range []func(*statement, *validate.Request) *InexpressibleError{setPrincipal, setAction, setFunction, setConditions} {
		if err == nil {
			err = set(body, &req)
		}
	}
	if err != nil {
		err.Sid = body.sid
		return validate.Request{}, err
	}
	return req, nil
}

func inexpressible(element, format string, args ...any) *InexpressibleError {
	return &InexpressibleError{Element: element, Reason: fmt.Sprintf(format, args...)}
}

func (s *statement) checkShape() *InexpressibleError {
	switch {
	case s.raw == "":
		return inexpressible("", "it is the zero Statement")
	case s.effect != effectAllow:
		return inexpressible("Effect", "AddPermission writes Allow, not %s", abbrev.Quote(s.effect))
	case len(s.unknown) > 0:
		return inexpressible("", "AddPermission has no parameter for the member %s", abbrev.Quote(s.unknown[0].name))
	}
	for _, not := range []struct {
		name      string
		isPresent bool
	}{
		{"NotPrincipal", s.notPrincipals != nil},
		{"NotAction", s.notActions != nil},
		{"NotResource", s.notResources != nil},
	} {
		if not.isPresent {
			return inexpressible(not.name, "AddPermission does not write this element")
		}
	}
	return nil
}

// onlyEntry returns the single entry of an element that must have exactly one.
func onlyEntry[T any](element string, list []T) (entry T, err *InexpressibleError) {
	if len(list) != 1 {
		return entry, inexpressible(element, "AddPermission writes one entry, and the statement has %d", len(list))
	}
	return list[0], nil
}

// setPrincipal refuses a principal that NewStatement would write as one of
// another type.
func setPrincipal(s *statement, req *validate.Request) *InexpressibleError {
	p, err := onlyEntry("Principal", s.principals)
	if err != nil {
		return err
	}
	if p.Value == "" {
		return inexpressible("Principal", "it is empty")
	}
	if written := principalType(p.Value); written != p.Type && !p.IsAnyone() {
		return inexpressible("Principal", "AddPermission writes this value as a principal of type %s, not %s", abbrev.Quote(written), abbrev.Quote(p.Type))
	}
	req.Principal = p.Value
	return nil
}

func setAction(s *statement, req *validate.Request) *InexpressibleError {
	action, err := onlyEntry("Action", s.actions)
	if err == nil && action == "" {
		err = inexpressible("Action", "it is empty")
	}
	req.Action = action
	return err
}

func setFunction(s *statement, req *validate.Request) *InexpressibleError {
	resource, err := onlyEntry("Resource", s.resources)
	if err != nil {
		return err
	}
	if f, problem := arn.ParseFunction(resource); problem != nil || !f.IsComplete() || f.String() != resource {
		return inexpressible("Resource", "AddPermission writes the full ARN of one function, version or alias, not %s", abbrev.Quote(resource))
	}
	req.FunctionName = resource
	return nil
}

func setConditions(s *statement, req *validate.Request) *InexpressibleError {
	for i := range s.conditions {
		if reason := setCondition(&s.conditions[i], req); reason != "" {
			c := s.conditions[i]
			return inexpressible("Condition", "%s of %s: %s", abbrev.Quote(c.Operator), abbrev.Quote(c.Key), reason)
		}
	}
	return nil
}

// setCondition sets the parameter that AddPermission writes as c. If there is no
// such parameter, it returns the reason.
func setCondition(c *Condition, req *validate.Request) (reason string) {
	p := slices.IndexFunc(written[:], func(w struct{ operator, key string }) bool { return c.HasKey(w.key) })
	switch {
	case p < 0:
		return "AddPermission has no parameter for this key"
	case !comparesAs(c, written[p].operator):
		return "AddPermission compares this key by " + written[p].operator
	case len(c.Values) != 1:
		return fmt.Sprintf("AddPermission writes one value, and the statement has %d", len(c.Values))
	case parameter(p).value(req) != "":
		return "the statement has a second condition on this key"
	}
	return parameter(p).set(req, c.Values[0])
}

func (p parameter) set(req *validate.Request, value string) (reason string) {
	switch text := p.text(req); {
	case value == "":
		return "the value is empty"
	case text != nil:
		*text = value
	case value != "true" && value != "false":
		return `the value is neither "true" nor "false"`
	default:
		isTrue := value == "true"
		req.InvokedViaFunctionUrl = &isTrue
	}
	return ""
}

// comparesAs reports whether the operator of c matches the same texts as the
// given one.
func comparesAs(c *Condition, operator string) bool {
	switch {
	case normalOperator(c.Operator) == operator:
		return true
	case operator == opArnLike && c.Operator == opStringLike:
		return !slices.ContainsFunc(c.Values, func(v string) bool { return !isOpenAtEndOnly(v) })
	}
	return false
}

// isOpenAtEndOnly reports whether pattern is an ARN whose wildcards are all after the
// fifth colon.
func isOpenAtEndOnly(pattern string) bool {
	parts := strings.SplitN(pattern, ":", 6)
	return len(parts) == 6 && parts[0] == "arn" && !glob.HasWildcard(strings.Join(parts[:5], ""))
}
