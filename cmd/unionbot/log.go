package main

import (
	"io"
	"log/slog"

	"github.com/unionbot/unionbot/config"
)

// newLogger writes to stderr as the configuration says. What is logged are ids, counts and causes: never what a
// person wrote, who they are, or a secret.
func newLogger(c config.Config, to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(to, options))
	}
	return slog.New(slog.NewJSONHandler(to, options))
}
