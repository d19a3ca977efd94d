package bot

import (
	"slices"
	"time"
)

const (
	// LooseKept is how long what was sent before anybody said of what it is waits for that.
	LooseKept = 10 * time.Minute
	looseMost = 12
)

// Loose is a picture, a place or a scanned code that was sent before the sentence to which it belongs.
type Loose struct {
	Kind     Kind      `json:"kind"`
	Key      string    `json:"key,omitempty"`
	Media    *Media    `json:"media,omitempty"`
	Location *Location `json:"location,omitempty"`
	At       time.Time `json:"at"`
}

// Hold keeps the message, which belongs to nothing yet, for the flow that the person begins next: it finds it in Loose, and takes it
// out of there.
func (t *Talk) Hold() {
	m := t.Message
	t.Loose = append(slices.Clip(t.Loose), Loose{Kind: m.Kind, Key: m.Key, Media: m.Media, Location: m.Location, At: t.Now})
	t.Loose = t.Loose[max(0, len(t.Loose)-looseMost):]
}

// stillLoose is what has not waited too long.
func stillLoose(all []Loose, now time.Time) (still []Loose) {
	for _, one := range all {
		if now.Sub(one.At) <= LooseKept {
			still = append(still, one)
		}
	}
	return still
}
