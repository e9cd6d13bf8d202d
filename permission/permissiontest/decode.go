package permissiontest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/validate"
)

// Which members come in the query, and which in the body of AddPermission
// (AddPermission, GetPolicy, RemovePermission, "Request Syntax").
var (
	queryMembers = map[validate.Operation][]string{
		validate.AddPermission:    {"Qualifier"},
		validate.GetPolicy:        {"Qualifier"},
		validate.RemovePermission: {"Qualifier", "RevisionId"},
	}
	bodyTexts = []string{
		"Action", "EventSourceToken", "FunctionUrlAuthType", "Principal", "PrincipalOrgID",
		"RevisionId", "SourceAccount", "SourceArn", "StatementId",
	}
)

const bodyFlag = "InvokedViaFunctionUrl"

// decodeQuery adds the query's members to req and returns the names of those
// that the operation does not have. Of a repeated member the first counts.
func decodeQuery(req request, query url.Values) (unknown []string) {
	for name, values := range query {
		if slices.Contains(queryMembers[req.operation], name) {
			req.members[name] = values[0]
			continue
		}
		unknown = append(unknown, req.operation.String()+": query member "+strconv.Quote(name))
	}
	slices.Sort(unknown)
	return unknown
}

// bodyDecoder reads the JSON object of AddPermission's body: exact names, each at
// most once. What the service answers to JSON of another shape is not known; the
// code and the words are those of other AWS services with JSON bodies.
type bodyDecoder struct {
	json    *json.Decoder
	req     *request
	unknown []string
}

// decodeBody adds the body's members to req and returns the names of those that
// the operation does not have. An empty body is an object without members, null
// an absent member.
func decodeBody(req *request, body []byte) (unknown []string, refused *answer) {
	if len(body) == 0 {
		return nil, nil
	}
	if !utf8.Valid(body) || !json.Valid(body) {
		return nil, serializationError("Could not parse request body into json")
	}
	d := &bodyDecoder{json: json.NewDecoder(bytes.NewReader(body)), req: req}
	if start, err := d.json.Token(); err != nil || start != json.Delim('{') {
		return nil, serializationError("Unexpected value, expected a structure at the top of the request body")
	}
	return d.unknown, d.members()
}

// members reads up to the closing brace. The body is known to be valid JSON.
func (d *bodyDecoder) members() *answer {
	seen := make(map[string]bool)
	for d.json.More() {
		token, err := d.json.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return serializationError("Could not parse request body into json")
		}
		if seen[name] {
			return serializationError("Duplicate member " + strconv.Quote(name) + " in the request body")
		}
		seen[name] = true
		if refused := d.member(name); refused != nil {
			return refused
		}
	}
	return nil
}

func (d *bodyDecoder) member(name string) *answer {
	var raw json.RawMessage
	if err := d.json.Decode(&raw); err != nil && err != io.EOF {
		return serializationError("Could not parse request body into json")
	}
	if name != bodyFlag && !slices.Contains(bodyTexts, name) {
		d.unknown = append(d.unknown, d.req.operation.String()+": body member "+strconv.Quote(name))
		return nil
	}
	if string(raw) == "null" {
		return nil
	}
	if name == bodyFlag {
		return d.flag(raw)
	}
	return d.text(name, raw)
}

func (d *bodyDecoder) text(name string, raw json.RawMessage) *answer {
	var value string
	if json.Unmarshal(raw, &value) != nil {
		return serializationError(mismatch(raw, "String"))
	}
	d.req.members[name] = value
	return nil
}

func (d *bodyDecoder) flag(raw json.RawMessage) *answer {
	var value bool
	if json.Unmarshal(raw, &value) != nil {
		return serializationError(mismatch(raw, "Boolean"))
	}
	d.req.invokedViaFunctionUrl = &value
	return nil
}

// mismatch says that a valid JSON value has another type than the member.
func mismatch(raw json.RawMessage, want string) string {
	switch raw[0] {
	case '{':
		return "Start of structure or map found where not expected."
	case '[':
		return "Start of list found where not expected."
	}
	kinds := map[byte]string{'"': "STRING_VALUE", 't': "TRUE_VALUE", 'f': "FALSE_VALUE"}
	kind, ok := kinds[raw[0]]
	if !ok {
		kind = "NUMBER_VALUE"
	}
	return kind + " can not be converted to a " + want
}
