// Package policy is the resource policy of a Lambda function as a value: what
// AddPermission adds a statement to, GetPolicy returns and RemovePermission
// removes a statement from.
//
// # Reading
//
// [Parse] and [ParseStatement] take every shape that a live policy can have,
// also those that AddPermission never writes: a policy can be replaced as a
// whole by PutResourcePolicy. They lose nothing: an unedited value prints its
// own text, without the space between tokens. And they guess nothing: JSON in
// which two readers could see different policies is refused with the place, as
// a *[ParseError]. For the same reason the text is not decoded into structs by
// encoding/json, which folds the case of member names, lets the last of two
// members win (a Deny could become an Allow) and replaces invalid UTF-8.
//
// # Building and editing
//
// [NewStatement] makes the statement that AddPermission stores. A [Document] is
// edited by [Document.With] and [Document.Without], which return new values.
// [Document.Size], [Document.Headroom] and [Document.Fits] count as the service
// does when it decides about PolicyLengthExceededException.
//
// # Comparing
//
// [Statement.Equivalent] compares by meaning, [Diff] says what differs, and
// [Covers] whether one statement allows at least what another does. All three
// err on the side of "different" where the meaning is not documented.
//
// # Evaluating
//
// [Document.Evaluate] says who gets in: whether a policy lets a typed
// [Invocation] through, by which statement, and why not by the others. It never
// guesses: what cannot be decided is [Unsupported].
//
// # Secrets
//
// A policy may hold an EventSourceToken. Raw, String and the marshalled forms
// pass it on, as the service does, and so do Conditions. Errors, differences and
// decisions never show it.
package policy
