package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/glob"
)

// why explains the answer about one action.
func (d *Decision) why(s step) string {
	if d.count == 0 {
		return "no call was evaluated"
	}
	if s.settled != "" {
		return s.settled
	}
	r, _ := d.policy.request(*d.invocation, s.action)
	if s.statement < 0 {
		return r.withoutStatement(s.verdict)
	}
	statement := d.policy.statements[s.statement].body
	m := r.match(statement)
	name := label(s.statement, statement.sid)
	switch {
	case s.verdict == Unsupported:
		return name + ": " + r.words(statement, m)
	case s.verdict == Denied && statement.effect == effectDeny:
		return name + " denies it"
	}
	return name + " matches" + r.withIdentityPolicy(s.verdict, m.granted.least)
}

// withoutStatement explains an answer that no statement decided.
func (r *request) withoutStatement(v Verdict) string {
	switch {
	case r.isDeniedByIdentityPolicy():
		return "the caller's identity policy denies it"
	case v == AllowedIfIdentityPolicy:
		return "no statement matches; in its own account the caller's identity policy can allow it by itself"
	case v == Allowed:
		return "no statement matches, but the caller's identity policy allows it, which is enough in its own account"
	case r.isOwnAccount():
		return "no statement matches, and the caller's identity policy does not allow it"
	}
	return "no statement matches"
}

// withIdentityPolicy explains the effect of the caller's identity policy beside a
// statement that grants l.
func (r *request) withIdentityPolicy(v Verdict, l level) string {
	switch {
	case v == AllowedIfIdentityPolicy:
		return "; the caller's identity policy must allow it too"
	case v == Denied:
		return ", but the caller's identity policy does not allow it"
	case r.kind != callerIdentity, r.isOwnAccount() && l == direct:
		return ""
	case r.identity.kind == identityRoot:
		return ", and a root user needs no identity policy"
	}
	return ", and the caller's identity policy allows it"
}

// label names a statement by its place in the policy, counted from 1, and its Sid.
func label(index int, sid string) string {
	text := "statement " + strconv.Itoa(index+1)
	if sid != "" {
		text += " (" + word(sid) + ")"
	}
	return text
}

// words explains why a statement does not match or cannot be decided.
func (r *request) words(s *statement, m matching) string {
	undecided := m.granted.most > nothing
	switch m.why.element {
	case elementResource:
		return targetWords("Resource", r.resource, s.resources, s.notResources, undecided)
	case elementAction:
		return targetWords("Action", r.action, s.actions, s.notActions, undecided)
	case elementPrincipal:
		return r.principalWords(s, undecided)
	case elementCondition:
		return r.conditionWords(s, m.why.condition, undecided)
	case elementEffect:
		return fmt.Sprintf("the Effect %s is neither Allow nor Deny", word(s.effect))
	case elementUnknown:
		return "the statement has a member that is not known: " + word(s.unknown[0].name)
	}
	return "it matches"
}

// targetWords explains the result for Resource or Action, of which a statement has one
// of two forms.
func targetWords(name, got string, list, notList []string, undecided bool) string {
	switch {
	case (list == nil) == (notList == nil):
		return fmt.Sprintf("the statement does not have exactly one of %s and Not%s", name, name)
	case len(list) == 0 && len(notList) == 0:
		return fmt.Sprintf("the statement's %s is empty", name)
	case undecided:
		return fmt.Sprintf("it is not known whether %s %s matches %s", name, word(got), alternatives(append(list, notList...)))
	case list == nil:
		return fmt.Sprintf("%s %s is excluded by Not%s", name, word(got), name)
	}
	return fmt.Sprintf("%s %s %s", name, word(got), isNot(list))
}

func (r *request) principalWords(s *statement, undecided bool) string {
	list := principalValues(s.principals)
	switch {
	case (s.principals == nil) == (s.notPrincipals == nil):
		return "the statement does not have exactly one of Principal and NotPrincipal"
	case len(s.principals) == 0 && len(s.notPrincipals) == 0:
		return "the statement's Principal is empty"
	case undecided && s.principals == nil:
		return "it is not known whether NotPrincipal excludes " + r.callerWords()
	case s.principals == nil:
		return r.callerWords() + " is excluded by NotPrincipal"
	case undecided:
		return fmt.Sprintf("it is not known whether %s is %s", r.callerWords(), alternatives(list))
	case len(list) == 1 && s.principals[0].IsUniqueID():
		return fmt.Sprintf("Principal %s is that of a deleted user or role and matches nobody", word(list[0]))
	}
	return r.callerWords() + " is " + notAny(list)
}

func principalValues(principals []Principal) []string {
	list := make([]string, len(principals))
	for i, p := range principals {
		list[i] = p.Value
	}
	return list
}

func (r *request) callerWords() string {
	switch r.kind {
	case callerService:
		return "Principal " + word(r.service.Name)
	case callerIdentity:
		return "Principal " + word(r.identity.arn)
	}
	return "an anonymous caller"
}

// isNot says that a text is not among the patterns, or does not match them.
func isNot(patterns []string) string {
	for _, p := range patterns {
		if glob.HasWildcard(p) {
			return "does not match " + alternatives(patterns)
		}
	}
	return "is " + notAny(patterns)
}

func notAny(list []string) string {
	if len(list) == 1 {
		return "not " + word(list[0])
	}
	return "not one of " + enumeration(list)
}

func alternatives(list []string) string {
	if len(list) == 1 {
		return word(list[0])
	}
	return "one of " + enumeration(list)
}

// shownWords is how many entries of a list are shown.
const shownWords = 3

func enumeration(list []string) string {
	var words []string
	for i, s := range list {
		if i == shownWords && len(list) > shownWords+1 {
			return strings.Join(words, ", ") + fmt.Sprintf(" and %d more", len(list)-shownWords)
		}
		words = append(words, word(s))
	}
	return strings.Join(words, ", ")
}

// word returns s for a sentence on one line: quoted if it is empty or has spaces,
// quotation marks or characters that do not print, and cut if it is long.
func word(s string) string {
	if s == "" || strings.ContainsFunc(s, isNotOfWord) {
		return abbrev.Quote(s)
	}
	return abbrev.Text(s)
}

func isNotOfWord(r rune) bool {
	return r == '"' || r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r)
}

// conditionWords explains why the condition with index i is not met or cannot be
// decided. The words show no value that may be a token.
func (r *request) conditionWords(s *statement, i int, undecided bool) string {
	c := s.conditions[i]
	v, o, key := r.lookup(c.Key), parseOperator(c.Operator), keyWord(c)
	switch {
	case undecided && s.isAmbiguous(i):
		return fmt.Sprintf("the operator %s has %s twice, in different case", word(c.Operator), key)
	case undecided:
		return r.undecidedWords(c, v, o)
	case o.compare == compareNull && v.state == keyPresent:
		return key + " is present, and must be absent"
	case o.compare == compareNull:
		return key + " is absent, and must be present"
	case v.state == keyAbsent && c.isSecret():
		return key + " is absent, and must be present"
	case c.isSecret():
		return key + " does not have the required value"
	case v.state == keyAbsent:
		return key + " is absent, " + notAny(c.Values)
	case v.state == keyPresentOrAbsent:
		return fmt.Sprintf("%s is absent or %s, %s", key, v.text, notAny(c.Values))
	}
	return key + " " + v.words() + " " + o.notMet(v.text, c.Values)
}

func (v contextValue) words() string {
	return enumeration(append([]string{v.text}, v.more...))
}

// dateWords are the relations of a date to one that does not compare with it in this
// way.
var dateWords = map[comparison]string{
	compareBefore: "is not before", compareUntil: "is after", compareFrom: "is before", compareAfter: "is not after",
}

// notMet explains why a text does not meet o with the policy's values.
func (o operator) notMet(text string, values []string) string {
	switch {
	case o.compare == compareARN && !o.negated && !isCompleteARN(text):
		return "is not an ARN and does not match " + alternatives(values)
	case o.compare == compareARN && !o.negated && len(values) == 1 && !isCompleteARN(values[0]):
		return "is compared with " + word(values[0]) + ", which is not an ARN"
	case dateWords[o.compare] != "":
		return dateWords[o.compare] + " " + alternatives(values)
	case o.compare == compareAddress && !o.negated:
		return "is not in " + alternatives(values)
	case o.negated && len(values) == 1:
		return "must not be " + word(values[0])
	case o.negated:
		return "must not be one of " + enumeration(values)
	case o.compare == compareLike, o.compare == compareARN:
		return isNot(values)
	}
	return "is " + notAny(values)
}

func (r *request) undecidedWords(c Condition, v contextValue, o operator) string {
	key := keyWord(c)
	switch {
	case c.Key == "":
		return fmt.Sprintf("the operator %s has no key", word(c.Operator))
	case len(c.Values) == 0:
		return key + " is compared with no value"
	case v.state == keyNotKnown:
		return "it is not known which value the call has for " + key
	case o.compare == compareUnknown:
		return fmt.Sprintf("the operator %s is not known", word(c.Operator))
	case o.compare == compareOther:
		return fmt.Sprintf("%s is compared by %s, which is not supported", key, word(c.Operator))
	case r.variables && strings.Contains(strings.Join(c.Values, "\n"), "${"):
		return key + " is compared with a policy variable"
	case v.isList && o.set == setNone:
		return key + " can have several values, and is compared without ForAnyValue or ForAllValues"
	case v.state == keyPresentOrAbsent:
		return fmt.Sprintf("it is not known whether %s is absent or %s", key, v.text)
	}
	if o.compare == compareARN && !isCompleteARN(v.text) {
		return fmt.Sprintf("%s %s is not an ARN: it is not known whether it meets %s", key, word(v.text), word(c.Operator))
	}
	return fmt.Sprintf("it is not known whether %s meets %s", key, word(c.Operator))
}

// knownKeys are the condition keys that lookup may know.
var knownKeys = []string{
	keySourceArn, keySourceAccount, keyPrincipalOrgID, keyEventSourceToken, keyFunctionUrlAuthType, keyInvokedViaFunctionUrl,
	keyPrincipalArn, keyPrincipalAccount, keyPrincipalIsAWSService, keyPrincipalServiceName, keyPrincipalServiceNamesList,
	keyPrincipalOrgPaths, keySourceOrgID, keySourceOrgPaths,
}

// keyWord names a key as AddPermission does: without its prefix.
func keyWord(c Condition) string {
	for _, key := range knownKeys {
		if c.HasKey(key) {
			_, name, _ := strings.Cut(key, ":")
			return name
		}
	}
	return word(c.Key)
}
