package permissiontest

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The sources of the rules about whole policies. No recording of them is public.
const (
	putReference    = "API reference, PutResourcePolicy"
	deleteReference = "API reference, DeleteResourcePolicy"
	guideDocuments  = "Developer Guide, Working with resource-based policies in Lambda"
)

// documentCases show how whole policies and single statements share a policy. They
// need Harness.Documents. The policies do not open a function to the public.
var documentCases = []apiCase{
	{"document/replaces", "PutResourcePolicy replaces the whole policy, statements of AddPermission included", putReference, func(c *conformance) {
		c.mustAdd(withSid(1))
		c.mustAdd(withSid(2))
		c.expectSids("", nthSid(1), nthSid(2))
		c.mustPut("", c.denial(3))
		c.expectSids("", nthSid(3))
	}},
	{"document/language", "PutResourcePolicy takes what AddPermission cannot say: Deny, lists, other conditions", guideDocuments, func(c *conformance) {
		want := c.denial(1)
		c.mustPut("", want)
		c.expect(func() error {
			got, _, err := c.read("")
			if err == nil && !got.Equivalent(want) {
				err = fmt.Errorf("GetPolicy has the policy\n%s\nwant one that means\n%s", got.Raw(), want.Raw())
			}
			return err
		})
	}},
	{"document/reading", "GetResourcePolicy and GetPolicy show one policy", guideDocuments, func(c *conformance) {
		c.mustAdd(withSid(1))
		revision := c.expectSids("", nthSid(1))
		c.expect(func() error {
			got, readRevision, err := c.readDocument("")
			if err != nil {
				return err
			}
			if _, ok := got.Lookup(nthSid(1)); !ok || readRevision != revision {
				return fmt.Errorf("GetResourcePolicy has %s with RevisionId %q, want the statement of AddPermission with RevisionId %q", got.Raw(), readRevision, revision)
			}
			return nil
		})
	}},
	{"document/AddPermission", "AddPermission appends to the policy that PutResourcePolicy left", guideDocuments, func(c *conformance) {
		c.mustPut("", c.denial(1))
		c.expectSids("", nthSid(1))
		c.mustAdd(withSid(2))
		c.expectSids("", nthSid(1), nthSid(2))
	}},
	{"document/RemovePermission", "RemovePermission removes one statement of PutResourcePolicy by its Sid", guideDocuments, func(c *conformance) {
		c.mustPut("", c.denial(1).With(c.denial(2).Statements()...))
		c.expectSids("", nthSid(1), nthSid(2))
		if err := c.remove("", nthSid(1), ""); err != nil {
			c.fail("RemovePermission: %v", err)
		}
		c.expectSids("", nthSid(2))
	}},
	{"document/scope", "each version and alias has a policy of its own, named by its ARN", putReference, func(c *conformance) {
		c.need("Alias", c.Alias)
		c.mustPut(c.Alias, c.denialOf(c.function.String()+":"+c.Alias, 1))
		c.expectSids(c.Alias, nthSid(1))
		c.expectSids("")
	}},
	{"document/guards PutResourcePolicy", "PutResourcePolicy with an older RevisionId changes nothing", putReference, func(c *conformance) {
		c.mustAdd(withSid(1))
		old := c.expectSids("", nthSid(1))
		c.mustAdd(withSid(2))
		latest := c.expectSids("", nthSid(1), nthSid(2))
		if _, err := c.put("", c.denial(3), old); !lambdaerrors.IsPreconditionFailed(err) {
			c.fail("PutResourcePolicy by an old RevisionId: %v", err)
		}
		c.expectSids("", nthSid(1), nthSid(2))
		if _, err := c.put("", c.denial(3), latest); err != nil {
			c.fail("PutResourcePolicy by the latest RevisionId: %v", err)
		}
		c.expectSids("", nthSid(3))
	}},
	{"document/guards DeleteResourcePolicy", "DeleteResourcePolicy with an older RevisionId changes nothing", deleteReference, func(c *conformance) {
		c.mustAdd(withSid(1))
		old := c.expectSids("", nthSid(1))
		c.mustAdd(withSid(2))
		latest := c.expectSids("", nthSid(1), nthSid(2))
		if err := c.deleteDocument("", old); !lambdaerrors.IsPreconditionFailed(err) {
			c.fail("DeleteResourcePolicy by an old RevisionId: %v", err)
		}
		c.expectSids("", nthSid(1), nthSid(2))
		if err := c.deleteDocument("", latest); err != nil {
			c.fail("DeleteResourcePolicy by the latest RevisionId: %v", err)
		}
		c.expectSids("")
	}},
	{"document/answer", "PutResourcePolicy answers the stored policy and its RevisionId", putReference, func(c *conformance) {
		out := c.mustPut("", c.denial(1))
		c.expect(func() error {
			got, revision, err := c.readDocument("")
			if err != nil {
				return err
			}
			if got.Raw() != aws.ToString(out.Policy) || revision != aws.ToString(out.RevisionId) {
				return fmt.Errorf("PutResourcePolicy answers %s, RevisionId %q, and GetResourcePolicy has %s, RevisionId %q",
					aws.ToString(out.Policy), aws.ToString(out.RevisionId), got.Raw(), revision)
			}
			return nil
		})
	}},
	{"document/size", "a policy has at most 20,480 characters", putReference, func(c *conformance) {
		var large policy.Document
		for n := 1; large.Size() <= policy.MaxSize; n++ {
			large = large.With(c.denial(n).Statements()...)
		}
		if _, err := c.put("", large, ""); lambdaerrors.StatusCode(err) != 400 {
			c.fail("PutResourcePolicy of %d bytes: %v, want status 400", large.Size(), err)
		}
		c.expectSids("")
	}},
	{"document/ResourceArn", "only a full ARN names a policy", putReference, func(c *conformance) {
		c.needDocuments()
		_, err := c.Documents.GetResourcePolicy(c.ctx, &permission.GetResourcePolicyInput{ResourceArn: aws.String(c.function.Name())}, asIs)
		if lambdaerrors.StatusCode(err) != 400 {
			c.fail("GetResourcePolicy of a name: %v, want status 400", err)
		}
	}},
	{"document/none", "GetResourcePolicy of a scope without a policy finds nothing, and neither does DeleteResourcePolicy", deleteReference, func(c *conformance) {
		if _, _, err := c.readDocument(""); !lambdaerrors.IsNotFound(err) {
			c.fail("GetResourcePolicy: %v, want a ResourceNotFoundException", err)
		}
		if err := c.deleteDocument("", ""); !lambdaerrors.IsNotFound(err) {
			c.fail("DeleteResourcePolicy: %v, want a ResourceNotFoundException", err)
		}
	}},
}

func (c *conformance) needDocuments() {
	c.Helper()
	if c.Documents == nil {
		c.Skipf("Harness.Documents is nil")
	}
}

// denial is a policy with one statement that AddPermission cannot make.
func (c *conformance) denial(sid int) policy.Document { return c.denialOf(c.function.String(), sid) }

func (c *conformance) denialOf(resource string, sid int) policy.Document {
	d, err := policy.Parse(fmt.Sprintf(`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":%q,"Effect":"Deny","Principal":"*",`+
		`"Action":["lambda:InvokeFunction","lambda:InvokeFunctionUrl"],"Resource":%q,"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
		nthSid(sid), resource))
	if err != nil {
		c.Fatalf("permissiontest: %v", err)
	}
	return d
}

// resource returns the ARN of a scope.
func (c *conformance) resource(qualifier string) *string {
	return aws.String(strings.TrimSuffix(c.function.String()+":"+qualifier, ":"))
}

// put replaces a policy and, unless that is refused, notes its statements for cleanUp.
func (c *conformance) put(qualifier string, d policy.Document, revisionID string) (*permission.PutResourcePolicyOutput, error) {
	c.Helper()
	c.needDocuments()
	out, err := c.Documents.PutResourcePolicy(c.ctx, &permission.PutResourcePolicyInput{
		ResourceArn: c.resource(qualifier), Policy: aws.String(d.Raw()), RevisionId: optional(revisionID),
	}, asIs)
	if out == nil && err == nil {
		err = errNothing
	}
	if status := lambdaerrors.StatusCode(err); status < 400 || status >= 500 {
		for _, s := range d.Statements() {
			c.added = append(c.added, validate.Request{FunctionName: c.function.String(), Qualifier: qualifier, StatementId: s.Sid()})
		}
	}
	return out, err
}

func (c *conformance) mustPut(qualifier string, d policy.Document) *permission.PutResourcePolicyOutput {
	c.Helper()
	out, err := c.put(qualifier, d, "")
	if err != nil {
		c.fail("PutResourcePolicy: %v", err)
	}
	return out
}

// readDocument is read by GetResourcePolicy.
func (c *conformance) readDocument(qualifier string) (policy.Document, string, error) {
	c.Helper()
	c.needDocuments()
	out, err := c.Documents.GetResourcePolicy(c.ctx, &permission.GetResourcePolicyInput{ResourceArn: c.resource(qualifier)}, asIs)
	if err == nil && out == nil {
		err = errNothing
	}
	if err != nil {
		return policy.Document{}, "", err
	}
	d, err := policy.Parse(aws.ToString(out.Policy))
	return d, aws.ToString(out.RevisionId), err
}

func (c *conformance) deleteDocument(qualifier, revisionID string) error {
	c.Helper()
	c.needDocuments()
	_, err := c.Documents.DeleteResourcePolicy(c.ctx, &permission.DeleteResourcePolicyInput{
		ResourceArn: c.resource(qualifier), RevisionId: optional(revisionID),
	}, asIs)
	return err
}
