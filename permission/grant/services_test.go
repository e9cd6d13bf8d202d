package grant_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/services"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const (
	account      = "123456789012"
	otherAccount = "210987654321"
)

// unknownForm is the beginning of resources whose form is not known.
const unknownForm = "thing/"

// An example is a source of a service and another resource of the same kind.
type example struct {
	service       grant.Service
	source, other string
}

// examples returns an example for each kind of source that a service calls for, except
// CloudFront and Lambda@Edge, which have the same sources and different grants.
func examples() (list []example) {
	for _, s := range grant.Services() {
		for _, k := range s.Sources {
			if s.Instead != "" || k.Service == "cloudfront" {
				continue
			}
			list = append(list, example{s, exampleOf(k, ""), exampleOf(k, "2")})
		}
	}
	return list
}

// exampleOf replaces the placeholders of a source's example by values with the given
// ending.
func exampleOf(k grant.Source, ending string) string {
	region, owner := "us-east-1", account
	if k.NoRegion {
		region = ""
	}
	if k.NoAccount {
		owner = ""
	}
	last := k.Example
	if last == "" {
		last = unknownForm + "NAME"
	}
	last = strings.NewReplacer(
		"API/STAGE/METHOD/PATH", "a1b2c3d4e5/prod/GET/pets"+ending, "NAME-??????", "name"+ending+"-a1B2c3", "targetgroup/NAME/ID", "targetgroup/name"+ending+"/0123456789abcdef",
		"SET:receipt-rule/RULE", "set"+ending+":receipt-rule/rule", "BOT/ALIAS", "BOT1/ALIAS"+ending,
		"NAME", "name"+ending, "BUCKET", "bucket"+ending, "TOPIC", "topic"+ending, "REPOSITORY", "repository"+ending, "ID", "id"+ending,
	).Replace(last)
	return strings.Join([]string{"arn", "aws", k.Service, region, owner, last}, ":")
}

// grantFor returns the grant to an example's source.
func grantFor(t *testing.T, e example) grant.Request {
	t.Helper()
	r, err := grant.EventSource(thumbnail, e.source)
	var missing *grant.Error
	if errors.As(err, &missing) && missing.Argument == "WithSourceAccount" {
		r, err = grant.EventSource(thumbnail, e.source, grant.WithSourceAccount(account))
	}
	if err != nil {
		t.Fatalf("%s: %v", e.source, err)
	}
	return r
}

// For every service, the constructed grant passes the rules, has no finding above info,
// and allows only calls for its source.
func TestGrantOfEveryService(t *testing.T) {
	count := 0
	for _, e := range examples() {
		count++
		r := grantFor(t, e)
		r.StatementId = grant.StatementID("", r)
		if err := validate.Current.Check(r); err != nil {
			t.Errorf("%s: %v", e.source, err)
		}
		for _, f := range lint.CheckGrant(r) {
			if f.Severity > lint.SeverityInfo {
				t.Errorf("%s: %v", e.source, f)
			}
		}
		checkCallers(t, e, r)
	}
	if count < 25 {
		t.Errorf("%d kinds of sources, want at least 25", count)
	}
}

// checkCallers evaluates the grant for calls for its source and for other calls.
func checkCallers(t *testing.T, e example, r grant.Request) {
	t.Helper()
	s, err := policy.NewStatement(r, arn.MustParseFunction(thumbnail))
	if err != nil {
		t.Fatal(err)
	}
	document := policy.Document{}.With(s)
	call := func(function, source, sourceAccount string) policy.Verdict {
		return document.Evaluate(policy.Invocation{
			Function: arn.MustParseFunction(function),
			Caller:   policy.Service{Name: r.Principal, SourceArn: source, SourceAccount: sourceAccount},
		}).Verdict()
	}
	for _, c := range []struct {
		name                    string
		function, source, owner string
		want                    policy.Verdict
	}{
		{"its source", thumbnail, e.source, account, policy.Allowed},
		{"another resource", thumbnail, e.other, account, policy.Denied},
		{"another account", thumbnail, strings.ReplaceAll(e.source, account, otherAccount), otherAccount, policy.Denied},
		{"another function", thumbnail + "2", e.source, account, policy.Denied},
		{"another version", thumbnail + ":1", e.source, account, policy.Denied},
	} {
		if got := call(c.function, c.source, c.owner); got != c.want {
			t.Errorf("%s: %s: %v, want %v", e.source, c.name, got, c.want)
		}
	}
}

var updatePage = flag.Bool("update-recipes", false, "rewrite the table of event sources in docs/recipes.md")

// The table of event sources in the documentation is generated from these grants.
func TestTableOfEventSources(t *testing.T) {
	const page = "../../docs/recipes.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- event sources -->\n", "<!-- end of event sources -->\n"
	before, rest, hasBegin := strings.Cut(string(text), begin)
	got, after, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		t.Fatalf("%s does not have both comments around the table", page)
	}
	want := table(t)
	if *updatePage {
		if err := os.WriteFile(page, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		got = want
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", page, diff)
	}
}

func table(t *testing.T) string {
	var b strings.Builder
	b.WriteString("\n| Event source | Principal | SourceArn | SourceAccount |\n|---|---|---|---|\n")
	for _, e := range examples() {
		r := grantFor(t, e)
		if strings.Contains(e.source, unknownForm) {
			continue // its form is not known
		}
		beside := "–"
		if r.SourceAccount != "" {
			beside = "`" + r.SourceAccount + "`"
		}
		b.WriteString("| " + e.service.Title + " | `" + r.Principal + "` | `" + r.SourceArn + "` | " + beside + " |\n")
	}
	b.WriteString("\n| Gets in by other means | Instead of a grant to | Means |\n|---|---|---|\n")
	for _, s := range grant.Services() {
		if s.Instead != "" {
			b.WriteString("| " + s.Title + " | `" + s.Principal + "` | " + s.Instead + " |\n")
		}
	}
	b.WriteString("\n")
	return b.String()
}

// Services returns every value of the table of package services.
func TestServicesAreWhole(t *testing.T) {
	rows := services.All()
	for i, s := range grant.Services() {
		row := reflect.ValueOf(rows[i])
		for name, value := range fieldsOf(s) {
			if name == "Documentation" {
				name = "Page"
			}
			if got, want := fmt.Sprint(value), fmt.Sprint(row.FieldByName(name)); got != want {
				t.Errorf("%s: %s is %s, want %s", s.Principal, name, got, want)
			}
		}
	}
}

func fieldsOf(s grant.Service) map[string]any {
	v := reflect.ValueOf(s)
	fields := make(map[string]any, v.NumField())
	for i := range v.NumField() {
		fields[v.Type().Field(i).Name] = v.Field(i).Interface()
	}
	return fields
}

// Services returns a copy of the table.
func TestServicesAreCopies(t *testing.T) {
	list := grant.Services()
	list[0].Principal, list[0].Sources[0].Service = "changed", "changed"
	if s, ok := grant.Lookup("s3.amazonaws.com"); !ok || s.Sources[0].Service != "s3" {
		t.Errorf("Lookup(\"s3.amazonaws.com\") = %+v, want a service with the source s3", s)
	}
	if s, ok := grant.Lookup("s3"); ok {
		t.Errorf("Lookup(\"s3\") = %+v, want no service", s)
	}
}
