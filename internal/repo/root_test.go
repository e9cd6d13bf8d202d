package repo_test

import "testing"

// atRoot lets a test read the repository from its root. A change of folder before
// the tests run would hide from the go command which files they read, so that it
// would take results from its cache although a file has changed.
func atRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}
