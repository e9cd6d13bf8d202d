package check

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

// A format is one kind of file that grants are read from.
type format int

const (
	formatUnknown   format = iota
	formatRequests         // AddPermission requests: an object, an array, or JSON Lines
	formatTemplate         // an AWS CloudFormation or AWS SAM template
	formatTerraform        // terraform show -json
	formatPolicy           // a policy document
	formatAnswer           // the answer of get-policy or get-resource-policy
)

// sniff tells whether r begins like requests, which are read one at a time, and
// returns a reader of all of r. It reads no further than the end of the first
// value.
func sniff(r io.Reader) (requests bool, all io.Reader, err error) {
	var seen bytes.Buffer
	first, err := firstByte(io.TeeReader(r, &seen))
	if err != nil {
		return false, nil, err
	}
	switch first {
	case 0, '[': // nothing, or an array: requestfile says what is wrong with it
		requests = true
	case '{':
		requests = isRequest(io.MultiReader(strings.NewReader("{"), io.TeeReader(r, &seen)))
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9': // of a value that is no object
		requests = true
	}
	return requests, io.MultiReader(&seen, r), nil
}

// firstByte returns the first byte that is neither white space nor part of a byte
// order mark, 0 if there is none.
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

// isRequest reports whether the first object has no member that a document of
// another format has. A text that is not JSON counts as a request unless it names
// one of those members: the reader of requests says then what is wrong with it.
func isRequest(r io.Reader) bool {
	var seen bytes.Buffer
	decoder := json.NewDecoder(io.TeeReader(io.LimitReader(r, requestfile.MaxSize+1), &seen))
	var object map[string]json.RawMessage
	if err := decoder.Decode(&object); err != nil {
		for _, name := range documentMembers {
			if bytes.Contains(seen.Bytes(), []byte(name)) {
				return false
			}
		}
		return seen.Len() <= requestfile.MaxSize
	}
	for _, name := range documentMembers {
		if _, ok := object[name]; ok {
			return false
		}
	}
	return true
}

// documentMembers are members of the other formats that no request has.
var documentMembers = []string{
	"Resources", "AWSTemplateFormatVersion", "Statement", "Policy",
	"resource_changes", "planned_values", "terraform_version", "format_version",
}

// formatOf tells the format of a document.
func formatOf(root *tree.Node) format {
	policyText := root.Lookup("Policy")
	switch {
	case template.Is(root):
		return formatTemplate
	case terraform.Is(root):
		return formatTerraform
	case root.Lookup("Statement") != nil:
		return formatPolicy
	case policyText != nil && policyText.Kind == tree.String:
		return formatAnswer
	}
	return formatUnknown
}

// unreadFormat names a format that is not read, with what to do instead.
func unreadFormat(root *tree.Node) string {
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

// unreadText names a text that is neither JSON nor YAML by what it begins with.
func unreadText(text []byte) (string, bool) {
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
