package media

import (
	"errors"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
)

// address is where a bucket is and how it is asked.
type address struct {
	host, bucket string
	key, secret  string
	region       string
	tls          bool
	style        minio.BucketLookupType
}

// parseBucket reads s3://key:secret@host/bucket?region=&tls=&style=.
func parseBucket(rawURL string) (address, error) {
	u, err := url.Parse(rawURL)
	if err != nil { // it would quote the secret
		return address{}, errors.New("media URL is none; write special characters in key and secret as %XX")
	}
	a := address{host: u.Host, bucket: strings.Trim(u.Path, "/"), key: u.User.Username(), tls: true}
	a.secret, _ = u.User.Password()
	query := u.Query()
	a.region = query.Get("region")
	if u.Scheme != "s3" || a.host == "" || a.bucket == "" || strings.Contains(a.bucket, "/") || a.key == "" || a.secret == "" {
		return address{}, errors.New("media URL must be file:path or s3://key:secret@host/bucket")
	}
	switch query.Get("tls") {
	case "", "true":
	case "false":
		a.tls = false
	default:
		return address{}, errors.New("media URL: tls must be true or false")
	}
	switch query.Get("style") {
	case "": // what the host is known for, else path
	case "path":
		a.style = minio.BucketLookupPath
	case "host":
		a.style = minio.BucketLookupDNS
	default:
		return address{}, errors.New("media URL: style must be path or host")
	}
	return a, nil
}
