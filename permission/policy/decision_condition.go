package policy

import (
	"fmt"
	"strings"
)

// conditionWords says what keeps the condition with index i from being met.
// The words show no value that may be a token.
func (r *request) conditionWords(s *statement, i int, undecided bool) string {
	c := s.conditions[i]
	v, o, key := r.lookup(c.Key), parseOperator(c.Operator), keyWord(c)
	switch {
	case undecided && s.hasTwin(i):
		return fmt.Sprintf("the operator %s has %s twice, in different case", word(c.Operator), key)
	case undecided:
		return r.undecidedWords(c, v, o)
	case o.compare == compareNull && v.state == keyPresent:
		return key + " is present, and must not be"
	case o.compare == compareNull:
		return key + " is absent, and must not be"
	case v.state == keyAbsent && c.isSecret():
		return key + " is absent, and one is required"
	case c.isSecret():
		return key + " is not as required"
	case v.state == keyAbsent:
		return key + " is absent, " + notAny(c.Values)
	case v.state == keyPresentOrAbsent:
		return fmt.Sprintf("%s is absent or %s, %s", key, v.text, notAny(c.Values))
	}
	return key + " " + v.words() + " " + o.notMet(c.Values)
}

func (v contextValue) words() string {
	return enumeration(append([]string{v.text}, v.more...))
}

// notMet says that values, of the policy, keep o from being met.
func (o operator) notMet(values []string) string {
	switch {
	case o.negated && len(values) == 1:
		return "must not be " + word(values[0])
	case o.negated:
		return "must be none of " + enumeration(values)
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
		return key + " is compared with nothing"
	case v.state == keyNotKnown:
		return "it is not known what the call has for " + key
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
	return fmt.Sprintf("it is not known whether %s meets %s", key, word(c.Operator))
}

// knownKeys are the condition keys that lookup may know.
var knownKeys = []string{
	keySourceArn, keySourceAccount, keyPrincipalOrgID, keyEventSourceToken, keyFunctionUrlAuthType, keyInvokedViaFunctionUrl,
	keyPrincipalArn, keyPrincipalAccount, keyPrincipalIsAWSService, keyPrincipalServiceName, keyPrincipalServiceNamesList,
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
