package permissiontest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// statementCases show how AddPermission writes each field into the statement. The
// grants do not open a function to the public.
func statementCases() []apiCase {
	grants := []struct {
		name, rule, source string
		edit               func(*conformance, *validate.Request)
	}{
		{"service", "a service principal is kept as it is, under Service", permissionFields,
			func(c *conformance, r *validate.Request) { r.Principal, r.SourceArn = "events.amazonaws.com", "" }},
		{"SourceArn", "SourceArn becomes the condition ArnLike AWS:SourceArn", permissionAWS,
			func(c *conformance, r *validate.Request) {}},
		{"SourceAccount", "SourceAccount becomes the condition StringEquals AWS:SourceAccount", permissionFields,
			func(c *conformance, r *validate.Request) { r.SourceAccount = c.function.AccountID() }},
		{"account", "an account id as the Principal becomes the ARN of the account's root, under AWS", permissionFields,
			func(c *conformance, r *validate.Request) { r.Principal, r.SourceArn = c.function.AccountID(), "" }},
		{"everyone", `the Principal "*" stays the bare string "*"`, permissionFields,
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.SourceAccount = "*", "", c.function.AccountID()
			}},
		{"PrincipalOrgID", "PrincipalOrgID becomes the condition StringEquals aws:PrincipalOrgID", permissionFields,
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.PrincipalOrgID = c.function.AccountID(), "", "o-1234567890"
			}},
		{"FunctionUrlAuthType", "FunctionUrlAuthType becomes the condition StringEquals lambda:FunctionUrlAuthType", permissionFields,
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn = c.function.AccountID(), ""
				r.Action, r.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "AWS_IAM"
			}},
		{"InvokedViaFunctionUrl", `InvokedViaFunctionUrl becomes the condition Bool lambda:InvokedViaFunctionUrl "true"`, "output of the AWS CLI, published",
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.InvokedViaFunctionUrl = c.function.AccountID(), "", aws.Bool(true)
			}},
		{"EventSourceToken", "EventSourceToken becomes the condition StringEquals lambda:EventSourceToken", "hashicorp/terraform-provider-aws#2248",
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.EventSourceToken = "alexa-appkit.amazon.com", "", "permissiontest"
			}},
		{"any action", "the Action is kept as it is", permissionFields,
			func(c *conformance, r *validate.Request) { r.Action = "lambda:*" }},
	}
	var cases []apiCase
	for _, g := range grants {
		cases = append(cases, apiCase{"statement/" + g.name, g.rule, g.source, func(c *conformance) {
			c.wantStatement(c.grant(func(r *validate.Request) { g.edit(c, r) }))
		}})
	}
	return append(cases, apiCase{"statement/JSON",
		"a statement is compact JSON with the members Sid, Effect, Principal, Action, Resource, Condition in this order, " +
			"and no Condition without conditions",
		permissionAWS, wantCompact})
}

// wantStatement adds a grant and expects its statement in the answer and in the
// policy.
func (c *conformance) wantStatement(req validate.Request) {
	c.Helper()
	want, err := policy.NewStatement(req, c.function)
	if err != nil {
		c.Fatalf("permissiontest: %v", err)
	}
	out, err := c.add(req)
	if err != nil {
		c.fail("AddPermission: %v", err)
	}
	answered, err := policy.ParseStatement(aws.ToString(out.Statement))
	if err != nil {
		c.fail("AddPermission answers an invalid statement: %v", err)
	}
	c.wantSame("AddPermission answers", answered, want)
	c.expect(func() error {
		document, _, err := c.read("")
		if err != nil {
			return err
		}
		stored, ok := document.Lookup(req.StatementId)
		if !ok {
			return fmt.Errorf("GetPolicy has no statement %s: %s", req.StatementId, document.Raw())
		}
		c.wantSame("GetPolicy has", stored, want)
		return nil
	})
}

func (c *conformance) wantSame(where string, got, want policy.Statement) {
	c.Helper()
	if got.Sid() != want.Sid() || !got.Equivalent(want) || !sameJSON(got, want) {
		c.fail("%s the statement\n%s\nwant\n%s", where, got.Raw(), want.Raw())
	}
}

// sameJSON compares as JSON values, since the order of members inside Condition is not
// known.
func sameJSON(got, want policy.Statement) bool {
	var values [2]any
	for i, s := range []policy.Statement{got, want} {
		if json.Unmarshal([]byte(s.Raw()), &values[i]) != nil {
			return false
		}
	}
	return fmt.Sprint(values[0]) == fmt.Sprint(values[1])
}

func wantCompact(c *conformance) {
	bare := func(r *validate.Request) { r.SourceArn = "" }
	other := func(r *validate.Request) { r.StatementId = "permissiontest-2" }
	for want, raw := range map[string]string{
		"Sid Effect Principal Action Resource Condition": c.mustAdd(),
		"Sid Effect Principal Action Resource":           c.mustAdd(bare, other),
	} {
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(raw)); err != nil || compact.String() != raw {
			c.fail("the statement is not compact: %s", raw)
		}
		if got := strings.Join(memberNames(raw), " "); got != want {
			c.fail("the statement has the members %s, want %s", got, want)
		}
	}
}

// memberNames are those of a JSON object, in order.
func memberNames(object string) (names []string) {
	d := json.NewDecoder(strings.NewReader(object))
	_, _ = d.Token() // the brace
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return append(names, "(no JSON)")
		}
		names = append(names, fmt.Sprint(name))
	}
	return names
}

// withSid sets the StatementId of the nth statement of a case.
func withSid(n int) func(*validate.Request) {
	return func(r *validate.Request) { r.StatementId = nthSid(n) }
}

func nthSid(n int) string { return "permissiontest-" + strconv.Itoa(n) }

func withQualifier(q string) func(*validate.Request) {
	return func(r *validate.Request) { r.Qualifier = q }
}

var policyCases = []apiCase{
	{"policy/order", "a policy has Version 2012-10-17, Id default, and its statements in the order of addition", permissionAWS, func(c *conformance) {
		for _, n := range []int{2, 1, 3} {
			c.mustAdd(withSid(n))
		}
		c.expectSids("", nthSid(2), nthSid(1), nthSid(3))
		document, _, err := c.read("")
		if err != nil || document.Version() != "2012-10-17" || document.ID() != "default" {
			c.fail("Version %q, Id %q, %v", document.Version(), document.ID(), err)
		}
	}},
	{"policy/remove", "RemovePermission removes one statement, and with the last one the policy", removeMulti, func(c *conformance) {
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
	{"policy/again", "a StatementId is free again when its statement was removed", inferred, func(c *conformance) {
		c.mustAdd()
		if err := c.remove("", nthSid(1), ""); err != nil {
			c.fail("RemovePermission: %v", err)
		}
		c.mustAdd()
		c.expectSids("", nthSid(1))
	}},
	{"policy/names", "a function is the same by its name, its partial ARN and its ARN", "API Reference, AddPermission, FunctionName", func(c *conformance) {
		f := c.function
		for i, name := range []string{f.Name(), f.AccountID() + ":" + f.Name(), f.AccountID() + ":function:" + f.Name(), f.String()} {
			c.mustAdd(withSid(i+1), func(r *validate.Request) { r.FunctionName = name })
		}
		c.expectSids("", nthSid(1), nthSid(2), nthSid(3), nthSid(4))
	}},
	{"policy/size", "a policy of more than 20480 bytes is refused, its size told in the message", "adobe/helix-deploy#24", wantLimit},
}

// wantLimit adds statements until one is refused.
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
		"and the same StatementId may be in all of them", permissionVersions, func(c *conformance) {
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
	{"scope/one only", "a grant for the function is not in the policies of its versions and aliases", permissionVersions, func(c *conformance) {
		c.need("Version or Alias", c.Version+c.Alias)
		c.mustAdd()
		c.expectSids("", nthSid(1))
		for _, q := range c.qualifiers()[1:] {
			c.expectSids(q)
		}
	}},
	{"scope/qualified name", "a qualifier may be in the FunctionName, in Qualifier, or in both when they agree", permissionVersions, func(c *conformance) {
		c.need("Alias", c.Alias)
		inName := func(r *validate.Request) { r.FunctionName += ":" + c.Alias }
		c.mustAdd(withSid(1), withQualifier(c.Alias))
		c.mustAdd(withSid(2), inName)
		c.mustAdd(withSid(3), inName, withQualifier(c.Alias))
		c.expectSids(c.Alias, nthSid(1), nthSid(2), nthSid(3))
	}},
}

// wantResource checks the Resource of the first statement of a scope.
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
