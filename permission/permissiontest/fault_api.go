package permissiontest

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// APIFaults returns next with faults in front of it: what (*Service).API returns,
// a *permission.Client, or any other.
//
//	api := permissiontest.APIFaults(service.API(), permissiontest.On(2, permissiontest.Throttle()))
//
// It stands above retries and recovery, if next has any: a fault is what a call
// ends in, by the error that a client returns for it. To test what a client makes
// of a fault, put it below, by Faults. It is safe for concurrent use, as next
// must be.
func APIFaults(next permission.API, rules ...Rule) permission.API {
	return &faultyAPI{next: next, plan: newPlan(rules)}
}

type faultyAPI struct {
	next  permission.API
	plan  *plan
	reads memory[read]
}

// read is the outcome of a GetPolicy.
type read struct {
	out *permission.GetPolicyOutput
	err error
}

// AddPermission meets a fault or calls the API below.
func (f *faultyAPI) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	fault, id := f.plan.next(validate.AddPermission, true)
	return meet(ctx, fault, id, validate.AddPermission, func() (*permission.AddPermissionOutput, error) {
		return f.next.AddPermission(ctx, in, optFns...)
	})
}

// RemovePermission meets a fault or calls the API below.
func (f *faultyAPI) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	fault, id := f.plan.next(validate.RemovePermission, true)
	return meet(ctx, fault, id, validate.RemovePermission, func() (*permission.RemovePermissionOutput, error) {
		return f.next.RemovePermission(ctx, in, optFns...)
	})
}

// GetPolicy meets a fault or calls the API below.
func (f *faultyAPI) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if in == nil {
		in = &permission.GetPolicyInput{}
	}
	key := aws.ToString(in.FunctionName) + "?" + aws.ToString(in.Qualifier)
	fault, id := f.plan.next(validate.GetPolicy, true)
	if before, ok := f.reads.find(key); ok && isStale(fault) {
		return before.copy()
	}
	return meet(ctx, fault, id, validate.GetPolicy, func() (*permission.GetPolicyOutput, error) {
		out, err := f.next.GetPolicy(ctx, in, optFns...)
		if err == nil || lambdaerrors.IsNotFound(err) {
			f.reads.keep(key, read{out, err})
		}
		return read{out, err}.copy()
	})
}

// copy returns the outcome for a caller who may change it.
func (r read) copy() (*permission.GetPolicyOutput, error) {
	if r.out == nil {
		return nil, r.err
	}
	out := *r.out
	return &out, r.err
}

// meet makes a call, unless there is a fault in front of it.
func meet[Out any](ctx context.Context, fault Fault, requestID string, operation validate.Operation, do func() (*Out, error)) (*Out, error) {
	if fault.mishap == nil {
		return do()
	}
	var service error
	if fault.commits {
		_, service = do()
	}
	err := fault.mishap.inProcess(ctx, operation, service, requestID)
	if err == service {
		return nil, err
	}
	return nil, &smithy.OperationError{ServiceID: "Lambda", OperationName: operation.String(), Err: err}
}
