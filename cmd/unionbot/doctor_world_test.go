package main

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage/storagetest"
)

// practice is where doctor is tried: the seeded union on SQLite, with the platforms opposite it.
type practice struct {
	played    played
	platforms *simulator.Simulator
	api       string
	database  string
}

// newPractice lets prepare change what is played.
func newPractice(t *testing.T, prepare func(*simulator.Config)) *practice {
	t.Helper()
	everybody, err := people()
	if err != nil {
		t.Fatal(err)
	}
	p := &practice{played: newPlayed(), database: "DATABASE_URL=" + storagetest.MigratedSQLiteURL(t)}
	played := simulator.Config{WeCom: &p.played.app, Account: &p.played.account, People: everybody}
	if prepare != nil {
		prepare(&played)
	}
	if p.platforms, err = simulator.New(played); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p.platforms)
	t.Cleanup(func() {
		server.Close()
		if err := p.platforms.Close(context.Background()); err != nil {
			t.Log(err)
		}
	})
	p.api = server.URL
	if r := command(t, []string{p.database}, "members", "import", seedFile); r.code != exitDone {
		t.Fatalf("import: %s", r.stderr)
	}
	return p
}

// settings are a complete configuration, with changes; NAME= takes a setting out.
func (p *practice) settings(t *testing.T, changes ...string) []string {
	t.Helper()
	all := []string{p.database, "REDIS_URL=embedded", "MEDIA_URL=file:" + t.TempDir()}
	for _, pair := range p.played.environ(p.api) {
		all = append(all, strings.TrimPrefix(pair, "UNIONBOT_"))
	}
	for _, change := range changes {
		name, value, _ := strings.Cut(change, "=")
		all = slices.DeleteFunc(all, func(pair string) bool { return strings.HasPrefix(pair, name+"=") })
		if value != "" {
			all = append(all, change)
		}
	}
	return all
}

// config is the configuration of the settings.
func (p *practice) config(t *testing.T, changes ...string) config.Config {
	t.Helper()
	var environ []string
	for _, s := range p.settings(t, changes...) {
		environ = append(environ, "UNIONBOT_"+s)
	}
	c, err := config.Load(config.Source{Environ: environ})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// patient is what doctor would look at.
func (p *practice) patient(t *testing.T, changes ...string) *patient {
	t.Helper()
	one := newPatient(t.Context(), p.config(t, changes...))
	t.Cleanup(one.close)
	return one
}

// expect looks for a finding with that name, and for the words in what it says and advises.
func expect(t *testing.T, found []finding, name string, want state, words ...string) {
	t.Helper()
	i := slices.IndexFunc(found, func(f finding) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("there is no finding on %s in %+v", name, found)
	}
	f := found[i]
	if f.State != want {
		t.Errorf("%s is %s, want %s: %+v", name, f.State, want, f)
	}
	if (f.State == stateOK) != (f.Do == "") {
		t.Errorf("%s must say what to do, and only where something is wrong: %+v", name, f)
	}
	for _, word := range words {
		if !strings.Contains(f.Detail+"\n"+f.Do, word) {
			t.Errorf("%s does not say %q: %+v", name, word, f)
		}
	}
}
