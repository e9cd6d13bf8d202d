package permission

import (
	"context"
	"fmt"
	"net/url"
	"unicode/utf8"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/encoding/httpbinding"
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
	plain, escaped := *value, httpbinding.EscapePath(*value, true)
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
		if err := setBody(req, p.body); err != nil {
			return err
		}
		if req.Header.Get("Content-Type") == "" {
			req.Header["Content-Type"] = contentType
		}
	}
	path, rawPath := req.URL.Path, req.URL.RawPath
	req.URL.Path, req.URL.RawPath, req.URL.RawQuery = p.path, p.rawPath, p.rawQuery
	joinPath(path, rawPath, req.URL)
	return nil
}

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
	b = append(b, '"')
	for _, r := range s { // a byte that is not UTF-8 is U+FFFD here
		switch r {
		case '"', '\\':
			b = append(b, '\\', byte(r))
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		case 0x7F, '\u2028', '\u2029':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			if r < ' ' {
				b = fmt.Appendf(b, `\u%04x`, r)
			} else {
				b = utf8.AppendRune(b, r)
			}
		}
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
