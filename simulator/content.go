package simulator

import "fmt"

const mostArticles = 8 // of one news message [W90236]

// content is what a message holds, in the calls of both platforms.
type content struct {
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
	Markdown struct {
		Content string `json:"content"`
	} `json:"markdown"`
	Image mediaRef `json:"image"`
	Voice mediaRef `json:"voice"`
	Video mediaRef `json:"video"`
	File  mediaRef `json:"file"`
	News  struct {
		Articles []Article `json:"articles"`
	} `json:"news"`
	TextCard *struct {
		Article
		Button string `json:"btntxt"`
	} `json:"textcard"`
	Menu *msgMenu `json:"msgmenu"`
}

type mediaRef struct {
	MediaID string `json:"media_id"`
	Title   string `json:"title"`
}

// wecomEntry makes the line that a message shows on WeCom.
func (s *Simulator) wecomEntry(req *sendRequest) (Entry, *apiError) {
	e := Entry{Side: Bot}
	switch req.MsgType {
	case "markdown":
		if req.Markdown.Content == "" {
			return e, refuse(44004, "empty content")
		}
		e.Kind = Markdown
		e.Text, e.Note = cut(req.Markdown.Content)
		return e, nil
	case "textcard":
		if req.TextCard == nil || req.TextCard.Title == "" {
			return e, refuse(41016, "missing title")
		}
		if req.TextCard.Description == "" {
			return e, refuse(41033, "missing description")
		}
		e.Kind, e.Articles = News, []Article{req.TextCard.Article}
		return e, nil
	case "template_card":
		if req.TemplateCard == nil {
			return e, refuse(badCardType, "missing template_card")
		}
		if err := req.TemplateCard.check(false); err != nil {
			return e, err
		}
		if req.TemplateCard.interactive() && len(s.cfg.WeCom.Callbacks) == 0 {
			return e, refuse(43012, "require callback url") // [W90372]
		}
		card := *req.TemplateCard
		e.Kind, e.Card = Cards, &card
		return e, nil
	case "file":
		e.Kind, e.Media = File, req.File.MediaID
		m, err := s.shelf.find(WeCom, e.Media, s.now())
		if err == nil {
			e.Text = m.Name
		}
		return e, err
	}
	e, err := s.contentEntry(WeCom, req.MsgType, &req.content)
	if err == nil && e.Kind == Text {
		e.Text, e.Note = cut(e.Text)
	}
	return e, err
}

// contentEntry makes the line of a message that both platforms know.
func (s *Simulator) contentEntry(p Platform, msgType string, c *content) (Entry, *apiError) {
	e := Entry{Side: Bot}
	switch msgType {
	case "text":
		if c.Text.Content == "" {
			return e, refuse(44004, "empty content")
		}
		e.Kind, e.Text = Text, c.Text.Content
		return e, nil
	case "image":
		e.Kind, e.Media = Picture, c.Image.MediaID
	case "voice":
		e.Kind, e.Media = Voice, c.Voice.MediaID
	case "video":
		e.Kind, e.Media, e.Text = Video, c.Video.MediaID, c.Video.Title
	case "news":
		if n := len(c.News.Articles); n < 1 || n > mostArticles {
			return e, refuse(45008, fmt.Sprintf("article size out of limit: %d", n))
		}
		e.Kind, e.Articles = News, c.News.Articles
		return e, nil
	default:
		return e, refuse(40008, "invalid message type")
	}
	_, err := s.shelf.find(p, e.Media, s.now())
	return e, err
}
