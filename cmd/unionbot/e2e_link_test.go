package main

import (
	"bytes"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// link is the way of one replica to a store. It can be cut, and it can be held up in the middle of a transaction.
type link struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	down  bool
	pairs map[*pair]bool
	hold  *hold
}

// pair is one connection: what the replica opened, and what was opened to the store for it.
type pair struct {
	replica, store net.Conn
	done           chan struct{} // closed with it
	close          func()

	mu     sync.Mutex
	answer *hold // holds back what the store says
}

// hold is a place at which one connection stops.
type hold struct {
	// words pass on one connection in this order; the last is where it stops.
	words []string
	// answered lets the last words through to the store and holds back what the store says to them.
	answered bool
	reached  chan struct{} // closed once a connection has stopped
	released chan struct{}
}

// linkTo puts a link before the store of a URL and returns the URL that leads through it. An embedded store has none.
func linkTo(t *testing.T, storeURL string) (*link, string) {
	t.Helper()
	u, err := url.Parse(storeURL)
	if err != nil {
		t.Fatal(err)
	}
	if u.Host == "" {
		return nil, storeURL
	}
	listener, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &link{listener: listener, target: u.Host, pairs: map[*pair]bool{}}
	var accepting sync.WaitGroup
	accepting.Go(l.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		accepting.Wait()
		l.cut()
	})
	u.Host = listener.Addr().String()
	return l, u.String()
}

// cut breaks all connections and refuses new ones until mend.
func (l *link) cut() {
	l.mu.Lock()
	l.down = true
	var pairs []*pair
	for p := range l.pairs {
		pairs = append(pairs, p)
	}
	l.mu.Unlock()
	for _, p := range pairs {
		p.close()
	}
}

func (l *link) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = false
}

// holdUp stops the first connection on which these words pass, until release.
func (l *link) holdUp(answered bool, words ...string) *hold {
	h := &hold{words: words, answered: answered, reached: make(chan struct{}), released: make(chan struct{})}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hold = h
	return h
}

func (h *hold) release() { close(h.released) }

func (l *link) accept() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.join(conn)
	}
}

func (l *link) join(replica net.Conn) {
	store, err := net.Dial("tcp", l.target)
	if err != nil {
		_ = replica.Close()
		return
	}
	p := &pair{replica: replica, store: store, done: make(chan struct{})}
	p.close = sync.OnceFunc(func() {
		l.mu.Lock()
		delete(l.pairs, p)
		l.mu.Unlock()
		close(p.done)
		_, _ = replica.Close(), store.Close()
	})
	l.mu.Lock()
	l.pairs[p] = true
	down := l.down
	l.mu.Unlock()
	if down {
		p.close()
		return
	}
	go l.ask(p)
	go p.tell()
}

// ask carries what the replica says, and stops where it is to be held up.
func (l *link) ask(p *pair) {
	defer p.close()
	var follows *hold
	passed := 0
	buffer := make([]byte, 64<<10)
	for {
		n, err := p.replica.Read(buffer)
		if err != nil {
			return
		}
		l.mu.Lock()
		if h := l.hold; h != follows {
			follows, passed = h, 0
		}
		stop := false
		if follows != nil {
			for passed < len(follows.words) && bytes.Contains(buffer[:n], []byte(follows.words[passed])) {
				passed++
			}
			if stop = passed == len(follows.words); stop {
				l.hold = nil
			}
		}
		l.mu.Unlock()
		if stop && !p.stopAt(follows) {
			return
		}
		if _, err := p.store.Write(buffer[:n]); err != nil {
			return
		}
		if stop && follows.answered {
			close(follows.reached)
		}
	}
}

// stopAt stops here, or where the answer passes; false when the connection ended meanwhile.
func (p *pair) stopAt(h *hold) bool {
	if h.answered {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.answer = h
		return true
	}
	close(h.reached)
	return p.wait(h)
}

func (p *pair) wait(h *hold) bool {
	select {
	case <-h.released:
		return true
	case <-p.done:
		return false
	}
}

// tell carries what the store says.
func (p *pair) tell() {
	defer p.close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := p.store.Read(buffer)
		if err != nil {
			return
		}
		p.mu.Lock()
		h := p.answer
		p.mu.Unlock()
		if h != nil && !p.wait(h) {
			return
		}
		if _, err := p.replica.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func TestALinkStopsOneConnectionWhereItIsTold(t *testing.T) {
	echo, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close() //nolint:errcheck // the test is over
	go func() {
		for {
			conn, err := echo.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // it only echoes
				buffer := make([]byte, 64)
				for {
					n, err := conn.Read(buffer)
					if err != nil {
						return
					}
					_, _ = conn.Write(buffer[:n])
				}
			}()
		}
	}()
	l, through := linkTo(t, "tcp://"+echo.Addr().String())
	dial := func() net.Conn {
		conn, err := net.Dial("tcp", strings.TrimPrefix(through, "tcp://"))
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	say := func(conn net.Conn, words string) {
		if _, err := conn.Write([]byte(words)); err != nil {
			t.Fatal(err)
		}
	}
	hear := func(conn net.Conn) string {
		buffer := make([]byte, 64)
		n, err := conn.Read(buffer)
		if err != nil {
			return err.Error()
		}
		return string(buffer[:n])
	}
	held, other := dial(), dial()
	h := l.holdUp(false, "INSERT", "COMMIT")
	say(other, "COMMIT")
	if got := hear(other); got != "COMMIT" {
		t.Fatalf("the other connection heard %q", got)
	}
	say(held, "INSERT")
	if got := hear(held); got != "INSERT" {
		t.Fatalf("heard %q", got)
	}
	say(held, "COMMIT")
	<-h.reached
	say(other, "INSERT COMMIT")
	if got := hear(other); got != "INSERT COMMIT" {
		t.Fatalf("the other connection heard %q while the first is held", got)
	}
	h.release()
	if got := hear(held); got != "COMMIT" {
		t.Fatalf("heard %q after the release", got)
	}
	l.cut()
	if got := hear(held); got != "EOF" {
		t.Errorf("heard %q after the cut", got)
	}
}
