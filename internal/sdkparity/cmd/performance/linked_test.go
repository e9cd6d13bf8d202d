package main

import (
	"encoding/json"
	"net/http/httputil"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// symbolOf returns the linker's name of a function.
func symbolOf(function any) string {
	return runtime.FuncForPC(reflect.ValueOf(function).Pointer()).Name()
}

// A program that only adds grants does not link the code of the other operations. The
// table has code that it needs, and code that only other programs need. Most names come
// from the functions themselves, so that each of them exists.
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
		"github.com/lambdaperm/lambdaperm/permission.getPolicy":         true, // for recovery; shows that the next name has the right form
		"github.com/lambdaperm/lambdaperm/permission.putResourcePolicy": false,
		symbolOf(permission.EditResourcePolicy):                         false,
		symbolOf(ensure.Grant):                                          false,
		symbolOf(policy.Parse):                                          true,
		symbolOf(policy.Document.Evaluate):                              false,
		symbolOf(v4.Signer.SignHTTP):                                    false,
		symbolOf(json.Unmarshal):                                        false,
		symbolOf(httputil.DumpRequestOut):                               false,
		symbolOf(smithyhttp.ClientHandler.Handle):                       false,
		// Rule sets are data. The first name shows that the second has the right form.
		"github.com/lambdaperm/lambdaperm/validate.Current":  true,
		"github.com/lambdaperm/lambdaperm/validate.Original": false,
	} {
		if got := strings.Contains(string(symbols), " "+symbol+"\n"); got != want {
			t.Errorf("%s is linked: %t, want %t", symbol, got, want)
		}
	}
}
