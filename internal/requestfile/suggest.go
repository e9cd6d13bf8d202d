package requestfile

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// nearest returns the member that was probably meant by name, or "": the same
// letters in another case or style (function_name, --function-name), or one or
// two letters away.
func nearest(name string) string {
	if len(name) > 2*len("InvokedViaFunctionUrl") {
		return ""
	}
	best, at := "", maxDistance+1
	for _, member := range slices.Sorted(maps.Keys(members)) {
		if d := distance(letters(name), letters(member)); d < at {
			best, at = member, d
		}
	}
	return best
}

// maxDistance is how many letters may differ. No two members are that close.
const maxDistance = 2

// letters folds case and drops what styles put between words.
func letters(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// distance is the Levenshtein distance in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

// quote quotes a name, a long one shortened.
func quote(name string) string {
	const most = 40
	if r := []rune(name); len(r) > most {
		name = string(r[:most]) + "…"
	}
	return strconv.Quote(name)
}
