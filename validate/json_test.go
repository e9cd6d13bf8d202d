package validate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// plainRequest has the members of a Request for encoding/json, which is the oracle. A
// pointer distinguishes an empty member from an absent one.
type plainRequest struct {
	FunctionName          *string `json:",omitempty"`
	Qualifier             *string `json:",omitempty"`
	StatementId           *string `json:",omitempty"`
	Action                *string `json:",omitempty"`
	Principal             *string `json:",omitempty"`
	SourceArn             *string `json:",omitempty"`
	SourceAccount         *string `json:",omitempty"`
	EventSourceToken      *string `json:",omitempty"`
	PrincipalOrgID        *string `json:",omitempty"`
	FunctionUrlAuthType   *string `json:",omitempty"`
	InvokedViaFunctionUrl *bool   `json:",omitempty"`
	RevisionId            *string `json:",omitempty"`
}

func plain(r validate.Request) plainRequest {
	text := func(name, value string) *string {
		if value == "" && !r.Empty.Has(name) {
			return nil
		}
		return &value
	}
	return plainRequest{
		FunctionName:          text("FunctionName", r.FunctionName),
		Qualifier:             text("Qualifier", r.Qualifier),
		StatementId:           text("StatementId", r.StatementId),
		Action:                text("Action", r.Action),
		Principal:             text("Principal", r.Principal),
		SourceArn:             text("SourceArn", r.SourceArn),
		SourceAccount:         text("SourceAccount", r.SourceAccount),
		EventSourceToken:      text("EventSourceToken", r.EventSourceToken),
		PrincipalOrgID:        text("PrincipalOrgID", r.PrincipalOrgID),
		FunctionUrlAuthType:   text("FunctionUrlAuthType", r.FunctionUrlAuthType),
		InvokedViaFunctionUrl: r.InvokedViaFunctionUrl,
		RevisionId:            text("RevisionId", r.RevisionId),
	}
}

// checkJSON compares the encoding of a request with that of encoding/json, and decodes
// it again.
func checkJSON(t *testing.T, r validate.Request) {
	t.Helper()
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("Marshal(%+v): %v", r, err)
	}
	want, err := json.Marshal(plain(r))
	if err != nil {
		t.Fatal(err)
	}
	// The two encodings of invalid UTF-8 differ, but decode to the same text.
	if diff := cmp.Diff(decoded(t, want), decoded(t, got)); diff != "" {
		t.Errorf("JSON of %+v (-encoding/json +got):\n%s", r, diff)
	}
	var back validate.Request
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatalf("Unmarshal(%s): %v", got, err)
	}
	if diff := cmp.Diff(decoded(t, want), plain(back)); diff != "" {
		t.Errorf("%s decoded (-want +got):\n%s", got, diff)
	}
}

func decoded(t *testing.T, text []byte) (p plainRequest) {
	t.Helper()
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRequestJSON(t *testing.T) {
	for _, g := range corpus.Grants() {
		checkJSON(t, g.Request)
	}
	for _, m := range corpus.Mistakes() {
		checkJSON(t, m.Request)
	}
	for _, name := range validate.FieldNames() {
		checkJSON(t, grant(func(r *validate.Request) { r.Empty = validate.MembersOf(name) }))
	}
	// Every byte is quoted, escaped or replaced, so that the text can be decoded.
	for c := range 256 {
		checkJSON(t, grant(func(r *validate.Request) { r.Principal = "a" + string([]byte{byte(c)}) + "b" }))
	}
	checkJSON(t, validate.Request{})

	// Members have the API's names and order.
	r := valid(validate.Current)[0]
	r.Operation, r.FunctionUrlAuthType = validate.GetPolicy, "" // the operation is not encoded
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"FunctionName":"arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:PROD","Qualifier":"PROD",` +
		`"StatementId":"thumbnails-2016","Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com",` +
		`"SourceArn":"arn:aws:s3:::my-bucket","SourceAccount":"123456789012","EventSourceToken":"amzn1.ask.skill.1",` +
		`"PrincipalOrgID":"o-1234567890","InvokedViaFunctionUrl":true,"RevisionId":"3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e"}`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}

// Decoding replaces the whole request except its operation: a member left over from
// another request would be a condition that the text does not have.
func TestRequestUnmarshalReplaces(t *testing.T) {
	r := valid(validate.Current)[0]
	r.Operation, r.Empty = validate.RemovePermission, validate.MembersOf("FunctionUrlAuthType")
	if err := json.Unmarshal([]byte(`{"FunctionName":"f","SourceArn":"","Action":null,"InvokedViaFunctionUrl":null}`), &r); err != nil {
		t.Fatal(err)
	}
	want := validate.Request{Operation: validate.RemovePermission, FunctionName: "f", Empty: validate.MembersOf("SourceArn")}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	// A null in place of the object changes nothing, as in encoding/json.
	if err := json.Unmarshal([]byte(`null`), &r); err != nil {
		t.Errorf("null: %v", err)
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("request after null (-want +got):\n%s", diff)
	}
}

func TestRequestUnmarshalErrors(t *testing.T) {
	for _, test := range []struct {
		rule, text string
		want       string
	}{
		{"a request is an object", `[]`, `invalid request: invalid character '[' where an object should begin (at byte 0)`},
		{"a member is spelled as in the API", `{"functionName":"f"}`, `invalid request: member "functionName": a request has no such member: write FunctionName`},
		{"an unknown member is an error, because it may be a condition", `{"SourceARN":"arn:aws:s3:::b"}`, `invalid request: member "SourceARN": a request has no such member: write SourceArn`},
		{"Operation is not a member", `{"Operation":"GetPolicy"}`, `invalid request: member "Operation": a request has no such member`},
		{"a member may not be there twice", `{"Action":"*","Action":"lambda:InvokeFunction"}`, `invalid request: member "Action": it is there twice`},
		{"a member may not be there twice, even if it is null once", `{"Action":null,"Action":"*"}`, `invalid request: member "Action": it is there twice`},
		{"a number is not converted to a string", `{"SourceAccount":123456789012}`, `invalid request: member "SourceAccount": its value must be a string`},
		{"a number is not converted to a boolean", `{"InvokedViaFunctionUrl":1}`, `invalid request: member "InvokedViaFunctionUrl": its value must be true or false`},
		{"an empty string is not a boolean", `{"InvokedViaFunctionUrl":""}`, `invalid request: member "InvokedViaFunctionUrl": its value must be true or false`},
		{"an escaped value must be Unicode text", `{"Principal":"\ud800"}`, `invalid request: member "Principal": its value is not Unicode text`},
		{"a value must be UTF-8", "{\"Principal\":\"\xff\"}", `invalid request: member "Principal": its value is not Unicode text`},
		{"the error is about the first mistake", `{"a":1,"b":1}`, `invalid request: member "a": a request has no such member`},
	} {
		r := grant(nil)
		err := json.Unmarshal([]byte(test.text), &r)
		var malformed *validate.JSONError
		if !errors.As(err, &malformed) {
			t.Errorf("%s: Unmarshal(%s) = %v, want a *validate.JSONError", test.rule, test.text, err)
			continue
		}
		if diff := cmp.Diff(test.want, malformed.Error()); diff != "" {
			t.Errorf("%s: Unmarshal(%s) (-want +got):\n%s", test.rule, test.text, diff)
		}
		if diff := cmp.Diff(grant(nil), r); diff != "" {
			t.Errorf("%s: Unmarshal(%s) has changed the request (-before +after):\n%s", test.rule, test.text, diff)
		}
	}
	// UnmarshalJSON checks the whole text if it is called directly.
	for _, text := range []string{"", "{", "{}{}", "nul"} {
		var r validate.Request
		var malformed *validate.JSONError
		if err := r.UnmarshalJSON([]byte(text)); !errors.As(err, &malformed) {
			t.Errorf("UnmarshalJSON(%q) = %v, want a *validate.JSONError", text, err)
		}
	}
}

// FuzzRequestJSON checks that encoding/json, with unknown members disallowed, accepts
// every text that Request accepts, with the same result.
func FuzzRequestJSON(f *testing.F) {
	f.Add([]byte(`{"FunctionName":"f","Qualifier":"","InvokedViaFunctionUrl":true}`))
	f.Add([]byte(" {\"Action\" : \"\\u002a\",\r\n\"action\":null}\t"))
	f.Add([]byte(`{"Principal":"\ud83d\ude00<>&\u2028","Principal":{"a":[1,{}]}}`))
	f.Add([]byte(`{"SourceArn":null,"SourceAccount":"\ufffd"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got validate.Request
		if err := json.Unmarshal(text, &got); err != nil {
			return
		}
		var want plainRequest
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses %q: %v", text, err)
		}
		if diff := cmp.Diff(want, plain(got)); diff != "" {
			t.Errorf("%q (-encoding/json +got):\n%s", text, diff)
		}
		checkJSON(t, got)
	})
}
