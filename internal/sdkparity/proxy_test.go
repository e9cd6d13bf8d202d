package sdkparity_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// proxy is an HTTP proxy and a service at the same time: it answers the requests itself
// and records them.
type proxy struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newProxy(t *testing.T) *proxy {
	p := &proxy{}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, fmt.Sprintf("%s %s, authorization %q", req.Method, req.RequestURI, req.Header.Get("Proxy-Authorization")))
	p.mu.Unlock()
	if req.Method == http.MethodConnect {
		w.WriteHeader(http.StatusForbidden) // the test needs only the request
		return
	}
	resp := success(req)
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// take returns the requests since the last take.
func (p *proxy) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

// The variables that give a child process the client to call, and the endpoint if it is
// not that of AWS.
const (
	clientVariable   = "LAMBDAPERM_CONFORMANCE_CLIENT"
	endpointVariable = "LAMBDAPERM_CONFORMANCE_ENDPOINT"
)

// With their default HTTP client both clients use the proxy of the environment. A
// process reads the environment once, so each case runs in its own process. The host
// 0.0.0.0 is this machine but not a loopback address, to which net/http never uses a
// proxy.
func TestProxyEnvironment(t *testing.T) {
	p := newProxy(t)
	origin := strings.Replace(p.URL, "127.0.0.1", "0.0.0.0", 1)
	host := strings.TrimPrefix(origin, "http://")
	const path = "/2015-03-31/functions/f/policy"
	connect := []string{`CONNECT lambda.eu-west-3.amazonaws.com:443, authorization ""`}
	through := []string{"GET http://" + host + path + `, authorization ""`}
	direct := []string{"GET " + path + `, authorization ""`}
	for name, test := range map[string]struct {
		env  []string
		want []string
	}{
		"HTTPS":           {[]string{"HTTPS_PROXY=" + p.URL}, connect},
		"https":           {[]string{"https_proxy=" + p.URL}, connect},
		"HTTPS with user": {[]string{"HTTPS_PROXY=" + strings.Replace(p.URL, "//", "//user:pw@", 1)}, []string{`CONNECT lambda.eu-west-3.amazonaws.com:443, authorization "Basic dXNlcjpwdw=="`}},
		"HTTP":            {[]string{"HTTP_PROXY=" + p.URL, endpointVariable + "=" + origin}, through},
		"http":            {[]string{"http_proxy=" + p.URL, endpointVariable + "=" + origin}, through},
		"HTTPS only":      {[]string{"HTTPS_PROXY=" + p.URL, endpointVariable + "=" + origin}, direct},
		"NO_PROXY":        {[]string{"HTTP_PROXY=" + p.URL, "NO_PROXY=example.test,0.0.0.0", endpointVariable + "=" + origin}, direct},
		"no_proxy other":  {[]string{"HTTP_PROXY=" + p.URL, "no_proxy=example.test", endpointVariable + "=" + origin}, through},
		"NO_PROXY all":    {[]string{"HTTP_PROXY=" + p.URL, "NO_PROXY=*", endpointVariable + "=" + origin}, direct},
		"loopback":        {[]string{"HTTP_PROXY=" + p.URL, endpointVariable + "=" + p.URL}, direct},
	} {
		for _, client := range []string{"ours", "SDK"} {
			child := exec.Command(os.Args[0], "-test.run=^TestProxyChild$")
			child.Env = slices.Concat(withoutProxies(os.Environ()), test.env, []string{clientVariable + "=" + client})
			child.Env = append(child.Env, "GORACE=atexit_sleep_ms=0") // otherwise the race detector waits for a second
			if out, err := child.CombinedOutput(); err != nil {
				t.Fatalf("%s, %s: %v\n%s", name, client, err, out)
			}
			if diff := cmp.Diff(test.want, p.take()); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", name, client, diff)
			}
		}
	}
}

// TestProxyChild makes the call in a child process of TestProxyEnvironment.
func TestProxyChild(t *testing.T) {
	client, ok := map[string]func(setting) permission.API{"ours": setting.ourAPI, "SDK": setting.sdk}[os.Getenv(clientVariable)]
	if !ok {
		t.Skip("runs only in the child processes of TestProxyEnvironment")
	}
	set := loadSetting(t, nil, "")
	set.RetryMaxAttempts = 1
	if endpoint := os.Getenv(endpointVariable); endpoint != "" {
		set.BaseEndpoint = &endpoint
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := invoke(ctx, client(set), operations["GetPolicy"])
	if err != nil && !strings.Contains(err.Error(), "Forbidden") {
		t.Fatal(err)
	}
}

// withoutProxies returns an environment without the variables of proxies and of AWS.
func withoutProxies(env []string) (kept []string) {
	for _, entry := range env {
		name := strings.ToUpper(entry[:strings.IndexByte(entry+"=", '=')])
		if !strings.HasSuffix(name, "_PROXY") && !strings.HasPrefix(name, "AWS_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// A BuildableClient and an http.Client of the program keep their proxy. Both clients
// call its Proxy function for the same requests.
func TestProxyOfClient(t *testing.T) {
	p := newProxy(t)
	to, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	choose := func(req *http.Request) (*url.URL, error) {
		asked = append(asked, req.URL.Scheme+"://"+req.URL.Host)
		return to, nil
	}
	for name, client := range map[string]aws.HTTPClient{
		"buildable":   awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.Proxy = choose }),
		"frozen":      awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) { t.Proxy = choose }).Freeze(),
		"http.Client": &http.Client{Transport: &http.Transport{Proxy: choose}},
	} {
		for operation, input := range operations {
			for _, plain := range []bool{false, true} {
				set := setting{Config: plainConfig(client)}
				set.Retryer = newHasty
				set.endpoint.DisableHTTPS = plain
				tell := func(client func(setting) permission.API) (told [2][]string) {
					asked = nil
					_, _ = invoke(context.Background(), client(set), input)
					return [2][]string{asked, p.take()}
				}
				ours, sdks := tell(setting.ourAPI), tell(setting.sdk)
				if diff := cmp.Diff(sdks, ours); diff != "" {
					t.Errorf("%s, %s, plain %t (-SDK +ours):\n%s", name, operation, plain, diff)
				}
				if len(ours[0]) == 0 {
					t.Errorf("%s, %s, plain %t: the Proxy function was not called", name, operation, plain)
				}
				if len(ours[1]) == 0 {
					t.Errorf("%s, %s, plain %t: nothing reached the proxy", name, operation, plain)
				}
			}
		}
	}
}
