package flows

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/reference"
)

// GreetingDesk lets members say how they want to be greeted.
type GreetingDesk interface {
	Greeted(ctx context.Context, member union.MemberID) (occasion.Greeting, string, error)
	// Kind is the kind of an occasion, as members choose it.
	Kind(occasion string) string
	Subscribe(ctx context.Context, member union.MemberID, kind string, wants bool) error
	Birthday(ctx context.Context, member union.MemberID) (occasion.Kept, error)
	// Speak says in which language a member is greeted.
	Speak(ctx context.Context, member union.MemberID, language string) error
	KeepBirthday(ctx context.Context, member union.MemberID, by, lunar string) (occasion.Kept, error)
	FestivalCalled(called string) (reference.Festival, bool)
	ChosenFestivals() []string
}

// greeting takes what a member wants to hear from the union by itself: 退订 生日, 订阅 古尔邦节, 生日 农历 十月十三.
type greeting struct {
	people   people
	desk     GreetingDesk
	calendar Calendar
}

type greetingData struct {
	Wants bool `json:"wants,omitempty"`
}

type greetingTurn = bot.Turn[greetingData]

var (
	saysSubscription = regexp.MustCompile(`^(退订|取消订阅|别再发|不要再发|以后别发|订阅|恢复订阅)\s*(\S{1,12}?)(?:的)?(?:祝福|问候|消息|通知)?了?[。!！]?$`)
	saysBirthday     = regexp.MustCompile(`^(?:我的?|我过)?生日\s*[::]?\s*(?:改成?|用|过|按|是)?\s*(阳历|公历|新历|农历|阴历|旧历)\s*(\S*?)[。!！]?$`)
	asksBirthday     = regexp.MustCompile(`^(?:我的生日|生日设置|生日登记|生日怎么登记的|你们登记的我的生日)[?？。]?$`)
)

// kindsSaid are the words for what a member may turn off and on.
var kindsSaid = map[string]string{
	"生日": occasion.Birthday, "节日": occasion.FestivalKind, "过节": occasion.FestivalKind, "入职": occasion.Anniversary, "入职纪念": occasion.Anniversary,
	"周年": occasion.Anniversary, "全部": "", "所有": "", "所有的": "", "都": "",
}

var subscriptionChoices = []bot.Choice{{Label: "生日祝福"}, {Label: "节日问候"}, {Label: "入职纪念"}, {Label: "全部"}}

var chosenKinds = []string{occasion.Birthday, occasion.FestivalKind, occasion.Anniversary, ""}

func (g *greeting) flow() bot.Flow {
	understand := func(text string) []bot.Guess {
		text = strings.TrimSpace(text)
		m := saysSubscription.FindStringSubmatch(text)
		if m != nil {
			if _, _, ok := g.meant(m[2]); !ok {
				m = nil
			}
		}
		if m != nil || languageSaid(text) != "" || saysBirthday.MatchString(text) || asksBirthday.MatchString(text) {
			return []bot.Guess{{Label: "生日和节日问候", Score: decisionScore + 0.01}}
		}
		return nil
	}
	return bot.Define(bot.Spec[greetingData]{
		Name: "greeting", Rev: 1, Title: "祝福订阅", Expires: 10 * time.Minute, Passing: true,
		Starts:     []bot.Trigger{bot.OnWord(bot.WordUnsubscribe), bot.OnWord(bot.WordSubscribe)},
		Understand: understand,
		Claims:     g.claims,
		Begin:      g.begin,
		To:         []bot.StepName{"which"},
		Steps: []bot.Step[greetingData]{{
			Name: "which",
			AskFunc: func(_ context.Context, t *greetingTurn) (bot.Reply, error) {
				if t.Data.Wants {
					return bot.Reply{Text: "要恢复哪一种?" + g.chosenHint(), Choices: subscriptionChoices}, nil
				}
				return bot.Reply{Text: "不想收哪一种?您自己的事项有进展,照样告诉您。", Choices: subscriptionChoices}, nil
			},
			Handle: func(ctx context.Context, t *greetingTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), subscriptionChoices)
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return g.set(ctx, t, chosenKinds[i], subscriptionChoices[i].Label, t.Data.Wants)
			},
		}},
	})
}

// meant is the kind of occasion that a word means, with what it is called.
func (g *greeting) meant(said string) (kind, label string, ok bool) {
	said = strings.TrimSuffix(strings.TrimSuffix(said, "祝福"), "问候")
	if kind, ok := kindsSaid[said]; ok {
		labels := map[string]string{occasion.Birthday: "生日祝福", occasion.FestivalKind: "节日问候", occasion.Anniversary: "入职纪念", "": "全部"}
		return kind, labels[kind], true
	}
	if f, ok := g.desk.FestivalCalled(said); ok && f.Chosen {
		return f.Name, f.Label + "问候", true
	}
	return "", "", false
}

func (g *greeting) chosenHint() string {
	if labels := g.desk.ChosenFestivals(); len(labels) > 0 {
		return "(也可以订阅自己的节日,如\"订阅 " + labels[len(labels)-1] + "\")"
	}
	return ""
}

func (g *greeting) begin(ctx context.Context, t *greetingTurn) (bot.Next, error) {
	member, next, err := g.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	text := strings.TrimSpace(t.Entry.Text)
	if t.Entry.Key == askedKey {
		m := bareCalendar.FindStringSubmatch(bot.Simplified(text))
		if day := m[1]; day != "" {
			return g.keep(ctx, t, member, "农历", day)
		}
		return g.keep(ctx, t, member, m[2], "")
	}
	if language := languageSaid(text); language != "" {
		return g.speak(ctx, t, member, language)
	}
	if m := saysBirthday.FindStringSubmatch(text); m != nil {
		return g.keep(ctx, t, member, m[1], m[2])
	}
	if asksBirthday.MatchString(text) {
		return g.show(ctx, t, member)
	}
	t.Data.Wants = t.Command.Word == bot.WordSubscribe || strings.Contains(text, "订阅") && !strings.Contains(text, "取消")
	if m := saysSubscription.FindStringSubmatch(text); m != nil && t.Command.Word == "" {
		if kind, label, ok := g.meant(m[2]); ok {
			return g.set(ctx, t, kind, label, t.Data.Wants)
		}
	}
	if t.Data.Wants {
		return bot.Goto("which"), nil
	}
	last, _, err := g.desk.Greeted(ctx, member)
	switch {
	case errors.Is(err, union.ErrNotFound):
		return bot.Goto("which"), nil
	case err != nil:
		return bot.Next{}, err
	}
	switch g.desk.Kind(last.Occasion) {
	case occasion.Birthday:
		return g.set(ctx, t, occasion.Birthday, "生日祝福", false)
	case occasion.Anniversary:
		return g.set(ctx, t, occasion.Anniversary, "入职纪念", false)
	case occasion.Retirement, occasion.Ask, occasion.Contract:
		return bot.Goto("which"), nil
	}
	return g.set(ctx, t, occasion.FestivalKind, "节日问候", false)
}

func (g *greeting) set(ctx context.Context, t *greetingTurn, kind, label string, wants bool) (bot.Next, error) {
	member, err := g.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if err := g.desk.Subscribe(ctx, member, kind, wants); err != nil {
		return bot.Next{}, err
	}
	f, chosen := g.desk.FestivalCalled(kind)
	short := strings.TrimSuffix(strings.TrimSuffix(label, "祝福"), "问候")
	switch {
	case wants && kind == "":
		t.Say("好的,生日和节日的问候都恢复了。")
	case wants && chosen:
		t.Say("好的,到" + f.Label + "问候您。")
	case wants:
		t.Say("好的," + label + "恢复了。")
	case kind == occasion.Birthday:
		gift := "生日礼"
		if last, _, err := g.desk.Greeted(ctx, member); err == nil && last.Occasion == occasion.Birthday && last.Gift != "" {
			gift = last.Gift
		}
		t.Say("好的,以后不再发生日祝福," + gift + "照领,不受影响。想恢复就回\"订阅生日\"。")
	case kind == "":
		t.Say("好的,以后不再发生日和节日的问候,该领的慰问品照领。您自己的事项有进展,照样告诉您。想恢复就回\"订阅\"。")
	default:
		t.Say("好的,以后不再发" + label + ",该领的慰问品照领。想恢复就回\"订阅" + short + "\"。")
	}
	return bot.End(), nil
}

func (g *greeting) keep(ctx context.Context, t *greetingTurn, member union.MemberID, by, day string) (bot.Next, error) {
	calendars := map[string]string{"农历": occasion.Lunar, "阴历": occasion.Lunar, "旧历": occasion.Lunar}
	kind := occasion.Solar
	if calendars[by] != "" {
		kind = occasion.Lunar
	}
	kept, err := g.desk.KeepBirthday(ctx, member, kind, day)
	switch {
	case errors.Is(err, calendar.ErrNotLunar):
		t.Say("没有这个农历日子。请像这样写:生日 农历 冬月十九;闰月写 闰六月初三。")
	case errors.Is(err, occasion.ErrNoLunar):
		t.Say("工会还不知道您的农历生日,请把日子一起告诉我,如:生日 农历 冬月十九。")
	case err != nil:
		return bot.Next{}, err
	default:
		t.Say("记下了,生日按" + g.kept(kept) + "。" + nextBirthday(kept))
	}
	return bot.End(), nil
}

func (g *greeting) kept(k occasion.Kept) string {
	if k.Calendar == occasion.Lunar || k.Calendar == "" && k.Lunar != "" {
		return "农历" + k.Lunar
	}
	return "阳历" + k.Solar
}

func nextBirthday(k occasion.Kept) string {
	if k.Next.Year == 0 {
		return ""
	}
	return "下一次是 " + dayOf(k.Next.String()) + "。"
}

func (g *greeting) show(ctx context.Context, t *greetingTurn, member union.MemberID) (bot.Next, error) {
	kept, err := g.desk.Birthday(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	if kept.Solar == "" && kept.Lunar == "" {
		t.Say("工会没有登记您的生日。过农历的,回复如\"生日 农历 冬月十九\"就记下;过阳历的请告诉分会。")
		return bot.End(), nil
	}
	t.Say("您的生日按" + g.kept(kept) + "记。" + nextBirthday(kept) + "要改回复\"生日 阳历\"或\"生日 农历 冬月十九\"这样的话;不想收祝福回复\"退订 生日\"。")
	return bot.End(), nil
}
