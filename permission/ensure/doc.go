// Package ensure makes the policy of a function, version or alias what it should
// be, and may be called again after whatever happened: Grant and Absent
// say what should be instead of what to do. For programs with many writers there
// are decorators over any API: Serialized, Paced and AwaitingRoles.
//
// Errors of the calls are those of package permission. Grant and Absent
// have errors of their own besides, and the decorators a bare
// *aws.RequestCanceledError while they wait.
package ensure
