package grants

import (
	"strings"
	"testing"
)

// A list has all names, or the first twenty.
func TestListed(t *testing.T) {
	for _, tt := range []struct {
		n    int
		want string
	}{
		{1, "(1): a"},
		{20, "(20): a" + strings.Repeat(", a", 19)},
		{21, "(21): a" + strings.Repeat(", a", 19) + ", ..."},
	} {
		if got := Listed(strings.Split(strings.Repeat("a", tt.n), "")); got != tt.want {
			t.Errorf("%d names: got %s, want %s", tt.n, got, tt.want)
		}
	}
}

// The condition of a grant is told before the outcome of other conditions.
func TestWhen(t *testing.T) {
	for _, tt := range []struct{ condition, outcome, want string }{
		{"", "", ""},
		{"A", "", "A is true"},
		{"", "B is false", "B is false"},
		{"A", "B is false", "A is true and B is false"},
	} {
		if got := When(tt.condition, tt.outcome); got != tt.want {
			t.Errorf("When(%q, %q) = %q, want %q", tt.condition, tt.outcome, got, tt.want)
		}
	}
}
