package permissiontest_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The unqualified function, each version and each alias have their own policy. The same
// Sid may be in all of them, and the Resource has the qualifier.
func TestScopesAreSeparate(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client)
	mustAdd(t, w.client, qualifier("1"))
	mustAdd(t, w.client, function("fn:live"), qualifier("live"))
	scopes := map[string]string{"fn": fnARN, "fn:1": fnARN + ":1", fnARN + ":live": fnARN + ":live"}
	for ref, resource := range scopes {
		document, ok := w.Policy(ref)
		if !ok {
			t.Errorf("%s has no policy", ref)
			continue
		}
		s, _ := document.Lookup("s3")
		want(t, ref+": statements", 1, len(document.Statements()))
		want(t, ref+": Resource", []string{resource}, s.Resources())
	}
}

// PublishVersion does not copy a policy and does not change a policy or its RevisionId.
func TestPublishVersionCopiesNothing(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client)
	before := revisionOf(t, w.client, "fn", "")
	if got := w.PublishVersion("fn"); got != "2" {
		t.Fatalf("version %q, want 2 after 1", got)
	}
	if revisionOf(t, w.client, "fn", "2") != "" {
		t.Error("a new version has a policy")
	}
	want(t, "RevisionId after PublishVersion", before, revisionOf(t, w.client, "fn", ""))
}

// The policy is removed with its last statement, and then a first statement can be
// added again.
func TestRemovingTheLastStatementRemovesThePolicy(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client, sid("a"))
	mustAdd(t, w.client, sid("b"))
	for i, id := range []string{"a", "b"} {
		if err := remove(w.client, "fn", "", id, ""); err != nil {
			t.Fatal(err)
		}
		want(t, "answer of RemovePermission", wire{204, "", ""}, w.last.wire())
		if _, ok := w.Policy("fn"); ok != (i == 0) {
			t.Errorf("after removing %s: there is a policy: %t, want one until the last statement is removed", id, ok)
		}
	}
	if got := seen(remove(w.client, "fn", "", "b", "")).Message; got != "No policy is associated with the given resource." {
		t.Errorf("removing once more: message %q, want that there is no policy", got)
	}
	mustAdd(t, w.client, sid("b"))
}

// A RevisionId changes with every addition to and removal from its policy, and at no
// other time.
func TestRevisionIdChanges(t *testing.T) {
	w := newWorld(t)
	steps := []struct {
		name    string
		do      func() error
		changes bool
	}{
		{"the first add", func() error { return add(w.client, sid("a")) }, true},
		{"a read", func() error { _, err := get(w.client, "fn", ""); return err }, false},
		{"a second add", func() error { return add(w.client, sid("b")) }, true},
		{"an add to an alias", func() error { return add(w.client, qualifier("live")) }, false},
		{"an add to a version", func() error { return add(w.client, qualifier("1")) }, false},
		{"a remove from an alias", func() error { return remove(w.client, "fn", "live", "s3", "") }, false},
		{"a refused add", func() error { _ = add(w.client, sid("b")); return nil }, false},
		{"a remove", func() error { return remove(w.client, "fn", "", "a", "") }, true},
	}
	used := map[string]bool{}
	for _, step := range steps {
		before := revisionOf(t, w.client, "fn", "")
		used[before] = true
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		after := revisionOf(t, w.client, "fn", "")
		if changed := before != after; changed != step.changes {
			t.Errorf("%s: RevisionId was %q and is %q; want a change: %t", step.name, before, after, step.changes)
		}
		if step.changes && used[after] {
			t.Errorf("%s: RevisionId is %q, want one that was not used before", step.name, after)
		}
	}
}

// AddPermission and RemovePermission accept the latest RevisionId and refuse an older
// one.
func TestRevisionIdGuards(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client, sid("a"))
	first := revisionOf(t, w.client, "fn", "")
	mustAdd(t, w.client, sid("b"), revision(first))
	second := revisionOf(t, w.client, "fn", "")
	if got := code(add(w.client, sid("c"), revision(first))); got != "PreconditionFailedException" {
		t.Errorf("adding with an old RevisionId: %q, want PreconditionFailedException", got)
	}
	if got := code(remove(w.client, "fn", "", "a", first)); got != "PreconditionFailedException" {
		t.Errorf("removing with an old RevisionId: %q, want PreconditionFailedException", got)
	}
	if err := remove(w.client, "fn", "", "a", second); err != nil {
		t.Errorf("removing with the latest RevisionId: err = %v, want nil", err)
	}
}

// For an alias without a policy, the RevisionId is that of the alias; for an alias with
// a policy, it is that of the policy. The function and its versions do not accept the
// RevisionId of an alias.
func TestAliasRevisionId(t *testing.T) {
	w := newWorld(t)
	for _, q := range []string{"", "1"} {
		if got := code(add(w.client, optionalQualifier(q), revision(w.aliasRevision))); got != "PreconditionFailedException" {
			t.Errorf("qualifier %q with the alias's RevisionId: %q, want PreconditionFailedException", q, got)
		}
	}
	mustAdd(t, w.client, qualifier("live"), sid("a"), revision(w.aliasRevision))
	if got := code(add(w.client, qualifier("live"), sid("b"), revision(w.aliasRevision))); got != "PreconditionFailedException" {
		t.Errorf("an alias with a policy, with its own RevisionId: %q, want PreconditionFailedException", got)
	}
	if err := remove(w.client, "fn", "live", "a", revisionOf(t, w.client, "fn", "live")); err != nil {
		t.Fatal(err)
	}
	mustAdd(t, w.client, qualifier("live"), sid("a"), revision(w.aliasRevision))
}

func optionalQualifier(q string) func(*permission.AddPermissionInput) {
	return func(in *permission.AddPermissionInput) { in.Qualifier = optional(q) }
}

// Each policy is limited to 20480 bytes of the document that GetPolicy returns.
func TestPolicySize(t *testing.T) {
	w := newWorld(t)
	if got := code(add(w.client, ofSize(20481))); got != "PolicyLengthExceededException" {
		t.Errorf("20481 bytes: %q, want PolicyLengthExceededException", got)
	}
	mustAdd(t, w.client, ofSize(20480))
	out, err := get(w.client, "fn", "")
	if err != nil {
		t.Fatal(err)
	}
	want(t, "bytes of the policy", 20480, len(aws.ToString(out.Policy)))
	if got := code(add(w.client, sid("b"))); got != "PolicyLengthExceededException" {
		t.Errorf("one more statement: %q, want PolicyLengthExceededException", got)
	}
	mustAdd(t, w.client, qualifier("live"))
}

// The policy in an answer is compact, and the JSON inside the JSON has only the escapes
// that are necessary.
func TestPolicyOnTheWire(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client, func(in *permission.AddPermissionInput) { in.SourceArn = aws.String("arn:aws:s3:::a&b<c>") })
	statement := `{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},` +
		`\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"` + fnARN + `\",` +
		`\"Condition\":{\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::a&b<c>\"}}}`
	want(t, "answer of AddPermission", wire{201, "", `{"Statement":"` + statement + `"}`}, w.last.wire())
	revision := revisionOf(t, w.client, "fn", "")
	want(t, "answer of GetPolicy", wire{200, "", `{"Policy":"{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[` +
		statement + `]}","RevisionId":"` + revision + `"}`}, w.last.wire())
}

// Every form of a name names the same function.
func TestNameForms(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"fn", "function:fn", account + ":fn", account + ":function:fn", fnARN} {
		mustAdd(t, w.client, function(name), sid(string(rune('a'+i))))
	}
	if d, _ := w.Policy("fn"); len(d.Statements()) != 5 {
		t.Errorf("policy %s, want five statements", d)
	}
}

// An ARN of another partition does not name a function of this partition.
func TestOtherPartition(t *testing.T) {
	w := newWorld(t)
	name := "arn:aws-cn:lambda:us-east-1:111111111111:function:fn"
	if got := seen(add(w.client, function(name))).Message; got != "Function not found: "+name {
		t.Errorf("AddPermission: message %q, want that the function is not found", got)
	}
	if _, ok := w.Policy(name); ok {
		t.Error("Policy found a policy, want false")
	}
}

// The partition of ARNs is that of the region.
func TestPartitionFollowsRegion(t *testing.T) {
	for region, partition := range map[string]string{
		"eu-west-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f",
		"eusc-de-east-1": "aws-eusc",
	} {
		w := newWorld(t, permissiontest.WithRegion(region))
		mustAdd(t, w.client, principal("210987654321"))
		document, _ := w.Policy("fn")
		s, _ := document.Lookup("s3")
		resource := "arn:" + partition + ":lambda:" + region + ":" + account + ":function:fn"
		root := policy.Principal{Type: "AWS", Value: "arn:" + partition + ":iam::210987654321:root"}
		if diff := cmp.Diff([]string{resource}, s.Resources()); diff != "" {
			t.Errorf("%s: Resource (-want +got):\n%s", region, diff)
		}
		if diff := cmp.Diff([]policy.Principal{root}, s.Principals()); diff != "" {
			t.Errorf("%s: Principal (-want +got):\n%s", region, diff)
		}
	}
}
