package grant

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// StatementID returns a statement id for a grant, made from what the grant means:
// equal for equal grants, however they are spelled, and different for different
// ones. A program that deploys the same grants again then finds its own statements
// instead of adding them anew, until the policy is full. The ids stay the same in
// all releases of this library.
//
// The id does not depend on FunctionName, Qualifier, StatementId and RevisionId:
// every scope has ids of its own. It begins with the principal, for people, and
// ends in 32 hexadecimal digits of a SHA-256 of the rest; it has at most 100
// characters, all of which AddPermission and RemovePermission accept
// (AddPermission, "StatementId"). An EventSourceToken goes into the digits, and
// nowhere else.
func StatementID(req validate.Request) string {
	sum := sha256.Sum256([]byte(meaning(req)))
	return principalLabel(req.Principal) + "-" + hex.EncodeToString(sum[:16])
}

// meaning writes what a grant means, each part behind its length, so that no two
// grants write the same. It must never change.
func meaning(req validate.Request) string {
	via := ""
	if req.InvokedViaFunctionUrl != nil {
		via = strconv.FormatBool(*req.InvokedViaFunctionUrl)
	}
	var b strings.Builder
	b.WriteString("lambdaperm statement id 1\n")
	for _, part := range []string{
		accountOfRoot(req.Principal),
		strings.Map(lowerASCII, req.Action), // IAM does not tell the case of actions apart
		req.SourceArn,
		req.SourceAccount,
		req.EventSourceToken,
		req.PrincipalOrgID,
		req.FunctionUrlAuthType,
		via,
	} {
		b.WriteString(strconv.Itoa(len(part)) + ":" + part + "\n")
	}
	return b.String()
}

// accountOfRoot returns the id of an account whose root user the principal is,
// which means the same; any other principal stays as it is.
func accountOfRoot(principal string) string {
	rest, isARN := strings.CutPrefix(principal, "arn:")
	_, rest, isIAM := strings.Cut(rest, ":iam::")
	account, isRoot := strings.CutSuffix(rest, ":root")
	if isARN && isIAM && isRoot && len(account) == 12 && strings.Trim(account, "0123456789") == "" {
		return account
	}
	return principal
}

// principalLabel is a principal in legal characters: s3 for s3.amazonaws.com, the
// name of a role, an account id.
func principalLabel(principal string) string {
	label := accountOfRoot(principal)
	label, _, _ = strings.Cut(label, ".amazonaws.com")
	if i := strings.LastIndexByte(label, '/'); i >= 0 {
		label = label[i+1:]
	}
	if label == "*" || label == "" {
		label = "anyone"
	}
	const most = 60
	return strings.Map(legalOrHyphen, label[:min(len(label), most)])
}

func legalOrHyphen(r rune) rune {
	isLegal := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_'
	if isLegal {
		return r
	}
	return '-'
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
