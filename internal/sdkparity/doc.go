// Package sdkparity holds this library against the AWS SDK's own Lambda
// client, service/lambda: the same requests byte for byte, the same answers read
// the same way, the same retries, endpoints and middleware. It is a module of its
// own, so that the generated client never becomes a dependency of the library.
//
// The tests are the package. Its one exported type, Adapter, is meant to be
// copied: it lets a program that already holds a *lambda.Client pass it where a
// permission.API is wanted.
package sdkparity
