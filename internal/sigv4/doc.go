// Package sigv4 signs HTTP requests with Signature Version 4. The signed request is
// byte for byte that of the SDK's v4.Signer, and takes less time;
// docs/performance.md has the figures.
//
// The IAM User Guide describes the signature in "AWS Signature Version 4 for API
// requests", under "Create a signed AWS API request". Hashes and MACs are those of
// the standard library. This package only builds the text that goes into them, in
// one buffer, and keeps the key of the day.
//
// v4.Signer has behaviour that the guide does not describe: it removes a default port,
// and does not sign certain headers. The package does the same, so that one signer can
// replace the other. v4.Signer is the oracle of the tests and of the fuzz target. The
// package does not presign URLs, as PresignHTTP does.
package sigv4
