// Package lint finds questionable members of a grant, or of the policy of a Lambda
// function, that the service accepts.
//
// # Rules and findings
//
// Package validate has the rules for requests that the service refuses: a value
// that does not match its pattern, a member that the action does not allow.
// Such a request comes back as an error, so it does no harm. A finding of this
// package is worse: the service accepts the grant, which lets in callers that
// nobody meant, or never matches the caller that it is for, and that shows only in
// production. Lint is no substitute for validate: it ignores the members of a
// request that it cannot read.
//
// # The confused deputy
//
// A grant to s3.amazonaws.com is a grant to Amazon S3, not to your bucket. The
// service is the same for all of its customers, and calls your function for anyone
// who configures it to: a bucket of a stranger's account gets in too. The service
// is a deputy with more rights than its customers, and does not know which of them
// you meant. Two members of the grant name them: SourceArn, the resource on whose
// behalf the service calls, and SourceAccount, the account that owns it. SourceArn
// is enough where the ARN has the account in it. The ARN of a bucket does not, so
// that a bucket needs both members: after a bucket is deleted anybody can create
// another with its name.
//
// # Use
//
// [CheckGrant] judges one grant before it is added, [CheckPolicy] judges an
// existing policy, and also finds mistakes that only the whole shows: statements
// that others cover, half a pair for a function URL, principals that were deleted,
// a size near the limit. [Check] makes a check for a client's pre-flight, which
// refuses grants with findings of a severity or above.
//
// [Rules] is the table of all rules. The ids and severities are stable, the wording
// of messages is not. Each can be turned off with [Disable], by its id, where its
// findings are intended: a public site has a public function URL.
//
// The rules know services by the table of package grant, to which [WithService]
// adds. A name, region or service that is not in the table is never a finding above
// info. Rules that hold for every service, such as [RuleServiceNoSource], judge
// grants to such a service all the same.
//
// Everything here is deterministic, keeps no state and is safe for concurrent
// use. No text of this package holds any part of an EventSourceToken.
package lint
