// Package wxcrypt is the callback cryptography that WeCom and the WeChat Official Account share: the SHA-1 signature,
// and AES-256-CBC around random(16) | length(4, big-endian) | message | receiver id, padded by PKCS#7 to 32 bytes
// (developer.work.weixin.qq.com/document/path/91144). It knows neither HTTP nor XML, keeps nothing, and refuses every
// faulty input with the same words (see Refusal).
package wxcrypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const (
	keyChars    = 43 // of an EncodingAESKey
	randomBytes = 16
	headBytes   = randomBytes + 4
	padBlock    = 32 // not the 16 of AES: pads of 17 to 32 occur
)

// Codec signs, verifies, encrypts and decrypts for one account. It is safe for concurrent use if its random source is.
type Codec struct {
	token    string
	receiver string
	block    cipher.Block
	iv       []byte
	random   io.Reader
}

// NewCodec makes the codec of an account from what its callback page shows. encodingAESKey is 43 letters and digits;
// receiver is the CorpID, the AppID, or empty where the platform sends none; random is crypto/rand.Reader but in tests.
// Errors name the setting at fault and never its value.
func NewCodec(token, encodingAESKey, receiver string, random io.Reader) (*Codec, error) {
	if token == "" {
		return nil, errors.New("token is empty")
	}
	key, err := parseKey(encodingAESKey)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make cipher: %w", err)
	}
	return &Codec{token: token, receiver: receiver, block: block, iv: key[:aes.BlockSize], random: random}, nil
}

// parseKey decodes an EncodingAESKey. The decoding is not strict: the 43rd character has two spare bits, and the keys
// that the platforms hand out often have them set.
func parseKey(s string) ([]byte, error) {
	if len(s) != keyChars {
		return nil, fmt.Errorf("EncodingAESKey must have %d characters, not %d", keyChars, len(s))
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return nil, fmt.Errorf("EncodingAESKey has a character at place %d that is neither letter nor digit", i+1)
		}
	}
	key, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("decode EncodingAESKey: %w", err)
	}
	return key, nil
}

// Sign returns the msg_signature of an encrypted message.
func (c *Codec) Sign(timestamp, nonce, encrypted string) string {
	return Sign(c.token, timestamp, nonce, encrypted)
}

// Verify checks a msg_signature in constant time. It must come before Decrypt, which would otherwise answer to anybody.
func (c *Codec) Verify(signature, timestamp, nonce, encrypted string) error {
	return Verify(signature, c.token, timestamp, nonce, encrypted)
}

// Decrypt returns the message inside an Encrypt or echostr value. Every error is a Refusal.
func (c *Codec) Decrypt(encrypted string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil {
		return nil, BadEncoding
	}
	// Some libraries pad to 16, so a half pad block is accepted.
	if len(b) < headBytes || len(b)%aes.BlockSize != 0 {
		return nil, BadLength
	}
	cipher.NewCBCDecrypter(c.block, c.iv).CryptBlocks(b, b)
	b, err = unpad(b)
	if err != nil {
		return nil, err
	}
	if len(b) < headBytes {
		return nil, BadLength
	}
	length, rest := binary.BigEndian.Uint32(b[randomBytes:headBytes]), b[headBytes:]
	if uint64(length) > uint64(len(rest)) {
		return nil, BadLength
	}
	message, receiver := rest[:length:length], rest[length:]
	if subtle.ConstantTimeCompare(receiver, []byte(c.receiver)) != 1 {
		return nil, BadReceiver
	}
	return message, nil
}

func unpad(b []byte) ([]byte, error) {
	n := int(b[len(b)-1])
	if n < 1 || n > padBlock || n > len(b) {
		return nil, BadPadding
	}
	for _, p := range b[len(b)-n:] {
		if int(p) != n {
			return nil, BadPadding
		}
	}
	return b[:len(b)-n], nil
}

// Encrypt returns the Encrypt value of a message. It fails only if the random source does.
func (c *Codec) Encrypt(message []byte) (string, error) {
	n := headBytes + len(message) + len(c.receiver)
	pad := padBlock - n%padBlock
	b := make([]byte, headBytes, n+pad)
	if _, err := io.ReadFull(c.random, b[:randomBytes]); err != nil {
		return "", fmt.Errorf("read randomness: %w", err)
	}
	binary.BigEndian.PutUint32(b[randomBytes:], uint32(len(message)))
	b = append(b, message...)
	b = append(b, c.receiver...)
	for range pad {
		b = append(b, byte(pad))
	}
	cipher.NewCBCEncrypter(c.block, c.iv).CryptBlocks(b, b)
	return base64.StdEncoding.EncodeToString(b), nil
}
