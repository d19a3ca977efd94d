package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/unionbot/unionbot/config"
)

func TestALogShowsWhatWouldHide(t *testing.T) {
	for _, format := range []string{"json", "text"} {
		var out bytes.Buffer
		log := newLogger(config.Config{LogFormat: format}, &out)
		log.Info("refused", "cause", errors.New("sender a\u009b31m\u202eb"), "scene", "一\u2066二")
		for _, r := range "\u009b\u202e\u2066" {
			if strings.ContainsRune(out.String(), r) {
				t.Errorf("%s: %q is written as it is: %q", format, r, out.String())
			}
		}
		if !strings.Contains(out.String(), "一") || !strings.Contains(out.String(), "202e") {
			t.Errorf("%s: got %s", format, out.String())
		}
	}
}
