package corpus

import (
	_ "embed"
	"encoding/json"
)

// An Evaluation is a policy, a request and whether the documentation lets the
// request through.
type Evaluation struct {
	// ID names the case: "E01".
	ID string `json:"id"`
	// Note is the point of the case, in words.
	Note string `json:"note"`
	// Policy is the document, or null if the function has no policy.
	Policy json.RawMessage `json:"policy"`
	// Request is the call.
	Request EvaluationRequest `json:"request"`
	// Expect is "allow" or "deny": the final decision, in which the caller's
	// identity policy has its part.
	Expect string `json:"expect"`
	// Source is the document that the answer follows from, by name.
	Source string `json:"source"`
	// Inferred is set where Source leaves the answer open.
	Inferred bool `json:"inferred"`
}

// An EvaluationRequest is a call as IAM sees it: one action, with the condition
// keys as they are.
type EvaluationRequest struct {
	// Principal is a service principal, an ARN, or "anonymous".
	Principal string `json:"principal"`
	// Action is the action: "lambda:InvokeFunction".
	Action string `json:"action"`
	// Resource is the full ARN that is called.
	Resource string `json:"resource"`
	// Context holds condition keys with their values; the case of keys varies.
	Context map[string]string `json:"context"`
	// Identity is "allow" if the caller's identity policy allows the call, or
	// "none".
	Identity string `json:"identity"`
}

//go:embed evaluate-cases.jsonl
var evaluations []byte

// Evaluations is every evaluation, in the order of the file. Each call gives
// fresh values. It panics when the embedded file is malformed, which a test
// rules out.
func Evaluations() []Evaluation { return mustDecode[Evaluation]("evaluate-cases.jsonl", evaluations) }
