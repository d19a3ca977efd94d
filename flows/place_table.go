package flows

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

// placeTable finds places by what people call them: those of a question in a service's file, and those that the union has for all
// services. One in a service's file goes before one of the same name there.
type placeTable struct {
	shared   Reference // nil where there is none
	language string
}

// places are those that the union has for all services.
func (p placeTable) places() reference.Places {
	if p.shared == nil {
		return reference.Places{}
	}
	return p.shared.Places()
}

// named finds the places that have this name.
func (p placeTable) named(field service.Field, text string) []service.Place {
	key := placeKey(text)
	own := slices.DeleteFunc(slices.Clone(field.Places), func(place service.Place) bool {
		return !slices.ContainsFunc(calledPlace(place), func(word string) bool { return placeKey(word) == key })
	})
	return withShared(field, own, p.places().Named(bot.Simplified(text)))
}

// in finds the places of which a name stands in a sentence. A name that is a part of another's that stands there does not
// count.
func (p placeTable) in(field service.Field, text string) []service.Place {
	within := reference.PlaceText(bot.Simplified(text))
	all := withShared(field, slices.Clone(field.Places), p.places().In(bot.Simplified(text)))
	var said []string
	keys := make([][]string, len(all))
	for i, place := range all {
		for _, word := range calledPlace(place) {
			if k := placeKey(word); utf8.RuneCountInString(k) >= 2 && reference.PlaceWithin(k, within) {
				said, keys[i] = append(said, k), append(keys[i], k)
			}
		}
	}
	covered := func(k string) bool {
		return slices.ContainsFunc(said, func(other string) bool { return len(other) > len(k) && strings.Contains(other, k) })
	}
	var found []service.Place
	for i, place := range all {
		if slices.ContainsFunc(keys[i], func(k string) bool { return !covered(k) }) {
			found = append(found, place)
		}
	}
	return found
}

// byName finds a place by its name in a file, as a QR code says it.
func (p placeTable) byName(field service.Field, name string) (service.Place, bool) {
	if i := slices.IndexFunc(field.Places, func(place service.Place) bool { return place.Name == name }); i >= 0 {
		return field.Places[i], true
	}
	shared, ok := p.places().ByName(name)
	return asPlace(shared), ok
}

// withShared adds places of the union to those of a question.
func withShared(field service.Field, own []service.Place, shared []reference.Place) []service.Place {
	for _, place := range shared {
		if !slices.ContainsFunc(field.Places, func(f service.Place) bool { return f.Name == place.Name }) {
			own = append(own, asPlace(place))
		}
	}
	return own
}

func asPlace(p reference.Place) service.Place {
	return service.Place{Name: p.Name, Label: service.Text{ZH: p.Label}, Synonyms: p.Words}
}

func calledPlace(p service.Place) []string {
	return append([]string{p.Label.ZH, p.Label.EN}, p.Synonyms...)
}

// ownFirst lists the places of a unit, named by its path, before all others.
func (p placeTable) ownFirst(found []service.Place, unit string) []service.Place {
	places := p.places()
	var own, others []service.Place
	for _, place := range found {
		if shared, ok := places.ByName(place.Name); ok && shared.In(unit) {
			own = append(own, place)
		} else {
			others = append(others, place)
		}
	}
	return append(own, others...)
}
