package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// A stop takes under ten seconds in all: a callback is answered within 4.5 s, a turn that still runs then is finished
// by another replica, and what waits to be sent stays in the database.
const (
	callbackGrace = 5500 * time.Millisecond
	consoleGrace  = time.Second
	engineGrace   = 1500 * time.Millisecond
	keeperGrace   = 2 * time.Second
)

// instance is one running service, put together by wire.go.
type instance struct {
	health *health
	// handler serves LISTEN; console serves CONSOLE_LISTEN, inner INNER_LISTEN.
	handler, console, inner http.Handler
	// workers end as soon as it stops; keepers run until the last turn has ended, for turns need them.
	workers, keepers []job
	// drain waits until no turn is running, or its context ends.
	drain func(context.Context) error
	// closers let go of stores, in order.
	closers []func() error
	log     *slog.Logger
}

// listeners are the sockets of an instance; console and inner may be nil.
type listeners struct {
	public, console, inner net.Listener
}

// close closes what was bound, for an instance that does not come about.
func (l listeners) close() error {
	var errs []error
	for _, one := range []net.Listener{l.public, l.console, l.inner} {
		if one != nil {
			errs = append(errs, one.Close())
		}
	}
	return errors.Join(errs...)
}

// run serves until ctx ends, and then stops in order: no new callbacks, running ones answered, turns ended, drafts
// written, stores closed.
func (i *instance) run(ctx context.Context, on listeners) error {
	keeping, stopKeepers := context.WithCancel(context.WithoutCancel(ctx))
	defer stopKeepers()
	keepers := start(keeping, i.keepers)
	group, serving := errgroup.WithContext(ctx)
	workers := start(serving, i.workers)
	group.Go(func() error {
		<-serving.Done()
		i.health.stopping.Store(true)
		i.log.Info("stopping")
		return nil
	})
	group.Go(func() error { return serveUntil(serving, newServer(i.handler, i.log), on.public, callbackGrace) })
	if on.console != nil {
		group.Go(func() error { return serveUntil(serving, newServer(i.console, i.log), on.console, consoleGrace) })
		i.log.Info("serving console", "address", on.console.Addr().String())
	}
	if on.inner != nil {
		group.Go(func() error { return serveUntil(serving, newInnerServer(i.inner, i.log), on.inner, 0) })
		i.log.Info("serving metrics", "address", on.inner.Addr().String())
	}
	i.log.Info("serving", "address", on.public.Addr().String(), "version", thisBuild().Version)
	err := group.Wait()
	i.drained(ctx)
	stopKeepers()
	i.ended(keepers, keeperGrace)
	i.ended(workers, time.Second) // they have had all this time
	i.close()
	i.log.Info("stopped")
	return err
}

func (i *instance) drained(ctx context.Context) {
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), engineGrace)
	defer cancel()
	if err := i.drain(patience); err != nil {
		i.log.Warn("turns are left to other replicas", "error", err)
	}
}

// ended waits for background work, which must not keep the process from ending.
func (i *instance) ended(jobs *crew, grace time.Duration) {
	if late := jobs.wait(grace); len(late) > 0 {
		i.log.Warn("background work did not end in time", "what", late)
	}
}

// close lets go of the stores. Their complaints are of no use to anybody any more, but they are logged.
func (i *instance) close() {
	for _, closeOne := range i.closers {
		if err := closeOne(); err != nil {
			i.log.Warn("store not closed", "error", err)
		}
	}
}
