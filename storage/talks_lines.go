package storage

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/talk"
)

// talkSaid is what of a line rests sealed.
type talkSaid struct {
	Name    string `json:"name,omitempty"`
	Text    string `json:"text,omitempty"`
	Service string `json:"service,omitempty"`
}

// Add implements talk.Store.
func (r *Talks) Add(ctx context.Context, lines ...talk.Line) error {
	for _, l := range lines {
		body, err := json.Marshal(talkSaid{l.Name, l.Text, l.Service})
		if err != nil {
			return fmt.Errorf("encode line: %w", err)
		}
		sealed, err := r.db.seal(talkLine, int64(l.ID), body)
		if err != nil {
			return err
		}
		err = post(ctx, r.db, "add line", `INSERT INTO talk_lines (id, talk_id, at_ms, kind, member_id, form, attachment, unsent, why, number, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, l.ID, l.Talk, l.At.UnixMilli(), l.Kind, orNull(l.Member), l.Form, orNull(l.Attachment),
			orNull(oneIf(l.Unsent)), l.Why, orNull(l.Number), sealed)
		if err != nil {
			return err
		}
	}
	return nil
}

const lineColumns = `l.id, l.talk_id, l.at_ms, l.kind, l.member_id, l.form, l.attachment, l.unsent, l.why, l.number, l.body`

func (r *Talks) scanLine(row scanner, more ...any) (l talk.Line, err error) {
	var at int64
	var member, attachment, unsent, number sql.NullInt64
	var body string
	into := append([]any{&l.ID, &l.Talk, &at, &l.Kind, &member, &l.Form, &attachment, &unsent, &l.Why, &number, &body}, more...)
	if err := row.Scan(into...); err != nil {
		return l, err
	}
	plain, err := r.db.open(talkLine, int64(l.ID), body)
	if err != nil {
		return l, err
	}
	var s talkSaid
	if err := json.Unmarshal(plain, &s); err != nil {
		return l, fmt.Errorf("decode line %d: %w", l.ID, err)
	}
	l.Name, l.Text, l.Service = s.Name, s.Text, s.Service
	l.At, l.Member, l.Attachment = time.UnixMilli(at).UTC(), union.MemberID(member.Int64), attachment.Int64
	l.Unsent, l.Number = unsent.Int64 == 1, int(number.Int64)
	return l, nil
}

// Lines implements talk.Store.
func (r *Talks) Lines(ctx context.Context, id talk.ID) ([]talk.Line, error) {
	return queryAll(ctx, r.db, "read lines", func(row scanner) (talk.Line, error) { return r.scanLine(row) },
		`SELECT `+lineColumns+` FROM talk_lines l WHERE l.talk_id = ? ORDER BY l.id`, id)
}

// ToldTo implements talk.Store.
func (r *Talks) ToldTo(ctx context.Context, colleague union.MemberID, since time.Time, limit int) ([]talk.Line, error) {
	return queryAll(ctx, r.db, "list notes for a colleague", func(row scanner) (talk.Line, error) { return r.scanLine(row) },
		`SELECT `+lineColumns+` FROM talk_lines l WHERE l.member_id = ? AND l.kind = ? AND l.at_ms >= ? ORDER BY l.id DESC LIMIT ?`,
		colleague, talk.Told, since.UnixMilli(), limit)
}

// Fetched implements talk.Store.
func (r *Talks) Fetched(ctx context.Context, limit int) ([]talk.Sendable, error) {
	return queryAll(ctx, r.db, "find files to pass on", func(row scanner) (s talk.Sendable, err error) {
		s.Line, err = r.scanLine(row, &s.Hash, &s.Type)
		return s, err
	}, `SELECT `+lineColumns+`, a.hash, a.type FROM talk_lines l JOIN attachments a ON a.id = l.attachment
		WHERE l.unsent = 1 AND a.state <> ? ORDER BY l.id LIMIT ?`, cases.AttachmentPending, limit)
}

// Sent implements talk.Store.
func (r *Talks) Sent(ctx context.Context, id talk.LineID) (bool, error) {
	n, err := execute(ctx, r.db, "note file as passed on", `UPDATE talk_lines SET unsent = NULL WHERE id = ? AND unsent = 1`, id)
	return n > 0, err
}

// Unsend implements talk.Store.
func (r *Talks) Unsend(ctx context.Context, id talk.ID) error {
	return post(ctx, r.db, "pass files on again", `UPDATE talk_lines SET unsent = 1 WHERE talk_id = ? AND kind = ? AND attachment IS NOT NULL`,
		id, talk.Said)
}

// Filed implements talk.Store.
func (r *Talks) Filed(ctx context.Context, attachment int64) (string, error) {
	return NewAttachments(r.db).Filed(ctx, cases.ID(attachment))
}

// EndedNumber implements talk.Store.
func (r *Talks) EndedNumber(ctx context.Context, officer union.MemberID, number int, since time.Time) (talk.Talk, error) {
	return queryOne(ctx, r.db, "find talk by number", scanTalk, selectTalk+`WHERE id = (SELECT MAX(l.talk_id) FROM talk_lines l
		WHERE l.member_id = ? AND l.number = ? AND l.at_ms >= ?)`, officer, number, since.UnixMilli())
}

// Purge removes talks that ended before a time, with all that was said in them and the notices about them.
func (r *Talks) Purge(ctx context.Context, before time.Time, limit int) (int64, error) {
	old, err := queryAll(ctx, r.db, "find old talks", scanTalkID, `SELECT id FROM talks WHERE ended_ms < ? LIMIT ?`, before.UnixMilli(), limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	return inBites(ctx, r.db, old, r.remove)
}

func (r *Talks) remove(ctx context.Context, id talk.ID) (int64, error) {
	if err := r.eraseNotices(ctx, id); err != nil {
		return 0, err
	}
	lines, err := queryAll(ctx, r.db, "find lines", scanID, `SELECT id FROM talk_lines WHERE talk_id = ?`, id)
	if err != nil {
		return 0, err
	}
	if len(lines) > 0 {
		if _, err := execute(ctx, r.db, "remove lines", `DELETE FROM talk_lines WHERE id IN ?`, lines); err != nil {
			return 0, err
		}
	}
	return execute(ctx, r.db, "remove talk", `DELETE FROM talks WHERE id = ?`, id)
}

// Erase removes a member's talks as Purge does.
func (r *Talks) Erase(ctx context.Context, member union.MemberID) error {
	all, err := queryAll(ctx, r.db, "find talks to erase", scanTalkID, `SELECT id FROM talks WHERE worker = ?`, member)
	if err != nil {
		return err
	}
	_, err = inBites(ctx, r.db, all, r.remove)
	return err
}

// eraseNotices removes what was sent about a talk, to either side.
func (r *Talks) eraseNotices(ctx context.Context, id talk.ID) error {
	first := talk.Keys(id)
	ids, err := queryAll(ctx, r.db, "find notices of a talk", scanID, `SELECT id FROM outbox WHERE row_key >= ? AND row_key < ?`,
		first, strings.TrimSuffix(first, "/")+"0") // which follows the stroke
	if err == nil && len(ids) > 0 {
		_, err = execute(ctx, r.db, "erase notices of a talk", `DELETE FROM outbox WHERE id IN ?`, ids)
	}
	return err
}
