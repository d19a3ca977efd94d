package privacy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/cases"
)

// ErasedName stands where the name of a member stood whose data was deleted.
const ErasedName = "已删除"

// ErrNotLeft means that a member is still served.
var ErrNotLeft = errors.New("the member has not left")

// ErrFetching means that a file of the member's is still on its way from the platform.
var ErrFetching = errors.New("a file is still being fetched from the platform")

// ErrOtherKey means that something was sealed or signed with a key that is not held, and nobody can say whether it was changed.
var ErrOtherKey = errors.New("it was sealed or signed with a key that is not held")

// OpenError names what has to end first.
type OpenError struct{ Numbers []string }

func (e *OpenError) Error() string { return "cases are open: " + strings.Join(e.Numbers, ", ") }

// Erasure is whose data is deleted, when and why.
type Erasure struct {
	Member union.Member
	// Accounts are those by which the member is known, WeCom's among them.
	Accounts []union.Identity
	// Claims are the digests under which somebody's failed claim to be the member is remembered.
	Claims []string
	At     time.Time
	// Reason is kept in the record for good, and so names nobody.
	Reason string
	// KeyLost lets what no key opens be deleted unread, as if it had been changed.
	KeyLost bool
}

// Erased counts what was deleted.
type Erased struct {
	Cases       int   `json:"cases"`
	Attachments int   `json:"attachments"`
	Notices     int64 `json:"notices"`
	Drafts      int64 `json:"drafts"`
	Accounts    int64 `json:"accounts"`
	Roles       int64 `json:"roles"`
	// Entries counts those of the record that stand in no timeline. Changed are the ids of entries and events that were not as they
	// were written when they were deleted.
	Entries int     `json:"entries"`
	Changed []int64 `json:"changed,omitempty"`
	// Member says that the member's own row was emptied; false where an earlier run did it.
	Member bool `json:"member"`
}

// Nothing says whether nothing was left to be deleted.
func (e Erased) Nothing() bool {
	return !e.Member && e.Cases+e.Attachments+e.Entries+len(e.Changed) == 0 && e.Notices+e.Drafts+e.Accounts+e.Roles == 0
}

// RemoveFile removes the file with a hash, or says that somebody has kept the same just now.
type RemoveFile = func(ctx context.Context, hash string) (gone bool, err error)

// ErasureStore deletes. What it deletes in several steps may end after any of them and be done again.
type ErasureStore interface {
	// Exclusive keeps imports, and other erasures, from running until done is called, or a minute has gone since renew was, which
	// fails where another has begun meanwhile.
	Exclusive(ctx context.Context) (renew, done func(context.Context) error, err error)
	// OpenCases lists the numbers of the member's cases that have not ended, and Fetching says whether a file of
	// the member's is still to come.
	OpenCases(ctx context.Context, member union.MemberID) ([]string, error)
	Fetching(ctx context.Context, member union.MemberID) (bool, error)
	// Unerased lists the member's cases that still say something.
	Unerased(ctx context.Context, e Erasure) ([]cases.ID, error)
	// EraseCase deletes what one case and its timeline say and puts that on record, in one transaction.
	EraseCase(ctx context.Context, id cases.ID, e Erasure, done *Erased) error
	// EraseAttachments deletes the files and rows of the member and of the member's cases.
	EraseAttachments(ctx context.Context, member union.MemberID, remove RemoveFile) (int, error)
	// Accounts lists those by which the member is known.
	Accounts(ctx context.Context, m union.Member) ([]union.Identity, error)
	// EraseNotices deletes what was said to the member, and to others about the member's cases.
	EraseNotices(ctx context.Context, e Erasure) (int64, error)
	// EraseLikeness deletes by what the member's cases are found to be like others.
	EraseLikeness(ctx context.Context, member union.MemberID) error
	// EraseMember deletes the rest and puts that on record, in one transaction. It fails with ErrNotLeft for a member
	// who came back meanwhile.
	EraseMember(ctx context.Context, e Erasure, done *Erased) error
}

// Eraser deletes what is kept of people who have left, and leaves the record of what the union did.
type Eraser struct {
	store  ErasureStore
	sealer union.Sealer
	remove RemoveFile
}

// NewEraser makes an eraser. remove removes a kept file that nobody has any more.
func NewEraser(store ErasureStore, sealer union.Sealer, remove RemoveFile) *Eraser {
	return &Eraser{store: store, sealer: sealer, remove: remove}
}

// Allowed says why the member's data cannot be deleted now, or nil.
func (e *Eraser) Allowed(ctx context.Context, m union.Member) error {
	if m.Status != union.Left {
		return ErrNotLeft
	}
	open, err := e.store.OpenCases(ctx, m.ID)
	if err != nil {
		return err
	}
	if len(open) > 0 {
		return &OpenError{Numbers: open}
	}
	if coming, err := e.store.Fetching(ctx, m.ID); err != nil || coming {
		return errors.Join(err, errIf(coming, ErrFetching))
	}
	return nil
}

func errIf(when bool, err error) error {
	if when {
		return err
	}
	return nil
}

// Erase deletes, and finds accounts and claims itself. The accounts go last: by them a second run finds what a first one that
// was killed has left.
func (e *Eraser) Erase(ctx context.Context, what Erasure) (done Erased, err error) {
	m := what.Member
	renew, release, err := e.store.Exclusive(ctx)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, release(context.WithoutCancel(ctx))) }()
	if err := e.Allowed(ctx, m); err != nil {
		return done, err
	}
	what.Claims = binding.Claims(e.sealer, m.StaffNo)
	if what.Accounts, err = e.store.Accounts(ctx, m); err != nil {
		return done, err
	}
	said, err := e.store.Unerased(ctx, what)
	if err != nil {
		return done, err
	}
	for _, id := range said {
		if err := renew(ctx); err != nil {
			return done, err
		}
		if err := e.store.EraseCase(ctx, id, what, &done); err != nil {
			return done, fmt.Errorf("erase case %d: %w", id, err)
		}
	}
	return done, e.eraseRest(ctx, what, renew, &done)
}

// eraseRest deletes what is in no case.
func (e *Eraser) eraseRest(ctx context.Context, what Erasure, renew func(context.Context) error, done *Erased) (err error) {
	member := what.Member.ID
	for _, step := range []func() error{
		func() (err error) {
			done.Attachments, err = e.store.EraseAttachments(ctx, member, func(ctx context.Context, hash string) (bool, error) {
				if err := renew(ctx); err != nil {
					return false, err
				}
				return e.remove(ctx, hash)
			})
			return err
		},
		func() (err error) {
			done.Notices, err = e.store.EraseNotices(ctx, what)
			return err
		},
		func() error { return e.store.EraseLikeness(ctx, member) },
		func() error { return e.store.EraseMember(ctx, what, done) },
	} {
		if err := renew(ctx); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
