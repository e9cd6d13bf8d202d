package jsontext_test

import (
	"testing"

	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// FuzzCompact holds everything that takes a whole text against encoding/json.
func FuzzCompact(f *testing.F) {
	for _, test := range texts {
		text, _ := unmarked(test.text)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checkCompact(t, "fuzzing", text)
		if compact, err := jsontext.Compact(text); err == nil {
			if again, err := jsontext.Compact(compact); again != compact || err != nil {
				t.Errorf("%q is compact, and then %q, %v", compact, again, err)
			}
		}
	})
}

func FuzzObject(f *testing.F) {
	for _, test := range texts {
		text, _ := unmarked(test.text)
		f.Add(`{"a":` + text + `}`)
	}
	f.Fuzz(func(t *testing.T, text string) { checkObject(t, text) })
}

func FuzzUnquote(f *testing.F) {
	for _, quoted := range stringSeeds {
		f.Add(quoted[1 : len(quoted)-1])
	}
	f.Fuzz(func(t *testing.T, inner string) { checkUnquote(t, `"`+inner+`"`) })
}
