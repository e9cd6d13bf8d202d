package permissiontest

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// wantRefusal compares an error with the service's.
func (c *conformance) wantRefusal(err error, want refused) {
	c.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		c.fail("got %v, want %v", err, want)
	}
	if got := (refused{lambdaerrors.StatusCode(err), api.ErrorCode(), api.ErrorMessage()}); got != want {
		c.fail("got  %v\nwant %v", got, want)
	}
}

// aRefusal is a request that the service refuses. The function has no policy unless
// call adds one.
type aRefusal struct {
	name, rule, source string
	call               func(*conformance) error
	want               func(*conformance) refused
}

func refusalCases() []apiCase {
	var cases []apiCase
	for _, r := range refusals {
		cases = append(cases, apiCase{"refusal/" + r.name, r.rule, r.source, func(c *conformance) {
			c.wantRefusal(r.call(c), r.want(c))
		}})
	}
	return cases
}

// adding returns a call of AddPermission with edits.
func adding(edits ...func(*validate.Request)) func(*conformance) error {
	return func(c *conformance) error {
		_, err := c.add(c.grant(edits...))
		return err
	}
}

// afterAdding returns a call that follows the addition of a statement.
func afterAdding(call func(*conformance) error) func(*conformance) error {
	return func(c *conformance) error {
		c.Helper()
		c.mustAdd()
		c.expectSids("", nthSid(1))
		return call(c)
	}
}

// named appends a suffix to the function's name.
func named(suffix string) func(*validate.Request) {
	return func(r *validate.Request) { r.FunctionName += suffix }
}

func getting(suffix, qualifier string) func(*conformance) error {
	return func(c *conformance) error {
		_, err := c.API.GetPolicy(c.ctx, &permission.GetPolicyInput{
			FunctionName: aws.String(c.function.String() + suffix), Qualifier: optional(qualifier),
		}, asIs)
		return err
	}
}

func removing(suffix, qualifier, statementID string) func(*conformance) error {
	return func(c *conformance) error {
		_, err := c.API.RemovePermission(c.ctx, &permission.RemovePermissionInput{
			FunctionName: aws.String(c.function.String() + suffix), Qualifier: optional(qualifier), StatementId: aws.String(statementID),
		}, asIs)
		return err
	}
}

// says returns a refusal with the same message for every function, saysARN one whose
// message has the function's ARN.
func says(status int, code, message string) func(*conformance) refused {
	return func(*conformance) refused { return refused{status, code, message} }
}

func saysARN(message, suffix string) func(*conformance) refused {
	return func(c *conformance) refused {
		return refused{404, "ResourceNotFoundException", message + c.function.String() + suffix}
	}
}

const (
	unknownName      = "-permissiontest-none"
	unknownQualifier = "permissiontest-none"
	invalidParam     = "InvalidParameterValueException"
	missing          = "ResourceNotFoundException"
	noSuchResource   = "The resource you requested does not exist."
	noLatest         = "We currently do not support adding policies for $LATEST."
	derivedQualifier = "The derived qualifier from the function name does not match the specified qualifier."
)

var refusals = []aRefusal{
	{"derived qualifier", "a qualifier in the name must be the Qualifier, also of a scope that does not exist", permissionExceptions,
		adding(named(":alias-not-42"), withQualifier("42")), says(400, invalidParam, derivedQualifier)},
	{"Qualifier $LATEST", "$LATEST takes no policy", permissionExceptions, adding(withQualifier("$LATEST")), says(400, invalidParam, noLatest)},
	{"name with $LATEST", "$LATEST takes no policy", permissionExceptions, adding(named(":$LATEST")), says(400, invalidParam, noLatest)},
	{"principal", "a principal that does not exist is refused", permissionExceptions,
		adding(func(r *validate.Request) { r.Principal = "invalid.nonaws.com" }), says(400, invalidParam, invalidPrincipal)},
	{"StatementId", "a StatementId with other characters than letters, digits, - and _ is a ValidationException", permissionExceptions,
		adding(func(r *validate.Request) { r.StatementId = "example.com" }), says(400, "ValidationException",
			"1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: "+
				"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)")},
	{"duplicate", "a StatementId that is taken is refused, also for the same grant", permissionExceptions, afterAdding(adding()),
		says(409, "ResourceConflictException", "The statement id (permissiontest-1) provided already exists. "+
			"Please provide a new statement id, or remove the existing statement.")},
	{"AddPermission, function", "a function that does not exist is named by its ARN", permissionExceptions,
		adding(named(unknownName)), saysARN("Function not found: ", unknownName)},
	{"AddPermission, alias", "a qualifier that could be an alias and does not exist is an alias that cannot be found", permissionExceptions,
		adding(withQualifier(unknownQualifier)), saysARN("Cannot find alias arn: ", ":"+unknownQualifier)},
	{"AddPermission, version", "a version that does not exist is a function that cannot be found", permissionExceptions,
		adding(withQualifier("999999")), saysARN("Function not found: ", ":999999")},
	{"AddPermission, odd qualifier", "a qualifier with a $ that does not exist is a function that cannot be found", permissionExceptions,
		adding(withQualifier("valid-with-$-but-doesnotexist")), saysARN("Function not found: ", ":valid-with-$-but-doesnotexist")},
	{"GetPolicy, no policy", "GetPolicy of a scope without a policy says that the resource does not exist", removeMulti,
		getting("", ""), says(404, missing, noSuchResource)},
	{"GetPolicy, function", "GetPolicy of a function that does not exist says the same as of one without a policy", permissionExceptions,
		getting(unknownName, ""), says(404, missing, noSuchResource)},
	{"GetPolicy, alias", "GetPolicy of an alias that does not exist says the same as of one without a policy", inferred,
		getting("", unknownQualifier), says(404, missing, noSuchResource)},
	{"RemovePermission, function", "RemovePermission of a function that does not exist finds no policy for its ARN", permissionExceptions,
		removing(unknownName, "", nthSid(1)), saysARN("No policy found for: ", unknownName)},
	{"RemovePermission, no policy", "RemovePermission where there is no policy says so", permissionExceptions,
		removing("", "", nthSid(1)), says(404, missing, "No policy is associated with the given resource.")},
	{"RemovePermission, statement", "RemovePermission of a statement that is not in the policy names it", layerPolicy,
		afterAdding(removing("", "", nthSid(2))), says(404, missing, "Statement "+nthSid(2)+" is not found in resource policy.")},
	{"RemovePermission, alias", "RemovePermission of an alias that does not exist cannot find the alias", inferred,
		removing("", unknownQualifier, nthSid(1)), saysARN("Cannot find alias arn: ", ":"+unknownQualifier)},
}

func withRevision(id string) func(*validate.Request) {
	return func(r *validate.Request) { r.RevisionId = id }
}

var revisionCases = []apiCase{
	{"revision/changes", "every AddPermission and RemovePermission changes the policy's RevisionId, and a reading does not", removeMulti, func(c *conformance) {
		c.mustAdd(withSid(1))
		first := c.expectSids("", nthSid(1))
		if again := c.expectSids("", nthSid(1)); again != first || first == "" {
			c.fail("RevisionId is %q, and when read again %q", first, again)
		}
		c.mustAdd(withSid(2))
		second := c.expectSids("", nthSid(1), nthSid(2))
		if err := c.remove("", nthSid(2), ""); err != nil {
			c.fail("RemovePermission: %v", err)
		}
		third := c.expectSids("", nthSid(1))
		if first == second || second == third || third == first {
			c.fail("RevisionId is %q, after AddPermission %q, after RemovePermission %q", first, second, third)
		}
	}},
	{"revision/of the scope", "a change in another scope does not change a policy's RevisionId", permissionVersions, func(c *conformance) {
		c.need("Alias", c.Alias)
		c.mustAdd()
		before := c.expectSids("", nthSid(1))
		c.mustAdd(withQualifier(c.Alias))
		c.expectSids(c.Alias, nthSid(1))
		if after := c.expectSids("", nthSid(1)); after != before {
			c.fail("RevisionId was %q and is %q", before, after)
		}
	}},
	{"revision/guards AddPermission", "AddPermission with a RevisionId works only with the policy's latest one", revisions, func(c *conformance) {
		c.mustAdd(withSid(1))
		old := c.expectSids("", nthSid(1))
		c.mustAdd(withSid(2), withRevision(old))
		_, err := c.add(c.grant(withSid(3), withRevision(old)))
		c.wantRefusal(err, wrongRevision)
		c.expectSids("", nthSid(1), nthSid(2))
	}},
	{"revision/guards RemovePermission", "RemovePermission with a RevisionId works only with the policy's latest one", revisions, func(c *conformance) {
		c.mustAdd(withSid(1))
		old := c.expectSids("", nthSid(1))
		c.mustAdd(withSid(2))
		latest := c.expectSids("", nthSid(1), nthSid(2))
		if err := c.remove("", nthSid(1), old); !lambdaerrors.IsPreconditionFailed(err) {
			c.fail("RemovePermission by an old RevisionId: %v", err)
		}
		if err := c.remove("", nthSid(1), latest); err != nil {
			c.fail("RemovePermission by the latest RevisionId: %v", err)
		}
		c.expectSids("", nthSid(2))
	}},
	{"revision/without a policy", "a RevisionId is compared also when there is no policy yet", revisions, func(c *conformance) {
		_, err := c.add(c.grant(withRevision("wrong")))
		c.wantRefusal(err, wrongRevision)
		c.expectSids("")
	}},
	{"revision/of an alias", "an alias without a policy takes the alias's own RevisionId", revisions, func(c *conformance) {
		c.need("Alias", c.Alias)
		c.need("AliasRevisionId", c.AliasRevisionId)
		if _, err := c.add(c.grant(withQualifier(c.Alias), withRevision(c.AliasRevisionId))); err != nil {
			c.fail("AddPermission: %v", err)
		}
		if policy := c.expectSids(c.Alias, nthSid(1)); policy == c.AliasRevisionId {
			c.fail("the policy's RevisionId is the alias's, %s", policy)
		}
	}},
}

// wrongRevision is the answer to a RevisionId that is not the latest.
var wrongRevision = refused{412, "PreconditionFailedException",
	"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}

// refused is the content of a refusal.
type refused struct {
	status        int
	code, message string
}

func (r refused) String() string { return fmt.Sprintf("%d %s: %s", r.status, r.code, r.message) }
