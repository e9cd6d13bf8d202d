package policy_test

import (
	"errors"
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Parse reads a policy that GetPolicy returned, with statements of any form.
func ExampleParse() {
	d, err := policy.Parse(`{
	  "Version": "2012-10-17",
	  "Id": "default",
	  "Statement": {
	    "Effect": "Allow",
	    "Principal": {"AWS": ["111122223333", "AROAEXAMPLEID1234567"]},
	    "Action": ["lambda:InvokeFunction", "lambda:GetFunction"],
	    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"
	  }
	}`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range d.Statements() {
		fmt.Println(s.Effect(), s.Actions())
		for _, p := range s.Principals() {
			fmt.Printf("%s %s (whole account: %v, deleted: %v)\n", p.Type, p.Value, p.IsAccount(), p.IsUniqueID())
		}
	}
	fmt.Println(d.Size(), "bytes")
	// Output:
	// Allow [lambda:InvokeFunction lambda:GetFunction]
	// AWS 111122223333 (whole account: true, deleted: false)
	// AWS AROAEXAMPLEID1234567 (whole account: false, deleted: true)
	// 256 bytes
}

// An ambiguous text is refused, and the error has the place.
func ExampleParseError() {
	_, err := policy.Parse(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Effect":"Allow"}]}`)
	fmt.Println(err)

	var e *policy.ParseError
	if errors.As(err, &e) {
		fmt.Println(e.Path, e.Offset)
	}
	// Output:
	// policy.Parse: Statement[0]: duplicate member "Effect" (at byte 54)
	// Statement[0] 54
}

// NewStatement returns the statement that AddPermission will store, before the request
// is sent.
func ExampleNewStatement() {
	s, err := policy.NewStatement(validate.Request{
		StatementId:   "s3-uploads",
		Action:        "lambda:InvokeFunction",
		Principal:     "s3.amazonaws.com",
		SourceArn:     "arn:aws:s3:::uploads",
		SourceAccount: "123456789012",
	}, arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s)
	// Output:
	// {"Sid":"s3-uploads","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::uploads"}}}
}

// An incomplete resource is refused, and the error says how to complete it.
func ExampleBuildError() {
	req := validate.Request{StatementId: "any", Action: "lambda:InvokeFunction", Principal: "111122223333"}
	f := arn.MustParseFunction("Thumbnail")

	_, err := policy.NewStatement(req, f)
	fmt.Println(err)

	s, err := policy.NewStatement(req, f.Complete("aws", "us-east-1", "123456789012"))
	fmt.Println(s.Principals(), err)
	// Output:
	// policy.NewStatement: Resource: "Thumbnail" is not a full function ARN; use its Complete method to add partition, region and account
	// [{AWS arn:aws:iam::111122223333:root}] <nil>
}

// Equivalent reports whether the stored statement has the meaning of the wanted one.
func ExampleStatement_Equivalent() {
	there, _ := policy.ParseStatement(`{"Sid":"partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"}`)
	wanted, _ := policy.ParseStatement(`{"Sid":"partner","Effect":"Allow","Principal":{"AWS":["111122223333"]},"Action":["lambda:invokefunction"],"Resource":["arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"],"Condition":{}}`)
	fmt.Println(there.Equivalent(wanted))
	// Output: true
}

// Diff returns the differences of two statements. Tokens are not shown.
func ExampleDiff() {
	a, _ := policy.ParseStatement(`{"Sid":"alexa","Effect":"Allow","Action":"lambda:InvokeFunction","Condition":{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.1"}}}`)
	b, _ := policy.ParseStatement(`{"Sid":"alexa","Effect":"Allow","Action":"lambda:*","Condition":{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.2","AWS:SourceAccount":"123456789012"}}}`)
	for _, d := range policy.Diff(a, b) {
		fmt.Println(d)
	}
	// Output:
	// Action: A has "lambda:InvokeFunction", B has "lambda:*"
	// Condition StringEquals AWS:SourceAccount: A does not have it, B has "123456789012"
	// Condition StringEquals lambda:EventSourceToken: A has (not shown), B has (not shown)
}

// Covers reports whether a statement makes another one superfluous.
func ExampleCovers() {
	broad, _ := policy.ParseStatement(`{"Sid":"1","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/*"}}}`)
	narrow, _ := policy.ParseStatement(`{"Sid":"2","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/nightly"}}}`)
	fmt.Println(policy.Covers(broad, narrow), policy.Covers(narrow, broad))
	// Output: true false
}

// Describe returns a policy in words, without tokens.
func ExampleDocument_Describe() {
	d, err := policy.Parse(`{"Version":"2012-10-17","Id":"default","Statement":[{
		"Sid":"uploads","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail",
		"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::uploads"}}}]}`)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.Describe())
	// Output:
	// 1 (uploads): Allows the service s3.amazonaws.com to call lambda:InvokeFunction on arn:aws:lambda:us-east-1:123456789012:function:thumbnail, if SourceArn matches arn:aws:s3:::uploads.
}

func ExampleStatement_Request() {
	s, err := policy.ParseStatement(`{"Sid":"partner","Effect":"Allow","Principal":{"AWS":"210987654321"},
		"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:thumbnail:live",
		"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`)
	if err != nil {
		panic(err)
	}
	_, err = s.Request()
	fmt.Println(err)
	// Output:
	// policy.Statement.Request: statement "partner": Condition: "StringNotEquals" of "aws:PrincipalOrgID": AddPermission compares this key by StringEquals
}

// Documents are values: an edit returns a new document.
func ExampleDocument_With() {
	var d policy.Document // the policy before the first permission
	s, _ := policy.ParseStatement(`{"Sid":"a","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"}`)
	one := d.With(s)
	fmt.Println(one)
	fmt.Println(one.Without("a"))
	fmt.Println(d.Equivalent(one.Without("a")))
	// Output:
	// {"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"}]}
	// {"Version":"2012-10-17","Id":"default","Statement":[]}
	// true
}

// An edit keeps all other text unchanged in Raw. String and Size do not include the
// whitespace between tokens.
func ExampleDocument_Raw() {
	document, err := policy.Parse(`{ "Version": "2012-10-17",  "Statement": [ {"Sid": "a"},  { "Sid": "\u0062" } ] }`)
	if err != nil {
		panic(err)
	}
	edited := document.Without("a")
	fmt.Println(edited.Raw())
	fmt.Println(edited)
	fmt.Println(edited.Size(), "of", len(edited.Raw()), "bytes")
	// Output:
	// { "Version": "2012-10-17",  "Statement": [ { "Sid": "\u0062" } ] }
	// {"Version":"2012-10-17","Statement":[{"Sid":"\u0062"}]}
	// 55 of 66 bytes
}

// Fits reports whether one more statement fits into the policy.
func ExampleDocument_Fits() {
	d := policy.Document{}
	s, _ := policy.ParseStatement(`{"Sid":"a","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"}`)
	n := 0
	for d.Fits(s) {
		d = d.With(s)
		n++
	}
	fmt.Printf("%d statements, %d of %d bytes, %d left\n", n, d.Size(), policy.MaxSize, d.Headroom())
	// Output: 138 statements, 20477 of 20480 bytes, 3 left
}

// Entries of deleted users and roles match nobody, and the service may refuse further
// permissions because of them.
func ExampleDocument_DeadPrincipals() {
	d, _ := policy.Parse(`{"Statement":[{"Sid":"old","Principal":{"AWS":"AROAEXAMPLEID1234567"}}]}`)
	fmt.Println(d.DeadPrincipals())
	// Output: [{AWS AROAEXAMPLEID1234567}]
}

// grants returns the policy that results from AddPermission of all requests, on a
// function of account 123456789012 in us-east-1.
func grants(requests ...validate.Request) policy.Document {
	var d policy.Document
	for _, req := range requests {
		f := arn.MustParseFunction(req.FunctionName).Complete("aws", "us-east-1", "123456789012")
		s, err := policy.NewStatement(req, f)
		if err != nil {
			panic(err)
		}
		d = d.With(s)
	}
	return d
}

// A bucket may invoke Thumbnail:PROD. A bucket of the same name in another account may
// not, and the bucket may not invoke the unqualified function.
func ExampleDocument_Evaluate() {
	d := grants(validate.Request{
		FunctionName: "Thumbnail:PROD", StatementId: "uploads", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012",
	})
	production := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD")
	uploads := policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012"}
	taken := policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "210987654321"}

	for _, call := range []policy.Invocation{
		{Function: production, Caller: uploads},
		{Function: production, Caller: taken},
		{Function: production.Unqualified(), Caller: uploads},
	} {
		decision := d.Evaluate(call)
		fmt.Println(decision)
		for _, reason := range decision.Reasons() {
			fmt.Println("  ", reason)
		}
	}
	// Output:
	// Allowed: statement 1 (uploads) matches
	// Denied: no statement matches
	//    statement 1 (uploads): SourceAccount 210987654321 is not 123456789012
	// Denied: no statement matches
	//    statement 1 (uploads): Resource arn:aws:lambda:us-east-1:123456789012:function:Thumbnail is not arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD
}

// A permission on a version applies to the ARN with that version, one on an alias to
// the ARN with that alias, and one on the function to the unqualified ARN.
func ExampleDocument_Evaluate_qualifier() {
	topic := policy.Service{Name: "sns.amazonaws.com", SourceArn: "arn:aws:sns:us-east-1:123456789012:jobs", SourceAccount: "123456789012"}
	names := []string{"Thumbnail", "Thumbnail:2", "Thumbnail:PROD"}
	for _, granted := range names {
		d := grants(validate.Request{FunctionName: granted, StatementId: "jobs", Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com"})
		for _, called := range names {
			f := arn.MustParseFunction(called).Complete("aws", "us-east-1", "123456789012")
			fmt.Printf("a permission on %s, a call of %s: %v\n", granted, called, d.Evaluate(policy.Invocation{Function: f, Caller: topic}).Verdict())
		}
	}
	// Output:
	// a permission on Thumbnail, a call of Thumbnail: Allowed
	// a permission on Thumbnail, a call of Thumbnail:2: Denied
	// a permission on Thumbnail, a call of Thumbnail:PROD: Denied
	// a permission on Thumbnail:2, a call of Thumbnail: Denied
	// a permission on Thumbnail:2, a call of Thumbnail:2: Allowed
	// a permission on Thumbnail:2, a call of Thumbnail:PROD: Denied
	// a permission on Thumbnail:PROD, a call of Thumbnail: Denied
	// a permission on Thumbnail:PROD, a call of Thumbnail:2: Denied
	// a permission on Thumbnail:PROD, a call of Thumbnail:PROD: Allowed
}

// Without SourceArn and SourceAccount the service may call for every account. With
// only SourceAccount it may call for all sources of the account.
func ExampleDocument_Evaluate_source() {
	open := validate.Request{FunctionName: "Thumbnail", StatementId: "open", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com"}
	narrower := open
	narrower.SourceAccount = "123456789012"
	narrow := narrower
	narrow.SourceArn = "arn:aws:s3:::uploads"

	f := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
	for _, bucket := range []policy.Service{
		{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::uploads", SourceAccount: "123456789012"},
		{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::logs", SourceAccount: "123456789012"},
		{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::foreign", SourceAccount: "210987654321"},
	} {
		fmt.Printf("%s of %s:", bucket.SourceArn, bucket.SourceAccount)
		for _, req := range []validate.Request{open, narrower, narrow} {
			fmt.Print(" ", grants(req).Evaluate(policy.Invocation{Function: f, Caller: bucket}).Verdict())
		}
		fmt.Println()
	}
	// Output:
	// arn:aws:s3:::uploads of 123456789012: Allowed Allowed Allowed
	// arn:aws:s3:::logs of 123456789012: Allowed Allowed Denied
	// arn:aws:s3:::foreign of 210987654321: Allowed Denied Denied
}

// The caller must supply the EventSourceToken. No text shows it.
func ExampleAlexaSkill() {
	d := grants(validate.Request{
		FunctionName: "Skill", StatementId: "alexa", Action: "lambda:InvokeFunction", Principal: "alexa-appkit.amazon.com", EventSourceToken: "amzn1.ask.skill.1",
	})
	f := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Skill")
	for _, token := range []string{"amzn1.ask.skill.1", "amzn1.ask.skill.2", ""} {
		skill := policy.AlexaSkill{EventSourceToken: token}
		decision := d.Evaluate(policy.Invocation{Function: f, Caller: skill})
		fmt.Println(skill)
		fmt.Println("  ", decision)
		for _, reason := range decision.Reasons() {
			fmt.Println("  ", reason)
		}
	}
	// Output:
	// alexa-appkit.amazon.com with EventSourceToken (not shown)
	//    Allowed: statement 1 (alexa) matches
	// alexa-appkit.amazon.com with EventSourceToken (not shown)
	//    Denied: no statement matches
	//    statement 1 (alexa): EventSourceToken does not have the required value
	// alexa-appkit.amazon.com without an EventSourceToken
	//    Denied: no statement matches
	//    statement 1 (alexa): EventSourceToken is absent, and must be present
}

// A grant is not enough for a caller of another account: the caller's identity policy
// must allow the call as well.
func ExampleIAMPrincipal() {
	d := grants(validate.Request{FunctionName: "Thumbnail", StatementId: "partner", Action: "lambda:InvokeFunction", Principal: "210987654321"})
	f := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
	for _, its := range []policy.IdentityPolicy{policy.IdentityPolicyUnknown, policy.IdentityPolicyAllows, policy.IdentityPolicySilent} {
		partner := policy.IAMPrincipal{ARN: "arn:aws:iam::210987654321:role/invoker", IdentityPolicy: its}
		fmt.Println(d.Evaluate(policy.Invocation{Function: f, Caller: partner}))
	}
	// Output:
	// AllowedIfIdentityPolicy: statement 1 (partner) matches; the caller's identity policy must allow it too
	// Allowed: statement 1 (partner) matches, and the caller's identity policy allows it
	// Denied: statement 1 (partner) matches, but the caller's identity policy does not allow it
}

// A function URL needs two permissions.
func ExampleFunctionUrl() {
	yes := true
	f := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Hello")
	call := policy.Invocation{Function: f, Caller: policy.FunctionUrl{AuthType: "NONE"}}
	url := validate.Request{FunctionName: "Hello", StatementId: "url", Action: "lambda:InvokeFunctionUrl", Principal: "*", FunctionUrlAuthType: "NONE"}
	via := validate.Request{FunctionName: "Hello", StatementId: "via-url", Action: "lambda:InvokeFunction", Principal: "*", InvokedViaFunctionUrl: &yes}

	fmt.Println(grants(url).Evaluate(call))
	for _, step := range grants(url, via).Evaluate(call).Steps() {
		fmt.Println(step.Action, step.Verdict, step.Sid)
	}
	// Output:
	// Denied: for lambda:InvokeFunction: no statement matches
	// lambda:InvokeFunctionUrl Allowed url
	// lambda:InvokeFunction Allowed via-url
}

// Evaluate does not guess: an answer that depends on a time or an address that the
// Invocation does not have is Unsupported.
func ExampleDecision() {
	d, _ := policy.Parse(`{"Version":"2012-10-17","Statement":[
	  {"Sid":"office","Effect":"Allow","Principal":"*","Action":"lambda:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}},
	  {"Sid":"freeze","Effect":"Deny","Principal":"*","Action":"lambda:Delete*","Resource":"*"}]}`)
	f := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Hello")
	for _, action := range []string{"lambda:InvokeFunction", "lambda:DeleteFunction"} {
		decision := d.Evaluate(policy.Invocation{Function: f, Action: action, Caller: policy.IAMPrincipal{ARN: "arn:aws:iam::123456789012:user/u"}})
		_, index, ok := decision.Statement()
		fmt.Println(decision, index, ok)
	}
	// Output:
	// Unsupported: statement 1 (office): it is not known which value the call has for aws:SourceIp 0 true
	// Denied: statement 2 (freeze) denies it 1 true
}

// The statement lets AWS Config call for the rules of a whole organization.
// AddPermission has no parameter for its condition.
func ExampleElements_Build() {
	s, err := policy.Elements{
		Sid:        "config-rules",
		Principals: []policy.Principal{{Type: policy.PrincipalService, Value: "config.amazonaws.com"}},
		Actions:    []string{"lambda:InvokeFunction"},
		Resources:  []string{"arn:aws:lambda:us-east-1:123456789012:function:Inspect"},
		Conditions: []policy.Condition{{Operator: "StringEquals", Key: "aws:SourceOrgID", Values: []string{"o-a1b2c3d4e5"}}},
	}.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s)
	// Output:
	// {"Sid":"config-rules","Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Inspect","Condition":{"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}}}
}

// A Deny for one bucket, on the function and all its versions and aliases, overrides
// every Allow.
func ExampleElements_Build_deny() {
	const function = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"
	denied, err := policy.Elements{
		Sid:        "not-quarantine",
		Effect:     "Deny",
		Principals: []policy.Principal{{Type: policy.PrincipalService, Value: "s3.amazonaws.com"}},
		Actions:    []string{"lambda:InvokeFunction"},
		Resources:  []string{function, function + ":*"},
		Conditions: []policy.Condition{{Operator: "ArnEquals", Key: "aws:SourceArn", Values: []string{"arn:aws:s3:::quarantine"}}},
	}.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	allowed, err := policy.NewStatement(validate.Request{
		StatementId: "buckets", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com", SourceAccount: "123456789012",
	}, arn.MustParseFunction(function))
	if err != nil {
		fmt.Println(err)
		return
	}
	d := policy.Document{}.With(allowed, denied)
	for _, bucket := range []string{"uploads", "quarantine"} {
		call := policy.Invocation{
			Function: arn.MustParseFunction(function),
			Caller:   policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::" + bucket, SourceAccount: "123456789012"},
		}
		fmt.Println(bucket, d.Evaluate(call).Verdict())
	}
	// Output:
	// uploads Allowed
	// quarantine Denied
}

// The statement is for a part of an organization. The key can have several values, so
// its operator begins with ForAnyValue.
func ExampleElements_Build_organizationPaths() {
	unit := policy.Elements{
		Sid:        "unit",
		Principals: []policy.Principal{{Type: policy.PrincipalAnyone, Value: "*"}},
		Actions:    []string{"lambda:InvokeFunction"},
		Resources:  []string{"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"},
		Conditions: []policy.Condition{{Operator: "StringLike", Key: "aws:PrincipalOrgPaths", Values: []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}},
	}
	_, err := unit.Build()
	fmt.Println(err)

	unit.Conditions[0].Operator = "ForAnyValue:StringLike"
	s, err := unit.Build()
	fmt.Println(s.Conditions(), err)
	// Output:
	// policy.Elements.Build: Condition: "aws:PrincipalOrgPaths" can have several values; begin the operator with ForAnyValue: or ForAllValues:
	// [{ForAnyValue:StringLike aws:PrincipalOrgPaths [o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*]}] <nil>
}
