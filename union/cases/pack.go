package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/audit"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/paper"
	"github.com/unionbot/unionbot/union/service"
)

// PackWords speaks of what is handed over with a case.
type PackWords interface {
	// PackPaper is all of it on paper.
	PackPaper(v PaperView) paper.Document
	// NoPack is said in place of a paper that could not be sent.
	NoPack(number string) string
	// PackGiven tells who has a case that its author hands the pack over, or takes that back.
	PackGiven(c Case, s *service.Service, given bool) notice.Body
	// PackOpened tells an author who has opened it.
	PackOpened(c Case, s *service.Service, by union.Member) notice.Body
	// PackAsked asks an author for it.
	PackAsked(c Case, s *service.Service, asks union.Member) notice.Body
}

// PackState is how far the pack of a case has come. The zero one is with its author alone.
type PackState struct {
	// Given is when its author said yes.
	Given time.Time `json:"given,omitzero"`
	// Opened is when an officer opened it first, and By who that was.
	Opened time.Time      `json:"opened,omitzero"`
	By     union.MemberID `json:"by,omitempty"`
	Name   string         `json:"name,omitempty"`
	// Openers are all who have opened it; of what was opened before they were noted, By alone is known.
	Openers []union.MemberID `json:"openers,omitempty"`
}

// openTo says whether an officer has opened it.
func (p PackState) openTo(officer union.MemberID) bool {
	return officer != 0 && (officer == p.By || slices.Contains(p.Openers, officer))
}

// Pack is how far the pack of the case has come.
func (c *Case) Pack() (p PackState) {
	_ = json.Unmarshal(c.Values[service.FieldPack].Raw, &p) // nothing, where nothing is there
	return p
}

func (c *Case) setPack(p PackState) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write pack: %w", err)
	}
	if c.Values = maps.Clone(c.Values); c.Values == nil {
		c.Values = map[string]Value{}
	}
	c.Values[service.FieldPack] = Value{Raw: raw}
	return nil
}

// withheldFrom says whether a viewer reads nothing of the pack: everybody but its author and the officers who have themselves opened
// it. Nobody in particular is 0.
func (m *matter) withheldFrom(viewer union.MemberID) bool {
	return m.service.Pack.On() && (viewer == 0 || viewer != m.Author) && !m.Pack().openTo(viewer)
}

// withoutPack is a case and its timeline without what is withheld from a viewer: the answers, what was sent, and what its author has
// added since, which tells of the same. Of how far the pack has come there is left whether it may be opened.
func (m *matter) withoutPack(viewer union.MemberID, c Case, events []Event) (Case, []Event) {
	if !m.withheldFrom(viewer) {
		return c, events
	}
	c.Values, c.Pictures = maps.Clone(c.Values), nil
	for _, name := range m.service.Pack.Holds {
		delete(c.Values, name)
	}
	delete(c.Values, Supplement)
	if _, begun := c.Values[service.FieldPack]; begun {
		if err := c.setPack(PackState{Given: m.Pack().Given}); err != nil {
			delete(c.Values, service.FieldPack)
		}
	}
	events = slices.Clone(events)
	for i, e := range events {
		if e.Actor == m.Author && (e.Kind == EventSupplemented || e.Kind == EventAdded) {
			events[i].Note = ""
		}
	}
	return c, events
}

// PackView is a pack, to its author or to who opens it.
type PackView struct {
	View
	// Mine is true of its author. Has says that the viewer is asked to decide the case, or has decided on it.
	Mine, Has bool
	// Paper says that the file is on its way, and Pictures which pictures are.
	Paper    bool
	Pictures Pictures
}

// PackRequest asks for the pack of a case. The occasion names the request: asked again with the same one, it is sent once.
type PackRequest struct {
	Viewer   union.MemberID
	Number   string
	Occasion string
	// File wants it as a file, where there is a font to print with.
	File bool
}

// Pack shows its author what would be handed over, and to who has the case what was: then it is open to that officer, which cannot be
// taken back, is recorded and stands in the timeline. An officer to whom it was not handed over is shown the case without it, and its author is
// asked. For everybody else, and where the service has none, it returns union.ErrNotFound.
func (d *Desk) Pack(ctx context.Context, r PackRequest) (PackView, error) {
	var v PackView
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		v, err = d.pack(ctx, r)
		return err
	})
	if err != nil {
		return PackView{}, fmt.Errorf("show pack: %w", err)
	}
	return v, nil
}

func (d *Desk) pack(ctx context.Context, r PackRequest) (none PackView, _ error) {
	m, holdings, err := d.seen(ctx, r.Viewer, 0, r.Number)
	if err != nil {
		return none, err
	}
	v := PackView{Mine: m.Author == r.Viewer, Has: slices.ContainsFunc(m.tasks, func(t Task) bool {
		return t.by(r.Viewer) && (t.State == TaskOpen || t.State == TaskDone || t.State == TaskSigned)
	})}
	if !m.service.Pack.On() || !v.Mine && !v.Has {
		return none, union.ErrNotFound
	}
	if err := d.looked(ctx, m, r.Viewer, holdings); err != nil {
		return none, err
	}
	state := m.Pack()
	switch {
	case v.Mine, state.openTo(r.Viewer):
	case state.Given.IsZero(), m.State.Ended():
		if err := d.askForPack(ctx, m, r.Viewer); err != nil {
			return none, err
		}
	default:
		if err := d.openPack(ctx, m, r.Viewer); err != nil {
			return none, err
		}
	}
	if v.View, err = d.viewOf(ctx, m, r.Viewer); err != nil {
		return none, err
	}
	if m.withheldFrom(r.Viewer) || !r.File {
		return v, nil
	}
	return v, d.sendPack(ctx, m, r, &v)
}

// openPack notes who opens the pack, after which nobody takes it back. It is open to that officer alone: another opens it anew.
func (d *Desk) openPack(ctx context.Context, m *matter, viewer union.MemberID) error {
	officer, err := d.members.Get(ctx, viewer)
	if err != nil {
		return err
	}
	state := m.Pack()
	if state.Opened.IsZero() {
		state.Opened, state.By, state.Name = d.now(), viewer, officer.Name
	}
	state.Openers = append(slices.Clone(state.Openers), viewer)
	if err := m.setPack(state); err != nil {
		return err
	}
	if err := d.changeAt(ctx, m, m.Step, Event{At: d.now(), Actor: viewer, Name: officer.Name, Kind: EventPackOpened, Step: m.Step}); err != nil {
		return err
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key:  fmt.Sprintf("pack-opened/%d/%d", m.ID, viewer),
		Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author, Case: int64(m.ID), Body: d.words.PackOpened(m.outline(), m.service, officer),
	})
}

// askForPack asks the author once a day for the pack that an officer would open.
func (d *Desk) askForPack(ctx context.Context, m *matter, viewer union.MemberID) error {
	officer, err := d.members.Get(ctx, viewer)
	if err != nil || m.State.Ended() {
		return err
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key:  fmt.Sprintf("pack/%d/%d/%s", m.ID, viewer, d.now().In(d.zone).Format(time.DateOnly)),
		Kind: notice.KindAnswer, Policy: notice.Resend, To: m.Author, Case: int64(m.ID), Body: d.words.PackAsked(m.outline(), m.service, officer),
	})
}

// sendPack sends the pack as a file, and its pictures. Where nothing can be printed it is read in the chat alone.
func (d *Desk) sendPack(ctx context.Context, m *matter, r PackRequest, v *PackView) error {
	var err error
	if v.Pictures, err = d.sendPictures(ctx, r.Viewer, m.ID, r.Occasion); err != nil {
		return err
	}
	switch err := d.press.Ready(); {
	case errors.Is(err, paper.ErrNoFont): // it is read in the chat
		return nil
	case err != nil:
		return err
	}
	people, err := d.members.GetMany(ctx, []union.MemberID{r.Viewer})
	if err != nil {
		return err
	}
	file, err := d.press.PDF(d.words.PackPaper(PaperView{View: v.View, Union: people[r.Viewer].Root(), People: people, By: r.Viewer, At: d.now()}))
	if err != nil {
		return err
	}
	hash, err := d.keep(ctx, bytes.NewReader(file))
	if err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	key := fmt.Sprintf("pack/%d/%d/%s", m.ID, r.Viewer, r.Occasion)
	if err := d.store.Audit.Append(ctx, audit.Entry{
		Key: "print/" + key, At: d.now(), Kind: audit.Print, Case: int64(m.ID), Actor: r.Viewer, Name: people[r.Viewer].Name,
	}); err != nil {
		return err
	}
	v.Paper = true
	return d.outbox.Put(ctx, notice.Notice{
		Key: key, Kind: notice.KindPrint, Policy: notice.Resend, To: r.Viewer, Case: int64(m.ID),
		Body: notice.Body{Text: d.words.NoPack(m.Number), File: &notice.File{Hash: hash, Type: PaperType, Name: m.Number}},
	})
}

// GivePack hands the pack of a case over, or takes that back as long as nobody has opened it. It returns ErrActNotAllowed where the
// case has ended, or the pack is open.
func (d *Desk) GivePack(ctx context.Context, author union.MemberID, number string, give bool) (PackView, error) {
	var v PackView
	err := d.store.Tx.Tx(ctx, func(ctx context.Context) (err error) {
		v, err = d.givePack(ctx, author, number, give)
		return err
	})
	if err != nil {
		return PackView{}, fmt.Errorf("give pack: %w", err)
	}
	return v, nil
}

func (d *Desk) givePack(ctx context.Context, author union.MemberID, number string, give bool) (none PackView, _ error) {
	m, _, err := d.seen(ctx, author, 0, strings.TrimSpace(number))
	if err != nil {
		return none, err
	}
	state := m.Pack()
	switch {
	case m.Author != author || !m.service.Pack.On():
		return none, union.ErrNotFound
	case m.State.Ended() || !state.Opened.IsZero():
		return none, ErrActNotAllowed
	case give != state.Given.IsZero(): // it is so already
	default:
		// What was said yes to stands in the service as it was when the case was filed.
		event := Event{At: d.now(), Actor: author, Name: m.author.Name, Kind: EventPackGiven}
		state.Given = d.now()
		if !give {
			state, event.Kind = PackState{}, EventPackBack
		}
		if err := m.setPack(state); err != nil {
			return none, err
		}
		if err := d.changeAt(ctx, m, m.Step, event); err != nil {
			return none, err
		}
		if err := d.tellPack(ctx, m, give); err != nil {
			return none, err
		}
	}
	v := PackView{Mine: true}
	v.View, err = d.viewOf(ctx, m, author)
	return v, err
}

// tellPack tells who has the case whether they may open the pack.
func (d *Desk) tellPack(ctx context.Context, m *matter, given bool) error {
	people, err := d.havers(ctx, m.had())
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := d.outbox.Put(ctx, notice.Notice{
			Key:  fmt.Sprintf("pack/%d/%d/%d", m.ID, m.Version, p.ID),
			Kind: notice.KindTask, Policy: notice.Resend, To: p.ID, Case: int64(m.ID), Body: d.words.PackGiven(m.outline(), m.service, given),
		}); err != nil {
			return err
		}
	}
	return nil
}
