package bot

import "strings"

// Reply is something said back to the person who wrote.
type Reply struct {
	Text string `json:"text"`
	// Choices are offered as numbered lines after Text, and as what the channel can do better.
	Choices []Choice `json:"choices,omitempty"`
	// Key tells questions of one step apart that offer the same choices: 是 and 否 to one field and to another.
	Key string `json:"-"`
	// Question names what Choices answer, from 1 to MaxQuestion; 0 where no step asks. A line that can be tapped carries it,
	// so that a tap is told from one on an old line.
	Question uint32 `json:"question,omitempty"`
}

// SureKey is the Key of a question to which 确认 says yes and 跳过 no, whatever these words do in its step: whether something was heard rightly.
const SureKey = "sure"

// MaxQuestion is the most that Reply.Question can be. With two digits more it still fits 32 bits.
const MaxQuestion = 9_999_999

// Choice is one answer that is offered. The person may say its number, its label or tap it.
type Choice struct {
	Label string `json:"label"`
	// Say is the text that a tap sends; the choice's number when empty.
	Say string `json:"say,omitempty"`
}

// NoticeQuestion is the Question of lines below a notice, and of the buttons that say the same: what a tap on one says is
// about what it names, never an answer to the open question.
const NoticeQuestion = MaxQuestion + 1

// saysKey begins the key of a button that says something.
const saysKey = "say:"

// SayKey is the key of a card's button which, tapped, says something as if it had been a line of a notice.
func SayKey(say string) string { return saysKey + say }

// says is what the button says that was tapped.
func (m Message) says() (string, bool) {
	if m.Kind != KindTap || m.Tap == nil {
		return "", false
	}
	return strings.CutPrefix(m.Tap.Key, saysKey)
}

// Outgoing is one call's worth of something said outside a passive reply: a notice, a late reply, a further part of
// a long one, a card or a file.
type Outgoing struct {
	// Text is what is said; of a file, what is said in its place where it cannot be sent.
	Text string `json:"text,omitempty"`
	// Rendered is true of a Text that the channel's Render wrote: its links are ours. Any other is made Plain at the edge.
	Rendered bool  `json:"rendered,omitempty"`
	Card     *Card `json:"card,omitempty"`
	File     *File `json:"file,omitempty"`
	// Choices are offered below Text, where the channel has lines that can be tapped.
	Choices []Choice `json:"choices,omitempty"`
	// Line announces the text where it may not be sent itself; its beginning if empty.
	Line string `json:"line,omitempty"`
}

// File is a kept file to be sent: a picture, or whatever else its type says.
type File struct {
	Hash string `json:"hash"` // SHA-256 of the kept bytes, hex
	Type string `json:"type"` // MIME
	// Name is shown where the platform shows the names of files; it has no extension.
	Name string `json:"name"`
	// Shared is true of what goes to many: it is put at the platform once, as long as the platform keeps it.
	Shared bool `json:"shared,omitempty"`
}

// Card is an interactive message: a WeCom button_interaction template card. Lengths are held by the adapter.
type Card struct {
	Source  string       `json:"source,omitempty"`
	Title   string       `json:"title"`
	Detail  string       `json:"detail,omitempty"`
	Rows    []CardRow    `json:"rows,omitempty"`
	Buttons []CardButton `json:"buttons,omitempty"`
	Menu    []CardButton `json:"menu,omitempty"`
	Pick    *CardPick    `json:"pick,omitempty"`
	// TaskID makes the card unique at the platform: up to 128 of [0-9A-Za-z_-@].
	TaskID string `json:"task_id"`
	// Settled, when set, replaces the buttons by one grey button with this text.
	Settled string `json:"settled,omitempty"`
	// Fallback is the same in words, for a channel without cards. A card without is left out there: something else has said it.
	Fallback string `json:"fallback"`
}

// CardRow is one line of a card: a name and a value.
type CardRow struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// CardPick is a question that is answered on the card, before a button is tapped. Its Key comes back in Tap.Selected, with the place of what
// was chosen among Options from 0, which is the first where nobody chooses.
type CardPick struct {
	Key     string   `json:"key"`
	Title   string   `json:"title"`
	Options []string `json:"options"`
}

// CardButton is a button, or an entry of the card's menu. Key comes back in Tap.Key.
type CardButton struct {
	Text  string `json:"text"`
	Key   string `json:"key"`
	Style int    `json:"style,omitempty"` // 1 blue to 4 red, as the platform numbers them; 0 leaves it to the platform
}

// Channel is one account on one platform, as far as the engine must know it.
type Channel struct {
	ID ChannelID
	// TextBytes is the longest text of one message, in bytes.
	TextBytes int
	// Push is true where a message can be sent without being asked (WeCom), at any time.
	Push bool
	// Render writes a reply as the text that the channel shows: with numbered lines, or with lines that can be tapped.
	Render func(Reply) string
	// Mute tells of a message that the platform takes no words in answer to: the reply is sent by a call. Nil where
	// every message can be answered.
	Mute func(Message) bool
}
