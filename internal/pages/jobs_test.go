package pages_test

import (
	"regexp"
	"strings"
	"testing"
)

// jobs are the common jobs of users, with the function that does each and the number of
// lines that it may have. Comments, checks of errors, and lines of closing brackets do
// not count. Each function is part of an example that runs.
var jobs = []struct {
	job, file, function string
	lines               int
}{
	{"let an event source invoke a function", "permission/grant/example_source_test.go", "allowBucket", 3},
	{"keep the buckets of an owner right, dry run included", "permission/ensure/example_list_test.go", "keepBuckets", 10},
	{"keep the buckets of an owner right, in the README", "internal/pages/readme_example_test.go", "keepBuckets", 10},
	{"copy the grants of an alias to a version", "permission/ensure/example_copy_test.go", "copyGrants", 5},
	{"violations as JSON from an HTTP handler", "validate/example_handler_test.go", "checkGrant", 10},
	{"read a policy, which may not exist", "permission/example_read_test.go", "printPolicy", 3},
	{"a test with a seeded policy", "internal/pages/docs_example_test.go", "TestAllowTopicKeepsWhatIsThere", 10},
	{"the SDK's client with package ensure", "permission/sdkapi/example_ensure_test.go", "keepTopic", 5},
}

func TestJobsTakeFewLines(t *testing.T) {
	atRoot(t)
	if !isCheckout() {
		t.Skip("the modules below the root are absent, and one of the jobs is in them")
	}
	for _, tt := range jobs {
		if got := len(telling(bodyOf(t, tt.file, tt.function))); got > tt.lines {
			t.Errorf("%s: %s in %s has %d lines, want %d at most", tt.job, tt.function, tt.file, got, tt.lines)
		}
	}
}

// bodyOf returns the text between the braces of a function.
func bodyOf(t *testing.T, file, function string) string {
	t.Helper()
	_, after, ok := strings.Cut(readFile(t, file), "\nfunc "+function+"(")
	if !ok {
		t.Fatalf("%s has no function %s", file, function)
	}
	_, body, _ := strings.Cut(after, "\n")
	body, _, _ = strings.Cut(body, "\n}\n")
	return body
}

// checkOfError matches an if statement whose only effect is to end the function or the
// test if there is an error.
var checkOfError = regexp.MustCompile(`(?m)^\t*if err != nil \{\n\t*(return\b|t\.Fatal\().*\n\t*\}$`)

// telling returns the lines of a body that count.
func telling(body string) (lines []string) {
	for line := range strings.SplitSeq(checkOfError.ReplaceAllString(body, ""), "\n") {
		line = strings.TrimSpace(line)
		if strings.Trim(line, ")}]") != "" && !strings.HasPrefix(line, "//") {
			lines = append(lines, line)
		}
	}
	return lines
}

// Checks of errors, comments and closing brackets do not count; everything else does.
func TestTelling(t *testing.T) {
	body := "\ta()\n\t// Why.\n\tif err != nil {\n\t\treturn err // a Deny\n\t}\n\tif err := b(); err != nil {\n\t\treturn err\n\t}\n\tif c {\n\t\td()\n\t}"
	want := "a()|if err := b(); err != nil {|return err|if c {|d()"
	if got := strings.Join(telling(body), "|"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
