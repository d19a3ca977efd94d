package flows

import (
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/unionbot/unionbot/bot"
)

const listExpires = 30 * time.Minute

// officersPhrases ask what officers say. As phrases they are heard in every step: one of them was once taken for the reason why a
// case was refused.
var officersPhrases = func() (phrases []string) {
	for _, who := range []string{"经办", "经办人", "办理人", "干部"} {
		for _, what := range []string{"帮助", "菜单"} {
			phrases = append(phrases, who+what, what+who, what+" "+who, who+" "+what)
		}
		phrases = append(phrases, who+"怎么用")
	}
	return phrases
}()

const saidOfficersWords = "经办人可以说:\n· 待办:看手上的事,回复序号办理;\"同意 JY26-0138 意见\"也行,几件一起办\"同意 1 3\"\n· 转办 JY26-0138 王芳:给别人办\n" +
	"· 委派 JY26-0138 马超 请核实…:请人核实后答复,还由您定;加签 JY26-0138 前 马超(前、后、并):请人也签;抄送 JY26-0138 吴刚:只给人看;\"收回 JY26-0138\"不等了\n" +
	"· 退回 JY26-0138 照片,现状 请补…:只补这几项,补完直接回到您这里\n" +
	"· 我12月1日到7日出差,请王芳代:请人代办;\"代办\"看安排,\"取消代办\"、\"我回来了\"提前结束\n· 提醒 9:00 15:00:改提醒时间\n· 统计、统计 超期,查 姓名,打印 编号,台账\n· 群发:给很多人发通知;计划、静默 一分厂 3天:看要发的祝福,停一段时间"

// asksWho asks what this account is, and what it is for: 你们这个号能干嘛, 你是机器人吗.
var asksWho = regexp.MustCompile(`^(?:(?:请问|你好|您好)[,,、\s]*)?(?:你们?|您|这里|(?:你们)?(?:这个?|工会)?(?:公众号|账号|帐号|号|机器人|应用|软件|系统))?` +
	`(?:(?:都|还)?(?:能|会|可以|有)(?:帮我|帮我们)?(?:干|做|办|搞)?(?:什么|啥|嘛|哪些)(?:事情?|功能|用处?|业务|服务)?|是(?:不是)?(?:谁|什么|啥|干什么的|干嘛的|干啥的|机器人|真人|人工的?|人)(?:还是真人|还是机器人|号)?|怎么(?:用|弄|使))(?:[呢呀啊吗嘛的])*[\s??。.!!]*$`)

const entryWho = "who"

const saidWho = "我是工会的机器人,随时都在:您说事,我记下来交给经办的人,办到哪一步都告诉您。要找真人,回复\"人工\"。"

// menu shows what can be done here.
type menu struct {
	services Services
	language string
}

func (m *menu) flow() bot.Flow {
	starts := []bot.Trigger{bot.OnWord(bot.WordMenu), bot.OnMenu("menu")}
	for _, phrase := range officersPhrases {
		starts = append(starts, bot.OnPhrase(phrase))
	}
	return bot.Define(bot.Spec[struct{}]{
		Name: "menu", Rev: 1, Title: "菜单", Expires: listExpires, Passing: true,
		Starts: starts,
		Understand: func(text string) []bot.Guess {
			if asksWho.MatchString(text) {
				return []bot.Guess{{Label: "看看能办什么", Key: entryWho, Score: progressScore}}
			}
			return nil
		},
		Begin: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
			if t.IsText() && slices.ContainsFunc(officersPhrases, func(p string) bool { return bot.OnPhrase(p) == bot.OnPhrase(t.Text()) }) {
				t.Say(saidOfficersWords)
				return bot.End(), nil
			}
			if t.Entry.Key == entryWho {
				t.Say(saidWho)
			}
			return bot.Goto("choose"), nil
		},
		HandsTo: []string{"form", "mine", "enrol"},
		Steps: []bot.Step[struct{}]{{
			Name: "choose",
			AskFunc: func(context.Context, *bot.Turn[struct{}]) (bot.Reply, error) {
				choices, _ := m.choices()
				return bot.Reply{Text: "您可以直接说事,也可以选:", Choices: choices}, nil
			},
			Handle: func(_ context.Context, t *bot.Turn[struct{}]) (bot.Next, error) {
				choices, doors := m.choices()
				if i, ok := bot.Choose(t.Text(), choices); ok && t.IsText() {
					return bot.Hand(doors[i]), nil
				}
				return bot.Miss(), nil
			},
		}},
	})
}

func (m *menu) choices() (choices []bot.Choice, doors []bot.Entry) {
	for _, s := range m.services.All() {
		if s.Menu > 0 {
			choices = append(choices, bot.Choice{Label: s.Title.In(m.language)})
			doors = append(doors, bot.Entry{Flow: "form", Key: s.Name})
		}
	}
	choices = append(choices, bot.Choice{Label: "报名竞赛和活动"}, bot.Choice{Label: "我的事项和进度"})
	return choices, append(doors, bot.Entry{Flow: "enrol"}, bot.Entry{Flow: "mine"})
}
