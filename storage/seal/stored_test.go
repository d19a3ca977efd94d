package seal_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"testing"
)

// What is stored stays readable by every version: behind the key's prefix a nonce of 12 bytes, and what AES-256-GCM makes.
func TestAStoredValueHasTheFormOfEveryVersion(t *testing.T) {
	raw := bytes.Repeat([]byte{1}, 32)
	block, err := aes.NewCipher(raw)
	if err != nil {
		t.Fatal(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	keys, named := parse(t, keyNamed("k1", 1)), sha256.Sum256([]byte("k1"))
	nonce := []byte("twelve bytes")
	stored := gcm.Seal(append(named[:4:4], nonce...), nonce, []byte("推车容易翻"), []byte("cases.form/1"))
	if plain, err := keys.OpenBytes(stored, "cases.form/1"); err != nil || string(plain) != "推车容易翻" {
		t.Errorf("a stored value opens as %q, %v", plain, err)
	}
	sealed := keys.AppendSealed([]byte("mark"), []byte("推车容易翻"), "cases.form/1")
	box, marked := bytes.CutPrefix(sealed, append([]byte("mark"), named[:4]...))
	if !marked || len(box) < 12 {
		t.Fatalf("sealed as %x", sealed)
	}
	if plain, err := gcm.Open(nil, box[:12], box[12:], []byte("cases.form/1")); err != nil || string(plain) != "推车容易翻" {
		t.Errorf("what is sealed opens as %q, %v", plain, err)
	}
}
