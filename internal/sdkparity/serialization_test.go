package sdkparity_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lambdaperm/lambdaperm/permission"
)

// For generated inputs of the six operations both clients send the same method, URL,
// headers with the signature, and body, and one refuses an input exactly if the other
// does. Clock and invocation id are fixed. The only allowed difference is the name of
// the client in User-Agent.
func TestWireParity(t *testing.T) {
	tallies := make([]tally, 8)
	wanted := 176_000 / len(tallies)
	if testing.Short() {
		wanted = 2_000 / len(tallies)
	}
	t.Run("shards", func(t *testing.T) {
		for shard := range tallies {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				s := newSource(uint64(shard))
				for tallies[shard].equal < wanted && !t.Failed() {
					compareWire(t, s.setting(), s.input(), &tallies[shard])
				}
			})
		}
	})
	var sum tally
	sum.byOperation = map[string]int{}
	for _, one := range tallies {
		sum.equal += one.equal
		for operation, n := range one.byOperation {
			sum.byOperation[operation] += n
		}
		sum.refused += one.refused
		sum.emptyLabel += one.emptyLabel
	}
	t.Logf("%d requests equal, %d refused by both, %d with an empty label refused by ours; equal by operation: %v",
		sum.equal, sum.refused, sum.emptyLabel, sum.byOperation)
}

// tally counts the comparisons.
type tally struct {
	equal, refused, emptyLabel int
	byOperation                map[string]int // of equal
}

// emptyLabel reports whether an input has "" for a name in the path. The SDK sends such
// a request, to the path of another resource; our client refuses it.
func emptyLabel(input any) bool {
	switch in := input.(type) {
	case *permission.AddPermissionInput:
		return aws.ToString(in.FunctionName) == ""
	case *permission.GetPolicyInput:
		return aws.ToString(in.FunctionName) == ""
	case *permission.RemovePermissionInput:
		return aws.ToString(in.FunctionName) == "" || aws.ToString(in.StatementId) == ""
	case *permission.PutResourcePolicyInput:
		return aws.ToString(in.ResourceArn) == ""
	case *permission.GetResourcePolicyInput:
		return aws.ToString(in.ResourceArn) == ""
	case *permission.DeleteResourcePolicyInput:
		return aws.ToString(in.ResourceArn) == ""
	}
	return false
}

// noRegion reports whether our client refused a request because it has no region, while
// the SDK signed it without one (docs/moving.md). This happens only with a custom
// endpoint.
func noRegion(ours error, sdks sent) bool {
	var missing *aws.MissingRegionError
	return errors.As(ours, &missing) && strings.Contains(sdks.Header.Get("Authorization"), "//lambda/aws4_request")
}

// compareWire compares the requests of both clients for the same call.
func compareWire(t *testing.T, set setting, input any, total *tally) {
	t.Helper()
	compareWireOf(t, set, set, input, total)
}

// compareWireOf is compareWire with another setting for the SDK's client.
func compareWireOf(t *testing.T, set, sdkSet setting, input any, total *tally) {
	t.Helper()
	ours, ourErr := capture(set, input, setting.ourAPI, ourAgent)
	sdks, sdkErr := capture(sdkSet, input, setting.sdk, sdkAgent)
	if ourErr != nil && sdkErr != nil {
		total.refused++
		compareRefusals(t, input, ourErr, sdkErr)
		return
	}
	if ourErr != nil && sdkErr == nil && emptyLabel(input) {
		total.emptyLabel++
		return
	}
	if sdkErr == nil && noRegion(ourErr, sdks) {
		return
	}
	if ourErr != nil || sdkErr != nil {
		t.Errorf("%s\nours: %v\nSDK: %v", show(set, input), ourErr, sdkErr)
		return
	}
	if diff := cmp.Diff(sdks, ours, cmpopts.IgnoreUnexported(sent{})); diff != "" {
		t.Errorf("%s\n(-SDK +ours):\n%s", show(set, input), diff)
		return
	}
	total.equal++
	if total.byOperation == nil {
		total.byOperation = map[string]int{}
	}
	total.byOperation[strings.TrimSuffix(typeName(input), "Input")]++
}

func (s setting) ourAPI() permission.API { return s.ours() }

// capture returns the one request of a call.
func capture(set setting, input any, client func(setting) permission.API, agent string) (sent, error) {
	r := &recorder{}
	set.HTTPClient = r
	_, err := invoke(context.Background(), client(set), input)
	if len(r.requests) > 0 && err != nil {
		return sent{}, fmt.Errorf("refused after sending %d requests: %w", len(r.requests), err)
	}
	if err != nil {
		return sent{}, err
	}
	if len(r.requests) != 1 {
		return sent{}, fmt.Errorf("sent %d requests", len(r.requests))
	}
	hideAgent(r.requests[0].Header, agent)
	return r.requests[0], nil
}

// compareRefusals checks that both errors have the same text if they are about absent
// members.
func compareRefusals(t *testing.T, input any, ours, sdks error) {
	t.Helper()
	var ourParams, sdkParams smithy.InvalidParamsError
	if got, want := errors.As(ours, &ourParams), errors.As(sdks, &sdkParams); got != want {
		t.Errorf("%#v\na smithy.InvalidParamsError: %t, SDK %t\nours: %v\nSDK: %v", input, got, want, ours, sdks)
	}
	if got, want := ourParams.Error(), sdkParams.Error(); got != want {
		t.Errorf("%#v\nours: %s\nSDK: %s", input, got, want)
	}
}

func show(set setting, input any) string {
	base := "none"
	if set.BaseEndpoint != nil {
		base = *set.BaseEndpoint
	}
	return fmt.Sprintf("region %q, endpoint %q, options %+v, input %s", set.Region, base, set.endpoint, cmp.Diff(nil, input))
}

// onlyInOne returns the exported fields, as Type.Field, that only one of two structs
// has.
func onlyInOne(a, b any) []string {
	var names []string
	for _, pair := range [][2]reflect.Type{{reflect.TypeOf(a), reflect.TypeOf(b)}, {reflect.TypeOf(b), reflect.TypeOf(a)}} {
		for i := range pair[0].NumField() {
			f := pair[0].Field(i)
			if _, ok := pair[1].FieldByName(f.Name); !ok && f.IsExported() && !f.Anonymous {
				names = append(names, pair[0].Name()+"."+f.Name)
			}
		}
	}
	return names
}

// The inputs, outputs and options of both clients have the same fields, except the
// listed differences.
func TestAdapterFieldsComplete(t *testing.T) {
	ours := []any{
		permission.AddPermissionInput{}, permission.GetPolicyInput{}, permission.RemovePermissionInput{},
		permission.PutResourcePolicyInput{}, permission.GetResourcePolicyInput{}, permission.DeleteResourcePolicyInput{},
		permission.PutResourcePolicyOutput{}, permission.GetResourcePolicyOutput{}, permission.DeleteResourcePolicyOutput{},
		permission.AddPermissionOutput{}, permission.GetPolicyOutput{}, permission.RemovePermissionOutput{},
		permission.Options{},
	}
	sdks := []any{
		lambda.AddPermissionInput{}, lambda.GetPolicyInput{}, lambda.RemovePermissionInput{},
		lambda.PutResourcePolicyInput{}, lambda.GetResourcePolicyInput{}, lambda.DeleteResourcePolicyInput{},
		lambda.PutResourcePolicyOutput{}, lambda.GetResourcePolicyOutput{}, lambda.DeleteResourcePolicyOutput{},
		lambda.AddPermissionOutput{}, lambda.GetPolicyOutput{}, lambda.RemovePermissionOutput{},
		lambda.Options{},
	}
	differences := map[string]bool{
		"AddPermissionOutput.AlreadyPresent":     true, // ours: recovery of lost responses
		"PutResourcePolicyOutput.AlreadyPresent": true,
		"Options.Preflight":                      true, // ours
		"Options.DisableLostResponseRecovery":    true, // ours
		"Options.AuthSchemePreference":           true, // SDK: Lambda has SigV4 only
		"Options.AuthSchemeResolver":             true,
		"Options.AuthSchemes":                    true,
		"Options.EndpointResolver":               true, // SDK: deprecated
		"Options.EndpointResolverV2":             true, // SDK: replaced by BaseEndpoint
		"Options.IdempotencyTokenProvider":       true, // SDK: the six operations have no token
		"Options.Protocol":                       true,
	}
	for i := range ours {
		for _, name := range onlyInOne(ours[i], sdks[i]) {
			if !differences[name] {
				t.Errorf("%s is only in one of the clients", name)
			}
			delete(differences, name)
		}
	}
	for name := range differences {
		t.Errorf("%s is listed as a difference but is in both clients", name)
	}
}

// FuzzWireParity is TestWireParity with fuzzed inputs. The bits of present tell which
// members are present; an endpoint of "" is not set.
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
	// A put, a read and a deletion of a whole policy.
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

// sent has the parts of a request that a client sends.
type sent struct {
	Method, Scheme, Host, HostHeader, Path, Query, Body string
	Header                                              http.Header
	ContentLength                                       int64
	TransferEncoding                                    []string

	at time.Time // when it was sent
}

// recorder is an HTTP client that records the requests and answers each with a success
// of its operation.
type recorder struct{ requests []sent }

func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	if req.URL.Host == "" || req.URL.Scheme != "http" && req.URL.Scheme != "https" {
		return nil, errUnsendable
	}
	s, err := newSent(req)
	if err != nil {
		return nil, err
	}
	r.requests = append(r.requests, s)
	return success(req), nil
}

// errUnsendable replaces the errors of http.Transport for a URL without a host or with
// an unsupported scheme. It is not retryable, so that the tests do not wait for further
// attempts.
var errUnsendable = unsendableError{}

type unsendableError struct{}

func (unsendableError) Error() string        { return "no host, or unsupported protocol scheme" }
func (unsendableError) RetryableError() bool { return false }

func newSent(req *http.Request) (sent, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return sent{}, err
		}
		req.Body.Close()
	}
	return sent{
		Method:           req.Method,
		Scheme:           req.URL.Scheme,
		Host:             req.URL.Host,
		HostHeader:       req.Host,
		Path:             req.URL.EscapedPath(),
		Query:            req.URL.RawQuery,
		Body:             string(body),
		Header:           req.Header.Clone(),
		ContentLength:    req.ContentLength,
		TransferEncoding: req.TransferEncoding,
		at:               time.Now(),
	}, nil
}

// success returns the answer of the service to a request that it accepts.
func success(req *http.Request) *http.Response {
	status, body := http.StatusCreated, `{"Statement":"{\"Sid\":\"s\"}"}`
	switch req.Method {
	case http.MethodGet, http.MethodPut:
		status, body = http.StatusOK, `{"Policy":"{}","RevisionId":"r"}`
	case http.MethodDelete:
		status, body = http.StatusNoContent, ""
	}
	return response(req, status, http.Header{"Content-Type": {"application/json"}}, body)
}

func response(req *http.Request, status int, header http.Header, body string) *http.Response {
	return &http.Response{
		Status:        http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}
}
