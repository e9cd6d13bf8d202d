// Package arn reads the names that the Lambda API gives to functions, and
// Amazon Resource Names (ARNs) in general.
//
// # Names of a function
//
// Wherever the API asks for a FunctionName it takes one of three forms, each
// by itself or followed by a colon and a qualifier:
//
//	name         Thumbnail                                                  Thumbnail:PROD
//	partial ARN  123456789012:function:Thumbnail                            123456789012:Thumbnail:2
//	full ARN     arn:aws:lambda:us-west-2:123456789012:function:Thumbnail   ...:function:Thumbnail:$LATEST
//
// The service completes a shorter form from the request: with the partition and
// region of the endpoint and the account of the caller. [ParseFunction] accepts
// the same texts as the service's own pattern of FunctionName, and takes them apart as
// that pattern does; a [Function] has the parts.
//
// # Qualifier and scope
//
// A [Qualifier] is a version number such as 2, the name of an alias such as
// PROD, or $LATEST. It decides which policy a permission goes to: the function
// without a qualifier, each version and each alias have a policy of their own.
// A permission granted on Thumbnail says nothing about Thumbnail:PROD, and the
// ARN that an event source calls must carry the same qualifier as the grant.
//
// # Values
//
// [ARN], [Function] and [Qualifier] are small immutable values in the manner of
// net/netip: they can be compared with ==, used as map keys, copied freely and used
// by many goroutines at once. The zero value of each means that there is no such
// name, and its text is empty. Every other value has been read by a parser, or made
// from such a value by a method that gives the zero value where there is no valid
// one. Parsed values are substrings of the input and keep it in memory; pass a
// [strings.Clone] where a short name is cut out of a large text that should be
// freed.
//
// # Beside aws/arn
//
// Package aws/arn of the AWS SDK for Go splits an ARN at its colons. It cannot
// read a name or a partial ARN, takes "arn:::::" for an ARN, leaves the
// resource "function:Thumbnail:PROD" to the caller, and its errors do not have the
// text that was read. [Parse] is the stricter equivalent for any service's ARN;
// [ParseFunction] reads the names of functions.
package arn
