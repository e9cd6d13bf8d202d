package lint_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/lint"
)

// The oracle of a pattern is the regular expression that says the same.
func expression(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile(`(?s)^(?:` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted) + `)$`)
}

// words are all texts over an alphabet up to a length.
func words(alphabet string, length int) []string {
	list, last := []string{""}, []string{""}
	for range length {
		var next []string
		for _, w := range last {
			for _, r := range alphabet {
				next = append(next, w+string(r))
			}
		}
		list, last = append(list, next...), next
	}
	return list
}

// matches says for each pattern which of the texts it matches.
func matches(patterns, texts []string) map[string][]bool {
	table := make(map[string][]bool, len(patterns))
	for _, p := range patterns {
		re := expression(p)
		row := make([]bool, len(texts))
		for i, text := range texts {
			row[i] = re.MatchString(text)
		}
		table[p] = row
	}
	return table
}

// Patterns of up to three characters overlap if any text of up to six does: a
// text that both match need not be longer than both together.
func TestOverlaps(t *testing.T) {
	patterns, texts := words("aé*?", 3), words("aéx", 6)
	table := matches(patterns, texts)
	for _, p := range patterns {
		for _, q := range patterns {
			want := false
			for i := range texts {
				want = want || table[p][i] && table[q][i]
			}
			if got := lint.Overlaps(p, q); got != want {
				t.Errorf("Overlaps(%q, %q) = %t, want %t", p, q, got, want)
			}
		}
	}
}

// Whatever is said to be included matches all that the other matches; and what
// has no wildcards is included exactly if it matches.
func TestIncludes(t *testing.T) {
	patterns, texts := words("aé*?", 3), words("aéx*", 5)
	table := matches(patterns, texts)
	for _, p := range patterns {
		re := expression(p)
		for _, q := range patterns {
			got := lint.Includes(p, q)
			if !strings.ContainsAny(q, "*?") && got != re.MatchString(q) {
				t.Errorf("Includes(%q, %q) = %t", p, q, got)
			}
			if q == p && !got {
				t.Errorf("%q does not include itself", p)
			}
			if got && !implied(table[q], table[p]) {
				t.Errorf("Includes(%q, %q) is wrong", p, q)
			}
		}
	}
}

// implied reports whether b is true wherever a is.
func implied(a, b []bool) bool {
	for i := range a {
		if a[i] && !b[i] {
			return false
		}
	}
	return true
}
