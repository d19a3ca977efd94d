package storage_test

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// binds gives members an account.
func (p *party) binds(members ...union.Member) {
	p.t.Helper()
	for _, m := range members {
		p.must(p.members.Bind(p.t.Context(), union.Identity{Channel: "officialaccount:gh_1", User: storagetest.Unique("o"), Member: m.ID, Proof: union.ProofCode, BoundAt: p.now.Now()}))
	}
}

// allBound gives everybody an account who is there.
func (p *party) allBound() {
	p.t.Helper()
	p.must(storage.Run(p.t.Context(), p.db, `INSERT INTO identities (channel, user_id, member_id, proof, bound_ms)
		SELECT 'officialaccount:gh_2', id, id, 'code', 0 FROM members`))
}

// lost lists why nothing reaches a chair's members, by their numbers.
func (p *party) lost() map[string]occasion.Why {
	p.t.Helper()
	why := map[string]occasion.Why{}
	for after, known := union.MemberID(0), 0; ; {
		list, more, err := p.Unreached(p.t.Context(), p.chair.ID, after, known)
		p.must(err)
		known = more
		for _, l := range list {
			why[l.To.StaffNo], after = l.Why, l.To.ID
		}
		if more == 0 {
			return why
		}
	}
}

// Who has no account, or follows no more, is listed though nothing was sent; who was told in person is not until something fails again.
func TestWhomNothingReachesIsListedByItself(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		p := newParty(t, db)
		p.allBound()
		none, gone, fine := p.born("1990-03-01", ""), p.born("1990-03-01", ""), p.born("1990-11-21", "")
		p.binds(gone, fine)
		follows := func(yes bool) {
			t.Helper()
			its, err := p.members.Addresses(t.Context(), gone.ID)
			p.must(err)
			for range 2 {
				p.must(p.members.Followed(t.Context(), its[0].Channel, its[0].User, p.now.Now(), yes))
			}
		}
		want := func(when string, all map[string]occasion.Why) {
			t.Helper()
			found := p.lost()
			if len(found) != len(all) {
				t.Errorf("%s: listed %v, want %v", when, found, all)
			}
			for no, why := range all {
				if found[no] != why {
					t.Errorf("%s: %s is listed as %q, want %q", when, no, found[no], why)
				}
			}
		}
		follows(false)
		want("at first", map[string]occasion.Why{none.StaffNo: occasion.NoAccount, gone.StaffNo: occasion.Unfollowed})
		follows(true)
		want("following again", map[string]occasion.Why{none.StaffNo: occasion.NoAccount})
		p.runs(1)
		items, err := p.outbox.Claim(t.Context(), true, "x", time.Minute, 10)
		p.must(err)
		for _, item := range items {
			p.must(p.outbox.Settle(t.Context(), item, bot.Settlement{State: bot.ParcelFailed, Cause: "refused: 40003"}))
		}
		want("one failed", map[string]occasion.Why{none.StaffNo: occasion.NoAccount, fine.StaffNo: occasion.Failing})
		p.now.set(p.now.Now().Add(time.Minute))
		told := func(m union.Member) {
			t.Helper()
			_, err := p.ToldInPerson(t.Context(), p.chair.ID, m.StaffNo)
			p.must(err)
		}
		for _, m := range []union.Member{none, fine, fine} {
			told(m)
		}
		want("told", nil)
		// What nothing was known of when they were told is listed again.
		p.now.set(p.now.Now().Add(time.Minute))
		its, err := p.members.Addresses(t.Context(), fine.ID)
		p.must(err)
		follow := func(after time.Duration, yes bool) {
			t.Helper()
			p.must(p.members.Followed(t.Context(), its[0].Channel, its[0].User, p.now.Now().Add(after), yes))
		}
		follow(0, false)
		want("gone since", map[string]occasion.Why{fine.StaffNo: occasion.Unfollowed})
		speaks := func(after time.Duration) {
			t.Helper()
			p.must(p.members.Spoke(t.Context(), its[0].Channel, its[0].User, p.now.Now().Add(after)))
		}
		speaks(-time.Second) // said before they went
		want("gone still", map[string]occasion.Why{fine.StaffNo: occasion.Unfollowed})
		speaks(time.Second)
		want("speaks again", nil)
		follow(2*time.Second, false)
		want("gone again", map[string]occasion.Why{fine.StaffNo: occasion.Unfollowed})
		follow(2*time.Minute, true)
		follow(time.Minute, false) // said late
		want("back", nil)
		p.binds(none)
		want("bound", nil)
		_, err = p.members.UnbindAll(t.Context(), none.ID)
		p.must(err)
		want("unbound", map[string]occasion.Why{none.StaffNo: occasion.NoAccount})
		// Of what did not reach somebody they were told: an account since then takes nothing of that back.
		told(none)
		want("told of that", nil)
		told(fine)
		p.now.set(p.now.Now().Add(time.Minute))
		p.must(p.members.Bind(t.Context(), union.Identity{Channel: "officialaccount:gh_3", User: storagetest.Unique("o"), Member: fine.ID, Proof: union.ProofCode, BoundAt: p.now.Now()}))
		want("told, and bound a second time", nil)
		if _, err := p.ToldInPerson(t.Context(), fine.ID, none.StaffNo); err == nil {
			t.Error("a member says who was told")
		}
	})
}

// The list goes on to its end, a hundred at a time, and the sheet has all of them.
func TestAllWhomNothingReachesCanBeReached(t *testing.T) {
	p := newParty(t, storagetest.SQLite(t))
	p.allBound()
	for range 205 {
		p.born("1990-03-01", "")
	}
	if n := len(p.lost()); n != 205 {
		t.Errorf("%d are listed page by page, want 205", n)
	}
	sheets := 0
	p.Keep = func(_ context.Context, r io.Reader) (string, error) {
		sheets++
		_, err := io.Copy(io.Discard, r)
		return strings.Repeat("a", 64), err
	}
	for range 2 {
		if n, more, err := p.ExportUnreached(t.Context(), p.chair.ID, "m1"); err != nil || n != 205 || more {
			t.Errorf("%d in the sheet, and more: %v, %v", n, more, err)
		}
	}
	p.MostInSheet = 200
	if n, more, err := p.ExportUnreached(t.Context(), p.chair.ID, "m1"); err != nil || n != 200 || !more {
		t.Errorf("%d in a sheet that is cut, and more: %v, %v", n, more, err)
	}
	p.wantSaid(p.chair, 1, "one sheet")
}
