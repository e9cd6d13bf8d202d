package corpus

import (
	_ "embed"

	"github.com/lambdaperm/lambdaperm/validate"
)

// A Shape is a form of the grants in public repositories and packages. FunctionName,
// StatementId and account ids do not matter and are the same in all shapes.
type Shape struct {
	// Request is a grant of the form.
	Request validate.Request `json:"request"`
	// From is the kind of file in which the grants are: "cfn", "tf", "cli".
	From string `json:"from"`
	// N counts the grants of the form.
	N int `json:"n"`
	// Deployable is false if the service refuses such a request.
	Deployable bool `json:"deployable"`
	// Note is a remark on the shape, or "".
	Note string `json:"note"`
}

//go:embed deployed.jsonl
var shapes []byte

// Shapes returns every shape, in the order of the file, as fresh values. It panics if
// the embedded file is malformed, which a test rules out.
func Shapes() []Shape { return mustDecode[Shape]("deployed.jsonl", shapes) }
