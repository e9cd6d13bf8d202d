package arn_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
)

func ExampleParseFunction() {
	for _, s := range []string{
		"Thumbnail",
		"Thumbnail:PROD",
		"123456789012:Thumbnail",
		"arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:2",
	} {
		f, err := arn.ParseFunction(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("name %s, qualifier %q, account %q, complete %t\n", f.Name(), f.Qualifier(), f.AccountID(), f.IsComplete())
	}
	// Output:
	// name Thumbnail, qualifier "", account "", complete false
	// name Thumbnail, qualifier "PROD", account "", complete false
	// name Thumbnail, qualifier "", account "123456789012", complete false
	// name Thumbnail, qualifier "2", account "123456789012", complete true
}

// The error has the mistake, its place and the right form.
func ExampleParseError() {
	_, err := arn.ParseFunction("arn:aws:lambda:us-west-2:1234-5678-9012:function:Thumbnail")
	fmt.Println(err)

	var refused *arn.ParseError
	if errors.As(err, &refused) {
		fmt.Println(refused.Reason)
	}
	// Output:
	// arn.ParseFunction("arn:aws:lambda:us-west-2:1234-5678-9012:function:Thumbnail"): account ID must be 12 digits without hyphens (at "1234-5678-9012:function:Thumbnail")
	// account ID must be 12 digits without hyphens
}

// The resource of a policy statement is always the full ARN.
func ExampleFunction_Complete() {
	f := arn.MustParseFunction("Thumbnail:PROD")
	fmt.Println(f.Complete("aws", "us-west-2", "123456789012"))

	// The parts of the name are kept.
	f = arn.MustParseFunction("210987654321:Thumbnail")
	fmt.Println(f.Complete("aws", "us-west-2", "123456789012"))
	// Output:
	// arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:PROD
	// arn:aws:lambda:us-west-2:210987654321:function:Thumbnail
}

// Each version and each alias has its own policy.
func ExampleFunction_WithQualifier() {
	f := arn.MustParseFunction("123456789012:function:Thumbnail")
	for _, s := range []string{"2", "PROD"} {
		q, err := arn.ParseQualifier(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(f.WithQualifier(q), q.IsVersion(), q.IsAlias())
	}
	// Output:
	// 123456789012:function:Thumbnail:2 true false
	// 123456789012:function:Thumbnail:PROD false true
}

// Functions are comparable: different spellings of a name are equal.
func ExampleFunction() {
	grants := map[arn.Function]int{}
	grants[arn.MustParseFunction("123456789012:Thumbnail")]++
	grants[arn.MustParseFunction("123456789012:function:Thumbnail")]++
	fmt.Println(grants)
	// Output:
	// map[123456789012:function:Thumbnail:2]
}

func ExampleFunction_UnmarshalText() {
	var config struct{ Target arn.Function }
	err := json.Unmarshal([]byte(`{"Target": "Thumbnail:PROD"}`), &config)
	fmt.Println(config.Target.Name(), config.Target.Qualifier(), err)

	err = json.Unmarshal([]byte(`{"Target": "Thumbnail:"}`), &config)
	fmt.Println(err)
	// Output:
	// Thumbnail PROD <nil>
	// arn.ParseFunction("Thumbnail:"): qualifier is empty: leave the colon out too, or give a version number, the name of an alias or $LATEST
}

func ExampleParse() {
	a, err := arn.Parse("arn:aws:logs:us-east-1:123456789012:log-group:thumbnails:*")
	fmt.Println(a.Service(), a.AccountID(), a.Resource(), err)

	_, err = arn.Parse("arn:aws:s3:thumbnails")
	fmt.Println(err)
	// Output:
	// logs 123456789012 log-group:thumbnails:* <nil>
	// arn.Parse("arn:aws:s3:thumbnails"): 3 of 5 colons: expected arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE (at "thumbnails")
}

func ExampleParseQualifier() {
	for _, s := range []string{"2", "PROD", "$LATEST", "Thumbnail:PROD"} {
		q, err := arn.ParseQualifier(s)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(q, q.IsVersion(), q.IsAlias(), q.IsLatest())
	}
	// Output:
	// 2 true false false
	// PROD false true false
	// $LATEST false false true
	// arn.ParseQualifier("Thumbnail:PROD"): a qualifier has no colon: give only the part after the function name (at ":PROD")
}
