package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
	"github.com/unionbot/unionbot/union/roster"
)

type castListDesk interface {
	// AwaitList keeps a file with people, to be fetched. ReadList returns broadcast.ErrFetching, broadcast.ErrLost, or a
	// *roster.Unreadable that says what is wrong with it.
	AwaitList(ctx context.Context, writer union.MemberID, channel, media string) (int64, error)
	ReadList(ctx context.Context, writer union.MemberID, id int64) (roster.List, error)
}

// readNow is how somebody at the file itself says, or asks, that it is there; the notice that it was fetched names the word with the
// list in it, for the writer may stand elsewhere by then, where a digit would mean something else.
var (
	readNow   = regexp.MustCompile(`^[“"「]?(名单|文件|名单文件)?(取?好了|取到了|有了)([吗么没呢]|没有)?[”"」。!!??\s]*$|^(好的?|收到|嗯+|行|知道了|ok|OK)[。!！~\s]*$`)
	listReady = regexp.MustCompile(`^[“"「]?名单(文件)?(取?好了|取到了)([吗么没呢]|没有)?[”"」。!!??\s]*$`)
)

var fileChoices = []bot.Choice{{Label: "取好了,接着办"}, {Label: "不用文件了,直接说发给谁"}}

// ListFetched implements broadcast.Words.
func (n *Notices) ListFetched(lost bool) notice.Body {
	if lost {
		return notice.Body{Text: "您发的名单文件没有取到,请再发一次,或把名单贴成文字发来。"}
	}
	return notice.Body{Text: "您发的名单文件取到了,在群发里回复\"名单好了\",就读出来接着办。"}
}

// keepFile has a file fetched; ok is false where the platform tells of it and does not hand it over.
func (f *cast) keepFile(ctx context.Context, t *castTurn) (ok bool, err error) {
	if t.Message.Media == nil {
		t.Lead("这个文件平台没有转给我们,请把名单贴成文字发来。\n")
		return false, nil
	}
	member, err := f.people.acting(ctx, t.Talk)
	if err == nil {
		t.Data.File, err = f.desk.AwaitList(ctx, member, string(t.Message.Channel), t.Message.Media.ID)
	}
	return err == nil, err
}

// fileAhead keeps a list that comes before the text.
func (f *cast) fileAhead(ctx context.Context, t *castTurn) (bot.Next, error) {
	ok, err := f.keepFile(ctx, t)
	if err != nil {
		return bot.Next{}, err
	}
	if ok {
		t.Lead("名单文件收到了,正文写好就按它发。\n")
	}
	return bot.Repeat(), nil
}

// takeFile takes a list where it is asked who is meant, and goes on with the one that was sent.
func (f *cast) takeFile(ctx context.Context, t *castTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindFile {
		if ok, err := f.keepFile(ctx, t); err != nil || !ok {
			return bot.Repeat(), err
		}
		return f.readFile(ctx, t)
	}
	i, ok := bot.Choose(t.Text(), fileChoices)
	switch {
	case ok && i == 1:
		t.Data.File = 0
		return bot.Goto("who"), nil
	case ok || !t.IsText() || readNow.MatchString(bot.Simplified(t.Text())):
		return f.readFile(ctx, t)
	}
	return f.takeWho(ctx, t) // it is said in words after all
}

// whoAgain asks once more for whom it is; at the file it goes on waiting for that, for there a digit means something else.
func whoAgain(t *castTurn) bot.Next {
	if t.Step == "file" && t.Data.File != 0 {
		return bot.Goto("file")
	}
	return bot.Goto("who")
}

// saidReady answers, at any question but the text and the file, who says that the list is there: it is read where it is still waited
// for, and is no answer to the question.
func (f *cast) saidReady(handle func(context.Context, *castTurn) (bot.Next, error)) func(context.Context, *castTurn) (bot.Next, error) {
	return func(ctx context.Context, t *castTurn) (bot.Next, error) {
		switch {
		case !t.IsText() || !listReady.MatchString(bot.Simplified(t.Text())):
			return handle(ctx, t)
		case t.Data.File != 0:
			return f.readFile(ctx, t)
		}
		t.Lead("现在没有等着读的名单文件:已经读过了,或者说了不用。\n")
		return bot.Repeat(), nil
	}
}

// readyAhead answers the same before the text is there, which it is not.
func readyAhead(t *castTurn) (bot.Next, error) {
	if t.Data.File != 0 {
		t.Lead("名单文件记着了,正文写好就按它发。\n")
	} else {
		t.Lead("现在没有等着读的名单文件。\n")
	}
	return bot.Repeat(), nil
}

// readFile addresses those of the list that was sent, beside those who were found before.
func (f *cast) readFile(ctx context.Context, t *castTurn) (bot.Next, error) {
	member, scope, err := f.scope(ctx, t)
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	list, err := f.desk.ReadList(ctx, member, t.Data.File)
	var wrong *roster.Unreadable
	switch {
	case errors.Is(err, broadcast.ErrFetching):
		return bot.Goto("file"), nil
	case errors.Is(err, broadcast.ErrLost):
		t.Lead("名单文件没有取到,请再发一次,或把名单贴成文字发来。\n")
	case errors.As(err, &wrong) && wrong.Line > 0:
		t.Lead(fmt.Sprintf("名单文件读不了,第 %d 行:%s。\n", wrong.Line, wrong.Reason))
	case errors.As(err, &wrong):
		t.Lead("名单文件读不了:" + wrong.Reason + "。\n")
	case err != nil:
		return bot.Next{}, err
	}
	t.Data.File = 0
	if err != nil {
		return bot.Goto("who"), nil //nolint:nilerr // the person was told
	}
	a := t.Data.Who
	if len(a.Orgs) == 0 {
		for _, o := range scope.Tops {
			a.Orgs = append(a.Orgs, broadcast.Part{Org: o.ID, Path: o.Path, Lineage: o.Lineage})
		}
	}
	how := broadcast.Said{Typed: map[string]string{}, Called: map[string]string{}, Names: t.Data.Either}
	for _, p := range list.People {
		name := bot.Simplified(p.Name)
		if name != p.Name {
			how.Typed[name] = p.Name
		}
		if p.StaffNo == "" {
			how.Names = append(how.Names, name)
			continue
		}
		a.Staff, how.Called[p.StaffNo] = append(a.Staff, p.StaffNo), name
	}
	t.Lead(fmt.Sprintf("名单文件里有 %d 人。", len(list.People)))
	if list.Hidden > 0 {
		t.Lead(fmt.Sprintf("表里隐藏或筛选掉的 %d 行没有算。", list.Hidden))
	}
	return f.addressed(ctx, t, member, a, how)
}
