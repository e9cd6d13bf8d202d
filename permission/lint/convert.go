package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

func (o *options) statement(s policy.Statement) statement {
	result := statement{Statement: s, terms: termsOf(s)}
	req, resource, ok := requestOf(s)
	if ok {
		result.grant, result.resource, result.isGrant = o.grant(req), resource, true
	}
	return result
}

// requestOf returns the request that would add a statement that means the same,
// but for its Sid where that is missing. It fails for what AddPermission cannot
// say: anything but one principal, one action and one function, Deny, Not
// elements, unknown members, and conditions that have no parameter.
func requestOf(s policy.Statement) (req validate.Request, resource arn.Function, ok bool) {
	isPlain := s.Effect() == "Allow" && len(s.UnknownMembers()) == 0 &&
		s.NotPrincipals() == nil && s.NotActions() == nil && s.NotResources() == nil
	principals, actions, resources := s.Principals(), s.Actions(), s.Resources()
	if !isPlain || len(principals) != 1 || len(actions) != 1 || len(resources) != 1 {
		return req, resource, false
	}
	resource, err := arn.ParseFunction(resources[0])
	if err != nil || !resource.IsComplete() || resource.String() != resources[0] {
		return req, resource, false
	}
	req = validate.Request{FunctionName: resources[0], StatementId: s.Sid(), Action: actions[0], Principal: principals[0].Value}
	return req, resource, isAddable(principals[0]) && setConditions(&req, s.Conditions())
}

// isAddable reports whether AddPermission writes such a principal for its value.
func isAddable(p policy.Principal) bool {
	switch p.Type {
	case policy.PrincipalAWS:
		return p.IsAnyone() || p.IsAccount() || p.IsUniqueID() || strings.HasPrefix(p.Value, "arn:")
	case policy.PrincipalService:
		return isServiceName(p.Value)
	}
	return p.IsAnyone()
}

// setConditions writes conditions to the members of req they come from.
func setConditions(req *validate.Request, conditions []policy.Condition) bool {
	for _, c := range conditions {
		if len(c.Values) != 1 || c.Values[0] == "" || !setCondition(req, c, c.Values[0]) {
			return false
		}
	}
	return true
}

// setCondition fails for an operator that AddPermission does not write, and for
// a member that is set already. SourceArn is documented as compared by
// StringLike and is written as ArnLike.
func setCondition(req *validate.Request, c policy.Condition, value string) bool {
	switch c.Operator {
	case "ArnLike", "ArnEquals", "StringLike":
		return c.HasKey("aws:SourceArn") && setOnce(&req.SourceArn, value)
	case "Bool":
		return c.HasKey("lambda:InvokedViaFunctionUrl") && setFlag(req, value)
	case "StringEquals":
		return setText(req, c, value)
	}
	return false
}

func setText(req *validate.Request, c policy.Condition, value string) bool {
	switch {
	case c.HasKey("aws:SourceAccount"):
		return setOnce(&req.SourceAccount, value)
	case c.HasKey("aws:PrincipalOrgID"):
		return setOnce(&req.PrincipalOrgID, value)
	case c.HasKey("lambda:EventSourceToken"):
		return setOnce(&req.EventSourceToken, value)
	case c.HasKey("lambda:FunctionUrlAuthType"):
		return setOnce(&req.FunctionUrlAuthType, value)
	}
	return false
}

func setOnce(field *string, value string) bool {
	if *field != "" {
		return false
	}
	*field = value
	return true
}

func setFlag(req *validate.Request, value string) bool {
	isTrue := value == "true"
	if req.InvokedViaFunctionUrl != nil || !isTrue && value != "false" {
		return false
	}
	req.InvokedViaFunctionUrl = &isTrue
	return true
}
