package permissiontest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
)

// altered is an API with a mistake.
type altered struct {
	permission.API
	add    func(*permission.AddPermissionOutput, error) (*permission.AddPermissionOutput, error)
	get    func(*permission.GetPolicyOutput, error) (*permission.GetPolicyOutput, error)
	remove func(*permission.RemovePermissionOutput, error) (*permission.RemovePermissionOutput, error)
	before func(*permission.AddPermissionInput)
}

func (a *altered) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	copied := *in
	if a.before != nil {
		a.before(&copied)
	}
	out, err := a.API.AddPermission(ctx, &copied, optFns...)
	if a.add != nil {
		return a.add(out, err)
	}
	return out, err
}

func (a *altered) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	out, err := a.API.GetPolicy(ctx, in, optFns...)
	if a.get != nil {
		return a.get(out, err)
	}
	return out, err
}

func (a *altered) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	out, err := a.API.RemovePermission(ctx, in, optFns...)
	if a.remove != nil {
		return a.remove(out, err)
	}
	return out, err
}

// Mistakes that emulators make, each with a case that finds it; the service
// itself makes none.
func TestAPIFindsMistakes(t *testing.T) {
	drop := func(f func(*permission.AddPermissionInput)) func(permission.API) permission.API {
		return func(api permission.API) permission.API { return &altered{API: api, before: f} }
	}
	tests := []struct {
		name  string
		wrap  func(permission.API) permission.API
		found string
	}{
		{"none", func(api permission.API) permission.API { return api }, ""},
		{"takes a duplicate", func(api permission.API) permission.API {
			return &altered{API: api, add: func(out *permission.AddPermissionOutput, err error) (*permission.AddPermissionOutput, error) {
				if lambdaerrors.IsConflict(err) {
					return &permission.AddPermissionOutput{}, nil
				}
				return out, err
			}}
		}, "refusal/duplicate"},
		{"drops EventSourceToken", drop(func(in *permission.AddPermissionInput) { in.EventSourceToken = nil }), "statement/EventSourceToken"},
		{"drops SourceAccount", drop(func(in *permission.AddPermissionInput) { in.SourceAccount = nil }), "statement/SourceAccount"},
		{"drops InvokedViaFunctionUrl", drop(func(in *permission.AddPermissionInput) { in.InvokedViaFunctionUrl = nil }), "statement/InvokedViaFunctionUrl"},
		{"drops RevisionId", drop(func(in *permission.AddPermissionInput) { in.RevisionId = nil }), "revision/without a policy"},
		{"has one policy for all scopes", drop(func(in *permission.AddPermissionInput) { in.Qualifier = nil }), "scope/separate"},
		{"spaces its JSON", func(api permission.API) permission.API {
			return &altered{API: api, add: func(out *permission.AddPermissionOutput, err error) (*permission.AddPermissionOutput, error) {
				if err == nil {
					out.Statement = aws.String(strings.ReplaceAll(*out.Statement, `":`, `": `))
				}
				return out, err
			}}
		}, "statement/JSON"},
		{"answers another statement", func(api permission.API) permission.API {
			return &altered{API: api, add: func(out *permission.AddPermissionOutput, err error) (*permission.AddPermissionOutput, error) {
				if err == nil {
					out.Statement = aws.String(strings.ReplaceAll(*out.Statement, "lambda:*", "lambda:InvokeFunction"))
				}
				return out, err
			}}
		}, "statement/any action"},
		{"keeps a RevisionId", func(api permission.API) permission.API {
			return &altered{API: api, get: func(out *permission.GetPolicyOutput, err error) (*permission.GetPolicyOutput, error) {
				if err == nil {
					out.RevisionId = aws.String("same")
				}
				return out, err
			}}
		}, "revision/changes"},
		{"answers nothing", func(api permission.API) permission.API {
			return &altered{API: api, add: func(*permission.AddPermissionOutput, error) (*permission.AddPermissionOutput, error) {
				return nil, nil
			}}
		}, "statement/service"},
		{"removes what is not there", func(api permission.API) permission.API {
			return &altered{API: api, remove: func(out *permission.RemovePermissionOutput, err error) (*permission.RemovePermissionOutput, error) {
				if lambdaerrors.IsNotFound(err) {
					return &permission.RemovePermissionOutput{}, nil
				}
				return out, err
			}}
		}, "refusal/RemovePermission, no policy"},
		{"says it in other words", func(api permission.API) permission.API {
			return &altered{API: api, add: func(out *permission.AddPermissionOutput, err error) (*permission.AddPermissionOutput, error) {
				var known *lambdaerrors.ResourceNotFoundException
				if errors.As(err, &known) {
					known.Message = aws.String("no such thing")
				}
				return out, err
			}}
		}, "refusal/AddPermission, function"},
		{"loses the code", func(api permission.API) permission.API {
			return &altered{API: api, remove: func(out *permission.RemovePermissionOutput, err error) (*permission.RemovePermissionOutput, error) {
				if lambdaerrors.IsNotFound(err) {
					return nil, errors.New(err.Error())
				}
				return out, err
			}}
		}, "refusal/RemovePermission, statement"},
		{"has no limit", func(api permission.API) permission.API {
			return &altered{API: api, add: func(out *permission.AddPermissionOutput, err error) (*permission.AddPermissionOutput, error) {
				if lambdaerrors.IsPolicyLengthExceeded(err) {
					return &permission.AddPermissionOutput{}, nil
				}
				return out, err
			}}
		}, "policy/size"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			failed := verdicts(t, tt.wrap)
			if tt.found == "" && failed != nil {
				t.Errorf("the service fails %q", failed)
			}
			if tt.found != "" && !strings.Contains("\n"+strings.Join(failed, "\n")+"\n", "\n"+tt.found+"\n") {
				t.Errorf("%q fail, want %q among them", failed, tt.found)
			}
		})
	}
}
