// Package oldest tests the pre-flight with the oldest service/lambda that works with
// the required core module of the SDK: v1.47.0 of November 2023. Earlier versions fail
// in every call, since they look for a middleware that the core no longer adds.
package oldest
