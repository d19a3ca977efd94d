package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/unionbot/unionbot/union"
)

// maxDrafts is how many open drafts of one member are offered.
const maxDrafts = 10

// NewDraftID makes the id of a new draft.
func (d *Desk) NewDraftID() ID { return ID(d.newID()) }

// Drafts lists the member's open drafts, newest first. Those that were saved behind a moment ago on this replica are
// among them, in their latest version.
func (d *Desk) Drafts(ctx context.Context, member union.MemberID) ([]Draft, error) {
	// The waiting ones come first: one that is written between the two reads would else be in neither.
	behind := d.behind.of(member)
	list, err := d.store.Drafts.OfOwner(ctx, member, maxDrafts)
	if err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	for _, waiting := range behind {
		if waiting.OfFlow() {
			continue
		}
		i := slices.IndexFunc(list, func(kept Draft) bool { return kept.ID == waiting.ID })
		switch {
		case i < 0:
			list = append(list, waiting)
		case list[i].Version < waiting.Version:
			list[i] = waiting
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].UpdatedAt.After(list[j].UpdatedAt) })
	return list, nil
}

// FlowDraft reads what a conversation knew last of what the member was doing there, or returns union.ErrNotFound.
func (d *Desk) FlowDraft(ctx context.Context, member union.MemberID, flow string) (Draft, error) {
	behind := d.behind.of(member)
	last, err := d.store.Drafts.OfFlow(ctx, member, FlowDraft(flow))
	if err != nil && !errors.Is(err, union.ErrNotFound) {
		return Draft{}, fmt.Errorf("read draft: %w", err)
	}
	for _, waiting := range behind {
		if waiting.Service == FlowDraft(flow) && waiting.UpdatedAt.After(last.UpdatedAt) {
			last, err = waiting, nil
		}
	}
	return last, err
}

// Draft reads an open draft of its owner, or returns union.ErrNotFound.
func (d *Desk) Draft(ctx context.Context, owner union.MemberID, id ID) (Draft, error) {
	waiting, ok := d.behind.get(id)
	kept, err := d.store.Drafts.Get(ctx, owner, id)
	if err != nil {
		return Draft{}, fmt.Errorf("read draft: %w", err)
	}
	if ok && waiting.Owner == owner && waiting.Version > kept.Version {
		return waiting, nil
	}
	return kept, nil
}

// DraftFate tells what became of a draft: it may have been filed or dropped on another channel of its owner.
func (d *Desk) DraftFate(ctx context.Context, owner union.MemberID, id ID) (DraftState, error) {
	state, err := d.store.Drafts.Fate(ctx, owner, id)
	if err != nil {
		return "", fmt.Errorf("read draft: %w", err)
	}
	return state, nil
}

// SaveDraft keeps a draft in the transaction of ctx. It returns union.ErrStale if a version as new is kept already, or
// the draft was filed or dropped.
func (d *Desk) SaveDraft(ctx context.Context, draft Draft) error {
	if draft.Sealed {
		return nil
	}
	if err := d.store.Drafts.Save(ctx, draft); err != nil {
		return fmt.Errorf("save draft: %w", err)
	}
	return nil
}

// DropDraft gives a draft up for good. Dropping one that is not there, or was dropped before, is no error.
func (d *Desk) DropDraft(ctx context.Context, owner union.MemberID, id ID) error {
	if err := d.store.Drafts.Close(ctx, Draft{ID: id, Owner: owner, UpdatedAt: d.now()}, DraftDropped); err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	d.behind.forget(id)
	return nil
}

// ForgetAttachments drops the pictures and sounds of a draft that is given up for good.
func (d *Desk) ForgetAttachments(ctx context.Context, draft Draft) error {
	ids := append(slices.Clone(draft.Pictures), (&Case{Values: draft.Values}).Voices()...)
	if err := d.store.Attachments.Forget(ctx, draft.Owner, draft.ID, ids); err != nil {
		return fmt.Errorf("forget attachments: %w", err)
	}
	return nil
}

// SaveBehind keeps a draft within a second, outside of any transaction and without waiting. Of several versions the
// newest is written. What RunDrafts could not write before a crash is still in the session.
//
// A sealed draft is kept by neither: it is in its session, and nowhere else.
func (d *Desk) SaveBehind(draft Draft) {
	if !draft.Sealed {
		d.behind.put(draft)
	}
}

// RunDrafts writes what SaveBehind was given, until ctx ends; then it writes what is left and returns.
func (d *Desk) RunDrafts(ctx context.Context) { d.behind.run(ctx) }

// UnsavedDrafts counts what RunDrafts has still to write.
func (d *Desk) UnsavedDrafts() int { return d.behind.unsaved() }

// Attach keeps a picture, a voice message or a file that is still at the platform, to be fetched. The same media of
// the same owner is kept once, and Attach returns its first id again.
func (d *Desk) Attach(ctx context.Context, a Attachment) (ID, error) {
	if a.ID == 0 {
		a.ID = ID(d.newID())
	}
	if a.CreatedAt.IsZero() {
		a.CreatedAt = d.now()
	}
	a.State = AttachmentPending
	id, err := d.store.Attachments.Add(ctx, a)
	if err != nil {
		return 0, fmt.Errorf("attach: %w", err)
	}
	return id, nil
}
