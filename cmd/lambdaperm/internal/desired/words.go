package desired

import (
	"errors"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/permission/grant"
)

// Errors of the library name options and fields of Go. The commands replace these by
// members of the file and by flags.

// flagWords replaces the options of package ensure by the flags of plan and apply.
var flagWords = strings.NewReplacer(
	"the option AllowRemoveAll", "-allow-remove-all",
	"Options.MaxRemovals", "-max-removals",
	"Options.AllowGap", "-allow-gap",
	" in AllowOpen", " in allowOpen",
	", or accept it by Adopt", "",
)

// inFlags returns an error whose text names flags.
func inFlags(err error) error { return &reworded{flagWords.Replace(err.Error()), err} }

// inMembers returns an error of a constructor of package grant whose text names members
// of the file.
func inMembers(f form, err error) error {
	var refused *grant.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := *refused
	e.Argument = memberOf(f, e.Argument)
	if strings.HasPrefix(e.Reason, "has no meaning for ") {
		e.Reason = "has no meaning beside " + f.member
	}
	e.Reason, e.Right = memberWords.Replace(e.Reason), memberWords.Replace(e.Right)
	return &reworded{strings.TrimPrefix(e.Error(), "grant: "), err}
}

// memberWords replaces the names of package grant in reasons and advice.
var memberWords = newMemberWords()

func newMemberWords() *strings.Replacer {
	words := []string{
		"grant.EventSource", "eventSource",
		"grant.Account", "account",
		"grant.WithService if there is one", "Principal, Action and SourceArn of AddPermission if there is one",
		"leave the option out", "leave it out",
	}
	for _, o := range shortOptions {
		words = append(words, "grant."+o.name, o.member, o.name, o.member)
	}
	return strings.NewReplacer(words...)
}

// memberOf returns the member of the file for an argument of a form's constructor: the
// scope for the function, the member of an option, or the form's own member.
func memberOf(f form, argument string) string {
	if argument == "function" {
		return "scope"
	}
	for _, o := range shortOptions {
		if o.name == argument {
			return o.member
		}
	}
	return f.member
}

// placeOf returns the place of the wrong member, or that of the form's own member if
// the file does not have it.
func placeOf(n *tree.Node, f form, err error) tree.Place {
	var refused *grant.Error
	if errors.As(err, &refused) {
		if member := memberOf(f, refused.Argument); n.Lookup(member) != nil {
			return n.PlaceOf(member)
		}
	}
	return n.PlaceOf(f.member)
}

// A reworded error wraps an error and has another text.
type reworded struct {
	text string
	err  error
}

func (e *reworded) Error() string { return e.text }

func (e *reworded) Unwrap() error { return e.err }
