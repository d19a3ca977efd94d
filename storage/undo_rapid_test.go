package storage_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/fund"
)

// Whatever is approved, sent back, undone or left to silence, in whatever order: the case is in one place, somebody real has it
// who may, nobody decides what they asked for or what they are kept from, the ledger adds up, and the timeline tells all of it.
func TestWhateverIsUndoneOrSentBackACaseStaysInOrder(t *testing.T) {
	property(t, func(r *rapid.T, o *office) {
		p := o.purse(t)
		more, straight := "", rapid.Bool().Draw(r, "straight back")
		if straight {
			more = "send_back: straight"
		}
		w := undoWorld{purse: p, c: p.file(t, more), straight: straight, told: timeline{}}
		deputy := o.person(t, "一分厂", "副主席", union.BranchChair)
		if rapid.Bool().Draw(r, "one holds two offices") {
			if err := o.members.Grant(t.Context(), p.aid.ID, union.BranchChair, o.branch.Org); err != nil {
				r.Fatal(err)
			}
		}
		o.person(t, "", "管理员", union.Admin)
		w.people = []union.Member{o.worker, o.branch, deputy, o.chair, p.aid, p.auditor, p.payer}
		for range rapid.IntRange(5, 30).Draw(r, "things") {
			w.randomly(t, r)
			w.inOrder(t, r)
		}
	})
}

// undoWorld is what a random test knows: who decided what since it was last void, and what the timeline was.
type undoWorld struct {
	purse
	c      cases.Case
	people []union.Member
	told   timeline
	// straight says that what is made public comes straight back.
	straight bool
	asker    union.MemberID
	// claimer has said last whether money came back.
	claimer union.MemberID
}

type timeline []cases.Event

func (w *undoWorld) randomly(t *testing.T, r *rapid.T) {
	t.Helper()
	number, before := numberOf(t, w.office, w.c), w.at(t, w.c)
	who := rapid.SampledFrom(w.people).Draw(r, "who")
	if open := w.openOf(t, w.c); len(open) > 0 && rapid.IntRange(0, 3).Draw(r, "who has it") > 0 {
		who.ID = open[0].Officer
	}
	what := rapid.SampledFrom([]string{"accept", "accept", "accept", "accept", "refuse", "back", "back", "undo", "undo", "lost", "wait"}).Draw(r, "what")
	var err error
	switch what {
	case "accept", "refuse", "back", "lost":
		d := cases.Decision{Case: w.c.ID, Officer: who.ID, Act: cases.Act(what), Note: "因为", Grant: int64(rapid.IntRange(1, 900).Draw(r, "yuan")) * 100}
		if what == "refuse" && rapid.IntRange(0, 2).Draw(r, "after all") > 0 && before.Undo == nil {
			return
		}
		if what == "back" {
			d.Act, d.To = cases.SendBack, rapid.SampledFrom([]string{"check", "grant", "publish", "pay"}).Draw(r, "to")
		}
		if what == "lost" {
			d.Act = cases.Waive
		}
		if _, err = w.Decide(t.Context(), d); err == nil {
			w.allowed(t, r, before, who.ID)
		}
	case "undo":
		if _, err = w.AskUndo(t.Context(), cases.UndoWish{Member: who.ID, Number: number, Why: "因为"}); err == nil {
			w.asker = who.ID
		}
	case "wait":
		w.now.set(nextMorning(w.now.Now().Add(time.Duration(rapid.IntRange(1, 90).Draw(r, "hours")) * time.Hour)))
		w.tick(t)
	}
	var early *cases.TooEarlyError
	if !errors.As(err, &early) && !errors.Is(err, cases.ErrNothingToUndo) && !errors.Is(err, cases.ErrPaid) && !errors.As(err, new(*fund.ShortError)) {
		expected(t, err)
	}
}

// allowed judges, by rules that share no code with the desk, whether who has just decided was free to.
func (w *undoWorld) allowed(t *testing.T, r *rapid.T, before cases.Case, who union.MemberID) {
	t.Helper()
	if who == w.worker.ID {
		r.Fatalf("the author has decided %s", before.Step)
	}
	if before.Step == "undo.check" || before.Step == "undo.grant" || before.Step == "undo.publish" {
		if who == w.asker {
			r.Fatal("whoever has asked for it has decided it")
		}
		return
	}
	if before.Step == "back.pay" {
		w.claimer = who
	}
	if before.Step == "loss.pay" && who == w.claimer {
		r.Fatal("whoever could not recover the money has written it off")
	}
	stands := w.standing(t, r)
	checked, granted := stands["check"], stands["grant"]
	if slices.Contains(granted, who) && slices.Contains(checked, who) || slices.Contains(stands["publish"], who) && slices.Contains(checked, who) {
		r.Fatalf("one member has decided what another had to: %v", stands)
	}
}

// standing is by whom the steps were decided whose decisions stand, read off the timeline.
func (w *undoWorld) standing(t *testing.T, r *rapid.T) map[string][]union.MemberID {
	t.Helper()
	v, err := w.ByID(t.Context(), w.chair.ID, w.c.ID)
	if err != nil {
		r.Fatal(err)
	}
	void, stands := cases.Voided(v.Service, v.Timeline), map[string][]union.MemberID{}
	for i, e := range v.Timeline {
		if e.Kind == cases.EventPassed && !void[i] {
			stands[e.Step] = append(stands[e.Step], e.Actor)
		}
	}
	return stands
}

func (w *undoWorld) inOrder(t *testing.T, r *rapid.T) {
	t.Helper()
	now, open, money := w.at(t, w.c), w.openOf(t, w.c), w.stand(t)
	switch now.State {
	case cases.Open:
		if len(open) == 0 || now.DueAt.IsZero() {
			r.Fatalf("nobody has %+v", now)
		}
		for _, task := range open {
			if task.Step != now.Step || task.Officer == w.worker.ID || now.Undo != nil && now.Step == now.Undo.Through && task.Officer == now.Undo.By {
				r.Fatalf("%+v has %+v", task, now)
			}
		}
	default:
		if len(open) > 0 {
			r.Fatalf("it is %s, and %+v have it", now.State, open)
		}
	}
	if (now.State == cases.Refused || now.State == cases.Undone) && money != [3]int64{} {
		r.Fatalf("it is %s, and its money stands at %v", now.State, money)
	}
	if now.State == cases.Accepted && (money[0] != 0 || money[1] == 0 || money[2] != 0) {
		r.Fatalf("it is paid, and its money stands at %v", money)
	}
	events, err := storage.NewTimeline(w.db).Of(t.Context(), w.c.ID)
	if err != nil || len(events) < len(w.told) || !cmp.Equal(timeline(events[:len(w.told)]), w.told) {
		r.Fatalf("the timeline was %+v and is %+v, %v", w.told, events, err)
	}
	w.told = events
	w.replays(r, now, events, money)
}

// replays tells the case's place and money from its timeline alone.
func (w *undoWorld) replays(r *rapid.T, now cases.Case, events []cases.Event, money [3]int64) {
	order := []string{"check", "grant", "publish", "pay"}
	at, undo, paid, ended := 0, false, false, cases.State("")
	var leaps [][2]int
	for _, e := range events {
		switch e.Kind {
		case cases.EventPassed:
			if n := len(leaps); n > 0 && leaps[n-1][0] == at {
				at, leaps = leaps[n-1][1], leaps[:n-1]
			} else {
				at++
			}
		case cases.EventSentBack:
			to := slices.Index(order, e.Other)
			if w.straight && order[at] == "publish" {
				leaps = append(leaps, [2]int{to, at})
			}
			at = to
		case cases.EventAccepted:
			ended, paid = cases.Accepted, true
		case cases.EventRefused:
			ended = cases.Refused
		case cases.EventUndoAsked:
			undo = true
		case cases.EventUndoRefused:
			undo = false
		case cases.EventUndone:
			if ended = cases.Undone; paid {
				ended = "back"
			}
		case cases.EventMoneyBack, cases.EventWrittenOff:
			ended = cases.Undone
		case cases.EventUnrecovered:
			ended = "loss"
		case cases.EventNotWrittenOff:
			ended = "back"
		}
	}
	want := cases.Open
	switch {
	case ended == "back" || ended == "loss":
		if now.Step != string(ended)+".pay" || money[2] == 0 {
			r.Fatalf("the money is to come back, and it is at %s, %v", now.Step, money)
		}
	case undo && ended != cases.Undone:
		if now.Undo == nil || now.Step != now.Undo.Through {
			r.Fatalf("somebody has asked to undo it, and it is at %s", now.Step)
		}
	case ended != "":
		want = ended
	case now.Step != order[at]:
		r.Fatalf("by its timeline it is at %s, and it is at %s", order[at], now.Step)
	case (at > 1 || len(leaps) > 0) != (money[0] > 0):
		r.Fatalf("it is at %s, and %v are set aside", now.Step, money)
	}
	if now.State != want {
		r.Fatalf("by its timeline it is %s, and it is %s", want, now.State)
	}
}
