package permissiontest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// Principals that AddPermission accepts, and their form in the policy.
func TestPrincipals(t *testing.T) {
	const aws, service = policy.PrincipalAWS, policy.PrincipalService
	accepted := []policy.Principal{
		{Type: policy.PrincipalAnyone, Value: "*"},
		{Type: service, Value: "s3.amazonaws.com"},
		// A service may have a region, or be part of another.
		{Type: service, Value: "logs.us-east-1.amazonaws.com"},
		{Type: service, Value: "lambda.alarms.cloudwatch.amazonaws.com"},
		// The only two services of another domain.
		{Type: service, Value: "alexa-appkit.amazon.com"},
		{Type: service, Value: "alexa-connectedhome.amazon.com"},
		{Type: aws, Value: "arn:aws:iam::210987654321:root"},
		{Type: aws, Value: "arn:aws:iam::210987654321:user/developer"},
		// Users and roles may have a path.
		{Type: aws, Value: "arn:aws:iam::210987654321:role/service-role/r+=,.@-_1"},
		// Sessions can be principals of resource policies.
		{Type: aws, Value: "arn:aws:sts::210987654321:assumed-role/r/session"},
		{Type: aws, Value: "arn:aws:sts::210987654321:federated-user/bob"},
	}
	for _, p := range accepted {
		w := newWorld(t)
		if err := add(w.client, principal(p.Value)); err != nil {
			t.Errorf("%s: %v", p.Value, err)
			continue
		}
		d, _ := w.Policy("fn")
		s, _ := d.Lookup("s3")
		if diff := cmp.Diff([]policy.Principal{p}, s.Principals()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.Value, diff)
		}
	}
}

// Some names of services are refused in one partition and accepted in another; package
// services names the reports.
func TestServicesOfPartitions(t *testing.T) {
	const refused = "InvalidParameterValueException"
	tests := []struct{ region, principal, want string }{
		{"cn-north-1", "s3.amazonaws.com", ""},
		{"cn-north-1", "s3.amazonaws.com.cn", refused},
		{"cn-north-1", "ec2.amazonaws.com.cn", ""},
		{"cn-north-1", "logs.cn-north-1.amazonaws.com.cn", ""},
		{"cn-north-1", "logs.cn-north-1.amazonaws.com", refused},
		{"us-east-1", "s3.amazonaws.com.cn", refused},
	}
	for _, tt := range tests {
		w := newWorld(t, permissiontest.WithRegion(tt.region))
		if got := code(add(w.client, principal(tt.principal))); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.principal, tt.region, got, tt.want)
		}
		document := `{"Statement":{"Effect":"Allow","Principal":{"Service":"` + tt.principal + `"},"Action":"*","Resource":"*"}}`
		if err := w.Service.SetPolicy("fn", document); (err != nil) != (tt.want != "") {
			t.Errorf("SetPolicy with %s in %s: error %v, want one: %t", tt.principal, tt.region, err, tt.want != "")
		}
	}
}

// Principals that AddPermission refuses, with one message for malformed IAM ARNs and
// another for the rest.
func TestInvalidPrincipals(t *testing.T) {
	w := newWorld(t)
	invalid := []string{
		"invalid.nonaws.com", "amazonaws.com", ".amazonaws.com", "amazonaws.com.cn", "s3.amazonaws.com.", "S3.amazonaws.com",
		"s3", "s3.amazonaws.co", "https://s3.amazonaws.com",
		// The two Alexa services are not in the domain amazonaws.com.
		"alexa-appkit.amazonaws.com", "alexa-connectedhome.amazonaws.com", "alexa-appkit.amazon.de",
		// Account ids have 12 digits and no hyphens.
		"1402433619", "1234-5678-9012", "1234567890123",
		// A function and a bucket are not principals.
		"arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws:s3:::bucket",
		// Another partition has other identities.
		"arn:aws-cn:iam::210987654321:role/r",
		"arn:aws:sts::210987654321:assumed-role/r", "**",
	}
	for _, p := range invalid {
		if got := seen(add(w.client, principal(p))).Message; !strings.HasPrefix(got, "The provided principal was invalid.") {
			t.Errorf("%s: message %q, want that of an invalid principal", p, got)
		}
	}
	malformed := []string{
		"arn:aws:iam:000000000000:role/x", "arn:aws:iam::210987654321:role/", "arn:aws:iam::210987654321:role/*",
		"arn:aws:iam::210987654321:group/g", "arn:aws:iam::21098765432:root", "arn:aws:iam::210987654321:rooty",
	}
	for _, p := range malformed {
		if got := seen(add(w.client, principal(p))).Message; !strings.HasPrefix(got, "The provided input'"+p+"'was invalid.") {
			t.Errorf("%s: message %q, want that of an invalid principal", p, got)
		}
	}
}

// A deleted role is replaced by its unique id in every policy. Nothing can be added to
// such a policy until its statement is removed. The RevisionId does not change.
func TestDeletePrincipal(t *testing.T) {
	const role = "arn:aws:iam::210987654321:role/r"
	w := newWorld(t)
	mustAdd(t, w.client, sid("role"), principal(role))
	mustAdd(t, w.client, sid("s3"))
	mustAdd(t, w.client, qualifier("live"), principal(role))
	before := revisionOf(t, w.client, "fn", "")
	w.DeletePrincipal(role)

	for _, ref := range []string{"fn", "fn:live"} {
		d, _ := w.Policy(ref)
		want(t, "unique ids in "+ref, []policy.Principal{{Type: "AWS", Value: "AROA00000000000000001"}}, d.DeadPrincipals())
	}
	if after := revisionOf(t, w.client, "fn", ""); after != before {
		t.Errorf("RevisionId %s after the deletion, want %s as before", after, before)
	}
	if got := code(add(w.client, sid("more"))); got != "InvalidParameterValueException" {
		t.Errorf("adding to a policy with a deleted role: %q, want InvalidParameterValueException", got)
	}
	if err := remove(w.client, "fn", "", "role", ""); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, w.client, sid("more"))
}

func TestDeletePrincipalErrors(t *testing.T) {
	s := permissiontest.NewService()
	for _, p := range []string{"", "*", "s3.amazonaws.com", "arn:aws:iam::210987654321:root"} {
		if s.DeletePrincipal(p) == nil {
			t.Errorf("DeletePrincipal(%q): no error, want one", p)
		}
	}
	const user = "arn:aws:iam::210987654321:user/u"
	if err := s.DeletePrincipal(user); err != nil {
		t.Fatal(err)
	}
	if s.DeletePrincipal(user) == nil {
		t.Error("a second DeletePrincipal of a user: no error, want one")
	}
}
