package validate

import (
	"slices"
	"unicode/utf8"
)

// What a row says of a value that is there.

func (r *row) accepts(v string) bool { return r.fits(v) && r.matches(v) && r.lists(v) }

// fits reports whether the length is right.
func (r *row) fits(v string) bool { return !r.isShort(v) && !r.isLong(v) }

func (r *row) isShort(v string) bool { return r.min > 1 && shorter(v, r.min) }

func (r *row) isLong(v string) bool { return r.max > 0 && longer(v, r.max) }

// matches reports whether the whole value matches the pattern, if there is one.
func (r *row) matches(v string) bool {
	if r.class != 0 {
		return isAll(v, r.class)
	}
	return r.match == nil || r.match(v)
}

// lists reports whether the value is one of the enum, if there is one.
func (r *row) lists(v string) bool { return r.enum == nil || slices.Contains(r.enum, v) }

// longer reports whether s has more than n code points. Bytes that are not
// UTF-8 count one each.
func longer(s string, n int) bool {
	// A code point has at least one byte.
	return len(s) > n && utf8.RuneCountInString(s) > n
}

// shorter reports whether s has fewer than n code points.
func shorter(s string, n int) bool {
	// A code point has at most utf8.UTFMax bytes.
	return len(s) < n*utf8.UTFMax && utf8.RuneCountInString(s) < n
}
