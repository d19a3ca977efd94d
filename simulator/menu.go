package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// menu is the bar at the bottom of a chat.
type menu struct {
	Buttons []menuButton `json:"button"`
}

// menuButton is an entry: with a kind and a key or address, or with entries of its own.
type menuButton struct {
	Name string       `json:"name"`
	Type string       `json:"type,omitempty"`
	Key  string       `json:"key,omitempty"`
	URL  string       `json:"url,omitempty"`
	Sub  []menuButton `json:"sub_button,omitempty"`
}

// The sizes are bytes; a Chinese character has three. [W90455, menu/create]
const (
	mostMenus     = 3
	mostSubMenus  = 5
	menuNameBytes = 16
	subNameBytes  = 40
	menuKeyBytes  = 128
	menuURLBytes  = 1024
)

func (s *Simulator) createMenu(c *call) (any, *apiError) {
	if err := s.checkAgent(c); err != nil {
		return nil, err
	}
	var m menu
	if err := c.decode(&m); err != nil {
		return nil, err
	}
	if len(m.Buttons) < 1 || len(m.Buttons) > mostMenus {
		return nil, refuse(40016, "invalid button size")
	}
	for _, b := range m.Buttons {
		if b.Name == "" || len(b.Name) > menuNameBytes {
			return nil, refuse(40018, "invalid button name size")
		}
		if len(b.Sub) > mostSubMenus {
			return nil, refuse(40023, "invalid sub button size")
		}
		for _, sub := range b.Sub {
			if sub.Name == "" || len(sub.Name) > subNameBytes {
				return nil, refuse(40025, "invalid sub button name size")
			}
			if err := sub.check(); err != nil {
				return nil, err
			}
		}
		if len(b.Sub) > 0 {
			continue
		}
		if err := b.check(); err != nil {
			return nil, err
		}
	}
	s.menus[c.platform] = &m
	s.feed.publish("state", nil)
	return nil, nil
}

func (b *menuButton) check() *apiError {
	switch {
	case b.Type == "view" && (b.URL == "" || len(b.URL) > menuURLBytes):
		return refuse(40020, "invalid button url size")
	case (b.Type == "click" || b.Type == scanner) && (b.Key == "" || len(b.Key) > menuKeyBytes):
		return refuse(40019, "invalid button key size")
	case b.Type != "view" && b.Type != "click" && b.Type != scanner:
		return refuse(40017, "invalid button type")
	}
	return nil
}

// checkAgent: WeCom's menus belong to an application, named in the query.
func (s *Simulator) checkAgent(c *call) *apiError {
	if c.platform == WeCom && c.query.Get("agentid") != strconv.Itoa(s.cfg.WeCom.AgentID) {
		return refuse(40056, "invalid agentid")
	}
	return nil
}

func (s *Simulator) getMenu(c *call) (any, *apiError) {
	if err := s.checkAgent(c); err != nil {
		return nil, err
	}
	m := s.menus[c.platform]
	switch {
	case m == nil:
		return nil, refuse(46003, "menu no exist")
	case c.platform == WeCom:
		return map[string]any{"button": m.Buttons}, nil
	}
	return map[string]any{"menu": m}, nil
}

func (s *Simulator) deleteMenu(c *call) (any, *apiError) {
	if err := s.checkAgent(c); err != nil {
		return nil, err
	}
	delete(s.menus, c.platform)
	s.feed.publish("state", nil)
	return nil, nil
}

const (
	// scanner is an entry that opens the phone's scanner, and the event of what it has read: in small letters on both
	// platforms. [W90376, O menu events]
	scanner = "scancode_waitmsg"
	// aCode is what is read where nobody says what.
	aCode = "place:三车间 3号行车"
)

// tapMenu is a press on an entry of the bar. The name of its event is in capitals on the Official Account. [O menu events,
// W90376]
func (s *Simulator) tapMenu(c *chat, a Act) (*callback, error) {
	b := s.menus[c.person.Platform].find(a.Key)
	if b == nil {
		return nil, errors.New("the menu has no such entry")
	}
	event, key := b.Type, b.Key
	if b.Type == scanner {
		code := cmp.Or(a.Text, aCode)
		return s.does(c, fmt.Sprintf("用「%s」扫了码:%s", b.Name, code), scanner, field("EventKey", key),
			node{name: "ScanCodeInfo", inner: []node{field("ScanType", "qrcode"), field("ScanResult", code)}}), nil
	}
	if b.Type == "view" {
		key = b.URL
	}
	if c.person.Platform == OfficialAccount {
		event = strings.ToUpper(event)
		c.window.tapped(s.now(), s.cfg.Account)
	}
	return s.does(c, fmt.Sprintf("点了菜单「%s」", b.Name), event, field("EventKey", key)), nil
}

// find looks for an entry by key or, where it leads to a page, by address.
func (m *menu) find(key string) *menuButton {
	if m == nil || key == "" {
		return nil
	}
	for i := range m.Buttons {
		for _, b := range append([]menuButton{m.Buttons[i]}, m.Buttons[i].Sub...) {
			if len(b.Sub) == 0 && (b.Key == key || b.URL == key) {
				return &b
			}
		}
	}
	return nil
}
