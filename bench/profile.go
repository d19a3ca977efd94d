package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// profileSeconds is about how long a round takes.
const profileSeconds = 4

// profile keeps a CPU profile of the next seconds of a replica, if profiles are wanted. What went wrong comes when it is
// kept.
func (f *field) profile(ctx context.Context, p *process, name string) <-chan error {
	kept := make(chan error, 1)
	if f.profiles == "" {
		kept <- nil
		return kept
	}
	go func() { kept <- f.keepProfile(ctx, p, strings.NewReplacer(" ", "-", ",", "").Replace(name)) }()
	return kept
}

func (f *field) keepProfile(ctx context.Context, p *process, name string) error {
	url := fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.inner, profileSeconds)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return os.WriteFile(filepath.Join(f.profiles, name+".pprof"), content, 0o600)
}
