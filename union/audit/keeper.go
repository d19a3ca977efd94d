package audit

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Chain is where a keeper lists entries and keeps anchors.
type Chain interface {
	// Tx runs fn in one transaction.
	Tx(ctx context.Context, fn func(ctx context.Context) error) error
	// Seal lists up to limit entries of each source that are not listed yet, and says how many. It fails with ErrStandsStill where it
	// may not go on from the end.
	Seal(ctx context.Context, limit int) (int, error)
	// Anchorable is the last link that this service signed, the zero link while there is none.
	Anchorable(ctx context.Context) (Link, error)
	// PutAnchor keeps a day's anchor, unless the day has one.
	PutAnchor(ctx context.Context, a Anchor) error
	// Auditors lists who gets the anchors.
	Auditors(ctx context.Context) ([]union.MemberID, error)
}

// ErrStandsStill means that the chain ends in what this service has not signed, and does not go on from there.
var ErrStandsStill = errors.New("the chain stands still")

// Words puts into words what auditors are told.
type Words interface {
	Anchor(a Anchor) notice.Body
	StandsStill() notice.Body
}

// KeeperDeps is what a keeper works with.
type KeeperDeps struct {
	Chain  Chain
	Outbox notice.Outbox
	Words  Words
	Now    func() time.Time
	Zone   *time.Location
	Log    *slog.Logger
}

// Keeper lists what was written in the chain, every second, and tells its length and head outside once a day. Any number
// of replicas may have one.
type Keeper struct {
	KeeperDeps
	// anchored is the last day whose anchor this process told of, and still the last on which it told that the chain stands still.
	anchored, still string
}

// NewKeeper makes a keeper. All of its parts are needed.
func NewKeeper(d KeeperDeps) *Keeper { return &Keeper{KeeperDeps: d} }

const (
	sealEvery = time.Second
	sealBatch = 200
)

// Run keeps the chain until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(sealEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := k.Keep(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			k.Log.Warn("audit chain not kept; it is tried again every second", "error", err)
		}
		failing = err != nil
	}
}

// Keep lists what waits, and takes the anchor of a new day, also where nothing can be listed.
func (k *Keeper) Keep(ctx context.Context) error {
	var sealed error
	for n := sealBatch; n >= sealBatch && sealed == nil; {
		n, sealed = k.Chain.Seal(ctx, sealBatch)
	}
	day := k.Now().In(k.Zone).Format(time.DateOnly)
	err := errors.Join(sealed, k.anchorOf(ctx, day))
	if day != k.still && errors.Is(err, ErrStandsStill) {
		told := k.tell(ctx, "still/"+day, k.Words.StandsStill())
		if told == nil {
			k.still = day
		}
		err = errors.Join(err, told)
	}
	return err
}

// anchorOf takes the anchor of a day, once.
func (k *Keeper) anchorOf(ctx context.Context, day string) error {
	if day == k.anchored {
		return nil
	}
	last, err := k.Chain.Anchorable(ctx)
	if err != nil || last.Place == 0 {
		return err
	}
	if err := k.anchor(ctx, Anchor{Day: day, Place: last.Place, Signature: last.Signature}); err != nil {
		return fmt.Errorf("anchor audit chain: %w", err)
	}
	k.anchored = day
	return nil
}

// anchor tells of the anchor, whatever is kept of the day already: that may be somebody else's. Every process logs its own, and of several
// notices the auditors get the first, by its key.
func (k *Keeper) anchor(ctx context.Context, a Anchor) error {
	return k.Chain.Tx(ctx, func(ctx context.Context) error {
		if err := k.Chain.PutAnchor(ctx, a); err != nil {
			return err
		}
		if err := k.tell(ctx, "anchor/"+a.Day, k.Words.Anchor(a)); err != nil {
			return err
		}
		// Before the commit, for what is logged and not kept does no harm, and what is kept and not logged is no anchor.
		k.Log.Info("audit chain anchored", "anchor", a.String())
		return nil
	})
}

// tell tells the auditors something, once by its key.
func (k *Keeper) tell(ctx context.Context, key string, body notice.Body) error {
	auditors, err := k.Chain.Auditors(ctx)
	if err != nil {
		return err
	}
	notices := make([]notice.Notice, len(auditors))
	for i, to := range auditors {
		notices[i] = notice.Notice{Key: fmt.Sprintf("%s/%d", key, to), Kind: notice.KindAnchor, Policy: notice.Resend, To: to, Body: body}
	}
	return k.Outbox.Put(ctx, notices...)
}
