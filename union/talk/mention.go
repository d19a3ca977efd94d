package talk

import (
	"context"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
)

// Mentioned is what became of a note that names colleagues.
type Mentioned struct {
	View
	// Told read it; Apart may not know of the talk, and are told nothing.
	Told, Apart []union.Member
}

// Mention keeps a note for officers only, and tells colleagues of it who may know of the talk: those who may take it, under any
// topic or, of one that is personal or to be kept from the member's own line, under its own.
func (d *Desk) Mention(ctx context.Context, officer union.MemberID, id ID, to []union.MemberID, text string) (Mentioned, error) {
	return in(ctx, d, "mention colleague", func(ctx context.Context) (Mentioned, error) {
		t, err := d.held(ctx, officer, id)
		if err != nil {
			return Mentioned{}, err
		}
		done := Mentioned{}
		if done.View, err = d.view(ctx, t); err != nil {
			return done, err
		}
		before, err := d.store.Lines(ctx, t.ID)
		if err != nil {
			return done, err
		}
		note := d.line(t, Note, done.Holder, text)
		if err := d.store.Add(ctx, note); err != nil {
			return done, err
		}
		for i, who := range to {
			if slices.Contains(to[:i], who) { // named by name and by number
				continue
			}
			colleague, may, err := d.mayKnow(ctx, t, who)
			switch {
			case err != nil:
				return done, err
			case who == officer:
				continue
			case !may:
				done.Apart = append(done.Apart, colleague)
				continue
			}
			told := d.line(t, Told, colleague, done.Holder.Name+":"+text)
			if err := d.store.Add(ctx, told); err != nil {
				return done, err
			}
			if err := d.tell(ctx, t, who, which("told", note.ID), d.words.TalkMentioned(done.View, note, spoken(sinceHanded(before)))); err != nil {
				return done, err
			}
			done.Told = append(done.Told, colleague)
		}
		return done, nil
	})
}

// sinceHanded are the lines since a talk was handed over last. With that it may have left a topic that is personal, and what was
// said there is only for those who may know of it under that topic.
func sinceHanded(lines []Line) []Line {
	for i, l := range slices.Backward(lines) {
		if l.Kind == Given && l.Why == ByHolder {
			return lines[i:]
		}
	}
	return lines
}

// mayKnow says whether a colleague may know of a talk. The member never reads what is noted in their own.
func (d *Desk) mayKnow(ctx context.Context, t Talk, who union.MemberID) (union.Member, bool, error) {
	colleague, err := d.members.Get(ctx, who)
	if err != nil || colleague.Status != union.Active {
		return colleague, false, err
	}
	own := d.book.Topic(t.Topic)
	topics := []string{t.Topic}
	if !own.Apart && !own.Personal {
		for _, topic := range d.book.Topics() {
			topics = append(topics, topic.Name)
		}
	}
	for _, name := range topics {
		t.Topic = name
		ladder, err := d.ladder(ctx, t)
		if err != nil {
			return colleague, false, err
		}
		if slices.ContainsFunc(ladder, func(r rung) bool { return slices.Contains(r.people, who) || slices.Contains(r.absent, who) }) {
			return colleague, true, nil
		}
	}
	return colleague, false, nil
}

// toldFor is how long a colleague reads again what they were told, toldMost how much of it.
const (
	toldFor  = 14 * 24 * time.Hour
	toldMost = 5
)

// ToldNote is a note that named a colleague, with the talk.
type ToldNote struct {
	View
	Note Line
}

// Told lists the latest notes that a colleague was told of, as long as they may know of the talk still.
func (d *Desk) Told(ctx context.Context, colleague union.MemberID) ([]ToldNote, error) {
	return in(ctx, d, "list notes", func(ctx context.Context) (list []ToldNote, err error) {
		lines, err := d.store.ToldTo(ctx, colleague, d.now().Add(-toldFor), toldMost)
		for i := 0; i < len(lines) && err == nil; i++ {
			var t Talk
			if t, err = d.store.ByID(ctx, lines[i].Talk); err != nil {
				break
			}
			var may bool
			if _, may, err = d.mayKnow(ctx, t, colleague); err != nil || !may {
				continue
			}
			note := ToldNote{Note: lines[i]}
			note.View, err = d.view(ctx, t)
			list = append(list, note)
		}
		return list, err
	})
}
