package validate

import (
	"math"
	"slices"
	"unicode/utf8"
)

// fits reports whether the length is right.
func (r *row) fits(v string) bool { return !r.isShort(v) && !r.isLong(v) }

// plainLengths returns the lengths in bytes at which the shape's prefix and class
// alone decide: none, if the row has no shape.
func (r *row) plainLengths() (from, to int) {
	if r.shape.class == 0 {
		return 1, 0
	}
	from, to = r.surelyFits()
	prefix := len(r.shape.prefix)
	if r.shape.to > 0 {
		to = min(to, prefix+r.shape.to)
	}
	return max(from, prefix+r.shape.from), to
}

// surelyFits returns between which numbers of bytes a value that matches surely has
// as many code points as it may: each has one to four of them.
func (r *row) surelyFits() (from, to int) {
	switch {
	case r.shape.isASCII():
		from = r.min
	case r.min > 1: // what is there has one
		from = r.min * utf8.UTFMax
	}
	if r.max == 0 {
		return from, math.MaxInt
	}
	return from, r.max
}

func (r *row) isShort(v string) bool { return r.min > 0 && shorter(v, r.min) }

func (r *row) isLong(v string) bool { return r.max > 0 && longer(v, r.max) }

// matches reports whether the whole value matches the pattern, if there is one.
func (r *row) matches(v string) bool {
	if r.shape.class != 0 {
		return r.shape.matches(v)
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
