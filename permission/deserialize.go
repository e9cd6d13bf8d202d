package permission

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/jsontext"
)

// The limits for reading a body. A policy has at most 20 KB and an error one
// sentence, so a longer body is not the service's.
const (
	maxSuccessBody = 1 << 20
	maxErrorBody   = 64 << 10
)

// deserializer is the middleware that turns a response into an output or an
// error.
type deserializer struct{ op *operation }

func (*deserializer) ID() string { return "OperationDeserializer" }

func (m *deserializer) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	out middleware.DeserializeOutput, metadata middleware.Metadata, err error,
) {
	out, metadata, err = next.HandleDeserialize(ctx, in)
	resp, ok := out.RawResponse.(*smithyhttp.Response)
	if !ok {
		if err == nil {
			err = &smithy.DeserializationError{Err: unknownTransport(out.RawResponse)}
		}
		return out, metadata, err
	}
	if resp.Body == nil {
		resp.Body = http.NoBody // a hand-written HTTPClient may leave it nil
	}
	defer resp.Body.Close()
	if err != nil {
		return out, metadata, err
	}

	_, span := tracing.StartSpan(ctx, "OperationDeserializer")
	defer span.End()
	defer startTimer(ctx, deserializeDuration)()
	out.Result, err = m.deserialize(ctx, resp)
	return out, metadata, err
}

func (m *deserializer) deserialize(ctx context.Context, resp *smithyhttp.Response) (any, error) {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, readError(ctx, resp)
	}
	if err := followedRedirect(resp); err != nil {
		return nil, &smithy.DeserializationError{Err: err}
	}
	body, err := readAtMost(resp, maxSuccessBody)
	if err != nil {
		return nil, readFailure(ctx, err)
	}
	result, err := m.op.decode(body)
	if err != nil {
		return nil, &smithy.DeserializationError{Err: err, Snapshot: excerpt(body)}
	}
	return result, nil
}

// followedRedirect returns an error if the HTTP client followed a redirect, which
// Lambda does not send. Otherwise the empty answer of another server would count as
// a success of RemovePermission.
func followedRedirect(resp *smithyhttp.Response) error {
	if resp.Request == nil || resp.Request.Response == nil {
		return nil
	}
	return fmt.Errorf("a redirect was followed, and %s answered in place of the endpoint", resp.Request.URL.Host)
}

// readError decodes an error from the status, the headers and as much of the body
// as can be read. If the context ends while the body is read, the error says that
// as well.
func readError(ctx context.Context, resp *smithyhttp.Response) error {
	body, readErr := readAtMost(resp, maxErrorBody)
	var err error = lambdaerrors.FromResponse(resp.StatusCode, resp.Header, body)
	if host := redirectHost(resp); host != "" {
		err = &redirectError{host, err}
	}
	if readErr != nil && ctx.Err() != nil {
		return &smithy.CanceledError{Err: &cutAnswer{ctx.Err(), err}}
	}
	return err
}

// redirectError is the error of a redirect.
type redirectError struct {
	host string
	err  error
}

func (e *redirectError) Error() string {
	return fmt.Sprintf("redirected to %s, which is not followed: %v", e.host, e.err)
}

func (e *redirectError) Unwrap() error { return e.err }

// redirectHost returns the host to which a redirect points, or "".
func redirectHost(resp *smithyhttp.Response) string {
	if resp.StatusCode/100 != 3 || resp.Header.Get("Location") == stubLocation {
		return ""
	}
	location, err := resp.Location()
	if err != nil {
		return ""
	}
	return location.Host
}

// stubLocation is the Location that a BuildableClient adds to a 301 or 302 that has
// no Location.
const stubLocation = "https://amazonaws.com/badhttpredirectlocation"

// cutAnswer is an error of the service whose body had not arrived completely when
// the context ended. errors.Is and errors.As find both.
type cutAnswer struct{ ended, answered error }

func (e *cutAnswer) Error() string {
	return fmt.Sprintf("%v, while the body was read of: %v", e.ended, e.answered)
}

func (e *cutAnswer) Unwrap() []error { return []error{e.ended, e.answered} }

func readFailure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &smithy.CanceledError{Err: ctx.Err()}
	}
	return &smithy.DeserializationError{Err: err}
}

// readAtMost reads a body to its end. A body that is longer than limit or breaks
// off is an error, which is returned with the bytes read before it.
func readAtMost(resp *smithyhttp.Response, limit int64) ([]byte, error) {
	var read bytes.Buffer
	// One allocation for the announced length and for the read that finds the end.
	// The announced length may be wrong, so that it is only used up to the limit.
	read.Grow(int(min(max(resp.ContentLength, 0), limit)) + bytes.MinRead)
	n, err := read.ReadFrom(io.LimitReader(resp.Body, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("the body is longer than %d bytes", limit)
	}
	return read.Bytes(), err
}

// excerpt returns the beginning of a body, which helps to find out which server
// answered.
func excerpt(body []byte) []byte {
	const most = 1024
	return body[:min(len(body), most)]
}

// readAnswer reads the body of a success: a JSON object, with JSON's white space
// around it. It stores each string member in the pointer that place returns for its
// name; if that is nil, the member is skipped. Names are case-sensitive. As in the
// SDK, the last of several members with one name counts, and null counts as absent.
func readAnswer(body []byte, place func(name string) **string) error {
	if !utf8.Valid(body) { // which jsontext would repair silently
		return errors.New("the answer is not UTF-8")
	}
	var wrong error
	rest, err := jsontext.Object(string(body), func(name, value string) {
		if p := place(name); p != nil && !setText(p, value) {
			wrong = fmt.Errorf("the answer's %s is not a string", name)
		}
	})
	if err != nil || strings.Trim(rest, " \t\r\n") != "" {
		return errors.New("the answer is not a JSON object")
	}
	return wrong
}

// setText sets p if value is a string, and reports whether it is a string or null.
func setText(p **string, value string) bool {
	if value[0] != '"' {
		return value == "null"
	}
	text := jsontext.Detached(value)
	*p = &text
	return true
}

// requireMember returns an error if the answer lacks a member that Lambda always
// sends: then another server answered, a captive portal for example.
func requireMember(name string, value *string) error {
	if value == nil {
		return fmt.Errorf("the answer has no %s", name)
	}
	return nil
}

// decodeEmpty accepts an empty body, and also a JSON object.
func decodeEmpty(body []byte) error {
	if len(body) == 0 {
		return nil
	}
	return readAnswer(body, func(string) **string { return nil })
}
