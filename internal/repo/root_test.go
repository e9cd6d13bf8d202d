package repo_test

import "testing"

// atRoot makes the root of the repository the working directory of a test. TestMain
// must not do this: the go command would not see which files the tests read, and would
// use cached results although a file has changed.
func atRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}
