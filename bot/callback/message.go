package callback

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
)

// decisive are the fields on which the meaning or the identity of a message hangs, so that none may come twice.
var decisive = []string{
	"ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "MsgID",
	"Content", "MediaId", "Event", "EventKey", "ChangeType", "TaskId",
}

// Decode reads a genuine message. The types of messages are alike on both platforms and are read here; events are left
// to the adapter's function, which sets the kind and what belongs to it. Decode never fails: what is not understood
// arrives as bot.KindUnknown with the body in Raw, and without a sender if even that could not be read.
func Decode(channel bot.ChannelID, plain []byte, event func(*bot.Message, *Element)) Delivery {
	root, err := ReadCleaned(plain, decisive...)
	if err != nil {
		m := bot.Message{ID: BodyID(channel, plain), Address: bot.Address{Channel: channel}, Kind: bot.KindUnknown, Raw: plain}
		return Delivery{Message: m}
	}
	d := Delivery{From: root.Get("FromUserName"), To: root.Get("ToUserName"), JSON: IsJSON(plain)}
	m := &d.Message
	m.Address = bot.Address{Channel: channel, User: bot.UserID(d.From)}
	m.SentAt = sentAt(root)
	m.Kind = bot.KindUnknown
	msgType := strings.ToLower(root.Get("MsgType"))
	switch {
	case msgType == "event":
		m.ID = EventID(channel, root)
		m.Event, m.Key = root.Get("Event"), root.Get("EventKey")
		if d.From != "" && m.Event != "" {
			m.Kind = bot.KindEvent
			event(m, root)
		}
	case d.From != "":
		m.ID = MessageID(channel, root)
		decodeMessage(m, msgType, root)
	default:
		m.ID = MessageID(channel, root)
	}
	if m.Kind == bot.KindUnknown {
		m.Raw = plain
	}
	return d
}

// mediaKinds are the message types that bring a MediaId.
var mediaKinds = map[string]bot.Kind{
	"image": bot.KindImage, "voice": bot.KindVoice, "video": bot.KindVideo, "shortvideo": bot.KindVideo, "file": bot.KindFile,
}

func decodeMessage(m *bot.Message, msgType string, root *Element) {
	switch msgType {
	case "text":
		m.Kind, m.Text = bot.KindText, root.Get("Content")
		m.Question = QuestionOf(root.Get("bizmsgmenuid"))
	case "location":
		if at, ok := place(root); ok {
			m.Kind, m.Location = bot.KindLocation, at
		}
	case "link":
		m.Kind = bot.KindLink
		m.Link = &bot.Link{Title: root.Get("Title"), Description: root.Get("Description"), URL: root.Get("Url")}
	default:
		kind, ok := mediaKinds[msgType]
		id := root.Get("MediaId")
		if kind == bot.KindFile && id == "" { // the Official Account tells of a file, and has no way to fetch it
			m.Kind = kind
		}
		if !ok || id == "" {
			return
		}
		m.Kind, m.Media = kind, &bot.Media{ID: id, Format: root.Get("Format")}
		m.Text = root.Get("Recognition") // of a voice message, where the account has recognition switched on
		if kind == bot.KindFile {
			m.Media.Name = root.Get("FileName", "Title")
		}
	}
}

// sentAt reads CreateTime, seconds since 1970. What is no time that a stored message could hold becomes the zero time.
func sentAt(root *Element) time.Time {
	seconds, err := strconv.ParseInt(root.Get("CreateTime"), 10, 64)
	const year10000 = 253402300800 // time.Time is not JSON from there on
	if err != nil || seconds <= 0 || seconds >= year10000 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// place reads a location that somebody sent; it reports false if the coordinates are none.
func place(root *Element) (*bot.Location, bool) {
	latitude, ok1 := degrees(root.Get("Location_X"), 90)
	longitude, ok2 := degrees(root.Get("Location_Y"), 180)
	if !ok1 || !ok2 {
		return nil, false
	}
	return &bot.Location{Latitude: latitude, Longitude: longitude, Label: root.Get("Label")}, true
}

func degrees(text string, limit float64) (float64, bool) {
	v, err := strconv.ParseFloat(text, 64)
	// Written so that NaN, which JSON cannot hold, fails.
	return v, err == nil && math.Abs(v) <= limit
}
