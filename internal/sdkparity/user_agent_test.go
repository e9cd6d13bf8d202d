package sdkparity_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/lambdaperm/lambdaperm"
)

// User-Agent is the one header in which the clients differ: each names itself in
// it. It is not signed.
const ourAgent = "lib/lambdaperm#" + lambdaperm.Version

// sdkAgent names the version of service/lambda that this module requires. The
// package does not export its version, so that its client is asked for it.
var sdkAgent = askForAgent()

func askForAgent() string {
	transport := &recorder{}
	_, err := lambda.NewFromConfig(plainConfig(transport)).GetAccountSettings(context.Background(), nil)
	if err != nil || len(transport.requests) != 1 {
		panic(fmt.Sprintf("the SDK's client sent %d requests: %v", len(transport.requests), err))
	}
	header := transport.requests[0].Header.Get("User-Agent")
	agent := regexp.MustCompile(`(?:^| )(api/lambda#[0-9]+\.[0-9]+\.[0-9]+)(?: |$)`).FindStringSubmatch(header)
	if agent == nil {
		panic("the SDK's client does not name itself in User-Agent: " + header)
	}
	return agent[1]
}

// hideAgent replaces a client's own name in the User-Agent header. Without the
// name the header stays as it is, and then the comparison fails.
func hideAgent(h http.Header, agent string) {
	h.Set("User-Agent", strings.Replace(h.Get("User-Agent"), agent, "CLIENT", 1))
}
