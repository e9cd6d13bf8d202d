package permission

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Check judges a grant, or the input of another operation, before it is sent; if it
// returns nil, the call goes on. A Check that blocks must obey the context. It must
// be safe for concurrent use if the client is used concurrently.
type Check func(context.Context, validate.Request) error

// Rules returns a Check that reports all violations of a rule set in one
// *validate.Error.
func Rules(r *validate.Rules) Check {
	return func(_ context.Context, req validate.Request) error { return r.Check(req) }
}

// Preflight returns an API option that runs checks before anything else happens
// in a call of AddPermission, GetPolicy, RemovePermission or one of the operations on
// whole policies: before credentials are retrieved, a connection opened, a byte sent.
// Without checks it means Rules(validate.Current). The error of one check that fails
// is returned as it is, those of several are joined.
//
// It is meant for programs that keep the SDK's own client:
//
//	lambda.NewFromConfig(cfg, func(o *lambda.Options) {
//		o.APIOptions = append(o.APIOptions, permission.Preflight())
//	})
//
// Other operations pass untouched, those of other services too, so that it may
// also stand in aws.Config.APIOptions. The Client of this package installs its
// Options.Preflight at the same place; a second Preflight adds to the first.
func Preflight(checks ...Check) func(*middleware.Stack) error {
	if len(checks) == 0 {
		checks = defaultPreflight()
	}
	return func(stack *middleware.Stack) error {
		if _, ok := operationNamed(stack.ID()); !ok {
			return nil
		}
		const id = preflightID
		if present, ok := stack.Initialize.Get(id); ok {
			first, ok := present.(*preflight)
			if !ok {
				return errors.New("permission: another middleware has the id " + id)
			}
			both := append(append([]Check(nil), first.checks...), checks...)
			_, err := stack.Initialize.Swap(id, &preflight{both, requestOfEither})
			return err
		}
		return stack.Initialize.Add(&preflight{checks, requestOfEither}, middleware.Before)
	}
}

const preflightID = "Preflight"

// preflight is the middleware that runs the checks on the inputs that requestOf
// knows.
type preflight struct {
	checks    []Check
	requestOf func(input any) (validate.Request, bool)
}

func (*preflight) ID() string { return preflightID }

func (m *preflight) HandleInitialize(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	if req, ok := m.requestOf(in.Parameters); ok {
		if err := runChecks(ctx, m.checks, req); err != nil {
			return middleware.InitializeOutput{}, middleware.Metadata{}, err
		}
	}
	return next.HandleInitialize(ctx, in)
}

func runChecks(ctx context.Context, checks []Check, req validate.Request) error {
	req.Operation = validate.Operation(req.Operation.String()) // a switch over the constants meets one of them
	var failed []error
	for _, check := range checks {
		if err := check(ctx, req); err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) == 1 {
		return failed[0]
	}
	return errors.Join(failed...)
}

// requestOf returns an input of this package in plain values, and false for any
// other input.
func requestOf(input any) (validate.Request, bool) {
	// Naming the types would link the operations on whole policies into every program.
	in, ok := input.(interface{ Request() validate.Request })
	if !ok {
		return validate.Request{}, false
	}
	return in.Request(), true
}

// requestOfEither is requestOf that also knows the inputs of the SDK's Lambda
// client. (SNS and SQS have an AddPermission, too, and other services a
// PutResourcePolicy.) The Client does not use it, so that reading by reflection is
// linked only into programs that call Preflight.
func requestOfEither(input any) (validate.Request, bool) {
	if req, ok := requestOf(input); ok {
		return req, true
	}
	return requestOfSDK(input)
}

const sdkPackage = "github.com/aws/aws-sdk-go-v2/service/lambda"

// requestOfSDK reads an input of service/lambda by reflection, so that this
// module does not depend on that one: its versions stay the program's choice. A
// field that an older version lacks is absent.
func requestOfSDK(input any) (validate.Request, bool) {
	v := reflect.ValueOf(input)
	if v.Kind() != reflect.Pointer || v.Type().Elem().PkgPath() != sdkPackage {
		return validate.Request{}, false
	}
	op, ok := operationOfInput(v.Type().Elem().Name())
	if !ok || v.IsNil() {
		return validate.Request{Operation: op}, ok
	}
	f := sdkFields{Value: v.Elem()}
	req := validate.Request{
		Operation:             op,
		FunctionName:          f.text("FunctionName"),
		Qualifier:             f.text("Qualifier"),
		StatementId:           f.text("StatementId"),
		Action:                f.text("Action"),
		Principal:             f.text("Principal"),
		SourceArn:             f.text("SourceArn"),
		SourceAccount:         f.text("SourceAccount"),
		EventSourceToken:      f.text("EventSourceToken"),
		PrincipalOrgID:        f.text("PrincipalOrgID"),
		FunctionUrlAuthType:   f.text("FunctionUrlAuthType"),
		ResourceArn:           f.text("ResourceArn"),
		Policy:                f.text("Policy"),
		RevisionId:            f.text("RevisionId"),
		InvokedViaFunctionUrl: f.bool("InvokedViaFunctionUrl"),
	}
	req.Empty = f.empty
	return req, true
}

// operationNamed returns the operation that has this name in the API.
func operationNamed(name string) (validate.Operation, bool) {
	op := validate.Operation(name)
	switch op {
	case validate.AddPermission, validate.GetPolicy, validate.RemovePermission,
		validate.PutResourcePolicy, validate.GetResourcePolicy, validate.DeleteResourcePolicy:
		return op, true
	}
	return "", false
}

func operationOfInput(typeName string) (validate.Operation, bool) {
	name, ok := strings.CutSuffix(typeName, "Input")
	if !ok {
		return "", false
	}
	return operationNamed(name)
}

// sdkFields reads the fields of an input and notes which are pointers to "".
type sdkFields struct {
	reflect.Value
	empty validate.Members
}

// text returns the value of a string or *string field, or "".
func (s *sdkFields) text(name string) string {
	f := s.FieldByName(name)
	if f.Kind() == reflect.Pointer {
		f = f.Elem()
		if f.Kind() == reflect.String && f.Len() == 0 {
			s.empty |= validate.MembersOf(name)
		}
	}
	if f.Kind() != reflect.String { // a missing field and the target of a nil pointer have the kind Invalid
		return ""
	}
	return f.String()
}

func (s *sdkFields) bool(name string) *bool {
	f := s.FieldByName(name)
	if !f.IsValid() {
		return nil
	}
	b, _ := f.Interface().(*bool)
	return b
}
