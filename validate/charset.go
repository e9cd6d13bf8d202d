package validate

// isAll reports whether s is not empty and each of its bytes is in the class.
// Every class here is ASCII, so a byte of a longer rune is in none.
func isAll(s string, class func(byte) bool) bool {
	for i := range len(s) {
		if !class(s[i]) {
			return false
		}
	}
	return s != ""
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isAlpha(c byte) bool { return isLower(c) || 'A' <= c && c <= 'Z' }
func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }

// isWord is [a-zA-Z0-9-_].
func isWord(c byte) bool { return isAlnum(c) || c == '-' || c == '_' }

// isAccountID is \d{12}.
func isAccountID(s string) bool { return len(s) == 12 && isAll(s, isDigit) }
