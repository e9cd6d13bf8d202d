package pages_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// The code of docs/whole-policies.md.

func denyBucket(ctx context.Context, api permission.ResourcePolicyAPI, functionARN string, deny policy.Statement) error {
	_, err := permission.EditResourcePolicy(ctx, api, functionARN,
		func(d policy.Document) (policy.Document, error) {
			if stored, ok := d.Lookup(deny.Sid()); ok && stored.Equivalent(deny) {
				return d, nil // nothing to write
			}
			return d.Without(deny.Sid()).With(deny), nil
		})
	return err
}

func denyBucketFirst(ctx context.Context, client *permission.Client, first *permission.AddPermissionInput, functionARN string, deny policy.Statement) error {
	err := denyBucket(ctx, client, functionARN, deny)
	var none *permission.NoPolicyError
	if !errors.As(err, &none) {
		return err
	}
	if _, err := client.AddPermission(ctx, first); err != nil {
		return err
	}
	return denyBucket(ctx, client, functionARN, deny)
}

const thumbnailARN = "arn:aws:lambda:us-east-1:123456789012:function:thumbnail"

// denyBucketFirst works over HTTP on a function without a policy, and changes nothing
// when it runs again.
func TestDenyBucket(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	deny, err := policy.ParseStatement(`{"Sid":"not-logs","Effect":"Deny","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"` + thumbnailARN + `","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::logs"}}}`)
	if err != nil {
		t.Fatal(err)
	}
	first := &permission.AddPermissionInput{
		FunctionName: aws.String("thumbnail"), StatementId: aws.String("s3-account"), Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String("s3.amazonaws.com"), SourceAccount: aws.String("123456789012"),
	}
	var before string
	for i := range 2 {
		if err := denyBucketFirst(t.Context(), server.Client(), first, thumbnailARN, deny); err != nil {
			t.Fatal(err)
		}
		document, _ := server.Policy("thumbnail")
		if n := len(document.Statements()); n != 2 {
			t.Errorf("%d statements, want 2: %s", n, document)
		}
		if i > 0 && document.Raw() != before {
			t.Errorf("the second run changed the policy to %s", document)
		}
		before = document.Raw()
	}
}

// calls counts the calls for single statements and for whole documents.
type calls struct {
	permission.API
	permission.ResourcePolicyAPI
	reads, changes, puts int
}

func (c *calls) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	c.changes++
	return c.API.AddPermission(ctx, in, optFns...)
}

func (c *calls) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	c.changes++
	return c.API.RemovePermission(ctx, in, optFns...)
}

func (c *calls) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	c.reads++
	return c.API.GetPolicy(ctx, in, optFns...)
}

func (c *calls) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	c.reads++
	return c.ResourcePolicyAPI.GetResourcePolicy(ctx, in, optFns...)
}

func (c *calls) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	c.puts++
	return c.ResourcePolicyAPI.PutResourcePolicy(ctx, in, optFns...)
}

// topics returns grants to 50 topics. The account of the topics differs in each round.
func topics(round int) (all []grant.Request) {
	for i := range 50 {
		all = append(all, grant.Request{
			Action: "lambda:InvokeFunction", Principal: "sns.amazonaws.com",
			SourceArn: fmt.Sprintf("arn:aws:sns:us-east-1:%012d:t%d", round+1, i),
		})
	}
	return all
}

// The numbers of calls are those in the table of the page.
func TestWholePoliciesTable(t *testing.T) {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		t.Fatal(err)
	}
	want := []calls{{reads: 1, changes: 50}, {reads: 1, changes: 100}, {reads: 1}}
	for i, round := range []int{0, 1, 1} { // no policy, changed grants, unchanged
		c := &calls{API: service.API()}
		if _, err := ensure.Grants(t.Context(), c, ensure.Desired{Function: "thumbnail", Owner: "topics", Grants: topics(round)}); err != nil {
			t.Fatal(err)
		}
		if c.API = nil; *c != want[i] {
			t.Errorf("statement by statement, round %d: %+v, want %+v", i, *c, want[i])
		}
	}

	c := &calls{ResourcePolicyAPI: service.API()}
	replaceAll := func(d policy.Document) (policy.Document, error) {
		var next policy.Document
		for i, r := range topics(2) {
			r.StatementId = fmt.Sprint("t", i)
			s, err := policy.NewStatement(r, arn.MustParseFunction(thumbnailARN))
			if err != nil {
				return policy.Document{}, err
			}
			next = next.With(s)
		}
		return next, nil
	}
	for i, want := range []calls{{reads: 1, puts: 1}, {reads: 2, puts: 1}} { // changed, and then unchanged
		if _, err := permission.EditResourcePolicy(t.Context(), c, thumbnailARN, replaceAll); err != nil {
			t.Fatal(err)
		}
		if got := (calls{reads: c.reads, puts: c.puts}); got != want {
			t.Errorf("the whole document, round %d: %+v, want %+v", i, got, want)
		}
	}
}
