package sdkparity_test

import (
	"testing"
	"time"

	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// FuzzWireParity is TestWireParity with inputs that the fuzzer invents. The bits
// of present say which members are not absent; an endpoint of "" is left out.
func FuzzWireParity(f *testing.F) {
	f.Add(byte(0), uint16(0xffff), "Thumbnail", "PROD", "s3", "lambda:InvokeFunction", "s3.amazonaws.com", "arn:aws:s3:::b", "123456789012", "token", "o-a1b2c3d4e5", "AWS_IAM", "r-1", "us-east-1", "")
	f.Add(byte(1), uint16(0xffff), "arn:aws:lambda:us-east-1:123456789012:function:f:1", "$LATEST", "", "", "", "", "", "", "", "", "", "cn-north-1", "http://[::1]:4566/pre/")
	f.Add(byte(2), uint16(0x00ff), "a/b?c#d%2F", "\u2028", "x y", "", "", "", "", "", "", "", "\xff\x7f", "us-gov-west-1", "https://proxy.example/a%2Fb")
	// Segments of dots, in values and in the endpoint's path.
	f.Add(byte(2), uint16(15), "..", ".", "../../x", "", "", "", "", "", "", "", "~*!()+ ", "aws-global", "https://proxy.example/a/../b/")
	// Characters that JSON escapes, and bytes that are not UTF-8.
	f.Add(byte(0), uint16(0xffff), "arn:aws:lambda:us-east-1:123456789012:function:f%2Fg:1", "$LATEST", "\x00\x1f\x7f", "\u2028\u2029", `\"/<>&`, "\b\f\n\r\t", "\ufeff\ufffd", "\U0001f510", "\xff\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "us-gov-west-1", "")
	// A host of IPv6 with a zone, and a query.
	f.Add(byte(1), uint16(3), "f", "a b+c&d=e", "", "", "", "", "", "", "", "", "", "local", "http://[::1%25lo]:4566/x%2Fy")
	// An endpoint without a scheme.
	f.Add(byte(1), uint16(1), "f", "", "", "", "", "", "", "", "", "", "", "us-east-1", "localhost:4566")
	// A whole policy, a reading and a deletion.
	for op := range byte(3) {
		f.Add(3+op, uint16(0xffff), fnARN+"f:PROD", "", denial, "", "", "", "", "", "", "", "20000000-0000-4000-8000-000000000001", "us-east-1", "")
	}
	f.Fuzz(func(t *testing.T, op byte, present uint16,
		functionName, qualifier, statementID, action, principal, sourceArn, sourceAccount, token, orgID, authType, revision, region, endpoint string,
	) {
		bit := uint16(1)
		optional := func(v string) *string {
			defer func() { bit <<= 1 }()
			if present&bit == 0 {
				return nil
			}
			return &v
		}
		name, qual, sid, rev := optional(functionName), optional(qualifier), optional(statementID), optional(revision)
		var input any
		switch op % 6 {
		case 0:
			via := op&8 != 0
			input = &permission.AddPermissionInput{
				FunctionName: name, Qualifier: qual, StatementId: sid, RevisionId: rev,
				Action: optional(action), Principal: optional(principal), SourceArn: optional(sourceArn),
				SourceAccount: optional(sourceAccount), EventSourceToken: optional(token), PrincipalOrgID: optional(orgID),
				FunctionUrlAuthType: permission.FunctionUrlAuthType(authType), InvokedViaFunctionUrl: &via,
			}
		case 1:
			input = &permission.GetPolicyInput{FunctionName: name, Qualifier: qual}
		case 2:
			input = &permission.RemovePermissionInput{FunctionName: name, Qualifier: qual, StatementId: sid, RevisionId: rev}
		case 3:
			input = &permission.PutResourcePolicyInput{ResourceArn: name, Policy: sid, RevisionId: rev}
		case 4:
			input = &permission.GetResourcePolicyInput{ResourceArn: name}
		case 5:
			input = &permission.DeleteResourcePolicyInput{ResourceArn: name, RevisionId: rev}
		}
		set := setting{Config: plainConfig(nil), signer: clockAt(time.Unix(1427760000, 0))}
		set.APIOptions = []func(*middleware.Stack) error{fixInvocationID("0")}
		set.Region = region
		if endpoint != "" {
			set.BaseEndpoint = &endpoint
		}
		compareWire(t, set, input, &tally{})
	})
}
