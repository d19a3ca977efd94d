package storage

import (
	"context"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/privacy"
)

// Accounts implements privacy.ErasureStore: WeCom's too, by which a member who has left is served no more.
func (r *Erasures) Accounts(ctx context.Context, m union.Member) ([]union.Identity, error) {
	list, err := queryAll(ctx, r.db, "read identities", scanIdentity,
		`SELECT channel, user_id, member_id, proof, bound_ms FROM identities WHERE member_id = ?`, m.ID)
	if r.directory != "" && m.WeComUserID != "" {
		list = append(list, union.Identity{Channel: r.directory, User: m.WeComUserID, Member: m.ID, Proof: union.ProofDirectory})
	}
	return list, err
}

// idsAtOnce is how many rows one statement deletes.
const idsAtOnce = 500

// eraseFound deletes rows by their ids. Looking and deleting are two steps: a DELETE by other columns than the key
// waits, on MySQL, for every row that somebody has just written.
func (r *Erasures) eraseFound(ctx context.Context, table, where string, args ...any) (gone int64, err error) {
	for {
		ids, err := queryAll(ctx, r.db, "find rows of "+table, scanID, `SELECT id FROM `+table+` WHERE `+where+` LIMIT ?`,
			append(args[:len(args):len(args)], idsAtOnce)...)
		if err != nil || len(ids) == 0 {
			return gone, err
		}
		n, err := execute(ctx, r.db, "erase rows of "+table, `DELETE FROM `+table+` WHERE id IN ?`, ids)
		gone += n
		if err != nil {
			return gone, err
		}
	}
}

func scanID(s scanner) (id int64, err error) { return id, s.Scan(&id) }

// EraseNotices implements privacy.ErasureStore.
func (r *Erasures) EraseNotices(ctx context.Context, e privacy.Erasure) (int64, error) {
	gone, err := r.eraseFound(ctx, "outbox", `(lane = ? OR case_id IN ?)`, memberLane(int64(e.Member.ID)), e.CaseIDs())
	for i := 0; i < len(e.Accounts) && err == nil; i++ {
		var n int64
		n, err = r.eraseSaid(ctx, bot.Address{Channel: bot.ChannelID(e.Accounts[i].Channel), User: bot.UserID(e.Accounts[i].User)})
		gone += n
	}
	return gone, err
}

// eraseSaid deletes what is kept for one account: late replies, parked texts and cards.
func (r *Erasures) eraseSaid(ctx context.Context, who bot.Address) (int64, error) {
	said, err := r.eraseFound(ctx, "outbox", `lane = ?`, addressLane(who))
	if err != nil {
		return said, err
	}
	parked, err := r.eraseFound(ctx, "parked", `channel = ? AND person = ?`, string(who.Channel), string(who.User))
	if err != nil {
		return said + parked, err
	}
	cards, err := queryAll(ctx, r.db, "find cards", func(s scanner) (task string, err error) { return task, s.Scan(&task) },
		`SELECT task_id FROM cards WHERE channel = ? AND to_user = ?`, string(who.Channel), string(who.User))
	for i := 0; i < len(cards) && err == nil; i++ {
		_, err = execute(ctx, r.db, "erase card", `DELETE FROM cards WHERE task_id = ? AND channel = ? AND to_user = ?`,
			cards[i], string(who.Channel), string(who.User))
	}
	return said + parked, err
}

// EraseLikeness implements privacy.ErasureStore.
func (r *Erasures) EraseLikeness(ctx context.Context, e privacy.Erasure) error {
	type place struct {
		service    string
		root, band int64
		id         cases.ID
	}
	list, err := queryAll(ctx, r.db, "find likeness to erase", func(s scanner) (p place, err error) {
		return p, s.Scan(&p.service, &p.root, &p.band, &p.id)
	}, `SELECT service, root, band, case_id FROM likeness WHERE case_id IN ?`, e.CaseIDs())
	for i := 0; i < len(list) && err == nil; i++ {
		p := list[i]
		_, err = execute(ctx, r.db, "erase likeness", `DELETE FROM likeness WHERE service = ? AND root = ? AND band = ? AND case_id = ?`,
			p.service, p.root, p.band, p.id)
	}
	return err
}

// erasedFields are the member's columns that are emptied. The staff number stays, for by it the union knows whose record
// was emptied; organisation, gender, employment and the dates of joining stay for the statistics.
var erasedFields = []string{
	"phone", "phone_digest", "id_card", "id_card_digest", "birthday", "lunar_birthday", "post", "retire_on", "contract_until", "notes", "tags", "family",
}

// EraseMember implements privacy.ErasureStore.
func (r *Erasures) EraseMember(ctx context.Context, e privacy.Erasure, done *privacy.Erased) error {
	if e.Trial {
		_, err := r.leftovers(ctx, e, `member_id = ?`, e.Member.ID)
		return err
	}
	var l leftovers
	var gone privacy.Erased // told once that is certain
	err := r.db.Tx(ctx, func(ctx context.Context) (err error) {
		if err := e.Renew(ctx); err != nil { // here, and so no import begins before the end
			return err
		}
		left, err := execute(ctx, r.db, "lock member", `UPDATE members SET wecom_userid = NULL WHERE id = ? AND status = ?`,
			e.Member.ID, union.Left)
		if err != nil {
			return err
		}
		if left == 0 {
			return privacy.ErrNotLeft
		}
		if gone.Member, err = r.emptyMember(ctx, e); err != nil {
			return err
		}
		if err := r.eraseOwned(ctx, e, &gone); err != nil {
			return err
		}
		if l, err = r.leftovers(ctx, e, `member_id = ?`, e.Member.ID); err != nil {
			return err
		}
		if err := r.empty(ctx, e, l); err != nil {
			return err
		}
		if len(l.say) == 0 && gone.Nothing() {
			return nil // an earlier run has done it, and said so
		}
		return NewAudit(r.db).Append(ctx, audit.Entry{
			At: e.At, Kind: audit.Erase, Member: e.Member.ID, Note: e.Reason, Emptied: l.emptied, Changed: l.changed, Unread: l.unread, Bounded: true,
		})
	})
	if err == nil {
		done.Member, done.Drafts, done.Accounts, done.Roles, done.Entries = gone.Member, gone.Drafts, gone.Accounts, gone.Roles, done.Entries+len(l.say)
	}
	return err
}

// emptyMember says whether anything was left to be emptied.
func (r *Erasures) emptyMember(ctx context.Context, e privacy.Erasure) (bool, error) {
	still := "name <> ? OR " + strings.Join(erasedFields, " <> '' OR ") + " <> ''"
	n, err := execute(ctx, r.db, "empty member", `UPDATE members SET `+strings.Join(erasedFields, " = '', ")+` = '',
		name = ?, name_key = ?, updated_ms = ? WHERE id = ? AND (`+still+`)`,
		privacy.ErasedName, union.NameKey(privacy.ErasedName), e.At.UnixMilli(), e.Member.ID, privacy.ErasedName)
	return n > 0, err
}

func (r *Erasures) eraseOwned(ctx context.Context, e privacy.Erasure, done *privacy.Erased) (err error) {
	for _, owned := range []struct {
		table, column string
		count         *int64
	}{
		{"drafts", "owner", &done.Drafts}, {"identities", "member_id", &done.Accounts}, {"role_holdings", "member_id", &done.Roles},
		{"bind_codes", "member_id", new(int64)}, {"directory_changes", "member", new(int64)}, {"checkups", "member_id", new(int64)},
		{"co_authors", "member_id", new(int64)}, {"greetings", "member_id", new(int64)}, {"greeting_choices", "member_id", new(int64)},
		{"greeting_shields", "member_id", new(int64)}, {"unreached_told", "member_id", new(int64)}, {"case_shields", "member_id", new(int64)}, {"case_subjects", "member_id", new(int64)}, {"broadcast_receipts", "member_id", new(int64)},
		{"stand_ins", "absent", new(int64)}, {"stand_ins", "stands_in", new(int64)},
		{"talk_desks", "member_id", new(int64)},
	} {
		*owned.count, err = execute(ctx, r.db, "erase "+owned.table, `DELETE FROM `+owned.table+` WHERE `+owned.column+` = ?`, e.Member.ID)
		if err != nil {
			return err
		}
	}
	if err := r.eraseEntries(ctx, e.Member.ID); err != nil {
		return err
	}
	if err := NewTies(r.db).Erase(ctx, e.Member.ID); err != nil {
		return err
	}
	if err := NewTalks(r.db).Erase(ctx, e.Member.ID); err != nil {
		return err
	}
	if err := r.erasePublic(ctx, e); err != nil {
		return err
	}
	for _, a := range e.Accounts {
		if err := NewBindings(r.db).ForgetTries(ctx, a.Channel, a.User); err != nil {
			return err
		}
	}
	if len(e.Claims) == 0 {
		return nil
	}
	if _, err = execute(ctx, r.db, "erase guesses", `DELETE FROM bind_guesses WHERE claimed IN ?`, e.Claims); err != nil {
		return err
	}
	_, err = execute(ctx, r.db, "erase warnings", `DELETE FROM bind_warnings WHERE claimed IN ?`, e.Claims)
	return err
}

// eraseEntries empties what a member has answered when signing up, and what happened then. That the place was taken stays.
func (r *Erasures) eraseEntries(ctx context.Context, member union.MemberID) error {
	ids, err := queryAll(ctx, r.db, "find entries to erase", scanID, `SELECT id FROM activity_entries WHERE member_id = ?`, member)
	for i := 0; i < len(ids) && err == nil; i++ {
		var empty string
		if empty, err = r.db.seal(entryBody, ids[i], []byte(`{}`)); err == nil {
			_, err = execute(ctx, r.db, "erase entry", `UPDATE activity_entries SET body = ?, version = version + 1 WHERE id = ?`, empty, ids[i])
		}
	}
	return err
}

// erasePublic deletes what was made public of a member's cases, and what the member, or anybody against the member, has objected.
func (r *Erasures) erasePublic(ctx context.Context, e privacy.Erasure) error {
	if _, err := r.eraseFound(ctx, "objections", `(member_id = ? OR case_id IN ?)`, e.Member.ID, e.CaseIDs()); err != nil {
		return err
	}
	_, err := execute(ctx, r.db, "erase public notices", `DELETE FROM publicities WHERE case_id IN ?`, e.CaseIDs())
	return err
}
