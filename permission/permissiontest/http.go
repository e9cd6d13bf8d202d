package permissiontest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/lambdaperm/lambdaperm/validate"
)

// maxBody is the longest body that is read, far above the longest request.
const maxBody = 1 << 20

// ServeHTTP answers one request of the API, in the service's wire format. The
// signature is judged before anything else, of a request that is not of the API
// too, unless WithFallback names a handler for those.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	req, known := parseRoute(r.Method, r.URL.EscapedPath())
	if !known && s.fallback != nil {
		s.fallback.ServeHTTP(w, r)
		return
	}
	a := s.answerTo(w, r, req, known)
	id := s.nextRequestID()
	s.log(r.Method+" "+r.URL.EscapedPath(), a, id)
	s.write(w, a, id)
}

// answerTo judges a request that is of the API if known.
func (s *Service) answerTo(w http.ResponseWriter, r *http.Request, req request, known bool) *answer {
	if !known {
		s.noteUnknown(r.Method + " " + r.URL.EscapedPath())
	}
	body, unreadable := readBody(w, r)
	tooLong := unreadable != nil && unreadable.status == http.StatusRequestEntityTooLarge
	if refused := s.verifier.verify(r, body, !tooLong); refused != nil {
		return refused
	}
	if unreadable != nil {
		return unreadable
	}
	if !known {
		return unknownOperation()
	}
	if refused := s.decode(&req, r, body); refused != nil {
		return refused
	}
	return s.perform(req)
}

// readBody reads a body of at most maxBody bytes, or as much as there is of one
// that ends before its Content-Length. Nothing is known of the
// service's own limit; the code is that of Invoke for a payload that is too long.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, *answer) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return nil, plainError(http.StatusRequestEntityTooLarge, "RequestTooLargeException",
			fmt.Sprintf("Request must be smaller than %d bytes", tooLong.Limit))
	}
	if err != nil {
		return body, serializationError("The request body ended early")
	}
	return body, nil
}

// decode adds what query and body carry to a routed request.
func (s *Service) decode(req *request, r *http.Request, body []byte) *answer {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // not shown: it may hold anything
		s.noteUnknown(req.operation.String() + ": malformed query")
		return serializationError("Could not parse the query string")
	}
	s.noteUnknown(decodeQuery(*req, query)...)
	if req.operation != validate.AddPermission {
		return nil
	}
	unknown, refused := decodeBody(req, body)
	s.noteUnknown(unknown...)
	return refused
}

// write sends an answer with the headers that were recorded of the service. The
// Date is the service's own time, from which clients correct their clocks.
func (s *Service) write(w http.ResponseWriter, a *answer, requestID string) {
	header, body := a.header(requestID), a.body()
	for name, values := range header {
		w.Header()[name] = values
	}
	w.Header().Set("Date", s.now().UTC().Format(http.TimeFormat))
	if len(body) > 0 {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	w.WriteHeader(a.status)
	// The client may be gone; there is nobody left to tell.
	_, _ = w.Write(body)
}

// header are the headers of an answer that say something about it.
func (a *answer) header(requestID string) http.Header {
	h := make(http.Header)
	h.Set("X-Amzn-Requestid", requestID)
	if a.members != nil {
		h.Set("Content-Type", "application/json")
	}
	if a.refused() {
		h.Set("X-Amzn-Errortype", a.code)
	}
	return h
}

// body is compact JSON with the members in alphabetical order, "<>&" left as
// they are.
func (a *answer) body() []byte {
	if a.members == nil {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	// Texts and null cannot fail to encode.
	_ = e.Encode(a.members)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (s *Service) log(request string, a *answer, requestID string) {
	if s.logger != nil {
		s.logger.Info(request, "status", a.status, "code", a.code, "requestId", requestID)
	}
}
