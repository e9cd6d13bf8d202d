package arn_test

import (
	"regexp"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
)

func TestQualifierKinds(t *testing.T) {
	type kinds struct{ latest, version, alias bool }
	tests := []struct {
		in   string
		want kinds
	}{
		// Only $LATEST is the unpublished version.
		{"$LATEST", kinds{latest: true}},
		{"$LATEST.PUBLISHED", kinds{}},
		{"$latest", kinds{}},
		{"LATEST", kinds{alias: true}},
		// A text of digits is a version, with leading zeros or without.
		{"1", kinds{version: true}},
		{"007", kinds{version: true}},
		// Anything else of letters, digits, '-' and '_' is an alias.
		{"PROD", kinds{alias: true}},
		{"1a", kinds{alias: true}},
		{"-1", kinds{alias: true}},
		{"_", kinds{alias: true}},
		// The pattern of Qualifier matches texts of no kind.
		{"a$b", kinds{}},
		{"$", kinds{}},
	}
	for _, test := range tests {
		q := mustQualifier(t, test.in)
		if got := (kinds{q.IsLatest(), q.IsVersion(), q.IsAlias()}); got != test.want {
			t.Errorf("%q: %+v, want %+v", q, got, test.want)
		}
	}
	// The zero Qualifier has no kind.
	var zero arn.Qualifier
	if got := (kinds{zero.IsLatest(), zero.IsVersion(), zero.IsAlias()}); got != (kinds{}) {
		t.Errorf("zero Qualifier: %+v, want %+v", got, kinds{})
	}
	if !zero.IsZero() {
		t.Error("zero Qualifier: IsZero = false, want true")
	}
	if got := zero.String(); got != "" {
		t.Errorf("zero Qualifier: String = %q, want %q", got, "")
	}
}

// The pattern of an alias's name is (?!^[0-9]+$)([a-zA-Z0-9-_]+). Go has no lookahead,
// so there are two expressions.
var (
	aliasRegexp   = regexp.MustCompile(`^(?:[a-zA-Z0-9-_]+)$`)
	versionRegexp = regexp.MustCompile(`^(?:[0-9]+)$`)
)

func FuzzParseQualifier(f *testing.F) {
	f.Add("-1")                 // digit and sign
	f.Add("0000")               // digits
	f.Add("$")                  // dollar
	f.Add("$LATEST")            // latest
	f.Add("f:PROD")             // name before
	f.Add("PROD\n")             // newline at end
	f.Add("\u0661")             // non ascii digit
	f.Add("$LATEST.PUBLISHED")  // published
	f.Add("a$LATEST.PUBLISHED") // published after text
	f.Add("$LATEST.PUBLISHED1") // published and more
	f.Add("$LATEST$LATEST")     // two latest
	for _, s := range []string{
		"", "1", "42", "007", "PROD", "my_alias-1", "$LATEST", "$LATEST.PUBLISHED", "$LATEST.PUBLISHED.", "x$LATEST.PUBLISHED",
		"$LATESTX", "$", "a$b", "a.b", "fn:PROD", "arn:aws:lambda:us-east-1:123456789012:function:f:1", "https://a", " PROD", "PROD\n", "\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := arn.ParseQualifier(s)
		if want := qualifierRegexp.MatchString(s); (err == nil) != want {
			t.Fatalf("ParseQualifier(%q): error %v, want success %v", s, err, want)
		}
		if err != nil {
			checkParseError(t, err, "ParseQualifier", s)
			return
		}
		if q.String() != s {
			t.Errorf("ParseQualifier(%q).String() = %q, want the same text", s, q)
		}
		if q.IsZero() {
			t.Errorf("ParseQualifier(%q): IsZero = true, want false", s)
		}
		if got, want := q.IsVersion(), versionRegexp.MatchString(s); got != want {
			t.Errorf("%q: IsVersion = %v, want %v", s, got, want)
		}
		if got, want := q.IsAlias(), aliasRegexp.MatchString(s) && !versionRegexp.MatchString(s); got != want {
			t.Errorf("%q: IsAlias = %v, want %v", s, got, want)
		}
		if got, want := q.IsLatest(), s == "$LATEST"; got != want {
			t.Errorf("%q: IsLatest = %v, want %v", s, got, want)
		}
		checkText(t, q, arn.Qualifier.MarshalText, (*arn.Qualifier).UnmarshalText)
		checkWithQualifier(t, q)
	})
}

// checkWithQualifier checks, for names of every form, that WithQualifier accepts q if
// and only if a name followed by q can be parsed.
func checkWithQualifier(t *testing.T, q arn.Qualifier) {
	t.Helper()
	for _, name := range []string{"f", "function:function", "function:us-east-1", "function:123456789012", "123456789012:f"} {
		f := arn.MustParseFunction(name)
		got := f.WithQualifier(q)
		want, err := arn.ParseFunction("arn:aws:lambda:us-east-1:123456789012:function:f:" + q.String())
		if got.IsValid() != (err == nil) {
			t.Errorf("%q.WithQualifier(%q) = %q, but ParseFunction of a name with it = %q, %v", f, q, got, want, err)
		}
		if err != nil {
			continue
		}
		if again, err := arn.ParseFunction(got.String()); again != got || err != nil {
			t.Errorf("%q.WithQualifier(%q) = %q, parsed again %q, %v; want the same, nil", f, q, got, again, err)
		}
		if got.Qualifier() != q {
			t.Errorf("%q.WithQualifier(%q).Qualifier() = %q, want %q", f, q, got.Qualifier(), q)
		}
		if got.Unqualified() != f {
			t.Errorf("%q.WithQualifier(%q).Unqualified() = %q, want %q", f, q, got.Unqualified(), f)
		}
	}
}
