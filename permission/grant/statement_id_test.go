package grant_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

var updateGolden = flag.Bool("update-statement-ids", false, "rewrite testdata/statement_ids.golden; a changed line breaks deployed programs")

// The ids must not change: a program that was built with another release of this
// library must find the statements that it has added.
func TestStatementIdsStayTheSame(t *testing.T) {
	golden := filepath.Join("testdata", "statement_ids.golden")
	var got []string
	for name, r := range kinds() {
		got = append(got, name+": "+grant.StatementID("", r)+" "+grant.StatementID("orders", r))
	}
	slices.Sort(got)
	if *updateGolden {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(lines(t, golden), got); diff != "" {
		t.Errorf("the ids of a release must never change (-want +got):\n%s", diff)
	}
}

func lines(t *testing.T, name string) []string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var list []string
	for s := bufio.NewScanner(file); s.Scan(); {
		list = append(list, s.Text())
	}
	return list
}

const thumbnail = "arn:aws:lambda:us-east-1:123456789012:function:Thumbnail"

// legalStatementId is the pattern of StatementId (AddPermission), with its length.
var legalStatementId = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,100}$`)

// FuzzStatementID checks that two grants have the same id if and only if the service
// would store equivalent statements, and that every id is legal.
func FuzzStatementID(f *testing.F) {
	f.Add("210987654321", "lambda:InvokeFunction", "", "", "arn:aws:iam::210987654321:root", "lambda:invokefunction", "", "")
	f.Add("s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::a", "1", "s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::", "a1")
	f.Add("*", "*", "", "tok", "arn:aws:iam::210987654321:role/a/b/ü", "*", "tok", "")
	f.Add("arn:aws-cn:iam::210987654321:root", "*", "", "", "210987654321", "*", "", "")
	f.Fuzz(func(t *testing.T, principal1, action1, source1, token1, principal2, action2, source2, token2 string) {
		a := validate.Request{Principal: principal1, Action: action1, SourceArn: source1, EventSourceToken: token1}
		b := validate.Request{Principal: principal2, Action: action2, SourceArn: source2, EventSourceToken: token2}
		for _, r := range []validate.Request{a, b} {
			if id := grant.StatementID("", r); !legalStatementId.MatchString(id) {
				t.Errorf("StatementID(%q) = %q is not legal", r.Principal, id)
			}
		}
		s, sErr := statementOf(a)
		u, uErr := statementOf(b)
		if sErr != nil || uErr != nil || isForeignRoot(principal1) || isForeignRoot(principal2) {
			return
		}
		if same := grant.StatementID("", a) == grant.StatementID("", b); same != s.Equivalent(u) {
			t.Errorf("the same id: %v, equivalent statements: %v; want both or neither\n%s\n%s", same, s.Equivalent(u), s, u)
		}
	})
}

func statementOf(r validate.Request) (policy.Statement, error) {
	r.StatementId = "same"
	return policy.NewStatement(r, arn.MustParseFunction(thumbnail))
}

// isForeignRoot reports whether a principal is the root user of an account in another
// partition, which cannot be the principal for a function of this partition.
func isForeignRoot(principal string) bool {
	return strings.HasPrefix(principal, "arn:") && !strings.HasPrefix(principal, "arn:aws:") && strings.HasSuffix(principal, ":root")
}

// The id depends on the meaning of a grant, not on its function or its previous id, and
// begins with the principal.
func TestStatementID(t *testing.T) {
	r := photos()
	id := grant.StatementID("", r)
	if !strings.HasPrefix(id, "s3-") {
		t.Errorf("id = %q, want it to begin with the service", id)
	}
	r.FunctionName, r.Qualifier, r.StatementId, r.RevisionId = "another", "PROD", "", "1"
	if got := grant.StatementID("", r); got != id {
		t.Errorf("for another function the id is %q, want %q", got, id)
	}
	for principal, want := range map[string]string{
		"*":                               "anyone-",
		"210987654321":                    "210987654321-",
		"arn:aws:iam::210987654321:root":  "210987654321-",
		"arn:aws:iam::1:role/team/deploy": "deploy-",
		"alexa-appkit.amazon.com":         "alexa-appkit-amazon-com-",
		"logs.us-east-1.amazonaws.com":    "logs-us-east-1-",
		"s3.amazonaws.com.cn":             "s3-",
		"/deploy":                         "deploy-",
		// The label has 60 characters at most.
		"arn:aws:iam::1:role/" + strings.Repeat("r", 64): strings.Repeat("r", 60) + "-",
	} {
		if got := grant.StatementID("", validate.Request{Principal: principal}); !strings.HasPrefix(got, want) {
			t.Errorf("the id of %s is %q, want %s...", principal, got, want)
		}
	}
	if got := grant.StatementID("", validate.Request{}); !legalStatementId.MatchString(got) {
		t.Errorf("the id of an empty grant is %q, want a legal one", got)
	}
}

// Each field that belongs to the meaning changes the id, and the same text in another
// field results in another id.
func TestStatementIdsAreDifferent(t *testing.T) {
	seen := map[string]string{}
	note := func(name string, r validate.Request) {
		id := grant.StatementID("", r)
		if before, taken := seen[id]; taken {
			t.Errorf("%s and %s have the same id", before, name)
		}
		seen[id] = name
	}
	same := map[string]bool{"account's root": true, "alias": true, "version in the name": true, "full ARN": true}
	for name, r := range kinds() {
		if !same[name] {
			note(name, r)
		}
	}
	for i := range 8 {
		values := make([]string, 8)
		values[i] = "value"
		r := validate.Request{
			Principal: values[0], Action: values[1], SourceArn: values[2], SourceAccount: values[3],
			EventSourceToken: values[4], PrincipalOrgID: values[5], FunctionUrlAuthType: values[6],
		}
		if values[7] != "" {
			r.InvokedViaFunctionUrl = new(bool)
		}
		note(fmt.Sprint("field ", i), r)
	}
}

// An id with an owner begins with the owner. It differs for another meaning and for
// another owner.
func TestStatementIDOfOwner(t *testing.T) {
	const owner = "orders_PROD-1"
	seen := map[string]string{}
	for name, r := range kinds() {
		id := grant.StatementID(owner, r)
		digest, isOurs := strings.CutPrefix(id, owner+"-")
		if !isOurs || !regexp.MustCompile(`^[a-z2-7]{24}$`).MatchString(digest) {
			t.Errorf("%s: id %q, want %s- and 24 letters and digits in lower case", name, id, owner)
		}
		if other := grant.StatementID("orders_PROD", r); strings.HasSuffix(other, digest) {
			t.Errorf("%s: another owner has the digest of %q", name, id)
		}
		// Grants with different ids without an owner have different ids with one.
		plain := grant.StatementID("", r)
		if before, ok := seen[id]; ok && before != plain {
			t.Errorf("%s: two meanings have the id %q", name, id)
		}
		seen[id] = plain
	}
	if len(seen) < 15 {
		t.Errorf("%d ids, want at least 15", len(seen))
	}
}

// Owners that are similar have different digests, also if one is the beginning of
// another.
func TestOwnerEndsWhereItEnds(t *testing.T) {
	r := photos()
	for _, pair := range [][2]string{{"a", "a-b"}, {"a", "aa"}, {"A", "a"}, {"a-b", "a-c"}} {
		first, second := grant.StatementID(pair[0], r), grant.StatementID(pair[1], r)
		if strings.TrimPrefix(first, pair[0]) == strings.TrimPrefix(second, pair[1]) {
			t.Errorf("owners %q and %q have the same digest", pair[0], pair[1])
		}
	}
}

func TestCheckOwner(t *testing.T) {
	longest := strings.Repeat("x", grant.MaxOwner)
	for _, owner := range []string{"a", "team-a", "Stack_1", "-", "123456789012", longest} {
		if err := grant.CheckOwner(owner); err != nil {
			t.Errorf("CheckOwner(%q) = %v, want nil", owner, err)
		}
		if id := grant.StatementID(owner, photos()); !legalStatementId.MatchString(id) {
			t.Errorf("StatementID(%q) = %q is not legal", owner, id)
		}
	}
	for owner, reason := range map[string]string{
		"":            "empty",
		"team a":      "letters",
		"team.a":      "letters",
		"équipe":      "letters",
		"a/b":         "letters",
		"a\n":         "letters",
		longest + "x": "64 characters",
	} {
		err := grant.CheckOwner(owner)
		var typed *grant.OwnerError
		if !errors.As(err, &typed) {
			t.Fatalf("CheckOwner(%q) = %v, want an OwnerError", owner, err)
		}
		if typed.Owner != owner {
			t.Errorf("CheckOwner(%q): the error has Owner %q, want the owner", owner, typed.Owner)
		}
		if !strings.Contains(err.Error(), reason) {
			t.Errorf("CheckOwner(%q) = %v, want %q in it", owner, err, reason)
		}
		if id := grant.StatementID(owner, photos()); owner != "" && id != "" {
			t.Errorf("StatementID(%q) = %q, want no id", owner, id)
		}
	}
}

// The statement of every kind of grant is owned by its owner and by no other.
func TestOwns(t *testing.T) {
	for name, r := range kinds() {
		r.StatementId = grant.StatementID("orders", r)
		r.FunctionName, r.Qualifier = "Thumbnail", "" // as in the Resource of the statement
		s, err := policy.NewStatement(r, arn.MustParseFunction(thumbnail))
		if err != nil {
			t.Fatal(err)
		}
		if !grant.Owns("orders", s) {
			t.Errorf("%s: orders does not own %s", name, s)
		}
		for _, other := range []string{"order", "ORDERS", "orders-", "orders-web", "", "not an owner"} {
			if grant.Owns(other, s) {
				t.Errorf("%s: %q owns %s", name, other, s)
			}
		}
	}
}

// A statement whose id or meaning differs is not owned by the owner.
func TestOwnsIsExact(t *testing.T) {
	r := photos()
	id := grant.StatementID("orders", r)
	for name, change := range map[string]func(*validate.Request){
		"another meaning":              func(r *validate.Request) { r.SourceArn = "arn:aws:s3:::films" },
		"wider":                        func(r *validate.Request) { r.SourceArn = "" },
		"a longer id":                  func(r *validate.Request) { r.StatementId += "2" },
		"the owner by itself":          func(r *validate.Request) { r.StatementId = "orders" },
		"the beginning of an id":       func(r *validate.Request) { r.StatementId = id[:len(id)-1] },
		"the id in capitals":           func(r *validate.Request) { r.StatementId = "orders" + strings.ToUpper(id[len("orders"):]) },
		"an id without an owner":       func(r *validate.Request) { r.StatementId = grant.StatementID("", *r) },
		"the digest with another name": func(r *validate.Request) { r.StatementId = "orderz" + id[len("orders"):] },
	} {
		r := r
		r.StatementId = id
		change(&r)
		s, err := policy.NewStatement(r, arn.MustParseFunction(thumbnail))
		if err != nil {
			t.Fatal(err)
		}
		for _, owner := range []string{"orders", "orderz"} {
			if grant.Owns(owner, s) {
				t.Errorf("%s: %s owns %s, want no owner", name, owner, s)
			}
		}
	}
	// A Deny with the id of the grant is not owned.
	deny, err := policy.ParseStatement(`{"Sid":"` + id + `","Effect":"Deny","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + thumbnail +
		`","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	if grant.Owns("orders", deny) {
		t.Errorf("orders owns %s, want no owner", deny)
	}
}

// The root user of an account is the same as the account, and the case of an action
// does not matter. Similar texts have other ids.
func TestEqualMeanings(t *testing.T) {
	id := func(principal, action string) string {
		return grant.StatementID("orders", grant.Request{Principal: principal, Action: action})
	}
	want := id("123456789012", "lambda:az")
	for _, c := range []struct {
		principal, action string
		isEqual           bool
	}{
		{"arn:aws:iam::123456789012:root", "lambda:AZ", true},
		{"aws:iam::123456789012:root", "lambda:az", false},
		{"arn:aws:sts::123456789012:root", "lambda:az", false},
		{"arn:aws:iam::123456789012", "lambda:az", false},
		{"arn:aws:iam::12345:root", "lambda:az", false},
	} {
		if got := id(c.principal, c.action) == want; got != c.isEqual {
			t.Errorf("%s, %s: the same id: %v, want %v", c.principal, c.action, got, c.isEqual)
		}
	}
}
