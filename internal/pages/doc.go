// Package pages has the Go code of README.md and of the pages in docs, compiled
// and run, and the tests that hold the two together.
package pages
