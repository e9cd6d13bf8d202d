package permission

import (
	"reflect"

	"github.com/lambdaperm/lambdaperm/validate"
)

// requestOf returns an input of this package in plain values. Others are not ours
// to judge.
func requestOf(input any) (validate.Request, bool) {
	switch in := input.(type) {
	case *AddPermissionInput:
		return in.Request(), true
	case *GetPolicyInput:
		return in.Request(), true
	case *RemovePermissionInput:
		return in.Request(), true
	}
	return validate.Request{}, false
}

// requestOfEither is requestOf for inputs of the SDK's own Lambda client, too; SNS
// and SQS have an AddPermission as well. The Client has no need of it, so that
// what reads foreign inputs is linked into programs alone that call Preflight.
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
	s := v.Elem()
	return validate.Request{
		Operation:             op,
		FunctionName:          textField(s, "FunctionName"),
		Qualifier:             textField(s, "Qualifier"),
		StatementId:           textField(s, "StatementId"),
		Action:                textField(s, "Action"),
		Principal:             textField(s, "Principal"),
		SourceArn:             textField(s, "SourceArn"),
		SourceAccount:         textField(s, "SourceAccount"),
		EventSourceToken:      textField(s, "EventSourceToken"),
		PrincipalOrgID:        textField(s, "PrincipalOrgID"),
		FunctionUrlAuthType:   textField(s, "FunctionUrlAuthType"),
		RevisionId:            textField(s, "RevisionId"),
		InvokedViaFunctionUrl: boolField(s, "InvokedViaFunctionUrl"),
	}, true
}

// operationNamed returns the operation that has this name in the API.
func operationNamed(name string) (validate.Operation, bool) {
	for _, op := range operations {
		if op.name == name {
			return op.rules, true
		}
	}
	return "", false
}

func operationOfInput(typeName string) (validate.Operation, bool) {
	const suffix = "Input"
	if len(typeName) < len(suffix) {
		return "", false
	}
	return operationNamed(typeName[:len(typeName)-len(suffix)])
}

// textField returns a string field, or what a *string field points to, or "".
func textField(s reflect.Value, name string) string {
	f := s.FieldByName(name)
	if f.IsValid() && f.Kind() == reflect.Pointer {
		f = f.Elem()
	}
	if !f.IsValid() || f.Kind() != reflect.String {
		return ""
	}
	return f.String()
}

func boolField(s reflect.Value, name string) *bool {
	f := s.FieldByName(name)
	if !f.IsValid() {
		return nil
	}
	b, _ := f.Interface().(*bool)
	return b
}
