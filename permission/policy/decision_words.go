package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words says what keeps a statement from matching surely.
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

// targetWords is for an element that a statement has in one of two forms.
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

// isNot says that something is or matches none of the patterns.
func isNot(patterns []string) string {
	for _, p := range patterns {
		if hasWildcard(p) {
			return "does not match " + alternatives(patterns)
		}
	}
	return "is " + notAny(patterns)
}

func notAny(list []string) string {
	if len(list) == 1 {
		return "not " + word(list[0])
	}
	return "none of " + enumeration(list)
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

// longWord is the length in bytes from which a text is cut.
const longWord = 256

// word returns s fit for a sentence on one line: quoted unless it is a word, cut
// if it is long.
func word(s string) string {
	end := ""
	if len(s) > longWord {
		cut := longWord
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s, end = s[:cut], "…"
	}
	if s == "" || strings.ContainsFunc(s, isNotOfWord) {
		return strconv.Quote(s) + end
	}
	return s + end
}

func isNotOfWord(r rune) bool {
	return r == '"' || r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsPrint(r)
}
