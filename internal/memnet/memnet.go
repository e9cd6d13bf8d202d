// Package memnet carries HTTP over connections in memory, for tests in a synctest
// bubble. The clock of a bubble stands still while a goroutine waits for a real
// network; while it waits for a connection of this package the clock moves on. So a
// timeout in a test takes no time, and a machine that stops for some seconds does not
// make it expire early.
package memnet

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"testing"
)

// Listener accepts the connections that its DialContext makes. It is safe for
// concurrent use.
type Listener struct {
	conns  chan net.Conn
	closed chan struct{}
	close  sync.Once
}

// Listen returns a listener. A test that uses it in a bubble must call Listen in the
// bubble.
func Listen() *Listener {
	return &Listener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

// DialContext connects to the listener. It ignores the network and the address. After
// Close it fails with net.ErrClosed.
func (l *Listener) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.closed:
		return nil, &net.OpError{Op: "dial", Net: network, Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
	}
}

// Accept returns the server's end of the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept. It does not close connections.
func (l *Listener) Close() error {
	l.close.Do(func() { close(l.closed) })
	return nil
}

// Addr returns a placeholder: the listener has no network address.
func (l *Listener) Addr() net.Addr { return &net.UnixAddr{Name: "memnet"} }

// Received returns a client's request as a server reads it. It panics if the request
// cannot be sent.
func Received(r *http.Request) *http.Request {
	var sent bytes.Buffer
	if err := r.Write(&sent); err != nil {
		panic(err)
	}
	read, err := http.ReadRequest(bufio.NewReader(&sent))
	if err != nil {
		panic(err)
	}
	return read.WithContext(r.Context())
}

// Serve serves handler until the end of the test. The transport that it returns sends
// requests for any host to the handler.
func Serve(tb testing.TB, handler http.Handler) *http.Transport {
	tb.Helper()
	listener := Listen()
	server := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // ends with http.ErrServerClosed
	}()
	transport := &http.Transport{DialContext: listener.DialContext}
	tb.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return transport
}
