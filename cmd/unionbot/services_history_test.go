package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/service"
)

func TestAnEarlierTextOfAServiceIsListedAndWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "u.db")
	env := []string{"DATABASE_URL=sqlite:" + file, "REDIS_URL=embedded"}
	if r := command(t, env, "migrate"); r.code != exitDone {
		t.Fatalf("migrate: %s%s", r.stdout, r.stderr)
	}
	db, err := storage.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []service.Version{
		{Hash: "aaaaaa11", Name: "tool_loan", Source: []byte("prefix: TL\n")},
		{Hash: "aaaaaa22", Name: "tool_loan", Source: []byte("prefix: TM\n")},
		{Hash: "bbbbbb33", Name: "trip", Source: []byte("prefix: TR\n")},
	} {
		at := time.Date(2026, 11, 20+i, 4, 0, 0, 0, time.UTC)
		if err := storage.NewServices(db, func() time.Time { return at }).Publish(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	listed := command(t, env, "services", "history", "tool_loan")
	newer, older := strings.Index(listed.stdout, "2026-11-21 12:00:00  aaaaaa22"), strings.Index(listed.stdout, "2026-11-20 12:00:00  aaaaaa11")
	if listed.code != exitDone || newer < 0 || older < newer || strings.Contains(listed.stdout, "trip") {
		t.Errorf("exit code %d:\n%s%s", listed.code, listed.stdout, listed.stderr)
	}
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"show", "aaaaaa11"}, exitDone, "prefix: TL\n"},
		{[]string{"show", "bbbbbb"}, exitDone, "prefix: TR\n"},
		{[]string{"show", "aaaaaa"}, exitFailed, `2 texts begin with "aaaaaa"`},
		{[]string{"show", "aaa"}, exitFailed, "at least 6 characters"},
		{[]string{"history", "trips"}, exitFailed, `no text of a service "trips" was ever taken`},
		{[]string{"history", "--json"}, exitDone, `"hash": "bbbbbb33"`},
	} {
		r := command(t, env, append([]string{"services"}, tt.args...)...)
		if r.code != tt.code || !strings.Contains(r.stdout+r.stderr, tt.want) {
			t.Errorf("%v: exit code %d\n%s%s", tt.args, r.code, r.stdout, r.stderr)
		}
	}
}
