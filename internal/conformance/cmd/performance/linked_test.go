package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/lambdaperm/lambdaperm/permission" // the result of the test is that of this package as it stands
)

// A program that grants links what granting takes. Beside it are named what once
// came along and weighed on every program, and what others came for.
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
		"github.com/lambdaperm/lambdaperm/internal/sigv4.(*Signer).SignHTTP":     true,
		"github.com/aws/aws-sdk-go-v2/aws/signer/v4.(*httpSigner).Build":         false,
		"github.com/lambdaperm/lambdaperm/validate.matchCurrentSourceArn":        true,
		"github.com/lambdaperm/lambdaperm/validate.matchOriginalSourceArn":       false,
		"github.com/lambdaperm/lambdaperm/permission/policy.parseDocument":       true,
		"github.com/lambdaperm/lambdaperm/permission/policy.Document.Evaluate":   false,
		"github.com/lambdaperm/lambdaperm/permission.(*Client).AddPermission":    true,
		"github.com/lambdaperm/lambdaperm/permission.(*Client).RemovePermission": false,
		"github.com/lambdaperm/lambdaperm/permission.Ensure":                     false,
		"encoding/json.(*decodeState).value":                                     false,
	} {
		if got := strings.Contains(string(symbols), " "+symbol+"\n"); got != want {
			t.Errorf("%s is linked: %t, want %t", symbol, got, want)
		}
	}
}
