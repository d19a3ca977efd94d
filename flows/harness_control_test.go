package flows_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

func (h *harness) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *harness) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *harness) Control(ctx context.Context, what string) error {
	switch what {
	case "restart":
		h.stop()
		h.start()
		return nil
	case "blurred":
		return h.blurred(ctx)
	case "flush":
		return h.forget(ctx)
	case "sweep":
		return h.sweep(ctx)
	case "clocks":
		return h.moveClocks(ctx)
	case "cast":
		return h.cast(ctx)
	case "repeat":
		_, err := h.casts.Repeat(ctx, 100)
		return err
	case "plan":
		_, err := h.casts.Advance(ctx, 100)
		return err
	case "greet":
		return h.greet(ctx)
	case "families":
		h.families()
		return nil
	case "contracts":
		h.contracts()
		return nil
	case "checkups":
		return h.importCheckups(ctx)
	case "window open":
		h.window = talk.Window{Limited: true, Known: true, Left: 4, Until: h.Now().Add(38 * time.Hour)}
		return nil
	case "window shut":
		h.window = talk.Window{Limited: true, Known: true, Announced: true}
		return nil
	case "no font", "font":
		h.press.lacksFont = what == "no font"
		return nil
	case "no site":
		h.site = ""
		return h.Control(ctx, "restart")
	case "fetch", "lose":
		return h.fetch(ctx, what == "fetch")
	}
	if name, ok := strings.CutPrefix(what, "leaves "); ok {
		return h.listed(ctx, name, func(m *union.Member) { m.Status = union.Left })
	}
	if name, ok := strings.CutPrefix(what, "gives up WeCom "); ok { // who is bound on the Official Account is reached there alone
		if err := h.listed(ctx, name, func(m *union.Member) { m.WeComUserID = "" }); err != nil {
			return err
		}
		h.names[h.member(name)] = name + "的公众号"
		return nil
	}
	if said, ok := strings.CutPrefix(what, "moves "); ok {
		name, path, _ := strings.Cut(said, " ")
		org, err := h.members.EnsureOrganisation(ctx, path)
		if err != nil {
			return err
		}
		return h.listed(ctx, name, func(m *union.Member) { m.Org = org.ID })
	}
	if name, ok := strings.CutPrefix(what, "fetch "); ok {
		return h.fetchList(ctx, name)
	}
	return errors.New("not known: " + what)
}

// sweep plays the janitor.
func (h *harness) sweep(ctx context.Context) error {
	for _, do := range []func(context.Context, int) (int64, error){h.desk.NudgeDrafts, h.desk.WarnDrafts, h.desk.ExpireDrafts, h.desk.PurgeDrafts, h.desk.LapseShares, h.desk.RingAlarms, h.desk.ChasePapers, h.signUp.Sweep, h.checks.Remind, h.signUp.ReleaseLeavers, h.book.Sweep, h.talks.Sweep} {
		if _, err := do(ctx, 100); err != nil {
			return err
		}
	}
	return nil
}

// listed changes what the union's list says of somebody.
func (h *harness) listed(ctx context.Context, name string, change func(*union.Member)) error {
	for id, known := range h.names {
		if known != name {
			continue
		}
		m, err := h.members.Get(ctx, id)
		if err != nil {
			return err
		}
		change(&m)
		_, err = h.members.Put(ctx, m, h.Now())
		return err
	}
	return errors.New("nobody is called " + name)
}

// moveClocks plays what moves cases on in silence and reminds officers, twice: nothing happens a second time.
func (h *harness) moveClocks(ctx context.Context) error {
	for range 2 {
		for _, do := range []func(context.Context, int) (int64, error){h.desk.MoveStandIns, h.desk.TakeFromLeavers, h.desk.MeetOfficers, h.desk.MoveClocks, h.desk.SendDigests} {
			if _, err := do(ctx, 100); err != nil {
				return err
			}
		}
	}
	return nil
}

// greet plays what plans and hands over greetings, twice: nothing happens a second time.
func (h *harness) greet(ctx context.Context) error {
	for range 2 {
		if err := h.greets.PlanDays(ctx); err != nil {
			return err
		}
		for n := int64(1); n > 0; {
			var err error
			if n, err = h.greets.HandOver(ctx, false); err != nil {
				return err
			}
		}
		if err := h.greets.Sweep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// importCheckups takes over the list of health checks beside the transcripts.
func (h *harness) importCheckups(ctx context.Context) error {
	file, err := os.Open("testdata/checkups.csv")
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	_, err = h.checks.Import(ctx, file, false)
	return err
}

// fetch plays the fetcher, for one file: there is a picture, or nothing any more.
func (h *harness) fetch(ctx context.Context, there bool) error {
	return h.fetchAs(ctx, func(shelf *storage.MediaShelf, w bot.WantedMedia) error {
		if !there {
			return shelf.Lost(ctx, w.ID, "gone", nil)
		}
		return shelf.Kept(ctx, w.ID, bot.KeptMedia{Hash: strings.Repeat("0", 64), Size: 1, Type: "image/jpeg"})
	})
}

// blurred plays the fetcher, for one picture that is looked at and can hardly be read, twice.
func (h *harness) blurred(ctx context.Context) error {
	return h.fetchAs(ctx, func(shelf *storage.MediaShelf, w bot.WantedMedia) error {
		if !w.Paper {
			return errors.New("nobody looks whether the picture can be read")
		}
		k := bot.KeptMedia{Hash: strings.Repeat("0", 64), Size: 1, Type: "image/jpeg", Doubt: "blurred"}
		return errors.Join(shelf.Kept(ctx, w.ID, k), shelf.Kept(ctx, w.ID, k))
	})
}

func (h *harness) fetchAs(ctx context.Context, do func(shelf *storage.MediaShelf, w bot.WantedMedia) error) error {
	shelf := storage.NewMediaShelf(storage.NewAttachments(h.stores.db), h.cameFile)
	wanted, err := shelf.Wanted(ctx, time.Now(), 1)
	if err != nil {
		return err
	}
	if len(wanted) == 0 {
		return errors.New("no file is wanted")
	}
	return do(shelf, wanted[0])
}

// forget loses what Redis holds of this harness, as a failover or a FLUSHALL does.
func (h *harness) forget(ctx context.Context) error {
	client := h.stores.turns.Client()
	for _, channel := range []bot.ChannelID{h.wecom, h.official} {
		keys, err := client.Keys(ctx, "*"+string(channel)+"*").Result()
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := client.Del(ctx, key).Err(); err != nil {
				return err
			}
		}
	}
	return nil
}
