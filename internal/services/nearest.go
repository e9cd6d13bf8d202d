package services

import (
	"slices"
	"strings"
)

// Nearest returns the word of a list that is nearest to a misspelt word. At most two
// letters may be missing, added, wrong or exchanged; the case of letters is ignored. If
// several words are equally near, it returns the first. The second result is false if
// no word is near enough, or if a third of the word or more would have to change. The
// time is proportional to the product of the lengths.
func Nearest(word string, list []string) (string, bool) {
	const most = 2
	best, distance := "", most+1
	lower := strings.ToLower(word)
	for _, known := range list {
		if abs(len(known)-len(word)) > most {
			continue
		}
		if d := editDistance(lower, strings.ToLower(known)); d < distance {
			best, distance = known, d
		}
	}
	return best, distance <= most && 3*distance < len(word)
}

func abs(n int) int { return max(n, -n) }

// editDistance counts the letters to insert, delete, replace, or exchange with their
// neighbour to turn a into b.
func editDistance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// domain is the common beginning of the domains of all service principals.
const domain = ".amazon"

// NearestPrincipal returns the service principal of the table that is nearest to a
// misspelt one. A name that differs only in its domain is nearer than any other.
func NearestPrincipal(principal string) (string, bool) {
	const longest = 100 // no name is that long
	if len(principal) > longest {
		return "", false
	}
	name, _, _ := strings.Cut(principal, domain)
	i := slices.IndexFunc(table, func(s Service) bool { return strings.HasPrefix(s.Principal, name+domain) })
	if i >= 0 && table[i].Principal != principal {
		return table[i].Principal, true
	}
	names := make([]string, len(table))
	for i, s := range table {
		names[i] = s.Principal
	}
	return Nearest(principal, names)
}
