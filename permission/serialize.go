package permission

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// parts are the contents of a request. An empty body means no body.
type parts struct {
	path, rawPath, rawQuery string
	body                    []byte
}

// label writes a member into the path, between the constant texts before and after.
// It refuses an empty one, which would address another resource.
func (p *parts) label(before, name string, value *string, after string) error {
	if value == nil || *value == "" {
		return fmt.Errorf("input member %s must not be empty", name)
	}
	plain, escaped := *value, escape(*value)
	p.rawPath += before + escaped + after
	if plain == escaped && p.path == "" {
		p.path = p.rawPath
		return nil
	}
	p.path += before + plain + after
	return nil
}

// policyOf writes the beginning of the path of the operations on single statements.
func (p *parts) policyOf(functionName *string) error {
	return p.label("/2015-03-31/functions/", "FunctionName", functionName, "/policy")
}

// resource writes the path of the operations on whole policies.
func (p *parts) resource(resourceARN *string) error {
	return p.label("/2026-07-09/resource-policy/", "ResourceArn", resourceARN, "")
}

// query writes a member into the query unless it is absent. Members are written
// in the order of their names, as url.Values would encode them.
func (p *parts) query(name string, value *string) {
	if value == nil {
		return
	}
	if p.rawQuery != "" {
		p.rawQuery += "&"
	}
	p.rawQuery += name + "=" + url.QueryEscape(*value)
}

// contentType is shared by all requests; nothing modifies it in place.
var contentType = []string{"application/json"}

// writeTo moves the parts into the request, behind the path that a deprecated
// endpoint resolver may have given it.
func (p *parts) writeTo(req *smithyhttp.Request) error {
	if p.body != nil {
		built, err := req.SetStream(bytes.NewReader(p.body))
		if err != nil {
			return err
		}
		*req = *built
		if req.Header.Get("Content-Type") == "" {
			req.Header["Content-Type"] = contentType
		}
	}
	path, rawPath := req.URL.Path, req.URL.RawPath
	req.URL.Path, req.URL.RawPath, req.URL.RawQuery = p.path, p.rawPath, p.rawQuery
	joinPath(path, rawPath, req.URL)
	return nil
}

// escape returns s as one segment of a path: every byte escaped but the
// unreserved characters of RFC 3986, section 2.3.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	if s != "" && !strings.ContainsFunc(s, isReserved) {
		return s
	}
	b := make([]byte, 0, 3*len(s))
	for i := range len(s) {
		if c := s[i]; isUnreserved(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&0xF])
		}
	}
	return string(b)
}

func isUnreserved(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte("-._~", c) >= 0
}

func isReserved(r rune) bool { return r >= utf8.RuneSelf || !isUnreserved(byte(r)) }

// serializer is the middleware that turns an input into a request.
type serializer struct{ op *operation }

func (*serializer) ID() string { return "OperationSerializer" }

func (m *serializer) HandleSerialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (
	middleware.SerializeOutput, middleware.Metadata, error,
) {
	req, ok := in.Request.(*smithyhttp.Request)
	if !ok {
		return middleware.SerializeOutput{}, middleware.Metadata{}, unknownTransport(in.Request)
	}
	if err := m.serialize(ctx, in.Parameters, req); err != nil {
		return middleware.SerializeOutput{}, middleware.Metadata{}, &smithy.SerializationError{Err: err}
	}
	return next.HandleSerialize(ctx, in)
}

func (m *serializer) serialize(ctx context.Context, input any, req *smithyhttp.Request) error {
	_, span := tracing.StartSpan(ctx, "OperationSerializer")
	defer span.End()
	defer startTimer(ctx, serializeDuration)()

	if !m.op.accepts(input) {
		return unknownInput(input)
	}
	p, err := m.op.serialize(input)
	if err != nil {
		return err
	}
	req.Method = m.op.method
	return p.writeTo(req)
}

// appendJSONString appends s as a JSON string, in exactly the bytes that the SDK's
// Lambda client sends. encoding/json encodes two cases differently: it escapes
// U+FFFD in place of invalid UTF-8, and it does not escape U+007F.
func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == '\u2028' || r == '\u2029' {
				b = append(b, '\\', 'u', '2', '0', '2', hex[r&0xF])
			} else {
				b = utf8.AppendRune(b, r)
			}
			i += size
			continue
		}
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ' || c == 0x7F:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xF])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}

// jsonObject writes a flat JSON object, member by member.
type jsonObject struct{ buf []byte }

// name begins a member.
func (o *jsonObject) name(name string) {
	if len(o.buf) == 0 {
		o.buf = append(o.buf, '{')
	} else {
		o.buf = append(o.buf, ',')
	}
	o.buf = appendJSONString(o.buf, name)
	o.buf = append(o.buf, ':')
}

// text writes a string member unless it is absent.
func (o *jsonObject) text(name string, value *string) {
	if value != nil {
		o.name(name)
		o.buf = appendJSONString(o.buf, *value)
	}
}

// close returns the object.
func (o *jsonObject) close() []byte {
	if len(o.buf) == 0 {
		o.buf = append(o.buf, '{')
	}
	return append(o.buf, '}')
}
