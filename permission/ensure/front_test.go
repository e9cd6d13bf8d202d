package ensure_test

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// front stands between a client and the service and loses the response to the
// first change, after the service has done its work.
type front struct {
	service *permissiontest.Service

	mu      sync.Mutex
	changes int
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && f.isFirst() {
		f.service.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}
	f.service.ServeHTTP(w, r)
}

func (f *front) isFirst() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes++
	return f.changes == 1
}

// client serves f on loopback and returns a client of it that tries again at
// once.
func (f *front) client(t *testing.T, optFns ...func(*permission.Options)) *permission.Client {
	t.Helper()
	server := httptest.NewUnstartedServer(f)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	return permission.NewFromConfig(f.service.Config(server.URL), append([]func(*permission.Options){func(o *permission.Options) {
		o.HTTPClient = server.Client()
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
	}}, optFns...)...)
}

// noBackoff tries again at once.
type noBackoff struct{}

func (noBackoff) BackoffDelay(int, error) (time.Duration, error) { return 0, nil }

func refuse(w http.ResponseWriter, status int, code, body string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
