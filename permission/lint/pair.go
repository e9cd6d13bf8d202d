package lint

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// urlPair looks for the other half of each grant that is half of a function
// URL's pair: a statement that covers what the other half would have to say.
func urlPair(d *document) []problem {
	if !d.compared {
		return nil
	}
	var found []problem
	for i := range d.statements {
		s := &d.statements[i]
		halves := s.otherHalves()
		if len(halves) == 0 || d.hasOneOf(halves) {
			continue
		}
		found = append(found, missingHalf(s, i+1))
	}
	return found
}

func missingHalf(s *statement, position int) problem {
	if s.grant.isViaURL() {
		return problem{
			field:     "InvokedViaFunctionUrl",
			message:   "no statement grants " + invokeFunctionURL + " to the same callers",
			fix:       "add " + invokeFunctionURL + " with the FunctionUrlAuthType of the URL",
			statement: position,
		}
	}
	return problem{
		field:     "Action",
		message:   "no statement grants " + invokeFunction + " through the URL to the same callers",
		fix:       "add " + invokeFunction + " with InvokedViaFunctionUrl true",
		statement: position,
	}
}

// otherHalves returns the narrowest statements that would complete the pair, of
// which one is enough; none if s is no half.
func (s *statement) otherHalves() []statement {
	isURL := strings.EqualFold(s.grant.Action, invokeFunctionURL)
	isInvoke := strings.EqualFold(s.grant.Action, invokeFunction) && s.grant.isViaURL()
	req := s.grant.Request
	req.InvokedViaFunctionUrl, req.FunctionUrlAuthType = nil, ""
	switch {
	case !s.isGrant:
		return nil
	case isURL:
		via := true
		req.Action, req.InvokedViaFunctionUrl = invokeFunction, &via
		return s.built(req)
	case isInvoke:
		// Which type the URL has, the grant does not say.
		signed, open := req, req
		signed.Action, signed.FunctionUrlAuthType = invokeFunctionURL, "AWS_IAM"
		open.Action, open.FunctionUrlAuthType = invokeFunctionURL, "NONE"
		return append(s.built(signed), s.built(open)...)
	}
	return nil
}

// built returns the statement for req on the resource of s.
func (s *statement) built(req validate.Request) []statement {
	req.StatementId = "half" // must not be empty; no comparison looks at it
	half, err := policy.NewStatement(req, s.resource)
	if err != nil {
		return nil
	}
	return []statement{{Statement: half, terms: termsOf(half)}}
}

func (d *document) hasOneOf(halves []statement) bool {
	for i := range d.statements {
		for j := range halves {
			if covers(&d.statements[i], &halves[j]) {
				return true
			}
		}
	}
	return false
}
