package cases

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/unionbot/unionbot/union/service"
)

// matches says whether a case is one that may be offered: going on, or accepted where that counts, and with the same answers where
// they have to agree.
func matches(like service.Similar, values map[string]Value, c Case) bool {
	if c.Standing().Ended() && (like.Open || c.State != Accepted) {
		return false
	}
	return !slices.ContainsFunc(like.Same, func(name string) bool { return !agree(values[name], c.Values[name], like.Near()) })
}

// alikePlace is the part that the words for one place share.
const alikePlace = 0.5

// agree says whether two answers are the same, or two places: by the name that the file has, by how many metres they are apart, or by words that
// have the same figures.
func agree(a, b Value, near float64) bool {
	if a.Text == b.Text {
		return a.Text != ""
	}
	var one, other service.Ref
	if json.Unmarshal(a.Raw, &one) == nil && json.Unmarshal(b.Raw, &other) == nil {
		switch {
		case one.At != nil && other.At != nil:
			return metres(*one.At, *other.At) <= near
		case one.Place != "" && other.Place != "":
			return one.Place == other.Place
		}
	}
	x, y := digits.Replace(a.Text), digits.Replace(b.Text)
	return figures(x) == figures(y) && overlap(features(x), features(y)) >= alikePlace
}

var digits = strings.NewReplacer("一", "1", "二", "2", "两", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")

func figures(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}

// metres is about how far two places of one town are apart.
func metres(a, b service.Degrees) float64 {
	const perDegree = 111_320
	north := (a.Latitude - b.Latitude) * perDegree
	east := (a.Longitude - b.Longitude) * perDegree * math.Cos(a.Latitude*math.Pi/180)
	return math.Hypot(north, east)
}
