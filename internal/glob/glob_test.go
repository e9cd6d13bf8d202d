package glob

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/growth"
)

// expression returns the regular expression that is equivalent to a pattern. It is the
// oracle of the tests.
func expression(pattern string) *regexp.Regexp {
	quoted := regexp.QuoteMeta(pattern)
	return regexp.MustCompile(`(?s)^(?:` + strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted) + `)$`)
}

// words returns all texts over an alphabet up to a length.
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

// matches returns for each pattern which of the texts it matches.
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

// Match agrees with the regular expression; a * or ? in the text is an ordinary
// character.
func TestMatch(t *testing.T) {
	texts := words("aé*?", 4)
	for _, p := range words("aé*?", 4) {
		re := expression(p)
		for _, text := range texts {
			if got, want := Match(p, text), re.MatchString(text); got != want {
				t.Errorf("Match(%q, %q) = %t, want %t", p, text, got, want)
			}
		}
	}
}

// The long texts have few different characters, so that pieces nearly match at many
// places. Pieces of more than 64 bytes are found by search.
func TestMatchLong(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	matched := 0
	for range 3000 {
		text := randomText(r, "aab世é", 200+r.IntN(200))
		p := patternOf(r, text)
		if r.IntN(2) == 0 {
			p = changed(r, p)
		}
		want := expression(p).MatchString(text)
		if want {
			matched++
		}
		if got := Match(p, text); got != want {
			t.Fatalf("Match(%q, %q) = %t, want %t", p, text, got, want)
		}
	}
	if matched < 1000 || matched > 2900 {
		t.Errorf("%d of 3000 patterns match, want 1000 to 2900, so that both answers are tested", matched)
	}
}

func randomText(r *rand.Rand, alphabet string, length int) string {
	runes := []rune(alphabet)
	text := make([]rune, length)
	for i := range text {
		text[i] = runes[r.IntN(len(runes))]
	}
	return string(text)
}

// patternOf returns a pattern that matches text: ? replaces some of the characters, and
// * some runs of them.
func patternOf(r *rand.Rand, text string) string {
	var p []rune
	skip := 0
	for _, c := range text {
		switch n := r.IntN(100); {
		case skip > 0:
			skip--
		case n == 0:
			p = append(p, '*')
			skip = r.IntN(20)
		case n < 10:
			p = append(p, '?')
		default:
			p = append(p, c)
		}
	}
	return string(p)
}

// changed returns the pattern with one character replaced or left out.
func changed(r *rand.Rand, pattern string) string {
	p := []rune(pattern)
	i := r.IntN(len(p))
	if r.IntN(2) == 0 {
		p[i] = 'b'
		return string(p)
	}
	return string(slices.Delete(p, i, i+1))
}

// Each invalid byte of a text is one character, for short pieces and for long ones.
func TestMatchInvalidUTF8(t *testing.T) {
	long := strings.Repeat("a", 100)
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{"a?b", "a\xffb", true},
		{"a?b", "a\x80\x80b", false},
		{"a??b", "a\x80\x80b", true},
		{"*" + long + "?b*", long + "\x80b", true},
		{"*" + long + "?b*", long + "\x80\x80b", false},
		{"*" + long + "??b*", long + "\x80\x80b", true},
	} {
		if got := Match(test.pattern, test.text); got != test.want {
			t.Errorf("Match(%q, %q) = %t, want %t", test.pattern, test.text, got, test.want)
		}
	}
}

// If Includes returns true, every text that matches the second pattern matches the
// first. If the second has no wildcards, the answer is exact.
func TestIncludes(t *testing.T) {
	patterns, texts := words("aé*?", 3), words("aéx*", 5)
	table := matches(patterns, texts)
	for _, p := range patterns {
		if !Includes(p, p) {
			t.Errorf("%q does not include itself", p)
		}
		re := expression(p)
		for _, q := range patterns {
			got := Includes(p, q)
			if want := re.MatchString(q); !HasWildcard(q) && got != want {
				t.Errorf("Includes(%q, %q) = %t, want %t", p, q, got, want)
			}
			if got && !implied(table[q], table[p]) {
				t.Errorf("Includes(%q, %q) = true, but a text matches only the other", p, q)
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

// Includes agrees with slowIncludes on long pieces.
func TestIncludesLong(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	included := 0
	for range 2000 {
		other := randomText(r, "aaab?*é", 150+r.IntN(100))
		p := patternOf(r, other)
		if r.IntN(3) == 0 {
			p = changed(r, p)
		}
		want := slowIncludes([]rune(p), []rune(other))
		if want {
			included++
		}
		if got := Includes(p, other); got != want {
			t.Fatalf("Includes(%q, %q) = %t, want %t", p, other, got, want)
		}
	}
	if included < 100 || included > 1900 {
		t.Errorf("%d of 2000 patterns are included, want 100 to 1900, so that both answers are tested", included)
	}
}

// slowIncludes records, after each character of the pattern, the prefixes of other that
// the pattern up to there includes.
func slowIncludes(p, other []rune) bool {
	reached := make([]bool, len(other)+1)
	reached[0] = true
	for _, c := range p {
		next := make([]bool, len(other)+1)
		for j := range reached {
			switch {
			case c == '*':
				next[j] = reached[j] || j > 0 && next[j-1]
			case j > 0 && reached[j-1]:
				next[j] = c == other[j-1] || c == '?' && other[j-1] != '*'
			}
		}
		reached = next
	}
	return reached[len(other)]
}

// Two patterns of up to three characters overlap exactly if both match some text of up
// to six characters: such a text need not be longer than both together.
func TestOverlaps(t *testing.T) {
	patterns, texts := words("aé*?", 3), words("aéx", 6)
	table := matches(patterns, texts)
	for _, p := range patterns {
		for _, q := range patterns {
			want := false
			for i := range texts {
				want = want || table[p][i] && table[q][i]
			}
			if got := Overlaps(p, q); got != want {
				t.Errorf("Overlaps(%q, %q) = %t, want %t", p, q, got, want)
			}
		}
	}
}

func TestLiteralPrefix(t *testing.T) {
	for pattern, want := range map[string]string{"": "", "a": "a", "a*b": "a", "ab?": "ab", "*": "", "?a": ""} {
		if got := LiteralPrefix(pattern); got != want {
			t.Errorf("LiteralPrefix(%q) = %q, want %q", pattern, got, want)
		}
		if got, want := HasWildcard(pattern), pattern != want; got != want {
			t.Errorf("HasWildcard(%q) = %t, want %t", pattern, got, want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b?", "axb\xff")
	f.Add("*"+strings.Repeat("a?", 40)+"*", strings.Repeat("aé", 50))
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(pattern) > 1000 || strings.ToValidUTF8(pattern, "") != pattern || strings.ToValidUTF8(text, "") != text {
			t.Skip()
		}
		if got, want := Match(pattern, text), expression(pattern).MatchString(text); got != want {
			t.Errorf("Match(%q, %q) = %t, want %t", pattern, text, got, want)
		}
	})
}

// hostile holds patterns with texts of n bytes for which going back to the last *
// at each mismatch takes time that grows with the square.
var hostile = map[string]func(n int) (pattern, text string){
	"star": func(n int) (string, string) {
		return "*" + strings.Repeat("a", n/2) + "b*", strings.Repeat("a", n)
	},
	"stars": func(n int) (string, string) {
		return strings.Repeat("*a", n/2) + "*b", strings.Repeat("a", n)
	},
	"questions": func(n int) (string, string) {
		return strings.Repeat("*?", n/2) + "*b*", strings.Repeat("a", n)
	},
}

func TestTimeIsLinear(t *testing.T) {
	for name, of := range hostile {
		work := func(n int) func() {
			pattern, text := of(n)
			return func() {
				Includes(pattern, text)
				Match(pattern, text)
			}
		}
		const n = 32 << 10
		growth.Linear(t, name, work(n), work(growth.Factor*n))
	}
}

func BenchmarkIncludes(b *testing.B) {
	hostile["long piece with ?"] = func(n int) (string, string) {
		return "*" + strings.Repeat("a", n/2) + "?b*", strings.Repeat("a", n)
	}
	for name, of := range hostile {
		for _, n := range []int{4 << 10, 32 << 10, 256 << 10} {
			pattern, text := of(n)
			b.Run(name+"/"+sizeName(n), func(b *testing.B) {
				for b.Loop() {
					Includes(pattern, text)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/byte")
			})
		}
	}
}

func sizeName(n int) string {
	return map[int]string{4 << 10: "4KB", 32 << 10: "32KB", 256 << 10: "256KB"}[n]
}
