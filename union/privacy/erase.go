package privacy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
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

// UnprovenError names cases that seem to be the member's, and of which the record does not prove it.
type UnprovenError struct{ Numbers []string }

func (e *UnprovenError) Error() string {
	return "the record does not prove whose these cases are: " + strings.Join(e.Numbers, ", ")
}

// Filed is a case of the member's: one that the member has filed, or that is about the member whoever did.
type Filed struct {
	ID     cases.ID
	Number string
	Author union.MemberID
}

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
	// KeyLost lets what no key opens be deleted unread.
	KeyLost bool
	// Agreed are the numbers of cases that are the member's also where the record does not prove it.
	Agreed []string
	// Anchors were kept outside of the database.
	Anchors []audit.Anchor
	// Tell, if set, hears how far the chain was walked where it has to be: minutes on a record of years.
	Tell func(links int64)
	// Trial deletes nothing, and finds out whether it could be.
	Trial bool
	// Judge knows what the chain and earlier deletions say. Cases are the member's.
	Judge *audit.Checker
	Cases []Filed
	// renew keeps imports out for another while.
	renew func(context.Context) error
}

// Renew keeps imports out for another while, and fails where one has begun.
func (e Erasure) Renew(ctx context.Context) error {
	if e.renew == nil {
		return nil
	}
	return e.renew(ctx)
}

// CaseIDs are those of the member's cases, and one that no case has.
func (e Erasure) CaseIDs() []cases.ID {
	ids := []cases.ID{0}
	for _, f := range e.Cases {
		ids = append(ids, f.ID)
	}
	return ids
}

// Erased counts what was deleted.
type Erased struct {
	Cases int `json:"cases"`
	// Numbers are those of the cases.
	Numbers     []string `json:"numbers,omitempty"`
	Attachments int      `json:"attachments"`
	Notices     int64    `json:"notices"`
	Drafts      int64    `json:"drafts"`
	Accounts    int64    `json:"accounts"`
	Roles       int64    `json:"roles"`
	// Entries counts those of the record that stand in no timeline. Changed are the ids of entries and events that were not as they
	// were written when they were deleted, Unread of those of which nobody could tell: by this run or one before.
	Entries int     `json:"entries"`
	Changed []int64 `json:"changed,omitempty"`
	Unread  []int64 `json:"unread,omitempty"`
	// Member says that the member's own row was emptied; false where an earlier run did it.
	Member bool `json:"member"`
	// Finished says that this run has deleted all there was.
	Finished bool `json:"finished"`
}

// Nothing says whether nothing was left to be deleted.
func (e Erased) Nothing() bool {
	return !e.Member && e.Cases+e.Attachments+e.Entries == 0 && e.Notices+e.Drafts+e.Accounts+e.Roles == 0
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
	// Judge finds out, once and in no transaction, what the chain and earlier deletions say. It renews as it goes.
	Judge(ctx context.Context, e Erasure) (*audit.Checker, error)
	// Cases lists what seem to be the member's cases.
	Cases(ctx context.Context, member union.MemberID) ([]Filed, error)
	// EraseCase deletes what one case and its timeline say and puts that on record, in one transaction, if they say anything and that is not
	// on record. It fails with *UnprovenError for a case that is not the member's, by the record, and was not agreed to.
	EraseCase(ctx context.Context, c Filed, e Erasure, done *Erased) error
	// EraseAttachments deletes the files and rows of the member and of the member's cases.
	EraseAttachments(ctx context.Context, e Erasure, remove RemoveFile) (int, error)
	// Accounts lists those by which the member is known.
	Accounts(ctx context.Context, m union.Member) ([]union.Identity, error)
	// EraseNotices deletes what was said to the member, and to others about the member's cases.
	EraseNotices(ctx context.Context, e Erasure) (int64, error)
	// EraseLikeness deletes by what the member's cases are found to be like others.
	EraseLikeness(ctx context.Context, e Erasure) error
	// EraseMember deletes the rest and puts that on record, in one transaction, which renews before it looks. It fails with ErrNotLeft
	// for a member who came back meanwhile.
	EraseMember(ctx context.Context, e Erasure, done *Erased) error
	// Told lists what the deletions of the member that are on record name as changed, and as unread.
	Told(ctx context.Context, e Erasure) (changed, unread []int64, err error)
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

// Cases are what seem to be the member's.
func (e *Eraser) Cases(ctx context.Context, m union.Member) ([]Filed, error) {
	return e.store.Cases(ctx, m.ID)
}

// Erase deletes, and finds accounts, claims and cases itself. The accounts go last: by them a second run finds what a first one that
// was killed has left. What was found changed is told also where it fails in the middle.
func (e *Eraser) Erase(ctx context.Context, what Erasure) (done Erased, err error) {
	m := what.Member
	var release func(context.Context) error
	if what.renew, release, err = e.store.Exclusive(ctx); err != nil {
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
	if what.Judge, err = e.store.Judge(ctx, what); err != nil {
		return done, err
	}
	defer func() {
		changed, unread, tellErr := e.store.Told(context.WithoutCancel(ctx), what)
		done.Changed, done.Unread, err = changed, unread, errors.Join(err, tellErr)
	}()
	if what.Cases, err = e.store.Cases(ctx, m.ID); err != nil {
		return done, err
	}
	trial, none := what, Erased{}
	trial.Trial = true
	if err = errors.Join(e.eraseCases(ctx, trial, &none), what.Renew(ctx)); err == nil {
		err = e.store.EraseMember(ctx, trial, &none)
	}
	if err == nil {
		err = e.eraseCases(ctx, what, &done)
	}
	if err == nil {
		err = e.eraseRest(ctx, what, &done)
	}
	done.Finished = err == nil
	return done, err
}

// eraseCases deletes what the cases say, and names all that are not proved to be the member's.
func (e *Eraser) eraseCases(ctx context.Context, what Erasure, done *Erased) error {
	unproven := new(UnprovenError)
	for _, c := range what.Cases {
		err := what.Renew(ctx)
		if err == nil {
			err = e.store.EraseCase(ctx, c, what, done)
		}
		if errors.As(err, new(*UnprovenError)) {
			unproven.Numbers = append(unproven.Numbers, c.Number)
		} else if err != nil {
			return fmt.Errorf("erase case %s: %w", c.Number, err)
		}
	}
	if len(unproven.Numbers) > 0 {
		return unproven
	}
	return nil
}

// eraseRest deletes what is in no case.
func (e *Eraser) eraseRest(ctx context.Context, what Erasure, done *Erased) (err error) {
	for _, step := range []func() error{
		func() (err error) {
			done.Attachments, err = e.store.EraseAttachments(ctx, what, func(ctx context.Context, hash string) (bool, error) {
				if err := what.Renew(ctx); err != nil {
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
		func() error { return e.store.EraseLikeness(ctx, what) },
		func() error { return e.store.EraseMember(ctx, what, done) },
	} {
		if err := what.Renew(ctx); err != nil {
			return err
		}
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
