package simulator

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// randomName makes an identifier nobody can guess, such as a token or a media id.
func randomName(prefix string) string {
	return prefix + hex.EncodeToString(randomBytes(16))
}

// newMsgID makes the 64-bit number of a message. It exceeds 2^53 as the platforms' do, so that a bot that reads it as a
// floating-point number is found out.
func newMsgID() int64 {
	return int64(binary.BigEndian.Uint64(randomBytes(8))>>1 | 1<<61)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it ends the process instead
	return b
}

// sleep waits on the real clock; false when the simulator is closed meanwhile.
func (s *Simulator) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}
