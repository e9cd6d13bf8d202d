package permissiontest

// APICases calls run with each case of TestAPI, so that a case can run on a test that
// may fail.
func APICases(run func(name string, test func(TB, Harness))) {
	for _, c := range apiCases() {
		run(c.name, func(tb TB, h Harness) { c.test(tb, h) })
	}
}

// NewHTTPServer is the server that NewServer starts.
var NewHTTPServer = newHTTPServer
