package validate

import "strings"

// isOriginalRegion is [a-z]{2}-[a-z]+-\d{1}.
func isOriginalRegion(s string) bool {
	return len(s) > 2 && isAll(s[:2], lower) && isRegionTail(s[2:])
}

// isCurrentRegion is (eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}.
func isCurrentRegion(s string) bool {
	s = strings.TrimPrefix(s, "eusc-")
	return len(s) > 2 && isAll(s[:2], lower) && isRegionTail(cutSegment(s[2:]))
}

// cutSegment drops "-gov", "-iso" or "-isoX" when two more segments follow; the
// word after the country may otherwise be any, so "us-gov-1" is a region too.
func cutSegment(s string) string {
	if strings.Count(s, "-") != 3 {
		return s
	}
	end := 1 + strings.IndexByte(s[1:], '-')
	switch segment := s[:end]; {
	case segment == "-gov", segment == "-iso":
		return s[end:]
	case len(segment) == len("-isoX") && segment[:4] == "-iso" && is(segment[4], lower):
		return s[end:]
	}
	return s
}

// isRegionTail is -[a-z]+-\d{1}.
func isRegionTail(s string) bool {
	n := len(s)
	return n > 3 && s[0] == '-' && isAll(s[1:n-2], lower) && s[n-2] == '-' && is(s[n-1], digit)
}
