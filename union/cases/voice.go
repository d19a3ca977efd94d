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

// Voices lists the attachments that hold the sound of spoken answers, and of what officers said with their decisions, oldest first. Of
// an anonymous case those of its answers are left out: a voice tells whose it is.
func (c *Case) Voices() []ID {
	var ids []ID
	for _, v := range c.Values {
		if sound, ok := v.Sound(); ok && !c.Anonymous {
			ids = append(ids, sound)
		}
	}
	for id, taken := range c.Taken {
		if taken.Voice {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids) // ids grow with time
	return slices.Compact(ids)
}
