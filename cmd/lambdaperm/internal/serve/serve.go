// Package serve is the command "lambdaperm serve". It serves AddPermission, GetPolicy,
// RemovePermission, PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy of
// AWS Lambda on this machine, for programs in any language. They use it as their
// endpoint, for example by AWS_ENDPOINT_URL_LAMBDA.
//
//	lambdaperm serve -addr 127.0.0.1:4566 -function hello -version hello -alias hello:PROD=1
//
// When it is ready it prints one line on standard output,
//
//	listening on http://127.0.0.1:4566
//
// and serves until it is interrupted (SIGINT or SIGTERM). Its state is in memory and is
// lost at the end.
package serve

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// Exit statuses.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUnusable = 2
)

// Run serves until ctx ends, and returns the exit status: 0 at the end of ctx, 1 if the
// address cannot be served, 2 if a flag is wrong.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return exitOK
	}
	if err != nil {
		fmt.Fprintf(stderr, "lambdaperm serve: %v (-h lists the flags)\n", err)
		return exitUnusable
	}
	service, err := o.service(stderr)
	if err != nil {
		fmt.Fprintf(stderr, "lambdaperm serve: %v (-h lists the flags)\n", err)
		return exitUnusable
	}
	if err := serve(ctx, o.addr, service, stdout); err != nil {
		fmt.Fprintln(stderr, "lambdaperm serve:", err)
		return exitFailed
	}
	return exitOK
}

// shutdownTimeout limits the time that requests have to end after ctx has ended.
const shutdownTimeout = time.Second

// serve prints its address and serves until ctx ends.
func serve(ctx context.Context, addr string, handler http.Handler, stdout io.Writer) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          log.New(io.Discard, "", 0),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if _, err := fmt.Fprintf(stdout, "listening on http://%s\n", listener.Addr()); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if server.Shutdown(ending) != nil {
		return server.Close() // closes the connections that are still open
	}
	return nil
}
