package who

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/policies"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// A call is one entry of a callers file: a caller and the function that it calls.
type call struct {
	Name   string // shown in the table
	Calls  string // a function, with or without version or alias
	Action string // "" means the actions of an invocation

	Service       string
	SourceArn     string
	SourceAccount string

	EventSourceToken *string // of an Alexa skill; "" means a skill that sends no token

	Principal      string // an ARN
	PrincipalOrgID string
	IdentityPolicy string // "allows", "silent" or ""

	FunctionUrlAuthType string // "" is a direct call

	invocation policy.Invocation
}

// A reader reads calls. It completes names of functions with home. If the policies have
// a single scope, only is its name, which calls without the member Calls get.
type reader struct {
	home policies.Home
	only string
}

func (r reader) readCalls(s source) ([]call, error) {
	var calls []call
	err := s.each(func(value []byte) error {
		c, err := r.readCall(value)
		calls = append(calls, c)
		return err
	})
	return calls, err
}

// inline reads a call from a text of NAME=VALUE with commas between them.
func (r reader) inline(text string, number int) (call, error) {
	members := map[string]string{"Name": fmt.Sprintf("caller %d", number)}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok {
			return call{}, fmt.Errorf("-caller %d: want NAME=VALUE with commas between them", number)
		}
		members[strings.TrimSpace(name)] = value
	}
	encoded, err := json.Marshal(members)
	if err != nil {
		return call{}, err
	}
	c, err := r.readCall(encoded)
	if err != nil {
		return c, fmt.Errorf("-caller %d: %w", number, err)
	}
	return c, nil
}

func (r reader) readCall(value []byte) (c call, err error) {
	decoder := json.NewDecoder(bytes.NewReader(value))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, withoutValue(err)
	}
	if c.Calls == "" {
		c.Calls = r.only
	}
	if c.Name == "" || c.Calls == "" {
		return c, errors.New("a caller needs a Name, and Calls: the function that it calls")
	}
	c.invocation.Action = c.Action
	if c.invocation.Function, err = r.home.Function(c.Calls); err != nil {
		return c, err
	}
	c.invocation.Caller, err = c.caller()
	return c, err
}

// withoutValue returns an error of encoding/json without the value of a member, which
// may be a token.
func withoutValue(err error) error {
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && mistyped.Field == "":
		return errors.New("a caller must be an object")
	case errors.As(err, &mistyped):
		return fmt.Errorf("%s must be a string", mistyped.Field)
	}
	return err
}

// caller returns the caller, through a function URL if the call has an auth type.
func (c call) caller() (policy.Caller, error) {
	who, err := c.who()
	switch {
	case err != nil:
		return nil, err
	case c.FunctionUrlAuthType != "":
		return policy.FunctionUrl{AuthType: c.FunctionUrlAuthType, Caller: who}, nil
	case who == nil:
		return policy.Anonymous{}, nil
	}
	return who, nil
}

// who returns the caller who signs the request, or nil for an unsigned request.
func (c call) who() (policy.Caller, error) {
	identity, known := map[string]policy.IdentityPolicy{
		"": policy.IdentityPolicyUnknown, "allows": policy.IdentityPolicyAllows, "silent": policy.IdentityPolicySilent,
	}[c.IdentityPolicy]
	isService := c.SourceArn != "" || c.SourceAccount != ""
	isIdentity := c.PrincipalOrgID != "" || c.IdentityPolicy != ""
	switch {
	case !known:
		return nil, fmt.Errorf(`IdentityPolicy %q must be "allows", "silent" or absent`, c.IdentityPolicy)
	case c.Principal != "" && (c.Service != "" || isService || c.EventSourceToken != nil):
		return nil, errors.New("a caller with a Principal has no Service, SourceArn, SourceAccount or EventSourceToken")
	case c.Principal == "" && isIdentity:
		return nil, errors.New("PrincipalOrgID and IdentityPolicy are those of a Principal, which is absent")
	case isService && (c.Service == "" || c.EventSourceToken != nil):
		return nil, errors.New("SourceArn and SourceAccount are passed by a Service that has no EventSourceToken")
	case c.Principal != "":
		return policy.IAMPrincipal{ARN: c.Principal, PrincipalOrgID: c.PrincipalOrgID, IdentityPolicy: identity}, nil
	case c.EventSourceToken != nil:
		return policy.AlexaSkill{Service: c.Service, EventSourceToken: *c.EventSourceToken}, nil
	case c.Service != "":
		return policy.Service{Name: c.Service, SourceArn: c.SourceArn, SourceAccount: c.SourceAccount}, nil
	}
	return nil, nil
}
