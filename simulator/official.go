package simulator

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// customRequest is the body of message/custom/send. [O kf send]
type customRequest struct {
	ToUser  string `json:"touser"`
	MsgType string `json:"msgtype"`
	content
}

// msgMenu is a question with lines to tap.
type msgMenu struct {
	Head string `json:"head_content"`
	List []struct {
		ID      string `json:"id"`
		Content string `json:"content"`
	} `json:"list"`
	Tail string `json:"tail_content"`
}

// text writes the menu as the lines that the follower sees; a tap sends the line's words.
func (m *msgMenu) text() string {
	lines := []string{m.Head}
	for _, l := range m.List {
		lines = append(lines, `<a href="weixin://bizmsgmenu?msgmenucontent=`+strings.ReplaceAll(l.Content, `"`, "%22")+`&msgmenuid=`+l.ID+`">`+l.Content+`</a>`)
	}
	return strings.Trim(strings.Join(append(lines, m.Tail), "\n"), "\n")
}

// sendCustom is a customer-service message: five within 48 h of the follower's message, three within a minute of a tap.
func (s *Simulator) sendCustom(c *call) (any, *apiError) {
	var req customRequest
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	follower, err := s.follower(req.ToUser)
	if err != nil {
		return nil, err
	}
	var e Entry
	if req.MsgType == "msgmenu" && req.Menu != nil {
		e = Entry{Side: Bot, Kind: Text, Text: req.Menu.text()}
	} else if e, err = s.contentEntry(OfficialAccount, req.MsgType, &req.content); err != nil {
		return nil, err
	}
	// No official number; measured by several, and unlike WeCom not cut but refused.
	if e.Kind == Text && len(e.Text) > textBytes {
		return nil, refuse(45002, "content size out of limit")
	}
	if !follower.following {
		return nil, refuse(45015, "response out of time limit or subscription is canceled")
	}
	if err := follower.window.take(s.now()); err != nil {
		return nil, err
	}
	s.add(follower, e)
	return nil, nil
}

func (s *Simulator) follower(openID string) (*chat, *apiError) {
	c := s.chats[Person{Platform: OfficialAccount, ID: openID}.Key()]
	if c == nil {
		return nil, refuse(40003, "invalid openid")
	}
	return c, nil
}

// templateRequest is the body of message/template/send. [O template messages]
type templateRequest struct {
	ToUser     string `json:"touser"`
	TemplateID string `json:"template_id"`
	URL        string `json:"url"`
	Data       map[string]struct {
		Value string `json:"value"`
	} `json:"data"`
}

var place = regexp.MustCompile(`\{\{(\w+)\.DATA\}\}`)

// longest are the characters that a kind of field may have; the field is named for its kind. [O template messages]
var longest = map[string]int{
	"thing": 20, "short_thing": 5, "character_string": 32, "phone_number": 17, "const": 20, "name": 10, "number": 32, "letter": 32,
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
	for _, match := range place.FindAllStringSubmatch(text, -1) {
		name, value := match[1], req.Data[match[1]].Value
		limit, limited := longest[strings.TrimRight(name, "0123456789")]
		if value == "" || limited && utf8.RuneCountInString(value) > limit {
			return nil, refuse(47003, "argument invalid! data."+name+".value is empty or too long")
		}
		text = strings.ReplaceAll(text, match[0], value)
	}
	id := newMsgID()
	s.add(follower, Entry{Side: Bot, Kind: Template, Text: text})
	s.enqueue(&callback{
		chat: follower, title: "TEMPLATESENDJOBFINISH", event: "TEMPLATESENDJOBFINISH", entry: &Entry{}, // shown on no phone
		inner: s.event(follower.person, "TEMPLATESENDJOBFINISH", number("MsgID", id), field("Status", "success")),
	})
	return map[string]any{"msgid": id}, nil
}
