package wxcrypt

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
)

// Sign returns the lower-case hex SHA-1 over the parts, sorted by byte and joined. The platforms sign token, timestamp
// and nonce, and, where something is encrypted, the ciphertext as well (developer.work.weixin.qq.com/document/path/91144).
func Sign(parts ...string) string {
	sorted := slices.Clone(parts)
	slices.Sort(sorted)
	sum := sha1.Sum([]byte(strings.Join(sorted, "")))
	return hex.EncodeToString(sum[:])
}

// Verify checks in constant time that the signature is Sign of the parts. Upper-case hex is refused: the platforms
// never write it.
func Verify(signature string, parts ...string) error {
	if subtle.ConstantTimeCompare([]byte(signature), []byte(Sign(parts...))) != 1 {
		return BadSignature
	}
	return nil
}
