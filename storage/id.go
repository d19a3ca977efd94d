package storage

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"
)

// idEpoch is the start of our ids' time, 2024-01-01 UTC, in milliseconds. 41 bits reach to 2093.
const idEpoch = 1704067200000

// idSource makes ids of 41 bits of milliseconds and 22 bits that begin at random in every millisecond, so that
// processes need no numbers of their own: two of them collide only by equal random bits in the same millisecond,
// and then a primary key refuses the second.
type idSource struct {
	mu   sync.Mutex
	last int64
}

func newIDSource() *idSource { return &idSource{} }

// randomID makes an id that tells nothing of the time, for what must not be joined by it.
func randomID() int64 {
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails since Go 1.24
	return int64(binary.BigEndian.Uint64(random[:])>>1 | 1)
}

func (s *idSource) next() int64 {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails since Go 1.24
	id := (time.Now().UnixMilli()-idEpoch)<<22 | int64(binary.BigEndian.Uint32(random[:])>>10)
	s.mu.Lock()
	defer s.mu.Unlock()
	if id <= s.last {
		id = s.last + 1
	}
	s.last = id
	return id
}
