package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzLoad(f *testing.F) {
	f.Add("LISTEN: :8080\nWECOM_AGENT_ID: 1000002\nCLOCK_OFFSET: +49h\n", "mysql://user:pass@host:3306/db")
	f.Add("a: &a [*a, *a]\n<<: *a\n", "redis+sentinel://name@h1,h2/db")
	f.Add("TRUSTED_PROXIES: [10.0.0.0/8]\nENCRYPTION_KEYS: k:AAAA", "s3://key:secret@host/bucket?region=&tls=")
	f.Fuzz(func(t *testing.T, content, url string) {
		if strings.ContainsRune(url, 0) {
			return // no environment holds it
		}
		path := filepath.Join(t.TempDir(), "unionbot.yaml")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		var problems Problems
		_, err := Load(Source{File: path, Environ: []string{"UNIONBOT_DATABASE_URL=" + url, "UNIONBOT_REDIS_URL=" + url, "UNIONBOT_MEDIA_URL=" + url}})
		if err != nil && !errors.As(err, &problems) {
			t.Errorf("%v is no list of problems", err)
		}
	})
}
