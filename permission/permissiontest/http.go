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
)

// maxBody is the longest body that is read, far above the longest request.
const maxBody = 1 << 20

// ServeHTTP answers one request in the service's wire format. It checks the signature
// before everything else, also of a request that is not of the API, unless
// WithFallback names a handler for those.
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

// answerTo returns the answer to a request; known reports whether it is of the API.
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

// readBody reads a body of at most maxBody bytes. If the body ends before its
// Content-Length, readBody returns the part that came, and a refusal. Nothing is known of the
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

// decode adds the members of the query and the body to a routed request.
func (s *Service) decode(req *request, r *http.Request, body []byte) *answer {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // which is not repeated: the query may contain anything
		s.noteUnknown(req.operation.String() + ": malformed query")
		return serializationError("Could not parse the query string")
	}
	s.noteUnknown(decodeQuery(*req, query)...)
	if bodyTexts[req.operation] == nil {
		return nil
	}
	unknown, refused := decodeBody(req, body)
	s.noteUnknown(unknown...)
	return refused
}

// write sends an answer with the headers that were recorded from the service. The
// Date is the service's time, by which clients correct their clocks.
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
	// If the client is gone, nothing is left to do.
	_, _ = w.Write(body)
}

// header returns the headers that depend on the answer.
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

// body returns compact JSON with the members in alphabetical order. The characters
// "<", ">" and "&" are not escaped.
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
