package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/talk"
)

// HolderDesk is what officers do with the talks that they hold.
type HolderDesk interface {
	Held(ctx context.Context, officer union.MemberID) ([]talk.View, error)
	Holds(ctx context.Context, officer union.MemberID) (bool, error)
	WasHeld(ctx context.Context, officer union.MemberID, number int) (union.Member, error)
	Answer(ctx context.Context, officer union.MemberID, id talk.ID, w talk.Word) (talk.View, error)
	Note(ctx context.Context, officer union.MemberID, id talk.ID, text string) (talk.View, error)
	Mention(ctx context.Context, officer union.MemberID, id talk.ID, to []union.MemberID, text string) (talk.Mentioned, error)
	Lines(ctx context.Context, officer union.MemberID, id talk.ID) ([]talk.Line, error)
	End(ctx context.Context, officer union.MemberID, id talk.ID, unasked bool) (talk.View, error)
	HandOver(ctx context.Context, officer union.MemberID, id talk.ID, to union.MemberID, note string) (talk.View, error)
	Propose(ctx context.Context, officer union.MemberID, id talk.ID, service, text string, sound int64) (talk.View, error)
}

// talks is where an officer answers members who want to talk to a person. Every word goes to the talk that it names, or
// else to the one that the officer has chosen; what arrives chooses nothing.
type talks struct {
	people   people
	desk     HolderDesk
	attach   attacher
	topics   TalkTopics
	words    talkWords
	lookup   Lookup
	services Services
	reader   *reader
	language string
}

type talksData struct {
	// Default is the talk that words without a number go to; 0 where none was chosen. Name is how it was named.
	Default talk.ID `json:"default,omitempty"`
	Name    string  `json:"name,omitempty"`
	// Once goes back to what was going on as soon as this is done.
	Once bool `json:"once,omitempty"`
	// Opening is said on arrival.
	Opening string `json:"opening,omitempty"`
	// Pending is what was said and is not sent yet, for it is not clear to whom.
	Pending *pendingWord `json:"pending,omitempty"`
	// Talk is the one that a question is about, with its number.
	Talk   talk.ID `json:"talk,omitempty"`
	Number int     `json:"number,omitempty"`
	// Named is how that talk is named to the officer, Reach how the member can be reached.
	Named string `json:"named,omitempty"`
	Reach string `json:"reach,omitempty"`
	// Either are those of one name to whom a talk may be given, with the note Text; Services what a case may be made of one of
	// what was Said, Before which there is so much more.
	Either   []handLine `json:"either,omitempty"`
	Services []string   `json:"services,omitempty"`
	Said     []talkText `json:"said,omitempty"`
	Before   int        `json:"before,omitempty"`
	Text     string     `json:"text,omitempty"`
	// Canned is what was picked of the answers that are ready, while its blanks are asked.
	Canned *cannedWish `json:"canned,omitempty"`
	// Mention is a note for colleagues of whom some are still to be found.
	Mention *mentionWish `json:"mention,omitempty"`
}

// pendingWord is a message that waits for its recipient to be named.
type pendingWord struct {
	talk.Word
	// Said is the message as it was written.
	Said    string    `json:"said,omitempty"`
	Talks   []talk.ID `json:"talks"`
	Numbers []int     `json:"numbers"`
	Names   []string  `json:"names"`
}

type talksTurn = bot.Turn[talksData]

const (
	// talksExpires is how long a chosen talk stays chosen in silence.
	talksExpires = 2 * time.Hour
	entryOrder   = "order"
)

// toTheBot are the engine words that an officer says to the bot in the middle of a talk, plainly; any other is meant for the
// member.
var toTheBot = []bot.Word{
	bot.WordMenu, bot.WordTasks, bot.WordReassign, bot.WordDelegate, bot.WordAddSigner, bot.WordStatistics, bot.WordRemind,
	bot.WordSubstitute, bot.WordConsole, bot.WordPerson, bot.WordMore, bot.WordMine, bot.WordProgress, bot.WordBind, bot.WordMyData, bot.WordRoll,
}

// progressSaid are what an officer says to the bot of the words for progress: 有消息吗 is what the member is asked. leaveSaid are
// those that leave a talk: 不用填了 is what the member is told.
var (
	progressSaid = []string{"进度", "查进度", "查询进度", "办到哪了"}
	leaveSaid    = []string{"取消", "算了", "退出"}
)

// forTheBot says whether an engine word is for the bot. With other words around it, it is not: 请绑定, 那就转人工吧.
func forTheBot(t *bot.Talk) bool {
	said, cmd := strings.ToLower(bot.Simplified(narrow(t.Text()))), t.Command
	if said != cmd.Said && strings.Trim(said, "\"'“”「」『』。!.~、,;? ") != cmd.Said {
		return false
	}
	return slices.Contains(toTheBot, cmd.Word) && (cmd.Word != bot.WordProgress || slices.Contains(progressSaid, cmd.Said))
}

func (k *talks) flow() bot.Flow {
	return bot.Define(bot.Spec[talksData]{
		Name: "talks", Rev: 1, Title: "对话", Expires: talksExpires,
		Starts: []bot.Trigger{bot.OnPhrase("对话"), bot.OnPhrase("我的对话"), bot.OnPhrase("对话列表")},
		Keeps: func(t *bot.Talk) bool {
			if t.Message.Kind == bot.KindMenu {
				return false
			}
			return t.Command.Word == "" || t.Command.Number == "" && !forTheBot(t)
		},
		Claims: k.claims,
		Begin:  k.begin,
		Expired: func(t *talksTurn) string {
			if t.Data.Default == 0 {
				return "隔得有点久,上次没发出的不发了。"
			}
			return "隔得有点久,直接写的话不再发给 " + t.Data.Name + "。"
		},
		To:      []bot.StepName{"chat", "whom", "pick", "service", "text", "canned", "blank", "colleague"},
		HandsTo: []string{"worker", "told_notes", "statistics", "talk_figures"},
		Steps: []bot.Step[talksData]{
			{
				Name: "chat", AskFunc: k.ask, Handle: k.handle, Verbatim: true, Commands: k.leaves(k.handle),
				To: []bot.StepName{"whom", "pick", "service", "text", "canned", "blank", "colleague"},
			},
			{
				Name: "whom", AskFunc: k.askWhom, Handle: k.takeWhom, Verbatim: true, Commands: k.leaves(k.takeWhom),
				To: []bot.StepName{"chat", "pick", "service", "text", "canned", "blank", "colleague"},
			},
			{
				Name: "canned", AskFunc: k.askCanned, Handle: k.takeCanned, Verbatim: true, Commands: k.notSent(),
				To: []bot.StepName{"chat", "whom", "pick", "service", "text", "blank", "colleague"},
			},
			{
				Name: "blank", AskFunc: k.askBlank, Handle: k.takeBlank, Verbatim: true, Commands: k.notSent(),
				To: []bot.StepName{"chat", "whom", "pick", "service", "text", "canned", "colleague"},
			},
			{Name: "colleague", AskFunc: k.askColleague, Handle: k.takeColleague, Verbatim: true, Commands: k.notSent(), To: []bot.StepName{"chat"}},
			{Name: "pick", AskFunc: k.askPick, Handle: k.takePick, Verbatim: true, Commands: k.declines(k.takePick), To: []bot.StepName{"chat"}},
			{Name: "service", AskFunc: k.askService, Handle: k.takeService, Verbatim: true, Commands: k.declines(k.takeService), To: []bot.StepName{"chat", "text"}},
			{Name: "text", AskFunc: k.askText, Handle: k.takeText, Verbatim: true, Commands: k.textCommands(), To: []bot.StepName{"chat"}},
		},
	})
}

// claims takes what an officer says to a talk from anywhere. In the middle of something else only what names a talk by its
// number: 转给 王芳 may be the answer to what is asked there.
func (k *talks) claims(ctx context.Context, t *bot.Talk, last bool) (string, bool, error) {
	o := order{}
	if t.IsText() {
		o = readOrder(t.Text())
	}
	likely := o.Number > 0 && o.Rest != "" || o.Verb != verbSend && (o.Rest != "" || o.Number > 0)
	if t.Interrupts && (!likely || o.Loose || o.Number == 0) || !last && !likely {
		return "", false, nil
	}
	officer, err := k.people.find(ctx, t)
	if err != nil || officer == 0 {
		return "", false, err
	}
	holds, err := k.desk.Holds(ctx, officer)
	if err == nil && !holds && last && o.Number > 0 && !o.Loose {
		_, err = k.desk.WasHeld(ctx, officer, o.Number)
		holds = err == nil
		if errors.Is(err, union.ErrNotFound) {
			err = nil
		}
	}
	return entryOrder, holds, err
}

func (k *talks) begin(ctx context.Context, t *talksTurn) (bot.Next, error) {
	officer, next, err := k.people.known(ctx, t.Talk)
	if officer == 0 {
		return next, err
	}
	if t.Left != nil {
		t.Data = *t.Left
	}
	t.Data.Once = t.Interrupts
	if t.Entry.Key == entryOrder {
		return k.obey(ctx, t, officer)
	}
	return k.list(ctx, t, officer)
}

// ask names the talk that is chosen, whenever the officer comes back to it.
func (k *talks) ask(_ context.Context, t *talksTurn) (bot.Reply, error) {
	if said := t.Data.Opening; said != "" {
		t.Data.Opening = ""
		return bot.Reply{Text: said}, nil
	}
	if t.Data.Default == 0 {
		return bot.Reply{Text: "没有选定对话。带号写,如\"1 您好\";回复\"对话\"看全部。"}, nil
	}
	return bot.Reply{Text: "直接写就发给 " + t.Data.Name + ";回\"退出\"不再直接发,\"对话\"看全部。"}, nil
}

// say answers and waits for the next word, or goes back to what was going on.
func (k *talks) say(t *talksTurn, text string) bot.Next {
	if t.Data.Once {
		t.Say(text)
		return bot.End()
	}
	if t.Step == "chat" {
		t.Say(text)
		return bot.Stay()
	}
	t.Data.Opening = text
	return bot.Goto("chat")
}

// leaves are the words that leave a talk. What else gives something up is said to the member, and taken as any other word.
func (k *talks) leaves(take func(context.Context, *talksTurn) (bot.Next, error)) map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error) {
	return map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error){
		bot.WordCancel: func(ctx context.Context, t *talksTurn) (bot.Next, error) {
			if slices.Contains(leaveSaid, t.Command.Said) {
				return k.leave(ctx, t)
			}
			return take(ctx, t)
		},
	}
}

// declines are those words where a choice is asked for in between: they choose nothing, and the talk stays chosen.
func (k *talks) declines(take func(context.Context, *talksTurn) (bot.Next, error)) map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error) {
	return map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error){bot.WordCancel: take}
}

func (k *talks) leave(_ context.Context, t *talksTurn) (bot.Next, error) {
	if t.Data.Pending != nil {
		t.Lead("上一句没有发出。")
	}
	t.Say("好的,之后直接写的话不再发给谁。对话还在您手上:带号写就发,如\"1 您好\";回复\"对话\"看全部。")
	return bot.End(), nil
}

func (k *talks) handle(ctx context.Context, t *talksTurn) (bot.Next, error) {
	officer, err := k.people.acting(ctx, t.Talk)
	if errors.Is(err, union.ErrForbidden) {
		return bot.Pass(), nil
	}
	if err != nil {
		return bot.Next{}, err
	}
	return k.obey(ctx, t, officer)
}

// held lists the officer's talks.
func (k *talks) held(ctx context.Context, officer union.MemberID) ([]talk.View, error) {
	held, err := k.desk.Held(ctx, officer)
	if err != nil {
		return nil, fmt.Errorf("list talks: %w", err)
	}
	return held, nil
}

// notSent calls off an answer that is ready, and leaves the talk chosen.
func (k *talks) notSent() map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error) {
	return map[bot.Word]func(context.Context, *talksTurn) (bot.Next, error){
		bot.WordCancel: func(_ context.Context, t *talksTurn) (bot.Next, error) { return k.say(t, "好,没有发出。"), nil },
	}
}

// list shows all talks, and which is chosen.
func (k *talks) list(ctx context.Context, t *talksTurn, officer union.MemberID) (bot.Next, error) {
	held, err := k.held(ctx, officer)
	if err != nil {
		return bot.Next{}, err
	}
	if len(held) == 0 {
		t.Say("您手上现在没有对话。")
		return bot.End(), nil
	}
	if i := indexOf(held, t.Data.Default); i < 0 {
		t.Data.Default, t.Data.Name = 0, ""
		if len(held) == 1 {
			t.Data.choose(held[0])
		}
	}
	lines := []string{fmt.Sprintf("您手上有 %d 个对话:", len(held))}
	for _, v := range held {
		line := "· " + talkName(v, v.Number) + "(" + v.Worker.Unit() + ")"
		if v.AskedAt.IsZero() {
			line += ",等对方说"
		} else {
			line += ",在等您,请在 " + promisedInTalk(k.words.calendar, v.DueAt) + " 前回"
		}
		if text := k.words.window(v.Window); text != "" {
			line += ";" + text
		}
		lines = append(lines, line)
	}
	if t.Data.Default != 0 {
		lines = append(lines, "直接写就发给 "+t.Data.Name+"。")
	} else {
		lines = append(lines, "带号写就发给谁,如\""+fmt.Sprint(held[0].Number)+" 您好\"。")
	}
	lines = append(lines, "另有:切换 号、结束 号、转给 姓名、备注 …、@同事 …、常用、立案、记录。")
	return k.say(t, strings.Join(lines, "\n")), nil
}

func (d *talksData) choose(v talk.View) { d.Default, d.Name = v.ID, talkName(v, v.Number) }

func indexOf(held []talk.View, id talk.ID) int {
	return slices.IndexFunc(held, func(v talk.View) bool { return id != 0 && v.ID == id })
}

func numbered(held []talk.View, number int) int {
	return slices.IndexFunc(held, func(v talk.View) bool { return v.Number == number })
}
