package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Snapshot is everything that a page shows.
type Snapshot struct {
	Now      time.Time           `json:"now"`
	Offset   float64             `json:"offset_seconds"`
	Names    map[Platform]string `json:"names"`
	People   []Person            `json:"people"`
	Phones   []string            `json:"phones"`
	Chats    map[string][]Entry  `json:"chats"`
	Follows  map[string]bool     `json:"follows"`
	Menus    map[Platform]*menu  `json:"menus"`
	Pictures []picture           `json:"pictures"`
	Faults   Faults              `json:"faults"`
	Records  []Record            `json:"records"`
}

// Snapshot returns everything that a page shows.
func (s *Simulator) Snapshot() Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	shot := Snapshot{
		Now: s.now(), Offset: s.offset.Seconds(), Names: map[Platform]string{}, People: s.cfg.People, Phones: s.cfg.Phones,
		Chats: map[string][]Entry{}, Follows: map[string]bool{}, Menus: map[Platform]*menu{}, Pictures: s.pictures, Faults: s.faults,
		Records: make([]Record, 0, len(s.records)),
	}
	if s.cfg.WeCom != nil {
		shot.Names[WeCom] = s.cfg.WeCom.Name
	}
	if s.cfg.Account != nil {
		shot.Names[OfficialAccount] = s.cfg.Account.Name
	}
	for key, c := range s.chats {
		shot.Chats[key], shot.Follows[key] = make([]Entry, 0, len(c.entries)), c.following
		for _, e := range c.entries {
			shot.Chats[key] = append(shot.Chats[key], *e)
		}
	}
	for p, m := range s.menus {
		shot.Menus[p] = m
	}
	for _, r := range s.records {
		shot.Records = append(shot.Records, *r)
	}
	return shot
}

// controlRoutes is the interface of the phones and of tests that run elsewhere. It takes JSON only, which no page of
// another origin can send unasked.
func (s *Simulator) controlRoutes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /control/state", func(w http.ResponseWriter, _ *http.Request) { s.answer(w, s.Snapshot(), nil) })
	mux.HandleFunc("GET /control/events", s.serveEvents)
	mux.HandleFunc("GET /control/media/{id}", s.servePicture)
	mux.HandleFunc("GET /control/chat", s.serveChat)
	mux.HandleFunc("GET /control/records", func(w http.ResponseWriter, _ *http.Request) { s.answer(w, s.Records(), nil) })
	mux.HandleFunc("POST /control/media", s.servePictureUpload)
	handle(s, mux, "POST /control/act", func(a Act) (any, error) { return s.Act(a) })
	handle(s, mux, "PUT /control/faults", func(f Faults) (any, error) {
		s.SetFaults(f)
		return f, nil
	})
	handle(s, mux, "POST /control/clock", func(req struct{ Advance string }) (any, error) {
		d, err := time.ParseDuration(req.Advance)
		if err != nil {
			return nil, fmt.Errorf("read advance: %w", err)
		}
		return nil, s.Advance(d)
	})
	handle(s, mux, "POST /control/tokens/expire", func(struct{}) (any, error) {
		s.ExpireTokens()
		return nil, nil
	})
	handle(s, mux, "POST /control/redeliver", func(req struct {
		Person string
		Entry  int64
	}) (any, error) {
		return nil, s.Redeliver(req.Person, req.Entry)
	})
	handle(s, mux, "PUT /control/callbacks", func(req struct {
		Platform Platform
		URLs     []string `json:"urls"`
	}) (any, error) {
		return nil, s.SetCallbacks(req.Platform, req.URLs...)
	})
	return mux
}

// controlBytes is the largest JSON body.
const controlBytes = 1 << 20

// handle serves a command whose argument is JSON.
func handle[In any](s *Simulator, mux *http.ServeMux, pattern string, do func(In) (any, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != "application/json" {
			http.Error(w, "application/json is wanted", http.StatusUnsupportedMediaType)
			return
		}
		var in In
		d := json.NewDecoder(http.MaxBytesReader(w, r.Body, controlBytes))
		d.DisallowUnknownFields()
		if err := d.Decode(&in); err != nil {
			s.answer(w, nil, fmt.Errorf("read body: %w", err))
			return
		}
		out, err := do(in)
		s.answer(w, out, err)
	})
}

// answer writes JSON: what was asked for, or 400 with the reason.
func (s *Simulator) answer(w http.ResponseWriter, out any, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		out = map[string]string{"error": err.Error()}
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		s.cfg.Logger.Debug("answer control", "error", err)
	}
}

// serveChat lists a phone's lines; with wait, it waits so long for one of the bot's.
func (s *Simulator) serveChat(w http.ResponseWriter, r *http.Request) {
	person := r.FormValue("person")
	after, err := strconv.ParseInt("0"+r.FormValue("after"), 10, 64)
	if err != nil {
		s.answer(w, nil, fmt.Errorf("read after: %w", err))
		return
	}
	if text := r.FormValue("wait"); text != "" {
		wait, err := time.ParseDuration(text)
		if err != nil {
			s.answer(w, nil, fmt.Errorf("read wait: %w", err))
			return
		}
		s.waitForBot(r, person, after, wait)
	}
	entries, err := s.Chat(person)
	newer := []Entry{}
	for _, e := range entries {
		if e.ID > after {
			newer = append(newer, e)
		}
	}
	s.answer(w, newer, err)
}

// servePictureUpload takes a picture from a browser's disk.
func (s *Simulator) servePictureUpload(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytes))
	if err != nil {
		s.answer(w, nil, errors.New("the file is too large"))
		return
	}
	id, err := s.AddPicture(r.FormValue("person"), r.FormValue("name"), data)
	s.answer(w, map[string]string{"media": id}, err)
}
