package permissiontest

import (
	"fmt"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/validate"
)

func withRevision(id string) func(*validate.Request) {
	return func(r *validate.Request) { r.RevisionId = id }
}

var revisionCases = []apiCase{
	{"revision/changes", "every AddPermission and RemovePermission changes the policy's RevisionId, and a reading does not", func(c *conformance) {
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
	{"revision/of the scope", "a change in another scope does not change a policy's RevisionId", func(c *conformance) {
		c.need("Alias", c.Alias)
		c.mustAdd()
		before := c.expectSids("", nthSid(1))
		c.mustAdd(withQualifier(c.Alias))
		c.expectSids(c.Alias, nthSid(1))
		if after := c.expectSids("", nthSid(1)); after != before {
			c.fail("RevisionId was %q and is %q", before, after)
		}
	}},
	{"revision/guards AddPermission", "AddPermission with a RevisionId works with the policy's latest one alone", func(c *conformance) {
		c.mustAdd(withSid(1))
		old := c.expectSids("", nthSid(1))
		c.mustAdd(withSid(2), withRevision(old))
		_, err := c.add(c.grant(withSid(3), withRevision(old)))
		c.wantRefusal(err, wrongRevision)
		c.expectSids("", nthSid(1), nthSid(2))
	}},
	{"revision/guards RemovePermission", "RemovePermission with a RevisionId works with the policy's latest one alone", func(c *conformance) {
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
	{"revision/without a policy", "a RevisionId is compared also when there is no policy yet", func(c *conformance) {
		_, err := c.add(c.grant(withRevision("wrong")))
		c.wantRefusal(err, wrongRevision)
		c.expectSids("")
	}},
	{"revision/of an alias", "an alias without a policy takes the alias's own RevisionId", func(c *conformance) {
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

// refused is what a refusal says.
type refused struct {
	status        int
	code, message string
}

func (r refused) String() string { return fmt.Sprintf("%d %s: %s", r.status, r.code, r.message) }
