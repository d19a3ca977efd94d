package simulator

import (
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// templateRequest is the body of message/template/send, and of message/subscribe/bizsend. [O template messages, subscription_messages]
type templateRequest struct {
	ToUser     string `json:"touser"`
	TemplateID string `json:"template_id"`
	URL        string `json:"url"`
	Data       map[string]struct {
		Value string `json:"value"`
	} `json:"data"`
	ClientMsgID string `json:"client_msg_id"`
}

var place = regexp.MustCompile(`\{\{(\w+)\.DATA\}\}`)

// longest are the characters that a kind of field may have; the field is named for its kind. [O template messages]
var longest = map[string]int{
	"thing": 20, "short_thing": 5, "character_string": 32, "phone_number": 17, "const": 20, "name": 10, "number": 32, "letter": 32,
}

// templatesADay is how many template messages an account without many followers may send. [O template messages]
const templatesADay = 100_000

// sameFor is how long a second message with a follower's client_msg_id is dropped. [O template messages]
const sameFor = 10 * time.Minute

// notices are what an account has sent unasked: how many today, and to a follower by which client_msg_id.
type notices struct {
	date string
	sent int
	ids  map[string]sentNotice
}

type sentNotice struct {
	at time.Time
	id int64
}

// fill writes a template's text, or refuses a place that is empty or too long.
func (r templateRequest) fill(text string) (string, *apiError) {
	for _, match := range place.FindAllStringSubmatch(text, -1) {
		name, value := match[1], r.Data[match[1]].Value
		limit, limited := longest[strings.TrimRight(name, "0123456789")]
		if value == "" || limited && utf8.RuneCountInString(value) > limit {
			return "", refuse(47003, "argument invalid! data."+name+".value is empty or too long")
		}
		text = strings.ReplaceAll(text, match[0], value)
	}
	return text, nil
}

// sendTemplate is a template message. Every place must be filled, within the length of its kind; first, remark and
// colours are gone since May 2023. [O template messages]
func (s *Simulator) sendTemplate(c *call) (any, *apiError) {
	var req templateRequest
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	follower, err := s.follower(req.ToUser)
	if err != nil {
		return nil, err
	}
	text, ok := s.cfg.Account.Templates[req.TemplateID]
	switch {
	case !ok:
		return nil, refuse(40037, "invalid template_id")
	case !follower.following:
		return nil, refuse(43004, "require subscribe")
	}
	if text, err = req.fill(text); err != nil {
		return nil, err
	}
	key := req.ToUser + " " + req.ClientMsgID
	if before, ok := s.notices.ids[key]; ok && req.ClientMsgID != "" && s.now().Sub(before.at) < sameFor {
		return map[string]any{"msgid": before.id}, nil // taken, and dropped
	}
	if today := s.now().In(china).Format(time.DateOnly); today != s.notices.date {
		s.notices = notices{date: today, ids: map[string]sentNotice{}}
	}
	if s.notices.sent >= s.cfg.Account.TemplatesADay {
		return nil, refuse(45009, "reach max api daily quota limit")
	}
	id := newMsgID()
	s.notices.sent++
	s.notices.ids[key] = sentNotice{s.now(), id}
	status := "success"
	if use(&s.faults.LoseNotices) {
		status = "failed:user block"
	} else {
		s.add(follower, Entry{Side: Bot, Kind: Template, Text: text})
	}
	s.tell(follower, "TEMPLATESENDJOBFINISH", number("MsgID", id), field("Status", status))
	return map[string]any{"msgid": id}, nil
}

// tell enqueues an event of the platform's own, which is shown on no phone.
func (s *Simulator) tell(c *chat, event string, own ...node) {
	s.enqueue(&callback{chat: c, title: event, event: event, entry: &Entry{}, inner: s.event(c.person, event, own...)})
}

// sendSubscribed is a subscription notice (订阅通知): one for each time that the follower has allowed it. It knows no client_msg_id.
// [O subscription_messages]
func (s *Simulator) sendSubscribed(c *call) (any, *apiError) {
	var req templateRequest
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	follower, err := s.follower(req.ToUser)
	if err != nil {
		return nil, err
	}
	text, ok := s.cfg.Account.Subscriptions[req.TemplateID]
	if !ok {
		return nil, refuse(40037, "invalid template_id")
	}
	if text, err = req.fill(text); err != nil {
		return nil, err
	}
	if follower.allows[req.TemplateID] == 0 {
		return nil, refuse(43101, "user refuse to accept the msg")
	}
	follower.allows[req.TemplateID]--
	id, code, status := newMsgID(), int64(0), "success"
	if use(&s.faults.LoseNotices) {
		code, status = 43101, "user refuse to accept the msg"
	} else {
		s.add(follower, Entry{Side: Bot, Kind: Template, Text: text})
	}
	s.tell(follower, "subscribe_msg_sent_event", node{name: "SubscribeMsgSentEvent", inner: []node{{name: "List", inner: []node{
		field("TemplateId", req.TemplateID), number("MsgID", id), number("ErrorCode", code), field("ErrorStatus", status),
	}}}})
	return map[string]any{"msgid": id}, nil
}

// allow lets the account send one subscription notice more, or none.
func (s *Simulator) allow(c *chat, a Act) (*callback, error) {
	if _, ok := s.cfg.Account.Subscriptions[a.Key]; !ok || c.person.Platform != OfficialAccount {
		return nil, errors.New("there is no such subscription")
	}
	if c.allows == nil {
		c.allows = map[string]int{}
	}
	said, line := "accept", "允许了一次订阅通知"
	if a.Do == "refuse" {
		said, line = "reject", "拒绝了订阅通知"
		c.allows[a.Key] = 0
	} else {
		c.allows[a.Key]++
	}
	list := node{name: "List", inner: []node{field("TemplateId", a.Key), field("SubscribeStatusString", said), field("PopupScene", "2")}}
	return s.does(c, line, "subscribe_msg_popup_event", node{name: "SubscribeMsgPopupEvent", inner: []node{list}}), nil
}
