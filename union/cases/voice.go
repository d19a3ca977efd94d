package cases

import (
	"encoding/json"
	"slices"
)

// Sound is the attachment that holds the sound of an answer that was spoken; ok is false for any other.
func (v Value) Sound() (sound ID, ok bool) {
	if v.Voice != 0 {
		return v.Voice, true
	}
	var spoken struct { // as texts were kept before other kinds could be spoken
		Voice ID `json:"voice"`
	}
	err := json.Unmarshal(v.Raw, &spoken)
	return spoken.Voice, err == nil && spoken.Voice != 0
}

// Voices lists the attachments that hold the sound of spoken answers, oldest first. An anonymous case shows none: a
// voice tells whose it is.
func (c *Case) Voices() []ID {
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
	return slices.Compact(ids)
}
