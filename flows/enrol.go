package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/enrolment"
)

// EnrolDesk is every use case of union/enrolment that a conversation reaches.
type EnrolDesk interface {
	SignUpDesk
	EntryDesk
	OrganiseDesk
}

// SignUpDesk shows what is open, and signs up.
type SignUpDesk interface {
	// Opened lists what the member may sign up for now, the soonest first.
	Opened(ctx context.Context, member union.MemberID) ([]enrolment.View, error)
	// Activity finds one by number or title; union.ErrNotFound.
	Activity(ctx context.Context, member union.MemberID, name string) (enrolment.View, error)
	// Mates finds a team by staff numbers; *enrolment.MateError, *enrolment.InTeamError.
	Mates(ctx context.Context, captain union.MemberID, activity enrolment.ID, staffNos []string) ([]union.Member, error)
	// SignUp judges everything at the act, whatever was shown before.
	SignUp(ctx context.Context, app enrolment.Application) (enrolment.Signed, error)
}

// enrol signs a member, or a team, up for a competition, a contest or a campaign.
type enrol struct {
	people people
	drafts FlowDraftDesk
	words  enrolWords
	desk   SignUpDesk
	attach attacher
	reader *reader
}

type attacher interface {
	Attach(ctx context.Context, a cases.Attachment) (cases.ID, error)
}

// enrolData is what is known of the entry so far.
type enrolData struct {
	// Offered are the numbers of the activities in the list, Labels their lines.
	Offered []string `json:"offered,omitempty"`
	Labels  []string `json:"labels,omitempty"`
	Number  string   `json:"number,omitempty"`
	// Full says that there was no place when the activity was chosen, so that waiting is no news.
	Full     bool             `json:"full,omitempty"`
	OnSite   bool             `json:"on_site,omitempty"`
	Pictures []cases.ID       `json:"pictures,omitempty"`
	Agreed   string           `json:"agreed,omitempty"`
	Choice   string           `json:"choice,omitempty"`
	Team     string           `json:"team,omitempty"`
	Mates    []union.MemberID `json:"mates,omitempty"`
	Names    string           `json:"names,omitempty"`
	Kept     keptData         `json:"kept,omitzero"`
}

type enrolTurn = bot.Turn[enrolData]

// enrolExpires is how long a sign-up waits for an answer: a place that may go to others is not held by a draft.
const enrolExpires = 12 * time.Hour

var asksToEnrol = regexp.MustCompile(`^((我|我们|咱们|我们队|我们班|我们班组)?(也)?(想|要|想要|打算|准备)?(报名|报个名|报|参加|参赛))` +
	`|(还能|能不能|可以|怎么|在哪|哪里).{0,4}(报名|报).{0,6}(比武|竞赛|比赛|大赛|疗休养|活动)?|(比武|竞赛|比赛|大赛|疗休养).{0,6}(报名|名额)|有(什么|哪些)(比武|竞赛|比赛|活动)`)

func (f *enrol) flow() bot.Flow {
	starts := []bot.Trigger{bot.OnMenu("enrol")}
	for _, phrase := range []string{"我要报名", "我想报名", "报个名", "竞赛报名", "比武报名", "活动报名", "报名竞赛和活动"} {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(outliving(f.people, f.drafts, func(d *enrolData) *keptData { return &d.Kept }, bot.Spec[enrolData]{
		Name: "enrol", Rev: 1, Title: "报名", Expires: enrolExpires,
		Starts:     starts,
		Begin:      f.begin,
		To:         []bot.StepName{"which", "evidence", "team", "mates", "choice", "agreement", "sure"},
		Understand: f.reader.about(topicEnrol, "报名竞赛和活动", ""),
		Steps: []bot.Step[enrolData]{
			{Name: "which", AskFunc: f.askWhich, Handle: f.takeWhich},
			{Name: "evidence", AskFunc: f.asking(askEvidence), Handle: f.taking(f.takeEvidence)},
			{Name: "team", Ask: bot.Reply{Text: "你们队叫什么名字?"}, Handle: f.taking(f.takeTeam)},
			{Name: "mates", AskFunc: f.asking(askMates), Handle: f.taking(f.takeMates)},
			{Name: "choice", AskFunc: f.asking(askChoice), Handle: f.taking(f.takeChoice)},
			{Name: "agreement", AskFunc: f.asking(askAgreement), Handle: f.taking(f.takeAgreement)},
			{
				Name: "sure", AskFunc: f.asking(f.askSure), Handle: f.takeSure,
				Commands: map[bot.Word]func(context.Context, *enrolTurn) (bot.Next, error){
					bot.WordConfirm: f.signUp, bot.WordChange: f.change,
				},
			},
		},
	}))
}

func (f *enrol) begin(ctx context.Context, t *enrolTurn) (bot.Next, error) {
	member, next, err := f.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	open, err := f.desk.Opened(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list activities: %w", err)
	}
	about := subject(t.Entry.Text)
	meant := meantBy(open, about)
	_, isKind := kindWords[about]
	switch {
	case len(meant) == 1 && about != "" && !isKind:
		return f.choose(ctx, t, meant[0].Number)
	case len(meant) == 0 && about != "":
		// Perhaps it is named, and for others.
		v, err := f.desk.Activity(ctx, member, about)
		if err == nil {
			return f.choose(ctx, t, v.Number)
		}
		if !errors.Is(err, union.ErrNotFound) {
			return bot.Next{}, fmt.Errorf("find activity: %w", err)
		}
		meant = open
	}
	if len(open) == 0 {
		t.Say("现在没有您能报名的竞赛、比武和活动。有新的会在这里发布,回复\"报名\"就能看到。")
		return bot.End(), nil
	}
	if len(meant) > listed {
		t.Lead(fmt.Sprintf("共 %d 项,先列最近的;也可以直接说名称。", len(meant)))
	}
	for _, v := range meant[:min(len(meant), listed)] {
		t.Data.Offered = append(t.Data.Offered, v.Number)
		t.Data.Labels = append(t.Data.Labels, f.words.line(v))
	}
	return bot.Goto("which"), nil
}

// filler are the words of a sentence that say that one wants to sign up, and not for what.
var filler = regexp.MustCompile(`我们班组|我们班|我们队|咱们|我们|我|报名参加|报名|报个名|参加|参赛|想要|打算|准备|还能|能不能|可以|怎么|有什么|有哪些|名额|还有|[想要也报的吗呢么吧啊呀下去个这次在哪里,。.!?、\s]`) // of narrow text

// subject is what of a sentence may name an activity: 焊工 of 我要报焊工技能比武.
func subject(text string) string { return filler.ReplaceAllString(bot.Simplified(narrow(text)), "") }

var kindWords = map[string]enrolment.Kind{
	"技能比武": enrolment.Contest, "比武": enrolment.Contest, "技能竞赛": enrolment.Contest, "技能大赛": enrolment.Contest,
	"劳动竞赛": enrolment.Competition, "竞赛": enrolment.Competition, "比赛": "", "大赛": "", "活动": enrolment.Campaign,
}

// meantBy are those of the activities that a sentence may mean; all where it names none.
func meantBy(open []enrolment.View, about string) []enrolment.View {
	kind, isKind := kindWords[about]
	if about == "" || isKind && kind == "" {
		return open
	}
	meant := slices.DeleteFunc(slices.Clone(open), func(v enrolment.View) bool {
		if isKind {
			return v.Kind != kind
		}
		return !shortFor(v.Title, about) && !strings.Contains(about, v.Title)
	})
	if len(meant) == 0 && isKind {
		return open
	}
	return meant
}

// shortFor says whether a text leaves out some of a title's characters: 电工比武 of 电工技能比武.
func shortFor(title, text string) bool {
	left := []rune(text)
	for _, r := range title {
		if len(left) > 0 && r == left[0] {
			left = left[1:]
		}
	}
	return len(left) == 0 && utf8.RuneCountInString(text) > 1
}

func (f *enrol) askWhich(_ context.Context, t *enrolTurn) (bot.Reply, error) {
	return bot.Reply{Text: "正在报名:", Choices: labelled(t.Data.Labels)}, nil
}

func (f *enrol) takeWhich(ctx context.Context, t *enrolTurn) (bot.Next, error) {
	if i, ok := bot.Choose(t.Text(), labelled(t.Data.Labels)); ok && t.IsText() {
		return f.choose(ctx, t, t.Data.Offered[i])
	}
	if t.IsText() && asksToEnrol.MatchString(bot.Simplified(t.Text())) {
		t.Data, t.Entry.Text = enrolData{}, t.Text()
		return f.begin(ctx, t)
	}
	// A sentence may name one as well: 电工的吧.
	about := subject(t.Text())
	if about == "" || !t.IsText() {
		return bot.Miss(), nil
	}
	member, err := f.people.acting(ctx, t.Talk)
	if err != nil {
		return f.refused(t, err, enrolment.Activity{})
	}
	open, err := f.desk.Opened(ctx, member)
	if err != nil {
		return bot.Next{}, fmt.Errorf("list activities: %w", err)
	}
	if meant := meantBy(open, about); len(meant) == 1 {
		return f.choose(ctx, t, meant[0].Number)
	}
	if letters(t.Text()) >= leastMatter { // nothing is begun yet: it may be about something else
		return bot.Pass(), nil
	}
	return bot.Miss(), nil
}

// choose begins with one activity.
func (f *enrol) choose(ctx context.Context, t *enrolTurn, number string) (bot.Next, error) {
	t.Data = enrolData{Number: number}
	v, me, next, err := f.look(ctx, t)
	if err != nil || me == 0 {
		return next, err
	}
	switch {
	case v.Mine != nil:
		t.Say("您已经报过" + f.words.brief(v.Activity) + "了,编号 " + v.Mine.Number + "," + entryState(v.Mine.State) + "。回复\"进度 " + v.Mine.Number + "\"看详情。")
		return bot.End(), nil
	case !v.SignsUp(t.Now):
		err := enrolment.ErrClosed
		if v.State == enrolment.Cancelled {
			err = enrolment.ErrCancelled
		}
		return f.refused(t, err, v.Activity)
	}
	m, err := f.people.member(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if err := v.Entitled(m); err != nil {
		return f.refused(t, err, v.Activity)
	}
	t.Data.Full = v.Left == 0
	t.Title = v.Title + "报名"
	lead := f.words.full(v.Activity) + "。"
	if t.Data.Full {
		lead += strings.ReplaceAll(f.words.left(v), "可候补", "现在报名是候补") + "。"
	}
	t.Lead(lead)
	return f.ahead(t, v.Activity), nil
}

// ahead is the first question that has no answer yet; the summary when all have.
func (f *enrol) ahead(t *enrolTurn, a enrolment.Activity) bot.Next {
	d := t.Data
	switch {
	case a.Evidence != "" && !d.OnSite && len(d.Pictures) == 0:
		return bot.Goto("evidence")
	case a.Team != nil && d.Team == "":
		return bot.Goto("team")
	case a.Team != nil && len(d.Mates) == 0:
		return bot.Goto("mates")
	case a.Ask != "" && d.Choice == "":
		return bot.Goto("choice")
	case d.Agreed != a.AgreementHash():
		return bot.Goto("agreement")
	}
	return bot.Goto("sure")
}

// look reads the activity anew, and who is talking. Without a member next says where to go.
func (f *enrol) look(ctx context.Context, t *enrolTurn) (v enrolment.View, me union.MemberID, next bot.Next, err error) {
	if me, err = f.people.find(ctx, t.Talk); err != nil {
		return v, 0, next, err
	}
	if me == 0 {
		return v, 0, f.people.stranger(t.Talk), nil
	}
	v, err = f.desk.Activity(ctx, me, t.Data.Number)
	if errors.Is(err, union.ErrNotFound) {
		t.Say("这一项已经不在了。回复\"报名\"看现在能报的。")
		return v, 0, bot.End(), nil
	}
	if err != nil {
		return v, 0, next, fmt.Errorf("read activity: %w", err)
	}
	return v, me, next, nil
}

func (f *enrol) refused(t *enrolTurn, err error, a enrolment.Activity) (bot.Next, error) {
	words, ok := f.words.refusal(err, a)
	if !ok {
		return bot.Next{}, fmt.Errorf("sign up: %w", err)
	}
	t.Say(words)
	return bot.End(), nil
}
