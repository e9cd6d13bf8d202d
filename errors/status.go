package errors

import (
	"crypto/tls"
	"errors"
	"net"

	"github.com/aws/smithy-go"
)

// StatusCode returns the HTTP status of the first error in err's tree that has
// one, or 0.
func StatusCode(err error) int { return statusOf(err) }

// Message returns the message of the first service error in err's tree, or "".
func Message(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorMessage()
	}
	return ""
}

// NeverSent reports whether a connection failed before a request could be
// written: no address, no connection, no TLS. It supports wrapped errors and
// returns false when err is nil.
func NeverSent(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect") {
		return true
	}
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	return errors.As(err, &dns) || errors.As(err, &certificate) || errors.As(err, &record)
}

// Passes reports whether the function was busy: such a request did nothing, and
// the conflict passes by itself.
func (k ConflictKind) Passes() bool { return k == ConcurrentUpdate || k == UpdateInProgress }
