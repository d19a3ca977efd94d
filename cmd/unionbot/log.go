package main

import (
	"io"
	"log/slog"
	"strconv"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/config"
)

// newLogger writes to stderr as the configuration says. What is logged are ids, counts and causes: never what a
// person wrote, who they are, or a secret.
func newLogger(c config.Config, to io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "text" {
		return slog.New(slog.NewTextHandler(to, options)) // which quotes what does not print
	}
	options.ReplaceAttr = func(_ []string, a slog.Attr) slog.Attr {
		switch v := a.Value.Any().(type) {
		case string:
			a.Value = slog.StringValue(printable(v))
		case error:
			a.Value = slog.StringValue(printable(v.Error()))
		}
		return a
	}
	return slog.New(slog.NewJSONHandler(to, options))
}

// printable escapes what JSON leaves as it is and a terminal or a viewer obeys: control characters beyond ASCII, and marks
// that turn the direction of reading. A cause may quote what a caller sent.
func printable(s string) string {
	hidden := func(r rune) bool { return r > unicode.MaxASCII && !unicode.IsPrint(r) }
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
