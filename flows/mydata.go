package flows

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
	"github.com/unionbot/unionbot/union/privacy"
)

// Privacy tells a member what is kept about the member.
type Privacy interface {
	Mine(ctx context.Context, m union.MemberID) (privacy.Data, error)
	Looks(ctx context.Context, m union.MemberID, before privacy.Look) (list []privacy.Look, more bool, err error)
}

// mydata shows people what is kept about them, who looked at it, and how it is corrected or deleted.
type mydata struct {
	people   people
	privacy  Privacy
	calendar Calendar
	phone    string
}

type mydataTurn = bot.Turn[mydataData]

// mydataData is the last look that was shown: its moment in milliseconds and its ID.
type mydataData struct {
	At int64 `json:"at,omitempty"`
	ID int64 `json:"id,omitempty"`
}

var mydataChoices = []bot.Choice{{Label: "谁看过"}, {Label: "更正或删除"}}

func (d *mydata) flow() bot.Flow {
	return bot.Define(bot.Spec[mydataData]{
		Name: "mydata", Rev: 2, Title: "我的数据", Expires: listExpires, Passing: true,
		Starts: []bot.Trigger{bot.OnWord(bot.WordMyData)},
		Begin:  d.begin,
		Steps: []bot.Step[mydataData]{{
			Name:   "more",
			Ask:    bot.Reply{Text: "想看哪一项?", Choices: mydataChoices},
			Handle: d.take,
			To:     []bot.StepName{"looks"},
		}, {
			Name:     "looks",
			Ask:      bot.Reply{Text: "还有更早的,回复\"更多\"接着看。"},
			Handle:   func(context.Context, *mydataTurn) (bot.Next, error) { return bot.Pass(), nil },
			Commands: map[bot.Word]func(context.Context, *mydataTurn) (bot.Next, error){bot.WordMore: d.looks},
		}},
	})
}

func (d *mydata) begin(ctx context.Context, t *mydataTurn) (bot.Next, error) {
	member, err := d.people.find(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member == 0 {
		if knowsMembers(d.people.directory, t.Message.Channel) {
			return d.people.stranger(t.Talk), nil
		}
		t.Say("这个账号没有认证过,没有和它对上的会员资料。回复\"绑定\"认证后就能查看。")
		return bot.End(), nil
	}
	data, err := d.privacy.Mine(ctx, member)
	if err != nil {
		return bot.Next{}, err
	}
	t.Say(d.kept(data))
	return bot.Goto("more"), nil
}

func (d *mydata) kept(data privacy.Data) string {
	m := data.Member
	lines := []string{
		"这里存着您的:",
		"· 工号 " + m.StaffNo + ",姓名 " + m.Name + ",单位 " + m.Unit(),
		"· 手机 " + orNone(data.Phone) + ",身份证 " + orNone(data.IDCard) + "(加密存放)",
	}
	if m.MemberSince != "" {
		lines = append(lines, "· 入会 "+m.MemberSince)
	}
	if m.ContractUntil != "" {
		lines = append(lines, "· 合同到期 "+m.ContractUntil)
	}
	if len(data.Tags) > 0 {
		lines = append(lines, "· 标签 "+strings.Join(data.Tags, "、"))
	}
	if len(data.Family) > 0 {
		var family []string
		for _, fact := range data.Family {
			family = append(family, union.FamilyWord(fact))
		}
		lines = append(lines, "· 家庭 "+strings.Join(family, "、")+"(只用来计人数、按条件发通知,不进任何名单)")
	}
	var accounts []string
	for _, a := range data.Accounts {
		if knowsMembers(d.people.directory, bot.ChannelID(a.Channel)) {
			accounts = append(accounts, "企业微信")
		} else {
			accounts = append(accounts, "公众号("+d.calendar.SpeechDay(a.BoundAt)+"绑定)")
		}
	}
	if len(accounts) > 0 {
		lines = append(lines, "· 账号 "+strings.Join(accounts, "、"))
	}
	if data.Entries > 0 {
		lines = append(lines, fmt.Sprintf("· 竞赛和活动报名 %d 项", data.Entries))
	}
	if data.Greetings > 0 {
		lines = append(lines, fmt.Sprintf("· 生日和节日问候的记录 %d 条(放 800 天;\"我的生日\"看怎么记的)", data.Greetings))
	}
	if language := map[string]string{occasion.English: "英文", occasion.Chinese: "中文"}[data.GreetedIn]; language != "" {
		lines = append(lines, "· 祝福和问候用"+language)
	}
	if data.Talks > 0 {
		lines = append(lines, fmt.Sprintf("· 和工会同志的对话 %d 次(加密存放,结束 180 天后删掉)", data.Talks))
	}
	if data.StandIns > 0 {
		lines = append(lines, fmt.Sprintf("· 请人代办、替人代办的记录 %d 条(过期一年后删除)", data.StandIns))
	}
	if data.Ties > 0 {
		lines = append(lines, fmt.Sprintf("· 您声明过要回避的人 %d 位(回复\"回避\"可以去掉)", data.Ties))
	}
	return strings.Join(append(lines, fmt.Sprintf("· 提过的事项 %d 件,没写完的 %d 件(放 30 天)", data.Cases, data.Drafts)), "\n")
}

func orNone(s string) string {
	if s == "" {
		return "没有"
	}
	return s
}

func (d *mydata) take(ctx context.Context, t *mydataTurn) (bot.Next, error) {
	i, ok := bot.Choose(t.Text(), mydataChoices)
	if !ok || !t.IsText() {
		return bot.Miss(), nil
	}
	if i == 1 {
		ring := "请联系您所在的分会"
		if d.phone != "" {
			ring += ",或拨" + d.phone
		}
		t.Say("名册上的资料有错," + ring + ",改好后这里跟着变。草稿可以自己删:回复\"我的\"。" +
			"提过的事项是办理记录,在会期间一直留着;离开单位以后,可以请分会把您的个人内容删掉,只留下什么时候办了什么。")
		return bot.End(), nil
	}
	return d.looks(ctx, t)
}

// looks shows who looked, a message at a time.
func (d *mydata) looks(ctx context.Context, t *mydataTurn) (bot.Next, error) {
	member, err := d.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	var before privacy.Look
	if t.Data.ID != 0 {
		before = privacy.Look{ID: t.Data.ID, At: time.UnixMilli(t.Data.At)}
	}
	list, more, err := d.privacy.Looks(ctx, member, before)
	if err != nil {
		return bot.Next{}, err
	}
	if len(list) == 0 {
		t.Say("您的敏感事项还没有别人看过,也没有人按姓名查过您。以后谁看了、什么时候看的,这里都查得到。")
		return bot.End(), nil
	}
	lines := []string{"看过您敏感事项的人,和按姓名查过您的人:"}
	for _, l := range list {
		lines = append(lines, "· "+d.calendar.Speech(l.At)+" "+cmp.Or(l.Name, "系统运维人员")+roleName(l.Role)+" "+cmp.Or(l.Number, "(查找您的资料)"))
	}
	t.Say(strings.Join(lines, "\n"))
	if !more {
		return bot.End(), nil
	}
	last := list[len(list)-1]
	t.Data.At, t.Data.ID = last.At.UnixMilli(), last.ID
	return bot.Goto("looks"), nil
}

// roleName names an office behind a name: (分会主席).
func roleName(r union.Role) string {
	name, ok := map[union.Role]string{
		union.GroupLeader: "工会小组长", union.BranchChair: "分会主席", union.Chair: "工会主席", union.Department: "归口部门",
		union.Duty: "值班员", union.AidOfficer: "帮扶干部", union.SafetyOfficer: "劳动保护检查员", union.WomenOfficer: "女职工委员",
		union.Counsellor: "心理咨询员", union.Lawyer: "律师", union.Finance: "财务", union.Auditor: "经审委员",
		union.Custodian: "密钥保管人", union.Organiser: "组织者", union.Judge: "评委", union.Representative: "职工代表", union.Admin: "管理员",
	}[r]
	if !ok {
		return ""
	}
	return "(" + name + ")"
}
