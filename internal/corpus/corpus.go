// Package corpus holds data for tests and examples: real grants and real mistakes,
// which are requests that documentation, frameworks and people send to AddPermission;
// and evaluations, which are calls that are allowed or denied according to the
// documentation.
//
// Each grant and mistake comes from a public page, named in Source. Members that the page leaves
// out or shows as a placeholder are filled in, and named in Synth.
package corpus

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lambdaperm/lambdaperm/validate"
)

// A Grant is an AddPermission request that the service accepts, as documented
// or published for an event source.
type Grant struct {
	// ID names the grant: "s3-basic".
	ID string `json:"id"`
	// Service is the event source: "s3", "apigateway", "function-url-none".
	Service string `json:"service"`
	// Kind is "official-doc", "official-code" or "community".
	Kind string `json:"kind"`
	// Request is the grant itself.
	Request validate.Request `json:"request"`
	// Source is the public page, or "public code".
	Source string `json:"source"`
	// Note is a remark on the grant, or "".
	Note string `json:"note"`
	// Synth names the members of Request that were filled in.
	Synth []string `json:"synth"`
	// ModelViolations names the constraints of the published API model that the
	// grant breaks, as "Member:constraint", although it is documented.
	ModelViolations []string `json:"model_violations"`
}

// A Mistake is an AddPermission request with a mistake that somebody has made.
type Mistake struct {
	// ID names the mistake: "m-latest-qualifier".
	ID string `json:"id"`
	// Class is the effect of the mistake: "service-rejects", "client-rejects" (a
	// tool refuses it), "emulator-too-lax", "policy-state" (the request is fine,
	// the policy is not), "never-matches", "too-open", "incomplete", "cosmetic",
	// "style".
	Class string `json:"class"`
	// Request is the request as it was sent.
	Request validate.Request `json:"request"`
	// Symptom is the effect that people saw, often the service's answer.
	Symptom string `json:"symptom"`
	// SymptomKind is "reported", or "derived" from the documentation.
	SymptomKind string `json:"symptom_kind"`
	// Source is the public page, or "public code".
	Source string `json:"source"`
	// Note is a remark on the mistake, or "".
	Note string `json:"note"`
	// Synth names the members of Request that were filled in.
	Synth []string `json:"synth"`
	// ModelViolations names the constraints of the published API model that the
	// mistake breaks, as "Member:constraint".
	ModelViolations []string `json:"model_violations"`
}

var (
	//go:embed grants.jsonl
	grants []byte
	//go:embed mistakes.jsonl
	mistakes []byte
)

// Grants returns every grant, in the order of the file, as fresh values. It panics if
// the embedded file is malformed, which a test rules out.
func Grants() []Grant { return mustDecode[Grant]("grants.jsonl", grants) }

// Mistakes returns every mistake, in the order of the file, as fresh values. It panics
// if the embedded file is malformed, which a test rules out.
func Mistakes() []Mistake { return mustDecode[Mistake]("mistakes.jsonl", mistakes) }

func mustDecode[T any](name string, lines []byte) []T {
	all, err := decode[T](lines)
	if err != nil {
		panic(fmt.Sprintf("corpus: %s: %v", name, err))
	}
	return all
}

// decode reads one JSON object from each line. An unknown member is an error: otherwise
// a misspelled one could make a test pass on an empty value.
func decode[T any](lines []byte) ([]T, error) {
	var all []T
	for n, line := range bytes.Split(bytes.TrimSuffix(lines, []byte("\n")), []byte("\n")) {
		var one T
		if err := decodeLine(line, &one); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		all = append(all, one)
	}
	return all, nil
}

func decodeLine(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}
