// Nethttp posts one unsigned request with net/http. It is the smallest program with an
// HTTP client.
package main

import (
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	const body = `{"Action":"lambda:InvokeFunction","Principal":"s3.amazonaws.com","StatementId":"s3"}`
	resp, err := http.Post(os.Args[1]+"/2015-03-31/functions/Thumbnail/policy", "application/json", strings.NewReader(body))
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusCreated {
		println(resp.Status)
		os.Exit(1)
	}
}
