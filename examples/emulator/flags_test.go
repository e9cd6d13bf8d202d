package main

import (
	"bytes"
	"strings"
	"testing"
)

// A flag that is wrong is one clear line, without secrets, and exit 2.
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
		got := run(t.Context(), tt.args, &stdout, &stderr)
		line := stderr.String()
		if got != 2 || stdout.Len() > 0 || strings.Count(line, "\n") != 1 || !strings.HasPrefix(line, "emulator: ") ||
			!strings.Contains(line, tt.want) || strings.Contains(line, "s3cr3t") {
			t.Errorf("%q: exit %d, %q, %q; want 2 and a line with %q", tt.args, got, stdout.String(), line, tt.want)
		}
	}
}

// Whatever -alias is given, it is refused or read so that it can be written the
// same way.
func FuzzParseAlias(f *testing.F) {
	for _, value := range []string{"f:PROD=1", "f:PROD=$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:f:PROD=1", "=", ":=", "a:b=c=d", "é:ü=1"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		name, alias, version, err := parseAlias(value)
		if err != nil {
			return
		}
		if name+":"+alias+"="+version != value || name == "" || alias == "" || version == "" || strings.ContainsAny(alias, ":=") {
			t.Errorf("%q is read as %q, %q, %q", value, name, alias, version)
		}
	})
}
