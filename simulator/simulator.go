package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Simulator plays the platforms. All its methods may be called at any time from any goroutine.
type Simulator struct {
	cfg      Config
	client   *http.Client
	mux      *http.ServeMux
	feed     *feed
	seals    map[Platform]*seal
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	running  sync.WaitGroup // deliveries under way
	pictures []picture
	// operations are the API calls by path below /cgi-bin/.
	operations map[string]route

	// mu guards everything below, the chats and their entries included. No request is made while it is held.
	mu      sync.Mutex
	closed  bool
	offset  time.Duration
	faults  Faults
	luck    *rand.Rand // by which faults fall on calls
	chats   map[string]*chat
	records []*Record
	lastID  int64
	turns   map[Platform]int  // callback addresses taken in turn
	sticky  map[string]string // callback addresses of single people
	tokens  tokens
	shelf   shelf
	deck    deck
	recent  recentSends
	rates   rates
	// refusals are the refused calls by errcode.
	refusals map[int]int
	day      day
	notices  notices
	menus    map[Platform]*menu
}

// New makes a simulator. Problems of the configuration are reported together.
func New(cfg Config) (*Simulator, error) {
	if err := cfg.complete(); err != nil {
		return nil, fmt.Errorf("configure simulator: %w", err)
	}
	pictures, err := builtInPictures()
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		cfg:      cfg,
		client:   &http.Client{Timeout: cfg.Wait, CheckRedirect: refuseRedirect},
		feed:     newFeed(),
		seals:    map[Platform]*seal{},
		pictures: pictures,
		chats:    map[string]*chat{},
		turns:    map[Platform]int{},
		tokens:   tokens{byValue: map[string]*token{}, stable: map[string]*token{}},
		shelf:    shelf{},
		deck:     deck{byTask: map[string]*sentCard{}, codes: map[string]*responseCode{}},
		recent:   recentSends{},
		rates:    rates{},
		refusals: map[int]int{},
		menus:    map[Platform]*menu{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	if err := s.makeSeals(); err != nil {
		return nil, err
	}
	for _, p := range cfg.People {
		s.chats[p.Key()] = &chat{person: p, following: !p.Stranger}
	}
	s.operations = s.makeOperations()
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("/cgi-bin/", s.serveCall)
	s.mux.Handle("/control/", s.controlRoutes())
	s.mux.Handle("/", web())
	return s, nil
}

// refuseRedirect makes a redirect an answer like any other: neither platform follows one.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// ServeHTTP serves the platforms' interfaces under /cgi-bin/, the phones at / and their control under /control/.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends deliveries and open pages and waits for them, at most until ctx ends.
func (s *Simulator) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.stop()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		s.client.CloseIdleConnections()
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close simulator: %w", ctx.Err())
	}
}

// Now is the platforms' clock.
func (s *Simulator) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is Now for those who hold mu.
func (s *Simulator) now() time.Time { return s.cfg.Now().Add(s.offset) }

// Advance moves the clock forward. Tokens, media, response codes and windows age with it, and Config.Advance is told.
// Callbacks go on being signed with the real time, for a bot checks it against its own.
func (s *Simulator) Advance(d time.Duration) error {
	if d < 0 {
		return errors.New("the clock moves forward only")
	}
	s.mu.Lock()
	s.offset += d
	s.mu.Unlock()
	if s.cfg.Advance != nil {
		s.cfg.Advance(d)
	}
	s.feed.publish("state", nil)
	return nil
}

// SetCallbacks changes where a platform posts to, as its console would.
func (s *Simulator) SetCallbacks(p Platform, urls ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case p == WeCom && s.cfg.WeCom != nil:
		s.cfg.WeCom.Callbacks = urls
	case p == OfficialAccount && s.cfg.Account != nil:
		s.cfg.Account.Callbacks = urls
	default:
		return fmt.Errorf("platform %q is not played", p)
	}
	return nil
}

// SetCallbackOf has what one person says posted to an address of its own, every try of it, as a balancer with sticky sessions
// would; an empty one ends that.
func (s *Simulator) SetCallbackOf(person, url string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.chat(person); err != nil {
		return err
	}
	if s.sticky == nil {
		s.sticky = map[string]string{}
	}
	s.sticky[person] = url
	return nil
}

// nextID numbers entries and records in the order in which they came about.
func (s *Simulator) nextID() int64 {
	s.lastID++
	return s.lastID
}

// show tells browsers and waiters of a new or changed entry. The caller holds mu. An entry without id is on no phone.
func (s *Simulator) show(e *Entry) {
	if e.ID == 0 {
		s.feed.publish("nothing", nil)
		return
	}
	s.feed.publish("entry", e)
}

// add puts a line into a chat. The caller holds mu.
func (s *Simulator) add(c *chat, e Entry) *Entry {
	e.ID, e.Person, e.At = s.nextID(), c.person.Key(), s.now()
	c.entries = append(c.entries, &e)
	s.show(&e)
	return &e
}
