package glob

import "unicode/utf8"

// search is cutThrough for a long piece with a ? in it. It keeps one bit for each byte
// of the piece, which is set if the text read so far ends with the piece up to that
// byte. Each byte of the text advances all bits at once (the Shift-And algorithm;
// Baeza-Yates and Gonnet, "A new approach to text searching", 1992).
//
// A ? takes the first byte of a character, and its bit stays set through the
// others.
func search(text, piece string, literal bool) (rest string, ok bool) {
	if !utf8.ValidString(text) {
		text = string([]rune(text)) // one replacement character for each invalid byte
	}
	t := newSearcher(piece)
	for i := 0; i < len(text); i++ {
		isWhole := i+1 == len(text) || utf8.RuneStart(text[i+1])
		if t.advance(text[i], literal) && isWhole {
			return text[i+1:], true
		}
	}
	return "", false
}

// A searcher holds bits by the bytes of a piece, 64 in a word.
type searcher struct {
	state  []uint64
	any    []uint64      // the bits of ?
	equal  [256][]uint64 // the bits of each byte that the piece has, nil for others
	zeroes []uint64
	last   uint64 // the bit of the last byte, in the last word
}

func newSearcher(piece string) *searcher {
	words := (len(piece) + 63) / 64
	t := &searcher{state: make([]uint64, words), any: make([]uint64, words), zeroes: make([]uint64, words)}
	for i := 0; i < len(piece); i++ {
		bits := t.any
		if c := piece[i]; c != '?' {
			if t.equal[c] == nil {
				t.equal[c] = make([]uint64, words)
			}
			bits = t.equal[c]
		}
		bits[i/64] |= 1 << (i % 64)
	}
	t.last = 1 << ((len(piece) - 1) % 64)
	return t
}

// advance reads a byte of the text and reports whether the text ends with the
// piece.
func (t *searcher) advance(c byte, literal bool) bool {
	equal := t.equal[c]
	if equal == nil {
		equal = t.zeroes
	}
	begins, stays := t.any, t.zeroes // the bits of ? that c sets as the first byte of a character, or keeps as another one
	carry := uint64(1)
	switch {
	case !utf8.RuneStart(c):
		begins, stays, carry = t.zeroes, t.any, 0
	case c == '*' && !literal:
		begins = t.zeroes
	}
	for i, old := range t.state {
		t.state[i] = (old<<1|carry)&(equal[i]|begins[i]) | old&stays[i]
		carry = old >> 63
	}
	return t.state[len(t.state)-1]&t.last != 0
}
