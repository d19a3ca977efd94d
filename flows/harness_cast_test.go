package flows_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/bottest"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
)

// deaf is who has no working account any more, though the roster says so.
const deaf = "冯军"

// unheard is of whom the platform never answers.
const unheard = "孙福海"

// cast plays what plans and sends broadcasts, until nothing of them is due.
func (h *harness) cast(ctx context.Context) error {
	for moved := true; moved; {
		n, err := h.casts.Advance(ctx, 100)
		if err != nil {
			return err
		}
		sent, err := h.sendBatches(ctx)
		if err != nil {
			return err
		}
		moved = n > 0 || sent
	}
	if _, err := h.casts.Digest(ctx, 100); err != nil {
		return err
	}
	_, err := h.casts.Lapse(ctx, 100)
	return err
}

func (h *harness) sendBatches(ctx context.Context) (sent bool, err error) {
	urgent, others, err := h.castQueue.Running(ctx)
	for _, id := range slices.Concat(urgent, others) {
		for err == nil {
			b, ok, claimErr := h.castQueue.Claim(ctx, id, "transcript", time.Minute)
			if claimErr != nil || !ok {
				err = claimErr
				break
			}
			sent, err = true, h.sendBatch(ctx, b)
		}
	}
	return sent, err
}

func (h *harness) sendBatch(ctx context.Context, b bot.Batch) error {
	if err := h.castQueue.Begin(ctx, b, []bot.BatchCall{{}}, time.Minute); err != nil {
		return err
	}
	receipts := map[int64]bot.Receipt{}
	slices.SortFunc(b.To, func(x, y bot.Recipient) int {
		return cmp.Compare(h.names[union.MemberID(x.Member)], h.names[union.MemberID(y.Member)])
	})
	for _, to := range b.To {
		name := h.names[union.MemberID(to.Member)]
		switch {
		case name == deaf:
			receipts[to.Member] = bot.Receipt{State: bot.ParcelUnreachable, Cause: "invaliduser"}
		case name == unheard:
			receipts[to.Member] = bot.Receipt{State: bot.ParcelUncertain, Cause: "no answer"}
		case to.At.Channel == h.official:
			if err := storage.NewParked(h.stores.db, time.Now).Put(ctx, to.At, bot.CastKey(b.Number, to.Member), to.Text); err != nil {
				return err
			}
			if err := h.stores.turns.Park(ctx, to.At); err != nil {
				return err
			}
			receipts[to.Member] = bot.Receipt{State: bot.ParcelParked}
			if b.Notice != "" {
				h.castTo = append(h.castTo, bottest.Arrival{Who: name, Text: "[模板 " + b.Notice + "] " + cut20(to.Line)})
				receipts[to.Member] = bot.Receipt{State: bot.ParcelAnnounced}
			}
		default:
			h.castTo = append(h.castTo, bottest.Arrival{Who: name, Text: to.Text})
			receipts[to.Member] = bot.Receipt{State: bot.ParcelSent}
		}
	}
	return h.castQueue.Settle(ctx, b, receipts, nil, time.Time{})
}

// cut20 is as much of a text as a template shows.
func cut20(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), 20)])
}

// families gives 一分厂 a dozen couples of whom both work here.
func (h *harness) families() {
	h.t.Helper()
	for i := range 12 {
		no := fmt.Sprintf("1009%02d", i)
		h.seed(person{staffNo: no, name: fmt.Sprintf("家属%d", i), org: "集团公司/一分厂/装配班", post: "钳工", family: []string{union.FamilyBothHere}})
	}
}

// contracts has the contract of 张伟 end in a month, and 李建国 retire.
func (h *harness) contracts() {
	h.t.Helper()
	for _, p := range people {
		switch p.name {
		case "张伟":
			p.contract = "2026-12-23"
		case "李建国":
			p.retires = "2027-02-01"
		default:
			continue
		}
		h.seed(p)
	}
}

// listFile opens a list beside the transcripts, whose name is its hash here.
func listFile(_ context.Context, hash string) (io.ReadSeekCloser, error) {
	return os.Open("testdata/lists/" + hash)
}

// fetchList plays the fetcher, twice, for a list beside the transcripts.
func (h *harness) fetchList(ctx context.Context, name string) error {
	return h.fetchAs(ctx, func(shelf *storage.MediaShelf, w bot.WantedMedia) error {
		info, err := os.Stat("testdata/lists/" + name)
		if err != nil {
			return err
		}
		k := bot.KeptMedia{Hash: name, Size: info.Size(), Type: "text/plain"}
		return errors.Join(shelf.Kept(ctx, w.ID, k), shelf.Kept(ctx, w.ID, k))
	})
}

// cameFile is told of every file that was fetched, or is lost.
func (h *harness) cameFile(ctx context.Context, a cases.Attachment) error {
	if a.Kind == storage.ListAttachment {
		return h.casts.ListFetched(ctx, a.Owner, int64(a.ID), a.State == cases.AttachmentLost)
	}
	return h.desk.Came(ctx, a)
}
