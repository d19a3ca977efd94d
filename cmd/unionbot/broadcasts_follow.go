package main

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/unionbot/unionbot/union/broadcast"
)

const (
	// followEvery is how often a broadcast that somebody follows is looked at.
	followEvery = time.Second
	// followLess keeps the counting of a large one from taking more than a tenth of the time.
	followLess = 10
)

// castLook says how a broadcast stands.
type castLook func(ctx context.Context, number string) (broadcast.Report, error)

// follow tells each of how a broadcast stands now and of every change, until it has ended; idle hears that there was none.
func (look castLook) follow(ctx context.Context, number string, every time.Duration, each func(broadcast.Report) error, idle func() error) error {
	var last *broadcast.Report
	for {
		began := time.Now()
		r, err := look(ctx, number)
		if err != nil {
			return fmt.Errorf("show %s: %w", number, err)
		}
		if last == nil || last.State != r.State || last.Head != r.Head || last.Full != r.Full || !maps.Equal(last.Counts, r.Counts) {
			err = each(r)
		} else {
			err = idle()
		}
		if err != nil || r.State.Over() && !r.EndedAt.IsZero() {
			return err
		}
		last = &r
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(every, followLess*time.Since(began))):
		}
	}
}
