package validate_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// A valid grant, which lets a bucket invoke a function, has no error.
func Example() {
	err := validate.Current.Check(validate.Request{
		FunctionName:  "my-function",
		StatementId:   "s3-invoke",
		Action:        "lambda:InvokeFunction",
		Principal:     "s3.amazonaws.com",
		SourceArn:     "arn:aws:s3:::my-bucket",
		SourceAccount: "123456789012",
	})
	fmt.Println(err)
	// Output: <nil>
}

// Check finds all violations of a request at once.
func ExampleRules_Check() {
	err := validate.Current.Check(validate.Request{
		FunctionName:  "my-function",
		Qualifier:     "arn:aws:lambda:us-east-1:123456789012:function:my-function:PROD",
		StatementId:   "example.com",
		Action:        "lambda.InvokeFunction",
		Principal:     "arn:aws:s3:::my-bucket",
		SourceAccount: "1234-5678-9012",
	})
	fmt.Println(err)
	// Output:
	// invalid request: 6 violations
	//   Qualifier "arn:aws:lambda:us-east-1:123456789012:function:my-function:PROD": Member must satisfy regular expression pattern: \$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+ (hint: this is the name of a function: Qualifier takes only the version or alias, "PROD")
	//   StatementId "example.com": Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+) (hint: a statement id has only letters, digits, - and _, not '.': try "example-com")
	//   Action "lambda.InvokeFunction": Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*]) (hint: write "lambda:InvokeFunction")
	//   Principal "arn:aws:s3:::my-bucket": The provided principal was invalid. Please check the principal and try again. (hint: this is the source, not who calls: set Principal to "s3.amazonaws.com" and SourceArn to "arn:aws:s3:::my-bucket")
	//   SourceAccount "1234-5678-9012": Member must have length less than or equal to 12
	//   SourceAccount "1234-5678-9012": Member must satisfy regular expression pattern: \d{12} (hint: write the account ID without hyphens: "123456789012")
}

// A program inspects the field and the rule of a Violation, not its text.
func ExampleViolation() {
	err := validate.Current.Check(validate.Request{
		FunctionName: "my-function",
		Qualifier:    "$LATEST",
		StatementId:  "s3",
		Action:       "lambda:InvokeFunction",
		Principal:    "s3.amazonaws.com",
	})
	var v validate.Violation
	if errors.As(err, &v) && v.Rule == validate.RuleLatest {
		fmt.Printf("%s is %s\n%s\n", v.Field, v.Value, v.Hint)
	}
	// Output:
	// Qualifier is $LATEST
	// leave the qualifier out for the unqualified function, or name a version or an alias
}

// Each operation has its own rules: RemovePermission accepts a dot in StatementId.
func ExampleOperation() {
	for _, o := range []validate.Operation{validate.AddPermission, validate.RemovePermission} {
		r := validate.Request{Operation: o, FunctionName: "my-function", StatementId: "example.com"}
		if o == validate.AddPermission {
			r.Action, r.Principal = "lambda:InvokeFunction", "s3.amazonaws.com"
		}
		fmt.Println(o, validate.Current.Check(r) == nil)
	}
	// Output:
	// AddPermission false
	// RemovePermission true
}

// Constraints returns the rules as a table, for example to print them.
func ExampleRules_Constraints() {
	for _, c := range validate.Original.Constraints() {
		required := ""
		if c.Required {
			required = "required"
		}
		length := ""
		if c.MaxLength > 0 {
			length = fmt.Sprintf("%d-%d", c.MinLength, c.MaxLength)
		}
		line := fmt.Sprintf("%-16s  %-8s  %-5s  %s", c.Field, required, length, c.Pattern)
		fmt.Println(strings.TrimRight(line, " "))
	}
	// Output:
	// FunctionName      required  1-140  (arn:aws:lambda:)?([a-z]{2}-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?
	// Qualifier                   1-128  (|[a-zA-Z0-9$_-]+)
	// StatementId       required  1-100  ([a-zA-Z0-9-_]+)
	// Action            required         (lambda:[*]|lambda:[a-zA-Z]+|[*])
	// Principal         required         .*
	// SourceArn                          arn:aws:([a-zA-Z0-9\-])+:([a-z]{2}-[a-z]+-\d{1})?:(\d{12})?:(.*)
	// SourceAccount                      \d{12}
	// EventSourceToken            0-256  [a-zA-Z0-9._\-]+
}

// The original reference has only the partition aws and no PrincipalOrgID.
func ExampleRules_original() {
	grant := validate.Request{
		FunctionName:   "arn:aws-cn:lambda:cn-north-1:123456789012:function:my-function",
		StatementId:    "org",
		Action:         "lambda:InvokeFunction",
		Principal:      "*",
		PrincipalOrgID: "o-1234567890",
	}
	fmt.Println("Current:", validate.Current.Check(grant))

	var e *validate.Error
	if errors.As(validate.Original.Check(grant), &e) {
		for _, v := range e.Violations {
			fmt.Println("Original:", v.Field, v.Rule)
		}
	}
	// Output:
	// Current: <nil>
	// Original: FunctionName pattern
	// Original: PrincipalOrgID unknown-member
}
