package arn

import (
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// indexUnprintable finds the first space, control character or invalid UTF-8
// in s, or -1: nothing that the API calls a name or an ARN has one.
func indexUnprintable(s string) int {
	for i, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || invalidAt(s[i:], r) {
			return i
		}
	}
	return -1
}

func invalidAt(s string, r rune) bool {
	if r != utf8.RuneError {
		return false
	}
	_, size := utf8.DecodeRuneInString(s)
	return size == 1
}

// character names the first character of s, valid UTF-8, in an error message.
func character(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	return "character " + strconv.QuoteRune(r)
}

// unprintableReason says what [indexUnprintable] found at s[i:].
func unprintableReason(s string, i int) string {
	r, _ := utf8.DecodeRuneInString(s[i:])
	switch {
	case invalidAt(s[i:], r):
		return fmt.Sprintf("byte 0x%02x is not valid UTF-8", s[i])
	case !unicode.IsSpace(r):
		return "control character " + strconv.QuoteRune(r) + " is not allowed"
	case i == 0:
		return "whitespace is not allowed: remove it from the start"
	case onlySpaces(s[i:]):
		return "whitespace is not allowed: remove it from the end"
	default:
		return "whitespace is not allowed"
	}
}

func onlySpaces(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}
