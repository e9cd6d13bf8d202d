package corpus

import (
	_ "embed"
	"encoding/json"
)

// An Evaluation is a policy, a request, and the decision on it according to the
// documentation.
type Evaluation struct {
	// ID names the case: "E01".
	ID string `json:"id"`
	// Note describes the case.
	Note string `json:"note"`
	// Policy is the document, or null if the function has no policy.
	Policy json.RawMessage `json:"policy"`
	// Request is the call.
	Request EvaluationRequest `json:"request"`
	// Expect is "allow" or "deny": the final decision, which also depends on the
	// caller's identity policy.
	Expect string `json:"expect"`
	// Source is the document that the answer follows from, by name.
	Source string `json:"source"`
	// Inferred is true if Source leaves the answer open.
	Inferred bool `json:"inferred"`
}

// An EvaluationRequest is a call as IAM sees it: one action, with the values of
// condition keys.
type EvaluationRequest struct {
	// Principal is a service principal, an ARN, or "anonymous".
	Principal string `json:"principal"`
	// Action is the action: "lambda:InvokeFunction".
	Action string `json:"action"`
	// Resource is the full ARN that is called.
	Resource string `json:"resource"`
	// Context maps condition keys, spelled in any case, to their values.
	Context map[string]string `json:"context"`
	// Identity is "allow" if the caller's identity policy allows the call, or
	// "none".
	Identity string `json:"identity"`
}

//go:embed evaluate-cases.jsonl
var evaluations []byte

// Evaluations returns every evaluation, in the order of the file, as fresh values. It
// panics if the embedded file is malformed, which a test rules out.
func Evaluations() []Evaluation { return mustDecode[Evaluation]("evaluate-cases.jsonl", evaluations) }
