package validate

import (
	"fmt"
	"strconv"
	"strings"
)

// Mistakes of an account ID, wherever it stands.

// wrongAccount is a number that was meant as an account ID; "" for anything else.
func wrongAccount(v string) string {
	digits := strings.ReplaceAll(v, "-", "")
	switch {
	case !isDigitsAndHyphens(v) || isAccountID(v):
		return ""
	case isAccountID(digits):
		return "write the account ID without hyphens: " + quote(digits)
	case len(v) == len(digits) && 9 <= len(v) && len(v) <= 11:
		return lostZero(v)
	}
	return "an account ID has 12 digits, this has " + strconv.Itoa(len(digits))
}

// lostZero is an account ID of 9 to 11 digits that was read as a number: its leading
// zeros are gone, or they made a reader of YAML 1.1 take it for an octal number.
func lostZero(v string) string {
	h := fmt.Sprintf("an account ID has 12 digits, this has %d: as a number it lost its leading zero, write %q",
		len(v), "000"[:12-len(v)]+v)
	// An octal number with a leading zero has at most eleven more digits of three bits.
	if n, err := strconv.ParseUint(v, 10, 64); err == nil && n < 1<<33 {
		h += fmt.Sprintf(" (or %q, if it was read as an octal number)", fmt.Sprintf("%012o", n))
	}
	return h
}

func arnAsAccount(v string) string {
	a, ok := splitSourceArn(v)
	switch {
	case !ok:
		return ""
	case isAccountID(a.account):
		return "this is an ARN: write its account ID, " + quote(a.account)
	}
	return "this is an ARN: it belongs in SourceArn"
}
