package permission_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// foreign is a policy whose order of members and form of the account differ from the
// service's, with a statement of another program.
const foreign = `{"Statement":[{"Resource":"` + thumbnailARN + `:*","Effect":"Deny","Principal":{"AWS":["210987654321"]},"Action":["lambda:*"],` +
	`"Sid":"theirs","Condition":{"Bool":{"aws:SecureTransport":false}}}],"Id":"hand-written","Version":"2012-10-17"}`

// editing returns a service with the policy document, or without a policy if document
// is "", and a link to it.
func editing(t *testing.T, document string) (*permissiontest.Service, *link) {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	if document != "" {
		if err := service.SetPolicy("Thumbnail", document); err != nil {
			t.Fatal(err)
		}
	}
	return service, &link{service: service}
}

// withStatement returns an edit that adds a statement with the id, unless there is one.
func withStatement(t *testing.T, sid string) func(policy.Document) (policy.Document, error) {
	t.Helper()
	in := grant()
	in.StatementId = &sid
	s := build(t, in)
	return func(d policy.Document) (policy.Document, error) {
		if _, ok := d.Lookup(sid); ok {
			return d, nil
		}
		return d.With(s), nil
	}
}

func without(sid string) func(policy.Document) (policy.Document, error) {
	return func(d policy.Document) (policy.Document, error) { return d.Without(sid), nil }
}

// An edit makes two calls. It changes one statement and no other byte.
func TestEditResourcePolicy(t *testing.T) {
	service, w := editing(t, foreign)
	got, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, withStatement(t, "s3-photos"))
	if err != nil {
		t.Fatal(err)
	}
	in := grant()
	want := strings.Replace(foreign, `}}}]`, `}}},`+build(t, in).Raw()+`]`, 1)
	stored, _ := service.Policy("Thumbnail")
	wantEqual(t, "policy", stored.Raw(), want)
	wantEqual(t, "Document", got.Document.Raw(), want)
	wantEqual(t, "RevisionID", got.RevisionID, aws.ToString(revisionOf(t, service)))
	wantEqual(t, "Found", got.Found, true)
	wantEqual(t, "reads", w.reads, 1)
	wantEqual(t, "changes", w.changes, 1)

	if _, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, without("s3-photos")); err != nil {
		t.Fatal(err)
	}
	stored, _ = service.Policy("Thumbnail")
	wantEqual(t, "policy after the removal", stored.Raw(), foreign)
}

// written is a policy as people write it: with whitespace around and between tokens,
// escapes, an unusual order of members and a number with an exponent. The tests remove
// its first statement or the one in the middle.
const written = "\r\n{ \"Statement\" :\n\t[   {\"Sid\":\"first\" , \"Effect\":\"Deny\", \"Principal\":\"*\", \"Action\":\"lambda:InvokeFunction\",\"Resource\":\"" + thumbnailARN + "\"}\n\t,\n" +
	"    { \"Condition\" : { \"NumericLessThan\" : { \"aws:MultiFactorAuthAge\" : [ 1e2 , 1.50E+3 ] } ,\n" +
	"        \"StringEquals\" : { \"aws:PrincipalTag/team\" : \"a  <b> & \\u0041\\/é\" } } ,\n" +
	"      \"Principal\" : { \"AWS\" : [ \"210987654321\"  ] } , \"Sid\" : \"\\u0074heirs\" , \"Resource\" : \"" + thumbnailARN + "\" ,\n" +
	"      \"Effect\" : \"\\u0041llow\" , \"Action\" : [ \"lambda:InvokeFunction\" ] } ,\n" +
	"    {\"Sid\":\"mine\" , \"Effect\":\"Deny\", \"Principal\":\"*\", \"Action\":\"lambda:InvokeFunction\",\"Resource\":\"" + thumbnailARN + "\"} ,\r\n" +
	"    {  \"Effect\":\"Deny\", \"Principal\":\"*\",   \"Action\":\"lambda:GetFunction\",\"Resource\":\"" + thumbnailARN + "\"  }\n\t]  ,\t\"Version\":\"2012-10-17\" , \"Id\" : \"by  hand\"\n}\n\n"

// An edit through a server and a client keeps every byte that it does not name.
func TestEditResourcePolicyByteForByte(t *testing.T) {
	between := func(begin, end string) string {
		b := strings.Index(written, begin)
		return written[b : b+strings.Index(written[b:], end)]
	}
	added := build(t, grant())
	for name, tt := range map[string]struct {
		edit func(policy.Document) policy.Document
		want string
	}{
		"add": {func(d policy.Document) policy.Document { return d.With(added) },
			strings.Replace(written, "}\n\t]", "},"+added.Raw()+"\n\t]", 1)},
		"remove in the middle": {func(d policy.Document) policy.Document { return d.Without("mine") },
			strings.Replace(written, between(" ,\n    {\"Sid\":\"mine\"", " ,\r\n"), "", 1)},
		"remove the first": {func(d policy.Document) policy.Document { return d.Without("first") },
			strings.Replace(written, between("{\"Sid\":\"first\"", "{ \"Condition\""), "", 1)},
	} {
		t.Run(name, func(t *testing.T) {
			server := permissiontest.NewServer(t)
			client := server.Client()
			server.SetPolicy("Thumbnail", `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"*"}}`)
			if _, err := client.PutResourcePolicy(t.Context(), &permission.PutResourcePolicyInput{ResourceArn: aws.String(thumbnailARN), Policy: aws.String(written)}); err != nil {
				t.Fatal(err)
			}
			got, err := permission.EditResourcePolicy(t.Context(), client, thumbnailARN, func(d policy.Document) (policy.Document, error) {
				wantEqual(t, "document to edit", d.Raw(), written)
				return tt.edit(d), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, "Document", got.Document.Raw(), tt.want)
			read, err := client.GetResourcePolicy(t.Context(), &permission.GetResourcePolicyInput{ResourceArn: aws.String(thumbnailARN)})
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, "stored policy", aws.ToString(read.Policy), tt.want)
		})
	}
}

// The limit of the text includes the whitespace between tokens: an edit that exceeds it
// is refused before it is sent, and an edit that removes the whitespace is accepted.
func TestEditResourcePolicyOfMuchSpace(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.SetPolicy("Thumbnail", written+strings.Repeat(" ", policy.MaxSize-len(written)))
	_, err := permission.EditResourcePolicy(t.Context(), server.Client(), thumbnailARN, withStatement(t, "s3-photos"))
	wantViolation(t, err, "Policy", validate.RuleMaxLength)
	compact := func(d policy.Document) (policy.Document, error) { return policy.Parse(d.String()) }
	got, err := permission.EditResourcePolicy(t.Context(), server.Client(), thumbnailARN, compact)
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "bytes", len(got.Document.Raw()), got.Document.Size())
	if _, err := permission.EditResourcePolicy(t.Context(), server.Client(), thumbnailARN, withStatement(t, "s3-photos")); err != nil {
		t.Errorf("err = %v, want nil", err)
	}
}

// A document that does not change is not written.
func TestEditResourcePolicyUnchanged(t *testing.T) {
	service, w := editing(t, foreign)
	before := revisionOf(t, service)
	got, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, without("unknown"))
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "changes", w.changes, 0)
	wantEqual(t, "RevisionID", got.RevisionID, aws.ToString(before))
}

// If the edit leaves no statement, the policy is deleted by its revision: an empty
// policy is never put.
func TestEditResourcePolicyToNothing(t *testing.T) {
	service, w := editing(t, foreign)
	w.failures = []func(*http.Request) (*http.Response, error){func(r *http.Request) (*http.Response, error) {
		wantEqual(t, "request", r.Method+" "+r.URL.RawQuery, "DELETE RevisionId="+aws.ToString(revisionOf(t, service)))
		return w.serve(r)
	}}
	got, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, without("theirs"))
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "Found", got.Found, false)
	if stored, ok := service.Policy("Thumbnail"); ok {
		t.Errorf("policy %s, want no policy", stored)
	}
}

// A first policy cannot be put safely: nothing is sent, and the error names
// AddPermission.
func TestEditResourcePolicyWithoutPolicy(t *testing.T) {
	service, w := editing(t, "")
	_, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, withStatement(t, "s3-photos"))
	var none *permission.NoPolicyError
	if !errors.As(err, &none) {
		t.Fatalf("err = %v, want a *NoPolicyError", err)
	}
	wantEqual(t, "FunctionARN", none.FunctionARN, thumbnailARN)
	if !strings.Contains(err.Error(), "AddPermission") {
		t.Errorf("err = %v, want one that names AddPermission", err)
	}
	wantEqual(t, "changes", w.changes, 0)

	// As the error says, the edit succeeds after one grant.
	mustAdd(t, service.API(), grant())
	if _, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, withStatement(t, "s3-other")); err != nil {
		t.Fatal(err)
	}
	stored, _ := service.Policy("Thumbnail")
	wantEqual(t, "statements", len(stored.Statements()), 2)

	// An edit that adds nothing to an absent policy has no error.
	_, w = editing(t, "")
	got, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, without("s3-photos"))
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "Found", got.Found, false)
}

// A policy that cannot be parsed to its last byte, or has no revision, is not
// replaced.
func TestEditResourcePolicyThatIsUnreadable(t *testing.T) {
	for name, body := range map[string]string{
		"broken off":       `{"Policy":"{\"Statement\":[","RevisionId":"r"}`,
		"a member twice":   `{"Policy":"{\"Statement\":[],\"Statement\":[]}","RevisionId":"r"}`,
		"no revision":      `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"a\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}`,
		"an answer broken": `{"Policy":"{}`,
	} {
		client := newClient(func(r *http.Request) (*http.Response, error) {
			if r.Method != http.MethodGet {
				t.Errorf("%s: sent %s", name, r.Method)
			}
			return answer(r, 200, nil, body), nil
		}, func(o *permission.Options) { o.Preflight = nil })
		if _, err := permission.EditResourcePolicy(t.Context(), client, thumbnailARN, withStatement(t, "s3-photos")); err == nil {
			t.Errorf("%s: err = nil, want an error", name)
		}
	}
}

// The result is the policy that the service returns, which may differ in form from the
// one that was put. If the answer is not a policy, the result is the document that was
// put.
func TestEditResourcePolicyResult(t *testing.T) {
	const stored = `{"Id":"default","Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}`
	before := strings.Replace(stored, `"a"`, `"b"`, 1)
	for answered, want := range map[string]string{stored: stored, "{": before[:len(before)-2] + "," + build(t, grant()).Raw() + "]}"} {
		client := newClient(func(r *http.Request) (*http.Response, error) {
			body := before
			if r.Method == http.MethodPut {
				body = answered
			}
			return answer(r, 200, nil, `{"Policy":`+strconv.Quote(body)+`,"RevisionId":"20000000-0000-4000-8000-000000000001"}`), nil
		})
		got, err := permission.EditResourcePolicy(t.Context(), client, thumbnailARN, withStatement(t, "s3-photos"))
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, "Document", got.Document.Raw(), want)
	}
}

// An edit that fails changes nothing, and its error is returned.
func TestEditResourcePolicyThatFails(t *testing.T) {
	_, w := editing(t, foreign)
	failed := errors.New("not today")
	_, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, func(policy.Document) (policy.Document, error) {
		return policy.Document{}, failed
	})
	if !errors.Is(err, failed) {
		t.Errorf("err = %v, want %v", err, failed)
	}
	wantEqual(t, "changes", w.changes, 0)
}

// ReadResourcePolicy and EditResourcePolicy accept only the full ARN of a function,
// version or alias.
func TestResourcePolicyNeedsFullARN(t *testing.T) {
	for _, name := range []string{"Thumbnail", "123456789012:function:Thumbnail", "arn:aws:s3:::photos", ""} {
		var refused *arn.ParseError
		if _, err := permission.ReadResourcePolicy(t.Context(), newClient(unreachable(t)), name); !errors.As(err, &refused) {
			t.Errorf("ReadResourcePolicy of %q: err = %v, want an *arn.ParseError", name, err)
		}
		if _, err := permission.EditResourcePolicy(t.Context(), newClient(unreachable(t)), name, without("a")); !errors.As(err, &refused) {
			t.Errorf("EditResourcePolicy of %q: err = %v, want an *arn.ParseError", name, err)
		}
	}
}

// If the policy changes between reading and writing, the edit is repeated on the
// changed policy, and the other program's change is kept.
func TestEditResourcePolicyAgain(t *testing.T) {
	for name, edit := range map[string]func(policy.Document) (policy.Document, error){
		"put":    withStatement(t, "s3-mine"),
		"delete": without("theirs"),
	} {
		service, w := editing(t, foreign)
		edits := 0
		_, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, func(d policy.Document) (policy.Document, error) {
			if edits++; edits == 1 {
				mustAdd(t, service.API(), grant())
			}
			return edit(d)
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantEqual(t, name+": edits", edits, 2)
		stored, _ := service.Policy("Thumbnail")
		if _, ok := stored.Lookup("s3-photos"); !ok {
			t.Errorf("%s: policy %s, want the statement that came in between in it", name, stored)
		}
	}
}

// If the policy is removed between reading and writing, nothing is put, and there is
// nothing to delete.
func TestEditResourcePolicyThatGoes(t *testing.T) {
	for name, tt := range map[string]struct {
		edit func(policy.Document) (policy.Document, error)
		want error
	}{
		"put":    {withStatement(t, "s3-mine"), &permission.NoPolicyError{FunctionARN: thumbnailARN}},
		"delete": {without("theirs"), nil},
	} {
		service, w := editing(t, foreign)
		_, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, func(d policy.Document) (policy.Document, error) {
			if _, ok := service.Policy("Thumbnail"); ok {
				_, err := service.API(func(o *permission.Options) { o.Preflight = nil }).RemovePermission(t.Context(),
					&permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("theirs")})
				if err != nil {
					t.Error(err)
				}
			}
			return tt.edit(d)
		})
		if diff := cmp.Diff(tt.want, err); diff != "" {
			t.Errorf("%s: error (-want +got):\n%s", name, diff)
		}
	}
}

// If the policy changes each time, EditResourcePolicy returns the service's error after
// ten readings.
func TestEditResourcePolicyGivesUp(t *testing.T) {
	service, w := editing(t, foreign)
	edits := 0
	_, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, func(d policy.Document) (policy.Document, error) {
		edits++
		in := grant()
		in.StatementId = aws.String(fmt.Sprintf("s3-%d", edits))
		mustAdd(t, service.API(), in)
		return d.Without("theirs"), nil
	})
	if !lambdaerrors.IsPreconditionFailed(err) {
		t.Errorf("err = %v, want the 412", err)
	}
	wantEqual(t, "edits", edits, 10)
	stored, _ := service.Policy("Thumbnail")
	wantEqual(t, "statements", len(stored.Statements()), 11)
}

// After a lost response to a put or a delete the policy is read.
func TestEditResourcePolicyLostResponse(t *testing.T) {
	for name, edit := range map[string]func(policy.Document) (policy.Document, error){
		"put":    withStatement(t, "s3-mine"),
		"delete": without("theirs"),
	} {
		service, w := editing(t, foreign)
		w.failures = []func(*http.Request) (*http.Response, error){w.committed}
		edits := 0
		got, err := permission.EditResourcePolicy(t.Context(), w.client(), thumbnailARN, func(d policy.Document) (policy.Document, error) {
			edits++
			return edit(d)
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantEqual(t, name+": edits", edits, 1)
		stored, ok := service.Policy("Thumbnail")
		wantEqual(t, name+": Found", got.Found, ok)
		wantEqual(t, name+": policy", got.Document.Raw(), stored.Raw())
	}
}

// Programs that edit a policy at the same time, while others add single statements, do
// not lose changes of each other.
func TestEditResourcePolicyConcurrently(t *testing.T) {
	const writers = 5
	service, _ := editing(t, foreign)
	var all sync.WaitGroup
	for i := range writers {
		edit := withStatement(t, fmt.Sprintf("edited-%d", i))
		all.Go(func() {
			if _, err := permission.EditResourcePolicy(context.Background(), (&link{service: service}).client(), thumbnailARN, edit); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			in := grant()
			in.StatementId = aws.String(fmt.Sprintf("added-%d", i))
			mustAdd(t, service.API(), in)
		})
	}
	all.Wait()
	stored, _ := service.Policy("Thumbnail")
	wantEqual(t, "statements", len(stored.Statements()), 1+2*writers)
	wantEqual(t, "the foreign statement first", strings.HasPrefix(stored.Raw(), strings.TrimSuffix(foreign, `],"Id":"hand-written","Version":"2012-10-17"}`)), true)
}
