package config

import (
	"strings"
	"testing"
)

func TestThePathOfThePublicURLIsThePrefix(t *testing.T) {
	for value, want := range map[string]string{
		"https://union.example.com":       "",
		"https://union.example.com/":      "",
		"https://union.example.com/hui":   "/hui",
		"https://union.example.com/a/b/":  "/a/b",
		"https://union.example.com:8443/": "",
	} {
		c, err := Load(Source{Environ: []string{"UNIONBOT_PUBLIC_URL=" + value}})
		if got := c.PathPrefix(); err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", value, got, err, want)
		}
	}
	for _, value := range []string{"https://h/a/../b", "https://h//a", "https://h/a%2fb", "https://h/a#b", "https://u:p@h/a"} {
		if _, err := Load(Source{Environ: []string{"UNIONBOT_PUBLIC_URL=" + value}}); err == nil {
			t.Errorf("%s is accepted", value)
		}
	}
}

func TestTheConsoleApartNeedsAnAddressOfItsOwn(t *testing.T) {
	_, err := Load(Source{Environ: []string{"UNIONBOT_LISTEN=:8080", "UNIONBOT_CONSOLE_LISTEN=:8080"}})
	if err == nil || !strings.Contains(err.Error(), "UNIONBOT_CONSOLE_LISTEN (environment): is the address of LISTEN") {
		t.Errorf("got %v", err)
	}
}
