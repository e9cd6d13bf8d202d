package policy

import (
	"slices"
	"strings"
)

// The condition operators that this package treats specially; AddPermission
// writes StringEquals, ArnLike and Bool.
const (
	opStringEquals = "StringEquals"
	opStringLike   = "StringLike"
	opArnLike      = "ArnLike"
	opBool         = "Bool"
)

// The condition keys that AddPermission writes, in the service's spelling. Key
// names do not depend on case (IAM User Guide, "IAM JSON policy elements:
// Condition").
const (
	keySourceArn             = "AWS:SourceArn"
	keySourceAccount         = "AWS:SourceAccount"
	keyPrincipalOrgID        = "aws:PrincipalOrgID"
	keyEventSourceToken      = "lambda:EventSourceToken"
	keyFunctionUrlAuthType   = "lambda:FunctionUrlAuthType"
	keyInvokedViaFunctionUrl = "lambda:InvokedViaFunctionUrl"
)

// A Condition is one key of one operator of a Condition element. A request
// must meet all conditions of a statement; one of the values is enough for
// most operators.
type Condition struct {
	Operator string // such as StringEquals, as spelled in the policy
	Key      string // such as AWS:SourceArn, as spelled in the policy; "" if the operator has no key at all

	// Values holds what the key is compared with: booleans and numbers as their
	// JSON text, so that true and "true" read the same.
	Values []string
}

// HasKey reports whether c is about key, without regard to case.
func (c Condition) HasKey(key string) bool { return equalFoldASCII(c.Key, key) }

// isSecret reports whether the values of c must not appear in words that this
// package composes. A prefix of the key that is misspelt makes the token no
// less secret.
func (c Condition) isSecret() bool {
	return strings.HasSuffix(foldASCII(c.Key), "eventsourcetoken")
}

func (c Condition) clone() Condition {
	c.Values = slices.Clone(c.Values)
	return c
}

// foldASCII lowers the letters A to Z alone: names in a policy are ASCII, and
// the wider Unicode folding would make different names equal (K and the Kelvin
// sign).
func foldASCII(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' })
	if i < 0 {
		return s
	}
	b := []byte(s)
	for ; i < len(b); i++ {
		b[i] = lowerASCII(b[i])
	}
	return string(b)
}

// equalFoldASCII reports whether foldASCII makes a and b equal; it allocates
// nothing.
func equalFoldASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if lowerASCII(a[i]) != lowerASCII(b[i]) {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
