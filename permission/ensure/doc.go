// Package ensure makes the policy of a function, version or alias have the wanted grants.
// Its calls describe the result instead of the change, and write only on a
// difference. They may be repeated at any time, after a failure too.
//
// # One grant
//
// [Grant] makes sure that a statement is there, and can replace another one without
// a moment in which neither is in force. [Absent] and [AbsentGrant] make sure that it
// is not there. They read before they write, guard their writes with the revision
// that they read, and find out what became of a request whose answer was lost.
//
// # Many grants
//
// [Grants] makes a function have the grants of a list, a [Desired]: it reads the
// policy once, adds the missing grants, and removes those of the list's owner that are
// not in the list. The statements of others are never touched. [NewPlan] shows the
// changes beforehand, and [Plan.Apply] makes them. [All] does this for many functions.
//
// # Programs with many writers
//
// Decorators work over any API: [Serialized] lets the writes to one function pass one
// at a time, [Paced] keeps to the service's quota of calls, and [AwaitingRoles] waits
// for a role that was created a moment ago. From the outside in, the order is
//
//	ensure.AwaitingRoles(ensure.Serialized(ensure.Paced(client, pace), turns), 0)
//
// Paced is innermost, so that it counts every call. AwaitingRoles is outermost, so
// that other writers need not wait for a role, unless they wait for a Grant, which
// holds its function. A program's own API can stand at any place if it passes the
// context on: the hold of a function travels in it; see [Hold].
//
// [WholeDocument] writes the changes of a plan as one policy document. Its API is
// decorated by [SerializedDocuments] and [PacedDocuments], which share their turns and
// their pace with the others.
//
// # Errors
//
// Errors of the calls are those of package permission. A mistake in a request is a
// *validate.Error, and nothing is sent. The functions of this package have errors of
// their own besides, and the decorators return an *aws.RequestCanceledError if the
// context ends while they wait. An error that says which statements are in force has
// read the policy after the last write, or says that it is uncertain.
package ensure
