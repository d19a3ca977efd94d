package simulator

import (
	"encoding/xml"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// textBytes is the most that a text may have. WeCom cuts what is longer [W96469]; the Official Account shows the
// follower that the service is faulty.
const textBytes = 2048

// passive is an answer in a callback's response.
type passive struct {
	XMLName      xml.Name
	ToUserName   string
	FromUserName string
	CreateTime   string
	MsgType      string
	Content      *string
	Image        mediaElement
	Voice        mediaElement
	Video        mediaElement
	ArticleCount int
	Articles     []Article `xml:"Articles>item"`
	Button       struct{ ReplaceName string }
	TemplateCard *Card
}

// mediaElement names a file that was put at the platform before.
type mediaElement struct {
	MediaID string `xml:"MediaId"`
	Title   string
}

// answered judges a 200 answer and shows it on the phone. It returns what is to be recorded: the answer decrypted, and
// what was wrong with it. The caller holds mu.
func (s *Simulator) answered(cb *callback, body []byte) (response, problem string) {
	official := cb.chat.person.Platform == OfficialAccount
	if len(body) == 0 || official && string(body) == "success" {
		return string(body), "" // no reply, and none is waited for
	}
	inner, err := s.unwrap(cb.chat.person.Platform, body)
	if err != nil {
		s.refuseAnswer(cb)
		return string(body), err.Error()
	}
	if cb.shown != "" {
		if cb.shown != string(inner) && !sameAnswer(cb.shown, string(inner)) {
			return string(inner), "与先前的回复不一样"
		}
		return string(inner), ""
	}
	if err := s.reply(cb, inner); err != nil {
		s.refuseAnswer(cb)
		return string(inner), err.Error()
	}
	cb.shown = string(inner)
	return string(inner), ""
}

// refuseAnswer is what becomes of an answer that is none: the follower of an Official Account reads of a fault, the
// member on WeCom sees nothing.
func (s *Simulator) refuseAnswer(cb *callback) {
	if cb.chat.person.Platform == OfficialAccount {
		s.add(cb.chat, Entry{Side: System, Kind: Notice, Text: faulty})
	}
}

// sameAnswer compares two answers but for their time.
func sameAnswer(a, b string) bool {
	var x, y passive
	if xml.Unmarshal([]byte(a), &x) != nil || xml.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	content := func(p passive) string {
		if p.Content == nil {
			return ""
		}
		return *p.Content
	}
	return x.MsgType == y.MsgType && content(x) == content(y) && x.Image == y.Image && x.Voice == y.Voice
}

// reply checks a decrypted answer and shows it.
func (s *Simulator) reply(cb *callback, inner []byte) error {
	if err := wellFormed(inner); err != nil {
		return err
	}
	var p passive
	if err := xml.Unmarshal(inner, &p); err != nil {
		return fmt.Errorf("回复不是 XML：%w", err)
	}
	// The two names swap sides in a reply. [W96469]
	if p.ToUserName != cb.chat.person.ID || p.FromUserName != s.address(cb.chat.person.Platform) {
		return errors.New("ToUserName、FromUserName 没有对调")
	}
	if _, err := strconv.ParseInt(p.CreateTime, 10, 64); err != nil {
		return errors.New("CreateTime 不是整数")
	}
	if cb.chat.person.Platform == WeCom {
		return s.replyOnWeCom(cb, &p)
	}
	e, err := s.replyEntry(cb, &p)
	if err != nil {
		return err
	}
	s.add(cb.chat, e)
	return nil
}

// repliable are the events that a passive reply may answer. [W96469]
var repliable = map[string]bool{
	"subscribe": true, "enter_agent": true, "location": true, "click": true, "view": true, "view_miniprogram": true,
	"scancode_waitmsg": true, "template_card_menu_event": true,
}

func (s *Simulator) replyOnWeCom(cb *callback, p *passive) error {
	switch p.MsgType {
	case "update_button", "update_template_card":
		return s.replyWithUpdate(cb, p)
	}
	if cb.event != "" && !repliable[strings.ToLower(cb.event)] {
		return fmt.Errorf("事件 %s 不接受这种被动回复", cb.event)
	}
	e, err := s.replyEntry(cb, p)
	if err != nil {
		return err
	}
	s.add(cb.chat, e)
	return nil
}

// replyEntry makes the line that a passive reply shows.
func (s *Simulator) replyEntry(cb *callback, p *passive) (Entry, error) {
	e := Entry{Side: Bot, Passive: true}
	official := cb.chat.person.Platform == OfficialAccount
	switch {
	case p.MsgType == "text":
		if p.Content == nil || *p.Content == "" {
			return e, errors.New("text 缺少 Content")
		}
		e.Kind, e.Text = Text, *p.Content
		if len(e.Text) > textBytes && official {
			return e, fmt.Errorf("文本 %d 字节，超过 %d", len(e.Text), textBytes)
		}
		e.Text, e.Note = cut(e.Text)
		return e, nil
	case p.MsgType == "image":
		e.Kind, e.Media = Picture, p.Image.MediaID
	case p.MsgType == "voice":
		e.Kind, e.Media = Voice, p.Voice.MediaID
	case p.MsgType == "video":
		e.Kind, e.Media, e.Text = Video, p.Video.MediaID, p.Video.Title
	case p.MsgType == "news":
		return s.replyNews(e, cb, p)
	case p.MsgType == "transfer_customer_service" && official:
		return Entry{Side: System, Kind: Notice, Text: "已转接人工客服"}, nil
	default:
		return e, fmt.Errorf("不认识的回复类型 %q", p.MsgType)
	}
	if _, err := s.shelf.find(cb.chat.person.Platform, e.Media, s.now()); err != nil {
		return e, errors.New("MediaId 无效")
	}
	return e, nil
}

// replyNews holds the number of articles: one in answer to a message on the Official Account, else eight. [O Passive reply]
func (s *Simulator) replyNews(e Entry, cb *callback, p *passive) (Entry, error) {
	most := 8
	if cb.chat.person.Platform == OfficialAccount && cb.event == "" {
		most = 1
	}
	if p.ArticleCount != len(p.Articles) || p.ArticleCount == 0 || p.ArticleCount > most {
		return e, fmt.Errorf("图文 %d 条，最多 %d 条，且要与 ArticleCount 相符", len(p.Articles), most)
	}
	e.Kind, e.Articles = News, p.Articles
	return e, nil
}

// cut shortens a text as WeCom does: at a byte, whatever character it splits. [W96469, W90236]
func cut(text string) (shown, note string) {
	if len(text) <= textBytes {
		return text, ""
	}
	return strings.ToValidUTF8(text[:textBytes], string(utf8.RuneError)), fmt.Sprintf("原文 %d 字节，平台截到 %d", len(text), textBytes)
}
