package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// formKey begins the key under which a form becomes an alarm; a begunForm as JSON follows.
const formKey = "form:"

// begunForm is what a form knows of a danger besides its sentence.
type begunForm struct {
	Service  string     `json:"service"`
	Place    string     `json:"place,omitempty"`
	Pictures []cases.ID `json:"pictures,omitempty"`
	// Voice is the sound of what was said aloud.
	Voice cases.ID `json:"voice,omitempty"`
	// Unnamed is true where whoever says it may have wanted not to be named, and chose what names them.
	Unnamed bool `json:"unnamed,omitempty"`
	// Draft is what the alarm takes the place of, once it stands, and Owner whose it is.
	Draft cases.ID       `json:"draft"`
	Owner union.MemberID `json:"owner"`
}

// imminent rings as soon as somebody has said of what they report that it may hurt people at any moment: the rest of the form waits
// for nobody, and what was said and sent so far goes along. An alarm names who raises it and tells in writing: what is not to be named, or
// is there as a sound only, is rung for when it is handed in, and it is said so.
func (f *form) imminent(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (next bot.Next, rings bool, err error) {
	if !f.tellsImminent(t, s, field) {
		return bot.Next{}, false, nil
	}
	sentence, _ := s.SentenceField()
	grade := t.Data.Draft.Values[field.Name]
	if err := f.newest(ctx, t); err != nil { // it may be nameless since, by another phone
		return bot.Next{}, false, err
	}
	f.set(t, s, field, grade)
	if t.Data.Draft.Anonymous || t.Data.Draft.Values[sentence.Name].Text == spokenOnly {
		return bot.Next{}, false, f.saveThemFirst(ctx, t, s, "提交了马上叫人,等不及就先打电话。")
	}
	if f.saidRings(s, field, t.Data.Draft) != "" && !warnedOf(t, s, field) { // and says who it was
		t.Data.Field = field.Name
		f.changed(t)
		return bot.Goto("field"), true, f.saveThemFirst(ctx, t, s, "还没有叫人,要您在下面再选一次;等不及就先打电话。")
	}
	t.Data.Draft.Version++ // the answer is new
	t.Data.Draft.UpdatedAt = t.Now
	if err := f.keep(ctx, t); err != nil {
		return bot.Next{}, false, err
	}
	f.set(t, s, field, grade) // it may have been written on just now
	d := t.Data.Draft
	if d.Anonymous {
		return bot.Next{}, false, f.saveThemFirst(ctx, t, s, "提交了马上叫人,等不及就先打电话。")
	}
	what := d.Values[sentence.Name]
	raw, err := json.Marshal(begunForm{Service: s.Name, Place: d.Values[s.Alarm.Place].Text, Pictures: d.Pictures, Voice: what.Voice, Draft: d.ID, Owner: d.Owner, Unnamed: asksSigning(s, d)})
	if err != nil {
		return bot.Next{}, false, fmt.Errorf("write what was begun: %w", err)
	}
	return bot.Hand(bot.Entry{Flow: "alarm", Key: formKey + string(raw), Text: what.Text}), true, nil
}

// warnedOf says whether the answer is that of somebody who has read that it rings at once and names them: asked this very question, or
// before, where they have not said since that they may want to be nameless.
func warnedOf(t *formTurn, s *service.Service, field service.Field) bool {
	asked := (t.Step == "field" || t.Step == "pick") && t.Data.Field == field.Name
	return asked || t.Data.Warned && !asksSigning(s, t.Data.Draft)
}

// saveThemFirst says what keeps people safe, and whom to ring, where nobody is rung yet.
func (f *form) saveThemFirst(ctx context.Context, t *formTurn, s *service.Service, then string) error {
	who, err := f.people.member(ctx, t.Talk)
	if err != nil {
		return err
	}
	sentence, _ := s.SentenceField()
	t.Lead(f.safety(s, t.Data.Draft.Values[sentence.Name].Text) + then + f.helplines.call(s.Alarm.Number(who.OrgPath), nil) + "有人受伤打 120。\n")
	return nil
}

// wantsNoNameIn says whether a form that waits is to be handed in without the name, or may be.
func wantsNoNameIn(over bot.Frame) bool {
	var d formData
	return over.Flow == "form" && json.Unmarshal(over.Data, &d) == nil && (d.Draft.Anonymous || d.Draft.Signing == signingDue)
}

// anyway keeps people safe where an answer that rings cannot be taken.
func (f *form) anyway(t *bot.Talk, data json.RawMessage) string {
	var d formData
	if json.Unmarshal(data, &d) != nil {
		return ""
	}
	s, ok := f.services.Current(d.Draft.Service)
	if !ok {
		return ""
	}
	if _, rang := f.answerRings(s, d, t.Step, t.Text()); !rang {
		return ""
	}
	sentence, _ := s.SentenceField()
	return f.helplines.safety(s, bot.Simplified(d.Draft.Values[sentence.Name].Text))
}

// answerRings reads what answers the question that is open, and says whether it is the answer that rings.
func (f *form) answerRings(s *service.Service, d formData, step bot.StepName, text string) (cases.Value, bool) {
	field, _ := s.Field(d.Field)
	var v cases.Value
	switch step {
	case "field":
		v = f.readChoice(field, text).value
	case "pick":
		v, _, _ = d.Either.pick(text)
	}
	return v, rings(s, field, v)
}

// rings says whether an answer is the one that rings: nobody is rung for words in a sentence before it is asked what they mean.
func rings(s *service.Service, field service.Field, v cases.Value) bool {
	return s.Alarm.Rings() && field.Name == s.Alarm.Grade && string(v.Raw) == strconv.Quote(s.Alarm.Danger)
}

// saidRings says, where a form may be handed in without the name, that one of the answers rings at once and names who gives it.
func (f *form) saidRings(s *service.Service, field service.Field, d cases.Draft) string {
	i := slices.IndexFunc(field.Choices, func(c service.Choice) bool { return rings(s, field, f.choice(c)) })
	if i < 0 || !s.Summary.Anonymous || d.Anonymous {
		return ""
	}
	return fmt.Sprintf("选 %d 立刻叫人,他们看得到是您报的;不想留名,先回\"匿名\"。", i+1)
}

// tellsImminent says whether a field says that somebody may be hurt at any moment, by something that was told already.
func (f *form) tellsImminent(t *formTurn, s *service.Service, field service.Field) bool {
	d := t.Data.Draft
	sentence, _ := s.SentenceField()
	return rings(s, field, d.Values[field.Name]) && !d.Sealed && d.Values[sentence.Name].Text != ""
}

// safety is what keeps people safe, and that nobody may be punished for leaving.
func (f *form) safety(s *service.Service, what string) string {
	return s.Alarm.SafetyFor(bot.Simplified(what)).In(f.language) + "\n" + s.Alarm.Rights.In(f.language) + "\n"
}

// saidCalled is what is said of those who are rung for a form that was filed: before all else what keeps people safe, where they may
// be hurt at any moment, and behind it who was told.
func (f *form) saidCalled(filed cases.Filed) (first, then string) {
	if len(filed.Called) == 0 {
		return "", ""
	}
	s, c := filed.Service, filed.Case
	if string(c.Values[s.Alarm.Grade].Raw) == strconv.Quote(s.Alarm.Danger) {
		said, _ := s.SentenceField()
		first = f.safety(s, c.Values[said.Name].Text)
	}
	return first, "不等上班,正在给" + calledNames(filed.Called) + "发消息。"
}

// begun goes on with a form that turned out to tell of somebody in danger. The draft is there until people were rung.
func (a *alarm) begun(ctx context.Context, t *alarmTurn, key string) (bot.Next, error) {
	var form begunForm
	if err := json.Unmarshal([]byte(key), &form); err != nil {
		return bot.Next{}, fmt.Errorf("read what was begun: %w", err)
	}
	s, ok := a.services.Current(form.Service)
	if !ok {
		return bot.End(), nil
	}
	member, err := a.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	t.Data = alarmData{Hash: s.Hash, Unnamed: form.Unnamed}
	a.hear(ctx, t, s, t.Entry.Text)
	if member == form.Owner { // the phone may have changed hands
		t.Data.Pictures, t.Data.Voice, t.Data.Draft = form.Pictures, form.Voice, form.Draft
	}
	if form.Place != "" {
		t.Data.Place, t.Data.Answered, t.Data.Which = form.Place, form.Place, nil
	}
	next, err := a.raise(ctx, t, s, false)
	if err == nil && t.Data.Case == 0 {
		t.Say("\n写的给您留着,回复\"继续\"接着写。")
	}
	return next, err
}

// takesPlace drops the form that the alarm takes the place of, once what it said is told: nobody is asked any more whether it is the same.
func (a *alarm) takesPlace(ctx context.Context, t *alarmTurn, member union.MemberID) error {
	draft := t.Data.Draft
	if draft == 0 {
		return nil
	}
	t.Data.Draft = 0
	if err := a.drafts.DropDraft(ctx, member, draft); err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	others, err := a.people.others(ctx, t.Talk, member)
	t.Stir(others...)
	return err
}
