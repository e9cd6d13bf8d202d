package policy_test

import (
	"errors"
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Read what GetPolicy returned, whatever shape its statements have.
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

// A text that cannot be trusted is refused, with the place.
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

// Know what AddPermission will store before it is sent.
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

// An incomplete resource is refused with the way out.
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

// Is the statement that is there the one that was asked for?
func ExampleStatement_Equivalent() {
	there, _ := policy.ParseStatement(`{"Sid":"partner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"}`)
	wanted, _ := policy.ParseStatement(`{"Sid":"partner","Effect":"Allow","Principal":{"AWS":["111122223333"]},"Action":["lambda:invokefunction"],"Resource":["arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"],"Condition":{}}`)
	fmt.Println(there.Equivalent(wanted))
	// Output: true
}

// What differs, in words. Tokens are not shown.
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

// Find statements that another one makes superfluous.
func ExampleCovers() {
	broad, _ := policy.ParseStatement(`{"Sid":"1","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:*","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/*"}}}`)
	narrow, _ := policy.ParseStatement(`{"Sid":"2","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail","Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:events:us-east-1:123456789012:rule/nightly"}}}`)
	fmt.Println(policy.Covers(broad, narrow), policy.Covers(narrow, broad))
	// Output: true false
}

// Documents are values: editing one makes another.
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

// Will one more permission fit?
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

// Entries of deleted users and roles match nobody, and can keep the service from
// accepting further permissions.
func ExampleDocument_DeadPrincipals() {
	d, _ := policy.Parse(`{"Statement":[{"Sid":"old","Principal":{"AWS":"AROAEXAMPLEID1234567"}}]}`)
	fmt.Println(d.DeadPrincipals())
	// Output: [{AWS AROAEXAMPLEID1234567}]
}
