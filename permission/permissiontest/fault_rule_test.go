package permissiontest_test

import (
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// Each rule counts calls from 1, and the first rule that applies decides.
func TestRules(t *testing.T) {
	busy, down := permissiontest.Throttle(), permissiontest.ServerError()
	adds, gets := validate.AddPermission, validate.GetPolicy
	tests := []struct {
		name  string
		rules []permissiontest.Rule
		want  []int // statuses of add, get, add, get, add, get
	}{
		{"no rule", nil, []int{0, 404, 0, 404, 0, 404}},
		{"the third", []permissiontest.Rule{permissiontest.On(3, busy)}, []int{0, 404, 429, 404, 0, 404}},
		{"the first two", []permissiontest.Rule{permissiontest.First(2, busy)}, []int{429, 429, 0, 404, 0, 404}},
		{"every second", []permissiontest.Rule{permissiontest.Every(2, busy)}, []int{0, 429, 0, 429, 0, 429}},
		{"the second of an operation", []permissiontest.Rule{permissiontest.On(2, busy).Of(gets)}, []int{0, 404, 0, 429, 0, 404}},
		{"of two operations", []permissiontest.Rule{permissiontest.On(2, busy).Of(gets, adds)}, []int{0, 429, 0, 404, 0, 404}},
		// Stale and UnknownPrincipal apply to one operation each.
		{"a fault of one operation", []permissiontest.Rule{permissiontest.On(2, permissiontest.UnknownPrincipal())},
			[]int{0, 404, 400, 404, 0, 404}},
		{"two rules for one call", []permissiontest.Rule{permissiontest.Every(2, busy), permissiontest.Every(3, down)},
			[]int{0, 429, 500, 429, 0, 429}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.Faults(tt.rules...)
			for door, api := range map[string]permission.API{
				"HTTP": w.client, "API": permissiontest.APIFaults(w.API(), tt.rules...),
			} {
				var got []int
				for i := range 3 {
					got = append(got, seen(add(api, sid(fmt.Sprint(door, i)))).Status)
					_, err := get(api, "fn", "1")
					got = append(got, seen(err).Status)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: statuses (-want +got):\n%s", door, diff)
				}
			}
		})
	}
}

func TestRulesPanic(t *testing.T) {
	for name, make := range map[string]func(){
		"On":    func() { permissiontest.On(0, permissiontest.Reset()) },
		"First": func() { permissiontest.First(0, permissiontest.Reset()) },
		"Every": func() { permissiontest.Every(-1, permissiontest.Reset()) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s with a number below 1 did not panic", name)
				}
			}()
			make()
		}()
	}
}

// Faults may wrap other faults, over HTTP and in process.
func TestFaultsCompose(t *testing.T) {
	service := permissiontest.NewService()
	if err := service.CreateFunction("fn"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(permissiontest.Faults(
		permissiontest.Faults(service, permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset()))),
		permissiontest.On(2, permissiontest.CommitThen(permissiontest.Throttle()))))
	defer server.Close()
	client := permission.NewFromConfig(service.Config(server.URL), unchecked)
	var send *smithyhttp.RequestSendError
	if err := add(client, sid("a")); !errors.As(err, &send) {
		t.Errorf("the inner fault: err = %v, want a connection that ends", err)
	}
	if err := add(client, sid("b")); !lambdaerrors.IsThrottled(err) {
		t.Errorf("the outer fault: err = %v, want throttling", err)
	}
	if d, _ := service.Policy("fn"); len(d.Statements()) != 2 {
		t.Errorf("policy %s, want both statements", d)
	}
	api := permissiontest.APIFaults(
		permissiontest.APIFaults(service.API(), permissiontest.On(1, permissiontest.Reset())),
		permissiontest.On(2, permissiontest.Throttle()))
	if err := add(api, sid("c")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the inner fault: err = %v, want a connection that ends", err)
	}
	if err := add(api, sid("d")); !lambdaerrors.IsThrottled(err) {
		t.Errorf("the outer fault: err = %v, want throttling", err)
	}
}

// A Reset inside a CommitThen ends the connection.
func TestResetBelowCommit(t *testing.T) {
	w := newWorld(t)
	handler := permissiontest.Faults(permissiontest.Faults(w.Service, permissiontest.On(1, permissiontest.Reset())),
		permissiontest.On(1, permissiontest.CommitThen(permissiontest.Throttle())))
	server := httptest.NewServer(handler)
	defer server.Close()
	client := permission.NewFromConfig(w.Service.Config(server.URL), unchecked)
	if err := add(client); !errors.Is(err, io.EOF) {
		t.Errorf("err = %v, want a connection that ends", err)
	}
}

// Of accepts AddPermission by its name, and panics on an unknown operation.
func TestRuleOfNames(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("fn")
	server.Faults(permissiontest.On(1, permissiontest.Fail(&lambdaerrors.PolicyLengthExceededException{})).Of("AddPermission"))
	_, err := server.Client().AddPermission(t.Context(), &permission.AddPermissionInput{
		FunctionName: aws.String("fn"), StatementId: aws.String("s"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	})
	if !lambdaerrors.IsPolicyLengthExceeded(err) {
		t.Errorf("err = %v, want the fault", err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Of with an unknown operation did not panic")
		}
	}()
	permissiontest.On(1, permissiontest.Throttle()).Of("addPermission")
}
