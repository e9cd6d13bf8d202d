// Package sigv4 signs HTTP requests with Signature Version 4, to the byte as the
// SDK's v4.Signer does and at a fraction of its cost, provided that they are as
// plain as those of package permission.
//
// What a signature is made of, and how, is in the IAM User Guide, "AWS Signature
// Version 4 for API requests", under "Create a signed AWS API request". Hashes and
// MACs are those of the standard library; ours is only how the text that goes into
// them is put together: in one buffer, with the key of the day at hand.
//
// A request, or an option, that is in any way unusual goes to v4.Signer as it is.
// What is usual is in plain.go. So the cases in which v4.Signer has habits of its
// own, like an Opaque URL, a header with several values or a default port, need
// no second implementation, and no mistake can be made in one.
package sigv4
