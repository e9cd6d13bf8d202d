package requestfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/lambdaperm/lambdaperm/internal/abbrev"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
	"github.com/lambdaperm/lambdaperm/validate"
)

// members maps the name of each member to whether it is a boolean; the others
// are strings. It follows validate.Request, which spells them as the API does.
var members = func() map[string]bool {
	m := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[validate.Request]()) {
		switch f.Type {
		case reflect.TypeFor[string]():
			m[f.Name] = false
		case reflect.TypeFor[*bool]():
			m[f.Name] = true
		}
	}
	return m
}()

// A walk goes through the members of a text that is known to be JSON.
type walk struct {
	text     []byte
	decoder  *json.Decoder
	cursor   *cursor
	places   map[string]position // of the first occurrence of each member
	problems []Problem
}

// checkMembers returns the place of each member, and a problem for every member that
// Unmarshal would drop, overwrite or convert.
func (p piece) checkMembers() (map[string]position, []Problem) {
	w := &walk{text: p.text, decoder: json.NewDecoder(bytes.NewReader(p.text)), cursor: p.cursor(), places: map[string]position{}}
	start := w.next()
	if p.text[start] != '{' {
		reason := "a request is one JSON object, this is " + typeOf(p.text[start])
		return nil, []Problem{p.problem(start, KindShape, reason)}
	}
	_, err := w.decoder.Token()
	for err == nil && w.decoder.More() {
		err = w.member()
	}
	if err != nil {
		w.problems = append(w.problems, p.problem(w.next(), KindSyntax, "not JSON: "+err.Error()))
	}
	return w.places, w.problems
}

// nextPosition returns the position of the next token.
func (w *walk) nextPosition() position { return w.cursor.at(w.next()) }

// next returns the offset of the next token.
func (w *walk) next() int {
	offset := int(w.decoder.InputOffset())
	for offset < len(w.text) && strings.IndexByte(" \t\r\n,:", w.text[offset]) >= 0 {
		offset++
	}
	return offset
}

// member checks one name and its value.
func (w *walk) member() error {
	at := w.nextPosition()
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	name, _ := token.(string)
	valueAt := w.nextPosition()
	var raw json.RawMessage
	if err := w.decoder.Decode(&raw); err != nil {
		return err
	}
	isBool, known := members[name]
	first, again := w.places[name]
	switch {
	case again:
		w.report(at, KindDuplicate, name, "", fmt.Sprintf("duplicate member %s: it is there already in line %d", abbrev.Quote(name), first.line))
		return nil
	case !known:
		w.unknown(at, name)
	default:
		w.checkValue(valueAt, name, isBool, raw)
	}
	w.places[name] = at
	return nil
}

func (w *walk) report(at position, kind Kind, name, suggestion, reason string) {
	w.problems = append(w.problems, Problem{
		Line: at.line, Column: at.column, Kind: kind, Member: name, Suggestion: suggestion, Reason: reason,
	})
}

func (w *walk) unknown(at position, name string) {
	suggestion := nearest(name)
	reason := "unknown member " + abbrev.Quote(name)
	if suggestion != "" {
		reason += ": did you mean " + abbrev.Quote(suggestion) + "?"
	}
	w.report(at, KindUnknown, name, suggestion, reason)
}

func (w *walk) checkValue(at position, name string, isBool bool, raw []byte) {
	is := typeOf(raw[0])
	switch {
	case raw[0] == 'n':
		w.report(at, KindType, name, "", name+" is null: leave the member out instead")
	case isBool && is != typeBool:
		w.report(at, KindType, name, "", name+" is "+is+": it should be true or false")
	case !isBool && is != typeString:
		w.report(at, KindType, name, "", name+" is "+is+": it should be a string")
	case !isBool && jsontext.LoneSurrogate(string(raw)) >= 0:
		w.report(at, KindEncoding, name, "", name+` has half of a surrogate pair, \uD800 to \uDFFF`)
	case !isBool && string(raw) == `""`:
		w.report(at, KindEmpty, name, "", name+" is empty: give it a value or leave the member out")
	}
}

const (
	typeString = "a string"
	typeBool   = "a boolean"
)

// typeOf names the type of a JSON value by its first byte.
func typeOf(first byte) string {
	switch first {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return typeString
	case 't', 'f':
		return typeBool
	case 'n':
		return "null"
	}
	return "a number"
}

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

// letters folds case and drops the characters that styles put between words.
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
