package simulator

import (
	"errors"
	"fmt"
)

// Act is one thing that a person does with the phone.
type Act struct {
	Person string `json:"person"`
	// Do is what: say, picture, voice, location, tap (a card's button or menu entry), menu (an entry of the bar at the
	// bottom), enter (open the chat), follow, unfollow, scan, allow or refuse (a subscription notice, by Key), or raw (a body of the caller's own).
	Do   string `json:"do"`
	Text string `json:"text,omitempty"` // said; of a voice: what the platform recognised; of raw: the XML
	// MenuID is set when Text came from a clickable line rather than from typing.
	MenuID string `json:"menu_id,omitempty"`
	// Media is the name of a built-in picture, or the id of something put on the shelf.
	Media string `json:"media,omitempty"`
	Place *Place `json:"place,omitempty"`
	// Entry is the card that is tapped; Key its button, the bar's entry, or the scene of a scan.
	Entry int64  `json:"entry,omitempty"`
	Key   string `json:"key,omitempty"`
	// Selected holds the chosen option ids by question key, when the card asks.
	Selected map[string][]string `json:"selected,omitempty"`
}

// Act lets a person do something. The entry is what the phone shows of it; it is delivered to the bot afterwards.
func (s *Simulator) Act(a Act) (Entry, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.chat(a.Person)
	if err != nil {
		return Entry{}, err
	}
	if s.closed {
		return Entry{}, errors.New("the simulator is closed")
	}
	if !c.following && a.Do != "follow" && a.Do != "scan" {
		return Entry{}, errors.New("还没有关注公众号")
	}
	cb, err := s.perform(c, a)
	if err != nil {
		return Entry{}, err
	}
	cb.chat = c
	s.enqueue(cb)
	return *cb.entry, nil
}

// perform shows the act on the phone and makes the callback that tells of it.
func (s *Simulator) perform(c *chat, a Act) (*callback, error) {
	switch a.Do {
	case "say":
		return s.say(c, a)
	case "picture":
		return s.sendPicture(c, a)
	case "voice":
		return s.sendVoice(c, a)
	case "location":
		return s.sendLocation(c, a)
	case "tap":
		return s.tapCard(c, a)
	case "menu":
		return s.tapMenu(c, a)
	case "enter":
		if c.person.Platform != WeCom {
			return nil, errors.New("only WeCom tells of an opened chat")
		}
		return s.does(c, "打开了应用", "enter_agent", field("EventKey", "")), nil
	case "follow", "scan":
		return s.follow(c, a)
	case "unfollow":
		c.following = false
		s.feed.publish("state", nil)
		return s.does(c, "取消了关注", "unsubscribe", field("EventKey", "")), nil
	case "allow", "refuse":
		return s.allow(c, a)
	case "raw":
		e := s.add(c, Entry{Side: Mine, Kind: Event, Text: "发送了自定义报文"})
		return &callback{entry: e, title: "raw", inner: []byte(a.Text)}, nil
	}
	return nil, fmt.Errorf("do %q: no such act", a.Do)
}

// does makes an event: something done, which the phone shows as a grey line.
func (s *Simulator) does(c *chat, line, event string, own ...node) *callback {
	e := s.add(c, Entry{Side: Mine, Kind: Event, Text: line})
	return &callback{entry: e, title: event, event: event, inner: s.event(c.person, event, own...)}
}

// says makes a message; it opens the Official Account's long window.
func (s *Simulator) says(c *chat, e Entry, msgType string, own ...node) *callback {
	c.window.heard(s.now(), s.cfg.Account)
	e.Side = Mine
	return &callback{entry: s.add(c, e), title: msgType, inner: s.message(c.person, msgType, own...)}
}

func (s *Simulator) say(c *chat, a Act) (*callback, error) {
	if a.Text == "" {
		return nil, errors.New("nothing to say")
	}
	own := []node{field("Content", a.Text)}
	if a.MenuID != "" && c.person.Platform == OfficialAccount {
		own = append(own, field("bizmsgmenuid", a.MenuID))
	}
	return s.says(c, Entry{Kind: Text, Text: a.Text}, "text", own...), nil
}

func (s *Simulator) sendPicture(c *chat, a Act) (*callback, error) {
	m, err := s.mediaFromPhone(c.person.Platform, a.Media)
	if err != nil {
		return nil, err
	}
	return s.says(c, Entry{Kind: Picture, Media: m.ID}, "image",
		field("PicUrl", "https://pictures.invalid/"+m.ID), field("MediaId", m.ID)), nil
}

func (s *Simulator) sendVoice(c *chat, a Act) (*callback, error) {
	m := s.shelve(c.person.Platform, "voice", "voice.amr", "audio/amr", silence(voiceSeconds))
	own := []node{field("MediaId", m.ID), field("Format", "amr")}
	if a.Text != "" && c.person.Platform == OfficialAccount {
		own = append(own, field("Recognition", a.Text)) // with the account's recognition switched on [O receiving messages]
	}
	return s.says(c, Entry{Kind: Voice, Media: m.ID, Text: a.Text}, "voice", own...), nil
}

func (s *Simulator) sendLocation(c *chat, a Act) (*callback, error) {
	if a.Place == nil {
		return nil, errors.New("a location needs a place")
	}
	own := []node{
		degrees("Location_X", a.Place.Latitude), degrees("Location_Y", a.Place.Longitude), number("Scale", 16),
		field("Label", a.Place.Label),
	}
	if c.person.Platform == WeCom {
		own = append(own, field("AppType", "wxwork"))
	}
	return s.says(c, Entry{Kind: Location, Place: a.Place}, "location", own...), nil
}

// follow is a subscribe event, or SCAN when the person follows already. On WeCom it means that the person entered the
// app's visible range. [W90376, O receiving events]
func (s *Simulator) follow(c *chat, a Act) (*callback, error) {
	was := c.following
	c.following = true
	s.feed.publish("state", nil)
	c.window.tapped(s.now(), s.cfg.Account)
	switch {
	case c.person.Platform == WeCom && a.Do == "scan":
		return nil, errors.New("only the Official Account tells of a scan")
	case c.person.Platform == WeCom:
		return s.does(c, "进入了应用的可见范围", "subscribe"), nil
	case a.Do == "scan" && was:
		return s.does(c, "扫描了二维码", "SCAN", field("EventKey", a.Key), field("Ticket", randomName("TICKET"))), nil
	case a.Do == "scan":
		return s.does(c, "扫码关注了公众号", "subscribe", field("EventKey", "qrscene_"+a.Key), field("Ticket", randomName("TICKET"))), nil
	}
	return s.does(c, "关注了公众号", "subscribe", field("EventKey", "")), nil
}
