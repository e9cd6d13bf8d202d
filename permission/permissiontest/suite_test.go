package permissiontest_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// harness returns a Harness of the world with the given API.
func (w *world) harness(api permission.API) permissiontest.Harness {
	return permissiontest.Harness{API: api, Documents: w.API(), Function: fnARN, Version: "1", Alias: "live", AliasRevisionId: w.aliasRevision}
}

// The suite passes on the service in process.
func TestAPIInProcess(t *testing.T) {
	permissiontest.TestAPI(t, func(t *testing.T) permissiontest.Harness {
		w := newWorld(t)
		return w.harness(w.API())
	})
}

// The suite passes on a client over HTTP.
func TestAPIOverHTTP(t *testing.T) {
	permissiontest.TestAPI(t, func(t *testing.T) permissiontest.Harness {
		w := newWorld(t)
		return w.harness(w.Client())
	})
}

// The suite passes in another partition and on one function for all cases, because each
// case removes its statements.
func TestAPICleansUp(t *testing.T) {
	s := permissiontest.NewServer(t, permissiontest.WithRegion("cn-north-1"))
	s.CreateFunction("fn")
	s.CreateAlias("fn", "live", s.PublishVersion("fn"))
	permissiontest.TestAPI(t, func(*testing.T) permissiontest.Harness {
		return permissiontest.Harness{
			API: s.Client(), Documents: s.Client(), Function: "arn:aws-cn:lambda:cn-north-1:123456789012:function:fn", Version: "1", Alias: "live",
		}
	})
	for _, ref := range []string{"fn", "fn:1", "fn:live"} {
		if d, ok := s.Policy(ref); ok {
			t.Errorf("%s has the policy %s", ref, d)
		}
	}
}

// judged is a TB that records failures.
type judged struct {
	fakeTB
	skipped, failed bool
	log             []string
}

func (j *judged) Name() string             { return "judged" }
func (j *judged) Context() context.Context { return context.Background() }

func (j *judged) Errorf(format string, args ...any) {
	j.failed = true
	j.log = append(j.log, fmt.Sprintf(format, args...))
}

func (j *judged) Fatalf(format string, args ...any) {
	j.Errorf(format, args...)
	runtime.Goexit()
}

func (j *judged) Skipf(string, ...any) {
	j.skipped = true
	runtime.Goexit()
}

// judge runs a case and its cleanups.
func judge(test func(permissiontest.TB, permissiontest.Harness), h permissiontest.Harness) *judged {
	j := &judged{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(j, h)
	}()
	<-done
	j.end()
	return j
}

// verdicts runs all cases on the APIs that wrap returns, and returns the names of the
// cases that fail.
func verdicts(t *testing.T, wrap func(permission.API) permission.API) (failed []string) {
	t.Helper()
	permissiontest.APICases(func(name string, test func(permissiontest.TB, permissiontest.Harness)) {
		w := newWorld(t)
		j := judge(test, w.harness(wrap(w.API())))
		if j.failed {
			failed = append(failed, name)
			if !strings.Contains(strings.Join(j.log, "\n"), "the rule: ") {
				t.Errorf("%s: no message names the rule: %q", name, j.log)
			}
		}
		if j.skipped {
			t.Errorf("%s is skipped", name)
		}
		if left := stateOf(t, w); len(left) > 0 && !strings.Contains(strings.Join(j.log, "\n"), "left behind") {
			t.Errorf("%s leaves a policy and does not report it: %v", name, left)
		}
	})
	return failed
}

// If a requirement is missing, the suite names it and does not change a function with a
// policy.
func TestAPIRefusesToStart(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.client)
	for function, want := range map[string]string{
		"fn":            "full function ARN",
		fnARN + ":live": "full function ARN",
		"":              "full function ARN",
		fnARN:           "wants a function without policies",
	} {
		before := stateOf(t, w)
		permissiontest.APICases(func(name string, test func(permissiontest.TB, permissiontest.Harness)) {
			j := judge(test, permissiontest.Harness{API: w.API(), Function: function})
			if len(j.log) != 1 {
				t.Fatalf("%s on %q fails with %q, want one message", name, function, j.log)
			}
			if !strings.Contains(j.log[0], want) {
				t.Errorf("%s on %q: %q, want %q", name, function, j.log, want)
			}
		})
		if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
			t.Errorf("the suite on %q changed the state (-before +after):\n%s", function, diff)
		}
	}
}

// Cases that need a missing field of the harness are skipped; the others run.
func TestAPISkips(t *testing.T) {
	w := newWorld(t)
	for missing, tt := range map[string]struct {
		harness permissiontest.Harness
		want    int
	}{
		"version and alias": {permissiontest.Harness{API: w.API(), Documents: w.API(), Function: fnARN}, 6},
		"documents":         {permissiontest.Harness{API: w.API(), Function: fnARN, Version: "1", Alias: "live", AliasRevisionId: w.aliasRevision}, 12},
	} {
		skipped := 0
		permissiontest.APICases(func(name string, test func(permissiontest.TB, permissiontest.Harness)) {
			j := judge(test, tt.harness)
			if j.failed {
				t.Errorf("%s fails without %s: %q", name, missing, j.log)
			}
			if j.skipped {
				skipped++
			}
		})
		if skipped != tt.want {
			t.Errorf("%d cases are skipped without %s, want %d", skipped, missing, tt.want)
		}
	}
}

// alteredDocuments is a permission.ResourcePolicyAPI with a mistake.
type alteredDocuments struct {
	permission.ResourcePolicyAPI
	put    func(*permission.PutResourcePolicyInput)
	get    func(*permission.GetResourcePolicyOutput, error) (*permission.GetResourcePolicyOutput, error)
	delete func(*permission.DeleteResourcePolicyInput)
}

func (a *alteredDocuments) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	copied := *in
	if a.put != nil {
		a.put(&copied)
	}
	return a.ResourcePolicyAPI.PutResourcePolicy(ctx, &copied, optFns...)
}

func (a *alteredDocuments) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	out, err := a.ResourcePolicyAPI.GetResourcePolicy(ctx, in, optFns...)
	if a.get != nil {
		return a.get(out, err)
	}
	return out, err
}

func (a *alteredDocuments) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	copied := *in
	if a.delete != nil {
		a.delete(&copied)
	}
	return a.ResourcePolicyAPI.DeleteResourcePolicy(ctx, &copied, optFns...)
}

// For each mistake with whole policies there is a case that finds it.
func TestAPIFindsMistakesWithDocuments(t *testing.T) {
	tests := []struct {
		name    string
		altered alteredDocuments
		found   string
	}{
		{"ignores the RevisionId of a put", alteredDocuments{put: func(in *permission.PutResourcePolicyInput) { in.RevisionId = nil }}, "document/guards PutResourcePolicy"},
		{"ignores the RevisionId of a deletion", alteredDocuments{delete: func(in *permission.DeleteResourcePolicyInput) { in.RevisionId = nil }}, "document/guards DeleteResourcePolicy"},
		{"has one policy for all scopes", alteredDocuments{put: func(in *permission.PutResourcePolicyInput) {
			in.ResourceArn, in.Policy = aws.String(fnARN), aws.String(strings.ReplaceAll(*in.Policy, ":live", ""))
		}}, "document/scope"},
		{"stores Deny as Allow", alteredDocuments{put: func(in *permission.PutResourcePolicyInput) {
			in.Policy = aws.String(strings.ReplaceAll(*in.Policy, `"Deny"`, `"Allow"`))
		}}, "document/language"},
		{"answers no policy with an empty one", alteredDocuments{get: func(out *permission.GetResourcePolicyOutput, err error) (*permission.GetResourcePolicyOutput, error) {
			if lambdaerrors.IsNotFound(err) {
				return &permission.GetResourcePolicyOutput{Policy: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}, nil
			}
			return out, err
		}}, "document/none"},
		{"returns other revisions", alteredDocuments{get: func(out *permission.GetResourcePolicyOutput, err error) (*permission.GetResourcePolicyOutput, error) {
			if err == nil {
				out.RevisionId = aws.String("other")
			}
			return out, err
		}}, "document/reading"},
		{"answers nothing", alteredDocuments{get: func(*permission.GetResourcePolicyOutput, error) (*permission.GetResourcePolicyOutput, error) {
			return nil, nil
		}}, "document/answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var failed []string
			permissiontest.APICases(func(name string, test func(permissiontest.TB, permissiontest.Harness)) {
				w := newWorld(t)
				h := w.harness(w.API())
				wrong := tt.altered
				wrong.ResourcePolicyAPI = h.Documents
				h.Documents = &wrong
				if judge(test, h).failed {
					failed = append(failed, name)
				}
			})
			if !slices.Contains(failed, tt.found) {
				t.Errorf("the cases %q fail, want %q among them", failed, tt.found)
			}
			for _, name := range failed {
				if !strings.HasPrefix(name, "document/") {
					t.Errorf("%s fails, which does not call an operation on whole policies", name)
				}
			}
		})
	}
}

// A statement that cannot be removed is reported.
func TestAPIReportsWhatItLeaves(t *testing.T) {
	w := newWorld(t)
	stuck := permissiontest.APIFaults(w.API(), permissiontest.Every(1, permissiontest.Fail(
		&smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"})).Of("RemovePermission"))
	permissiontest.APICases(func(name string, test func(permissiontest.TB, permissiontest.Harness)) {
		if name != "statement/service" {
			return
		}
		j := judge(test, w.harness(stuck))
		if len(j.log) != 1 {
			t.Fatalf("the case fails with %q, want one message", j.log)
		}
		for _, part := range []string{`"Sid":"permissiontest-1"`, "AccessDeniedException: no"} {
			if !strings.Contains(j.log[0], part) {
				t.Errorf("message %q, want %q in it: the remaining policy and the reason", j.log[0], part)
			}
		}
	})
}

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

// For each mistake that emulators make there is a case that finds it. The service
// itself passes.
func TestAPIFindsMistakes(t *testing.T) {
	drop := func(f func(*permission.AddPermissionInput)) func(permission.API) permission.API {
		return func(api permission.API) permission.API { return &altered{API: api, before: f} }
	}
	tests := []struct {
		name  string
		wrap  func(permission.API) permission.API
		found string
	}{
		{"no mistake", func(api permission.API) permission.API { return api }, ""},
		{"accepts a duplicate", func(api permission.API) permission.API {
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
		{"removes a missing statement", func(api permission.API) permission.API {
			return &altered{API: api, remove: func(out *permission.RemovePermissionOutput, err error) (*permission.RemovePermissionOutput, error) {
				if lambdaerrors.IsNotFound(err) {
					return &permission.RemovePermissionOutput{}, nil
				}
				return out, err
			}}
		}, "refusal/RemovePermission, no policy"},
		{"has other messages", func(api permission.API) permission.API {
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
				t.Errorf("the cases %q fail on the service", failed)
			}
			if tt.found != "" && !strings.Contains("\n"+strings.Join(failed, "\n")+"\n", "\n"+tt.found+"\n") {
				t.Errorf("the cases %q fail, want %q among them", failed, tt.found)
			}
		})
	}
}
