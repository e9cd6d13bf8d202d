// Package repo has the tests of the repository as a whole: what the packages
// export (the folder api), which of them import which, what is documented, and
// what the module asks of those who use it.
package repo
