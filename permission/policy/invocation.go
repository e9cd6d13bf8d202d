package policy

import (
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
)

// An Invocation is one call of a Lambda action on a function, as far as a
// policy can tell calls apart: what is called, by which action, by whom. What
// the condition keys of the call hold follows from the Caller; it cannot be set
// by hand.
//
// The zero Invocation is incomplete: evaluating it gives Unsupported.
type Invocation struct {
	// Function is the function that is called, with the version or alias that the
	// caller names, if any. It must be complete: see [arn.Function.Complete].
	Function arn.Function

	// Action is the action that the caller needs, such as "lambda:GetFunction".
	// "" is what an invocation needs: lambda:InvokeFunction and, through a function
	// URL, lambda:InvokeFunctionUrl before it. To look at one of the two alone, name
	// it.
	Action string

	// Caller is who calls: a [Service], an [AlexaSkill], an [IAMPrincipal],
	// [Anonymous], or a [FunctionUrl] that one of them goes through. Pass the value,
	// not a pointer.
	Caller Caller
}

// The actions that an invocation needs (AWS Lambda Developer Guide, "Lambda API
// permissions reference" and "Control access to Lambda function URLs").
const (
	actionInvokeFunction    = "lambda:InvokeFunction"
	actionInvokeFunctionUrl = "lambda:InvokeFunctionUrl"
)

// actions returns the actions that v needs, in the order in which they are
// checked, and how many they are.
func (v Invocation) actions() (list [2]string, n int) {
	url, throughURL := v.Caller.(FunctionUrl)
	switch {
	case v.Action != "":
		return [2]string{v.Action}, 1
	case !throughURL:
		return [2]string{actionInvokeFunction}, 1
	case url.OnlyInvokeFunctionUrl:
		return [2]string{actionInvokeFunctionUrl}, 1
	}
	return [2]string{actionInvokeFunctionUrl, actionInvokeFunction}, 2
}

// isAction reports whether s names one action of Lambda.
func isAction(s string) bool {
	service, name, _ := strings.Cut(s, ":")
	return equalFoldASCII(service, "lambda") && name != "" && !strings.ContainsAny(name, "*?:")
}
