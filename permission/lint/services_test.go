package lint_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/glob"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Each kind of source, as it is shown to people, is one of what the table says,
// and a grant for it has no finding above info.
func TestSourcesOfTheTable(t *testing.T) {
	for _, service := range lint.Services() {
		for _, source := range service.Sources {
			if source.Example == "" {
				continue
			}
			if source.Resource != "" && !glob.Overlaps(source.Example, source.Resource) {
				t.Errorf("%s: example %q is no %q", service.Principal, source.Example, source.Resource)
			}
			found := lint.CheckGrant(filled(validate.Request{
				Principal: service.Principal, SourceAccount: "123456789012", SourceArn: exampleARN(source),
			}))
			if bad := above(found, lint.SeverityInfo); len(bad) > 0 {
				t.Errorf("%s: %v", service.Principal, bad)
			}
		}
	}
}

func exampleARN(s lint.Source) string {
	place := "us-east-1:123456789012:"
	switch s.Service {
	case "s3":
		place = "::"
	case "cloudfront":
		place = ":123456789012:"
	}
	return "arn:aws:" + s.Service + ":" + place + s.Example
}

// A row of the table says one thing: by which source, by a token, or that there
// is no need.
func TestTableOfServices(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range lint.Services() {
		ways := 0
		for _, is := range []bool{len(s.Sources) > 0, s.Token, s.Instead != ""} {
			if is {
				ways++
			}
		}
		if seen[s.Principal] || ways != 1 {
			t.Errorf("%s: %d ways in, seen: %t", s.Principal, ways, seen[s.Principal])
		}
		seen[s.Principal] = true
		if !strings.HasSuffix(s.Principal, ".amazonaws.com") && !strings.HasSuffix(s.Principal, ".amazon.com") {
			t.Errorf("%s is no service of AWS", s.Principal)
		}
	}
}

// What to write is shown as far as it is known.
func TestAdvice(t *testing.T) {
	for want, source := range map[string]lint.Source{
		`"arn:…:new:…:thing/NAME"`: {Service: "new", Resource: "thing/*", Example: "thing/NAME"},
		`"arn:…:new:…:thing/*"`:    {Service: "new", Resource: "thing/*"},
		`"arn:…:new:…:…"`:          {Service: "new"},
	} {
		option := lint.WithService(lint.Service{Principal: "new.amazonaws.com", Sources: []lint.Source{source}})
		found := lint.CheckGrant(filled(validate.Request{Principal: "new.amazonaws.com"}), option)
		if len(found) != 1 || !strings.Contains(found[0].Fix, want) {
			t.Errorf("want %s in %v", want, found)
		}
	}
}

// What a caller does to its own lists afterwards changes nothing.
func TestTablesAreNotShared(t *testing.T) {
	list := lint.Services()
	list[0].Sources[0].Service = "changed"
	if lint.Services()[0].Sources[0].Service == "changed" {
		t.Error("Services gives the table away")
	}
	sources := []lint.Source{{Service: "new"}}
	option := lint.WithService(lint.Service{Principal: "new.amazonaws.com", Sources: sources})
	sources[0].Service = "changed"
	req := filled(validate.Request{Principal: "new.amazonaws.com", SourceArn: "arn:aws:new:us-east-1:123456789012:x"})
	if found := lint.CheckGrant(req, option); len(found) > 0 {
		t.Errorf("WithService keeps the caller's list: %v", found)
	}
}

// Options add up, and do not reach beyond their call.
func TestOptions(t *testing.T) {
	req := filled(validate.Request{Principal: "a.amazonaws.com"})
	all := lint.CheckGrant(req)
	both := lint.CheckGrant(req, lint.Disable(lint.RuleUnknownService), lint.Disable(lint.RuleServiceNoSource))
	if len(all) != 2 || len(both) != 0 {
		t.Errorf("without options %v, with both %v", all, both)
	}
	services := []lint.Option{
		lint.WithService(lint.Service{Principal: "a.amazonaws.com"}), lint.WithService(lint.Service{Principal: "b.amazonaws.com"}),
	}
	if found := ofRule(lint.CheckGrant(req, services...), lint.RuleUnknownService); len(found) > 0 {
		t.Errorf("added, but %v", found)
	}
	if again := lint.CheckGrant(req); !slices.Equal(again, all) {
		t.Errorf("afterwards %v, before %v", again, all)
	}
}
