package check

import (
	"io"
	"os"
	"runtime"

	"github.com/lambdaperm/lambdaperm/permission/lint"
)

// Attributes of text that every terminal knows ("Select Graphic Rendition").
const bold = "1"

var colours = [...]string{lint.SeverityInfo: "36", lint.SeverityWarning: "33", lint.SeverityError: "31"}

func (o *output) paint(colour, s string) string {
	if !o.colour {
		return s
	}
	return "\x1b[" + colour + "m" + s + "\x1b[0m"
}

// wantsColour reports whether w is a terminal that shows colours and the user did not
// set NO_COLOR to a text (no-color.org).
func wantsColour(env func(string) string, w io.Writer) bool {
	if env("NO_COLOR") != "" || env("TERM") == "dumb" {
		return false
	}
	if runtime.GOOS == "windows" && env("WT_SESSION") == "" {
		return false // older consoles show the escape sequences as text
	}
	file, ok := w.(*os.File)
	return ok && isTerminal(file)
}

// isTerminal reports whether a file is a character device, such as a terminal. The null
// device is one too, where colours do no harm.
func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
