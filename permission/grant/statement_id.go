package grant

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/charset"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// StatementID returns a statement id for a grant, made from its meaning: equal for
// equal grants, however they are spelled, and different for different ones. A
// program that deploys the same grants again then finds its own statements instead
// of adding them anew, until the policy is full. The ids stay the same in all
// releases of this library.
//
// The id does not depend on FunctionName, Qualifier, StatementId and RevisionId:
// every scope has ids of its own. It has at most 100 characters, all of which
// AddPermission and RemovePermission accept (AddPermission, "StatementId"). An
// EventSourceToken goes into the digest, and nowhere else.
//
// Without an owner the id begins with the principal, for people, and ends in 32
// hexadecimal digits: 128 bits of a SHA-256 of the meaning.
//
// With an owner the id is the owner, a hyphen and 24 letters and digits in lower
// case: 120 bits of a SHA-256 of owner and meaning. Two owners have different ids
// for the same grant, and nobody gets such an id by chance: see [Owns]. It is that
// short because a policy is limited to 20,480 bytes, in which ids count. The id is
// "" for an owner that [CheckOwner] refuses.
func StatementID(owner string, r Request) string {
	if owner == "" {
		sum := sha256.Sum256([]byte(meaning(r)))
		return principalLabel(r.Principal) + "-" + hex.EncodeToString(sum[:16])
	}
	if CheckOwner(owner) != nil {
		return ""
	}
	sum := sha256.Sum256([]byte("owner " + owner + "\n" + meaning(r)))
	return owner + "-" + digestEncoding.EncodeToString(sum[:15])
}

// digestEncoding writes five bits a letter: 15 bytes fill 24 letters exactly.
var digestEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// MaxOwner is the greatest length of an owner, in characters. The statement ids under which
// package ensure keeps a grant during its replacement hold the first 64 characters
// of the id; so they begin with the owner and the hyphen too.
const MaxOwner = 63

// CheckOwner returns an error for a text that cannot be an owner of statements: it
// is empty, has more than [MaxOwner] characters, or has a character other than ASCII
// letters, digits, hyphens and underscores (AddPermission, "StatementId").
func CheckOwner(owner string) error {
	reason := ""
	switch {
	case owner == "":
		reason = "is empty"
	case strings.Map(legalOrHyphen, owner) != owner:
		reason = "has a character that a statement id cannot have: only ASCII letters, digits, - and _ are allowed"
	case len(owner) > MaxOwner:
		reason = "has " + strconv.Itoa(len(owner)) + " characters; at most " + strconv.Itoa(MaxOwner) + " leave room for the rest of a statement id"
	default:
		return nil
	}
	return &OwnerError{Owner: owner, Reason: reason}
}

// An OwnerError says why a text cannot be an owner of statements.
type OwnerError struct {
	Owner  string // as given
	Reason string // for people; the wording may change
}

// Error names the owner and the reason.
func (e *OwnerError) Error() string {
	return "grant: owner " + strconv.Quote(e.Owner) + ": " + e.Reason
}

// Owns reports whether a stored statement is an owner's: whether its Sid is exactly
// the [StatementID] of the owner and of the statement's meaning. An id that merely
// begins with the owner is not enough, nor is a statement that somebody changed
// under the owner's id. It is false for an owner that [CheckOwner] refuses, and for
// a statement that AddPermission cannot express.
//
// The service rewrites a statement when the user or role in it is deleted
// ([policy.Statement.DeadPrincipals]). Such a statement has lost its meaning, and
// its owner with it.
func Owns(owner string, s policy.Statement) bool {
	if CheckOwner(owner) != nil {
		return false
	}
	r, err := s.Request()
	return err == nil && s.Sid() == StatementID(owner, r)
}

// meaning returns the meaning of a grant as text: its parts, each behind its
// length, so that grants of different meaning have different texts. It must never
// change.
func meaning(r Request) string {
	via := ""
	if r.InvokedViaFunctionUrl != nil {
		via = strconv.FormatBool(*r.InvokedViaFunctionUrl)
	}
	var b strings.Builder
	b.WriteString("lambdaperm statement id 1\n")
	for _, part := range []string{
		accountOfRoot(r.Principal),
		strings.Map(lowerASCII, r.Action), // IAM does not tell the case of actions apart
		r.SourceArn,
		r.SourceAccount,
		r.EventSourceToken,
		r.PrincipalOrgID,
		r.FunctionUrlAuthType,
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
	if isARN && isIAM && isRoot && arn.IsAccountID(account) {
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
	if r < utf8.RuneSelf && charset.Word.Has(byte(r)) {
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
