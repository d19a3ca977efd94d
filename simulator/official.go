package simulator

import "strings"

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
