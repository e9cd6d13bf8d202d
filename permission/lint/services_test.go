package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The advice shows as much of the form of a source as is known.
func TestAdvice(t *testing.T) {
	for want, source := range map[string]grant.Source{
		`"arn:aws:new:::thing/NAME"`:              {Service: "new", Example: "thing/NAME", NoRegion: true, NoAccount: true},
		`"arn:aws:new:REGION:ACCOUNT:thing/NAME"`: {Service: "new", Resource: "thing/*", Example: "thing/NAME"},
		`"arn:aws:new:REGION:ACCOUNT:thing/*"`:    {Service: "new", Resource: "thing/*"},
		`"arn:aws:new:REGION:ACCOUNT:RESOURCE"`:   {Service: "new"},
	} {
		option := lint.WithService(grant.Service{Principal: "new.amazonaws.com", Sources: []grant.Source{source}})
		found := lint.CheckGrant(filled(validate.Request{Principal: "new.amazonaws.com"}), option)
		if len(found) != 1 || !strings.Contains(found[0].Fix, want) {
			t.Errorf("want one finding whose fix contains %s, found %v", want, found)
		}
	}
}

// The advice names the principal that calls for the source, unless it is the principal
// of the grant.
func TestAdviceNamesTheCaller(t *testing.T) {
	const topic = "arn:aws:sns:us-east-1:123456789012:t"
	for _, c := range []struct {
		principal, source, rule string
		want, not               string
	}{
		{"s3.amazonaws.com", topic, lint.RuleServiceMismatch, `"sns.amazonaws.com"`, ""},
		{"lex.amazonaws.com", "arn:aws:lex:us-east-1:123456789012:bot-alias/B/A", lint.RuleSourceShape, `or the principal "lexv2.amazonaws.com"`, ""},
		{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:event-bus/b", lint.RuleSourceShape, "", "or the principal"},
		{"cloudfront.amazonaws.com", "arn:aws:cloudfront::123456789012:function/f", lint.RuleSourceShape, "", "or the principal"},
	} {
		found := ofRule(lint.CheckGrant(filled(validate.Request{Principal: c.principal, SourceArn: c.source})), c.rule)
		if len(found) != 1 {
			t.Errorf("%s for %s: %d findings of %s, want 1", c.principal, c.source, len(found), c.rule)
			continue
		}
		fix := found[0].Fix
		if !strings.Contains(fix, c.want) {
			t.Errorf("%s for %s: fix %q, want %q in it", c.principal, c.source, fix, c.want)
		}
		if c.not != "" && strings.Contains(fix, c.not) {
			t.Errorf("%s for %s: fix %q, want no %q in it", c.principal, c.source, fix, c.not)
		}
	}
}

// WithService copies the lists of its argument, so that the caller may change them.
func TestTablesAreNotShared(t *testing.T) {
	sources := []grant.Source{{Service: "new"}}
	option := lint.WithService(grant.Service{Principal: "new.amazonaws.com", Sources: sources})
	sources[0].Service = "changed"
	req := filled(validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:x"})
	if found := lint.CheckGrant(req, option); len(found) > 0 {
		t.Errorf("after a change of the caller's list: found %v, want no findings", found)
	}
}

// The options of one call add up, and do not affect later calls.
func TestOptions(t *testing.T) {
	req := filled(validate.Request{Principal: "a.amazonaws.com"})
	all := lint.CheckGrant(req)
	if len(all) != 2 {
		t.Errorf("without options: found %v, want 2 findings", all)
	}
	if both := lint.CheckGrant(req, lint.Disable(lint.RuleUnknownService), lint.Disable(lint.RuleServiceNoSource)); len(both) != 0 {
		t.Errorf("with both rules disabled: found %v, want no findings", both)
	}
	services := []lint.Option{
		lint.WithService(grant.Service{Principal: "a.amazonaws.com"}), lint.WithService(grant.Service{Principal: "b.amazonaws.com"}),
	}
	if found := ofRule(lint.CheckGrant(req, services...), lint.RuleUnknownService); len(found) > 0 {
		t.Errorf("with the service added: found %v, want no findings", found)
	}
	if again := lint.CheckGrant(req); !slices.Equal(again, all) {
		t.Errorf("without options again: found %v, want %v as before", again, all)
	}
}
