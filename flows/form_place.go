package flows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// placeScene is what the scene of a QR code begins with that hangs at a place; the place's name follows.
const placeScene = "place:"

// readPlace understands a place: one of the field's by any of its names, or else as it was said.
func (f form) readPlace(field service.Field, text string) heard {
	return readPlaceOf(field, text, f.language)
}

func readPlaceOf(field service.Field, text, language string) heard {
	key := placeKey(text)
	for _, p := range field.Places {
		for _, word := range append([]string{p.Label.ZH, p.Label.EN}, p.Synonyms...) {
			if word != "" && placeKey(word) == key {
				return heard{value: placeValue(p, language)}
			}
		}
	}
	return readText(field, text)
}

func (f form) place(p service.Place) cases.Value { return placeValue(p, f.language) }

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

var figureOf = strings.NewReplacer("一", "1", "二", "2", "两", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9",
	"/", "", "#", "号", "-", "")

// placeKey folds what does not tell places apart: 三号行车 and 3#行车, with or without slashes.
func placeKey(text string) string {
	return figureOf.Replace(union.NameKey(bot.Simplified(strings.TrimRight(strings.TrimSpace(text), "。.!！"))))
}

// takeSent takes what is no text - a picture, a location, a code - whatever the question is; took is false for anything
// that the form has no use for.
func (f form) takeSent(ctx context.Context, t *formTurn, s *service.Service, open service.Field) (next bot.Next, took bool, err error) {
	switch t.Message.Kind {
	case bot.KindImage:
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
func (f form) takePlace(ctx context.Context, t *formTurn, s *service.Service, open service.Field) (next bot.Next, took bool, err error) {
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
func (f form) setPlace(t *formTurn, s *service.Service, field service.Field, v cases.Value) (before string) {
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
