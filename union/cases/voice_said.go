package cases

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// SaidAloud stands behind the words of a decision that was said aloud, and alone where there are no words of it.
const SaidAloud = "[语音]"

// markVoice notes in the words that there is a sound to them, wherever they are read. Of a sealed case none is taken: it tells who decides.
func (m *matter) markVoice(in *Decision) {
	switch {
	case m.service.Sealed:
		in.Voice = 0
	case in.Voice == 0, in.Note == SaidAloud:
	case in.Note == "":
		in.Note = SaidAloud
	default:
		in.Note += " " + SaidAloud
	}
}

// takeSent puts what was sent with a decision into the case; told says that its author hears of it.
func (m *matter) takeSent(v *verdict, told bool) {
	m.take(v.Pictures, v.step.Name, v.Act)
	if v.Voice == 0 {
		return
	}
	if m.Taken = maps.Clone(m.Taken); m.Taken == nil {
		m.Taken = map[ID]Taken{}
	}
	m.Taken[v.Voice] = Taken{Step: v.step.Name, Act: v.Act, Voice: true, Told: told}
}

// takeTold puts what was sent with a verdict into the case. The author hears the sound of the note that they are told, and no other.
func (d *Desk) takeTold(ctx context.Context, m *matter, v *verdict, by decider) error {
	told := v.Officer != m.Author && !v.quiet()
	m.takeSent(v, told && by.officer == v.Officer)
	if !told || by.officer == v.Officer {
		return nil
	}
	attachments, err := d.store.Attachments.OfCase(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, a := range attachments { // of what was signed anew the latest counts, as of the notes
		if taken := m.Taken[a.ID]; taken.Voice && taken.Step == v.step.Name && a.Owner == by.officer {
			v.earlier = a.ID
		}
	}
	if v.earlier == 0 || !strings.HasSuffix(by.note, SaidAloud) {
		return nil
	}
	m.Taken = maps.Clone(m.Taken)
	taken := m.Taken[v.earlier]
	taken.Told = true
	m.Taken[v.earlier] = taken
	return nil
}

// bindSent gives what was sent with a decision to the case. A sound that was fetched before goes to the author now, any other once it
// is: whoever writes second of the two has waited for the first.
func (d *Desk) bindSent(ctx context.Context, m *matter, v *verdict) error {
	sent := v.Pictures
	if v.Voice != 0 {
		sent = append([]ID{v.Voice}, sent...)
	}
	if len(sent) > 0 {
		if err := d.store.Attachments.Bind(ctx, v.Officer, m.ID, sent); err != nil {
			return err
		}
	}
	if v.Voice == 0 && v.earlier == 0 {
		return nil
	}
	attachments, err := d.store.Attachments.OfCase(ctx, m.ID)
	if err != nil {
		return err
	}
	for _, a := range attachments {
		if a.ID != v.Voice && a.ID != v.earlier {
			continue
		}
		if err := d.sendVoice(ctx, m, a); err != nil {
			return err
		}
	}
	return nil
}

// Came does what is due once a file was fetched, or is lost. It joins the transaction that notes so.
func (d *Desk) Came(ctx context.Context, a Attachment) error {
	if a.Kind != "voice" {
		return d.PaperDoubted(ctx, a)
	}
	number, err := d.store.Attachments.Filed(ctx, a.ID)
	if err != nil || number == "" {
		return err
	}
	m, err := d.load(ctx, 0, number)
	if err != nil {
		return err
	}
	return d.sendVoice(ctx, m, a)
}

// sendVoice has the author of a case hear what was said with a decision of which they are told, once. Where no sound can be sent they
// have the words; only of what has none it is said how to hear it.
func (d *Desk) sendVoice(ctx context.Context, m *matter, a Attachment) error {
	if taken := m.Taken[a.ID]; !taken.Told || a.State == AttachmentPending || m.Author == 0 {
		return nil
	}
	wordless, err := d.saidNoWords(ctx, m, a.Owner)
	if err != nil {
		return err
	}
	var body notice.Body
	if a.State == AttachmentKept {
		body.File = &notice.File{Hash: a.Hash, Type: a.Type, Name: d.words.PictureName(m.Number, ShowsSaid, 1)}
	}
	if wordless {
		body.Text = d.words.NoVoice(m.Number)
	}
	if body == (notice.Body{}) {
		return nil
	}
	return d.outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("voice/%d/%d", a.ID, m.Author), Kind: notice.KindPicture, Policy: notice.Resend, To: m.Author, Case: int64(m.ID), Body: body,
	})
}

// saidNoWords says whether the sound is all that there is of what a member said last with a decision.
func (d *Desk) saidNoWords(ctx context.Context, m *matter, officer union.MemberID) (bool, error) {
	events, err := d.store.Timeline.Of(ctx, m.ID)
	if err != nil {
		return false, err
	}
	for i := len(events) - 1; i >= 0; i-- {
		if e := events[i]; e.Actor == officer && e.Note != "" {
			return withoutTies(e.Note) == SaidAloud, nil
		}
	}
	return false, nil
}
