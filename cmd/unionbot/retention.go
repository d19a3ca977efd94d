package main

import (
	"context"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/cases"
)

const day = 24 * time.Hour

// retention is how long rows of a table are kept. docs/operations.md tells the same to whoever runs the service.
type retention struct {
	table string
	// what tells which rows, and since when the time counts, as in the documentation.
	what string
	keep time.Duration
	// purge removes what is older than keep, at most sweepBatch rows, and says how many went.
	purge func(ctx context.Context, keep time.Duration) (int64, error)
}

// retentions is everything that goes by itself. What the union lives by - its clock - counts for drafts, attachments
// and cases; the machine's for what belongs to messages and sending.
func retentions(s *stores, desk *cases.Desk, clock *clock) []retention {
	ledger := storage.NewLedger(s.db, s.outbox, time.Now)
	bindings, likeness, attachments := storage.NewBindings(s.db), storage.NewLikeness(s.db), storage.NewAttachments(s.db)
	before := func(now func() time.Time, purge func(ctx context.Context, before time.Time, limit int) (int64, error)) func(context.Context, time.Duration) (int64, error) {
		return func(ctx context.Context, keep time.Duration) (int64, error) {
			return purge(ctx, now().Add(-keep), sweepBatch)
		}
	}
	return []retention{
		// Longer than any platform delivers a message again.
		// Of a sealed filing it holds number and code, and nothing may tell which row is of one.
		{"handled", "replies and sessions of messages that were handled", time.Hour, before(time.Now, ledger.Forget)},
		{"handled", "messages that were handled", 7 * day, func(ctx context.Context, keep time.Duration) (int64, error) {
			return ledger.Purge(ctx, keep, sweepBatch)
		}},
		{"parked", "late replies, since they were shown", 7 * day, before(time.Now, s.parked.Purge)},
		{"unread", "messages that could not be understood", 30 * day, before(time.Now, ledger.PurgeUnread)},
		// A year of proof that something was sent, or why not.
		{"outbox", "notices and their cards, since they were delivered or given up", 365 * day, before(time.Now, s.outbox.Purge)},
		{"drafts", "half-filled forms, since they were touched", cases.DraftKept, func(ctx context.Context, _ time.Duration) (int64, error) {
			return desk.ExpireDrafts(ctx, sweepBatch)
		}},
		{"drafts", "the empty rows of forms that were filed, dropped or expired", cases.DraftKept, func(ctx context.Context, _ time.Duration) (int64, error) {
			return desk.PurgeDrafts(ctx, sweepBatch)
		}},
		// As long as a draft may wait for them, and then only if none does.
		{"attachments", "pictures, voice and files that no case took, with the file in the media folder", cases.DraftKept,
			before(clock.now, func(ctx context.Context, before time.Time, limit int) (int64, error) {
				return attachments.PurgeUnfiled(ctx, before, limit, s.media.Remove)
			})},
		{"sheets", "papers, charts and workbooks that were made to be sent, with the file in the media folder", day,
			before(time.Now, func(ctx context.Context, before time.Time, limit int) (int64, error) {
				return storage.NewSheets(s.db).Purge(ctx, before, limit, s.media.Remove)
			})},
		// Longer than a failure counts.
		{"bind_attempts", "failed tries to bind an account, since the last one", 7 * day, before(clock.now, bindings.PurgeTries)},
		{"bind_codes", "codes for binding, since they ended", day, before(clock.now, bindings.PurgeCodes)},
		{"bind_warnings", "claims that a member was warned about", 7 * day, before(clock.now, bindings.PurgeWarnings)},
		{"bind_guesses", "how often a staff number was tried, since the first try of a day", 7 * day, before(clock.now, bindings.PurgeGuesses)},
		{"unsealings", "custodians' shares that wait for a second, and opened names", cases.ShareKept, func(ctx context.Context, _ time.Duration) (int64, error) {
			return desk.LapseShares(ctx, sweepBatch)
		}},
		{"talks", "talks with a person, with all that was said in them, since they ended", 180 * day, before(clock.now, storage.NewTalks(s.db).Purge)},
		{"stand_ins", "who stood in for whom, since the last day", 365 * day, before(clock.now, storage.NewStandIns(s.db).Purge)},
		{"directory_changes", "changes of the address book, since they came", 365 * day, before(clock.now, storage.NewDirectoryChanges(s.db).Purge)},
		{"channel_days", "how many persons were written to on a day, since it was over", 7 * day,
			before(clock.now, func(ctx context.Context, before time.Time, _ int) (int64, error) {
				return storage.NewBroadcasts(s.db, "").ForgetDays(ctx, before)
			})},
		{"uploads", "which pictures a platform has, since it has not any more", day, before(time.Now, func(ctx context.Context, before time.Time, _ int) (int64, error) {
			return storage.NewUploads(s.db).Purge(ctx, before)
		})},
		// A year of proof as well. The broadcast itself stays.
		{"broadcast_receipts", "who got which broadcast, since it ended", 365 * day, before(clock.now, storage.NewBroadcasts(s.db, "").Purge)},
		// Longer than a year, so that nobody is greeted twice, and what was asked once in a life for good.
		{"greetings", "who was greeted when, since that day", 800 * day, before(clock.now, storage.NewGreetings(s.db).Purge)},
		// Cases are compared with those of the last 24 months, which have 731 days at most.
		{"likeness", "what like suggestions are found by, since the case was filed", 731 * day, before(clock.now, likeness.Purge)},
	}
}

// chores are what the janitor does: owners are warned of their drafts before any goes.
func chores(desk *cases.Desk, kept []retention) []chore {
	list := []chore{
		{"drafts left the day before", func(ctx context.Context) (int64, error) { return desk.NudgeDrafts(ctx, sweepBatch) }},
		{"warnings of drafts", func(ctx context.Context) (int64, error) { return desk.WarnDrafts(ctx, sweepBatch) }},
		{"papers that are lacking", func(ctx context.Context) (int64, error) { return desk.ChasePapers(ctx, sweepBatch) }},
	}
	for _, r := range kept {
		list = append(list, chore{r.table, func(ctx context.Context) (int64, error) { return r.purge(ctx, r.keep) }})
	}
	return list
}
