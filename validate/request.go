package validate

import "github.com/lambdaperm/lambdaperm/arn"

// Request is a grant in plain values: the members of an AddPermission request,
// or of a GetPolicy or RemovePermission request when Operation says so.
//
// A member that is "" (or nil) is absent unless Empty names it. A required member
// that is absent or empty is judged as missing; an optional one is judged if it has
// a value or Empty names it. Encoded as JSON, a Request has the shape of the API's
// own members, FunctionName and Qualifier included; Operation is not encoded.
//
// A Request may hold a secret, the EventSourceToken: print it with care.
type Request struct {
	// Operation chooses the rules; the zero value is AddPermission.
	Operation Operation `json:"-"`

	// FunctionName is a name, a partial ARN or a full ARN, each with or without ":QUALIFIER".
	FunctionName string `json:",omitempty"`
	// Qualifier is a version or an alias.
	Qualifier string `json:",omitempty"`
	// StatementId names the statement within its policy.
	StatementId string `json:",omitempty"`
	// Action is what is allowed: "lambda:InvokeFunction", "lambda:*" or "*".
	Action string `json:",omitempty"`
	// Principal is who is allowed: a service, an account ID, an IAM ARN or "*".
	Principal string `json:",omitempty"`
	// SourceArn limits a service principal to one resource, or several by wildcards.
	SourceArn string `json:",omitempty"`
	// SourceAccount limits a service principal to the resources of one account, 12 digits.
	SourceAccount string `json:",omitempty"`
	// EventSourceToken is what an Alexa skill must present. It is a secret.
	EventSourceToken string `json:",omitempty"`
	// PrincipalOrgID limits the grant to an organization, "o-" and 10 to 32 characters.
	PrincipalOrgID string `json:",omitempty"`
	// FunctionUrlAuthType is "NONE" or "AWS_IAM".
	FunctionUrlAuthType string `json:",omitempty"`
	// InvokedViaFunctionUrl limits the grant to calls through the function's URL; nil is absent.
	InvokedViaFunctionUrl *bool `json:",omitempty"`
	// RevisionId is the revision that the policy must have for the request to succeed.
	RevisionId string `json:",omitempty"`

	// Empty names the members that are present with the value "", such as those
	// that a program fills from a variable that is not set. The service refuses
	// SourceArn, SourceAccount, EventSourceToken and PrincipalOrgID then, since ""
	// does not match their patterns, and Qualifier, whose minimum length is 1; so do
	// the rules. RevisionId is sent as it is. A member that has a value is judged by
	// it, whether or not Empty names it. The zero value names none: every member
	// that is "" is absent.
	Empty Members `json:"-"`
}

// Function returns the function, version or alias that FunctionName and Qualifier
// name together, with as much of its ARN as FunctionName has.
//
// The error is an *arn.ParseError if one of the two cannot be read; else a
// Violation if they carry different qualifiers, if Empty names Qualifier, or if
// Qualifier has a '$' that only $LATEST and $LATEST.PUBLISHED may have. No other
// rule is applied.
func (r Request) Function() (arn.Function, error) {
	f, err := arn.ParseFunction(r.FunctionName)
	switch {
	case err != nil:
		return arn.Function{}, err
	case r.Qualifier == "" && r.Empty.has(fieldQualifier):
		return arn.Function{}, Violation{Field: "Qualifier", Rule: RuleMinLength, Message: minLengthMessage(1), Hint: emptyHint}
	case r.Qualifier == "":
		return f, nil
	}
	q, err := arn.ParseQualifier(r.Qualifier)
	if err != nil {
		return arn.Function{}, err
	}
	if own := f.Qualifier(); !own.IsZero() && own != q {
		return arn.Function{}, mismatch(own.String(), r.Qualifier)
	}
	qualified := f.WithQualifier(q)
	if !qualified.IsValid() {
		return arn.Function{}, Violation{
			Field: "Qualifier", Rule: RulePattern, Value: r.Qualifier,
			Message: "Member must be a version, an alias, $LATEST or $LATEST.PUBLISHED",
		}
	}
	return qualified, nil
}
