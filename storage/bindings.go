package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
)

// Bindings keeps what binding an account needs to remember: failed tries by identity, codes by member, and
// which claims were warned about.
type Bindings struct{ db *DB }

// NewBindings returns the repository.
func NewBindings(db *DB) *Bindings { return &Bindings{db: db} }

// Tries returns how often an identity has failed; none is the zero Tries.
func (r *Bindings) Tries(ctx context.Context, channel, user string) (binding.Tries, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return binding.Tries{}, err
	}
	var t binding.Tries
	var blockedMs sql.NullInt64
	var failedMs int64
	err = g.Raw(`SELECT failures, blocked_until_ms, failed_ms FROM bind_attempts WHERE channel = ? AND user_id = ?`, channel, user).
		Row().Scan(&t.Failures, &blockedMs, &failedMs)
	if errors.Is(err, sql.ErrNoRows) {
		return binding.Tries{}, nil
	}
	if err != nil {
		return binding.Tries{}, fmt.Errorf("read binding tries: %w", classify(err))
	}
	t.FailedAt = time.UnixMilli(failedMs).UTC()
	if blockedMs.Valid {
		t.BlockedUntil = time.UnixMilli(blockedMs.Int64).UTC()
	}
	return t, nil
}

// SaveTries replaces them.
func (r *Bindings) SaveTries(ctx context.Context, channel, user string, t binding.Tries) error {
	values := []any{t.Failures, millis(t.BlockedUntil), t.FailedAt.UnixMilli(), channel, user}
	n, err := execute(ctx, r.db, "save binding tries",
		`UPDATE bind_attempts SET failures = ?, blocked_until_ms = ?, failed_ms = ? WHERE channel = ? AND user_id = ?`, values...)
	if err != nil || n > 0 {
		return err
	}
	_, err = execute(ctx, r.db, "save binding tries",
		`INSERT INTO bind_attempts (failures, blocked_until_ms, failed_ms, channel, user_id) VALUES (?, ?, ?, ?, ?)`, values...)
	return err
}

// ForgetTries is for an identity that has succeeded.
func (r *Bindings) ForgetTries(ctx context.Context, channel, user string) error {
	_, err := execute(ctx, r.db, "forget binding tries", `DELETE FROM bind_attempts WHERE channel = ? AND user_id = ?`, channel, user)
	return err
}

// Code returns the digest of a member's code while it holds; "" if there is none.
func (r *Bindings) Code(ctx context.Context, member union.MemberID, now time.Time) (string, error) {
	g, err := r.db.read(ctx)
	if err != nil {
		return "", err
	}
	var digest string
	err = g.Raw(`SELECT digest FROM bind_codes WHERE member_id = ? AND until_ms > ?`, member, now.UnixMilli()).Row().Scan(&digest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read binding code: %w", classify(err))
	}
	return digest, nil
}

// SaveCode replaces a member's code.
func (r *Bindings) SaveCode(ctx context.Context, member union.MemberID, digest string, until time.Time) error {
	n, err := execute(ctx, r.db, "save binding code", `UPDATE bind_codes SET digest = ?, until_ms = ? WHERE member_id = ?`,
		digest, until.UnixMilli(), member)
	if err != nil || n > 0 {
		return err
	}
	_, err = execute(ctx, r.db, "save binding code", `INSERT INTO bind_codes (digest, until_ms, member_id) VALUES (?, ?, ?)`,
		digest, until.UnixMilli(), member)
	return err
}

// VoidCode voids a member's code and says whether there was one: of two who void it at once, one hears yes.
func (r *Bindings) VoidCode(ctx context.Context, member union.MemberID) (bool, error) {
	n, err := execute(ctx, r.db, "void binding code", `DELETE FROM bind_codes WHERE member_id = ?`, member)
	return n > 0, err
}

// Guess counts a try at a claim under each of its keys and says how many there are since the first that is not before
// since. It holds the rows until the turn ends, so that of many at once, on however many replicas, none is counted as
// another; in one order, for replicas may differ in which key is first. The most of them holds under each, also under a key
// that came since.
func (r *Bindings) Guess(ctx context.Context, claimed []string, now, since time.Time) (int, error) {
	for _, c := range slices.Sorted(slices.Values(claimed)) {
		_, err := execute(ctx, r.db, "count guess", r.db.guessStatement(), c, now.UnixMilli(), since.UnixMilli(), since.UnixMilli(), now.UnixMilli())
		if err != nil {
			return 0, err
		}
	}
	most, sinceMs, err := r.guessed(ctx, claimed, since)
	if err != nil || len(claimed) < 2 {
		return most, err
	}
	_, err = execute(ctx, r.db, "carry guesses to a new key", `UPDATE bind_guesses SET tries = ?, since_ms = ? WHERE claimed IN ? AND tries < ?`,
		most, sinceMs, claimed, most)
	return most, err
}

// guessed is how many tries at a claim there are under the key that has most, and since when.
func (r *Bindings) guessed(ctx context.Context, claimed []string, since time.Time) (most int, sinceMs int64, err error) {
	_, err = queryAll(ctx, r.db, "count guesses", func(s scanner) (none struct{}, err error) {
		var n int
		var ms int64
		if err = s.Scan(&n, &ms); n > most {
			most, sinceMs = n, ms
		}
		return none, err
	}, `SELECT tries, since_ms FROM bind_guesses WHERE claimed IN ? AND since_ms >= ?`, claimed, since.UnixMilli())
	return most, sinceMs, err
}

// guessStatement counts from one again where the row is too old. MySQL assigns from left to right, so the time comes last.
func (db *DB) guessStatement() string {
	const insert = "INSERT INTO bind_guesses (claimed, tries, since_ms) VALUES (?, 1, ?) "
	const set = "tries = CASE WHEN bind_guesses.since_ms < ? THEN 1 ELSE bind_guesses.tries + 1 END, " +
		"since_ms = CASE WHEN bind_guesses.since_ms < ? THEN ? ELSE bind_guesses.since_ms END"
	if db.dialect == SQLite {
		return insert + "ON CONFLICT (claimed) DO UPDATE SET " + set
	}
	return insert + "ON DUPLICATE KEY UPDATE " + set
}

// Warn says whether there was no warning about a claim since then, and remembers the one that follows now. Whether the
// claim is about anybody makes no difference to it, nor to the statements that run. It locks the rows of the claim, in one
// order, for it is called in turns.
func (r *Bindings) Warn(ctx context.Context, claimed []string, now, since time.Time) (bool, error) {
	first := true
	for _, c := range slices.Sorted(slices.Values(claimed)) {
		anew, err := r.warn(ctx, c, now, since)
		if err != nil {
			return false, err
		}
		first = first && anew
	}
	return first, nil
}

func (r *Bindings) warn(ctx context.Context, claimed string, now, since time.Time) (bool, error) {
	n, err := execute(ctx, r.db, "mark warning again", `UPDATE bind_warnings SET warned_ms = ? WHERE claimed = ? AND warned_ms <= ?`,
		now.UnixMilli(), claimed, since.UnixMilli())
	if err != nil {
		return false, err
	}
	_, err = execute(ctx, r.db, "mark warning", `INSERT INTO bind_warnings (claimed, warned_ms) VALUES (?, ?)`, claimed, now.UnixMilli())
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return n > 0, nil
	}
	return err == nil, err
}

// PurgeTries removes failed tries of identities that have not failed since a time, at most limit; one whose block still
// holds stays. It returns how many went.
func (r *Bindings) PurgeTries(ctx context.Context, before time.Time, limit int) (int64, error) {
	type identity struct{ channel, user string }
	old, err := queryAll(ctx, r.db, "find old binding tries", func(s scanner) (i identity, err error) {
		return i, s.Scan(&i.channel, &i.user)
	}, `SELECT channel, user_id FROM bind_attempts WHERE failed_ms < ? AND (blocked_until_ms IS NULL OR blocked_until_ms < ?) LIMIT ?`,
		before.UnixMilli(), before.UnixMilli(), limit)
	if err != nil {
		return 0, err
	}
	return inBites(ctx, r.db, old, func(ctx context.Context, i identity) (int64, error) {
		return execute(ctx, r.db, "purge binding tries", `DELETE FROM bind_attempts WHERE channel = ? AND user_id = ? AND failed_ms < ?`,
			i.channel, i.user, before.UnixMilli())
	})
}

// PurgeCodes removes codes that ended before a time, at most limit. It returns how many went.
func (r *Bindings) PurgeCodes(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old binding codes", func(s scanner) (id union.MemberID, err error) {
		return id, s.Scan(&id)
	}, `SELECT member_id FROM bind_codes WHERE until_ms < ? LIMIT ?`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, r.db, "purge binding codes", `DELETE FROM bind_codes WHERE member_id = ? AND until_ms < ?`, old, before.UnixMilli())
}

// PurgeWarnings forgets claims that were warned about before a time, at most limit. It returns how many went.
func (r *Bindings) PurgeWarnings(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old warnings", func(s scanner) (claimed string, err error) {
		return claimed, s.Scan(&claimed)
	}, `SELECT claimed FROM bind_warnings WHERE warned_ms < ? LIMIT ?`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, r.db, "purge warnings", `DELETE FROM bind_warnings WHERE claimed = ? AND warned_ms < ?`, old, before.UnixMilli())
}

// PurgeGuesses forgets counts of tries that began before a time, at most limit. It returns how many went.
func (r *Bindings) PurgeGuesses(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old guesses", func(s scanner) (claimed string, err error) {
		return claimed, s.Scan(&claimed)
	}, `SELECT claimed FROM bind_guesses WHERE since_ms < ? LIMIT ?`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return removeEach(ctx, r.db, "purge guesses", `DELETE FROM bind_guesses WHERE claimed = ? AND since_ms < ?`, old, before.UnixMilli())
}

// millis is NULL for the zero time.
func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}
