package flows

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/notice"
)

// CastDesk writes, releases and steers broadcasts. Rights are judged at the act; for anybody else there is nothing to be
// found.
type CastDesk interface {
	// Scope returns union.ErrForbidden for somebody who may write to nobody.
	Scope(ctx context.Context, member union.MemberID) (broadcast.Scope, error)
	Count(ctx context.Context, writer union.MemberID, a broadcast.Audience) (int, error)
	// Named finds the people whom an audience names, or returns broadcast.ErrNobody.
	Named(ctx context.Context, writer union.MemberID, a broadcast.Audience, how broadcast.Said) (broadcast.Listing, error)
	castListDesk
	castPictureDesk
	castWaysDesk
	castRepeatDesk
	Preview(ctx context.Context, writer union.MemberID, b broadcast.Broadcast) ([]broadcast.Sample, error)
	// Try sends the writer what a receiver gets, once an occasion.
	Try(ctx context.Context, writer union.MemberID, b broadcast.Broadcast, occasion string) error
	// Submit hands it in, and says who is asked to release it.
	Submit(ctx context.Context, writer union.MemberID, b broadcast.Broadcast) (broadcast.Broadcast, []union.Member, error)
	Rewrite(ctx context.Context, writer union.MemberID, number string) (broadcast.Broadcast, error)
	castReleaseDesk
	castSteerDesk
	castAnswerDesk
}

// cast leads somebody through a message to many, to be released by somebody else.
type cast struct {
	people people
	drafts FlowDraftDesk
	words  castWords
	desk   CastDesk
}

type castData struct {
	Ref  string             `json:"ref"`
	Text string             `json:"text,omitempty"`
	Who  broadcast.Audience `json:"who"`
	Head int                `json:"head,omitempty"`
	// File is a list that was sent and is not read yet.
	File int64 `json:"file,omitempty"`
	// Unknown are of a list what nobody goes by, Either names of which it is not said yet who is meant.
	Unknown []string  `json:"unknown,omitempty"`
	Either  []string  `json:"either,omitempty"`
	Starts  time.Time `json:"starts,omitzero"`
	Urgent  bool      `json:"urgent,omitempty"`
	// MayUrge is true where the writer may declare it urgent; Top names those to whom it goes if nobody is named.
	MayUrge bool             `json:"may_urge,omitempty"`
	Tops    []broadcast.Part `json:"tops,omitempty"`
	// Complete is true once everything was answered: a changed answer leads back to the summary.
	Complete bool `json:"complete,omitempty"`
	// Official is how many may be written to only for a while after their own words, Notice what they are told else.
	Official int                `json:"official,omitempty"`
	Notice   broadcast.Business `json:"notice,omitempty"`
	// Repeat is how often it is said again, Run what it is a run of.
	Repeat broadcast.Every `json:"repeat,omitempty"`
	Run    broadcast.Run   `json:"run,omitzero"`
	// Seen is the version of what is written anew, as it was read.
	Seen int64 `json:"seen,omitempty"`
	// Joiners is up to which day who comes later gets it.
	Joiners calendar.Date `json:"joiners,omitzero"`
	// Picture was sent to go behind the text, with Alone in its place; Attached is what it is, once it was fetched.
	Picture  int64        `json:"picture,omitempty"`
	Attached *notice.File `json:"attached,omitempty"`
	Alone    bool         `json:"alone,omitempty"`
	Kept     keptData     `json:"kept,omitzero"`
}

type castTurn = bot.Turn[castData]

func (d *castData) broadcast() broadcast.Broadcast {
	return broadcast.Broadcast{
		Ref: d.Ref, Version: d.Seen, Run: d.Run, Urgent: d.Urgent, StartsAt: d.Starts,
		Details: broadcast.Details{Text: d.Text, Audience: d.Who, Chosen: !d.Starts.IsZero(), Notice: d.Notice, Repeat: d.Repeat, Joiners: d.Joiners, File: d.Attached, Alone: d.Alone},
	}
}

// castExpires is how long the writing waits; what was written is kept as a draft.
const castExpires = 2 * time.Hour

var wantsCast = regexp.MustCompile(`^(我要|我想|帮我|请)?(给.{1,20})?(群发|发(个|一个|条|一条)?通知)`)

// asksBack knows 发通知了吗, which asks and does not want to.
var asksBack = regexp.MustCompile(`了没|了吗|没有|吗[?？]?$|[?？]$`)

func (f *cast) flow() bot.Flow {
	var starts []bot.Trigger
	for _, phrase := range []string{"群发", "发通知", "群发通知", "我要群发", "群发消息", "发布通知"} {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	starts = append(starts, bot.OnWord(bot.WordRewrite))
	return bot.Define(outliving(f.people, f.drafts, func(d *castData) *keptData { return &d.Kept }, bot.Spec[castData]{
		Name: "cast", Rev: 1, Title: "群发", Expires: castExpires, Starts: starts, Begin: f.begin,
		To: []bot.StepName{"text", "who", "file", "list", "when", "business", "repeat", "joiners", "sure", "field"},
		Understand: func(text string) []bot.Guess {
			if wantsCast.MatchString(text) && !asksBack.MatchString(text) {
				return []bot.Guess{{Label: "群发通知", Score: bot.BreakingScore}}
			}
			return nil
		},
		Steps: []bot.Step[castData]{
			{Name: "text", Verbatim: true, Ask: bot.Reply{Text: "要发什么?请把正文发来,600 字以内。可以用 {姓名}、{单位}、{岗位},发给每个人时换成本人的。(不想写了回\"取消\")"}, Handle: f.takeText},
			{Name: "who", AskFunc: f.askWho, Handle: f.saidReady(f.takeWho)},
			{Name: "file", Ask: bot.Reply{Text: "名单文件正在取,取好了马上告诉您。", Choices: fileChoices}, Handle: f.takeFile},
			{Name: "list", AskFunc: f.askList, Handle: f.saidReady(f.takeList)},
			{Name: "when", AskFunc: f.askWhen, Handle: f.saidReady(f.takeWhen)},
			{Name: "business", AskFunc: f.askBusiness, Handle: f.saidReady(f.takeBusiness)},
			{Name: "repeat", Ask: bot.Reply{Text: repeatAsked, Choices: repeatChoices}, Handle: f.saidReady(f.takeRepeat)},
			{Name: "joiners", Ask: bot.Reply{Text: joinersAsked, Choices: joinersChoices}, Handle: f.saidReady(f.takeJoiners)},
			{Name: "field", AskFunc: f.askField, Handle: f.saidReady(f.takeField)},
			{
				Name: "sure", AskFunc: f.askSure, Handle: f.saidReady(f.takeSure),
				Commands: map[bot.Word]func(context.Context, *castTurn) (bot.Next, error){bot.WordConfirm: f.submit, bot.WordChange: f.change},
			},
		},
	}))
}

func (f *cast) begin(ctx context.Context, t *castTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	scope, err := f.desk.Scope(ctx, member)
	if errors.Is(err, union.ErrForbidden) {
		t.Say("群发由工会干部来办,您现在不是。需要通知大家的事,请联系分会。")
		return bot.End(), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("read scope: %w", err)
	}
	// The message that began it names it: handed in twice, it is one.
	sum := sha256.Sum256([]byte(t.Message.ID))
	t.Data = castData{Ref: "chat/" + hex.EncodeToString(sum[:16]), MayUrge: scope.Urgent}
	for _, o := range scope.Tops {
		t.Data.Tops = append(t.Data.Tops, broadcast.Part{Org: o.ID, Path: o.Path, Lineage: o.Lineage})
	}
	if t.Command.Word == bot.WordRewrite {
		return f.rewrite(ctx, t, member)
	}
	return bot.Goto("text"), nil
}

// rewrite takes up what was handed in before.
func (f *cast) rewrite(ctx context.Context, t *castTurn, member union.MemberID) (bot.Next, error) {
	if t.Command.Number == "" {
		t.Say("要改哪一条?请写编号,如\"改通知 TZ26-0003\"。回复\"我的群发\"看编号。")
		return bot.End(), nil
	}
	b, err := f.desk.Rewrite(ctx, member, t.Command.Number)
	if errors.Is(err, broadcast.ErrNotNow) {
		var r broadcast.Report
		if r, err = f.desk.Report(ctx, member, t.Command.Number); err == nil {
			t.Say(f.words.underWay(r))
			return bot.End(), nil
		}
	}
	if err != nil {
		return castRefused(t.Talk, err, t.Command.Number)
	}
	t.Data.Text, t.Data.Who, t.Data.Head, t.Data.Urgent, t.Data.Notice, t.Data.Complete = b.Text, b.Audience, b.Head, b.Urgent, b.Notice, true
	t.Data.Repeat, t.Data.Run, t.Data.Joiners, t.Data.Attached, t.Data.Alone = b.Repeat, b.Run, b.Joiners, b.File, b.Alone
	if ways, err := f.desk.WaysTo(ctx, member, b.Audience); err == nil { // else nothing is said of it
		t.Data.Official = ways.Open + ways.Shut
	}
	if b.Chosen {
		t.Data.Starts = b.StartsAt
	}
	if b.State == broadcast.Cancelled {
		t.Lead(b.Number + " 还没发出,已撤下,放行作废。改好重新提交,会有新的编号。\n")
		return bot.Goto("sure"), nil
	}
	t.Data.Ref, t.Data.Seen = b.Ref, b.Version
	if b.Series != 0 && b.Version == 1 {
		t.Lead(b.Number + " 是照上一次准备的,还没有提交。\n")
		return bot.Goto("sure"), nil
	}
	if b.Returned != "" {
		t.Lead(b.Number + " 退回的原因:" + strings.TrimRight(b.Returned, "。.!！") + "。\n")
		return bot.Goto("sure"), nil
	}
	t.Lead(b.Number + " 已撤回来改,原来的审批作废。\n")
	return bot.Goto("sure"), nil
}

func (f *cast) takeText(ctx context.Context, t *castTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindFile {
		return f.fileAhead(ctx, t)
	}
	if t.Message.Kind == bot.KindImage {
		return f.illustrate(ctx, t)
	}
	text := strings.TrimSpace(t.Text())
	if !t.IsText() || text == "" {
		return bot.Miss(), nil
	}
	if listReady.MatchString(bot.Simplified(text)) {
		return readyAhead(t)
	}
	if unknown := broadcast.UnknownVariable(text); unknown != "" {
		t.Lead("不认识 " + unknown + ",只能用 {姓名}、{单位}、{岗位}。")
		return bot.Repeat(), nil
	}
	if broadcast.CheckText(text) != nil {
		t.Lead("太长了,一条消息装不下。")
		return bot.Repeat(), nil //nolint:nilerr // the person was told
	}
	t.Data.Text, t.Title = text, "群发《"+cut(text, 12)+"》"
	if t.Data.File != 0 {
		return f.readFile(ctx, t)
	}
	return f.after(t, "who"), nil
}

// after leads to the next question, or back to the summary where one answer was changed.
func (f *cast) after(t *castTurn, step bot.StepName) bot.Next {
	if t.Data.Complete {
		return bot.Goto("sure")
	}
	return bot.Goto(step)
}

func (f *cast) askWho(_ context.Context, t *castTurn) (bot.Reply, error) {
	return bot.Reply{
		Text:    "发给谁?写单位、岗位、性别、年龄、职务或班次,如:一分厂 女职工、焊工 35岁以下、班组长、明天夜班;也可以贴工号或姓名的名单,或者发名单文件(xlsx、csv、txt)。",
		Choices: []bot.Choice{{Label: f.words.audience(broadcast.Audience{Orgs: t.Data.Tops}) + "全体"}},
	}, nil
}

func (f *cast) takeWho(ctx context.Context, t *castTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindFile {
		t.Data.Who, t.Data.Unknown, t.Data.Either = broadcast.Audience{}, nil, nil
		return f.takeFile(ctx, t)
	}
	if !t.IsText() || strings.TrimSpace(t.Text()) == "" {
		return bot.Miss(), nil
	}
	member, scope, err := f.scope(ctx, t)
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	a := broadcast.Audience{}
	if t.Text() != "1" {
		var either []union.Organisation
		if a, either = broadcast.ParseAudience(bot.Simplified(t.Text()), scope); len(either) > 0 {
			t.Lead("是哪一个?请写全:" + unitsOf(either) + "。\n")
			return whoAgain(t), nil
		}
		if a.Shift != nil && len(a.Shift.Unknown) > 0 {
			t.Lead(f.words.noShift(a.Shift.Unknown, scope) + "\n")
			return whoAgain(t), nil
		}
	}
	for _, word := range a.Posts {
		if found, exact := union.FindOrganisations(scope.Others, word); exact {
			t.Lead(found[0].Unit() + " 不归您负责,不能发给他们。\n")
			return whoAgain(t), nil
		}
	}
	if len(a.Orgs) == 0 {
		a.Orgs = t.Data.Tops
	}
	t.Data.Unknown, t.Data.Either = nil, nil
	return f.addressed(ctx, t, member, a, broadcast.Said{Typed: asTyped(t.Text(), scope)})
}

// asTyped are the words of a text that may be names, as they were written, by what they are in simplified characters.
func asTyped(text string, scope broadcast.Scope) map[string]string {
	typed := map[string]string{}
	written, _ := broadcast.ParseAudience(text, scope)
	for _, word := range written.Posts {
		if s := bot.Simplified(word); s != word {
			typed[s] = word
		}
	}
	return typed
}

func (f *cast) scope(ctx context.Context, t *castTurn) (member union.MemberID, scope broadcast.Scope, err error) {
	if member, err = f.people.acting(ctx, t.Talk); err == nil {
		scope, err = f.desk.Scope(ctx, member)
	}
	return member, scope, err
}

// addressed looks up whom an audience names and counts whom it has. What nobody goes by is shown before anything goes on.
func (f *cast) addressed(ctx context.Context, t *castTurn, member union.MemberID, a broadcast.Audience, how broadcast.Said) (bot.Next, error) {
	if len(a.Staff)+len(how.Names) > broadcast.MostStaff {
		t.Lead(fmt.Sprintf("一次最多 %d 个工号。", broadcast.MostStaff))
		return whoAgain(t), nil
	}
	named, err := f.desk.Named(ctx, member, a, how)
	if errors.Is(err, broadcast.ErrNobody) {
		t.Lead(f.words.unfound(named) + "\n")
		return whoAgain(t), nil
	}
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	a = named.Audience
	n, err := f.desk.Count(ctx, member, a)
	if errors.Is(err, broadcast.ErrFew) {
		t.Lead(saidFew + "\n")
		return whoAgain(t), nil
	}
	if errors.Is(err, broadcast.ErrCrowd) {
		t.Lead(saidCrowd + "\n")
		return whoAgain(t), nil
	}
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	if n == 0 {
		t.Lead("按\"" + f.words.audience(a) + "\"一个人也没有找到,请换个说法。\n")
		return whoAgain(t), nil
	}
	t.Data.settle(&named)
	t.Data.Who, t.Data.Head, t.Data.File = a, n, 0 // a file that is still under way was given up for it
	ways, err := f.desk.WaysTo(ctx, member, a)
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	t.Data.Official = ways.Open + ways.Shut
	t.Lead(fmt.Sprintf("发给 %s,现在%s。%s\n", f.words.audience(a), f.words.total(a, n), f.words.ways(ways)))
	unfound := f.words.unfound(named)
	if out := len(a.Staff) - n; out > 0 {
		unfound = strings.TrimPrefix(unfound+fmt.Sprintf("\n名单上有 %d 人不合其他条件,收不到。", out), "\n")
	}
	if unfound != "" {
		t.Lead(unfound + "\n")
		return bot.Goto("list"), nil
	}
	return f.after(t, "when"), nil
}

// settle keeps what of a list is still open. What nobody goes by is taken for mended once as many people were added.
func (d *castData) settle(n *broadcast.Listing) {
	open := map[string]bool{}
	for _, m := range n.Either {
		open[m.Name] = true
	}
	added := len(n.Staff) - len(d.Who.Staff)
	for _, name := range d.Either {
		if !open[name] {
			added--
		}
	}
	if len(d.Unknown) > max(added, 0) {
		n.Unknown = slices.Compact(slices.Sorted(slices.Values(append(d.Unknown, n.Unknown...))))
	}
	d.Unknown, d.Either = n.Unknown, slices.Sorted(maps.Keys(open))
}

func (d *castData) listChoices() []bot.Choice {
	return []bot.Choice{{Label: fmt.Sprintf("就发给认出来的 %d 人", d.Head)}, {Label: "重新说发给谁"}}
}

func (f *cast) askList(_ context.Context, t *castTurn) (bot.Reply, error) {
	return bot.Reply{Text: "要补上谁,把工号发来就行。", Choices: t.Data.listChoices()}, nil
}

// takeList goes on with those who were found, or adds who is sent to them.
func (f *cast) takeList(ctx context.Context, t *castTurn) (bot.Next, error) {
	if t.Message.Kind == bot.KindFile {
		return f.takeFile(ctx, t)
	}
	if !t.IsText() {
		return bot.Miss(), nil
	}
	switch i, ok := bot.Choose(t.Text(), t.Data.listChoices()); {
	case ok && i == 0:
		return f.after(t, "when"), nil
	case ok:
		return bot.Goto("who"), nil
	}
	member, scope, err := f.scope(ctx, t)
	if err != nil {
		return castRefused(t.Talk, err, "")
	}
	more, _ := broadcast.ParseAudience(bot.Simplified(t.Text()), scope)
	if len(more.Staff)+len(more.Posts) == 0 {
		return bot.Miss(), nil
	}
	a := t.Data.Who
	a.Staff, a.Posts = append(a.Staff, more.Staff...), slices.Concat(a.Posts, t.Data.Either, more.Posts)
	return f.addressed(ctx, t, member, a, broadcast.Said{Typed: asTyped(t.Text(), scope)})
}

// saidFew refuses an audience without saying whether there is anybody.
const saidFew = "按家庭情况只能发给人多的范围:写到的单位里有符合的不到 10 人的,或另外写了岗位、职务、班次、年龄、标签、工号,都不行,免得看出是谁。请把范围放大。"

var saidCrowd = fmt.Sprintf("按班次一次最多 %d 人,请写小一点的单位。", broadcast.MostStaff)

func unitsOf(orgs []union.Organisation) string {
	var names []string
	for _, o := range orgs {
		names = append(names, o.Unit())
	}
	return strings.Join(names, "、")
}
