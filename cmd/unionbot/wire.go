package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/delivery"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/checkup"
	"github.com/unionbot/unionbot/union/custody"
	"github.com/unionbot/unionbot/union/directory"
	"github.com/unionbot/unionbot/union/enrolment"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/privacy"
	"github.com/unionbot/unionbot/union/talk"
	"github.com/unionbot/unionbot/watch"
)

// role says which part of the work an instance does.
type role string

const (
	roleAll    role = "all"
	roleWeb    role = "web"    // callbacks
	roleWorker role = "worker" // what goes out later, and files
)

// stores are what an instance keeps things in.
type stores struct {
	db      *storage.DB
	turns   *turns.Turns
	media   *media.Store
	members *storage.Members
	outbox  *storage.Outbox
	keys    *seal.Keyring
	parked  *storage.Parked
	release func() error // of the database that is this process' alone; nil where several may share it
	watch   *watch.Watch
	// closeTraces sends what the closing of the others has left.
	closeTraces func() error
}

// close lets go of everything that was opened; it is fit for stores that were opened half.
func (s *stores) close() error {
	var errs []error
	if s.media != nil {
		errs = append(errs, s.media.Close())
	}
	if s.turns != nil {
		errs = append(errs, s.turns.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.release != nil {
		errs = append(errs, s.release())
	}
	if s.closeTraces != nil {
		errs = append(errs, s.closeTraces())
	}
	return errors.Join(errs...)
}

// openStores opens database, Redis and media store, or nothing.
func openStores(ctx context.Context, c config.Config, log *slog.Logger) (*stores, error) {
	s := &stores{}
	if err := s.open(ctx, c, log); err != nil {
		return nil, errors.Join(err, s.close())
	}
	s.outbox = storage.NewOutbox(s.db)
	s.parked = storage.NewParked(s.db, time.Now)
	return s, nil
}

func (s *stores) open(ctx context.Context, c config.Config, log *slog.Logger) (err error) {
	if s.keys, err = keyring(c, log); err != nil {
		return err
	}
	if s.release, err = ownDatabase(c); err != nil {
		return err
	}
	if s.db, err = openDatabase(ctx, c); err != nil {
		return err
	}
	if err := s.db.CheckSettled(ctx); err != nil {
		return err
	}
	s.db.UseKeys(s.keys)
	if s.turns, err = turns.Open(ctx, c.RedisURL.Reveal(), turns.WithKeys(s.keys)); err != nil {
		return err
	}
	if s.media, err = openMedia(ctx, c, log); err != nil {
		return err
	}
	s.members = storage.NewMembers(s.db, s.keys, directoryChannel(c))
	return s.members.CheckKeys(ctx)
}

// ownDatabase keeps a second process off a database whose sessions and order live inside the first one's Redis. Commands
// may still work beside it.
func ownDatabase(c config.Config) (release func() error, err error) {
	path, ok := c.SQLitePath()
	if !ok || c.RedisURL.Reveal() != config.Embedded {
		return nil, nil
	}
	release, err = storage.Own(path + ".lock")
	if errors.Is(err, storage.ErrOwned) {
		return nil, fmt.Errorf("%s is served already: %w; stop it, or give both a Redis server in place of the embedded one", path, err)
	}
	return release, err
}

// openMedia opens the media store. A bucket that does not answer keeps nobody from being served: what cannot be kept is
// fetched again later.
func openMedia(ctx context.Context, c config.Config, log *slog.Logger) (*media.Store, error) {
	store, err := media.Open(c.MediaURL.Reveal())
	if err != nil {
		return nil, err
	}
	if _, ok := c.MediaFolder(); ok {
		return store, nil
	}
	ctx, cancel := context.WithTimeout(ctx, mediaPatience)
	defer cancel()
	if err := store.Check(ctx); err != nil {
		log.Error("the media store does not work: what members send is fetched again later, for three days", "error", err)
	}
	return store, nil
}

// mediaPatience is how long a start waits for a bucket.
const mediaPatience = 2 * time.Second

// newInstance puts an instance together. From here on it owns what it opened; run lets go of it.
func newInstance(ctx context.Context, c config.Config, does role, clock *clock, log *slog.Logger) (i *instance, err error) {
	s, err := openStores(ctx, c, log)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	w, closeTraces, err := newWatch(ctx, c, log)
	if err != nil {
		return nil, err
	}
	watchStores(w, s, closeTraces)
	channels, err := newChannels(c, s, log)
	if err != nil {
		return nil, err
	}
	side, err := newSideDesks(c, s, clock, log)
	if err != nil {
		return nil, err
	}
	desk, catalog, follow, err := newConversations(ctx, c, s, clock, &side, channels, log)
	if err != nil {
		return nil, err
	}
	engine, err := newEngine(s, w, catalog, channels, clock, log)
	if err != nil {
		return nil, err
	}
	i = &instance{
		health: &health{log: log, reach: map[string]func(context.Context) error{"database": s.db.Ping, "redis": s.turns.Ping}},
		inner:  innerHandler(w.Handler(), newCastProgress(c, side.casts, log)), drain: engine.Close, closers: []func() error{s.close}, log: log,
		keepers: []job{{"drafts", desk.RunDrafts}},
	}
	watchDrafts(w, desk)
	mux, pages := http.NewServeMux(), http.NewServeMux()
	if c.ConsoleListen == "" {
		pages = mux
	}
	i.health.routes(mux)
	i.handler, i.console = behindProxies(c, mux), behindProxies(c, pages)
	if does != roleWorker {
		serveConsole(pages, c.PathPrefix(), log)
		if err := servePapers(mux, c, desk, log); err != nil {
			return nil, err
		}
		if err := channels.mount(mux, engine, storage.NewCards(s.db), storage.NewBroadcasts(s.db, ""), w, log); err != nil {
			return nil, err
		}
	}
	i.workers = append(append(i.workers, job{"engine", engine.Run}), follow...)
	var deliverer *delivery.Deliverer
	if does != roleWeb {
		deliverer = newDeliverer(c, s, channels, log)
		i.workers = append(append(append(i.workers, newWorkers(s, desk, side.casts, clock, deliverer, channels, log)...), job{"audit", newKeeper(c, s, clock, log).Run}), side.jobs(c, s, channels, clock, log)...)
	}
	i.workers = append(i.workers, ringing(s, deliverer, log))
	return i, nil
}

// ringing wakes whoever delivers when something is put into the outbox.
func ringing(s *stores, deliverer *delivery.Deliverer, log *slog.Logger) job {
	bell := newBell(s, deliverer, log)
	s.outbox.OnPut(bell.Ring)
	return job{"bell", bell.Run}
}

// newEngine makes what takes messages through their turns.
func newEngine(s *stores, w *watch.Watch, catalog *bot.Catalog, channels channels, clock *clock, log *slog.Logger) (*bot.Engine, error) {
	return bot.NewEngine(bot.EngineConfig{
		Turns: s.turns, Shelf: s.turns, Router: w.Steps(catalog), Channels: channels.talking(), Watch: w.Turn, Anyway: catalog.Anyway,
		Ledger: storage.NewLedger(s.db, s.outbox, time.Now),
		Inbox:  storage.NewInbox(s.db, s.outbox, time.Now),
		Now:    clock.now, Clock: time.Now,
		Logger: log.With("part", "engine"),
	})
}

// sideDesks are the union's decisions about what is no case.
type sideDesks struct {
	signUp   *enrolment.Desk
	checks   *checkup.Desk
	contacts *directory.Desk
	casts    *broadcast.Desk
	// greet gets its data with the conversations.
	greet *occasion.Desk
	// talks is made with the conversations: it needs what they read.
	talks *talk.Desk
}

func newSideDesks(c config.Config, s *stores, clock *clock, log *slog.Logger) (side sideDesks, err error) {
	if side.signUp, err = newEnrolDesk(c, s, clock); err != nil {
		return side, err
	}
	if side.checks, err = newCheckupDesk(c, s.db, s.members, s.outbox, clock.now); err != nil {
		return side, err
	}
	if side.contacts, err = newDirectoryDesk(c, s, clock); err != nil {
		return side, err
	}
	if side.casts, err = newCastDesk(c, s, clock); err != nil {
		return side, err
	}
	side.greet, err = newOccasionDesk(c, s, nil, clock.now, log)
	return side, err
}

// jobs are what the side desks do by themselves.
func (side sideDesks) jobs(c config.Config, s *stores, channels channels, clock *clock, log *slog.Logger) []job {
	return append(newCasting(c, s, side.casts, channels, clock, log), offers(side.signUp, log), checkupReminders(side.checks, log), movingTalks(side.talks, log),
		greetings(side.greet, log), addressBook(side.contacts, side.signUp, log))
}

// newConversations makes what the union decides and what is said about it; follow keeps both at their folders.
func newConversations(ctx context.Context, c config.Config, s *stores, clock *clock, side *sideDesks, channels channels, log *slog.Logger) (desk *cases.Desk, catalog *bot.Catalog, follow []job, err error) {
	days, err := openCalendar(c, clock.now)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read calendar: %w", err)
	}
	book, followReference, err := openReference(ctx, c, s.watch, log)
	if err != nil {
		return nil, nil, nil, err
	}
	side.greet.Data, side.casts.Rosters = book, book
	days = days.WithRosters(book.Rostered)
	catalogue, followServices, err := openServices(ctx, c, s, clock, book, log)
	if err != nil {
		return nil, nil, nil, err
	}
	library, followArticles, err := openArticles(ctx, c, s.watch, log)
	if err != nil {
		return nil, nil, nil, err
	}
	custodians, err := custody.Parse(c.CustodianKey)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("read CUSTODIAN_KEY: it %w", err)
	}
	notices := flows.NewNotices(days, c.Language).WithDispatch(c.DispatchPhone).WithLines(book)
	desk = cases.NewDesk(cases.Deps{
		Store: storage.NewCaseStore(s.db), Members: s.members, Services: catalogue, Groups: book, Rota: book, Outbox: s.outbox, Words: notices,
		Calendar: days, Zone: c.Timezone, Now: clock.now, NewID: s.db.NewID, Log: log.With("part", "cases"),
		Attempts: storage.NewBindings(s.db), Sealer: s.keys, Custodians: custodians, Funds: storage.NewFunds(s.db),
		Telephones: c.WeCom.CallSecret.Reveal() != "", Press: newPress(c.Font), Keep: keepSheet(s), Site: c.PublicURL, Keys: s.keys,
	})
	side.talks = newTalkDesk(c, s, clock, days, book, notices, channels, log)
	binder := binding.New(binding.Deps{
		Members: s.members, Identities: s.members, Attempts: storage.NewBindings(s.db), Codes: storage.NewBindings(s.db),
		Outbox: s.outbox, Words: notices, Sealer: s.keys, Now: clock.now,
	})
	var directory []bot.ChannelID
	if id := directoryChannel(c); id != "" {
		directory = append(directory, bot.ChannelID(id))
	}
	office := fund.Office{
		Reader: storage.NewFunds(s.db), Awards: storage.NewAwards(s.db), Members: s.members, Outbox: s.outbox, Keep: keepSheet(s), Zone: c.Timezone, Unsent: notices.NoSheet,
	}
	catalog, err = flows.New(flows.Deps{
		Members: s.members, Lookup: s.members, Services: catalogue, Desk: desk, Binder: binder, Calendar: days, Privacy: privacy.NewKeeper(s.members, storage.NewPrivacy(s.db)), Directory: directory, Language: c.Language,
		Ledgers: office, Awards: office,
		Enrol: side.signUp, Checkups: side.checks, Talks: side.talks, Topics: book, Contacts: side.contacts, Casts: side.casts, Occasions: side.greet, Dispatch: c.DispatchPhone, Articles: library, Reference: book,
		Windows: windowsFor(notice.KindAnswer, c, clock, channels, log),
	})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("lay out conversations: %w", err)
	}
	learns := job{"understanding", func(ctx context.Context) { flows.KeepLearning(ctx, catalogue, settleMemory) }}
	return desk, catalog, []job{followServices, followArticles, followReference, learns}, nil
}

func newDeliverer(c config.Config, s *stores, channels channels, log *slog.Logger) *delivery.Deliverer {
	for _, channel := range channels.sending() {
		s.outbox.FindDoubles(channel.ID, channel.Dedupe)
	}
	return delivery.New(delivery.Config{
		Queue: s.outbox, Directory: storage.NewDirectory(s.members), Cards: storage.NewCards(s.db), Parking: s.parked, Flag: s.turns, Files: s.media, Uploads: storage.NewUploads(s.db),
		Channels: channels.sending(), Owner: rand.Text(), Now: time.Now, Jitter: mathrand.Float64, Logger: log.With("part", "delivery"),
		Throttle: turns.NewThrottle(s.turns.Client()), PerSecond: float64(c.BroadcastsPerSecond), Settled: s.watch.Settled, Watch: s.watch.Delivering,
	})
}

// newWorkers are what runs beside the callbacks.
func newWorkers(s *stores, desk *cases.Desk, casts *broadcast.Desk, clock *clock, deliverer *delivery.Deliverer, channels channels, log *slog.Logger) []job {
	fetcher := delivery.NewFetcher(storage.NewMediaShelf(storage.NewAttachments(s.db), cameFile(desk, casts)), keepIn(s.media), channels.files(), time.Now, log.With("part", "files"))
	return []job{
		{"delivery", deliverer.Run},
		{"files", fetcher.Run},
		alarms(desk, log),
		clocks(desk, log),
		{"queues", s.watch.ReadQueues(readQueues(s, desk), log.With("part", "queues"))},
		janitor(chores(desk, retentions(s, desk, clock)), log),
	}
}

// newKeeper lists entries as long as somebody serves: what is written while it does not run is listed when it does.
func newKeeper(c config.Config, s *stores, clock *clock, log *slog.Logger) *audit.Keeper {
	return audit.NewKeeper(audit.KeeperDeps{
		Chain: storage.NewAudit(s.db), Outbox: s.outbox, Words: flows.NewNotices(nil, c.Language), Now: clock.now, Zone: c.Timezone,
		Log: log.With("part", "audit"),
	})
}

func newBell(s *stores, deliverer *delivery.Deliverer, log *slog.Logger) *delivery.Bell {
	var wake func()
	if deliverer != nil {
		wake = deliverer.Wake
	}
	return delivery.NewBell(turns.NewSignal(s.turns.Client(), "outbox"), wake, log.With("part", "bell"))
}
