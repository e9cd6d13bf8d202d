// Package pages compiles and runs the Go code of README.md and of the pages in docs.
// Its tests check that the pages show this code.
package pages
