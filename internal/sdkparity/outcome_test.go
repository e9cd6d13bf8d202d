package sdkparity_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/permission"
)

// outcome is all that a program can learn from a call, in words that do not
// depend on the client.
type outcome struct {
	Output   map[string]string // members of the answer
	Text     string            // the error's text
	Type     string            // the service error's Go type, without its package
	Code     string
	Message  string
	Fault    string
	Members  map[string]string // members of the service error, without Message
	Status   int
	ID       string   // request id
	Chain    []string // types of the error and of those that it wraps, without packages
	Attempts []string // of each: retryable, retried
}

// outcomeOf describes the results of a call.
func outcomeOf(out any, err error) outcome {
	o := outcome{}
	if err == nil {
		o.Output = members(out)
		o.Attempts = attempts(metadataOf(out))
		return o
	}
	o.Text = err.Error()
	for e := err; e != nil; e = errors.Unwrap(e) {
		o.Chain = append(o.Chain, typeName(e))
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		o.Type, o.Code, o.Message, o.Fault = typeName(api), api.ErrorCode(), api.ErrorMessage(), api.ErrorFault().String()
		o.Members = members(api)
		delete(o.Members, "Message")
	}
	var resp *awshttp.ResponseError
	if errors.As(err, &resp) {
		o.Status, o.ID = resp.HTTPStatusCode(), resp.ServiceRequestID()
	}
	return o
}

func typeName(v any) string {
	name := fmt.Sprintf("%T", v)
	return name[strings.LastIndexByte(name, '.')+1:]
}

// members returns the fields of a struct that are pointers to strings, or
// strings of a type of their own, unless they are unset.
func members(v any) map[string]string {
	s, found := reflect.Indirect(reflect.ValueOf(v)), map[string]string{}
	if s.Kind() != reflect.Struct {
		return found
	}
	for i := range s.NumField() {
		f, name := s.Field(i), s.Type().Field(i).Name
		switch {
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.String && !f.IsNil():
			found[name] = f.Elem().String()
		case f.Kind() == reflect.String && f.Type() != reflect.TypeFor[string]() && f.String() != "":
			found[name] = f.String()
		}
	}
	return found
}

func metadataOf(out any) middleware.Metadata {
	switch o := out.(type) {
	case *permission.AddPermissionOutput:
		return o.ResultMetadata
	case *permission.GetPolicyOutput:
		return o.ResultMetadata
	case *permission.RemovePermissionOutput:
		return o.ResultMetadata
	case *permission.PutResourcePolicyOutput:
		return o.ResultMetadata
	case *permission.GetResourcePolicyOutput:
		return o.ResultMetadata
	case *permission.DeleteResourcePolicyOutput:
		return o.ResultMetadata
	}
	return middleware.Metadata{}
}

// attempts describes the attempts that the metadata of a call tells of.
func attempts(md middleware.Metadata) []string {
	results, ok := retry.GetAttemptResults(md)
	if !ok {
		return []string{"no attempt results"}
	}
	var all []string
	for _, r := range results.Results {
		all = append(all, fmt.Sprintf("retryable %t retried %t error %t", r.Retryable, r.Retried, r.Err != nil))
	}
	return all
}
