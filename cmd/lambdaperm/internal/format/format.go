// Package format recognises the format of a file by its content.
package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/template"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/terraform"
	"github.com/lambdaperm/lambdaperm/cmd/lambdaperm/internal/tree"
	"github.com/lambdaperm/lambdaperm/internal/requestfile"
)

// A Format is one kind of file that grants are read from.
type Format int

const (
	Unknown   Format = iota
	Requests         // AddPermission requests: an object, an array, or JSON Lines
	Template         // an AWS CloudFormation or AWS SAM template
	Terraform        // terraform show -json
	Policy           // a policy document
	Answer           // the answer of get-policy or get-resource-policy
)

// Sniff reports whether r begins like requests, which are read one at a time, and
// returns a reader of all of r. It reads at most to the end of the first value.
func Sniff(r io.Reader) (requests bool, all io.Reader, err error) {
	var seen bytes.Buffer
	first, err := firstByte(io.TeeReader(r, &seen))
	if err != nil {
		return false, nil, err
	}
	switch first {
	case 0, '[': // empty, or an array: requestfile reports the mistake
		requests = true
	case '{':
		requests = isRequest(io.MultiReader(strings.NewReader("{"), io.TeeReader(r, &seen)))
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9': // a number, which requestfile reports
		requests = true
	}
	return requests, io.MultiReader(&seen, r), nil
}

// firstByte skips white space and a byte order mark, and returns the next byte, or 0 at
// the end.
func firstByte(r io.Reader) (byte, error) {
	one := make([]byte, 1)
	for {
		n, err := r.Read(one)
		switch {
		case n == 1 && strings.IndexByte(" \t\r\n\xef\xbb\xbf", one[0]) < 0:
			return one[0], nil
		case err == io.EOF:
			return 0, nil
		case err != nil:
			return 0, err
		}
	}
}

// isRequest reports whether the first object lacks all members that tell the other
// formats. A text that is not JSON is a request, whose reader reports the mistake,
// unless it seems to have one of those members, as YAML in flow style may.
func isRequest(r io.Reader) bool {
	var seen bytes.Buffer
	limited := io.TeeReader(io.LimitReader(r, requestfile.MaxSize+1), &seen)
	var object map[string]json.RawMessage
	if err := json.NewDecoder(limited).Decode(&object); err != nil {
		_, _ = io.Copy(io.Discard, limited) // an error of r comes again when all is read
		return seen.Len() <= requestfile.MaxSize && !namesMember(seen.Bytes())
	}
	for _, name := range documentMembers {
		if _, ok := object[name]; ok {
			return false
		}
	}
	return true
}

// namesMember reports whether a text that is not JSON seems to have one of
// documentMembers.
func namesMember(text []byte) bool {
	for _, name := range documentMembers {
		if bytes.Contains(text, []byte(`"`+name+`"`)) || bytes.Contains(text, []byte(name+":")) {
			return true
		}
	}
	return false
}

// documentMembers are the members that tell the other formats from requests.
var documentMembers = []string{
	"Resources", "AWSTemplateFormatVersion", "Statement", "Policy",
	"resource_changes", "planned_values", "terraform_version", "format_version",
}

// Of returns the format of a document.
func Of(root *tree.Node) Format {
	policyText := root.Lookup("Policy")
	switch {
	case template.Is(root):
		return Template
	case terraform.Is(root):
		return Terraform
	case root.Lookup("Statement") != nil:
		return Policy
	case policyText != nil && policyText.Kind == tree.String:
		return Answer
	}
	return Unknown
}

// Unread describes a document of a format that is not read, with advice.
func Unread(root *tree.Node) string {
	switch {
	case root.Lookup("provider") != nil && root.Lookup("service") != nil:
		return "a configuration of the Serverless Framework: run serverless package, and check the template that it writes"
	case root.Lookup("name") != nil && root.Lookup("runtime") != nil && root.Lookup("Resources") == nil:
		return "a Pulumi program, which is not read"
	case root.Lookup("Resources") != nil:
		return "a document with Resources that have no types: no template"
	}
	return fmt.Sprintf("%s of a format that is not read: want requests, a CloudFormation or SAM template, terraform show -json, "+
		"a policy, or an answer of get-policy or get-resource-policy", root.Kind)
}

// UnreadText describes some texts that are neither JSON nor YAML, which it recognises
// by their beginning.
func UnreadText(text []byte) (string, bool) {
	head := string(text[:min(len(text), 4096)])
	switch {
	case strings.HasPrefix(head, "PK\x03\x04"):
		return "a saved Terraform plan, or another archive: give the output of terraform show -json", true
	case hasLine(head, `resource "`), hasLine(head, `module "`), hasLine(head, "terraform {"), hasLine(head, `variable "`), hasLine(head, `provider "`):
		return "a Terraform configuration: give the output of terraform show -json of a plan", true
	}
	return "", false
}

// hasLine reports whether a line begins with a prefix.
func hasLine(text, prefix string) bool {
	return strings.HasPrefix(text, prefix) || strings.Contains(text, "\n"+prefix)
}
