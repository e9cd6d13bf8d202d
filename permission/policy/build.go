package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
	"github.com/lambdaperm/lambdaperm/validate"
)

// A BuildError says why [NewStatement] or [Elements.Build] cannot write a statement.
// They return it as a *BuildError.
type BuildError struct {
	Field  string // the field of the request, as the API spells it, or the element of the statement
	Reason string // why it cannot be written, and which value can

	function string // that returned it; "" is NewStatement
}

// Error returns, for example, policy.NewStatement: Action: must not be empty.
func (e *BuildError) Error() string {
	function := e.function
	if function == "" {
		function = "policy.NewStatement"
	}
	return function + ": " + e.Field + ": " + e.Reason
}

// NewStatement returns the statement that AddPermission stores for req in the
// policy of resource, byte for byte where the service's form is known:
//
//   - The members are Sid, Effect ("Allow"), Principal, Action (a plain
//     string), Resource and, if there is any condition, Condition.
//   - Principal "*" is the bare string. An account id becomes the ARN of the
//     account's root user in resource's partition. ARNs and unique ids of users
//     and roles are written as they are under AWS, everything else under Service.
//   - Resource is resource, with its qualifier if it has one.
//   - SourceArn becomes ArnLike; SourceAccount, FunctionUrlAuthType,
//     PrincipalOrgID and EventSourceToken become StringEquals in this order;
//     InvokedViaFunctionUrl becomes Bool with the string "true" or "false".
//
// Three points are not documented and were decided here: EventSourceToken
// comes last within StringEquals, Bool comes after ArnLike, and an
// InvokedViaFunctionUrl of false is written, since dropping a condition would
// widen the grant.
//
// NewStatement judges no rules; validate does that. Its error is a
// *[BuildError] and comes only for requests that cannot be written faithfully: a
// resource that is not a complete ARN, an empty StatementId, Action or
// Principal, a member that is present but empty (see [validate.Request.Empty]), a
// field that is not UTF-8, or a FunctionName or Qualifier in req that names another
// function, version or alias than resource does. Either may be empty.
func NewStatement(req validate.Request, resource arn.Function) (Statement, error) {
	if err := checkBuild(req, resource); err != nil {
		return Statement{}, err
	}
	b := make([]byte, 0, 512)
	b = jsontext.AppendQuoted(append(b, `{"Sid":`...), req.StatementId)
	b = append(b, `,"Effect":"Allow","Principal":`...)
	b = appendPrincipal(b, req.Principal, resource.Partition())
	b = jsontext.AppendQuoted(append(b, `,"Action":`...), req.Action)
	b = jsontext.AppendQuoted(append(b, `,"Resource":`...), resource.String())
	b = appendConditionElement(b, conditionsOf(&req))
	b = append(b, '}')

	s, err := parseStatement(value{text: string(b)})
	if err != nil {
		panic(err) // the text above is well-formed by construction
	}
	return s, nil
}

func checkBuild(req validate.Request, resource arn.Function) error {
	if !resource.IsComplete() {
		return &BuildError{Field: "Resource", Reason: fmt.Sprintf("%q is not a full function ARN; use its Complete method to add partition, region and account", resource.String())}
	}
	for _, f := range []struct {
		name, value string
		required    bool
	}{
		{"StatementId", req.StatementId, true},
		{"Action", req.Action, true},
		{"Principal", req.Principal, true},
		{"SourceArn", req.SourceArn, false},
		{"SourceAccount", req.SourceAccount, false},
		{"EventSourceToken", req.EventSourceToken, false},
		{"PrincipalOrgID", req.PrincipalOrgID, false},
		{"FunctionUrlAuthType", req.FunctionUrlAuthType, false},
	} {
		if f.required && f.value == "" {
			return &BuildError{Field: f.name, Reason: "must not be empty"}
		}
		if f.value == "" && req.Empty.Has(f.name) {
			return &BuildError{Field: f.name, Reason: "is present but empty; a statement without it would grant more: set it, or leave it out"}
		}
		if !utf8.ValidString(f.value) {
			return &BuildError{Field: f.name, Reason: "must be valid UTF-8"}
		}
	}
	return checkTarget(req, resource)
}

// checkTarget keeps a grant meant for one version or alias from being written
// for another: easily done when resource was made without the Qualifier.
func checkTarget(req validate.Request, resource arn.Function) error {
	qualifier := resource.Qualifier().String()
	if req.Qualifier != "" && req.Qualifier != qualifier {
		return &BuildError{Field: "Qualifier", Reason: fmt.Sprintf("%q is not the qualifier of the resource %s; use its WithQualifier method", req.Qualifier, resource)}
	}
	named, err := arn.ParseFunction(req.FunctionName)
	if err != nil { // nothing to compare with
		return nil
	}
	named = named.Complete(resource.Partition(), resource.Region(), resource.AccountID())
	if named != resource && named != resource.Unqualified() {
		return &BuildError{Field: "FunctionName", Reason: fmt.Sprintf("%q does not name the resource %s", req.FunctionName, resource)}
	}
	return nil
}

func appendPrincipal(b []byte, principal, partition string) []byte {
	key := principalType(principal)
	switch {
	case key == PrincipalAnyone:
		return append(b, `"*"`...)
	case arn.IsAccountID(principal):
		principal = rootARN(partition, principal)
	}
	b = jsontext.AppendQuoted(append(b, '{'), key)
	b = jsontext.AppendQuoted(append(b, ':'), principal)
	return append(b, '}')
}

// principalType returns the type under which AddPermission writes a principal.
func principalType(principal string) string {
	switch {
	case principal == PrincipalAnyone:
		return PrincipalAnyone
	case arn.IsAccountID(principal), strings.HasPrefix(principal, "arn:"), Principal{PrincipalAWS, principal}.IsUniqueID():
		return PrincipalAWS
	}
	return PrincipalService
}

// A parameter is a parameter of AddPermission that becomes a condition. The
// constants are in the order in which the service writes the conditions, those
// of one operator together.
type parameter int8

const (
	paramSourceAccount parameter = iota
	paramFunctionUrlAuthType
	paramPrincipalOrgID
	paramEventSourceToken
	paramSourceArn
	paramInvokedViaFunctionUrl
	numParameters
)

// written holds the operator and the key of each parameter's condition.
var written = [numParameters]struct{ operator, key string }{
	paramSourceAccount:         {opStringEquals, keySourceAccount},
	paramFunctionUrlAuthType:   {opStringEquals, keyFunctionUrlAuthType},
	paramPrincipalOrgID:        {opStringEquals, keyPrincipalOrgID},
	paramEventSourceToken:      {opStringEquals, keyEventSourceToken},
	paramSourceArn:             {opArnLike, keySourceArn},
	paramInvokedViaFunctionUrl: {opBool, keyInvokedViaFunctionUrl},
}

// text returns the field of a parameter that is a string, nil for
// InvokedViaFunctionUrl.
func (p parameter) text(req *validate.Request) *string {
	switch p {
	case paramSourceAccount:
		return &req.SourceAccount
	case paramFunctionUrlAuthType:
		return &req.FunctionUrlAuthType
	case paramPrincipalOrgID:
		return &req.PrincipalOrgID
	case paramEventSourceToken:
		return &req.EventSourceToken
	case paramSourceArn:
		return &req.SourceArn
	}
	return nil
}

// value returns the value of the condition, "" if the parameter is absent.
func (p parameter) value(req *validate.Request) string {
	if text := p.text(req); text != nil {
		return *text
	}
	return boolString(req.InvokedViaFunctionUrl)
}

// conditionsOf returns the conditions of req in the order in which the service
// writes them.
func conditionsOf(req *validate.Request) []Condition {
	set := make([]Condition, 0, numParameters)
	for p, w := range written {
		if value := parameter(p).value(req); value != "" {
			set = append(set, Condition{w.operator, w.key, []string{value}})
		}
	}
	return set
}

func boolString(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "true"
	}
	return "false"
}

func appendConditionElement(b []byte, conditions []Condition) []byte {
	if len(conditions) == 0 {
		return b
	}
	b = append(b, `,"Condition":{`...)
	for i, c := range conditions {
		switch {
		case i == 0:
			b = append(jsontext.AppendQuoted(b, c.Operator), `:{`...)
		case c.Operator != conditions[i-1].Operator:
			b = append(jsontext.AppendQuoted(append(b, `},`...), c.Operator), `:{`...)
		default:
			b = append(b, ',')
		}
		b = append(jsontext.AppendQuoted(b, c.Key), ':')
		b = appendTexts(b, c.Values)
	}
	return append(b, `}}`...)
}
