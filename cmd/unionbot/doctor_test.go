package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestDoctorAsksTheStoresAndWarnsOfPlainMode(t *testing.T) {
	p := newPractice(t, nil)
	bucket := storagetest.BucketURL(t)
	storagetest.MakeBucket(t, bucket)
	tests := map[string]struct {
		changes []string
		code    int
		says    string
	}{
		"all is well":     {[]string{"REDIS_URL=" + storagetest.RedisURL(t)}, exitDone, "ok   redis              answers"},
		"embedded":        {nil, exitDone, "ok   redis              is embedded"},
		"Redis is away":   {[]string{"REDIS_URL=" + redisAt(t, "127.0.0.1:1")}, exitFailed, "bad  redis"},
		"media is a file": {[]string{"MEDIA_URL=file:doctor.go"}, exitFailed, "bad  media"},
		"no bucket":       {[]string{"MEDIA_URL=" + storagetest.BucketURL(t)}, exitFailed, "has no bucket unionbot-"},
		"a bucket":        {[]string{"MEDIA_URL=" + bucket}, exitDone, "ok   media              a file was written"},
		"other keys": {
			[]string{"ENCRYPTION_KEYS=other:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}, exitFailed, "bad  encryption keys",
		},
		"the example's key": {
			[]string{"ENCRYPTION_KEYS=k1:" + keyOfExample(t)}, exitFailed, "bad  encryption keys    encrypt with the key of unionbot.example.yaml",
		},
		"plain mode": {
			[]string{"OFFICIAL_ACCOUNT_AES_KEY="}, exitDone, "warn official account   runs in plain mode",
		},
		"what to do": {[]string{"PUBLIC_URL="}, exitDone, "→ set PUBLIC_URL"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := command(t, p.settings(t, tt.changes...), "doctor")
			if r.code != tt.code || !strings.Contains(r.stdout, tt.says) {
				t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			if strings.Contains(r.stdout+r.stderr, "hunter2") {
				t.Errorf("it shows the password of Redis: %s%s", r.stdout, r.stderr)
			}
		})
	}
	t.Run("no database yet", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "unionbot.db")
		r := command(t, p.settings(t, "DATABASE_URL=sqlite:"+file), "doctor")
		if r.code != exitFailed || !strings.Contains(r.stdout, "run unionbot migrate") {
			t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
		}
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("doctor made the database: %v", err)
		}
	})
	t.Run("a wrong configuration", func(t *testing.T) {
		r := command(t, p.settings(t, "TIMEZONE=Asia/Beijing", "NONSENSE=1", "DATABASE_URL="), "doctor", "--json")
		var found []finding
		if err := json.Unmarshal([]byte(r.stdout), &found); err != nil || r.code != exitFailed {
			t.Errorf("exit code %d, %v\n%s%s", r.code, err, r.stdout, r.stderr)
		}
		for _, of := range []string{"TIMEZONE", "NONSENSE", "DATABASE_URL"} {
			if !slices.ContainsFunc(found, func(f finding) bool {
				return f.Name == configuration && f.State == stateBad && f.Do != "" && strings.Contains(f.Detail, of)
			}) {
				t.Errorf("%s is not named in %+v", of, found)
			}
		}
	})
	t.Run("no platform", func(t *testing.T) {
		r := command(t, []string{p.database, "REDIS_URL=embedded"}, "doctor")
		if r.code != exitFailed || !strings.Contains(r.stdout, "bad  configuration      no platform") {
			t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
		}
	})
}

// keyOfExample is the key that stands in unionbot.example.yaml.
func keyOfExample(t *testing.T) string {
	t.Helper()
	file, err := os.ReadFile("../../unionbot.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(file), "\nencryption_keys: k1:")
	key, _, _ := strings.Cut(rest, "\n")
	if !found || key == "" {
		t.Fatal("unionbot.example.yaml has no encryption_keys")
	}
	return key
}
