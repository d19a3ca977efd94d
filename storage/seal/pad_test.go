package seal_test

import (
	"strings"
	"testing"

	"github.com/unionbot/unionbot/storage/seal"
)

func TestPaddedTextsHaveFewLengths(t *testing.T) {
	for length, want := range map[int]int{1: 1024, 1023: 1024, 1024: 1024, 1025: 2048, 5000: 8192} {
		text := strings.Repeat("x", length)
		padded := seal.Pad([]byte(text))
		if len(padded) != want {
			t.Errorf("%d bytes are padded to %d, want %d", length, len(padded), want)
		}
		if got := string(seal.Unpad(padded)); got != text {
			t.Errorf("%d bytes come back as %d", length, len(got))
		}
	}
}
