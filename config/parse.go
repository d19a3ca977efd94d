package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A check says what is wrong with a value and how it should look. It never repeats the value: it may be a secret.
type check func(value string) error

func text(field func(*Config) *string, ok check) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = value
		return ok(value)
	}
}

func secret(field func(*Config) *Secret, ok check) func(*Config, string) error {
	return func(c *Config, value string) error {
		*field(c) = Secret{value}
		return ok(value)
	}
}

func number(field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n <= 0 {
			return errors.New("must be a positive number")
		}
		*field(c) = n
		return nil
	}
}

// countable is number for what may be 0.
func countable(field func(*Config) *int) func(*Config, string) error {
	return func(c *Config, value string) error {
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return errors.New("must be a number, 0 or more")
		}
		*field(c) = n
		return nil
	}
}

func anything(string) error { return nil }

func oneOf(values ...string) check {
	return func(value string) error {
		if !slices.Contains(values, value) {
			return fmt.Errorf("must be %s", strings.Join(values, " or "))
		}
		return nil
	}
}

func anAddress(value string) error {
	_, port, err := net.SplitHostPort(value)
	if err != nil {
		return errors.New("must be host:port or :port")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return errors.New("must end with a port from 0 to 65535")
	}
	return nil
}

func anHTTPURL(value string) error {
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" {
		return errors.New("must look like https://host or https://host/path")
	}
	return nil
}

// aPublicURL wants a path, if any, as a request has it: it is compared with that.
func aPublicURL(value string) error {
	if err := anHTTPURL(value); err != nil {
		return err
	}
	u, err := url.Parse(value)
	if err != nil {
		return errors.New("is not a URL")
	}
	if p := strings.TrimRight(u.Path, "/"); p != "" && (path.Clean(p) != p || u.RawPath != "") || u.Fragment != "" || u.User != nil {
		return errors.New("must look like https://host or https://host/path, plainly written")
	}
	return nil
}

func aDatabaseURL(value string) error {
	if path, ok := strings.CutPrefix(value, "sqlite:"); ok {
		if path == "" {
			return errors.New("names no file; write sqlite:path")
		}
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "mysql" || u.Host == "" || strings.Trim(u.Path, "/") == "" {
		return errors.New("must be mysql://user:password@host:3306/name or sqlite:path; write special characters in the password as %XX")
	}
	return nil
}

func aRedisURL(value string) error {
	if value == Embedded {
		return nil
	}
	scheme, rest, _ := strings.Cut(value, "://")
	if !slices.Contains([]string{"redis", "rediss", "redis+cluster", "redis+sentinel"}, scheme) || rest == "" {
		return errors.New("must be redis://host:6379/0, rediss://…, redis+cluster://h1,h2, redis+sentinel://name@h1,h2/0 or embedded")
	}
	if _, err := url.Parse(value); err != nil {
		return errors.New("is not a URL; write special characters in the password as %XX")
	}
	return nil
}

func aMediaURL(value string) error {
	if path, ok := strings.CutPrefix(value, "file:"); ok && path != "" {
		return nil
	}
	if !strings.HasPrefix(value, "s3:") {
		return errors.New("must be file:path or s3://key:secret@host/bucket")
	}
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || u.User == nil || !isBucket(strings.Trim(u.Path, "/")) {
		return errors.New("must be s3://key:secret@host/bucket; write special characters in key and secret as %XX")
	}
	if secret, _ := u.User.Password(); secret == "" || u.User.Username() == "" {
		return errors.New("lacks the key or the secret; write s3://key:secret@host/bucket")
	}
	for name, values := range u.Query() {
		allowed, known := bucketOptions[name]
		switch {
		case !known:
			return fmt.Errorf("has %s behind the bucket; region, tls and style can be there", name)
		case len(values) != 1 || allowed != nil && !slices.Contains(allowed, values[0]):
			return fmt.Errorf("%s must be %s", name, strings.Join(allowed, " or "))
		}
	}
	return nil
}

// bucketOptions are what may follow the name of a bucket, and which values they may have.
var bucketOptions = map[string][]string{"region": nil, "tls": {"true", "false"}, "style": {"path", "host"}}

func isBucket(name string) bool {
	return len(name) >= 3 && !strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
	})
}

// anAESKey wants what both platforms hand out: 43 characters of base64 without the closing "=".
func anAESKey(value string) error {
	if _, err := base64.StdEncoding.DecodeString(value + "="); err != nil || len(value) != 43 {
		return errors.New("must be the 43 letters and digits that the platform shows as EncodingAESKey")
	}
	return nil
}

func encryptionKeys(value string) error {
	seen := map[string]bool{}
	for i, key := range strings.Split(value, ",") {
		name, encoded, _ := strings.Cut(strings.TrimSpace(key), ":")
		// An entry that only verifies: see `unionbot keys retire`.
		encoded, verifies := strings.CutPrefix(encoded, "verify:")
		raw, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case verifies && i == 0:
			return errors.New("key 1 only verifies; the first must seal, for new entries")
		case name == "" || err != nil || len(raw) != 32:
			return fmt.Errorf("key %d must be name:base64 of 32 bytes; make one with: echo \"k1:$(openssl rand -base64 32)\"", i+1)
		case seen[name]:
			return fmt.Errorf("key %d has the name of an earlier one; every key needs a name of its own", i+1)
		}
		seen[name] = true
	}
	return nil
}

// custodianKeys looks at the form only: whether it is a key, package union/custody knows.
func custodianKeys(value string) error {
	for key := range strings.SplitSeq(value, ",") {
		encoded, ok := strings.CutPrefix(strings.TrimSpace(key), "custodians:")
		if raw, err := base64.RawURLEncoding.DecodeString(encoded); !ok || err != nil || len(raw) != 96 {
			return errors.New("must be what unionbot keys custodians printed behind UNIONBOT_CUSTODIAN_KEY=, and no share")
		}
	}
	return nil
}

func innerListen(c *Config, value string) error {
	if value == "off" {
		c.InnerListen = ""
		return nil
	}
	c.InnerListen = value
	return anAddress(value)
}

func trustedProxies(c *Config, value string) error {
	for _, each := range strings.Split(value, ",") {
		each = strings.TrimSpace(each)
		prefix, err := netip.ParsePrefix(each)
		if err != nil {
			address, err := netip.ParseAddr(each)
			if err != nil {
				return errors.New("must be addresses or networks such as 10.0.0.5 or 10.0.0.0/8, joined by commas")
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		c.TrustedProxies = append(c.TrustedProxies, prefix)
	}
	return nil
}

// pairs takes what stands by a key: task=…,answer=….
func pairs(field func(*Config) *map[string]string, wanted string) func(*Config, string) error {
	return func(c *Config, value string) error {
		found := map[string]string{}
		*field(c) = found
		for _, each := range strings.Split(value, ",") {
			key, is, _ := strings.Cut(strings.TrimSpace(each), "=")
			if key == "" || is == "" {
				return errors.New("must be " + wanted + ", joined by commas")
			}
			found[key] = is
		}
		return nil
	}
}

func allowance(field func(*Config) *Allowance) func(*Config, string) error {
	return func(c *Config, value string) error {
		count, life, _ := strings.Cut(value, "/")
		n, err := strconv.Atoi(count)
		d, lifeErr := time.ParseDuration(life)
		if err != nil || lifeErr != nil || n < 0 || d <= 0 {
			return errors.New("must be a number of messages and a time, such as 5/48h")
		}
		*field(c) = Allowance{Count: n, Life: d}
		return nil
	}
}

func clockOffset(c *Config, value string) error {
	offset, err := time.ParseDuration(value)
	if err != nil {
		return errors.New("must be a duration such as +49h or -30m")
	}
	c.ClockOffset = offset
	return nil
}

func logLevel(c *Config, value string) error {
	if err := c.LogLevel.UnmarshalText([]byte(value)); err != nil {
		return errors.New("must be debug, info, warn or error")
	}
	return nil
}
