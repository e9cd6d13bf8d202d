package serve

import (
	"bytes"
	"strings"
	"testing"
)

// A wrong flag gives one line on standard error, without secrets, and exit status 2.
func TestBadFlags(t *testing.T) {
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"-nope"}, "flag provided but not defined: -nope"},
		{[]string{"-function", "a b"}, "-function a b: "},
		{[]string{"-function", ""}, "-function : "},
		{[]string{"-function", "f", "-function", "f"}, "already exists"},
		{[]string{"-function", "222222222222:f"}, "is not a function of account 123456789012 in us-east-1"},
		{[]string{"-version", "f", "-function", "f"}, "-version f: function arn:aws:lambda:us-east-1:123456789012:function:f does not exist"},
		{[]string{"-function", "f", "-alias", "f:PROD=1"}, `-alias f:PROD=1: function f has no version "1" for alias PROD`},
		{[]string{"-alias", "f=1"}, "want NAME:ALIAS=VERSION such as helloworld:PROD=1"},
		{[]string{"-alias", "f:=1"}, "want NAME:ALIAS=VERSION"},
		{[]string{"-alias", ":PROD=1"}, "want NAME:ALIAS=VERSION"},
		{[]string{"-alias", "f:PROD="}, "want NAME:ALIAS=VERSION"},
		{[]string{"-region", "Mars"}, `-region "Mars": want a region such as us-east-1`},
		{[]string{"-region", ""}, `-region "": want a region`},
		{[]string{"-account", "1234"}, `-account "1234": want an account id of 12 digits`},
		{[]string{"-account", ""}, `-account "": want an account id`},
		{[]string{"-addr", "localhost"}, `-addr "localhost": want HOST:PORT`},
		{[]string{"-credentials", "s3cr3t"}, "-credentials: want KEY:SECRET"},
		{[]string{"-credentials", ":s3cr3t"}, "-credentials: want KEY:SECRET"},
		{[]string{"-credentials", ""}, "-credentials: want KEY:SECRET"},
		{[]string{"-credentials", "KEY:x", "s3cr3t"}, "an argument without a flag"},
	}
	for _, tt := range tests {
		var stdout, stderr bytes.Buffer
		if got := Run(t.Context(), tt.args, &stdout, &stderr); got != 2 {
			t.Errorf("%q: exit status %d, want 2", tt.args, got)
		}
		if stdout.Len() > 0 {
			t.Errorf("%q: %q on standard output, want nothing", tt.args, stdout.String())
		}
		line := stderr.String()
		if strings.Count(line, "\n") != 1 {
			t.Errorf("%q: %q on standard error, want one line", tt.args, line)
		}
		if !strings.HasPrefix(line, "lambdaperm serve: ") {
			t.Errorf("%q: %q, want the program's name at its beginning", tt.args, line)
		}
		if !strings.Contains(line, tt.want) {
			t.Errorf("%q: %q, want %q in it", tt.args, line, tt.want)
		}
		if strings.Contains(line, "s3cr3t") {
			t.Errorf("%q: %q repeats a secret", tt.args, line)
		}
	}
}

// Every value of -alias is refused, or parsed into parts that make up the value.
func FuzzParseAlias(f *testing.F) {
	for _, value := range []string{"f:PROD=1", "f:PROD=$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:f:PROD=1", "=", ":=", "a:b=c=d", "é:ü=1"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		name, alias, version, err := parseAlias(value)
		if err != nil {
			return
		}
		if again := name + ":" + alias + "=" + version; again != value {
			t.Errorf("parseAlias(%q) = %q, %q, %q, which make up %q", value, name, alias, version, again)
		}
		for _, part := range []string{name, alias, version} {
			if part == "" {
				t.Errorf("parseAlias(%q) = %q, %q, %q, want no empty part", value, name, alias, version)
			}
		}
		if strings.ContainsAny(alias, ":=") {
			t.Errorf("parseAlias(%q): alias %q, want no : or = in it", value, alias)
		}
	})
}
