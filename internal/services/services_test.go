package services_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// Each row has a principal that ParseName reads and that no other row has, a title, and
// the page that supports it. A service with a token has no sources.
func TestRowsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range services.All() {
		name, _ := services.ParseName(s.Principal)
		if name.Principal != s.Principal {
			t.Errorf("%s: ParseName returns principal %q", s.Principal, name.Principal)
		}
		if name.Region != "" {
			t.Errorf("%s: ParseName returns region %q, want no region", s.Principal, name.Region)
		}
		if seen[s.Principal] {
			t.Errorf("%s has two rows", s.Principal)
		}
		seen[s.Principal] = true
		if s.Title == "" {
			t.Errorf("%s has no title", s.Principal)
		}
		if !strings.Contains(s.Page, ", ") {
			t.Errorf("%s: page %q, want a guide and a page with \", \" between them", s.Principal, s.Page)
		}
		if s.Token && len(s.Sources) > 0 {
			t.Errorf("%s has a token and sources", s.Principal)
		}
		for _, k := range s.Sources {
			checkKind(t, s, k)
		}
	}
}

// The example of a source is an ARN of its kind without a mistake.
func checkKind(t *testing.T, s services.Service, k services.Source) {
	t.Helper()
	form := strings.NewReplacer("REGION", "us-east-1", "ACCOUNT", "123456789012").Replace(k.Form("aws"))
	source, err := arn.Parse(form)
	if err != nil {
		t.Errorf("%s: %v", s.Principal, err)
		return
	}
	if m, found := services.MistakeOf(source, k); found {
		t.Errorf("%s: the example %s %s", s.Principal, form, m.Reason)
	}
	if prefix, _, _ := strings.Cut(k.Resource, "*"); !strings.HasPrefix(k.Example, prefix) {
		t.Errorf("%s: example %q does not begin as the pattern %q does", s.Principal, k.Example, k.Resource)
	}
	if k.NoAccount != (k.SourceAccount == services.AccountRequired) {
		t.Errorf("%s: want AccountRequired exactly if the ARN has no account", s.Principal)
	}
}

func TestLookup(t *testing.T) {
	for principal, want := range map[string]string{
		"s3.amazonaws.com":                       "s3.amazonaws.com",
		"s3.amazonaws.com.cn":                    "s3.amazonaws.com",
		"logs.us-east-1.amazonaws.com":           "logs.amazonaws.com",
		"logs.cn-north-1.amazonaws.com.cn":       "logs.amazonaws.com",
		"sns.me-central-1.amazonaws.com":         "sns.amazonaws.com",
		"lambda.alarms.cloudwatch.amazonaws.com": "lambda.alarms.cloudwatch.amazonaws.com",
		"alexa-appkit.amazon.com":                "alexa-appkit.amazon.com",
		// A label that is not a region is part of the name.
		"logs.backup.amazonaws.com": "",
		// Only Alexa's principals have its domain.
		"alexa-appkit.amazonaws.com": "",
		"s3":                         "",
		".amazonaws.com":             "",
		"amazonaws.com":              "",
		"":                           "",
	} {
		got, ok := services.Lookup(principal)
		if got.Principal != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %q, %v, want %q", principal, got.Principal, ok, want)
		}
	}
}

func TestParseName(t *testing.T) {
	for principal, want := range map[string]services.Name{
		"s3.amazonaws.com":                 {Principal: "s3.amazonaws.com", Suffix: "amazonaws.com"},
		"logs.cn-north-1.amazonaws.com.cn": {Principal: "logs.amazonaws.com", Region: "cn-north-1", Suffix: "amazonaws.com.cn"},
		"s.us-east-1.amazonaws.com":        {Principal: "s.amazonaws.com", Region: "us-east-1", Suffix: "amazonaws.com"},
		// A region is part of the name if there is no service before it.
		"us-east-1.amazonaws.com":  {Principal: "us-east-1.amazonaws.com", Suffix: "amazonaws.com"},
		".us-east-1.amazonaws.com": {Principal: ".us-east-1.amazonaws.com", Suffix: "amazonaws.com"},
		// A name has a service before its domain.
		"s3":             {},
		".amazonaws.com": {},
		"":               {},
	} {
		got, ok := services.ParseName(principal)
		if got != want {
			t.Errorf("ParseName(%q) = %+v, want %+v", principal, got, want)
		}
		if ok != (want != services.Name{}) {
			t.Errorf("ParseName(%q): %v, want %v", principal, ok, !ok)
		}
	}
}

// Source finds the kind of source by the service of the ARN.
func TestSource(t *testing.T) {
	s, _ := services.Lookup("iot.amazonaws.com")
	for service, want := range map[string]bool{"iot": true, "s3": false, "": false} {
		got, ok := s.Source(service)
		if ok != want {
			t.Errorf("Source(%q): found %v, want %v", service, ok, want)
		}
		if ok && got.Service != service {
			t.Errorf("Source(%q) has service %q", service, got.Service)
		}
	}
}

// CallerOf returns the first service in the table that has such sources.
func TestCallerOf(t *testing.T) {
	for resource, want := range map[string]string{
		"arn:aws:s3:::b":                                     "s3.amazonaws.com",
		"arn:aws:sns:us-east-1:123456789012:t":               "sns.amazonaws.com",
		"arn:aws:events:us-east-1:123456789012:rule/r":       "events.amazonaws.com",
		"arn:aws:cloudfront::123456789012:distribution/E1":   "cloudfront.amazonaws.com",
		"arn:aws:sqs:us-east-1:123456789012:q":               "sqs.amazonaws.com",
		"arn:aws:iotevents:us-east-1:123456789012:anything":  "iotevents.amazonaws.com",
		"arn:aws:events:us-east-1:123456789012:event-bus/b":  "",
		"arn:aws:ec2:us-east-1:123456789012:instance/i-1234": "",
	} {
		got, found := services.CallerOf(mustParse(t, resource))
		if got.Principal != want {
			t.Errorf("%s: %q, want %q", resource, got.Principal, want)
		}
		if found != (want != "") {
			t.Errorf("%s: found %v, want %v", resource, found, want != "")
		}
	}
	if got, found := services.CallerOf(arn.ARN{}); found {
		t.Errorf("the caller of the zero ARN is %q, want none", got.Principal)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		principal, partition, right string
		refused                     bool
	}{
		// In China some names have the common suffix and are refused with that of
		// China.
		{"s3.amazonaws.com.cn", "aws-cn", "s3.amazonaws.com", true},
		{"apigateway.amazonaws.com.cn", "aws-cn", "apigateway.amazonaws.com", true},
		{"s3.amazonaws.com", "aws-cn", "", false},
		// The name of CloudWatch Logs with a region in it has the suffix of China.
		{"logs.cn-north-1.amazonaws.com", "aws-cn", "logs.cn-north-1.amazonaws.com.cn", true},
		{"logs.cn-north-1.amazonaws.com.cn", "aws-cn", "", false},
		// Other names are not known to be refused.
		{"events.amazonaws.com.cn", "aws-cn", "", false},
		// No name has the suffix of China elsewhere.
		{"s3.amazonaws.com.cn", "aws", "s3.amazonaws.com", true},
		{"new-service.amazonaws.com.cn", "aws-us-gov", "new-service.amazonaws.com", true},
		{"logs.us-east-1.amazonaws.com.cn", "aws", "logs.us-east-1.amazonaws.com", true},
		// No name has the European suffix.
		{"sns.amazonaws.eu", "aws-eusc", "sns.amazonaws.com", true},
		{"sns.amazonaws.com", "aws-eusc", "", false},
		// Without a partition no name is known to be refused.
		{"s3.amazonaws.com.cn", "", "", false},
		{"*", "aws", "", false},
	} {
		right, refused := services.Refused(c.principal, c.partition)
		if right != c.right || refused != c.refused {
			t.Errorf("Refused(%q, %q) = %q, %v, want %q, %v", c.principal, c.partition, right, refused, c.right, c.refused)
		}
		if _, again := services.Refused(right, c.partition); again {
			t.Errorf("Refused(%q, %q) proposes %q, which is refused too", c.principal, c.partition, right)
		}
	}
}

// The name of a service in a partition is not refused there, and Lookup finds the
// service by it.
func TestNamesInPartitions(t *testing.T) {
	for _, p := range services.Partitions() {
		for _, s := range services.All() {
			name := services.NameIn(s.Principal, p.ID, p.Regions[0])
			if right, refused := services.Refused(name, p.ID); refused {
				t.Errorf("%s in %s: %s is refused, right is %s", s.Principal, p.ID, name, right)
			}
			if found, ok := services.Lookup(name); !ok || found.Principal != s.Principal {
				t.Errorf("%s in %s: Lookup(%s) finds %q", s.Principal, p.ID, name, found.Principal)
			}
		}
	}
}

func TestNameIn(t *testing.T) {
	for _, c := range []struct{ principal, partition, region, want string }{
		// Most names have no region, even if the service is also known with one.
		{"sns.amazonaws.com", "aws", "me-central-1", "sns.amazonaws.com"},
		{"logs.amazonaws.com", "aws", "us-east-1", "logs.amazonaws.com"},
		// Two services need the region in their name, CloudWatch Logs only in China.
		{"logs.amazonaws.com", "aws-cn", "cn-north-1", "logs.cn-north-1.amazonaws.com.cn"},
		{"workmail.amazonaws.com", "aws", "us-east-1", "workmail.us-east-1.amazonaws.com"},
		// A text that is not a region is not put into the name.
		{"workmail.amazonaws.com", "aws", "", "workmail.amazonaws.com"},
		{"workmail.amazonaws.com", "aws", "*", "workmail.amazonaws.com"},
		{"logs.amazonaws.com", "aws-cn", "cn-*", "logs.amazonaws.com"},
		// A service that is not in the table has no region in its name.
		{"new.amazonaws.com", "aws", "us-east-1", "new.amazonaws.com"},
	} {
		if got := services.NameIn(c.principal, c.partition, c.region); got != c.want {
			t.Errorf("NameIn(%q, %q, %q) = %q, want %q", c.principal, c.partition, c.region, got, c.want)
		}
	}
}

func TestPartitionOf(t *testing.T) {
	count := 0
	for _, p := range services.Partitions() {
		for _, region := range append(slices.Clone(p.Regions), p.Global) {
			if region == "" {
				continue
			}
			count++
			if got, ok := services.PartitionOf(region); !ok || got.ID != p.ID {
				t.Errorf("PartitionOf(%s) = %s, %v, want %s", region, got.ID, ok, p.ID)
			}
		}
	}
	if count < 45 {
		t.Errorf("%d regions, want 45 at least", count)
	}
	// The partition of an unknown region follows from the beginning of its name. Then
	// come a place of word characters and a number of any length.
	for _, region := range []string{"eu-south-9", "us-east-10", "us-azAZ_09-1", "us-_-1"} {
		if got, ok := services.PartitionOf(region); !ok || got.ID != "aws" {
			t.Errorf("PartitionOf(%q) = %q, %v, want aws", region, got.ID, ok)
		}
	}
	for _, region := range []string{
		"", "us", "us-", "us-1", "us-east", "us-east-", "us-east1", "-east-1", "us--1", "us-east-x", "xx-east-1", "us-gov-1x", "useast-1", "us-east-1-1",
		"us-e/st-1", "us-e:st-1", "us-e@st-1", "us-e[st-1", "us-e`st-1", "us-e{st-1", "us-east-1/", "us-east-1:",
	} {
		if got, ok := services.PartitionOf(region); ok {
			t.Errorf("PartitionOf(%q) = %s, want no partition", region, got.ID)
		}
	}
}

func TestOptInOf(t *testing.T) {
	for region, want := range map[string]services.OptIn{
		"us-east-1":    services.OptInNotRequired,
		"eu-north-1":   services.OptInNotRequired, // opened in 2018
		"ap-east-1":    services.OptInRequired,    // opened in April 2019
		"me-central-1": services.OptInRequired,
		// Two pages of the documentation disagree about this region.
		"ap-northeast-3": services.OptInUnknown,
		// Other partitions have no opt-in regions, and unknown regions are not in the
		// table.
		"cn-north-1":    services.OptInUnknown,
		"us-gov-west-1": services.OptInUnknown,
		"eu-south-9":    services.OptInUnknown,
		"":              services.OptInUnknown,
	} {
		if got := services.OptInOf(region); got != want {
			t.Errorf("OptInOf(%q) = %d, want %d", region, got, want)
		}
	}
}
