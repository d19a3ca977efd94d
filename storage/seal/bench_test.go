package seal_test

import (
	"bytes"
	"testing"
)

// A form turn opens and seals a session and seals a reply.
func BenchmarkSealAndOpen(b *testing.B) {
	keys := parse(b, keyNamed("a", 1))
	plain := bytes.Repeat([]byte("s"), 800)
	for b.Loop() {
		box, err := keys.SealBytes(plain, "turn:{wecom:zhang}")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := keys.OpenBytes(box, "turn:{wecom:zhang}"); err != nil {
			b.Fatal(err)
		}
	}
}
