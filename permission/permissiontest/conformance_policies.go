package permissiontest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// withSid names the nth statement of a case.
func withSid(n int) func(*validate.Request) {
	return func(r *validate.Request) { r.StatementId = nthSid(n) }
}

func nthSid(n int) string { return "permissiontest-" + strconv.Itoa(n) }

func withQualifier(q string) func(*validate.Request) {
	return func(r *validate.Request) { r.Qualifier = q }
}

var policyCases = []apiCase{
	{"policy/order", "a policy has Version 2012-10-17, Id default, and its statements in the order of addition", func(c *conformance) {
		for _, n := range []int{2, 1, 3} {
			c.mustAdd(withSid(n))
		}
		c.expectSids("", nthSid(2), nthSid(1), nthSid(3))
		document, _, err := c.read("")
		if err != nil || document.Version() != "2012-10-17" || document.ID() != "default" {
			c.fail("Version %q, Id %q, %v", document.Version(), document.ID(), err)
		}
	}},
	{"policy/remove", "RemovePermission removes one statement, and with the last one the policy", func(c *conformance) {
		c.mustAdd(withSid(1))
		c.mustAdd(withSid(2))
		for _, n := range []int{1, 2} {
			if err := c.remove("", nthSid(n), ""); err != nil {
				c.fail("RemovePermission: %v", err)
			}
			if n == 1 {
				c.expectSids("", nthSid(2))
			}
		}
		c.expectSids("")
	}},
	{"policy/again", "a StatementId is free again when its statement was removed", func(c *conformance) {
		c.mustAdd()
		if err := c.remove("", nthSid(1), ""); err != nil {
			c.fail("RemovePermission: %v", err)
		}
		c.mustAdd()
		c.expectSids("", nthSid(1))
	}},
	{"policy/names", "a function is the same by its name, its partial ARN and its ARN", func(c *conformance) {
		f := c.function
		for i, name := range []string{f.Name(), f.AccountID() + ":" + f.Name(), f.AccountID() + ":function:" + f.Name(), f.String()} {
			c.mustAdd(withSid(i+1), func(r *validate.Request) { r.FunctionName = name })
		}
		c.expectSids("", nthSid(1), nthSid(2), nthSid(3), nthSid(4))
	}},
	{"policy/size", "a policy of more than 20480 bytes is refused, its size told in the message", wantLimit},
}

// wantLimit fills a policy until it is refused.
func wantLimit(c *conformance) {
	document := policy.Document{}
	for n := 1; ; n++ {
		req := c.grant(withSid(n), func(r *validate.Request) { r.SourceArn += "/" + strings.Repeat("x", 900) })
		statement, err := policy.NewStatement(req, c.function)
		if err != nil {
			c.Fatalf("permissiontest: %v", err)
		}
		document = document.With(statement)
		_, err = c.add(req)
		if document.Size() <= policy.MaxSize && err == nil {
			continue
		}
		if document.Size() <= policy.MaxSize || !lambdaerrors.IsPolicyLengthExceeded(err) {
			c.fail("AddPermission for a policy of %d bytes: %v", document.Size(), err)
		}
		want := fmt.Sprintf("The final policy size (%d) is bigger than the limit (%d).", document.Size(), policy.MaxSize)
		c.wantRefusal(err, refused{400, "PolicyLengthExceededException", want})
		return
	}
}

var scopeCases = []apiCase{
	{"scope/separate", "the function, each version and each alias have a policy each, with the qualifier in the Resource, " +
		"and the same StatementId may be in all of them", func(c *conformance) {
		c.need("Version", c.Version)
		c.need("Alias", c.Alias)
		for _, q := range c.qualifiers() {
			c.mustAdd(withQualifier(q))
			c.wantResource(q)
		}
		for _, q := range c.qualifiers() {
			c.expectSids(q, nthSid(1))
		}
	}},
	{"scope/one only", "a grant for the function is not in the policies of its versions and aliases", func(c *conformance) {
		c.need("Version or Alias", c.Version+c.Alias)
		c.mustAdd()
		c.expectSids("", nthSid(1))
		for _, q := range c.qualifiers()[1:] {
			c.expectSids(q)
		}
	}},
	{"scope/qualified name", "a qualifier may be in the FunctionName, in Qualifier, or in both when they agree", func(c *conformance) {
		c.need("Alias", c.Alias)
		inName := func(r *validate.Request) { r.FunctionName += ":" + c.Alias }
		c.mustAdd(withSid(1), withQualifier(c.Alias))
		c.mustAdd(withSid(2), inName)
		c.mustAdd(withSid(3), inName, withQualifier(c.Alias))
		c.expectSids(c.Alias, nthSid(1), nthSid(2), nthSid(3))
	}},
}

// wantResource looks at the Resource of the first statement of a scope.
func (c *conformance) wantResource(q string) {
	c.Helper()
	want := c.function
	if q != "" {
		parsed, err := arn.ParseQualifier(q)
		if err != nil {
			c.Fatalf("permissiontest: %v", err)
		}
		want = want.WithQualifier(parsed)
	}
	c.expect(func() error {
		document, _, err := c.read(q)
		if err != nil {
			return err
		}
		s, _ := document.Lookup(nthSid(1))
		if got := s.Resources(); len(got) != 1 || got[0] != want.String() {
			return fmt.Errorf("the Resource is %q, want %s", got, want)
		}
		return nil
	})
}
