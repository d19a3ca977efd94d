package storagetest

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Link is the way of one replica to a store. It can be cut, it can swallow what is sent, and it can hold a connection up
// where certain words pass: in the middle of a transaction, say.
type Link struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	state linkState
	pairs map[*pair]bool
	holds []*Hold
	watch func() func(said []byte)
}

type linkState int

const (
	whole      linkState = iota
	down                 // connections are closed and refused, as with a server that has died
	swallowing           // nothing comes through, as with a server that is stopped
)

// pair is one connection: what the replica opened, and what was opened to the store for it.
type pair struct {
	link           *Link
	replica, store net.Conn
	done           chan struct{} // closed with it
	close          func()
	watch          func(said []byte)

	passed map[*Hold]int // how many of a hold's words have passed here; used by ask alone

	mu     sync.Mutex
	answer *Hold // holds back what the store says
}

// Hold is a place at which one connection stops.
type Hold struct {
	words    []string
	answered bool
	reached  chan struct{}
	reach    func()
	released chan struct{}
}

// Reached is closed once a connection has stopped here.
func (h *Hold) Reached() <-chan struct{} { return h.reached }

// Release lets the connection go on.
func (h *Hold) Release() { close(h.released) }

// LinkTo puts a link before the store of a URL and returns the URL that leads through it. An embedded store has none.
func LinkTo(t testing.TB, storeURL string) (*Link, string) {
	t.Helper()
	u, err := url.Parse(storeURL)
	if err != nil {
		t.Fatal(err)
	}
	if u.Host == "" {
		return nil, storeURL
	}
	var config net.ListenConfig
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Link{listener: listener, target: u.Host, pairs: map[*pair]bool{}}
	var accepting sync.WaitGroup
	accepting.Go(l.accept)
	t.Cleanup(func() {
		_ = listener.Close()
		accepting.Wait()
		l.Cut()
	})
	u.Host = listener.Addr().String()
	return l, u.String()
}

// Cut breaks all connections and refuses new ones until Mend.
func (l *Link) Cut() {
	l.mu.Lock()
	l.state = down
	var pairs []*pair
	for p := range l.pairs {
		pairs = append(pairs, p)
	}
	l.mu.Unlock()
	for _, p := range pairs {
		p.close()
	}
}

// Swallow lets nothing through until Mend, and what was swallowed does not come later.
func (l *Link) Swallow() { l.set(swallowing) }

// Mend lets connections through again.
func (l *Link) Mend() { l.set(whole) }

func (l *Link) set(s linkState) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state = s
}

// HoldUp stops the first connection on which these words pass in this order, at the last of them, until Release: before
// the store has heard it or, if answered, when the store has answered and the replica does not know.
func (l *Link) HoldUp(answered bool, words ...string) *Hold {
	h := &Hold{words: words, answered: answered, reached: make(chan struct{}), released: make(chan struct{})}
	h.reach = sync.OnceFunc(func() { close(h.reached) })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holds = append(l.holds, h)
	return h
}

// Watch calls listen for every new connection, and what it returns with all that the replica says there, before it is
// passed on.
func (l *Link) Watch(listen func() func(said []byte)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.watch = listen
}

func (l *Link) accept() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.join(conn)
	}
}

func (l *Link) join(replica net.Conn) {
	var dialer net.Dialer
	store, err := dialer.DialContext(context.Background(), "tcp", l.target)
	if err != nil {
		_ = replica.Close()
		return
	}
	p := &pair{link: l, replica: replica, store: store, done: make(chan struct{}), passed: map[*Hold]int{}}
	p.close = sync.OnceFunc(func() {
		l.mu.Lock()
		delete(l.pairs, p)
		l.mu.Unlock()
		close(p.done)
		_, _ = replica.Close(), store.Close()
	})
	l.mu.Lock()
	l.pairs[p] = true
	broken := l.state == down
	if l.watch != nil {
		p.watch = l.watch()
	}
	l.mu.Unlock()
	if broken {
		p.close()
		return
	}
	go p.ask()
	go p.tell()
}

// due takes the hold at which these words stop the connection, if there is one.
func (p *pair) due(said []byte) *Hold {
	p.link.mu.Lock()
	defer p.link.mu.Unlock()
	for i, h := range p.link.holds {
		for p.passed[h] < len(h.words) && bytes.Contains(said, []byte(h.words[p.passed[h]])) {
			p.passed[h]++
		}
		if p.passed[h] == len(h.words) {
			p.link.holds = append(p.link.holds[:i:i], p.link.holds[i+1:]...)
			return h
		}
	}
	return nil
}

// lost is true once the link swallows what passes; the connection is of no use then.
func (p *pair) lost() bool {
	p.link.mu.Lock()
	defer p.link.mu.Unlock()
	return p.link.state == swallowing
}

// ask carries what the replica says, and stops where it is to be held up.
func (p *pair) ask() {
	defer p.close()
	buffer := make([]byte, 64<<10)
	for silent := false; ; {
		n, err := p.replica.Read(buffer)
		if err != nil {
			return
		}
		if silent = silent || p.lost(); silent {
			continue
		}
		if p.watch != nil {
			p.watch(buffer[:n])
		}
		h := p.due(buffer[:n])
		if h != nil && !p.stopAt(h) {
			return
		}
		if _, err := p.store.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// stopAt stops here, or where the answer passes; false when the connection ended meanwhile.
func (p *pair) stopAt(h *Hold) bool {
	if h.answered {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.answer = h
		return true
	}
	return p.stop(h)
}

func (p *pair) stop(h *Hold) bool {
	h.reach()
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
	for silent := false; ; {
		n, err := p.store.Read(buffer)
		if err != nil {
			return
		}
		if silent = silent || p.lost(); silent {
			continue
		}
		p.mu.Lock()
		h := p.answer
		p.mu.Unlock()
		if h != nil && !p.stop(h) {
			return
		}
		if _, err := p.replica.Write(buffer[:n]); err != nil {
			return
		}
	}
}
