package permission_test

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// front stands between a client and the service and loses the response to the
// first change, in the way that lose says, after the service has done its work.
type front struct {
	service *permissiontest.Service
	lose    func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder)

	// instead takes the place of the first change: the request got lost, too.
	instead func()
	// beforeRead runs before each GetPolicy.
	beforeRead func()
	// unreadable refuses GetPolicy.
	unreadable bool
	// preconditionFirst answers a guarded removal of what is gone with 412. The
	// order in which the service looks at id and revision is not documented.
	preconditionFirst bool

	mu      sync.Mutex
	changes int
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		f.read(w, r)
		return
	}
	f.mu.Lock()
	f.changes++
	first := f.changes == 1
	f.mu.Unlock()
	if first {
		f.lose(w, r, f.carryOut(r))
		return
	}
	f.answer(w, r)
}

func (f *front) carryOut(r *http.Request) *httptest.ResponseRecorder {
	if f.instead != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		f.instead()
		return httptest.NewRecorder()
	}
	done := httptest.NewRecorder()
	f.service.ServeHTTP(done, r)
	return done
}

func (f *front) read(w http.ResponseWriter, r *http.Request) {
	if f.unreadable {
		refuse(w, http.StatusForbidden, "AccessDeniedException", `{"Message":"User is not authorized to perform: lambda:GetPolicy"}`)
		return
	}
	if f.beforeRead != nil {
		f.beforeRead()
	}
	f.service.ServeHTTP(w, r)
}

func (f *front) answer(w http.ResponseWriter, r *http.Request) {
	done := httptest.NewRecorder()
	f.service.ServeHTTP(done, r)
	if f.preconditionFirst && r.URL.Query().Has("RevisionId") && done.Code == http.StatusNotFound {
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailedException", `{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id."}`)
		return
	}
	copyAnswer(w, done)
}

func refuse(w http.ResponseWriter, status int, code, body string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func copyAnswer(w http.ResponseWriter, done *httptest.ResponseRecorder) {
	for name, values := range done.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(done.Code)
	_, _ = w.Write(done.Body.Bytes())
}

// The ways in which a response is lost.
var losses = map[string]func(http.ResponseWriter, *http.Request, *httptest.ResponseRecorder){
	"reset before headers": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		connection := hijack(w)
		_ = connection.(*net.TCPConn).SetLinger(0) // closing then sends a reset
		_ = connection.Close()
	},
	"EOF": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		_ = hijack(w).Close()
	},
	"500": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		refuse(w, 500, "ServiceException", `{"Message":"An error occurred and the request cannot be processed.","Type":"Service"}`)
	},
	"503": func(w http.ResponseWriter, _ *http.Request, _ *httptest.ResponseRecorder) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(503)
		_, _ = io.WriteString(w, "<html>Service Unavailable</html>")
	},
	"client timeout": func(_ http.ResponseWriter, r *http.Request, _ *httptest.ResponseRecorder) {
		<-r.Context().Done()
	},
	"truncated body": func(w http.ResponseWriter, _ *http.Request, done *httptest.ResponseRecorder) {
		body := append(done.Body.Bytes(), "{ and more"...) // a 204 has none to truncate
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	},
}

func hijack(w http.ResponseWriter) net.Conn {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	return connection
}

// client serves f on loopback and returns a client of it that tries again at
// once and waits for an answer as long as timeout.
func (f *front) client(t *testing.T, timeout time.Duration) *permission.Client {
	t.Helper()
	server := httptest.NewUnstartedServer(f)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.Close()
	})
	return permission.NewFromConfig(f.service.Config(server.URL), func(o *permission.Options) {
		o.HTTPClient = &http.Client{Transport: transport, Timeout: timeout}
		o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) { so.Backoff = noBackoff{} })
	})
}
