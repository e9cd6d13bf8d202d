package sigv4_test

import (
	"fmt"

	"github.com/aws/smithy-go/logging"
)

// logged is a Logger that records its lines.
type logged []string

func (l *logged) Logf(_ logging.Classification, format string, v ...any) {
	*l = append(*l, fmt.Sprintf(format, v...))
}
