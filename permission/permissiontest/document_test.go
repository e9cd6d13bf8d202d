package permissiontest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// beyond is a policy that AddPermission cannot create: it has a Deny without a Sid,
// lists, a wildcard for versions and another condition operator.
const beyond = `{"Statement":[` +
	`{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::210987654321:role/r","210987654321"]},"Action":["lambda:*"],` +
	`"Resource":["` + fnARN + `","` + fnARN + `:*"],"Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}},` +
	`{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"` + fnARN + `"}` +
	`],"Version":"2012-10-17","Id":"mine"}`

// GetPolicy returns the document of SetPolicy byte for byte, and the other operations
// change that document.
func TestSetPolicy(t *testing.T) {
	for door, apiOf := range map[string]func(*world) permission.API{
		"HTTP": func(w *world) permission.API { return w.client },
		"API":  func(w *world) permission.API { return w.API() },
	} {
		t.Run(door, func(t *testing.T) {
			w := newWorld(t)
			api := apiOf(w)
			mustAdd(t, api, sid("before"))
			before := revisionOf(t, api, "fn", "")
			document := strings.ReplaceAll(beyond, ",", " ,\n") + "\n"
			w.SetPolicy("fn", document)
			out, err := get(api, "fn", "")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(document, aws.ToString(out.Policy)); diff != "" {
				t.Errorf("GetPolicy after SetPolicy (-want +got):\n%s", diff)
			}
			if aws.ToString(out.RevisionId) == before {
				t.Errorf("RevisionId is still %s, want another one", before)
			}
			if got := code(add(api, sid("s3"))); got != "ResourceConflictException" {
				t.Errorf("AddPermission with a StatementId of the document: %q, want ResourceConflictException", got)
			}
			mustAdd(t, api, sid("after"), revision(aws.ToString(out.RevisionId)))
			if diff := cmp.Diff([]string{"", "s3", "after"}, sids(t, api, "")); diff != "" {
				t.Errorf("statements after AddPermission (-want +got):\n%s", diff)
			}
			for _, id := range []string{"s3", "after"} {
				if err := remove(api, "fn", "", id, ""); err != nil {
					t.Errorf("RemovePermission of %s: %v", id, err)
				}
			}
			if diff := cmp.Diff([]string{""}, sids(t, api, "")); diff != "" {
				t.Errorf("statements after RemovePermission (-want +got):\n%s", diff)
			}
			if out, err = get(api, "fn", ""); err != nil {
				t.Fatal(err)
			}
			begin, end := strings.Index(document, " ,\n{\"Sid\":\"s3\""), strings.Index(document, "] ,\n\"Version\"")
			if diff := cmp.Diff(document[:begin]+document[end:], aws.ToString(out.Policy)); diff != "" {
				t.Errorf("policy after RemovePermission (-want +got):\n%s", diff)
			}
		})
	}
}

// SetPolicy creates the function, version or alias.
func TestSetPolicyMakesScopes(t *testing.T) {
	const oneStatement = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"*"}}`
	s := permissiontest.NewServer(t, permissiontest.WithAccount(account))
	for _, name := range []string{"new", "versioned:3", "aliased:PROD", "arn:aws:lambda:us-east-1:111111111111:function:full:1"} {
		s.SetPolicy(name, oneStatement)
		if document, ok := s.Policy(name); !ok {
			t.Errorf("%s: policy %s, want the one that was set", name, document)
		}
		if unqualified, _, qualified := strings.Cut(name, ":"); qualified {
			if document, ok := s.Policy(unqualified); ok {
				t.Errorf("%s: policy of the function %s, want no policy", name, document)
			}
		}
	}
	// The functions can be used like others.
	if got := s.PublishVersion("versioned"); got != "4" {
		t.Errorf("the version after 3 is %s, want 4", got)
	}
	s.UpdateAlias("aliased", "PROD", s.PublishVersion("aliased"))
	if err := s.Service.CreateFunction("new"); err == nil {
		t.Error("CreateFunction of a function that SetPolicy created: no error, want one")
	}
}

// A policy that the service cannot hold is refused with its reason, and changes
// nothing.
func TestSetPolicyRefusals(t *testing.T) {
	statement := func(edits ...string) string {
		s := `{"Sid":"a","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"` + fnARN + `"}`
		return strings.NewReplacer(edits...).Replace(s)
	}
	document := func(statements ...string) string {
		return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	}
	tests := []struct {
		name, function, document, want string
	}{
		{"not JSON", "fn", `{`, "policy.Parse: "},
		{"a member twice", "fn", `{"Statement":[],"Statement":[]}`, `duplicate member "Statement"`},
		{"no statement", "fn", document(), "a policy has at least one statement"},
		{"another Version", "fn", strings.Replace(document(statement()), "2012", "2013", 1), "2012-10-17 or 2008-10-17"},
		{"an unknown member of the policy", "fn", `{"version":"2012-10-17","Statement":` + statement() + `}`, `a policy has no member "version"`},
		{"a statement without the policy around it", "fn", statement(), `a policy has no member "Sid": the list of its member Statement has statements`},
		{"an unknown member of a statement", "fn", document(statement("Effect", "effect")), `Statement[0]: a statement has no member "effect"`},
		{"no Effect", "fn", document(statement(`"Effect":"Allow",`, "")), `the Effect is "", want Allow or Deny`},
		{"another Effect", "fn", document(statement("Allow", "allow")), `the Effect is "allow", want Allow or Deny`},
		{"no principal", "fn", document(statement(`"Principal":"*",`, "")), "want either Principal or NotPrincipal"},
		{"no value of Action", "fn", document(statement(`"lambda:InvokeFunction"`, "[]")), "want either Action or NotAction"},
		{"Resource and NotResource", "fn", document(statement(`"Resource"`, `"NotResource":"*","Resource"`)), "want either Resource or NotResource"},
		{"a Sid twice", "fn", document(statement(), statement()), `Statement[1]: another statement has the Sid "a"`},
		{"a resource of another function", "fn", document(statement(":fn", ":fn2")), "does not belong to the function " + fnARN},
		{"a resource of another account", "fn", document(statement(account, "210987654321")), "does not belong to the function " + fnARN},
		{"an unknown service", "fn", document(statement(`"*"`, `{"Service":"s3"}`)), `no principal of type Service is called "s3"`},
		{"an identity of another partition", "fn", document(statement(`"*"`, `{"AWS":"arn:aws-cn:iam::210987654321:role/r"}`)), "no principal of type AWS"},
		{"too many bytes", "fn", document(statement(`"a"`, `"`+strings.Repeat("a", 20480)+`"`)), "more than 20480"},
		// Names that no function, version or alias with a policy can have.
		{"$LATEST", "fn:$LATEST", document(statement()), "cannot have a policy: want a version or an alias"},
		{"$LATEST.PUBLISHED", "fn:$LATEST.PUBLISHED", document(statement()), "is not supported: whether it can have a policy is not known"},
		{"a version with a leading zero", "fn:01", document(statement()), "want a number from 1 without leading zeros"},
		{"version 0", "fn:0", document(statement()), "want a number from 1"},
		{"another account", "210987654321:fn", document(statement()), "is not a function of account " + account},
		{"a malformed name", "a b", document(statement()), "arn.ParseFunction"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			mustAdd(t, w.client)
			before := stateOf(t, w)
			err := w.Service.SetPolicy(tt.function, tt.document)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
				t.Errorf("the state changed (-before +after):\n%s", diff)
			}
		})
	}
	s := permissiontest.NewService()
	if s.SetPolicy("fn", document(statement())) == nil { // the default account is not the account of the resource
		t.Error("a resource of another account: no error, want one")
	}
	if _, err := s.PublishVersion("fn"); err == nil {
		t.Error("SetPolicy created the function of a refused document")
	}
}

// A policy may have at most 20,480 bytes; whitespace between tokens does not count.
func TestSetPolicySize(t *testing.T) {
	w := newWorld(t)
	document := func(size int) string {
		const sid, rest = `{"Statement":[{"Sid":"`, `","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
		return "  " + sid + strings.Repeat("a", size-len(sid)-len(rest)) + rest
	}
	w.SetPolicy("fn", document(20480))
	if document, _ := w.Policy("fn"); document.Size() != 20480 {
		t.Errorf("%d bytes, want 20480", document.Size())
	}
	if err := w.Service.SetPolicy("fn", document(20481)); err == nil {
		t.Error("20481 bytes: no error, want one")
	}
	if got := code(add(w.client)); got != "PolicyLengthExceededException" {
		t.Errorf("AddPermission to a full policy: %q, want PolicyLengthExceededException", got)
	}
}

// Deleted identities are replaced by their unique ids in principals and nowhere else.
// Then no further statement can be added to the policy.
func TestDeletedIdentitiesInDocuments(t *testing.T) {
	const role = "arn:aws:iam::210987654321:role/r"
	document := func(identity string) string {
		return `{"Statement":[{"Sid":"a","Effect":"Allow","Principal":{"AWS":["210987654321","` + identity + `"]},"Action":"*","Resource":"*",` +
			`"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + role + `"}}},` +
			`{"Sid":"b","Effect":"Deny","NotPrincipal":{"AWS":"` + identity + `"},"Action":"*","Resource":"*"}]}`
	}
	const id = "AROA00000000000000001"
	tests := []struct {
		name    string
		arrange func(*world)
		want    string
	}{
		{"deleted afterwards", func(w *world) { w.SetPolicy("fn", document(role)); w.DeletePrincipal(role) }, document(id)},
		{"deleted before", func(w *world) { w.DeletePrincipal(role); w.SetPolicy("fn", document(role)) }, document(id)},
		{"written as its id", func(w *world) { w.SetPolicy("fn", document("AIDAJQABLZS4A3QDU576Q")) }, document("AIDAJQABLZS4A3QDU576Q")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			tt.arrange(w)
			got, _ := w.Policy("fn")
			if diff := cmp.Diff(tt.want, got.Raw()); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			if got := code(add(w.client, sid("more"))); got != "InvalidParameterValueException" {
				t.Errorf("AddPermission to a policy with a deleted identity: %q, want InvalidParameterValueException", got)
			}
			if err := remove(w.client, "fn", "", "a", ""); err != nil {
				t.Errorf("RemovePermission: %v", err)
			}
		})
	}
}

// FuzzSetPolicy checks that SetPolicy either refuses a document without a change or
// stores it, with the unique id of a deleted role in place of its ARN in principals and
// nowhere else. The oracle compares values decoded by encoding/json.
func FuzzSetPolicy(f *testing.F) {
	const role, id = "arn:aws:iam::210987654321:role/r", "AROA00000000000000001"
	for _, document := range []string{
		beyond, "", "{}", `{"Statement":[]}`,
		`{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:role/q"},"Action":"*","Resource":"*"}}`, // stored unchanged
		`{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + role + `"},"Action":"*","Resource":"*"}}`,
		`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["` + role + `","*","` + role + `"]},"NotAction":"*","NotResource":"` + role + `*"}]}`,
		`{"Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:\u0072ole/r"},"Action":"*","Resource":"*",` +
			`"Condition":{"Principal":{"AWS":"` + role + `"}}}}`,
		`{"Id":"` + role + `","Statement" : { "Sid":"` + role + `","Effect":"Allow","Principal": {"AWS" :[ "` + role + `" ]},"Action":"*","Resource":"*"}}`,
	} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		s := permissiontest.NewService(permissiontest.WithAccount(account))
		if err := s.DeletePrincipal(role); err != nil {
			t.Fatal(err)
		}
		err := s.SetPolicy("fn", document)
		stored, ok := s.Policy("fn")
		if ok != (err == nil) {
			t.Fatalf("%q: error %v, stored policy %s; want either an error or a policy", document, err, stored)
		}
		if err != nil {
			return
		}
		want, got := decoded(t, document), decoded(t, stored.Raw())
		statements, isList := want["Statement"].([]any)
		if !isList {
			statements = []any{want["Statement"]}
		}
		for _, s := range statements {
			for _, name := range []string{"Principal", "NotPrincipal"} {
				if principals, ok := s.(map[string]any)[name].(map[string]any); ok && principals["AWS"] != nil {
					principals["AWS"] = replaced(principals["AWS"], role, id)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +stored):\n%s", document, diff)
		}
	})
}

// decoded decodes a policy with encoding/json.
func decoded(t *testing.T, document string) (value map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(document), &value); err != nil {
		t.Fatalf("%q was stored and is not JSON: %v", document, err)
	}
	return value
}

// replaced returns value with a string replaced that is value itself or an element of a
// list.
func replaced(value any, from, to string) any {
	switch v := value.(type) {
	case string:
		if v == from {
			return to
		}
	case []any:
		for i := range v {
			v[i] = replaced(v[i], from, to)
		}
	}
	return value
}
