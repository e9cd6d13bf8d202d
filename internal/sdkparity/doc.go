// Package sdkparity holds this library against the AWS SDK's own Lambda
// client, service/lambda: the same requests byte for byte, the same answers read
// the same way, the same retries, endpoints and middleware. It is a module of its
// own, so that the generated client never becomes a dependency of the library.
//
// It has tests only. The SDK's client takes part in them as a permission.API, which
// package sdkapi makes of it.
package sdkparity
