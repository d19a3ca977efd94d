package config

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "***"

// Secret is a value that never shows itself: however it is printed, logged or marshalled it reads ***.
type Secret struct{ value string }

// NewSecret hides a value.
func NewSecret(value string) Secret { return Secret{value} }

// Reveal returns the value, for the one place that needs it.
func (s Secret) Reveal() string { return s.value }

// IsSet says whether there is a value.
func (s Secret) IsSet() bool { return s.value != "" }

// Format prints *** for every verb; a Stringer would show the value to the wrong verb.
func (s Secret) Format(state fmt.State, _ rune) {
	if s.value != "" {
		_, _ = io.WriteString(state, hidden) // a fmt.State keeps its own errors
	}
}

// LogValue is for slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// MarshalText is for JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(fmt.Sprint(s)), nil }
