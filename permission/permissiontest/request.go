package permissiontest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lambdaperm/lambdaperm/validate"
)

// request is a decoded request of one of the operations, from HTTP or in process. As
// for the service, a member that is "" differs from one that is absent.
type request struct {
	operation             validate.Operation
	members               map[string]string // present members by their API name
	invokedViaFunctionUrl *bool
}

func newRequest(operation validate.Operation) request {
	return request{operation: operation, members: make(map[string]string)}
}

// set adds a member unless it is nil.
func (r request) set(name string, value *string) {
	if value != nil {
		r.members[name] = *value
	}
}

// grant returns the request as a validate.Request.
func (r request) grant() validate.Request {
	return validate.Request{
		Operation:             r.operation,
		FunctionName:          r.members["FunctionName"],
		Qualifier:             r.members["Qualifier"],
		StatementId:           r.members["StatementId"],
		Action:                r.members["Action"],
		Principal:             r.members["Principal"],
		SourceArn:             r.members["SourceArn"],
		SourceAccount:         r.members["SourceAccount"],
		EventSourceToken:      r.members["EventSourceToken"],
		PrincipalOrgID:        r.members["PrincipalOrgID"],
		FunctionUrlAuthType:   r.members["FunctionUrlAuthType"],
		InvokedViaFunctionUrl: r.invokedViaFunctionUrl,
		RevisionId:            r.members["RevisionId"],
	}
}

// parseRoute finds the operation of a method and an escaped path, and the
// members that the path carries:
//
//	POST, GET /2015-03-31/functions/{FunctionName}/policy
//	DELETE    /2015-03-31/functions/{FunctionName}/policy/{StatementId}
//	PUT, GET, DELETE /2026-07-09/resource-policy/{ResourceArn}
//
// It is false for everything else, also if a label is empty.
func parseRoute(method, escapedPath string) (request, bool) {
	if label, ok := strings.CutPrefix(escapedPath, "/2026-07-09/resource-policy/"); ok {
		return resourceRoute(method, label)
	}
	labels, ok := pathLabels(escapedPath)
	if !ok {
		return request{}, false
	}
	switch {
	case method == http.MethodPost && len(labels) == 1:
		return routed(validate.AddPermission, labels), true
	case method == http.MethodGet && len(labels) == 1:
		return routed(validate.GetPolicy, labels), true
	case method == http.MethodDelete && len(labels) == 2:
		return routed(validate.RemovePermission, labels), true
	}
	return request{}, false
}

func resourceRoute(method, label string) (request, bool) {
	operation, ok := map[string]validate.Operation{
		http.MethodPut:    validate.PutResourcePolicy,
		http.MethodGet:    validate.GetResourcePolicy,
		http.MethodDelete: validate.DeleteResourcePolicy,
	}[method]
	resourceARN, err := url.PathUnescape(label)
	if !ok || err != nil || label == "" || strings.Contains(label, "/") {
		return request{}, false
	}
	req := newRequest(operation)
	req.members["ResourceArn"] = resourceARN
	return req, true
}

func routed(operation validate.Operation, labels []string) request {
	req := newRequest(operation)
	req.members["FunctionName"] = labels[0]
	if len(labels) == 2 {
		req.members["StatementId"] = labels[1]
	}
	return req
}

// pathLabels returns the function name, and the statement id if there is one.
// The path is split before it is decoded: a label may contain "%2F".
func pathLabels(escapedPath string) ([]string, bool) {
	rest, ok := strings.CutPrefix(escapedPath, "/2015-03-31/functions/")
	if !ok {
		return nil, false
	}
	segments := strings.Split(rest, "/")
	if len(segments) < 2 || len(segments) > 3 || segments[1] != "policy" {
		return nil, false
	}
	labels := append(segments[:1:1], segments[2:]...)
	for i, label := range labels {
		text, err := url.PathUnescape(label)
		if err != nil || text == "" {
			return nil, false
		}
		labels[i] = text
	}
	return labels, true
}

// The members of the query and of the body (API Reference, "Request Syntax" of each
// operation).
var (
	queryMembers = map[validate.Operation][]string{
		validate.AddPermission:        {"Qualifier"},
		validate.GetPolicy:            {"Qualifier"},
		validate.RemovePermission:     {"Qualifier", "RevisionId"},
		validate.DeleteResourcePolicy: {"RevisionId"},
	}
	bodyTexts = map[validate.Operation][]string{
		validate.AddPermission: {
			"Action", "EventSourceToken", "FunctionUrlAuthType", "Principal", "PrincipalOrgID",
			"RevisionId", "SourceAccount", "SourceArn", "StatementId",
		},
		validate.PutResourcePolicy: {"Policy", "RevisionId"},
	}
)

// bodyFlag is the boolean member of AddPermission.
const bodyFlag = "InvokedViaFunctionUrl"

// decodeQuery adds the query's members to req and returns the names of those that the
// operation does not have. The first of several values counts.
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

// bodyDecoder reads the JSON object in the body of a request. Names are exact, and
// a name occurs at most once. See serializationError for its refusals.
type bodyDecoder struct {
	json    *json.Decoder
	req     *request
	unknown []string
}

// decodeBody adds the body's members to req and returns the names of those that the
// operation does not have. An empty body counts as an object without members, and
// null as an absent member.
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
	isFlag := name == bodyFlag && d.req.operation == validate.AddPermission
	if !isFlag && !slices.Contains(bodyTexts[d.req.operation], name) {
		d.unknown = append(d.unknown, d.req.operation.String()+": body member "+strconv.Quote(name))
		return nil
	}
	if string(raw) == "null" {
		return nil
	}
	if isFlag {
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

// mismatch returns the message for a JSON value of another type than the member's.
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
