package flows

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/service"
)

// atPlace asks what a place is for that was sent while no form is open that takes it: the code that hangs at an equipment,
// or a location.
type atPlace struct {
	services Services
	table    placeTable
}

type placeData struct {
	// Spot is the place as a form's entry carries it.
	Spot  string   `json:"spot"`
	Label string   `json:"label"`
	Names []string `json:"names"`
}

type placeTurn = bot.Turn[placeData]

// spotMark stands between the name of a service and the place for which it is asked: hazard?place:crane_3.
const spotMark = "?"

// spotAt begins a place that a phone sent: at:31.20000,121.50000,label.
const spotAt = "at:"

// spot is a place before it is known for what.
type spot struct {
	name string // of a place in a service's file, or words
	at   *bot.Location
}

// coded says whether a scene can only be the name of a place that some file knows.
var coded = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

func readSpot(key string) (spot, bool) {
	if name, ok := strings.CutPrefix(key, placeScene); ok {
		name = strings.TrimSpace(name)
		return spot{name: name}, name != "" && len([]rune(name)) <= service.MaxPlace
	}
	rest, ok := strings.CutPrefix(key, spotAt)
	parts := strings.SplitN(rest, ",", 3)
	if !ok || len(parts) != 3 {
		return spot{}, false
	}
	latitude, err1 := strconv.ParseFloat(parts[0], 64)
	longitude, err2 := strconv.ParseFloat(parts[1], 64)
	return spot{at: &bot.Location{Latitude: latitude, Longitude: longitude, Label: parts[2]}}, err1 == nil && err2 == nil
}

// spotKey is a message's place, as an entry carries it.
func spotKey(m bot.Message) (key string, ok bool) {
	switch {
	case m.Kind == bot.KindLocation && m.Location != nil:
		return fmt.Sprintf("%s%.5f,%.5f,%s", spotAt, m.Location.Latitude, m.Location.Longitude, m.Location.Label), true
	case m.Kind == bot.KindScan || m.Kind == bot.KindFollow:
		_, ok = readSpot(m.Key)
		return m.Key, ok && strings.HasPrefix(m.Key, placeScene)
	}
	return "", false
}

// spotValue is the place as an answer to the field; ok is false where the field cannot take it.
func (f *form) spotValue(s *service.Service, field service.Field, sp spot) (cases.Value, bool) {
	return f.places().spot(s, field, sp)
}

// spot is a place as an answer to the field; ok is false where the field cannot take it.
func (p placeTable) spot(s *service.Service, field service.Field, sp spot) (cases.Value, bool) {
	if sp.at != nil {
		return located(*sp.at), !s.Sealed // where a phone was tells whose it was
	}
	if place, ok := p.byName(field, sp.name); ok {
		return placeValue(place, p.language), true
	}
	if coded.MatchString(sp.name) {
		return cases.Value{}, false
	}
	h := p.read(field, sp.name)
	if len(h.either) > 0 { // what a code says in words stays as it is
		h = readText(field, sp.name)
	}
	return h.value, h.ok()
}

// spotField is the field that takes a place.
func spotField(s *service.Service) (service.Field, bool) {
	i := slices.IndexFunc(s.Form, func(f service.Field) bool { return f.Kind == service.KindPlace && !f.Unasked })
	if i < 0 {
		return service.Field{}, false
	}
	return s.Form[i], true
}

func (p *atPlace) flow() bot.Flow {
	return bot.Define(bot.Spec[placeData]{
		Name: "place", Rev: 1, Title: "地点", Expires: listExpires, Passing: true,
		Starts:  []bot.Trigger{bot.OnKind(bot.KindScan), bot.OnKind(bot.KindLocation)},
		Begin:   p.begin,
		HandsTo: []string{"form", "menu"},
		Steps:   []bot.Step[placeData]{{Name: "which", AskFunc: p.ask, Handle: p.take}},
	})
}

func (p *atPlace) begin(_ context.Context, t *placeTurn) (bot.Next, error) {
	key, ok := spotKey(t.Message)
	sp, read := readSpot(key)
	if !ok || !read {
		return bot.End(), nil // a code of something else
	}
	t.Data.Spot = key
	for _, s := range p.services.All() {
		field, takes := spotField(s)
		if !takes {
			continue
		}
		if v, ok := p.table.spot(s, field, sp); ok {
			t.Data.Names = append(t.Data.Names, s.Name)
			t.Data.Label = v.Text
		}
	}
	if len(t.Data.Names) == 0 {
		t.Say("这个码还没有登记是哪里。有事直接说,地点用文字写就行。")
		return bot.End(), nil
	}
	if t.Message.Kind != bot.KindFollow { // for whoever says what is the matter, rather than pick a number
		t.Hold()
	}
	return bot.Goto("which"), nil
}

func (p *atPlace) choices(t *placeTurn) (choices []bot.Choice) {
	for _, name := range t.Data.Names {
		if s, ok := p.services.Current(name); ok {
			choices = append(choices, bot.Choice{Label: s.Title.In(p.table.language)})
		} else {
			choices = append(choices, bot.Choice{Label: "(已停办)"})
		}
	}
	return append(choices, bot.Choice{Label: "办别的"})
}

func (p *atPlace) ask(_ context.Context, t *placeTurn) (bot.Reply, error) {
	return bot.Reply{Text: t.Data.Label + ":", Choices: p.choices(t)}, nil
}

func (p *atPlace) take(_ context.Context, t *placeTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), p.choices(t))
	switch {
	case pictured(t.Message):
		t.Hold()
		t.Lead(saidHeld(t.Loose) + "\n")
		return bot.Repeat(), nil
	case !ok || !t.IsText():
		return bot.Miss(), nil
	case i == len(t.Data.Names):
		return bot.Hand(bot.Entry{Flow: "menu"}), nil
	}
	return bot.Hand(bot.Entry{Flow: "form", Key: t.Data.Names[i] + spotMark + t.Data.Spot}), nil
}

// setSpot fills the place with which a form was asked for.
func (f *form) setSpot(t *formTurn, s *service.Service) {
	sp, ok := readSpot(t.Data.Spot)
	field, takes := spotField(s)
	if !ok || !takes {
		return
	}
	if v, ok := f.spotValue(s, field, sp); ok && contains(t.Data.Draft.Shown(s), field.Name) {
		f.set(t, s, field, v)
		t.Lead("\n" + field.Label.In(f.language) + "记下了:" + v.Text + "。")
	}
	t.Data.Spot = ""
}
