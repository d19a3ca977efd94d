package wecom

import (
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/bot/callback"
)

// decode reads a decrypted callback. User ids are folded to lower case, for WeCom compares them so and writes them in
// either way (developer.work.weixin.qq.com/document/path/90236); the reply still names them as they came.
func decode(channel bot.ChannelID, plain []byte) callback.Delivery {
	d := callback.Decode(channel, plain, decodeEvent)
	d.Message.User = bot.UserID(strings.ToLower(d.From))
	return d
}

// decodeEvent gives an event its kind. Names are compared in any case, for official samples and real traffic differ;
// the event LOCATION is no message of type location and stays a plain event.
func decodeEvent(m *bot.Message, root *callback.Element) {
	switch strings.ToLower(m.Event) {
	case "subscribe":
		m.Kind = bot.KindFollow
	case "unsubscribe":
		m.Kind = bot.KindUnfollow
	case "enter_agent":
		m.Kind = bot.KindEnter
	case "click":
		m.Kind = bot.KindMenu
	case "scancode_push", "scancode_waitmsg":
		callback.Scanned(m, root)
	case "change_contact":
		m.Kind, m.Contact = bot.KindContact, contact(root)
	case "template_card_event", "template_card_menu_event", "taskcard_click":
		m.Kind = bot.KindTap
		m.Tap = &bot.Tap{
			TaskID:       root.Get("TaskId"),
			Key:          m.Key,
			ResponseCode: root.Get("ResponseCode"),
			Selected:     selected(root.Child("SelectedItems")),
		}
	}
}

func selected(items *callback.Element) map[string][]string {
	if len(items.Children) == 0 {
		return nil
	}
	chosen := make(map[string][]string, len(items.Children))
	for _, item := range items.Children {
		question := item.Get("QuestionKey")
		for _, option := range item.Child("OptionIds").Children {
			chosen[question] = append(chosen[question], option.Text)
		}
	}
	return chosen
}

// contact reads a change of the address book. Names are left out: they are not needed, and apps without the right to them get
// none (developer.work.weixin.qq.com/document/path/90970).
func contact(root *callback.Element) *bot.Contact {
	return &bot.Contact{
		Change: strings.ToLower(root.Get("ChangeType")), User: bot.UserID(root.Get("UserID")), NewUser: bot.UserID(root.Get("NewUserID")),
		Departments: root.Get("Department"), Party: root.Get("Id"),
	}
}
