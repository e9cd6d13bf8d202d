package permissiontest

import "testing"

// APICases runs every case of TestAPI for itself, on a test that may fail.
func APICases(run func(name string, test func(testing.TB, Harness))) {
	for _, c := range apiCases() {
		run(c.name, func(tb testing.TB, h Harness) { c.test(tb, h) })
	}
}
