package policy_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/policy"
)

func TestPrincipalKinds(t *testing.T) {
	const anyone, account, uniqueID = "anyone", "account", "unique id"
	tests := []struct {
		principal policy.Principal
		want      string
	}{
		// Everybody has two spellings.
		{policy.Principal{Type: "*", Value: "*"}, anyone},
		{policy.Principal{Type: "AWS", Value: "*"}, anyone},
		// A star elsewhere is a name.
		{policy.Principal{Type: "Service", Value: "*"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn:aws:iam::111111111111:role/*"}, ""},
		// An account is twelve digits, or its root user in any partition.
		{policy.Principal{Type: "AWS", Value: "000000000001"}, account},
		{policy.Principal{Type: "AWS", Value: "arn:aws:iam::111111111111:root"}, account},
		{policy.Principal{Type: "AWS", Value: "arn:aws-us-gov:iam::111111111111:root"}, account},
		{policy.Principal{Type: "AWS", Value: "11111111111"}, ""},
		{policy.Principal{Type: "AWS", Value: "1111-1111-1111"}, ""},
		{policy.Principal{Type: "AWS", Value: "11111111111１"}, ""},
		{policy.Principal{Type: "Service", Value: "111111111111"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn:aws:iam::111111111111:user/root"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn::iam::111111111111:root"}, ""},
		{policy.Principal{Type: "AWS", Value: "arn:aws:111111111111:root"}, ""},
		{policy.Principal{Type: "AWS", Value: "aws:iam::111111111111:root"}, ""},
		// Users and roles that were deleted, and a session of one.
		{policy.Principal{Type: "AWS", Value: "AIDAJQABLZS4A3QDU576Q"}, uniqueID},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID1234567"}, uniqueID},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID1234567:session"}, uniqueID},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID123"}, uniqueID},
		// Too short, another alphabet, an empty session.
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID12"}, ""},
		{policy.Principal{Type: "AWS", Value: "AROAexampleid1234567"}, ""},
		{policy.Principal{Type: "AWS", Value: "AROAEXAMPLEID1234567:"}, ""},
		// Groups, access keys and the like are no principals.
		{policy.Principal{Type: "AWS", Value: "AGPAEXAMPLEID1234567"}, ""},
		{policy.Principal{Type: "AWS", Value: "AKIAEXAMPLEID1234567"}, ""},
		// Only AWS principals have unique ids of this kind.
		{policy.Principal{Type: "CanonicalUser", Value: "AROAEXAMPLEID1234567"}, ""},
		{policy.Principal{}, ""},
	}
	for _, test := range tests {
		got := ""
		for kind, is := range map[string]bool{
			anyone: test.principal.IsAnyone(), account: test.principal.IsAccount(), uniqueID: test.principal.IsUniqueID(),
		} {
			if is {
				got += kind
			}
		}
		if got != test.want {
			t.Errorf("%+v is %q, want %q", test.principal, got, test.want)
		}
	}
}
