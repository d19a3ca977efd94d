package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/unionbot/unionbot/bot"
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
}

// imminent rings as soon as somebody has said of what they report that it may hurt people at any moment: the rest of the form waits
// for nobody. What was said and sent so far goes along, and the form is over.
func (f form) imminent(ctx context.Context, t *formTurn, s *service.Service, field service.Field) (next bot.Next, rings bool, err error) {
	d := t.Data.Draft
	said, _ := s.SentenceField()
	what := d.Values[said.Name].Text
	if field.Name != s.Alarm.Grade || !s.Alarm.Rings() || d.Sealed || what == "" || string(d.Values[field.Name].Raw) != strconv.Quote(s.Alarm.Danger) {
		return bot.Next{}, false, nil
	}
	raw, err := json.Marshal(begunForm{Service: s.Name, Place: d.Values[s.Alarm.Place].Text, Pictures: d.Pictures})
	if err != nil {
		return bot.Next{}, false, fmt.Errorf("write what was begun: %w", err)
	}
	if err := f.giveUp(ctx, t); err != nil {
		return bot.Next{}, false, err
	}
	return bot.Hand(bot.Entry{Flow: "alarm", Key: formKey + string(raw), Text: what}), true, nil
}

// saidCalled is what is said of those who are rung for a form that was filed: before all else what keeps people safe, where they may
// be hurt at any moment, and behind it who was told.
func (f form) saidCalled(filed cases.Filed) (first, then string) {
	if len(filed.Called) == 0 {
		return "", ""
	}
	s, c := filed.Service, filed.Case
	if string(c.Values[s.Alarm.Grade].Raw) == strconv.Quote(s.Alarm.Danger) {
		said, _ := s.SentenceField()
		first = s.Alarm.SafetyFor(bot.Simplified(c.Values[said.Name].Text)).In(f.language) + "\n" + s.Alarm.Rights.In(f.language) + "\n"
	}
	return first, "不等上班,正在给" + calledNames(filed.Called) + "发消息。"
}

// begun goes on with a form that turned out to tell of somebody in danger.
func (a alarm) begun(ctx context.Context, t *alarmTurn, key string) (bot.Next, error) {
	var form begunForm
	if err := json.Unmarshal([]byte(key), &form); err != nil {
		return bot.Next{}, fmt.Errorf("read what was begun: %w", err)
	}
	s, ok := a.services.Current(form.Service)
	if !ok {
		return bot.End(), nil
	}
	t.Data = alarmData{Hash: s.Hash}
	a.hear(ctx, t, s, t.Entry.Text)
	t.Data.Pictures = form.Pictures
	if form.Place != "" {
		t.Data.Place, t.Data.Which = form.Place, nil
	}
	return a.raise(ctx, t, s, false)
}
