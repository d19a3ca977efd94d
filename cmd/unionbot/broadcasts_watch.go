package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/unionbot/unionbot/union/broadcast"
)

// mostFollowers is how many streams of progress an instance has at once.
const mostFollowers = 100

// errCrowded says that an instance has as many streams as it may.
var errCrowded = errors.New("too many follow broadcasts")

// castWatch looks at a broadcast once for all who follow it, and only as long as somebody does.
type castWatch struct {
	look  castLook
	every time.Duration
	most  int

	mu        sync.Mutex
	followers int
	watched   map[string]*watchedCast
}

// watchedCast is a broadcast that is looked at, as it stood last.
type watchedCast struct {
	followers int
	leave     context.CancelFunc
	seen      int // how often it was seen to change
	report    broadcast.Report
	ended     bool // nothing comes any more
	err       error
	news      chan struct{} // closed when there are some
}

func newCastWatch(look castLook) *castWatch {
	return &castWatch{look: look, every: followEvery, most: mostFollowers, watched: map[string]*watchedCast{}}
}

// follow tells each of how a broadcast stands and of what changes, until it has ended: of several changes in the time that each
// takes, of the last. It calls idle where nothing has changed for a while.
func (w *castWatch) follow(ctx context.Context, number string, each func(r broadcast.Report) error, quiet time.Duration, idle func() error) error {
	c, err := w.join(ctx, number)
	if err != nil {
		return err
	}
	defer w.part(number, c)
	for told := 0; ; {
		w.mu.Lock()
		now := *c
		w.mu.Unlock()
		switch {
		case now.seen > told:
			told = now.seen
			err = each(now.report)
		case now.ended:
			return now.err
		default:
			err = wait(ctx, now.news, quiet, idle)
		}
		if err != nil {
			return err
		}
	}
}

// wait returns when there are news, and at the latest when idle was called.
func wait(ctx context.Context, news <-chan struct{}, quiet time.Duration, idle func() error) error {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-news:
		return nil
	case <-timer.C:
		return idle()
	}
}

func (w *castWatch) join(ctx context.Context, number string) (*watchedCast, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.followers >= w.most {
		return nil, errCrowded
	}
	c := w.watched[number]
	if c == nil {
		// It lasts as long as anybody follows, whoever came first.
		looking, leave := context.WithCancel(context.WithoutCancel(ctx))
		c = &watchedCast{leave: leave, news: make(chan struct{})}
		w.watched[number] = c
		go w.watch(looking, number, c)
	}
	w.followers++
	c.followers++
	return c, nil
}

func (w *castWatch) part(number string, c *watchedCast) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.followers--
	if c.followers--; c.followers == 0 {
		c.leave()
		w.forget(number, c)
	}
}

// forget has the next who comes begin anew.
func (w *castWatch) forget(number string, c *watchedCast) {
	if w.watched[number] == c {
		delete(w.watched, number)
	}
}

// watch looks at a broadcast for its followers.
func (w *castWatch) watch(ctx context.Context, number string, c *watchedCast) {
	tell := func(change func()) {
		w.mu.Lock()
		defer w.mu.Unlock()
		change()
		close(c.news)
		c.news = make(chan struct{})
	}
	err := w.look.follow(ctx, number, w.every, func(r broadcast.Report) error {
		tell(func() { c.seen, c.report = c.seen+1, r })
		return nil
	}, func() error { return nil })
	tell(func() {
		c.ended, c.err = true, err
		w.forget(number, c)
	})
}
