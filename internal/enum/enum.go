// Package enum implements String, MarshalText and UnmarshalText for types whose
// constants count from 0. All functions are safe for concurrent use.
package enum

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
)

// Texts are the texts of the constants of type T.
type Texts[T ~int] struct {
	Package string   // of the type, for errors
	Type    string   // its name, for errors and for values that are not constants
	List    []string // the text of each constant, by its value
}

// Has reports whether v is one of the constants.
func (t *Texts[T]) Has(v T) bool { return 0 <= v && int(v) < len(t.List) }

// String returns the text of a constant. For another value it returns the type and the
// number, such as "Severity(7)".
func (t *Texts[T]) String(v T) string {
	if !t.Has(v) {
		return t.Type + "(" + strconv.Itoa(int(v)) + ")"
	}
	return t.List[v]
}

// Marshal returns the text of a constant, and an error for another value.
func (t *Texts[T]) Marshal(v T) ([]byte, error) {
	if !t.Has(v) {
		return nil, fmt.Errorf("%s: %s is not one of the constants", t.Package, t.String(v))
	}
	return []byte(t.List[v]), nil
}

// Unmarshal sets v to the constant with exactly this text. If there is no such
// constant, it returns an error that lists the texts, and v keeps its value.
func (t *Texts[T]) Unmarshal(text []byte, v *T) error {
	i := slices.Index(t.List, string(text))
	if i < 0 {
		return fmt.Errorf("%s: unknown %s %s; want one of %s", t.Package, t.Type, abbrev.Quote(string(text)), strings.Join(t.List, ", "))
	}
	*v = T(i)
	return nil
}
