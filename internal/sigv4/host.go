package sigv4

import (
	"net/http"
	"strings"
)

func hostOf(r *http.Request) string {
	if r.Host != "" {
		return r.Host
	}
	return r.URL.Host
}

// cutDefaultPort makes a host with the default port of the request's scheme one
// without: which of the two arrives at the service is up to the proxies on the way.
func cutDefaultPort(r *http.Request) {
	host := hostOf(r)
	name, port, _ := strings.Cut(host, ":")
	if address, _, ok := strings.Cut(host, "]"); ok { // of IPv6, which loses its brackets too
		name = strings.TrimPrefix(address, "[")
		_, port, _ = strings.Cut(host, "]:")
	}
	if port == "80" && strings.ToLower(r.URL.Scheme) == "http" || port == "443" && strings.ToLower(r.URL.Scheme) == "https" {
		r.Host = name
	}
}
