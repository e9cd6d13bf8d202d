package check

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Colours are used on terminals unless NO_COLOR or TERM=dumb is set.
func TestWantsColour(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("consoles differ there")
	}
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a character device, like a terminal
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		env  map[string]string
		to   any
		want bool
	}{
		{nil, device, true},
		{map[string]string{"TERM": "xterm", "NO_COLOR": ""}, device, true},
		{map[string]string{"NO_COLOR": "1"}, device, false},
		{map[string]string{"TERM": "dumb"}, device, false},
		{nil, file, false},
	} {
		env := func(name string) string { return tt.env[name] }
		if got := wantsColour(env, tt.to.(*os.File)); got != tt.want {
			t.Errorf("%v, %T: %v", tt.env, tt.to, got)
		}
	}
	if wantsColour(func(string) string { return "" }, new(bytes.Buffer)) {
		t.Error("a buffer is taken for a terminal")
	}
}

// Colours add only escape sequences, so that lines stay aligned.
func TestColoursAreOnlyPaint(t *testing.T) {
	paint := func(colour bool) string {
		var b bytes.Buffer
		p := &checker{options: mustParse(t), report: newText(newOutput(&b, colour))}
		if err := p.requests("stdin", strings.NewReader(dotted+warning+info)); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	painted := paint(true)
	for _, colour := range colours {
		if !strings.Contains(painted, "\x1b["+colour+"m") {
			t.Errorf("no colour %s in %q", colour, painted)
		}
	}
	plain := strings.NewReplacer("\x1b[0m", "", "\x1b[1m", "", "\x1b[31m", "", "\x1b[33m", "", "\x1b[36m", "").Replace(painted)
	if want := paint(false); plain != want {
		t.Errorf("without escape sequences:\n%s\nwant\n%s", plain, want)
	}
}

func mustParse(t *testing.T, args ...string) options {
	t.Helper()
	o, err := parseFlags(args)
	if err != nil {
		t.Fatal(err)
	}
	return o
}
