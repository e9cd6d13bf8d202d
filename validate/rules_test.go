package validate_test

import (
	"encoding/json"
	"reflect"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/validate"
)

// valid are requests that use every member an operation has in a set.
func valid(rules *validate.Rules) []validate.Request {
	add := validate.Request{
		FunctionName:     "arn:aws:lambda:us-west-2:123456789012:function:Thumbnail:PROD",
		Qualifier:        "PROD",
		StatementId:      "thumbnails-2016",
		Action:           "lambda:InvokeFunction",
		Principal:        "s3.amazonaws.com",
		SourceArn:        "arn:aws:s3:::my-bucket",
		SourceAccount:    "123456789012",
		EventSourceToken: "amzn1.ask.skill.1",
	}
	get := validate.Request{Operation: validate.GetPolicy, FunctionName: add.FunctionName, Qualifier: add.Qualifier}
	remove := get
	remove.Operation, remove.StatementId = validate.RemovePermission, add.StatementId
	if rules == validate.Original {
		return []validate.Request{add, get, remove}
	}
	remove.RevisionId = "3f1a8f0e-1bb1-4c3a-9a53-0f2f2f5d0f5e"
	add.RevisionId, add.PrincipalOrgID = remove.RevisionId, "o-1234567890"
	url := add
	url.Action, url.FunctionUrlAuthType = "lambda:InvokeFunctionUrl", "AWS_IAM"
	add.InvokedViaFunctionUrl = ptr(true)
	return []validate.Request{add, url, get, remove}
}

// A valid request costs no allocation.
func TestNoAllocs(t *testing.T) {
	for name, rules := range sets {
		requests := valid(rules)
		if rules == validate.Current {
			for _, g := range corpus.Grants() {
				requests = append(requests, g.Request)
			}
		}
		for _, r := range requests {
			if err := rules.Check(r); err != nil {
				t.Errorf("%s, %v: %v", name, r.Operation, err)
			}
			if n := testing.AllocsPerRun(10, func() { _ = rules.Check(r) }); n != 0 {
				t.Errorf("%s, %v %s: %v allocations", name, r.Operation, r.Principal, n)
			}
		}
	}
}

// No rules refuse nothing.
func TestNoRules(t *testing.T) {
	for name, rules := range map[string]*validate.Rules{"nil": nil, "zero": {}} {
		if err := rules.Check(validate.Request{Action: "?", Operation: "?"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c := rules.Constraints(); len(c) != 0 {
			t.Errorf("%s: constraints %v", name, c)
		}
	}
}

// Constraints gives a copy: to change it does not change the rules.
func TestConstraintsCopies(t *testing.T) {
	for name, rules := range sets {
		want := rules.Constraints()
		for _, c := range rules.Constraints() {
			clear(c.Operations)
			clear(c.Enum)
		}
		if diff := cmp.Diff(want, rules.Constraints()); diff != "" {
			t.Errorf("%s (-before +after):\n%s", name, diff)
		}
	}
}

// Rules are for everyone at once, from their first use on; the race detector judges.
func TestConcurrentUse(t *testing.T) {
	for _, rules := range sets {
		unused := validate.Unused(rules)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				unused.Constraints()
				for _, r := range valid(rules) {
					if err := unused.Check(r); err != nil {
						t.Error(err)
					}
				}
				unused.Constraints()
			})
		}
		wg.Wait()
	}
}

// The members of a Request are in the API's order, all of them known to
// Current, and encoded by the API's names.
func TestRequestMembers(t *testing.T) {
	var names []string
	typ := reflect.TypeFor[validate.Request]()
	for i := range typ.NumField() {
		if f := typ.Field(i); f.Name != "Operation" && f.Name != "Empty" {
			names = append(names, f.Name)
		}
	}
	if diff := cmp.Diff(validate.FieldNames(), names); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	known := map[string]bool{}
	for _, c := range validate.Current.Constraints() {
		known[c.Field] = true
	}
	if len(known) != len(names) {
		t.Errorf("Current knows %d members of %d", len(known), len(names))
	}
}

func TestRequestJSON(t *testing.T) {
	r := valid(validate.Current)[0]
	r.Operation = validate.GetPolicy
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
	var back validate.Request
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	r.Operation = "" // is not encoded
	if diff := cmp.Diff(r, back); diff != "" {
		t.Errorf("there and back (-want +got):\n%s", diff)
	}
	if empty, _ := json.Marshal(validate.Request{}); string(empty) != "{}" {
		t.Errorf("the empty request is %s", empty)
	}
}

func TestOperationString(t *testing.T) {
	for o, want := range map[validate.Operation]string{
		validate.AddPermission:    "AddPermission",
		"":                        "AddPermission",
		"PutPolicy":               "PutPolicy",
		validate.GetPolicy:        "GetPolicy",
		validate.RemovePermission: "RemovePermission",
	} {
		if got := o.String(); got != want {
			t.Errorf("%q is %q, want %q", string(o), got, want)
		}
	}
}
