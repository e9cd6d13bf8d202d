package permission_test

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

var updateGolden = flag.Bool("update-statement-ids", false, "write testdata/statement_ids.golden anew; a changed line breaks programs that are deployed")

// The ids must stay what they are: a program that is built with another release of
// this library must find the statements that it added before.
func TestStatementIdsStayTheSame(t *testing.T) {
	golden := filepath.Join("testdata", "statement_ids.golden")
	var got []string
	for name, in := range kinds() {
		got = append(got, name+": "+permission.StatementIdOf(in))
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

// legalStatementId is the pattern of StatementId (AddPermission), with its length.
var legalStatementId = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,100}$`)

// FuzzStatementIdOf checks what makes the id one, against the policy package: two
// grants have the same id exactly if the service would store equivalent
// statements; and every id is legal.
func FuzzStatementIdOf(f *testing.F) {
	f.Add("210987654321", "lambda:InvokeFunction", "", "", "arn:aws:iam::210987654321:root", "lambda:invokefunction", "", "")
	f.Add("s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::a", "1", "s3.amazonaws.com", "lambda:InvokeFunction", "arn:aws:s3:::", "a1")
	f.Add("*", "*", "", "tok", "arn:aws:iam::210987654321:role/a/b/ü", "*", "tok", "")
	f.Add("arn:aws-cn:iam::210987654321:root", "*", "", "", "210987654321", "*", "", "")
	f.Fuzz(func(t *testing.T, principal1, action1, source1, token1, principal2, action2, source2, token2 string) {
		a := &permission.AddPermissionInput{Principal: &principal1, Action: &action1, SourceArn: &source1, EventSourceToken: &token1}
		b := &permission.AddPermissionInput{Principal: &principal2, Action: &action2, SourceArn: &source2, EventSourceToken: &token2}
		for _, in := range []*permission.AddPermissionInput{a, b} {
			if id := permission.StatementIdOf(in); !legalStatementId.MatchString(id) {
				t.Errorf("StatementIdOf(%q) = %q is not legal", *in.Principal, id)
			}
		}
		s, sErr := statementOf(a)
		u, uErr := statementOf(b)
		if sErr != nil || uErr != nil || isForeignRoot(principal1) || isForeignRoot(principal2) {
			return
		}
		if same := permission.StatementIdOf(a) == permission.StatementIdOf(b); same != s.Equivalent(u) {
			t.Errorf("same id: %v, equivalent: %v\n%s\n%s", same, s.Equivalent(u), s, u)
		}
	})
}

func statementOf(in *permission.AddPermissionInput) (policy.Statement, error) {
	req := in.Request()
	req.StatementId = "same"
	return policy.NewStatement(req, arn.MustParseFunction(thumbnail))
}

// isForeignRoot reports whether a principal is the root user of an account in
// another partition, which no function of this one can have.
func isForeignRoot(principal string) bool {
	return strings.HasPrefix(principal, "arn:") && !strings.HasPrefix(principal, "arn:aws:") && strings.HasSuffix(principal, ":root")
}

// The id depends on what a grant means, and not on where it is or how it is
// called. It tells people who may do it.
func TestStatementIdOf(t *testing.T) {
	in := grant()
	id := permission.StatementIdOf(in)
	if !strings.HasPrefix(id, "s3-") {
		t.Errorf("id = %q, want it to begin with the service", id)
	}
	in.FunctionName, in.Qualifier, in.StatementId, in.RevisionId = aws.String("another"), aws.String("PROD"), nil, aws.String("1")
	if got := permission.StatementIdOf(in); got != id {
		t.Errorf("elsewhere it is %q, want %q", got, id)
	}
	for principal, want := range map[string]string{
		"*":                               "anyone-",
		"210987654321":                    "210987654321-",
		"arn:aws:iam::210987654321:root":  "210987654321-",
		"arn:aws:iam::1:role/team/deploy": "deploy-",
		"alexa-appkit.amazon.com":         "alexa-appkit-amazon-com-",
		"logs.us-east-1.amazonaws.com":    "logs-us-east-1-",
		"s3.amazonaws.com.cn":             "s3-",
	} {
		if got := permission.StatementIdOf(&permission.AddPermissionInput{Principal: &principal}); !strings.HasPrefix(got, want) {
			t.Errorf("the id of %s is %q, want %s...", principal, got, want)
		}
	}
	if got := permission.StatementIdOf(nil); !legalStatementId.MatchString(got) {
		t.Errorf("the id of no grant is %q", got)
	}
}

// Every field that makes a grant another makes the id another; neighbouring fields
// are kept apart.
func TestStatementIdsAreDifferent(t *testing.T) {
	seen := map[string]string{}
	note := func(name string, in *permission.AddPermissionInput) {
		id := permission.StatementIdOf(in)
		if before, taken := seen[id]; taken {
			t.Errorf("%s and %s have the same id", before, name)
		}
		seen[id] = name
	}
	same := map[string]bool{"account's root": true, "alias": true, "version in the name": true, "full ARN": true}
	for name, in := range kinds() {
		if !same[name] {
			note(name, in)
		}
	}
	for i := range 8 {
		values := make([]*string, 8)
		values[i] = aws.String("value")
		in := &permission.AddPermissionInput{
			Principal: values[0], Action: values[1], SourceArn: values[2], SourceAccount: values[3],
			EventSourceToken: values[4], PrincipalOrgID: values[5], FunctionUrlAuthType: permission.FunctionUrlAuthType(aws.ToString(values[6])),
		}
		note(fmt.Sprint("field ", i), in)
	}
}
