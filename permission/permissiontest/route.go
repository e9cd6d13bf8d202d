package permissiontest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/lambdaperm/lambdaperm/validate"
)

// parseRoute finds the operation of a method and an escaped path, and the
// members that the path carries:
//
//	POST, GET /2015-03-31/functions/{FunctionName}/policy
//	DELETE    /2015-03-31/functions/{FunctionName}/policy/{StatementId}
//
// It is false for everything else, an empty label included.
func parseRoute(method, escapedPath string) (request, bool) {
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
