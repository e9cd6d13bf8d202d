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

// unknownForm begins the resources of kinds whose form is not known.
const unknownForm = "thing/"

// An example is a source of a kind, and a resource that differs from it.
type example struct {
	service       grant.Service
	source, other string
}

// examples has one for each kind of source that a service calls for. CloudFront and
// Lambda@Edge, whose sources are the same, have grants of their own.
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

// exampleOf fills in the words of an example, with an ending where others should
// differ.
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

// grantFor makes the grant to an example's source.
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

// For every service: the constructed grant passes the rules, nothing is questionable
// about it, and it lets in its source and nobody else's.
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
		t.Errorf("only %d kinds of source", count)
	}
}

// checkCallers evaluates the grant for its source and for others.
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

var updatePage = flag.Bool("update-recipes", false, "write the table of event sources in docs/recipes.md anew")

// The table of event sources in the documentation is made from these grants.
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
		t.Fatalf("%s has no place for the table", page)
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
			continue // it would be made up
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

// A service has every fact of its row in the table.
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

// The table belongs to the caller.
func TestServicesAreCopies(t *testing.T) {
	list := grant.Services()
	list[0].Principal, list[0].Sources[0].Service = "changed", "changed"
	if s, ok := grant.Lookup("s3.amazonaws.com"); !ok || s.Sources[0].Service != "s3" {
		t.Errorf("Lookup gives %+v", s)
	}
	if s, ok := grant.Lookup("s3"); ok {
		t.Errorf("Lookup of a bare word gives %+v", s)
	}
}
