package corpus

import (
	_ "embed"

	"github.com/lambdaperm/lambdaperm/validate"
)

// A Shape is a form that grants have in public repositories and packages. Details
// that do not matter are equal in all of them: FunctionName, StatementId and
// account ids.
type Shape struct {
	// Request is a grant of the form.
	Request validate.Request `json:"request"`
	// From is the kind of file it stood in: "cfn", "tf", "cli".
	From string `json:"from"`
	// N counts the grants of the form.
	N int `json:"n"`
	// Deployable is false if the service refuses such a request.
	Deployable bool `json:"deployable"`
	// Note has the special point of the shape; it may be "".
	Note string `json:"note"`
}

//go:embed deployed.jsonl
var shapes []byte

// Shapes is every shape, in the order of the file. Each call gives fresh values. It
// panics when the embedded file is malformed, which a test rules out.
func Shapes() []Shape { return mustDecode[Shape]("deployed.jsonl", shapes) }
