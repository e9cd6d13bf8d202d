package main

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// symbolOf is the name by which the linker knows a function.
func symbolOf(function any) string {
	return runtime.FuncForPC(reflect.ValueOf(function).Pointer()).Name()
}

// A program that grants links the code for granting and no other. The tables name
// code that every program once linked, and code that only other programs need. The
// names come from the functions themselves, so that each of them exists.
func TestWhatAProgramLinks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", "build", "-o", file, "./programs/lambdaperm").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	symbols, err := exec.Command("go", "tool", "nm", file).Output()
	if err != nil {
		t.Fatalf("go tool nm: %v", err)
	}
	for symbol, want := range map[string]bool{
		symbolOf((*permission.Client).AddPermission):                    true,
		symbolOf((*permission.Client).RemovePermission):                 false,
		symbolOf((*permission.Client).PutResourcePolicy):                false,
		symbolOf((*permission.PutResourcePolicyInput).Request):          false,
		"github.com/lambdaperm/lambdaperm/permission.getPolicy":         true, // for recovery; it shows that the next would be seen
		"github.com/lambdaperm/lambdaperm/permission.putResourcePolicy": false,
		symbolOf(permission.EditResourcePolicy):                         false,
		symbolOf(ensure.Grant):                                          false,
		symbolOf(policy.Parse):                                          true,
		symbolOf(policy.Document.Evaluate):                              false,
		symbolOf(v4.Signer.SignHTTP):                                    false,
		symbolOf(json.Unmarshal):                                        false,
		// Sets are data: both have names alike, and one shows that the other's would be seen.
		"github.com/lambdaperm/lambdaperm/validate.Current":  true,
		"github.com/lambdaperm/lambdaperm/validate.Original": false,
	} {
		if got := strings.Contains(string(symbols), " "+symbol+"\n"); got != want {
			t.Errorf("%s is linked: %t, want %t", symbol, got, want)
		}
	}
}
