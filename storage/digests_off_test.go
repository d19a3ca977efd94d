package storage_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/notice"
)

// remindedEarly is a service that reminds three working days before its time is up.
const remindedEarly = `prefix: ZT
title: 场地
short: 场地
understand: {phrases: [借会场], examples: [我要借会场]}
form: [{name: what, kind: text, label: 用途, ask: 做什么}]
summary: {title: '{what}'}
review:
  - name: first
    title: 审批
    who: {role: branch_chair}
    days: 6
    silence: [{do: remind, before: 3}, {do: up, days: 2}]
    acts: [{act: accept, word: 同意}]
words: {filed: '收到 {number}', accepted: '{act}', withdrawn: 撤回}
`

// digestAt is what an officer reads in the digest of a moment; empty where there is none.
func (o *office) digestAt(t *testing.T, officer int64, moment time.Time) string {
	t.Helper()
	o.now.set(moment)
	o.tick(t)
	var all []string
	for _, n := range o.outbox.take() {
		if int64(n.To) == officer && strings.HasPrefix(n.Body.Text, "all ") {
			all = append(all, n.Body.Text)
		}
	}
	return strings.Join(all, "; ")
}

// Whoever wants no digests hears of what was put on record as a reminder, of what is overdue and of what was urged; not of what is new.
func TestWhoSwitchedDigestsOffIsStillReminded(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "08:30"))
		officer := int64(o.branch.ID)
		if _, err := o.SetDigest(t.Context(), o.branch.ID, nil); err != nil {
			t.Fatal(err)
		}
		c := o.fileOf(t, remindedEarly) // until the 1st of December
		for _, moment := range []time.Time{at("2026-11-23", "09:00"), at("2026-11-24", "09:00"), at("2026-11-25", "15:00")} {
			if got := o.digestAt(t, officer, moment); got != "" {
				t.Errorf("%s: %s", moment, got)
			}
		}
		got := o.digestAt(t, officer, at("2026-11-26", "09:00"))
		if kinds := o.kinds(t, c); count(kinds, cases.EventReminded) != 1 || !strings.Contains(got, "soon 1 new 0") {
			t.Errorf("on record is %v, and told was %q", kinds, got)
		}
		if got := o.digestAt(t, officer, at("2026-11-26", "15:00")); got != "" {
			t.Errorf("once a day, and then %s", got)
		}
		if _, err := o.Urge(t.Context(), o.worker.ID, c.Number); err != nil {
			t.Fatal(err)
		}
		if got := o.digestAt(t, officer, at("2026-11-26", "15:01")); !strings.Contains(got, "new 1") {
			t.Errorf("of the urging was told %q", got)
		}
		if got := o.digestAt(t, officer, at("2026-11-27", "09:00")); !strings.Contains(got, "new 1") {
			t.Errorf("what was urged still waits, and told was %q", got)
		}
	})
}

// Cards alone are no digest: what was to be said since the last one is still said.
func TestWhatIsHandedOnByCardsSwallowsNoReminder(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		o := newOffice(t, db)
		o.now.set(at("2026-11-23", "08:30"))
		officer := int64(o.branch.ID)
		if _, err := o.SetDigest(t.Context(), o.branch.ID, []time.Duration{15 * time.Hour}); err != nil {
			t.Fatal(err)
		}
		o.fileOf(t, remindedEarly) // until the 1st of December
		o.digestAt(t, officer, at("2026-11-25", "15:00"))
		handed := o.fileOf(t, strings.NewReplacer("days: 6", "days: 9", "{role: branch_chair}", "{role: chair, otherwise: [branch_chair]}").Replace(remindedEarly))
		o.digestAt(t, officer, at("2026-11-26", "09:30"))
		o.recuse(t, handed, o.chair)
		if got := o.digestAt(t, officer, at("2026-11-26", "10:00")); got != "" {
			t.Errorf("beside the card %s", got)
		}
		if open := o.openOf(t, handed); len(open) != 1 || int64(open[0].Officer) != officer || open[0].Untold {
			t.Fatalf("%+v have it", open)
		}
		if got := o.digestAt(t, officer, at("2026-11-26", "15:00")); !strings.Contains(got, "soon 1 new 1") {
			t.Errorf("in the afternoon: %q", got)
		}
	})
}

// meanwhile does something else while a digest is written: before it is claimed, and once the new tasks were read.
type meanwhile struct {
	cases.DigestStore
	cases.TaskStore
	claim, read func(context.Context)
}

func (m *meanwhile) Claim(ctx context.Context, d cases.Digest, next, at time.Time) (bool, error) {
	m.claim(ctx)
	return m.DigestStore.Claim(ctx, d, next, at)
}

func (m *meanwhile) Untold(ctx context.Context, officer union.MemberID, limit int) ([]cases.Task, error) {
	list, err := m.TaskStore.Untold(ctx, officer, limit)
	m.read(ctx)
	return list, err
}

// What is handed over while a digest is written is told with it, or at once after it.
func TestWhatComesWhileADigestIsWrittenIsNotMissed(t *testing.T) {
	for name, hook := range map[string]func(*meanwhile) *func(context.Context){
		"before it is claimed":      func(m *meanwhile) *func(context.Context) { return &m.claim },
		"after the tasks were read": func(m *meanwhile) *func(context.Context) { return &m.read },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, storagetest.SQLite(t))
			o.now.set(at("2026-11-26", "09:30"))
			handed := o.fileOf(t, strings.NewReplacer("{role: branch_chair}", "{role: chair, otherwise: [branch_chair]}").Replace(remindedEarly))
			o.fileOf(t, remindedEarly)
			o.digestAt(t, int64(o.branch.ID), at("2026-11-26", "10:00"))
			desk, nothing := o.Desk, func(context.Context) {}
			between := &meanwhile{DigestStore: o.deps.Store.Digests, TaskStore: o.deps.Store.Tasks, claim: nothing, read: nothing}
			*hook(between) = func(ctx context.Context) {
				between.claim, between.read = nothing, nothing
				if _, err := desk.Recuse(ctx, cases.Recusal{Number: handed.Number, Officer: o.chair.ID}); err != nil {
					t.Error(err)
				}
			}
			o.deps.Store.Digests, o.deps.Store.Tasks = between, between
			o.Desk = cases.NewDesk(o.deps)
			if err := between.Hurry(t.Context(), o.branch.ID, o.now.Now(), o.now.Now()); err != nil {
				t.Fatal(err)
			}
			o.outbox.take()
			o.tick(t)
			o.tick(t)
			open, put := o.openOf(t, handed), o.outbox.take()
			carded := func(n notice.Notice) bool { return n.Key == fmt.Sprintf("task/%d", open[0].ID) }
			if len(open) != 1 || open[0].Officer != o.branch.ID || open[0].Untold || !slices.ContainsFunc(put, carded) {
				t.Errorf("%+v have it, and told was %+v", open, put)
			}
		})
	}
}
