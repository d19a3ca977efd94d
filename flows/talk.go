package flows

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/personal"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/talk"
)

// TalkDesk lets members talk to a person.
type TalkDesk interface {
	Open(ctx context.Context, o talk.Opening) (talk.Opened, error)
	Of(ctx context.Context, worker union.MemberID) (talk.View, error)
	Hear(ctx context.Context, worker union.MemberID, at union.Identity, w talk.Word) (talk.View, error)
	Leave(ctx context.Context, worker union.MemberID) (talk.View, error)
	Unrated(ctx context.Context, worker union.MemberID) (talk.View, error)
	Rate(ctx context.Context, worker union.MemberID, r talk.Rating) (talk.View, error)
	Proposal(ctx context.Context, worker union.MemberID) (talk.Line, error)
	Take(ctx context.Context, worker union.MemberID, proposal talk.Line) error
	// Pictures are those that the member has sent and that no form was begun with yet.
	Pictures(ctx context.Context, worker union.MemberID) ([]int64, error)
	// About lists talks of a member that an officer may know of.
	About(ctx context.Context, officer, worker union.MemberID) ([]talk.View, error)
	// Told lists the notes that named a colleague.
	Told(ctx context.Context, colleague union.MemberID) ([]talk.ToldNote, error)
	// Figures counts the talks of an officer's subtree, Counted lists them.
	Figures(ctx context.Context, officer union.MemberID, unit string) (talk.Figures, error)
	Counted(ctx context.Context, r talk.ListRequest) (talk.Listed, error)
	HolderDesk
}

// TalkTopics say what a sentence wants to talk about, and which answers officers have ready.
type TalkTopics interface {
	TopicIn(text string) reference.Topic
	TopicOf(service string) (reference.Topic, bool)
	Canned() []reference.Canned
	// File is one that goes along with such an answer.
	File(name string) (reference.Image, bool)
}

// talking is a member's talk with a person: 人工. While it goes on the bot is silent, but for words that save a life.
type talking struct {
	people people
	desk   TalkDesk
	attach attacher
	topics TalkTopics
	words  talkWords
	reader *reader
	casts  castAnswerDesk
}

type talkData struct {
	// Opening is said on arrival; Quiet says nothing there.
	Opening string `json:"opening,omitempty"`
	Quiet   bool   `json:"quiet,omitempty"`
}

type talkTurn = bot.Turn[talkData]

const (
	// talkExpires is longer than any talk lasts that nobody says anything in.
	talkExpires = 60 * 24 * time.Hour
	entryGoOn   = "on" // goes on with the talk that is open, with this very message
)

var talkRatings = []bot.Choice{{Label: "满意"}, {Label: "一般"}, {Label: "不满意"}}

// leaving are the words by which a member ends a talk. Others of the engine - 算了, 取消 - are what one says to a person.
var leaving = []string{"结束", "结束对话", "不聊了", "挂断", "结束人工", "退出", "quit", "exit"}

func (k *talking) flow() bot.Flow {
	return bot.Define(bot.Spec[talkData]{
		Name: "talk", Rev: 1, Title: "人工对话", Expires: talkExpires,
		Starts:     []bot.Trigger{bot.OnWord(bot.WordPerson)},
		Understand: k.understand,
		// A word with a case's number is for the bot, unless it would ask something: the answer might be meant for the person.
		Keeps: func(t *bot.Talk) bool {
			return t.Command.Number == "" || t.Command.Word == bot.WordSupplement && t.Command.Rest == ""
		},
		Claims:  k.claims,
		Restore: k.restore,
		Begin:   k.begin,
		Expired: func(*talkTurn) string { return "" },
		To:      []bot.StepName{"talking"},
		HandsTo: []string{"form", "progress", "mine", "lacks", "supplement"},
		Steps: []bot.Step[talkData]{
			{Name: "talking", To: []bot.StepName{"rate"}, AskFunc: k.ask, Handle: k.hear, Verbatim: true},
			{Name: "rate", Ask: bot.Reply{Text: "对话已结束,下面由机器人答您。这次满意吗?", Choices: talkRatings}, Handle: k.rate},
		},
	})
}

// claims takes what nobody understands on another phone of somebody who is talking.
func (k *talking) claims(ctx context.Context, t *bot.Talk, last bool) (string, bool, error) {
	if !last {
		return "", false, nil
	}
	member, err := k.people.find(ctx, t)
	if err != nil || member == 0 {
		return "", false, err
	}
	_, err = k.desk.Of(ctx, member)
	if errors.Is(err, union.ErrNotFound) {
		return "", false, nil
	}
	return entryGoOn, err == nil, err
}

// restore finds a talk again whose session is lost. What the person says belongs to it, whatever else is open.
func (k *talking) restore(ctx context.Context, t *talkTurn) (bot.StepName, time.Time, bool, error) {
	member, err := k.people.find(ctx, t.Talk)
	if err != nil || member == 0 {
		return "", time.Time{}, false, err
	}
	_, err = k.desk.Of(ctx, member)
	if errors.Is(err, union.ErrNotFound) {
		return "", time.Time{}, false, nil
	}
	return "talking", t.Now, err == nil, err
}

func (k *talking) begin(ctx context.Context, t *talkTurn) (bot.Next, error) {
	member, err := k.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		t.Lead(k.words.ring())
		return k.people.stranger(t.Talk), nil
	}
	if strings.HasPrefix(t.Entry.Key, entryRate) {
		return k.rateDay(ctx, t, t.Entry.Key)
	}
	if t.Entry.Key == entryGoOn {
		t.Data.Quiet = true
		return k.pass(ctx, t, member)
	}
	said, covered := k.before(t), false
	for i := range said {
		var hides bool
		said[i], hides = personal.Covered(said[i])
		covered = covered || hides
	}
	topic, sealed := k.topic(t, said)
	opened, err := k.desk.Open(ctx, talk.Opening{Worker: member, At: identityOf(t.Talk, member), Topic: topic.Name, Said: said})
	switch {
	case errors.Is(err, union.ErrNoOfficer):
		t.Say("现在没有同志能接。" + k.words.ring())
		return bot.End(), nil
	case errors.Is(err, talk.ErrHolds):
		t.Say("您手上还有别人的对话,回复\"对话\"看;都结束或转给别人之后,再找人。" + k.words.ring())
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("open talk: %w", err)
	}
	t.Data.Opening = k.words.opened(opened, said)
	if sealed {
		t.Data.Opening += "\n填的密件没有转过去。"
	}
	if covered {
		t.Data.Opening += "\n" + saidCovered
	}
	return bot.Goto("talking"), nil
}

// topic is what the member wants to talk about: what the form is about that the wish interrupts, or what was said. sealed
// says of the form that nobody is to know whose it is.
func (k *talking) topic(t *talkTurn, said []string) (topic reference.Topic, sealed bool) {
	var form formData
	if t.Over.Flow == "form" && json.Unmarshal(t.Over.Data, &form) == nil {
		if topic, ok := k.topics.TopicOf(form.Draft.Service); ok {
			return topic, form.Draft.Sealed
		}
	}
	return k.topics.TopicIn(strings.Join(said, "\n")), form.Draft.Sealed
}

// bareWish is the longest wish for a person that says nothing besides, unless it names a topic.
const bareWish = 10

// before is what was said shortly before, and with the wish itself.
func (k *talking) before(t *talkTurn) []string {
	said := slices.DeleteFunc(slices.Clone(t.Before), oneFigure) // a choice made of the bot tells a person nothing
	wish := strings.TrimSpace(t.Entry.Text)
	bare := len([]rune(wish)) <= bareWish && len(k.topics.TopicIn(bot.Simplified(wish)).Words) == 0
	if t.Command.Word != "" || bare || slices.Contains(said, wish) {
		return said
	}
	return append(said, wish)
}

func identityOf(t *bot.Talk, member union.MemberID) union.Identity {
	return union.Identity{Channel: string(t.Message.Channel), User: string(t.Message.User), Member: member}
}

func (k *talking) ask(ctx context.Context, t *talkTurn) (bot.Reply, error) {
	if said := t.Data.Opening; said != "" {
		t.Data.Opening = ""
		return bot.Reply{Text: said}, nil
	}
	if t.Data.Quiet {
		t.Data.Quiet = false
		return bot.Reply{}, nil
	}
	member, err := k.people.find(ctx, t.Talk)
	if err == nil && member != 0 {
		_, err = k.desk.Of(ctx, member)
	}
	if errors.Is(err, union.ErrNotFound) { // it ended while something else went on
		return bot.Reply{Text: "这次对话已经结束了。有事直接说,想找人回\"人工\"。"}, nil
	}
	if err != nil {
		return bot.Reply{}, fmt.Errorf("find talk: %w", err)
	}
	return bot.Reply{Text: "接着说就行,我都会转过去。说完了回\"结束\"。"}, nil
}

// hear passes on what the member says, and says nothing itself.
func (k *talking) hear(ctx context.Context, t *talkTurn) (bot.Next, error) {
	member, err := k.people.acting(ctx, t.Talk)
	if errors.Is(err, union.ErrForbidden) {
		return bot.Pass(), nil
	}
	if err != nil {
		return bot.Next{}, err
	}
	v, err := k.desk.Of(ctx, member)
	if errors.Is(err, union.ErrNotFound) {
		return k.over(ctx, t, member)
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("find talk: %w", err)
	}
	if t.Message.Kind == bot.KindMenu {
		t.Say("您正在和工会的同志对话,菜单先不用。要办别的,先回\"结束\"。有人身危险直接说,或打 110、119、120。")
		return bot.Stay(), nil
	}
	if t.IsText() {
		switch said := strings.ToLower(strings.TrimRight(strings.TrimSpace(bot.Simplified(t.Text())), "。!！")); {
		case slices.Contains(leaving, said):
			return k.leave(ctx, t)
		case said == "查看" && v.Window.Limited: // what was kept for this word has been said already
			return bot.Stay(), nil
		}
		if next, done, err := k.proposed(ctx, t, member); done || err != nil {
			return next, err
		}
		if t.Command.Said == bot.WordProgress.Name() && v.FirstAt.IsZero() {
			return bot.Visit(bot.Entry{Flow: "progress", Text: t.Text()}), nil
		}
	}
	next, err := k.pass(ctx, t, member)
	if err == nil && t.IsText() && t.Command.Word == bot.WordGotIt { // said to the person, and perhaps to an urgent broadcast
		_, err = gotIt(ctx, t.Talk, k.casts, member)
	}
	return next, err
}

const saidCovered = "卡号、证件号已经遮住,没有转过去;要用到时会单独问您。"

// pass hands a message on. The number of a card is nobody's to read in a chat.
func (k *talking) pass(ctx context.Context, t *talkTurn, member union.MemberID) (bot.Next, error) {
	w, err := wordOf(ctx, t.Talk, k.attach, member)
	var covered bool
	w.Text, covered = personal.Covered(w.Text)
	if err == nil {
		_, err = k.desk.Hear(ctx, member, identityOf(t.Talk, member), w)
	}
	if err == nil && covered {
		t.Say(saidCovered)
	}
	switch {
	case errors.Is(err, union.ErrNotFound):
		return bot.Pass(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("pass on: %w", err)
	case t.Step == "":
		return bot.Goto("talking"), nil
	}
	return bot.Stay(), nil
}

// wordOf is a message as it is passed on to another person.
func wordOf(ctx context.Context, t *bot.Talk, attach attacher, owner union.MemberID) (w talk.Word, err error) {
	w.Text = strings.TrimSpace(t.Text())
	switch t.Message.Kind {
	case bot.KindText:
		return w, nil
	case bot.KindImage:
		w.Form = talk.Picture
	case bot.KindVoice:
		w.Form = talk.Voice
	case bot.KindVideo:
		w.Form = talk.Video
	case bot.KindFile:
		w.Form = talk.File
	case bot.KindLocation:
		w.Form = talk.Other
		if at := t.Message.Location; at != nil {
			w.Text = strings.TrimSpace(fmt.Sprintf("[位置] %s", at.Label)) + fmt.Sprintf("(纬度 %.5f,经度 %.5f)", at.Latitude, at.Longitude)
		}
	default:
		w.Form = talk.Other
		if l := t.Message.Link; l != nil {
			w.Text = strings.Join(slices.DeleteFunc([]string{"[链接]", l.Title, l.Description, l.URL}, func(s string) bool { return s == "" }), " ")
		}
	}
	if m := t.Message.Media; m != nil && m.ID != "" {
		id, err := attach.Attach(ctx, cases.Attachment{
			Owner: owner, Channel: string(t.Message.Channel), MediaID: m.ID, Kind: string(w.Form), CreatedAt: t.Now,
		})
		if err != nil {
			return w, fmt.Errorf("keep file: %w", err)
		}
		w.Attachment = int64(id)
	}
	return w, nil
}

// proposed takes the answer to a case that the officer proposed; done is false where none waits or the words are no answer.
func (k *talking) proposed(ctx context.Context, t *talkTurn, member union.MemberID) (bot.Next, bool, error) {
	i, ok := bot.Choose(t.Text(), proposalChoices)
	if !ok {
		return bot.Next{}, false, nil
	}
	line, err := k.desk.Proposal(ctx, member)
	if err != nil || line.ID == 0 || i == 1 {
		return bot.Next{}, false, err // a no is for the officer to read
	}
	sent, err := k.desk.Pictures(ctx, member)
	if err != nil {
		return bot.Next{}, true, err
	}
	var filed *talk.FiledError
	if err := k.desk.Take(ctx, member, line); errors.As(err, &filed) {
		t.Say("这段语音已经在 " + filed.Number + " 里了,不用再提一件。接着说就行,我都会转过去。")
		return bot.Stay(), true, nil
	} else if err != nil {
		return bot.Next{}, true, err
	}
	return bot.Visit(bot.Entry{Flow: "form", Key: line.Service + byMark + line.Name + withPictures(sent) + withSound(line.Attachment), Text: line.Text}), true, nil
}

var proposalChoices = []bot.Choice{{Label: "开始填"}, {Label: "不用"}}

// leave ends the talk at the member's wish.
func (k *talking) leave(ctx context.Context, t *talkTurn) (bot.Next, error) {
	member, err := k.people.acting(ctx, t.Talk)
	var v talk.View
	if err == nil {
		v, err = k.desk.Leave(ctx, member)
	}
	switch {
	case errors.Is(err, union.ErrForbidden), errors.Is(err, union.ErrNotFound):
		return bot.Pass(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("leave talk: %w", err)
	case v.Asks:
		t.Lead(fallenProposal(v))
		return bot.Goto("rate"), nil
	}
	t.Say("好的,对话已结束,下面由机器人答您。想找人随时回\"人工\"。" + fallenProposal(v))
	return bot.End(), nil
}

// over takes what is said after the officer has ended the talk: how it was, or something new for the bot.
func (k *talking) over(ctx context.Context, t *talkTurn, member union.MemberID) (bot.Next, error) {
	if t.IsText() && strings.TrimSpace(t.Text()) == "查看" { // what was kept for this word has been said already
		return bot.Stay(), nil
	}
	_, err := k.desk.Unrated(ctx, member)
	if errors.Is(err, union.ErrNotFound) {
		return bot.Pass(), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("find last talk: %w", err)
	}
	return k.rate(ctx, t)
}

func (k *talking) rate(ctx context.Context, t *talkTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), talkRatings)
	if !ok || !t.IsText() {
		return bot.Pass(), nil
	}
	member, err := k.people.acting(ctx, t.Talk)
	if err == nil {
		_, err = k.desk.Rate(ctx, member, talk.Rating(i+1))
	}
	switch {
	case errors.Is(err, union.ErrNotFound), errors.Is(err, union.ErrForbidden):
		return bot.Pass(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("rate talk: %w", err)
	}
	t.Say(saidTalkRated[talk.Rating(i+1)])
	return bot.End(), nil
}
