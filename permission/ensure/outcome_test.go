package ensure_test

import (
	"encoding"
	"slices"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/ensure"
)

// Every constant has a text of its own, which stands for it in JSON and the like.
func TestTexts(t *testing.T) {
	checkTexts(t, "Outcome", []string{"Unchanged", "Added", "Replaced"}, ensure.OutcomeUnchanged, ensure.OutcomeAdded, ensure.OutcomeReplaced)
	checkTexts(t, "Absence", []string{"Removed", "NoStatement", "NoPolicy", "NoFunction"},
		ensure.AbsenceRemoved, ensure.AbsenceNoStatement, ensure.AbsenceNoPolicy, ensure.AbsenceNoFunction)
	checkTexts(t, "Left", []string{"Old", "OldAndTemporary", "Temporary", "NewAndTemporary", "Nothing"},
		ensure.LeftOld, ensure.LeftOldAndTemporary, ensure.LeftTemporary, ensure.LeftNewAndTemporary, ensure.LeftNothing)
}

type constant interface {
	comparable
	String() string
	encoding.TextMarshaler
}

func checkTexts[T constant, P interface {
	*T
	encoding.TextUnmarshaler
}](t *testing.T, typ string, want []string, constants ...T) {
	t.Helper()
	var got []string
	for _, c := range constants {
		text, err := c.MarshalText()
		if err != nil {
			t.Errorf("%s %v: %v", typ, c, err)
		}
		if c.String() != string(text) {
			t.Errorf("%s: String() = %q, text %q", typ, c, text)
		}
		var back T
		if err := P(&back).UnmarshalText(text); err != nil || back != c {
			t.Errorf("%s: the text %q is read as %v, %v", typ, text, back, err)
		}
		got = append(got, string(text))
	}
	if !slices.Equal(got, want) {
		t.Errorf("texts of %s = %q, want %q", typ, got, want)
	}
	last := constants[len(constants)-1]
	before := last
	if err := P(&last).UnmarshalText([]byte("else")); err == nil || last != before {
		t.Errorf("%s: an unknown text is read as %v, %v", typ, last, err)
	}
}

// A value that is no constant has no text; String shows its number.
func TestTextsOfNoConstant(t *testing.T) {
	for value, want := range map[constantValue]string{ensure.Outcome(3): "Outcome(3)", ensure.Absence(-1): "Absence(-1)", ensure.Left(5): "Left(5)"} {
		if value.String() != want {
			t.Errorf("String() = %q, want %q", value, want)
		}
		if text, err := value.MarshalText(); err == nil {
			t.Errorf("%s has the text %q", want, text)
		}
	}
}

type constantValue interface {
	String() string
	encoding.TextMarshaler
}
