package cases

import (
	"encoding/json"
	"slices"
)

// voice is what Value.Raw holds of an answer that was spoken.
type voice struct {
	Voice ID `json:"voice"`
}

// Spoken makes the value of an answer that was spoken: the words that were understood, and the attachment that holds
// the sound.
func Spoken(text string, sound ID) (Value, error) {
	raw, err := json.Marshal(voice{sound})
	return Value{Text: text, Raw: raw}, err
}

// Sound is the attachment that holds the sound of an answer that was spoken; ok is false for any other.
func (v Value) Sound() (sound ID, ok bool) {
	var spoken voice
	err := json.Unmarshal(v.Raw, &spoken)
	return spoken.Voice, err == nil && spoken.Voice != 0
}

// Voices lists the attachments that hold the sound of spoken answers, oldest first. An anonymous case shows none: a
// voice tells whose it is.
func (c Case) Voices() []ID {
	if c.Anonymous {
		return nil
	}
	var ids []ID
	for _, v := range c.Values {
		if sound, ok := v.Sound(); ok {
			ids = append(ids, sound)
		}
	}
	slices.Sort(ids) // ids grow with time
	return ids
}
