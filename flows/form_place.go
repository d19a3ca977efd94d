package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// placeScene is what the scene of a QR code begins with that hangs at a place; the place's name follows.
const placeScene = "place:"

func (f *form) places() placeTable { return placeTable{f.reference, f.language} }

// read understands a place: one that has this name, or else as it was said. Of several it is asked which.
func (p placeTable) read(field service.Field, text string) heard {
	return p.which(p.named(field, text), field, text)
}

// which is the one place that was found, those to choose from, or what was said where there is none.
func (p placeTable) which(found []service.Place, field service.Field, text string) heard {
	switch said := readText(field, text); {
	case len(found) == 0 || said.problem != "":
		return said
	case len(found) == 1:
		return heard{value: placeValue(found[0], p.language)}
	default:
		var either []cases.Value
		for _, place := range found[:min(len(found), offeredMost)] {
			either = append(either, placeValue(place, p.language))
		}
		return heard{either: append(either, said.value)}
	}
}

// hearPlace understands a place, those of the own unit first where several have the name.
func (f *form) hearPlace(ctx context.Context, t *formTurn, field service.Field, text string) (heard, error) {
	found := f.places().named(field, text)
	if len(found) > 1 {
		m, err := f.people.members.Get(ctx, t.Data.Draft.Owner)
		if err != nil {
			return heard{}, fmt.Errorf("find member: %w", err)
		}
		found = f.places().ownFirst(found, m.OrgPath)
	}
	return f.places().which(found, field, text), nil
}

func placeValue(p service.Place, language string) cases.Value {
	return cases.Value{Text: p.Label.In(language), Raw: rawRef(service.Ref{Place: p.Name})}
}

func rawRef(ref service.Ref) json.RawMessage {
	raw, err := json.Marshal(ref)
	if err != nil { // numbers that JSON has, and words
		return nil
	}
	return raw
}

// placeKey folds what does not tell places apart, in both ways of writing.
func placeKey(text string) string { return reference.PlaceKey(bot.Simplified(text)) }

// takeSent takes what is no text - a picture, a location, a code - whatever the question is; took is false for anything
// that the form has no use for.
func (f *form) takeSent(ctx context.Context, t *formTurn, s *service.Service, open service.Field) (next bot.Next, took bool, err error) {
	switch t.Message.Kind {
	case bot.KindImage, bot.KindVideo:
		next, err = f.takePicture(ctx, t, s, open)
		return next, true, err
	case bot.KindFile:
		next, err = f.takeFile(ctx, t, s, open)
		return next, true, err
	case bot.KindLocation, bot.KindScan:
		return f.takePlace(ctx, t, s, open)
	}
	return bot.Next{}, false, nil
}

// takePlace takes a location that a phone sent, or the code that hangs at a place.
func (f *form) takePlace(ctx context.Context, t *formTurn, s *service.Service, open service.Field) (next bot.Next, took bool, err error) {
	field := open
	if field.Kind != service.KindPlace {
		var ok bool
		if field, ok = placeField(t, s); !ok {
			return bot.Stay(), t.Message.Kind == bot.KindScan, nil
		}
	}
	var value cases.Value
	switch {
	case t.Message.Kind == bot.KindScan:
		key, ok := spotKey(t.Message)
		if !ok {
			return bot.Stay(), true, nil
		}
		sp, _ := readSpot(key)
		if value, ok = f.spotValue(s, field, sp); !ok {
			t.Lead("这个码不是这里用的地点。")
			return bot.Repeat(), true, nil
		}
	case t.Data.Draft.Sealed:
		t.Lead("密件请用文字写地点,刚才的位置没有留。")
		return bot.Repeat(), true, nil
	case t.Message.Location == nil:
		return bot.Next{}, false, nil
	default:
		value = located(*t.Message.Location)
	}
	before := f.setPlace(t, s, field, value)
	if open.Name == field.Name {
		next, err = f.afterText(ctx, t, s, field)
		return next, true, err
	}
	f.changed(t)
	t.Lead(field.Label.In(f.language) + "记下了:" + value.Text + before + "。")
	if next, asks, err := f.findsSimilar(ctx, t, s, field); asks || err != nil {
		return next, true, err
	}
	return bot.Repeat(), true, nil
}

// setPlace takes a place that was sent or scanned, and returns how it is said which it takes the place of, if any.
func (f *form) setPlace(t *formTurn, s *service.Service, field service.Field, v cases.Value) (before string) {
	if was := t.Data.Draft.Values[field.Name].Text; was != "" && was != v.Text {
		before = "(原来是 " + was + ")"
	}
	f.set(t, s, field, v)
	return before
}

// located is where a phone was, in the words that its map has for it.
func located(at bot.Location) cases.Value {
	text := fmt.Sprintf("%.5f,%.5f", at.Latitude, at.Longitude)
	if label := strings.TrimSpace(at.Label); label != "" {
		text = cut(label, service.MaxPlace-30) + "(" + text + ")"
	}
	return cases.Value{Text: text, Raw: rawRef(service.Ref{At: &service.Degrees{Latitude: at.Latitude, Longitude: at.Longitude}})}
}
