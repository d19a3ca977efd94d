package simulator

import (
	"fmt"
	"maps"
	"regexp"
	"time"
	"unicode/utf8"
)

// Record is one exchange between a platform and the bot, decrypted and with secrets masked.
type Record struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at"`
	Platform Platform  `json:"platform"`
	// Callback is true of a message that was posted to the bot, false of a call that the bot made.
	Callback bool   `json:"callback"`
	Title    string `json:"title"` // the message's or event's name, or the call's path
	Person   string `json:"person,omitempty"`
	Try      int    `json:"try,omitempty"`  // of a callback, from 1
	Copy     bool   `json:"copy,omitempty"` // a delivery that was asked for, not one of the platform's own tries
	Request  string `json:"request"`
	Response string `json:"response"`
	Status   int    `json:"status"` // of HTTP; 0: no answer
	ErrCode  int    `json:"errcode"`
	TookMS   int64  `json:"took_ms"`
	// Problem says what was wrong with the answer, or why there was none.
	Problem string `json:"problem,omitempty"`
}

const (
	recordsKept = 400
	recordBytes = 8 << 10
)

// Records returns what passed between the platforms and the bot lately, oldest first.
func (s *Simulator) Records() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := make([]Record, len(s.records))
	for i, r := range s.records {
		records[i] = *r
	}
	return records
}

// Refusals are how many calls were refused so far, by errcode.
func (s *Simulator) Refusals() map[int]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.refusals)
}

// record keeps an exchange and shows it. The caller holds mu.
func (s *Simulator) record(r Record) {
	r.ID, r.At = s.nextID(), s.now()
	if !r.Callback && r.ErrCode != 0 {
		s.refusals[r.ErrCode]++
	}
	r.Request, r.Response = presentable(r.Request), presentable(r.Response)
	if len(s.records) >= recordsKept {
		s.records = append(s.records[:0], s.records[len(s.records)-recordsKept+1:]...)
	}
	s.records = append(s.records, &r)
	s.feed.publish("record", r)
}

var (
	secretInQuery = regexp.MustCompile(`((?:access_token|corpsecret|secret|appsecret)=)[^&\s]+`)
	secretInJSON  = regexp.MustCompile(`("(?:access_token|corpsecret|secret|appsecret)"\s*:\s*")[^"]*`)
)

// presentable masks secrets and keeps the length within reason.
func presentable(text string) string {
	text = secretInQuery.ReplaceAllString(text, "${1}***")
	text = secretInJSON.ReplaceAllString(text, "${1}***")
	if !utf8.ValidString(text) {
		return fmt.Sprintf("(%d 字节)", len(text))
	}
	if len(text) > recordBytes {
		return text[:runeBoundary(text, recordBytes)] + "…"
	}
	return text
}

// runeBoundary is the greatest length up to limit at which text can be cut without splitting a character.
func runeBoundary(text string, limit int) int {
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return limit
}

// milliseconds is how long something took on the real clock.
func (s *Simulator) milliseconds(since time.Time) int64 { return s.cfg.Now().Sub(since).Milliseconds() }
