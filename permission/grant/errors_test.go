package grant_test

import (
	"errors"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/validate"
)

// An Error wraps the error of the package that refused the value.
func TestErrorsUnwrap(t *testing.T) {
	const topic = "arn:aws:sns:us-east-1:123456789012:t"
	_, err := grant.EventSource("a b", topic)
	if parse := (*arn.ParseError)(nil); !errors.As(err, &parse) {
		t.Errorf("a function's name: %v, want an *arn.ParseError in it", err)
	}
	_, err = grant.EventSource("f", "my-topic")
	if invalid := (*validate.Error)(nil); !errors.As(err, &invalid) {
		t.Errorf("a source: %v, want a *validate.Error in it", err)
	}
	_, err = grant.EventSource("f", topic, grant.WithOwner("a b"))
	if owner := (*grant.OwnerError)(nil); !errors.As(err, &owner) {
		t.Errorf("an owner: %v, want an *grant.OwnerError in it", err)
	}
}

// The reason is the hint of a violation, its message if there is no hint, or the reason
// of package arn. The right form is a field of its own.
func TestReasons(t *testing.T) {
	topic := grant.Service{Principal: "sns.amazonaws.com", Sources: []grant.Source{{Service: "sns", Resource: "mine-*"}}}
	for _, c := range []struct {
		name          string
		make          func() (grant.Request, error)
		reason, right string
	}{
		{"a message", func() (grant.Request, error) { return grant.Organization("f", "o-a1") }, "Member must have length greater than or equal to 12", ""},
		{"a hint", func() (grant.Request, error) { return grant.EventSource("f", "my-topic") }, `an ARN begins with "arn:", as "arn:aws:s3:::my-bucket" does`, ""},
		{"a function's name", func() (grant.Request, error) { return grant.EventSource("a b", "arn:aws:sns:us-east-1:123456789012:t") }, "whitespace is not allowed", ""},
		{"two forms", func() (grant.Request, error) {
			return grant.EventSource("f", "arn:aws:lex:us-east-1:123456789012:bot/B")
		}, "is not a resource for which Amazon Lex V2 invokes functions", "arn:aws:lex:REGION:ACCOUNT:bot-alias/BOT/ALIAS or arn:aws:lex:REGION:ACCOUNT:intent:NAME:*"},
		{"another partition", func() (grant.Request, error) {
			return grant.Account("arn:aws:lambda:cn-north-1:123456789012:function:aws", account)
		}, "is in partition aws, but region cn-north-1 belongs to aws-cn", "arn:aws-cn:lambda:cn-north-1:123456789012:function:aws"},
		{"an ARN of another service instead of an account", func() (grant.Request, error) {
			return grant.Account("f", "arn:aws:sns:us-east-1:123456789012:t")
		}, "is not an account ID, which has 12 digits", ""},
		{"a row that was replaced", func() (grant.Request, error) {
			return grant.EventSource("f", "arn:aws:sns:us-east-1:123456789012:t", grant.WithService(topic))
		}, "is not a resource for which sns.amazonaws.com invokes functions", "arn:aws:sns:REGION:ACCOUNT:mine-*"},
	} {
		_, err := c.make()
		var refused *grant.Error
		if !errors.As(err, &refused) {
			t.Errorf("%s: error %v, want a *grant.Error", c.name, err)
			continue
		}
		if refused.Reason != c.reason {
			t.Errorf("%s: reason %q, want %q", c.name, refused.Reason, c.reason)
		}
		if refused.Right != c.right {
			t.Errorf("%s: right %q, want %q", c.name, refused.Right, c.right)
		}
	}
}
