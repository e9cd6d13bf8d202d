// Package ensure makes the policy of a function, version or alias what it should
// be, and may be called again after whatever happened: Grant and Absent
// say what should be instead of what to do. For programs with many writers there
// are decorators over any API: Serialized, Paced and AwaitingRoles.
//
// # Many grants
//
// Grants makes a function have the grants of a list, a [Desired]: it reads the
// policy once, adds what is missing, and removes what the list's owner has too
// much. The statements of others are never touched. [NewPlan] shows beforehand
// what that will be, and [Plan.Apply] does it. All does it for many
// functions.
//
// Errors of the calls are those of package permission. Grant and Absent
// have errors of their own besides, and the decorators a bare
// *aws.RequestCanceledError while they wait.
package ensure
