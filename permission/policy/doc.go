// Package policy represents the resource policy of a Lambda function as a value:
// the document that AddPermission adds a statement to, GetPolicy returns and
// RemovePermission removes a statement from.
//
// # Reading
//
// [Parse] and [ParseStatement] take every shape that a live policy can have,
// also those that AddPermission never writes: a policy can be replaced as a
// whole by PutResourcePolicy. They lose nothing: Raw of an unedited value is
// the text it was parsed from, byte for byte, and String is that text without the
// space between tokens. And they guess nothing: JSON in which two readers could see
// different policies is refused with the place, as a *[ParseError]. For the same reason
// the text is not decoded into structs by encoding/json, which folds the case of member
// names, lets the last of two members win (a Deny could become an Allow) and replaces
// invalid UTF-8.
//
// # Building and editing
//
// [NewStatement] makes the statement that AddPermission stores, and
// [Statement.Request] is its inverse. [Elements.Build] makes any other statement that
// PutResourcePolicy takes, and [Statement.Elements] is its inverse. A [Document] is
// edited by [Document.With] and [Document.Without], which return new values, in which
// all other statements and the text around them keep every byte. [Document.Size],
// [Document.Headroom] and [Document.Fits] count as the service does when it decides
// about PolicyLengthExceededException.
//
// # Comparing
//
// [Statement.Equivalent] compares by meaning, [Diff] lists differences, and
// [Covers] reports whether one statement allows at least as much as another. All
// three err on the side of "different" where the meaning is not documented.
//
// # Evaluating
//
// [Document.Evaluate] reports whether a policy allows a typed [Invocation], by
// which statement, and why the others do not match. It never guesses: a question
// that cannot be decided is answered [Unsupported].
//
// # Secrets
//
// A policy may hold an EventSourceToken. Raw, String and the marshalled forms
// pass it on, as the service does, and so do Conditions. Errors, differences and
// decisions never show it.
package policy
