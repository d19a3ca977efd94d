package turns

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// parseURL reads the forms that Open names. Parameters: tls=true encrypts where the scheme does not say so, ca, cert and
// key name files (PEM) of the authority that vouches for the servers and of our own certificate, sentinel_password is the
// sentinels' own.
func parseURL(rawURL string) (*redis.UniversalOptions, error) {
	s := settings()
	scheme, rest, _ := strings.Cut(rawURL, "://")
	rest, query, _ := strings.Cut(rest, "?")
	var err error
	switch scheme {
	case "redis", "rediss":
		err = readHost(s, rest, "6379")
	case "redis+cluster":
		s.IsClusterMode = true
		err = readHost(s, rest, "6379")
	case "redis+sentinel":
		s.MasterName, rest, _ = strings.Cut(rest, "@")
		// The master's name stands where others have the user: name:password@ is the password of the servers.
		var password string
		if s.MasterName, password, _ = strings.Cut(s.MasterName, ":"); s.MasterName == "" || rest == "" {
			return nil, errURL
		}
		if err = readHost(s, rest, "26379"); err == nil {
			s.Password, err = url.PathUnescape(password)
		}
	default:
		return nil, errURL
	}
	parameters, queryErr := url.ParseQuery(query)
	if err != nil || queryErr != nil {
		return nil, errURL
	}
	s.SentinelPassword = parameters.Get("sentinel_password")
	if s.TLSConfig, err = readTLS(scheme == "rediss", parameters); err != nil {
		return nil, err
	}
	return s, nil
}

// readHost reads "user:password@h1,h2/db".
func readHost(s *redis.UniversalOptions, rest, defaultPort string) error {
	one, err := redis.ParseURL("redis://" + firstHost(rest))
	if err != nil {
		return err
	}
	s.Addrs, s.Username, s.Password, s.DB = hosts(rest), one.Username, one.Password, one.DB
	for i, host := range s.Addrs {
		if _, _, err := net.SplitHostPort(host); err != nil {
			s.Addrs[i] = net.JoinHostPort(host, defaultPort)
		}
		if _, _, err := net.SplitHostPort(s.Addrs[i]); err != nil {
			return errURL // a bracket that nothing closes
		}
	}
	return nil
}

// readTLS returns nil where nothing is encrypted.
func readTLS(on bool, parameters url.Values) (*tls.Config, error) {
	if wanted := parameters.Get("tls"); wanted != "" {
		var err error
		if on, err = strconv.ParseBool(wanted); err != nil {
			return nil, errURL
		}
	}
	if !on {
		return nil, nil
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if file := parameters.Get("ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the authority of Redis: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read the authority of Redis: %s holds no certificate", file)
		}
	}
	if file := parameters.Get("cert"); file != "" {
		pair, err := tls.LoadX509KeyPair(file, parameters.Get("key"))
		if err != nil {
			return nil, fmt.Errorf("read the certificate for Redis: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

var errURL = errors.New("redis URL must look like redis://host:6379/0, rediss://…, redis+cluster://h1:6379,h2:6379, " +
	"redis+sentinel://name@h1:26379,h2:26379/0, or embedded")

// hosts takes "user:password@h1,h2/db" apart.
func hosts(rest string) []string {
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = rest[i+1:]
	}
	rest, _, _ = strings.Cut(rest, "/")
	return strings.Split(rest, ",")
}

// firstHost leaves of several hosts the first, so that the library's own parser reads the rest.
func firstHost(rest string) string {
	comma := strings.Index(rest, ",")
	if comma < 0 {
		return rest
	}
	if slash := strings.Index(rest, "/"); slash >= 0 {
		return rest[:comma] + rest[slash:]
	}
	return rest[:comma]
}
