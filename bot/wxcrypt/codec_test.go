package wxcrypt

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const (
	testToken    = "QDG6eK"
	testKey      = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	testReceiver = "wx5823bf96d3bd56c7"
)

func testCodec(tb testing.TB, receiver string) *Codec {
	tb.Helper()
	c, err := NewCodec(testToken, testKey, receiver, rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// seal encrypts any bytes as they are, to make what a sound encrypter never would.
func seal(c *Codec, b []byte) string {
	b = bytes.Clone(b)
	cipher.NewCBCEncrypter(c.block, c.iv).CryptBlocks(b, b)
	return base64.StdEncoding.EncodeToString(b)
}

// frame lays out a plaintext with a length field and a pad of our choosing.
func frame(length uint32, rest string, pad ...byte) []byte {
	b := make([]byte, headBytes)
	binary.BigEndian.PutUint32(b[randomBytes:], length)
	return append(append(b, rest...), pad...)
}

func pad(n int) []byte { return bytes.Repeat([]byte{byte(n)}, n) }

func TestWhatIsEncryptedComesBackForEveryLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "message")
		c, err := NewCodec(testToken, testKey, rapid.String().Draw(t, "receiver"), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		encrypted, err := c.Encrypt(message)
		if err != nil {
			t.Fatal(err)
		}
		if raw, _ := base64.StdEncoding.DecodeString(encrypted); len(raw)%padBlock != 0 {
			t.Fatalf("ciphertext of %d bytes is not a multiple of %d", len(raw), padBlock)
		}
		plain, err := c.Decrypt(encrypted)
		if err != nil || !bytes.Equal(plain, message) {
			t.Fatalf("got %q, %v", plain, err)
		}
	})
}

func TestFaultyCiphertextsAreRefusedForTheirReason(t *testing.T) {
	c := testCodec(t, "corp")
	whole := frame(8, "messagescorp")
	tests := map[string]struct {
		encrypted string
		want      Refusal
	}{
		"empty":                               {"", BadLength},
		"not base64":                          {"a-b", BadEncoding},
		"not whole blocks":                    {base64.StdEncoding.EncodeToString(make([]byte, 40)), BadLength},
		"one block only":                      {seal(c, pad(16)), BadLength},
		"no room for the head":                {seal(c, append(make([]byte, 16), pad(16)...)), BadLength},
		"pad of 0":                            {seal(c, make([]byte, 48)), BadPadding},
		"pad of 40":                           {seal(c, append(frame(0, "corp"), pad(40)...)), BadPadding},
		"pad longer than the text":            {seal(c, frame(0, "corp", bytes.Repeat([]byte{250}, 8)...)), BadPadding},
		"pad bytes differ":                    {seal(c, append(whole, 9, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16)), BadPadding},
		"length beyond the end":               {seal(c, append(frame(13, "messagescorp"), pad(32)...)), BadLength},
		"length that would wrap in 32 bits":   {seal(c, append(frame(1<<32-1, "messagescorp"), pad(32)...)), BadLength},
		"length that swallows half the id":    {seal(c, append(frame(10, "messagescorp"), pad(32)...)), BadReceiver},
		"no receiver at all":                  {seal(c, append(frame(12, "messagescorp"), pad(32)...)), BadReceiver},
		"receiver that only begins like ours": {seal(c, append(frame(6, "messagescorp"), pad(32)...)), BadReceiver},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.Decrypt(tt.encrypted)
			assertRefused(t, err, tt.want)
		})
	}
}

func TestPadsOfSixteenAndThirtyTwoAreBothAccepted(t *testing.T) {
	c := testCodec(t, "corp")
	for name, plain := range map[string][]byte{
		"to 16": append(frame(8, "messagescorp"), pad(16)...),
		"to 32": append(frame(8, "messagescorp"), pad(32)...),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.Decrypt(seal(c, plain))
			if err != nil || string(got) != "messages" {
				t.Errorf("got %q, %s", got, reason(err))
			}
		})
	}
}

func TestASignatureInUpperCaseOrOfAnotherLengthIsRefused(t *testing.T) {
	c := testCodec(t, testReceiver)
	good := c.Sign("1409659813", "1372623149", "x")
	if err := c.Verify(good, "1409659813", "1372623149", "x"); err != nil {
		t.Fatalf("own signature: %v", err)
	}
	for name, bad := range map[string]string{
		"upper": strings.ToUpper(good), "short": good[:39], "long": good + "0", "empty": "", "other": good[1:] + good[:1],
	} {
		t.Run(name, func(t *testing.T) {
			assertRefused(t, c.Verify(bad, "1409659813", "1372623149", "x"), BadSignature)
		})
	}
}

func TestAFailingRandomSourceMakesEncryptFail(t *testing.T) {
	c, err := NewCodec(testToken, testKey, testReceiver, strings.NewReader("too short"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Encrypt([]byte("x")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

func TestAnErrorAboutTheKeyDoesNotShowIt(t *testing.T) {
	secret := strings.Repeat("S", 42) + "$"
	_, err := NewCodec(testToken, secret, "", nil)
	if err == nil || strings.Contains(err.Error(), "SSSS") {
		t.Errorf("got %v", err)
	}
}

func FuzzDecrypt(f *testing.F) {
	c := testCodec(f, testReceiver)
	for _, v := range readVectors(f) {
		if raw, err := base64.StdEncoding.DecodeString(v.encrypted(f)); err == nil {
			f.Add(raw)
		}
	}
	f.Add(frame(4, "text"+testReceiver, pad(32)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		// The bytes both as ciphertext and, in whole blocks, as plaintext: random ciphertext hardly ever unpads.
		inputs := []string{base64.StdEncoding.EncodeToString(raw), seal(c, raw[:len(raw)/16*16])}
		for _, in := range inputs {
			plain, err := c.Decrypt(in)
			if err != nil && reason(err) == "no refusal" {
				t.Fatalf("error is no refusal: %v", err)
			}
			if err != nil {
				continue
			}
			again, err := c.Encrypt(plain)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := c.Decrypt(again); err != nil || !bytes.Equal(back, plain) {
				t.Fatalf("%q came back as %q, %v", plain, back, err)
			}
		}
	})
}
