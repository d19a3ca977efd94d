package main

import (
	"sync/atomic"
	"time"
)

// clock is the time by which the union lives: deadlines, sessions, greetings. A rehearsal moves it; leases, retries and
// the callbacks' window stay with the real time.
type clock struct{ offset atomic.Int64 }

func newClock(offset time.Duration) *clock {
	c := &clock{}
	c.offset.Store(int64(offset))
	return c
}

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }
