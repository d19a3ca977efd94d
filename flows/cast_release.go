package flows

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

type castReleaseDesk interface {
	// ToRelease lists what waits to be released by a member.
	ToRelease(ctx context.Context, member union.MemberID, limit int) ([]broadcast.Broadcast, error)
	ByNumber(ctx context.Context, member union.MemberID, number string) (broadcast.Broadcast, error)
	// Release and Return return union.ErrSettled with the broadcast as it is, and union.ErrStale where another version was seen.
	Release(ctx context.Context, releaser union.MemberID, number string, seen int64) (broadcast.Broadcast, error)
	RepeatOf(ctx context.Context, member union.MemberID, number string) (broadcast.Repeat, error)
	Return(ctx context.Context, releaser union.MemberID, number string, seen int64, reason string) (broadcast.Broadcast, error)
}

// castRelease lets somebody other than the writer release a broadcast, or return it.
type castRelease struct {
	people people
	words  castWords
	desk   castReleaseDesk
}

type castReleaseData struct {
	Number string `json:"number"`
	// Seen is the version that was shown.
	Seen int64 `json:"seen"`
}

type castReleaseTurn = bot.Turn[castReleaseData]

// castTap begins the keys of the buttons on a releaser's card: cast:accept:TZ26-0001:3.
const castTap = "cast"

func castTapKey(word bot.Word, b broadcast.Broadcast) string {
	return castTap + ":" + string(word) + ":" + b.Number + ":" + strconv.FormatInt(b.Version, 10)
}

// castEntry begins the conversation for whoever hands over.
func castEntry(flow string, word bot.Word, number, rest string) bot.Entry {
	return bot.Entry{Flow: flow, Key: castTap + ":" + string(word) + ":" + number + ":0", Text: rest}
}

func parseCastKey(key string) (word bot.Word, number string, version int64, ok bool) {
	parts := strings.Split(key, ":")
	if len(parts) != 4 || parts[0] != castTap {
		return "", "", 0, false
	}
	version, err := strconv.ParseInt(parts[3], 10, 64)
	return bot.Word(parts[1]), parts[2], version, err == nil
}

var releaseChoices = []bot.Choice{{Label: "同意放行"}, {Label: "退回"}, {Label: "先放着"}}

func (f *castRelease) flow() bot.Flow {
	act := map[bot.Word]func(context.Context, *castReleaseTurn) (bot.Next, error){
		bot.WordAccept: f.release, bot.WordConfirm: f.release,
		bot.WordReturn: func(ctx context.Context, t *castReleaseTurn) (bot.Next, error) { return f.back(ctx, t, t.Command.Rest) },
	}
	return bot.Define(bot.Spec[castReleaseData]{
		Name: "cast_release", Rev: 1, Title: "放行群发", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnTap(castTap)},
		Begin:  f.begin, To: []bot.StepName{"sure", "reason"},
		Steps: []bot.Step[castReleaseData]{
			{Name: "sure", AskFunc: f.ask, Handle: f.take, Commands: act},
			{Name: "reason", Verbatim: true, Ask: bot.Reply{Text: "为什么退回?写一句,会转给撰写的人。"}, Handle: f.takeReason},
		},
	})
}

func (f *castRelease) begin(ctx context.Context, t *castReleaseTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	word, number, version, ok := parseCastKey(t.Entry.Key)
	if !ok {
		t.Say("这个按钮已经用不上了。")
		return bot.End(), nil
	}
	b, err := f.desk.ByNumber(ctx, member, number)
	if err == nil && b.Author == member {
		err = broadcast.ErrOwn
	}
	if err == nil && b.State != broadcast.Submitted {
		err = union.ErrSettled
	}
	if err != nil {
		return f.refused(t, b, err, number)
	}
	t.Data = castReleaseData{Number: number, Seen: version}
	switch {
	case version != 0 && version != b.Version:
		return f.refused(t, b, union.ErrStale, number)
	case version != 0 && word == bot.WordAccept: // the card showed it
		return f.release(ctx, t)
	case word == bot.WordReturn && t.Entry.Text == "":
		return bot.Goto("reason"), nil
	case word == bot.WordReturn:
		return f.back(ctx, t, t.Entry.Text)
	}
	// It was named by its number alone: nobody releases what they have not read.
	t.Data.Seen = b.Version
	return bot.Goto("sure"), nil
}

func (f *castRelease) ask(ctx context.Context, t *castReleaseTurn) (bot.Reply, error) {
	member, err := f.people.acting(ctx, t.Talk)
	var b broadcast.Broadcast
	if err == nil {
		b, err = f.desk.ByNumber(ctx, member, t.Data.Number)
	}
	if err != nil {
		return bot.Reply{}, fmt.Errorf("show broadcast: %w", err)
	}
	t.Data.Seen = b.Version
	text := fmt.Sprintf("%s 正文:\n%s\n发给 %s,%s。时间:%s。", b.Number, b.Text, f.words.audience(b.Audience), andAlso(f.words.heads(b.Audience, b.Head), f.words.joiners(b)), f.words.when(b, t.Now))
	if attached := f.words.attachment(b); attached != "" {
		text += attached + "。"
	}
	if b.Notice != broadcast.Wait {
		text += "公众号上发不过去的,先发\"" + castBusinesses[b.Notice] + "\"提醒。"
	}
	if kept := keptFrom(b); kept != "" {
		text += "正文是祝福," + kept + "。"
	}
	return bot.Reply{Text: text, Choices: releaseChoices}, nil
}

func (f *castRelease) take(ctx context.Context, t *castReleaseTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), releaseChoices)
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	switch i {
	case 1:
		return bot.Goto("reason"), nil
	case 2:
		t.Say("好的,先放着,没有放行。")
		return bot.End(), nil
	}
	return f.release(ctx, t)
}

func (f *castRelease) release(ctx context.Context, t *castReleaseTurn) (bot.Next, error) {
	member, err := f.people.acting(ctx, t.Talk)
	var b broadcast.Broadcast
	if err == nil {
		b, err = f.desk.Release(ctx, member, t.Data.Number, t.Data.Seen)
	}
	if err != nil {
		return f.refused(t, b, err, t.Data.Number)
	}
	var again broadcast.Repeat
	if b.Series != 0 {
		if again, err = f.desk.RepeatOf(ctx, member, b.Number); err != nil {
			return bot.Next{}, err
		}
	}
	t.Say(fmt.Sprintf("%s 已放行,%s,%s%s。回复\"进度 %s\"看发到哪了,\"暂停 %s\"可以停。", b.Number, f.words.starts(b), f.words.heads(b.Audience, b.Head), f.words.henceforth(again), b.Number, b.Number))
	return bot.End(), nil
}

func (f *castRelease) takeReason(ctx context.Context, t *castReleaseTurn) (bot.Next, error) {
	if !t.IsText() || wordless(t.Text()) {
		return bot.Miss(), nil
	}
	return f.back(ctx, t, t.Text())
}

func (f *castRelease) back(ctx context.Context, t *castReleaseTurn, reason string) (bot.Next, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return bot.Goto("reason"), nil
	}
	member, err := f.people.acting(ctx, t.Talk)
	var b broadcast.Broadcast
	if err == nil {
		b, err = f.desk.Return(ctx, member, t.Data.Number, t.Data.Seen, cut(reason, reasonRunes))
	}
	if err != nil {
		return f.refused(t, b, err, t.Data.Number)
	}
	t.Say(b.Number + " 已退回给撰写的人。")
	return bot.End(), nil
}

func (f *castRelease) refused(t *castReleaseTurn, b broadcast.Broadcast, err error, number string) (bot.Next, error) {
	switch {
	case errors.Is(err, union.ErrSettled):
		t.Say(number + " 现在是\"" + f.words.state(b) + "\",不用再办了。")
		return bot.End(), nil
	case errors.Is(err, union.ErrStale):
		t.Say(number + " 已经改过,请按新的那张卡办,或回复\"同意 " + number + "\"看现在的内容。")
		return bot.End(), nil
	}
	return castRefused(t.Talk, err, number)
}
