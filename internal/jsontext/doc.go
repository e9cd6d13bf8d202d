// Package jsontext reads JSON text (RFC 8259) and leaves it text: it says whether
// and where it is malformed, takes the space between its tokens out, cuts an
// object into its members and tells what a string means.
//
// Answers and policies are read by it and not by encoding/json, which decodes
// into Go values: there names match in any case, the last of two members wins,
// and reflection and an encoder come along, into every program that makes one
// call. What JSON is, is the same here as there; the tests and fuzz targets hold
// the two against each other.
//
// Everything here is safe for concurrent use.
package jsontext
