package sdkparity_test

import (
	"github.com/lambdaperm/lambdaperm/permission"
)

// input returns the input of one of the three operations, half of the time of
// AddPermission.
func (s source) input() any {
	switch s.IntN(4) {
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
