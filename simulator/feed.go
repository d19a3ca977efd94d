package simulator

import (
	"encoding/json"
	"sync"
)

// update is one change, as browsers get it.
type update struct {
	What string `json:"what"` // entry, record, state
	Data any    `json:"data,omitempty"`
}

// feed tells browsers and waiters what has changed. It has a lock of its own, so that it can be called with or without
// the simulator's.
type feed struct {
	mu      sync.Mutex
	changed chan struct{}
	readers map[chan []byte]bool
}

func newFeed() *feed {
	return &feed{changed: make(chan struct{}), readers: map[chan []byte]bool{}}
}

// publish wakes all who wait and gives the change to all who read. A reader that does not keep up is cut off: it comes
// again and reads the whole state.
func (f *feed) publish(what string, data any) {
	line, err := json.Marshal(update{What: what, Data: data})
	if err != nil {
		line = []byte(`{"what":"state"}`) // let them read everything
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.changed)
	f.changed = make(chan struct{})
	for r := range f.readers {
		select {
		case r <- line:
		default:
			delete(f.readers, r)
			close(r)
		}
	}
}

// next is closed at the next change. Take it before looking at the state that is waited for.
func (f *feed) next() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}

func (f *feed) subscribe() (changes <-chan []byte, cancel func()) {
	r := make(chan []byte, 256)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readers[r] = true
	return r, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.readers[r] {
			delete(f.readers, r)
			close(r)
		}
	}
}
