package arn_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lambdaperm/lambdaperm/arn"
)

// functions returns different Functions in the order of Compare.
func functions() []arn.Function {
	texts := []string{
		"A", "A:1", "A:10", "A:9", "A:PROD", "B", "123456789012:A", "us-east-1:A", "us-east-1:123456789012:A",
		"arn:aws:lambda:A", "arn:aws:lambda:us-east-1:123456789012:function:A", "arn:aws-cn:lambda:A",
	}
	values := []arn.Function{{}}
	for _, s := range texts {
		values = append(values, arn.MustParseFunction(s))
	}
	return values
}

// qualifiers returns different Qualifiers in the order of Compare.
func qualifiers(t *testing.T) []arn.Qualifier {
	values := []arn.Qualifier{{}}
	for _, s := range []string{"$LATEST", "$LATEST.PUBLISHED", "1", "10", "9", "PROD", "prod"} {
		values = append(values, mustQualifier(t, s))
	}
	return values
}

// arns returns different ARNs in the order of Compare. The order of their texts
// differs, because '-' is less than ':'.
func arns(t *testing.T) []arn.ARN {
	values := []arn.ARN{{}}
	for _, s := range []string{
		"arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3::1:a", "arn:aws:s3:r::a", "arn:aws:sns:::a", "arn:aws-cn:s3:::a",
	} {
		values = append(values, mustARN(t, s))
	}
	return values
}

func TestCompare(t *testing.T) {
	checkOrder(t, functions(), arn.Function.Compare)
	checkOrder(t, qualifiers(t), arn.Qualifier.Compare)
	checkOrder(t, arns(t), arn.ARN.Compare)
}

// checkOrder checks Compare for every pair, and that Compare returns 0 if and only if
// the values are equal.
func checkOrder[V comparable](t *testing.T, ordered []V, compare func(V, V) int) {
	t.Helper()
	for i, a := range ordered {
		for j, b := range ordered {
			if got, want := compare(a, b), slices.Compare([]int{i}, []int{j}); got != want {
				t.Errorf("Compare(%v, %v) = %d, want %d", a, b, got, want)
			}
			if (compare(a, b) == 0) != (a == b) {
				t.Errorf("Compare and == disagree on %v and %v", a, b)
			}
		}
	}
}

// Values that were parsed from different spellings of a name are the same map key.
func TestMapKey(t *testing.T) {
	seen := map[arn.Function]string{arn.MustParseFunction("123456789012:Thumbnail:1"): "first"}
	if got := seen[arn.MustParseFunction("123456789012:function:Thumbnail:1")]; got != "first" {
		t.Errorf("the value for another spelling of the key is %q, want \"first\"", got)
	}
	if _, ok := seen[arn.MustParseFunction("Thumbnail:1")]; ok {
		t.Error("the key without an account is found, want only the key with the account")
	}
	buckets := map[arn.ARN]bool{mustARN(t, "arn:aws:s3:::b"): true}
	if !buckets[mustARN(t, "arn:aws:s3:::b")] {
		t.Error("the key of an equal ARN is not found")
	}
	policies := map[arn.Qualifier]int{{}: 1, mustQualifier(t, "PROD"): 2}
	for q, want := range map[arn.Qualifier]int{{}: 1, arn.MustParseFunction("f:PROD").Qualifier(): 2} {
		if got := policies[q]; got != want {
			t.Errorf("the value of the Qualifier %q is %d, want %d", q, got, want)
		}
	}
}

type document struct {
	Function  arn.Function
	Qualifier arn.Qualifier
	Source    arn.ARN
	Optional  arn.Function `json:",omitzero"`
	Policies  map[arn.Function]map[arn.Qualifier]arn.ARN
}

// In JSON, values are strings and can be keys; the zero value is "".
func TestJSON(t *testing.T) {
	f, q, source := arn.MustParseFunction("us-east-1:f:1"), mustQualifier(t, "$LATEST"), mustARN(t, "arn:aws:s3:::b")
	tests := []struct {
		value document
		json  string
	}{
		{
			document{},
			`{"Function":"","Qualifier":"","Source":"","Policies":null}`,
		},
		{
			document{f, q, source, f.Unqualified(), map[arn.Function]map[arn.Qualifier]arn.ARN{f: {{}: source, q: {}}}},
			`{"Function":"us-east-1:function:f:1","Qualifier":"$LATEST","Source":"arn:aws:s3:::b","Optional":"us-east-1:function:f",` +
				`"Policies":{"us-east-1:function:f:1":{"":"arn:aws:s3:::b","$LATEST":""}}}`,
		},
	}
	for _, test := range tests {
		text, err := json.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.json, string(text)); diff != "" {
			t.Errorf("Marshal (-want +got):\n%s", diff)
		}
		var again document
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		exported := cmp.AllowUnexported(arn.Function{}, arn.Qualifier{}, arn.ARN{})
		if diff := cmp.Diff(test.value, again, exported); diff != "" {
			t.Errorf("Unmarshal (-want +got):\n%s", diff)
		}
	}
}

// A text that is refused leaves the receiver unchanged; an empty text clears it.
func TestUnmarshalTextReceiver(t *testing.T) {
	checkReceiver(t, functions()[1:], (*arn.Function).UnmarshalText, "a/b")
	checkReceiver(t, qualifiers(t)[1:], (*arn.Qualifier).UnmarshalText, "a/b")
	checkReceiver(t, arns(t)[1:], (*arn.ARN).UnmarshalText, "arn:::::")
}

func checkReceiver[V comparable](t *testing.T, values []V, unmarshal func(*V, []byte) error, bad string) {
	t.Helper()
	for _, before := range values {
		v := before
		if err := unmarshal(&v, []byte(bad)); err == nil {
			t.Errorf("UnmarshalText(%q): no error, want one", bad)
		}
		if v != before {
			t.Errorf("UnmarshalText(%q) changed the value to %v, want %v", bad, v, before)
		}
		var zero V
		if err := unmarshal(&v, nil); err != nil || v != zero {
			t.Errorf("UnmarshalText of the empty text = %v, value %v; want nil and the zero value", err, v)
		}
	}
}

// UnmarshalText copies its argument, so that the caller may change it.
func TestUnmarshalTextCopies(t *testing.T) {
	text := []byte("Thumbnail")
	var f arn.Function
	if err := f.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	copy(text, "overwrite")
	if f.Name() != "Thumbnail" {
		t.Errorf("Name() = %q, want %q", f.Name(), "Thumbnail")
	}
}
