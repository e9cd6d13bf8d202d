// Package lint finds what is questionable in a grant, or in the policy of a
// Lambda function, that the service accepts all the same.
//
// # Rules and findings
//
// What the service refuses is a rule of package validate: a pattern that does not
// match, an action that a member cannot stand beside. Such a request comes back
// as an error, so it does no harm. A finding of this package is worse: the
// service says yes, and the grant lets in callers that nobody meant, or never
// matches the caller that it is for, which shows in production. Lint is no
// substitute for validate; it judges what it can read of a request and passes
// over the rest.
//
// # The confused deputy
//
// A grant to s3.amazonaws.com is a grant to Amazon S3, not to your bucket. The
// service is one and the same for all of its customers, and calls your function
// for whoever tells it to: a bucket of a stranger's account gets in too. The
// service is a deputy with more rights than those who give it orders, and cannot
// tell which of them you meant. Two members of the grant tell it: SourceArn, the
// resource on whose behalf the service calls, and SourceAccount, the account that
// owns it. The first is enough where the ARN has the account in it. That of a
// bucket has none, so that it needs both: a bucket that is deleted can be made
// anew, under its name, by anybody.
//
// # Use
//
// [CheckGrant] judges one grant before it is added, [CheckPolicy] a policy that
// is there, with what only shows in the whole: statements that others cover, half
// a pair for a function URL, principals that were deleted, a size near the limit.
// [Check] makes a check for a client's pre-flight, which refuses what is found
// from a severity up.
//
// [Rules] is the table of all rules. The ids and severities are stable, the
// wording of messages is not. Each can be turned off with [Disable], by its id,
// where a finding is what was meant: a site that is public has a public function
// URL.
//
// What is known of the services that call is the table of package grant, which
// [WithService] adds to. That a name, region or service is not in it is never a finding
// above info. Rules that hold for every service, such as [RuleServiceNoSource], judge
// grants to such a service all the same.
//
// Everything here is deterministic, keeps no state and is safe for concurrent
// use. No text of this package holds any part of an EventSourceToken.
package lint
