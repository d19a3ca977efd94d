package cases

import (
	"maps"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
)

func (b *behind) put(d Draft) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w, ok := b.waiting[d.ID]
	switch {
	case ok && w.Version >= d.Version:
		return
	case ok:
		w.Draft = d
	default:
		if len(b.waiting) >= behindMost {
			b.dropOldest()
		}
		b.order++
		b.waiting[d.ID] = &waitingDraft{Draft: d, order: b.order}
	}
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// dropOldest makes room. The draft is still in its session; only the copy in SQL comes later.
func (b *behind) dropOldest() {
	var oldest *waitingDraft
	for _, w := range b.waiting {
		if oldest == nil || w.order < oldest.order {
			oldest = w
		}
	}
	delete(b.waiting, oldest.ID)
	b.log.Warn("too many drafts wait to be kept, one is left to its session", "draft", oldest.ID)
}

func (b *behind) get(id ID) (Draft, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w, ok := b.waiting[id]; ok {
		return w.Draft, true
	}
	return Draft{}, false
}

func (b *behind) of(owner union.MemberID) []Draft {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Draft
	for _, w := range b.waiting {
		if w.Owner == owner {
			list = append(list, w.Draft)
		}
	}
	return list
}

// forget takes a draft that was filed or dropped from the waiting, so that nobody is offered it again. Should that be
// rolled back, the draft is still in its session.
func (b *behind) forget(id ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.waiting, id)
}

// queue lists what waits, what has waited longest first. It is made once for many batches: with thousands waiting, the
// sorting costs more than a batch.
func (b *behind) queue() []ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Collect(maps.Keys(b.waiting))
	sort.SliceStable(list, func(i, j int) bool { return b.waiting[list[i]].order < b.waiting[list[j]].order })
	return list
}

// batch takes those of the drafts that still wait. They stay among the waiting until they are written.
func (b *behind) batch(ids []ID) []waitingDraft {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]waitingDraft, 0, len(ids))
	for _, id := range ids {
		if w, ok := b.waiting[id]; ok {
			list = append(list, *w)
		}
	}
	return list
}

// settle takes a draft from the waiting, unless it has changed meanwhile.
func (b *behind) settle(d waitingDraft) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w, ok := b.waiting[d.ID]; ok && w.Version == d.Version {
		delete(b.waiting, d.ID)
	}
}

// requeue puts drafts that failed behind the others. A failure counts where others were taken at the same time, and what
// failed so too often is given up.
func (b *behind) requeue(failed []waitingDraft, counts bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, d := range failed {
		w, ok := b.waiting[d.ID]
		if !ok || w.Version != d.Version {
			continue
		}
		b.order++
		w.order = b.order
		if counts {
			w.tries++
		}
		if w.tries >= behindGiveUp {
			delete(b.waiting, d.ID)
			b.log.Error("the database refuses a draft", "draft", d.ID)
		}
	}
}
