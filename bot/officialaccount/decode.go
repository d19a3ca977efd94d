package officialaccount

import (
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
)

// decode reads a callback. A tap on a line that Render wrote arrives as a text with a bizmsgmenuid, and is one.
func decode(channel bot.ChannelID, plain []byte) callback.Delivery {
	return callback.Decode(channel, plain, decodeEvent)
}

// scenePrefix stands before the scene of the QR code through which somebody came to follow.
const scenePrefix = "qrscene_"

// decodeEvent gives an event its kind. The event LOCATION is no message of type location and stays a plain event.
func decodeEvent(m *bot.Message, root *callback.Element) {
	switch strings.ToLower(m.Event) {
	case "subscribe":
		m.Kind = bot.KindFollow
		scene, ok := strings.CutPrefix(m.Key, scenePrefix)
		if !ok {
			scene = "" // another key, such as last_trade_no_ after a payment, names no scene
		}
		m.Key = scene
	case "unsubscribe":
		m.Kind = bot.KindUnfollow
	case "scan":
		m.Kind = bot.KindScan
	case "scancode_waitmsg":
		callback.Scanned(m, root)
	case "click":
		m.Kind = bot.KindMenu
	case "templatesendjobfinish":
		if status := root.Get("Status"); status != "success" {
			m.Unshown = unshown(nil, root, status)
		}
	case "subscribe_msg_sent_event":
		for _, of := range root.Child("SubscribeMsgSentEvent").Children {
			if code := of.Get("ErrorCode"); of.Name == "List" && code != "0" {
				m.Unshown = unshown(m.Unshown, of, "errcode "+code+": "+of.Get("ErrorStatus"))
			}
		}
	}
}

// unshown adds a notice that the platform had taken, and did not show.
func unshown(list []bot.Unshown, of *callback.Element, cause string) []bot.Unshown {
	if id := of.Get("MsgID", "MsgId"); id != "" {
		list = append(list, bot.Unshown{ID: id, Cause: cause, Template: of.Get("TemplateId")})
	}
	return list
}
