package turns

import (
	"net"
	"strings"
	"testing"
)

// FuzzParseURL reads the setting of Redis, which needs no server. What is taken names servers that can be dialled.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"redis://user:p%40ss@host:6379/3", "rediss://host", "redis+cluster://user:password@h1,h2:7000", "redis+sentinel://name:pass@h1,h2/0?sentinel_password=x",
		"redis+sentinel://name@", "redis://[::1]:6379/0", "redis://,/", "redis://h/x", "redis://:@h?tls=maybe", "embedded",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rawURL string) {
		if strings.Contains(rawURL, "ca=") || strings.Contains(rawURL, "cert=") || strings.Contains(rawURL, "key=") || strings.Contains(rawURL, "%") {
			return // it would read files of this machine
		}
		o, err := parseURL(rawURL)
		if err != nil {
			return
		}
		if len(o.Addrs) == 0 {
			t.Errorf("%q names no server", rawURL)
		}
		for _, address := range o.Addrs {
			if _, _, err := net.SplitHostPort(address); err != nil {
				t.Errorf("%q names %q: %v", rawURL, address, err)
			}
		}
	})
}
