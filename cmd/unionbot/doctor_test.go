package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/storagetest"
)

func TestDoctorAsksTheStoresAndWarnsOfPlainMode(t *testing.T) {
	server, err := url.Parse(storagetest.RedisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	server.User, server.Host = url.UserPassword("", "hunter2-of-redis"), "127.0.0.1:1"
	tests := map[string]struct {
		settings []string
		code     int
		says     string
	}{
		"all is well":   {append(bothPlatforms(), "REDIS_URL="+storagetest.RedisURL(t)), exitDone, "ok   redis              answers"},
		"embedded":      {append(bothPlatforms(), "REDIS_URL=embedded"), exitDone, "ok   redis              is embedded"},
		"Redis is away": {append(bothPlatforms(), "REDIS_URL="+server.String()), exitFailed, "bad  redis"},
		"no platform":   {[]string{"REDIS_URL=embedded"}, exitFailed, "bad  configuration      no platform"},
		"media is a file": {
			append(bothPlatforms(), "REDIS_URL=embedded", "MEDIA_URL=file:doctor.go"), exitFailed, "bad  media",
		},
		"other keys": {
			append(bothPlatforms(), "REDIS_URL=embedded", "ENCRYPTION_KEYS=other:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="),
			exitFailed, "bad  encryption keys",
		},
		"plain mode": {[]string{
			"REDIS_URL=embedded", "OFFICIAL_ACCOUNT_APP_ID=wx0123456789abcdef", "OFFICIAL_ACCOUNT_ID=gh_0123456789ab",
			"OFFICIAL_ACCOUNT_SECRET=secret", "OFFICIAL_ACCOUNT_TOKEN=token",
		}, exitDone, "warn official account   runs in plain mode"},
	}
	database := "DATABASE_URL=" + storagetest.SQLiteURL(t)
	if r := command(t, []string{database}, "migrate"); r.code != exitDone {
		t.Fatalf("migrate: %s", r.stderr)
	}
	if r := command(t, []string{database}, "members", "import", seedFile); r.code != exitDone {
		t.Fatalf("import: %s", r.stderr)
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := command(t, append(tt.settings, database), "doctor")
			if r.code != tt.code || !strings.Contains(r.stdout, tt.says) {
				t.Errorf("exit code %d\n%s%s", r.code, r.stdout, r.stderr)
			}
			if strings.Contains(r.stdout+r.stderr, "hunter2") {
				t.Errorf("it shows the password of Redis: %s%s", r.stdout, r.stderr)
			}
		})
	}
}
