package arn_test

import (
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
)

// ParseFunction accepts names of functions in all forms, and Complete adds the missing
// parts.
func Example() {
	for _, name := range []string{
		"thumbnail:live",
		"123456789012:function:thumbnail",
		"arn:aws:lambda:eu-west-1:123456789012:function:thumbnail:7",
		"arn:aws:lambda:eu-west-1:1234:function:thumbnail",
	} {
		f, err := arn.ParseFunction(name)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(f.Name(), f.Qualifier(), f.Complete("aws", "eu-west-1", "123456789012"))
	}
	// Output:
	// thumbnail live arn:aws:lambda:eu-west-1:123456789012:function:thumbnail:live
	// thumbnail  arn:aws:lambda:eu-west-1:123456789012:function:thumbnail
	// thumbnail 7 arn:aws:lambda:eu-west-1:123456789012:function:thumbnail:7
	// arn.ParseFunction("arn:aws:lambda:eu-west-1:1234:function:thumbnail"): account ID must be 12 digits, not 4: leading zeros count (at "1234:function:thumbnail")
}
