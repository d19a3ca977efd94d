package bottest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
)

// message makes what a line says into what a platform would bring.
func message(text, id string, cards []*bot.Card) (bot.Message, error) {
	inside, ok := strings.CutPrefix(text, "[")
	if !ok || !strings.HasSuffix(inside, "]") {
		return bot.Message{Kind: bot.KindText, Text: text}, nil
	}
	name, rest, _ := strings.Cut(strings.TrimSuffix(inside, "]"), " ")
	media := &bot.Media{ID: "media-" + id}
	switch name {
	case "图片":
		return bot.Message{Kind: bot.KindImage, Media: media}, nil
	case "语音":
		media.Format = "amr"
		return bot.Message{Kind: bot.KindVoice, Media: media, Text: rest}, nil
	case "视频":
		return bot.Message{Kind: bot.KindVideo, Media: media}, nil
	case "文件": // as the platforms tell of one: without a way to fetch it
		return bot.Message{Kind: bot.KindFile}, nil
	case "附件":
		media.Name = rest
		return bot.Message{Kind: bot.KindFile, Media: media}, nil
	case "位置":
		return bot.Message{Kind: bot.KindLocation, Location: &bot.Location{Latitude: 31.2, Longitude: 121.5, Label: rest}}, nil
	case "扫码":
		return bot.Message{Kind: bot.KindScan, Event: "SCAN", Key: rest}, nil
	case "链接":
		return bot.Message{Kind: bot.KindLink, Link: &bot.Link{Title: rest}}, nil
	case "表情":
		return bot.Message{Kind: bot.KindUnknown}, nil
	case "关注":
		return bot.Message{Kind: bot.KindFollow, Key: rest}, nil
	case "取消关注":
		return bot.Message{Kind: bot.KindUnfollow}, nil
	case "通讯录": // delete_user zhangwei; update_user zhangwei → zhangwei2; create_user lina 1,2
		parts := append(strings.Fields(rest), "", "", "")
		c := &bot.Contact{Change: parts[0], User: bot.UserID(parts[1])}
		switch {
		case strings.HasSuffix(parts[0], "_party"):
			c.User, c.Party = "", parts[1]
		case parts[2] == "→":
			c.NewUser = bot.UserID(parts[3])
		default:
			c.Departments = parts[2]
		}
		return bot.Message{Kind: bot.KindContact, Event: "change_contact", Contact: c}, nil
	case "进入":
		return bot.Message{Kind: bot.KindEnter}, nil
	case "菜单":
		return bot.Message{Kind: bot.KindMenu, Key: rest}, nil
	case "点":
		return tap(rest, cards)
	}
	return bot.Message{}, fmt.Errorf("[%s] is not known", name)
}

// tap presses the button with a label on the newest card in which all further words occur.
func tap(what string, cards []*bot.Card) (bot.Message, error) {
	words := strings.Fields(what)
	if len(words) == 0 {
		return bot.Message{}, fmt.Errorf("[点] needs the button's text")
	}
	button, chosen, _ := strings.Cut(words[0], "=")
	for i := len(cards) - 1; i >= 0; i-- {
		if !contains(cards[i], words[1:]) {
			continue
		}
		for _, b := range append(append([]bot.CardButton(nil), cards[i].Buttons...), cards[i].Menu...) {
			if b.Text != button {
				continue
			}
			if say, ok := strings.CutPrefix(b.Key, lineKey); ok {
				return bot.Message{Kind: bot.KindText, Text: say, Question: bot.NoticeQuestion}, nil
			}
			t := &bot.Tap{TaskID: cards[i].TaskID, Key: b.Key, ResponseCode: "code"}
			if err := pick(t, cards[i].Pick, chosen); err != nil {
				return bot.Message{}, err
			}
			return bot.Message{Kind: bot.KindTap, Tap: t}, nil
		}
	}
	return bot.Message{}, fmt.Errorf("no card has the button %q", what)
}

// pick chooses what the card offers before the button is tapped: the first, as the platform does, where nothing is named.
func pick(t *bot.Tap, p *bot.CardPick, chosen string) error {
	if p == nil && chosen == "" {
		return nil
	}
	n := 0
	if chosen != "" {
		if p == nil {
			return fmt.Errorf("the card offers nothing, and not %q", chosen)
		}
		if n = slices.Index(p.Options, chosen); n < 0 {
			return fmt.Errorf("the card offers %q, and not %q", p.Options, chosen)
		}
	}
	t.Selected = map[string][]string{p.Key: {strconv.Itoa(n)}}
	return nil
}

// lineKey begins what a line below a text says, which is kept like a card that has nothing else.
const lineKey = "line:"

func lines(a Arrival) *bot.Card {
	c := &bot.Card{Title: a.Text}
	for _, choice := range a.Choices {
		c.Buttons = append(c.Buttons, bot.CardButton{Text: choice.Label, Key: lineKey + choice.Say})
	}
	return c
}

func contains(c *bot.Card, words []string) bool {
	for _, w := range words {
		if !strings.Contains(Card(c), w) {
			return false
		}
	}
	return true
}

// Card writes a card as transcripts show it.
func Card(c *bot.Card) string {
	parts := []string{strings.TrimSpace("[卡片] " + c.Title)}
	if c.Detail != "" {
		parts = append(parts, c.Detail)
	}
	var rows []string
	for _, r := range c.Rows {
		rows = append(rows, r.Name+" "+r.Value)
	}
	if len(rows) > 0 {
		parts = append(parts, strings.Join(rows, " · "))
	}
	if c.Settled != "" {
		if c.Title == "" { // only the buttons change
			return parts[0] + " 灰色按钮:" + c.Settled
		}
		return strings.Join(append(parts, "灰色按钮:"+c.Settled), " | ")
	}
	parts = append(parts, buttons(c))
	var menu []string
	for _, b := range c.Menu {
		menu = append(menu, b.Text)
	}
	if len(menu) > 0 {
		parts = append(parts, "右上角:"+strings.Join(menu, " · "))
	}
	return strings.Join(parts, " | ")
}

// buttons shows them as they are tapped.
func buttons(c *bot.Card) string {
	var all []string
	for _, b := range c.Buttons {
		all = append(all, "["+b.Text+"]")
	}
	return strings.Join(all, " ")
}

// Plain renders a reply for transcripts: the text, and the choices in one numbered line after it.
func Plain(r bot.Reply) string {
	var choices []string
	for i, c := range r.Choices {
		choices = append(choices, fmt.Sprintf("%d %s", i+1, c.Label))
	}
	text := strings.TrimRight(r.Text, "\n")
	if len(choices) > 0 {
		text += "\n" + strings.Join(choices, "  ")
	}
	return strings.TrimLeft(text, "\n")
}
