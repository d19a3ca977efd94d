package bot

import (
	"encoding/json"
	"strings"
)

// said is a reply as it is recorded, in Redis and in `handled`.
type said struct {
	// Text is the passive reply.
	Text string `json:"text,omitempty"`
	// Rest are further parts that are not queued yet: only of a late reply.
	Rest []string `json:"rest,omitempty"`
	// Late is true when no callback could take the reply any more at the time of the commit. It then goes out by the
	// inbox and by nothing else; and if it is false, never by the inbox of a channel that can push.
	Late bool `json:"late,omitempty"`
}

func (s said) encode() ([]byte, error) { return json.Marshal(s) }

func decodeSaid(recorded []byte) (s said, err error) {
	if len(recorded) == 0 {
		return said{}, nil
	}
	err = json.Unmarshal(recorded, &s)
	return s, err
}

// outgoing is all of the reply, as calls.
func (s said) outgoing() []Outgoing {
	if s.Text == "" {
		return nil
	}
	return asOutgoing(append([]string{s.Text}, s.Rest...))
}

func asOutgoing(texts []string) []Outgoing {
	out := make([]Outgoing, 0, len(texts))
	for _, text := range texts {
		out = append(out, Outgoing{Text: text, Rendered: true})
	}
	return out
}

// roomForMark is what a part of a long reply leaves free for its closing line.
const roomForMark = 64

// compose makes of what was parked and of what a step said one passive reply, and of what does not fit into it either
// further parts to push, or session.More.
func compose(ch Channel, session *Session, parked []string, replies []Reply, late bool) (reply said, push []string) {
	texts := append([]string(nil), parked...)
	for _, r := range replies {
		if text := ch.Render(r); text != "" {
			texts = append(texts, text)
		}
	}
	text := strings.Join(texts, "\n\n")
	if len(text) <= ch.TextBytes || late && !ch.Push {
		return said{Text: text, Late: late}, nil // what is parked is cut when it is told
	}
	parts := Split(text, ch.TextBytes-roomForMark)
	if !ch.Push {
		session.More, session.MoreOf = parts[1:], len(parts)
		return said{Text: parts[0] + moreHint(1, len(parts))}, nil
	}
	for i := range parts {
		parts[i] += partMark(i+1, len(parts))
	}
	if late {
		return said{Text: parts[0], Rest: parts[1:], Late: true}, nil
	}
	return said{Text: parts[0]}, parts[1:]
}
