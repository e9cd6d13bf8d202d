package sdkparity_test

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/permission"
)

// input returns the input of one of the six operations, most often of AddPermission.
func (s source) input() any {
	switch s.IntN(8) {
	case 0:
		return &permission.GetPolicyInput{
			FunctionName: s.name(),
			Qualifier:    s.optional(s.qualifier),
		}
	case 1:
		return &permission.RemovePermissionInput{
			FunctionName: s.name(),
			StatementId:  s.required(s.text),
			Qualifier:    s.optional(s.qualifier),
			RevisionId:   s.optional(s.text),
		}
	case 2:
		return &permission.PutResourcePolicyInput{
			Policy:      s.required(s.document),
			ResourceArn: s.required(s.functionName),
			RevisionId:  s.optional(s.text),
		}
	case 3:
		return &permission.GetResourcePolicyInput{ResourceArn: s.required(s.functionName)}
	case 4:
		return &permission.DeleteResourcePolicyInput{
			ResourceArn: s.required(s.functionName),
			RevisionId:  s.optional(s.text),
		}
	}
	return &permission.AddPermissionInput{
		Action:                s.required(s.text),
		FunctionName:          s.name(),
		Principal:             s.required(s.text),
		StatementId:           s.required(s.text),
		EventSourceToken:      s.optional(s.text),
		FunctionUrlAuthType:   s.authType(),
		InvokedViaFunctionUrl: s.flag(),
		PrincipalOrgID:        s.optional(s.text),
		Qualifier:             s.optional(s.qualifier),
		RevisionId:            s.optional(s.text),
		SourceAccount:         s.optional(s.text),
		SourceArn:             s.optional(s.text),
	}
}

// document is a policy, a policy with any text in it, or any text.
func (s source) document() string {
	switch s.IntN(3) {
	case 0:
		return denial
	case 1:
		return strings.Replace(denial, "deny", s.text(), 1)
	}
	return s.text()
}

func (s source) name() *string { return s.required(s.functionName) }

// required is rarely absent, and rarely empty.
func (s source) required(make func() string) *string {
	switch s.IntN(60) {
	case 0:
		return nil
	case 1:
		return new(string)
	}
	v := make()
	return &v
}

// optional is absent, empty or a value, each often.
func (s source) optional(make func() string) *string {
	switch s.IntN(5) {
	case 0, 1:
		return nil
	case 2:
		return new(string)
	}
	v := make()
	return &v
}

func (s source) qualifier() string {
	if s.oneIn(2) {
		return s.text()
	}
	return pick(s, []string{"1", "PROD", "$LATEST", "$latest", "a|b"})
}

func (s source) authType() permission.FunctionUrlAuthType {
	if s.oneIn(6) {
		return permission.FunctionUrlAuthType(s.text())
	}
	return pick(s, []permission.FunctionUrlAuthType{"", permission.FunctionUrlAuthTypeNone, permission.FunctionUrlAuthTypeAwsIam})
}

func (s source) flag() *bool {
	v := s.oneIn(2)
	return pick(s, []*bool{nil, &v})
}
