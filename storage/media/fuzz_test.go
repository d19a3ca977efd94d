package media

import (
	"strings"
	"testing"
)

// FuzzParseBucket reads the setting of a bucket. What is taken has all its parts; what is refused is not quoted.
func FuzzParseBucket(f *testing.F) {
	for _, seed := range []string{"s3://key:secret@host/bucket?region=cn&tls=false&style=path", "s3://k:s%2F@[::1]:9000/b/", "s3://:@//", "file:media", "s3://k:s@h/b?%zz"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rawURL string) {
		a, err := parseBucket(rawURL)
		if err == nil && (a.host == "" || a.bucket == "" || a.key == "" || a.secret == "" || strings.Contains(a.bucket, "/")) {
			t.Errorf("%q is read as %+v", rawURL, a)
		}
		if err != nil && len(rawURL) > 40 && strings.Contains(err.Error(), rawURL) {
			t.Errorf("%q is quoted: %v", rawURL, err)
		}
	})
}
