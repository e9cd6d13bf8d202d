package lint

import (
	"fmt"
	"strings"
)

// Error is what the function returned by [Check] refuses a grant with: every
// finding from the chosen severity up, never none.
type Error struct {
	Findings []Finding
}

// Error is one line for one finding. For several it is a line with their number,
// then an indented line for each. It holds no EventSourceToken.
func (e *Error) Error() string {
	if len(e.Findings) == 1 {
		return "questionable grant: " + e.Findings[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "questionable grant: %d findings", len(e.Findings))
	for _, f := range e.Findings {
		b.WriteString("\n  ")
		f.write(&b)
	}
	return b.String()
}
