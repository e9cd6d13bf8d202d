package permission

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// rebuild returns the grant that would store a statement with the meaning of s,
// or false if AddPermission cannot express it: statements can also come from
// PutResourcePolicy, and hold what AddPermission has no field for. The proof is in
// the attempt: the fields are read from s as if it were simple, and the result is
// compared with s.
func (e *ensuring) rebuild(s policy.Statement) (*AddPermissionInput, bool) {
	in := &AddPermissionInput{FunctionName: e.in.FunctionName, Qualifier: e.in.Qualifier, StatementId: aws.String(s.Sid())}
	if principals := s.Principals(); len(principals) > 0 {
		in.Principal = aws.String(principals[0].Value)
	}
	if actions := s.Actions(); len(actions) > 0 {
		in.Action = aws.String(actions[0])
	}
	for _, c := range s.Conditions() {
		in.setCondition(c)
	}
	rebuilt, err := wantedStatement(in.Request(), s)
	return in, err == nil && rebuilt.Equivalent(s) && len(s.DeadPrincipals()) == 0 && validate.Current.Check(in.Request()) == nil
}

// setCondition sets the field that becomes a condition on the key of c, if there
// is one.
func (in *AddPermissionInput) setCondition(c policy.Condition) {
	if len(c.Values) == 0 {
		return
	}
	value := c.Values[0]
	switch {
	case c.HasKey("aws:SourceArn"):
		in.SourceArn = &value
	case c.HasKey("aws:SourceAccount"):
		in.SourceAccount = &value
	case c.HasKey("aws:PrincipalOrgID"):
		in.PrincipalOrgID = &value
	case c.HasKey("lambda:EventSourceToken"):
		in.EventSourceToken = &value
	case c.HasKey("lambda:FunctionUrlAuthType"):
		in.FunctionUrlAuthType = FunctionUrlAuthType(value)
	case c.HasKey("lambda:InvokedViaFunctionUrl"):
		in.InvokedViaFunctionUrl = aws.Bool(value == "true")
	}
}
