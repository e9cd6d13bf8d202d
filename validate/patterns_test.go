package validate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/validate"
)

// parts are the parts of a value; each field is one submatch.
type parts struct{ partition, service, region, account, name, qualifier, resource string }

// patternOf returns the expression of a set for a member of AddPermission.
func patternOf(rules *validate.Rules, member string) string {
	for _, c := range rules.Constraints() {
		if c.Field == member {
			return c.Pattern
		}
	}
	panic("no row of " + member)
}

var (
	originalName      = whole(patternOf(validate.Original, "FunctionName"))
	currentName       = whole(patternOf(validate.Current, "FunctionName"))
	originalSourceArn = whole(patternOf(validate.Original, "SourceArn"))
	currentSourceArn  = whole(patternOf(validate.Current, "SourceArn"))
	currentQualifier  = whole(patternOf(validate.Current, "Qualifier"))
)

// originalNameParts returns the submatches of
// (arn:aws:lambda:)?(region:)?(account:)?(function:)?(name)(:(qualifier))?
func originalNameParts(s string) (parts, bool) {
	m := originalName.FindStringSubmatch(s)
	if m == nil {
		return parts{}, false
	}
	p := parts{region: uncolon(m[2]), account: uncolon(m[3]), name: m[5], qualifier: m[7]}
	if m[1] != "" {
		p.partition = "aws"
	}
	return p, true
}

// currentNameParts is originalNameParts for Current: the partition is the second group,
// and the region contains five groups.
func currentNameParts(s string) (parts, bool) {
	m := currentName.FindStringSubmatch(s)
	if m == nil {
		return parts{}, false
	}
	return parts{partition: m[2], region: uncolon(m[3]), account: uncolon(m[9]), name: m[11], qualifier: m[13]}, true
}

func uncolon(s string) string { return strings.TrimSuffix(s, ":") }

// sourceArnParts returns the submatches of both expressions. The group of the service
// matches only its last character.
func sourceArnParts(s string) (parts, bool) {
	if m := currentSourceArn.FindStringSubmatch(s); m != nil {
		return parts{partition: m[1], service: m[2], region: m[3], account: m[9], resource: m[10]}, true
	}
	if m := originalSourceArn.FindStringSubmatch(s); m != nil {
		return parts{partition: "aws", service: m[1], region: m[2], account: m[3], resource: m[4]}, true
	}
	return parts{}, false
}

func compareParts(t *testing.T, field, s string) {
	t.Helper()
	switch field {
	case "FunctionName":
		compareName(t, validate.Original, s, originalNameParts)
		compareName(t, validate.Current, s, currentNameParts)
	case "SourceArn":
		compareSourceArn(t, s)
	}
}

func compareName(t *testing.T, rules *validate.Rules, s string, oracle func(string) (parts, bool)) {
	t.Helper()
	var got parts
	var ok bool
	got.partition, got.region, got.account, got.name, got.qualifier, ok = validate.SplitName(rules, s)
	want, wantOK := oracle(s)
	if ok != wantOK {
		t.Errorf("SplitName(%q) succeeds: %v, want %v", s, ok, wantOK)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(parts{})); diff != "" {
		t.Errorf("parts of %q (-want +got):\n%s", s, diff)
	}
	type name struct {
		qualifier   string
		tooLong, ok bool
	}
	isBare := want.partition == "" && want.region == "" && want.account == ""
	wantName := name{want.qualifier, isBare && len(want.name) > 64, wantOK}
	var gotName name
	gotName.qualifier, gotName.tooLong, gotName.ok = validate.NameOf(rules, s)
	if gotName != wantName {
		t.Errorf("NameOf(%q) = %+v, want %+v", s, gotName, wantName)
	}
}

func compareSourceArn(t *testing.T, s string) {
	t.Helper()
	want, ok := sourceArnParts(s)
	if !ok {
		return
	}
	var got parts
	got.partition, got.service, got.region, got.account, got.resource, _ = validate.SplitSourceArn(s)
	got.service = got.service[len(got.service)-1:]
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(parts{})); diff != "" {
		t.Errorf("parts of %q (-want +got):\n%s", s, diff)
	}
}

// If the two sets split a name differently, each follows its own expression.
func TestNamePartsDiffer(t *testing.T) {
	const name = "us-gov-west-1:PROD" // a region and a function in Current, a function and an alias in Original
	for _, c := range []struct {
		set   string
		rules *validate.Rules
		want  parts
	}{
		{"Current", validate.Current, parts{region: "us-gov-west-1", name: "PROD"}},
		{"Original", validate.Original, parts{name: "us-gov-west-1", qualifier: "PROD"}},
	} {
		var got parts
		got.partition, got.region, got.account, got.name, got.qualifier, _ = validate.SplitName(c.rules, name)
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", c.set, got, c.want)
		}
	}
}
