package policy

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/lambdaperm/lambdaperm/arn"
)

// A Statement is one statement of a policy. It is immutable and safe for
// concurrent use; copying it is cheap.
//
// Statements cannot be compared with ==, because that could mean two things:
// compare Raw for the same bytes, String for the same text without regard to the space
// between tokens, and use [Statement.Equivalent] for the same meaning (with go-cmp:
// cmp.Comparer(policy.Statement.Equivalent)).
//
// The zero Statement stands for no statement: IsValid is false, and every accessor
// returns a zero value.
type Statement struct {
	_    [0]func() // not comparable
	body *statement
}

// A statement is the value behind a Statement. nil lists stand for absent members,
// empty ones for empty lists.
type statement struct {
	raw           string
	sid           string
	effect        string
	principals    []Principal
	notPrincipals []Principal
	actions       []string
	notActions    []string
	resources     []string
	notResources  []string
	conditions    []Condition
	ambiguous     []bool   // see ambiguousKeys
	condition     string   // the Condition element as written
	unknown       []member // members that this package does not know, in order

	covers atomic.Pointer[coverage] // nil until it is asked for; use the method coverage
}

// A member is one member of an object.
type member struct {
	name string
	raw  string // the text of its value
}

var noStatement statement

// isAmbiguous reports whether the condition with index i has an ambiguous key.
func (s *statement) isAmbiguous(i int) bool { return s.ambiguous != nil && s.ambiguous[i] }

func (s Statement) get() *statement {
	if s.body == nil {
		return &noStatement
	}
	return s.body
}

// IsValid reports whether s is a statement, not the zero value. It does not
// judge the statement.
func (s Statement) IsValid() bool { return s.body != nil }

// Sid returns the statement id, the StatementId of AddPermission, or "" if the
// statement has no Sid.
func (s Statement) Sid() string { return s.get().sid }

// Effect returns the Effect element, normally "Allow" or "Deny", as it is.
func (s Statement) Effect() string { return s.get().effect }

// Principals returns the entries of Principal in the order of the text, nil if
// the element is absent. The caller owns the slice, as it does all lists that a
// Statement returns.
func (s Statement) Principals() []Principal { return slices.Clone(s.get().principals) }

// NotPrincipals returns the entries of NotPrincipal, nil if it is absent.
func (s Statement) NotPrincipals() []Principal { return slices.Clone(s.get().notPrincipals) }

// Actions returns the entries of Action, nil if it is absent.
func (s Statement) Actions() []string { return slices.Clone(s.get().actions) }

// NotActions returns the entries of NotAction, nil if it is absent.
func (s Statement) NotActions() []string { return slices.Clone(s.get().notActions) }

// Resources returns the entries of Resource, nil if it is absent.
func (s Statement) Resources() []string { return slices.Clone(s.get().resources) }

// NotResources returns the entries of NotResource, nil if it is absent.
func (s Statement) NotResources() []string { return slices.Clone(s.get().notResources) }

// Conditions returns the conditions in the order of the text, or nil if there is no
// condition. An operator without a key results in one Condition without Key and Values.
func (s Statement) Conditions() []Condition {
	conditions := slices.Clone(s.get().conditions)
	for i, c := range conditions {
		conditions[i] = c.clone()
	}
	return conditions
}

// UnknownMembers returns the names of the members that this package does not
// know, in the order of the text. Names are exact: an "effect" is unknown.
func (s Statement) UnknownMembers() []string {
	var names []string
	for _, m := range s.get().unknown {
		names = append(names, m.name)
	}
	return names
}

// DeadPrincipals returns those of the Principals that are the unique id of a
// deleted identity and match nobody; see [Principal.IsUniqueID]. While a policy
// holds one, the service has been reported to refuse further permissions, as
// if their principal were invalid.
func (s Statement) DeadPrincipals() []Principal {
	var dead []Principal
	for _, p := range s.get().principals {
		if p.IsUniqueID() {
			dead = append(dead, p)
		}
	}
	return dead
}

// Raw returns the text of the statement, a JSON object: the bytes it was parsed from,
// with the space between tokens, or the compact ones that NewStatement or
// [Elements.Build] wrote. An EventSourceToken in it is passed through.
func (s Statement) Raw() string { return s.get().raw }

// String returns Raw without the space between tokens; strings keep their escapes,
// and members their order. Texts of statements that differ only in that space are
// equal as Strings.
func (s Statement) String() string {
	if !s.IsValid() {
		return ""
	}
	return compact(s.body.raw)
}

// Size returns the size in bytes of the statement as the service counts it, that of
// String. In a policy it takes one more for the comma, unless it is the first.
func (s Statement) Size() int {
	if !s.IsValid() {
		return 0
	}
	return compactSize(s.body.raw)
}

// Types of a [Principal], as the policy language spells them (IAM User Guide,
// "AWS JSON policy elements: Principal").
const (
	PrincipalAnyone        = "*" // the whole element is the string "*"
	PrincipalAWS           = "AWS"
	PrincipalService       = "Service"
	PrincipalFederated     = "Federated"
	PrincipalCanonicalUser = "CanonicalUser"
)

// A Principal is one entry of a Principal or NotPrincipal element. It is a
// plain, comparable value; == compares spelling, so that an account id and the
// ARN of its root user differ. The zero Principal stands for nobody.
type Principal struct {
	Type  string // PrincipalAWS and so on; other types are kept as they are spelled
	Value string // an ARN, account id, service name …; "*" if Type is PrincipalAnyone
}

// IsAnyone reports whether p matches every caller: the bare string "*" and
// {"AWS":"*"} mean the same (IAM User Guide, "AWS JSON policy elements:
// Principal", "All principals").
func (p Principal) IsAnyone() bool {
	return p.Value == "*" && (p.Type == PrincipalAnyone || p.Type == PrincipalAWS)
}

// IsAccount reports whether p is a whole account: twelve digits, or the ARN of
// the account's root user.
func (p Principal) IsAccount() bool {
	if p.Type != PrincipalAWS {
		return false
	}
	if arn.IsAccountID(p.Value) {
		return true
	}
	_, _, ok := cutRootARN(p.Value)
	return ok
}

// IsUniqueID reports whether p is the unique id of an IAM user (AIDA…) or role
// (AROA…) instead of an ARN, with or without a colon and a session name.
// A policy shows such an id when the identity has been deleted; the entry then
// matches nobody, not even a new identity of the same name (IAM User Guide,
// "AWS JSON policy elements: Principal"; the prefixes: "IAM identifiers",
// "Understanding unique ID prefixes"). Ids of other things, such as a group's
// AGPA…, cannot be principals and are not recognised.
func (p Principal) IsUniqueID() bool {
	if p.Type != PrincipalAWS {
		return false
	}
	id, session, found := strings.Cut(p.Value, ":")
	if found && session == "" {
		return false
	}
	if !strings.HasPrefix(id, "AIDA") && !strings.HasPrefix(id, "AROA") {
		return false
	}
	return len(id) >= minUniqueID && strings.IndexFunc(id, isNotUniqueID) < 0
}

// minUniqueID is the shortest id that IAM documents (API reference, User,
// "UserId"; Role, "RoleId").
const minUniqueID = 16

func isNotUniqueID(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }

func rootARN(partition, accountID string) string {
	return "arn:" + partition + ":iam::" + accountID + ":root"
}

// cutRootARN takes the ARN of an account's root user apart.
func cutRootARN(s string) (partition, accountID string, ok bool) {
	partition, rest, _ := strings.Cut(strings.TrimPrefix(s, "arn:"), ":")
	accountID = strings.TrimSuffix(strings.TrimPrefix(rest, "iam::"), ":root")
	ok = partition != "" && arn.IsAccountID(accountID) && s == rootARN(partition, accountID)
	return partition, accountID, ok
}

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

	// Values holds the values that the key is compared with: booleans and numbers as
	// their JSON text, so that true and "true" read the same.
	Values []string
}

// HasKey reports whether c is about key, without regard to case.
func (c Condition) HasKey(key string) bool { return equalFoldASCII(c.Key, key) }

// isSecret reports whether the values of c must not appear in words that this
// package composes. The prefix of the key does not matter: with a misspelt one the
// value is still a token.
func (c Condition) isSecret() bool {
	return strings.HasSuffix(foldASCII(c.Key), "eventsourcetoken")
}

func (c Condition) clone() Condition {
	c.Values = slices.Clone(c.Values)
	return c
}

// foldASCII lowers only the letters A to Z: names in a policy are ASCII, and
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
