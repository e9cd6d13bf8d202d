package permissiontest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// statementCases show, for each field, what AddPermission makes of it. None of
// the grants opens a function to the public.
func statementCases() []apiCase {
	grants := []struct {
		name, rule string
		edit       func(*conformance, *validate.Request)
	}{
		{"service", "a service principal is kept as it is, under Service",
			func(c *conformance, r *validate.Request) { r.Principal, r.SourceArn = "events.amazonaws.com", "" }},
		{"SourceArn", "SourceArn becomes the condition ArnLike AWS:SourceArn",
			func(c *conformance, r *validate.Request) {}},
		{"SourceAccount", "SourceAccount becomes the condition StringEquals AWS:SourceAccount",
			func(c *conformance, r *validate.Request) { r.SourceAccount = c.function.AccountID() }},
		{"account", "an account id as the Principal becomes the ARN of the account's root, under AWS",
			func(c *conformance, r *validate.Request) { r.Principal, r.SourceArn = c.function.AccountID(), "" }},
		{"everyone", `the Principal "*" stays the bare string "*"`,
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.SourceAccount = "*", "", c.function.AccountID()
			}},
		{"PrincipalOrgID", "PrincipalOrgID becomes the condition StringEquals aws:PrincipalOrgID",
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.PrincipalOrgID = c.function.AccountID(), "", "o-1234567890"
			}},
		{"FunctionUrlAuthType", "FunctionUrlAuthType becomes the condition StringEquals lambda:FunctionUrlAuthType",
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn = c.function.AccountID(), ""
				r.Action, r.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "AWS_IAM"
			}},
		{"InvokedViaFunctionUrl", `InvokedViaFunctionUrl becomes the condition Bool lambda:InvokedViaFunctionUrl "true"`,
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.InvokedViaFunctionUrl = c.function.AccountID(), "", aws.Bool(true)
			}},
		{"EventSourceToken", "EventSourceToken becomes the condition StringEquals lambda:EventSourceToken",
			func(c *conformance, r *validate.Request) {
				r.Principal, r.SourceArn, r.EventSourceToken = "alexa-appkit.amazon.com", "", "permissiontest"
			}},
		{"any action", "the Action is kept as it is",
			func(c *conformance, r *validate.Request) { r.Action = "lambda:*" }},
	}
	var cases []apiCase
	for _, g := range grants {
		cases = append(cases, apiCase{"statement/" + g.name, g.rule, func(c *conformance) {
			c.wantStatement(c.grant(func(r *validate.Request) { g.edit(c, r) }))
		}})
	}
	return append(cases, apiCase{"statement/JSON",
		"a statement is compact JSON with the members Sid, Effect, Principal, Action, Resource, Condition in this order, " +
			"and no Condition without conditions",
		wantCompact})
}

// wantStatement adds a grant and looks for its statement in the answer and in the
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
		c.fail("AddPermission answers a statement that is none: %v", err)
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

// sameJSON compares as JSON values: places inside Condition are not known.
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
