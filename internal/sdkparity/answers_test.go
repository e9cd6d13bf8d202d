package sdkparity_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// reply answers one request.
type reply func(*http.Request) (*http.Response, error)

// script is an HTTP client that gives one reply after the other and then repeats the
// last one. It records the requests.
type script struct {
	replies  []reply
	requests []sent
}

func (s *script) Do(req *http.Request) (*http.Response, error) {
	r, err := newSent(req)
	if err != nil {
		return nil, err
	}
	next := s.replies[min(len(s.requests), len(s.replies)-1)]
	s.requests = append(s.requests, r)
	return next(req)
}

// replyWith returns a reply that is always the same response.
func replyWith(status int, header http.Header, body string) reply {
	return func(req *http.Request) (*http.Response, error) {
		return response(req, status, header.Clone(), body), nil
	}
}

// fail returns a reply that is an error without a response.
func fail(err error) reply {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// accept answers with success.
func accept(req *http.Request) (*http.Response, error) { return success(req), nil }

// recording is one HTTP response.
type recording struct {
	name   string
	status int
	header http.Header
	body   string
}

// coded returns the header of an error with the code in x-amzn-errortype.
func coded(code string) http.Header {
	return http.Header{
		"Content-Type":     {"application/json"},
		"X-Amzn-Errortype": {code},
		"X-Amzn-Requestid": {"5b5ac14e-7d0b-4d0e-9d3a-6a6d4d6f2f9a"},
	}
}

// serviceErrors are answers of the live service.
var serviceErrors = []recording{
	{"qualifier mismatch", 400, coded("InvalidParameterValueException"), `{"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}`},
	{"$LATEST", 400, coded("InvalidParameterValueException"), `{"Type":"User","message":"We currently do not support adding policies for $LATEST."}`},
	{"principal", 400, coded("InvalidParameterValueException"), `{"Type":"User","message":"The provided principal was invalid. Please check the principal and try again."}`},
	{"malformed IAM ARN", 400, coded("InvalidParameterValueException"), `{"Type":"User","message":"The provided input'arn:aws:iam:000000000000:role/xxxx'was invalid. Member must satisfy expression: [\\w+=,.@-]* Please check your input and try again."}`},
	{"function unknown", 404, coded("ResourceNotFoundException"), `{"Message":"Function not found: arn:aws:lambda:us-east-1:111111111111:function:doesnotexist","Type":"User"}`},
	{"alias unknown", 404, coded("ResourceNotFoundException"), `{"Message":"Cannot find alias arn: arn:aws:lambda:us-east-1:111111111111:function:fn:alias-doesnotexist","Type":"User"}`},
	{"no Type", 404, coded("ResourceNotFoundException"), `{"Message":"The resource you requested does not exist."}`},
	{"statement exists", 409, coded("ResourceConflictException"), `{"Type":"User","message":"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."}`},
	{"revision", 412, coded("PreconditionFailedException"), `{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}`},
	{"other region", 404, coded("ResourceNotFoundException"), `{"Message":"Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')","Type":"User"}`},
	{"other account", 403, coded("AccessDeniedException"), `{"Message":null}`},
	{"policy length", 400, coded("PolicyLengthExceededException"), `{"Type":"User","message":"The final policy size (20749) is bigger than the limit (20480)."}`},
	{"public policy", 400, coded("PublicPolicyException"), `{"Message":"Lambda blocked the creation of this policy because it would grant public access to your function.","Type":"User"}`},
	{"validation", 400, coded("ValidationException"), `{"message":"1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"}`},
	{"throttled", 429, coded("TooManyRequestsException"), `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}`},
	{"throttled, Retry-After", 429, with(coded("TooManyRequestsException"), "Retry-After", "2"), `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate Exceeded."}`},
	{"ThrottlingException", 400, coded("ThrottlingException"), `{"message":"Rate exceeded"}`},
	{"service fault", 500, coded("ServiceException"), `{"Message":"An error occurred and the request cannot be processed.","Type":"Service"}`},
	{"IAM denies", 403, coded("AccessDeniedException"), `{"Message":"User: arn:aws:sts::111111111111:assumed-role/R/S is not authorized to perform: lambda:AddPermission on resource: arn:aws:lambda:us-east-1:111111111111:function:fn because no identity-based policy allows the lambda:AddPermission action"}`},
	{"unknown path", 403, coded("AccessDeniedException"), `{"Message":"Unable to determine service/operation name to be authorized"}`},
	{"expired token", 403, coded("ExpiredTokenException"), `{"message":"The security token included in the request is expired"}`},
	{"unknown key", 403, coded("UnrecognizedClientException"), `{"message":"The security token included in the request is invalid."}`},
	{"bad signature", 403, coded("InvalidSignatureException"), `{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}`},
	{"signature expired", 403, coded("InvalidSignatureException"), `{"message":"Signature expired: 20150806T131223Z is now earlier than 20150806T131534Z (20150806T132034Z - 5 min.)"}`},
	{"no authorization", 403, coded("MissingAuthenticationTokenException"), `{"message":"Missing Authentication Token"}`},
	{"malformed authorization", 403, coded("IncompleteSignatureException"), `{"message":"Authorization header requires 'Credential' parameter."}`},
	{"RequestExpired", 400, coded("RequestExpired"), `{"message":"Request has expired."}`},
	{"InternalFailure without body", 500, coded("InternalFailure"), ``},
	{"error without body", 404, coded("ResourceNotFoundException"), ``},
	{"unknown code", 418, coded("TeapotException"), `{"message":"short and stout","Type":"User"}`},
	{"Smithy's own errors", 400, coded("SerializationException"), `{"Message":"Start of structure or map found where not expected."}`},
}

// passingConflicts are conflicts that pass: the function is busy, and the same request
// may succeed a moment later.
var passingConflicts = []recording{
	{"concurrent update", 409, coded("ResourceConflictException"), `{"Type":"User","message":"The function could not be updated due to a concurrent update operation."}`},
	{"update in progress", 409, coded("ResourceConflictException"), `{"Type":"User","message":"The operation cannot be performed at this time. An update is in progress for resource: arn:aws:lambda:us-east-1:111111111111:function:fn"}`},
}

// codePlaces have the code in the places where other services or proxies put it.
var codePlaces = []recording{
	{"namespace prefix", 409, coded("com.amazonaws.lambda#ResourceConflictException"), `{"message":"m"}`},
	{"URI suffix", 409, coded("ResourceConflictException:http://internal.amazon.com/coral/com.amazonaws.lambda/"), `{"message":"m"}`},
	{"both", 409, coded("aws.lambda#ResourceConflictException:http://x/#y"), `{"message":"m"}`},
	{"__type", 404, nil, `{"__type":"ResourceNotFoundException","Message":"m"}`},
	{"__type with namespace", 404, nil, `{"__type":"com.amazonaws.lambda#ResourceNotFoundException:","message":"m"}`},
	{"code", 404, nil, `{"code":"ResourceNotFoundException","message":"m"}`},
	{"Code", 404, nil, `{"Code":"ResourceNotFoundException","Message":"m"}`},
	{"numeric code", 404, nil, `{"code":404,"message":"m"}`},
	{"header before __type", 404, coded("ServiceException"), `{"__type":"ResourceNotFoundException","message":"m"}`},
	{"__type before code", 404, nil, `{"code":"ServiceException","__type":"ResourceNotFoundException","message":"m"}`},
	{"empty code", 404, coded(""), `{"message":"m"}`},
	{"other case", 404, coded("resourcenotfoundexception"), `{"message":"m"}`},
	{"no code", 404, nil, `{"message":"m"}`},
	{"no code, no message", 500, nil, `{}`},
	{"both messages", 409, coded("ResourceConflictException"), `{"message":"small","Message":"capital"}`},
	{"both messages, other order", 404, coded("ResourceNotFoundException"), `{"Message":"capital","message":"small"}`},
	{"a folded message after it", 409, coded("ResourceConflictException"), `{"Message":"capital","messAge":"folded"}`},
	{"a folded message after it, no type", 403, coded("AccessDeniedException"), `{"Message":"capital","messAge":"folded"}`},
	{"wrong case of message", 404, coded("ResourceNotFoundException"), `{"message":"m","type":"User"}`},
	{"folded case of message", 403, coded("AccessDeniedException"), `{"MESSAGE":"m"}`},
	{"unicode message", 403, coded("AccessDeniedException"), `{"Message":"\u00e9\ud83d\udd10 \u2028 <&>"}`},
	{"Lambda's other request id", 404, http.Header{"X-Amz-Request-Id": {"other-id"}, "X-Amzn-Errortype": {"ResourceNotFoundException"}}, `{"Message":"m"}`},
	{"not modified", 304, nil, ``},
	{"continue", 199, nil, `{"message":"m"}`},
}

func with(h http.Header, name, value string) http.Header {
	h.Set(name, value)
	return h
}

// successes are answers with all members that the operation requires.
var successes = []recording{
	{"statement", 201, nil, `{"Statement":"{\"Sid\":\"s3\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"s3.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:us-east-1:111111111111:function:fn\",\"Condition\":{\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::test-bucket\"}}}","Policy":"{}","RevisionId":"r"}`},
	{"policy", 200, nil, `{"Policy":"{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[]}","RevisionId":"5d2ec1f5-5a4c-4c1a-8e0d-2c2d8b8a3c11","Statement":"{}"}`},
	{"no revision", 200, nil, `{"Policy":"{}","Statement":"{}"}`},
	{"null revision", 200, nil, `{"Policy":"{}","Statement":"{}","RevisionId":null}`},
	{"empty strings", 200, nil, `{"Policy":"","Statement":"","RevisionId":""}`},
	{"unknown members", 200, nil, `{"Policy":"p","Statement":"s","New":{"deep":[1,2,{"x":null}]},"n":1e400,"b":true}`},
	{"white space", 200, nil, " \r\n\t{ \"Policy\" : \"p\" , \"Statement\" : \"s\" }\n "},
	{"escapes", 200, nil, `{"Policy":"\u0000\u001f\ud83d\udd10\/\b\f\n\r\t\"\\","Statement":"\u2028\u007f"}`},
	{"other 2xx", 299, nil, `{"Policy":"p","Statement":"s"}`},
	{"folded names before", 200, nil, `{"policy":"wrong","statement":"wrong","Policy":"p","Statement":"s"}`},
	{"folded names after", 200, nil, `{"Policy":"p","Statement":"s","policy":"wrong","statement":"wrong"}`},
	{"duplicates", 200, nil, `{"Policy":"first","Statement":"first","Policy":"p","Statement":"s"}`},
	{"null after the values", 200, nil, `{"Policy":"p","Statement":"s","RevisionId":"r","Policy":null,"Statement":null,"RevisionId":null}`},
	{"a large policy", 200, nil, `{"Policy":"` + strings.Repeat("x", 100_000) + `","Statement":"s"}`},
}

// redirect is not followed by either client. Only our error names its target.
var redirect = recording{"redirect", 301, http.Header{"Location": {"http://127.0.0.1:1/"}}, ``}

// failures are the ways in which an attempt can fail, some of which are retried.
var failures = map[string]reply{
	"throttled":           replyWith(429, coded("TooManyRequestsException"), `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}`),
	"throttled, unknown":  replyWith(429, coded("TeapotException"), `{"message":"m"}`),
	"throttled, no code":  replyWith(429, nil, `{}`),
	"throttled, plain":    replyWith(400, coded("ThrottlingException"), `{"message":"Rate exceeded"}`),
	"Retry-After":         replyWith(429, with(coded("TooManyRequestsException"), "Retry-After", "3"), `{"message":"Rate exceeded"}`),
	"X-Amz-Retry-After":   replyWith(429, with(coded("TooManyRequestsException"), "X-Amz-Retry-After", "3500"), `{"message":"Rate exceeded"}`),
	"long X-Amz-R-A":      replyWith(500, with(coded("ServiceException"), "X-Amz-Retry-After", "600000"), `{"Message":"m"}`),
	"negative X-Amz-R-A":  replyWith(500, with(coded("ServiceException"), "X-Amz-Retry-After", "-1"), `{"Message":"m"}`),
	"senseless X-Amz-R-A": replyWith(503, with(coded("ServiceException"), "X-Amz-Retry-After", "soon"), `{"Message":"m"}`),
	"500":                 replyWith(500, coded("ServiceException"), `{"Message":"An error occurred and the request cannot be processed.","Type":"Service"}`),
	"501":                 replyWith(501, nil, `{}`),
	"502":                 replyWith(502, nil, `{}`),
	"503":                 replyWith(503, nil, `{}`),
	"504":                 replyWith(504, nil, `{}`),
	"RequestTimeout":      replyWith(400, coded("RequestTimeout"), `{"message":"m"}`),
	"expired token":       replyWith(403, coded("ExpiredTokenException"), `{"message":"m"}`),
	"not retried":         replyWith(409, coded("ResourceConflictException"), `{"Type":"User","message":"m"}`),
	"reset":               fail(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}),
	"refused":             fail(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}),
	"broken pipe":         fail(&net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE}),
	"closed":              fail(net.ErrClosed),
	"EOF":                 fail(io.EOF),
	"unexpected EOF":      fail(io.ErrUnexpectedEOF),
	"no such host":        fail(&net.DNSError{Err: "no such host", Name: "lambda.test", IsNotFound: true}),
	"DNS is slow":         fail(&net.DNSError{Err: "timeout", Name: "lambda.test", IsTimeout: true, IsTemporary: true}),
	"timeout":             fail(timeoutError{}),
	"unknown":             fail(errors.New("something else")),
	"body breaks off":     breakingOff(201, nil, `{"Statement":"`),
	"error body breaks":   breakingOff(500, coded("ServiceException"), `{"Mess`),
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

// breakingOff returns a reply whose body ends in a connection reset.
func breakingOff(status int, header http.Header, body string) reply {
	return func(req *http.Request) (*http.Response, error) {
		resp := response(req, status, header.Clone(), body)
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, failingReader{}))
		resp.ContentLength = int64(len(body)) + 100
		return resp, nil
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, syscall.ECONNRESET }

// hostileErrors are errors in forms that the service does not send, but proxies, load
// balancers, captive portals and broken connections do.
var hostileErrors = []recording{
	{"HTML", 502, nil, "<html><body><h1>502 Bad Gateway</h1></body></html>\r\n"},
	{"HTML with a code", 503, coded("ServiceUnavailableException"), "<html></html>"},
	{"XML", 503, nil, "<ServiceUnavailableException/>\n"},
	{"text", 429, nil, "Too Many Requests"},
	{"text with a code", 409, coded("ResourceConflictException"), "conflict"},
	{"truncated", 409, coded("ResourceConflictException"), `{"Type":"User","message":"The statement id (s3) prov`},
	{"truncated without a code", 500, nil, `{"mess`},
	{"empty without a code", 503, nil, ""},
	{"spaces", 503, nil, " \n"},
	{"array", 404, coded("ResourceNotFoundException"), `[{"Message":"m"}]`},
	{"string", 404, coded("ResourceNotFoundException"), `"m"`},
	{"number", 404, coded("ResourceNotFoundException"), `404`},
	{"null", 404, coded("ResourceNotFoundException"), `null`},
	{"null without a code", 404, nil, `null`},
	{"message is a number", 404, coded("ResourceNotFoundException"), `{"Message":42,"Type":"User"}`},
	{"message is an object", 403, coded("AccessDeniedException"), `{"message":{"text":"m"}}`},
	{"Type is a number", 404, coded("ResourceNotFoundException"), `{"Message":"m","Type":1}`},
	{"Reason is a list", 429, coded("TooManyRequestsException"), `{"message":"m","Reason":["a"]}`},
	{"__type is a number", 404, nil, `{"__type":1,"Message":"m"}`},
	{"trailing text", 404, coded("ResourceNotFoundException"), `{"Message":"m"} and more`},
	{"two objects", 404, coded("ResourceNotFoundException"), `{"Message":"m"}{"Message":"n"}`},
	{"byte order mark", 404, coded("ResourceNotFoundException"), "\ufeff" + `{"Message":"m"}`},
	{"not UTF-8", 404, coded("ResourceNotFoundException"), "{\"Message\":\"\xff\xc0\"}"},
	{"lone surrogate", 404, coded("ResourceNotFoundException"), `{"Message":"\ud800"}`},
	{"NUL bytes", 404, coded("ResourceNotFoundException"), "\x00\x00{}"},
	{"control character in a string", 404, coded("ResourceNotFoundException"), "{\"Message\":\"a\nb\"}"},
	{"duplicate messages", 404, coded("ResourceNotFoundException"), `{"Message":"first","Message":"second"}`},
	{"deep", 404, coded("ResourceNotFoundException"), `{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"Message":"m"}`},
	{"huge message", 404, coded("ResourceNotFoundException"), `{"Message":"` + strings.Repeat("m", 200_000) + `"}`},
	{"huge junk", 502, nil, strings.Repeat("<p>", 1<<20)},
	{"only separators", 404, coded(":#:"), `{"message":"m"}`},
	{"spaces around the code", 404, coded(" ResourceNotFoundException "), `{"message":"m"}`},
	{"unprintable code", 404, coded("Resource\x00Not\x7f"), `{"message":"m"}`},
	{"long code", 404, coded(strings.Repeat("C", 10_000)), `{"message":"m"}`},
}

// hostileSuccesses have the status of a success and a body that the service does
// not send.
var hostileSuccesses = []recording{
	{"empty", 200, nil, ""},
	{"empty object", 200, nil, "{}"},
	{"null", 200, nil, "null"},
	{"HTML", 200, nil, "<html>Please log in</html>"},
	{"array", 200, nil, `[]`},
	{"null members", 200, nil, `{"Policy":null,"Statement":null}`},
	{"numbers", 200, nil, `{"Policy":1,"Statement":1}`},
	{"objects", 200, nil, `{"Policy":{},"Statement":{}}`},
	{"folded names only", 200, nil, `{"policy":"p","statement":"s"}`},
	{"truncated", 200, nil, `{"Policy":"p","Statement":"s`},
	{"trailing text", 200, nil, `{"Policy":"p","Statement":"s"} and more`},
	{"not UTF-8", 200, nil, "{\"Policy\":\"\xff\",\"Statement\":\"\xff\"}"},
	{"lone surrogate", 200, nil, `{"Policy":"\ud800","Statement":"\ud800"}`},
	{"revision is a number", 200, nil, `{"Policy":"p","Statement":"s","RevisionId":1}`},
	{"byte order mark", 200, nil, "\ufeff" + `{"Policy":"p","Statement":"s"}`},
	{"deep", 200, nil, `{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"Policy":"p","Statement":"s"}`},
	{"huge", 200, nil, `{"Policy":"` + strings.Repeat("p", 2<<20) + `","Statement":"s"}`},
	{"no content", 204, nil, ""},
}
