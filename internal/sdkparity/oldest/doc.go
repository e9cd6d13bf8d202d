// Package oldest tries the pre-flight in the oldest service/lambda that works with
// the core module that this library requires: v1.47.0 of November 2023. Earlier
// ones fail in every call, since they look for a middleware that the core no
// longer adds.
package oldest
