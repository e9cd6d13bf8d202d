package grants

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// An Unknown is a value that is known only at deployment, with texts that it may have.
// All uses of an Unknown have the same text.
type Unknown struct {
	ID       string
	Spelling string
	StandIns []string
	// Listed is set if the file names all possible values.
	Listed bool
}

// A Choice maps the ID of an unknown to the index of its stand-in. An unknown that is
// not in it has the first stand-in.
type Choice map[string]int

// Choices returns all combinations of stand-ins for the unknowns, or false if there are
// more than limit.
func Choices(unknowns []Unknown, limit int) ([]Choice, bool) {
	all := []Choice{{}}
	for _, u := range unknowns {
		if len(all)*len(u.StandIns) > limit {
			return nil, false
		}
		next := make([]Choice, 0, len(all)*len(u.StandIns))
		for i := range u.StandIns {
			for _, c := range all {
				next = append(next, c.With(u.ID, i))
			}
		}
		all = next
	}
	return all, true
}

// With returns a copy of the choice with one more decision.
func (c Choice) With(id string, i int) Choice {
	d := make(Choice, len(c)+1)
	for k, v := range c {
		d[k] = v
	}
	d[id] = i
	return d
}

// StandInsOf returns the stand-ins of the unknowns, the longest first, since a stand-in
// may be part of another one. It leaves out unknowns with Listed, whose values are in
// the file.
func StandInsOf(unknowns []Unknown) (all []StandIn) {
	for _, u := range unknowns {
		if u.Listed {
			continue
		}
		for _, s := range u.StandIns {
			all = append(all, StandIn{Text: s, Spelling: u.Spelling})
		}
	}
	slices.SortStableFunc(all, func(a, b StandIn) int { return len(b.Text) - len(a.Text) })
	return all
}

// Limits of one grant. Beyond them the grant is treated as not known.
const (
	MaxOutcomes = 16   // of open conditions
	MaxChoices  = 4096 // of stand-ins
)

// A Member is a member of a request that a file can have, with texts that it may have
// if no part of it is known.
type Member struct {
	Name     string // in a validate.Request, and in AWS::Lambda::Permission
	StandIns []string
}

// Members lists the members in the order of the API.
var Members = []Member{
	{"FunctionName", []string{"standin", "arn:aws:lambda:us-west-2:999900001111:function:standin", "arn:aws-cn:lambda:cn-north-1:999900001111:function:standin", "standin:live"}},
	{"Qualifier", []string{"live", "7"}},
	{"StatementId", []string{"standin"}},
	{"Action", []string{"lambda:InvokeFunction", "lambda:InvokeFunctionUrl"}},
	{"Principal", []string{"s3.amazonaws.com", "sns.amazonaws.com", "999900001111", "arn:aws:iam::999900001111:role/standin"}},
	{"SourceArn", []string{"arn:aws:s3:::standin", "arn:aws-cn:s3:::standin", "arn:aws:sns:us-west-2:999900001111:standin", "arn:aws:execute-api:us-west-2:999900001111:a1b2c3d4e5/*/GET/standin"}},
	{"SourceAccount", []string{"999900001111"}},
	{"EventSourceToken", []string{"standin"}},
	{"PrincipalOrgID", []string{"o-standin0000"}},
	{"FunctionUrlAuthType", []string{"NONE", "AWS_IAM"}},
	{"InvokedViaFunctionUrl", []string{"true", "false"}},
}

// Unknown returns the Unknown for a member of which no part is known.
func (m Member) Unknown(spelling string) Unknown {
	return Unknown{ID: "member " + m.Name, Spelling: spelling, StandIns: m.StandIns}
}

// Set sets a member of a request. It ignores other names, and a text of
// InvokedViaFunctionUrl that is not a boolean.
func Set(req *validate.Request, member, text string) {
	switch member {
	case "FunctionName":
		req.FunctionName = text
	case "Qualifier":
		req.Qualifier = text
	case "StatementId":
		req.StatementId = text
	case "Action":
		req.Action = text
	case "Principal":
		req.Principal = text
	case "SourceArn":
		req.SourceArn = text
	case "SourceAccount":
		req.SourceAccount = text
	case "EventSourceToken":
		req.EventSourceToken = text
	case "PrincipalOrgID":
		req.PrincipalOrgID = text
	case "FunctionUrlAuthType":
		req.FunctionUrlAuthType = text
	case "InvokedViaFunctionUrl":
		if b, err := strconv.ParseBool(strings.ToLower(text)); err == nil {
			req.InvokedViaFunctionUrl = &b
		}
	}
}
