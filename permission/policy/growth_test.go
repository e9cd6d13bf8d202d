package policy_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/growth"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// hostile has functions that return texts of about n bytes whose parsing may be
// expensive; some are policies, some are refused at the end.
var hostile = map[string]func(n int) string{
	"statements":         func(n int) string { return `{"Statement":[{}` + strings.Repeat(`,{}`, n/3) + `]}` },
	"values":             func(n int) string { return `{"Statement":{"Action":[""` + strings.Repeat(`,""`, n/3) + `]}}` },
	"escapes":            func(n int) string { return `{"Id":"` + strings.Repeat(`\n`, n/2) + `"}` },
	"surrogate pairs":    func(n int) string { return `{"Id":"` + strings.Repeat(`\ud83d\ude00`, n/12) + `"}` },
	"backslashes":        func(n int) string { return `{"Id":"` + strings.Repeat(`\\`, n/2) + `"}` },
	"space":              func(n int) string { return `{` + strings.Repeat(" ", n) + `}` },
	"unknown members":    func(n int) string { return `{` + manyMembers(n) + `}` },
	"members, duplicate": func(n int) string { return `{` + manyMembers(n) + `,"aaaaa":0}` },
	"condition keys":     func(n int) string { return `{"Statement":{"Condition":{"StringEquals":{` + manyMembers(n) + `}}}}` },
	"open brackets":      func(n int) string { return strings.Repeat(`[`, n) },
	"open objects":       func(n int) string { return strings.Repeat(`{"a":`, n/5) },
	"nested lists": func(n int) string {
		list := strings.Repeat("[", policy.MaxDepth-1) + strings.Repeat("]", policy.MaxDepth-1)
		return `{"a":[` + list[1:len(list)-1] + strings.Repeat(","+list[1:len(list)-1], n/len(list)) + `]}`
	},
	"invalid at the end": func(n int) string { return `{"Id":"` + strings.Repeat("é", n/2) + "\xff\"}" },
}

func manyMembers(n int) string {
	var b strings.Builder
	name := []byte("aaaaa")
	for b.Len() < n {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + string(name) + `":0`)
		for i := len(name) - 1; ; i-- {
			name[i]++
			if name[i] <= 'z' {
				break
			}
			name[i] = 'a'
		}
	}
	return b.String()
}

// Parsing takes memory in proportion to the length of the text. Lists and maps grow in
// steps, which are larger for short lists, so that a byte of the long text may take up
// to three times as much memory as a byte of the short text.
func TestParseMemoryIsLinear(t *testing.T) {
	const small, large = 7 << 10, 224 << 10
	for name, text := range hostile {
		bytesSmall, bytesLarge := bytesToParse(text(small)), bytesToParse(text(large))
		if bytesLarge > bytesSmall*large/small*3 {
			t.Errorf("%s: %d bytes for a text of %d, %d bytes for a text of %d, want at most three times as many for each byte", name, bytesSmall, small, bytesLarge, large)
		}
		if perByte := bytesLarge / large; perByte > 256 {
			t.Errorf("%s: %d bytes of memory for each byte of the text, want at most 256", name, perByte)
		}
	}
}

// Parsing takes time in proportion to the text.
func TestParseTimeIsLinear(t *testing.T) {
	for name, text := range hostile {
		work := func(n int) func() {
			s := text(n)
			return func() { _, _ = policy.Parse(s) }
		}
		const n = 8 << 10
		growth.Linear(t, name, work(n), work(growth.Factor*n))
	}
}

// An edit takes time in proportion to the text, with any whitespace between tokens.
func TestEditTimeIsLinear(t *testing.T) {
	added := mustStatement(t, `{"Sid":"b"}`)
	for name, unit := range map[string]string{"compact": `{"Sid":"a"},{},`, "spaced": ` { "Sid" : "a" }  ,    {    }  , `, "space": strings.Repeat(" ", 400) + `{"Sid":"a"},`} {
		work := func(n int) func() {
			d := mustDocument(t, `{"Statement":[`+strings.Repeat(unit, n/len(unit))+`{}]}`)
			return func() { _, _, _ = d.With(added), d.Without("a"), d.String() }
		}
		const n = 16 << 10
		growth.Linear(t, name, work(n), work(growth.Factor*n))
	}
}

// hostilePairs has functions that return two statements of about n bytes, which are
// expensive for Covers.
var hostilePairs = map[string]func(n int) (a, b string){
	"star": func(n int) (string, string) {
		return `"Action":"lambda:*` + strings.Repeat("a", n/2) + `b"`, `"Action":"lambda:` + strings.Repeat("a", n) + `"`
	},
	"stars": func(n int) (string, string) {
		return resource(strings.Repeat("*a", n/2) + "b"), resource(strings.Repeat("a", n))
	},
	"questions": func(n int) (string, string) {
		return resource("*" + strings.Repeat("*?", n/2) + "b"), resource(strings.Repeat("a", n))
	},
	"actions": func(n int) (string, string) {
		return `"Action":[` + list(n, "lambda:A%d") + `]`, `"Action":[` + list(n, "lambda:a%d") + `,"lambda:b"]`
	},
	"principals": func(n int) (string, string) {
		return `"Principal":{"AWS":[` + list(n, "arn:aws:iam::%012d:role/r") + `]}`, `"Principal":{"AWS":[` + list(n, "arn:aws:iam::%012d:role/r") + `,"x"]}`
	},
	"values": func(n int) (string, string) {
		return condition("StringEquals", "["+list(n, "%d")+`,"a"]`), condition("StringEquals", "["+list(n, "%d")+`,"b"]`)
	},
	"unequal values": func(n int) (string, string) {
		return condition("StringNotEquals", "["+list(n, "%d")+`,"a"]`), condition("StringNotEquals", "["+list(n, "%d")+`,"b"]`)
	},
}

func resource(name string) string {
	return `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:` + name + `"`
}

// list returns the members of a JSON list of strings that has about n bytes.
func list(n int, format string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"`+format+`"`, i)
	}
	return b.String()
}

// Covers takes time in proportion to the statements. They are parsed each time, because
// a statement keeps the form in which it is compared.
func TestCoversTimeIsLinear(t *testing.T) {
	for name, of := range hostilePairs {
		work := func(n int) func() {
			a, b := of(n)
			return func() { policy.Covers(grantWith(t, a), grantWith(t, b)) }
		}
		const n = 24 << 10
		growth.Linear(t, name, work(n), work(growth.Factor*n))
	}
}

// Covers compares at most a million pairs of entries with wildcards.
func TestCoversIsBounded(t *testing.T) {
	const n = 200 << 10
	a, b := grantWith(t, condition("StringLike", "["+list(n, "%06d*")+"]")), grantWith(t, condition("StringLike", "["+list(n, "%06d?")+"]"))
	shortest := time.Duration(math.MaxInt64)
	for range 3 { // a busy machine may delay some of the runs
		begin := time.Now()
		if policy.Covers(a, b) {
			t.Error("Covers = true for more pairs than it compares, want false")
		}
		if shortest = min(shortest, time.Since(begin)); shortest <= 10*time.Second {
			return
		}
	}
	t.Errorf("Covers took %v, want at most 10s", shortest)
}

// A million pairs, 1024 times 1024, are still compared.
func TestCoversComparesAMillionPairs(t *testing.T) {
	const n = 1024
	patterns := `"Action":[` + strings.TrimSuffix(strings.Repeat(`"lambda:%04d*",`, n), ",") + `]`
	var numbers []any
	for i := range n {
		numbers = append(numbers, i)
	}
	a := grantWith(t, fmt.Sprintf(patterns, numbers...))
	// Each entry of b is included by the last pattern only, after all others.
	entries := func(n int) policy.Statement {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprintf(`"lambda:%04d%04d"`, 1023, i)
		}
		return grantWith(t, `"Action":[`+strings.Join(list, ",")+`]`)
	}
	for count, want := range map[int]bool{n: true, n + 1: false} {
		if got := policy.Covers(a, entries(count)); got != want {
			t.Errorf("%d patterns and %d entries: Covers = %v, want %v", n, count, got, want)
		}
	}
}

// Statements keep the form in which they are compared, so that comparing them again
// does not allocate.
func TestCoversAgainAllocatesNothing(t *testing.T) {
	for name, members := range map[string]string{"Allow": source, "Deny": `"Effect":"Deny"`} {
		a, b := grantWith(t, members), grantWith(t, members)
		if n := testing.AllocsPerRun(10, func() { policy.Covers(a, b) }); n > 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}

func bytesToParse(text string) uint64 { return allocatedBy(func() { _, _ = policy.Parse(text) }) }

func allocatedBy(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// The number of allocations of functions that read a whole policy is at most
// proportional to the number of statements.
func TestAllocationsAreLinear(t *testing.T) {
	const n = 24
	small, large := full(t, n), full(t, 2*n)
	work := map[string]func(policy.Document){
		"Parse":      func(d policy.Document) { _, _ = policy.Parse(d.Raw()) },
		"Equivalent": func(d policy.Document) { d.Equivalent(reversed(d)) },
		"With":       func(d policy.Document) { policy.Document{}.With(d.Statements()...) },
	}
	for name, do := range work {
		one := testing.AllocsPerRun(5, func() { do(small) })
		two := testing.AllocsPerRun(5, func() { do(large) })
		if two > one*2+8 {
			t.Errorf("%s: %v allocations for %d statements, %v for %d, want at most twice as many and 8", name, one, n, two, 2*n)
		}
	}
}

// Building a statement and adding it to a policy take memory at most in proportion to
// its length.
func TestNewStatementMemoryIsLinear(t *testing.T) {
	function := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:Thumbnail")
	const small = 1 << 10
	for _, unit := range []string{"a", "1", "\"", "\n", "é", "<", "\u2028", "arn:", "*", "\x00"} {
		memory := func(n int) uint64 {
			value := strings.Repeat(unit, n/len(unit))
			return allocatedBy(func() {
				s, err := policy.NewStatement(validate.Request{
					StatementId: value, Action: value, Principal: value, SourceArn: value, EventSourceToken: value,
				}, function)
				if err != nil {
					t.Error(err)
				}
				_ = policy.Document{}.With(s).Size()
			})
		}
		base := memory(small)
		for _, times := range []uint64{10, 100} {
			// The buffer grows in steps, to at most twice the length of its contents.
			if got := memory(int(times) * small); got > 2*times*base {
				t.Errorf("%q: %d bytes for values of %d, %d bytes for values %d times longer, want at most in proportion", unit, base, small, got, times)
			}
		}
	}
}

func reversed(d policy.Document) policy.Document {
	var r policy.Document
	list := d.Statements()
	for i := range list {
		r = r.With(list[len(list)-1-i])
	}
	return r
}

// Size, Headroom and Raw do not allocate.
func TestSizeAllocatesNothing(t *testing.T) {
	d := full(t, 10)
	if n := testing.AllocsPerRun(10, func() { _, _, _ = d.Size(), d.Headroom(), d.Raw() }); n > 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
