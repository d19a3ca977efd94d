package cases

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/review"
)

// Attempts keep how often somebody gave a wrong fetch code.
type Attempts interface {
	Tries(ctx context.Context, channel, user string) (binding.Tries, error)
	SaveTries(ctx context.Context, channel, user string, t binding.Tries) error
}

// TryLaterError says that too many codes were wrong.
type TryLaterError struct{ Until time.Time }

func (e *TryLaterError) Error() string { return "too many wrong codes" }

// Fetch is what opens a sealed case to whoever filed it, from any account: its number and its code. Asker names the
// account, for counting what was wrong, and is not stored readable.
type Fetch struct {
	Asker  string
	Number string
	Code   string
}

// Fetched shows a sealed case to whoever has its code. A wrong number and a wrong code are both union.ErrNotFound, and
// count; too many of them are a *TryLaterError.
func (d *Desk) Fetched(ctx context.Context, f Fetch) (none View, _ error) {
	m, err := d.fetch(ctx, f)
	if err != nil {
		return none, fmt.Errorf("fetch case: %w", err)
	}
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return none, fmt.Errorf("fetch case: %w", err)
	}
	clocks, err := d.store.Clocks.Of(ctx, m.ID)
	if err != nil {
		return none, fmt.Errorf("fetch case: %w", err)
	}
	return View{Case: m.forOfficers(), Service: m.service, Timeline: events, Clocks: clocks, Now: d.now()}, nil
}

// AddFetched adds to a sealed case, with its code, what an officer has asked for. It returns what Supplement and Fetched
// return.
func (d *Desk) AddFetched(ctx context.Context, f Fetch, text string) (Case, error) {
	text = strings.TrimSpace(text)
	var done Case
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) error {
		m, err := d.fetch(ctx, f)
		if err != nil {
			return err
		}
		if done, err = d.addTo(ctx, m, text, nil, Event{}); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return Case{}, fmt.Errorf("add to sealed case: %w", err)
	}
	return done, nil
}

func (d *Desk) fetch(ctx context.Context, f Fetch) (*matter, error) {
	// By the hour, so that a wrong code is not joined with the right one that follows.
	askers := d.sealer.Digests(f.Asker, "cases/fetch")
	failed, err := d.failed(ctx, askers, hour(d.now()))
	if err != nil {
		return nil, err
	}
	m, err := d.load(ctx, 0, f.Number)
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return nil, err
	}
	if err == nil && m.Seal != nil && hmac.Equal(m.Seal.Code, codeHash(f.Code)) {
		return m, nil
	}
	for _, asker := range askers {
		if err := d.attempts.SaveTries(ctx, fetchAttempts, asker, failed); err != nil {
			return nil, err
		}
	}
	return nil, union.ErrNotFound
}

// failed is what is counted if this try fails too. It is counted under every key, and the most of it holds, also for a key
// that came since: whoever asks while both are held has no fresh tries when the old one goes.
func (d *Desk) failed(ctx context.Context, askers []string, now time.Time) (next binding.Tries, err error) {
	under, most := make([]binding.Tries, len(askers)), binding.Tries{}
	for i, asker := range askers {
		if under[i], err = d.attempts.Tries(ctx, fetchAttempts, asker); err != nil {
			return next, err
		}
		if under[i].After(now).Failures > most.After(now).Failures {
			most = under[i]
		}
	}
	for i, asker := range askers {
		if under[i] == most {
			continue
		}
		if err := d.attempts.SaveTries(ctx, fetchAttempts, asker, most); err != nil {
			return next, err
		}
	}
	if most.BlockedUntil.After(d.now()) {
		return next, &TryLaterError{Until: most.BlockedUntil}
	}
	return most.After(now), nil
}

// fetchAttempts stands for a channel where wrong codes are counted.
const fetchAttempts = "fetch"

// addTo does what Supplement does, for a case that was found.
func (d *Desk) addTo(ctx context.Context, m *matter, text string, pictures []ID, event Event) (none Case, _ error) {
	next, _, err := review.Next(m.plan(), m.review(), review.Event{Kind: review.Supplemented})
	if err != nil {
		return none, d.refused(ctx, m, m.Step, err)
	}
	if text == "" && len(pictures) == 0 {
		return none, &IncompleteError{Field: Supplement}
	}
	now := d.moment(m)
	m.become(next, now)
	if _, err := d.clocksOf(ctx, m); err != nil {
		return none, err
	}
	d.wind(m, turn{again: true})
	if !m.told { // what was asked before the step stands with its question
		m.add(text, pictures)
	}
	officers, err := d.returner(ctx, m)
	if err != nil {
		return none, err
	}
	event.At, event.Kind, event.Note, event.Sealed = now, EventSupplemented, text, m.service.Sealed
	if err := d.change(ctx, m, event); err != nil {
		return none, err
	}
	if len(pictures) > 0 {
		if err := d.store.Attachments.Bind(ctx, event.Actor, m.ID, pictures); err != nil {
			return none, err
		}
	}
	return m.forOfficersIfSealed(), d.askAll(ctx, m, officers)
}
