package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// monthly makes a broadcast one that is said every month on this day.
func monthly(b *broadcast.Broadcast) { b.Repeat = broadcast.Monthly }

// repeat plays what prepares runs at a time of the union's, on several replicas, several times, and returns what writers were told.
func (h *hall) repeat(at string) (told []string) {
	h.t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", at, h.Zone)
	h.must(err)
	h.now.set(when)
	h.outbox.take()
	var replicas sync.WaitGroup
	for range 3 {
		replicas.Go(func() {
			for range 2 {
				if _, err := h.Repeat(h.t.Context(), 10); err != nil {
					h.t.Error(err)
				}
			}
		})
	}
	replicas.Wait()
	_, err = h.Repeat(h.t.Context(), 10)
	h.must(err)
	seen := map[string]bool{}
	for _, n := range h.outbox.take() { // also what was rolled back
		id, err := storage.Text(h.t.Context(), h.db, `SELECT COALESCE(MAX(id), '') FROM outbox WHERE row_key = ?`, n.Key)
		h.must(err)
		if id != "" && !seen[n.Key] {
			seen[n.Key] = true
			told = append(told, n.Body.Text)
		}
	}
	return told
}

func (h *hall) wantTold(at string, want ...string) {
	h.t.Helper()
	if told := h.repeat(at); !slices.Equal(told, want) {
		h.t.Errorf("at %s is told %q, want %q", at, told, want)
	}
}

// run is the newest broadcast.
func (h *hall) run() broadcast.Broadcast {
	h.t.Helper()
	list, err := h.Steered(h.t.Context(), h.author.ID, 1)
	h.must(err)
	return list[0]
}

func TestARunIsPreparedOnceForEachDayAndNeverSentWithoutItsOwnRelease(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		first := h.submit("安全例会", monthly) // on Monday 2026-11-23
		h.wantTold("2026-11-23 10:00")
		h.release(first)
		h.drain(first)
		h.wantTold("2026-12-15 10:00")
		h.wantTold("2026-12-16 23:00") // nobody is woken
		h.wantTold("2026-12-16 10:00", "prepared: 2026-12-23 安全例会")
		h.wantTold("2026-12-17 10:00")
		run := h.run()
		if run.ID == first.ID || run.State != broadcast.Draft || run.Releaser != 0 {
			t.Fatalf("the run is %+v", run)
		}
		h.now.set(castNow.AddDate(0, 1, 1))
		h.advance()
		if _, ok := h.claim(run, "a"); ok {
			t.Error("it goes out without a release")
		}
		run.Text = "安全例会改在二楼"
		run, _, err := h.Submit(t.Context(), h.author.ID, run)
		h.must(err)
		if _, err := h.Release(t.Context(), h.author.ID, run.Number, run.Version); !errors.Is(err, broadcast.ErrOwn) {
			t.Errorf("its writer releases it: %v", err)
		}
		h.release(run)
		if n := h.drain(run); n != 2 {
			t.Errorf("it goes to %d, want 2", n)
		}
		h.wantTold("2027-01-16 10:00", "prepared: 2027-01-23 安全例会改在二楼")
	})
}

func TestARunThatNobodyReleasesInTimeIsGivenUp(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		first := h.submit("安全例会", monthly)
		h.release(first)
		h.drain(first)
		h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
		h.wantTold("2026-12-26 09:00") // it may be late
		h.wantTold("2026-12-26 12:00", "lapsed: 2026-12-23")
		run := h.run()
		if run.State != broadcast.Cancelled {
			t.Errorf("it is %s", run.State)
		}
		h.advance()
		if _, ok := h.claim(run, "a"); ok {
			t.Error("it goes out")
		}
		// Nothing ran for months: what is over is passed over, each told of, and what is late is late.
		h.wantTold("2027-03-25 10:00", "lapsed: 2027-01-23", "lapsed: 2027-02-23", "prepared: 2027-03-23 安全例会")
	})
}

func TestWhatIsSaidAgainIsStoppedMovedAndBegunAgain(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		once := h.submit("停水")
		h.release(once)
		first := h.submit("安全例会", monthly)
		h.release(first)
		h.drain(first)
		h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
		next := func(r broadcast.Repeated, err error) string {
			t.Helper()
			h.must(err)
			return r.Next.String()
		}
		// What is prepared stays where its day does.
		if got := next(h.MoveRepeat(t.Context(), h.author.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: 23, Minute: 600})); got != "2027-01-23" || h.run().State != broadcast.Draft {
			t.Errorf("the next is %s, and the run is %s", got, h.run().State)
		}
		if got := next(h.MoveRepeat(t.Context(), h.author.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: 20, Minute: -1})); got != "2026-12-20" || h.run().State != broadcast.Cancelled {
			t.Errorf("the next is %s, and the run is %s", got, h.run().State)
		}
		// No month has two that were released.
		if got := next(h.MoveRepeat(t.Context(), h.author.ID, first.Number, broadcast.Rule{Every: broadcast.Yearly, Month: time.December, Day: 20})); got != "2027-12-20" {
			t.Errorf("the next is %s", got)
		}
		_, err := h.StopRepeat(t.Context(), h.author.ID, first.Number)
		h.must(err)
		h.wantTold("2027-12-15 10:00")
		if list, _, err := h.Repeats(t.Context(), h.author.ID, 10); err != nil || len(list) != 1 || list[0].On {
			t.Errorf("listed are %+v, %v", list, err)
		}
		if got := next(h.ResumeRepeat(t.Context(), h.author.ID, first.Number)); got != "2027-12-20" {
			t.Errorf("the next is %s", got)
		}
		h.wantTold("2027-12-15 10:00", "prepared: 2027-12-20 安全例会")
		if list, _, err := h.Repeats(t.Context(), h.author.ID, 10); err != nil || len(list) != 1 || len(list[0].Open) != 1 {
			t.Errorf("listed are %+v, %v", list, err)
		}
		if _, err := h.StopRepeat(t.Context(), h.author.ID, once.Number); !errors.Is(err, broadcast.ErrOnce) {
			t.Errorf("what is said once: %v", err)
		}
		if _, err := h.StopRepeat(t.Context(), 10001, first.Number); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("a welder: %v", err)
		}
	})
}

func TestWhatIsSaidAgainEndsWithItsWritersOffice(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		first := h.submit("安全例会", monthly)
		h.release(first)
		h.drain(first)
		h.must(storage.Run(t.Context(), db, `DELETE FROM role_holdings WHERE member_id = ?`, h.author.ID))
		h.wantTold("2026-12-17 10:00", "orphaned: "+first.Number, "orphaned: "+first.Number)
		h.wantTold("2026-12-18 10:00")
	})
}

// Whatever its writer makes of a run, it is one: it goes with what is said again, is listed, and is given up when its day has passed.
func TestARunThatIsWrittenAnewStaysOne(t *testing.T) {
	atOnce := func(b *broadcast.Broadcast) { b.StartsAt, b.Chosen = time.Time{}, false }
	for name, each := range map[string]struct {
		// released is true where it is released, and taken back before its time.
		released bool
		change   func(*broadcast.Broadcast)
		stop     bool
	}{
		"out with its release":              {false, atOnce, true},
		"out with its release and too late": {false, atOnce, false},
		"released and handed in anew":       {true, func(b *broadcast.Broadcast) { b.Ref = storagetest.Unique("r") }, true},
		"released, anew and too late":       {true, func(b *broadcast.Broadcast) { b.Ref = storagetest.Unique("r"); atOnce(b) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.crowd(2, 0, 0)
				first := h.submit("安全例会", monthly)
				h.release(first)
				h.drain(first)
				h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
				run := h.run()
				if each.released {
					var err error
					run, _, err = h.Submit(t.Context(), h.author.ID, run)
					h.must(err)
					h.release(run)
				}
				run, err := h.Rewrite(t.Context(), h.author.ID, run.Number)
				h.must(err)
				each.change(&run)
				run, _, err = h.Submit(t.Context(), h.author.ID, run)
				h.must(err)
				if list, _, err := h.Repeats(t.Context(), h.author.ID, 10); err != nil || len(list) != 1 || len(list[0].Open) != 1 || list[0].Open[0].ID != run.ID {
					t.Errorf("listed are %+v, %v", list, err)
				}
				if each.stop {
					_, err := h.StopRepeat(t.Context(), h.author.ID, first.Number)
					h.must(err)
				} else {
					h.wantTold("2026-12-26 07:00")
					h.wantTold("2026-12-27 10:00", "settled cancelled", "lapsed: 2026-12-23")
				}
				if run, err = h.ByNumber(t.Context(), h.author.ID, run.Number); err != nil || run.State != broadcast.Cancelled {
					t.Errorf("it is %s, %v", run.State, err)
				}
			})
		})
	}
}

// What is stopped or moved and then put right is as if nothing had been; a day that somebody has called off stays called off.
func TestARunThatWasTakenBackWithTheOthersIsPreparedAnew(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		first := h.submit("安全例会", monthly)
		h.release(first)
		h.drain(first)
		h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
		move := func(day int) {
			t.Helper()
			_, err := h.MoveRepeat(t.Context(), h.author.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: day, Minute: -1})
			h.must(err)
		}
		for range 2 {
			_, err := h.StopRepeat(t.Context(), h.author.ID, first.Number)
			h.must(err)
			_, err = h.ResumeRepeat(t.Context(), h.author.ID, first.Number)
			h.must(err)
			h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
		}
		move(20)
		move(23)
		h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
		_, err := h.Cancel(t.Context(), h.author.ID, h.run().Number)
		h.must(err)
		_, err = h.StopRepeat(t.Context(), h.author.ID, first.Number)
		h.must(err)
		if r, err := h.ResumeRepeat(t.Context(), h.author.ID, first.Number); err != nil || r.Next.String() != "2027-01-23" {
			t.Errorf("the next is %s, %v", r.Next, err)
		}
		h.wantTold("2026-12-18 10:00")
	})
}

// It was to go out on the 31st, and was released two days late: the month after, it is the 31st all the same.
func TestARuleIsTheOneThatWasReleasedHoweverLate(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		local := func(month time.Month, day, hour, minute int) time.Time {
			return time.Date(2026, month, day, hour, minute, 0, 0, h.Zone)
		}
		first := h.submit("安全例会", monthly, func(b *broadcast.Broadcast) { b.StartsAt, b.Chosen = local(12, 31, 9, 10), true })
		h.now.set(local(13, 2, 10, 0))
		h.release(first)
		h.drain(first)
		list, _, err := h.Repeats(t.Context(), h.author.ID, 10)
		h.must(err)
		if want := (broadcast.Rule{Every: broadcast.Monthly, Month: time.December, Day: 31, Minute: 550}); len(list) != 1 || list[0].Rule != want || list[0].Next.String() != "2027-01-31" {
			t.Fatalf("it is said again by %+v", list)
		}
		if _, err := h.MoveRepeat(t.Context(), h.author.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: 30, Minute: -1}); err != nil {
			t.Fatal(err)
		}
		h.wantTold("2027-01-25 10:00", "prepared: 2027-01-30 安全例会") // January has had none
	})
}

// Nobody is promised a run that nobody may write; once its writer may again, the end is told of as often as it comes.
func TestWhatEndedWithItsWritersOfficeIsResumedWithItOnly(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		first := h.submit("安全例会", monthly)
		h.release(first)
		h.drain(first)
		for _, at := range []string{"2026-12-17 10:00", "2027-01-17 10:00"} {
			h.must(storage.Run(t.Context(), db, `DELETE FROM role_holdings WHERE member_id = ?`, h.author.ID))
			h.wantTold(at, "orphaned: "+first.Number, "orphaned: "+first.Number)
			if _, err := h.ResumeRepeat(t.Context(), h.chair.ID, first.Number); !errors.Is(err, broadcast.ErrWriter) {
				t.Errorf("the chair resumes it: %v", err)
			}
			h.must(h.members.Grant(t.Context(), h.author.ID, union.BranchChair, h.org.ID))
			_, err := h.ResumeRepeat(t.Context(), h.chair.ID, first.Number)
			h.must(err)
		}
		n, err := storage.Text(t.Context(), db, `SELECT COUNT(*) FROM outbox WHERE row_key LIKE ?`, fmt.Sprintf("cast/%d/orphaned/%%", first.ID))
		if h.must(err); n != "4" { // the chair and the writer, twice
			t.Errorf("of the end are told %s", n)
		}
	})
}

// Stopped and begun again on the day itself, or as long as its run may still be late, it has lost none.
func TestAStopThatIsTakenBackAtOnceLosesNoRun(t *testing.T) {
	for at, want := range map[string]string{
		"2026-12-23 08:30": "2026-12-23", "2026-12-25 09:00": "2026-12-23", "2026-12-26 09:00": "2026-12-23", "2026-12-26 11:00": "2027-01-23",
	} {
		t.Run(at, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.crowd(2, 0, 0)
				first := h.submit("安全例会", monthly)
				h.release(first)
				h.drain(first)
				h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
				when, err := time.ParseInLocation("2006-01-02 15:04", at, h.Zone)
				h.must(err)
				h.now.set(when)
				_, err = h.StopRepeat(t.Context(), h.author.ID, first.Number)
				h.must(err)
				if r, err := h.ResumeRepeat(t.Context(), h.author.ID, first.Number); err != nil || r.Next.String() != want {
					t.Errorf("the next is %s, %v, want %s", r.Next, err, want)
				}
				if want == "2026-12-23" {
					h.wantTold(at, "prepared: 2026-12-23 安全例会")
				} else {
					h.wantTold(at)
				}
			})
		})
	}
}

// What was released, or called off by itself, for its day is not said a second time because somebody has stopped it and begun it again.
func TestADayThatHadItsRunHasNoSecondOne(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		first := h.submit("安全例会", monthly)
		h.release(first)
		h.drain(first)
		h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
		run, _, err := h.Submit(t.Context(), h.author.ID, h.run())
		h.must(err)
		h.release(run)
		h.now.set(castNow.AddDate(0, 1, 0))
		for _, over := range []func(){func() {}, func() {
			_, err := h.Cancel(t.Context(), h.author.ID, run.Number)
			h.must(err)
		}} {
			over()
			_, err = h.StopRepeat(t.Context(), h.author.ID, first.Number)
			h.must(err)
			if r, err := h.ResumeRepeat(t.Context(), h.author.ID, first.Number); err != nil || r.Next.String() != "2027-01-23" {
				t.Errorf("the next is %s, %v", r.Next, err)
			}
		}
	})
}

// Only its time is another: what is prepared goes with it, also on the day itself, and the next day stays.
func TestAMoveOfTheTimeAloneTakesThePreparedRunAlong(t *testing.T) {
	for _, at := range []string{"2026-12-17 11:00", "2026-12-23 09:00"} {
		t.Run(at, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.crowd(2, 0, 0)
				first := h.submit("安全例会", monthly)
				h.release(first)
				h.drain(first)
				h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
				h.wantTold(at)
				run := h.run()
				run.Text = "安全例会改在二楼"
				run, _, err := h.Submit(t.Context(), h.author.ID, run)
				h.must(err)
				h.outbox.take()
				r, err := h.MoveRepeat(t.Context(), h.chair.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: 23, Minute: 15 * 60})
				if err != nil || r.Next.String() != "2027-01-23" || len(r.Open) != 1 || len(r.Changed) != 1 {
					t.Errorf("the next is %s with %d prepared and %d changed, %v", r.Next, len(r.Open), len(r.Changed), err)
				}
				if said, want := h.ends(), fmt.Sprintf("%d: settled draft\n%d: changed by 陈静: draft 安全例会改在二楼", h.chair.ID, h.author.ID); said != want {
					t.Errorf("said %q, want %q", said, want)
				}
				h.wantTold(at)
				if now := h.run(); now.ID != run.ID || now.State != broadcast.Draft || now.Text != run.Text || now.StartsAt.In(h.Zone).Hour() != 15 {
					t.Errorf("it is %s, goes out at %s and says %s", now.State, now.StartsAt.In(h.Zone), now.Text)
				}
				// Its writer still has open what they read before: it does not go back to that time.
				if is, _, err := h.Submit(t.Context(), h.author.ID, run); !errors.Is(err, union.ErrStale) || is.Number != run.Number || !is.StartsAt.Equal(h.run().StartsAt) {
					t.Errorf("handed in as it was read before: %s at %s, %v", is.Number, is.StartsAt, err)
				}
				_, _, err = h.Submit(t.Context(), h.author.ID, h.run())
				h.must(err)
				if _, err := h.Release(t.Context(), h.chair.ID, run.Number, run.Version); !errors.Is(err, union.ErrStale) {
					t.Errorf("by a card of before it is released: %v", err)
				}
				h.outbox.take()
				// What stays prepared is named with the day after it.
				r, err = h.MoveRepeat(t.Context(), h.author.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: 23, Minute: -1})
				if err != nil || len(r.Open) != 1 || r.Open[0].ID != h.run().ID || r.Next.String() != "2027-01-23" {
					t.Errorf("the next is %s with %d prepared, %v", r.Next, len(r.Open), err)
				}
			})
		})
	}
}

// A run whose writer gave it another time than the others keeps it, whatever the time of the others is, and waits on to be released.
func TestAWritersOwnTimeStaysWhereTheOthersMove(t *testing.T) {
	for name, own := range map[string]func(*broadcast.Broadcast){
		"another day":        func(b *broadcast.Broadcast) { b.StartsAt = b.StartsAt.AddDate(0, 0, 1) },
		"with its release":   func(b *broadcast.Broadcast) { b.StartsAt, b.Chosen = time.Time{}, false },
		"an hour of its own": func(b *broadcast.Broadcast) { b.StartsAt = b.StartsAt.Add(-10 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			storagetest.Each(t, func(t *testing.T, db *storage.DB) {
				h := newHall(t, db)
				h.crowd(2, 0, 0)
				first := h.submit("安全例会", monthly)
				h.release(first)
				h.drain(first)
				h.wantTold("2026-12-17 10:00", "prepared: 2026-12-23 安全例会")
				run := h.run()
				own(&run)
				_, _, err := h.Submit(t.Context(), h.author.ID, run)
				h.must(err)
				run = h.run()
				h.outbox.take()
				r, err := h.MoveRepeat(t.Context(), h.chair.ID, first.Number, broadcast.Rule{Every: broadcast.Monthly, Day: 23, Minute: 15 * 60})
				if err != nil || len(r.Changed) != 0 || len(r.Open) != 1 {
					t.Errorf("%d changed, %d open, %v", len(r.Changed), len(r.Open), err)
				}
				if now := h.run(); now.State != broadcast.Submitted || !now.StartsAt.Equal(run.StartsAt) || now.Chosen != run.Chosen || now.Version != run.Version {
					t.Errorf("it is %s, goes out at %s, chosen: %v", now.State, now.StartsAt.In(h.Zone), now.Chosen)
				}
				if said := h.ends(); said != "" {
					t.Errorf("said %q", said)
				}
			})
		})
	}
}

// Nobody is shown what they cannot steer, nor offered to begin again what cannot be.
func TestWhatIsSaidAgainIsListedToWhoeverMaySteerIt(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		h := newHall(t, db)
		h.crowd(2, 0, 0)
		for _, text := range []string{"安全例会", "领劳保"} {
			first := h.submit(text, monthly)
			h.release(first)
			h.drain(first)
		}
		listed := func(who union.MemberID, limit, want, wantMore int, ended bool) {
			t.Helper()
			list, more, err := h.Repeats(t.Context(), who, limit)
			if err != nil || len(list) != want || more != wantMore {
				t.Fatalf("listed are %d and %d more, %v, want %d and %d", len(list), more, err, want, wantMore)
			}
			if want > 0 && list[0].Ended != ended {
				t.Errorf("it has ended: %v", list[0].Ended)
			}
		}
		listed(h.author.ID, 9, 2, 0, false)
		listed(h.author.ID, 1, 1, 1, false)
		h.must(storage.Run(t.Context(), db, `DELETE FROM role_holdings WHERE member_id = ?`, h.author.ID))
		listed(h.author.ID, 9, 0, 0, false)
		h.repeat("2026-12-17 10:00") // they are stopped
		listed(h.chair.ID, 9, 2, 0, true)
	})
}
