package flows

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
)

// Binder makes an account known as a member, and unmakes it.
type Binder interface {
	// Try checks a claim. A wrong one is a result, not an error.
	Try(ctx context.Context, a binding.Attempt) (binding.Result, error)
	// Code makes six digits by which the member binds another account.
	Code(ctx context.Context, m union.MemberID) (code string, until time.Time, err error)
	// Unbind forgets who a user is, and says whether that was known.
	Unbind(ctx context.Context, channel, user string) (bool, error)
	// Disown unbinds whatever others have bound in the member's name, and counts it.
	Disown(ctx context.Context, m union.MemberID) (int, error)
}

// bind asks for staff number, name and a proof. The proof is never kept, not even in the session.
type bind struct {
	people   people
	binder   Binder
	calendar Calendar
	phone    string
}

type bindData struct {
	StaffNo string `json:"staff_no,omitempty"`
	Name    string `json:"name,omitempty"`
	// Again is set where the account is bound by an id card, and only a code is asked for.
	Again bool `json:"again,omitempty"`
	// Then is what the person was about to do, by the service's name and the first sentence.
	Then bot.Entry `json:"then,omitzero"`
}

type bindTurn = bot.Turn[bindData]

func (b *bind) flow() bot.Flow {
	return bot.Define(bot.Spec[bindData]{
		Name: "bind", Rev: 1, Title: "认证", Expires: listExpires,
		Starts:  []bot.Trigger{bot.OnWord(bot.WordBind), bot.OnMenu("bind")},
		Begin:   b.begin,
		HandsTo: []string{"form", "menu"},
		To:      []bot.StepName{"staff_no", "name", "proof"},
		Commands: map[bot.Word]func(context.Context, *bindTurn) (bot.Next, error){
			bot.WordExplain: func(_ context.Context, t *bindTurn) (bot.Next, error) { return explainBinding(t), nil },
			bot.WordBack:    b.back,
		},
		Steps: []bot.Step[bindData]{
			{Name: "staff_no", Ask: bot.Reply{Text: "请发送工号:"}, To: []bot.StepName{"name"}, Handle: b.takeStaffNo},
			{Name: "name", Ask: bot.Reply{Text: "请发送姓名:"}, To: []bot.StepName{"proof"}, Handle: b.takeName},
			{Name: "proof", To: []bot.StepName{"staff_no"}, AskFunc: b.askProof, Handle: b.takeProof},
		},
	})
}

// asksWhy knows 你要这个干嘛, which is no staff number.
var asksWhy = regexp.MustCompile(`^\D*(?:为什么|为啥|凭什么|干嘛|干什么|做什么用)\D*$`)

func explainBinding(t *bindTurn) bot.Next {
	t.Lead("工号、姓名和核验只用来确认您是本单位会员,核验完不保留。详情回复\"隐私\"。\n")
	return bot.Repeat()
}

func (b *bind) begin(ctx context.Context, t *bindTurn) (bot.Next, error) {
	if knowsMembers(b.people.directory, t.Message.Channel) {
		t.Say("企业微信里不用绑定。要在公众号上绑定,先在这里回复\"绑定码\"。")
		return bot.End(), nil
	}
	member, err := b.people.member(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	if member.ID != 0 {
		return b.again(ctx, t, member)
	}
	t.Data.Then = bot.Entry{Key: t.Entry.Key, Text: t.Entry.Text}
	if t.Command.Word == bot.WordBind {
		t.Data.Then = bot.Entry{}
	}
	t.Lead("认证要用到工号、姓名和一项身份核验,只用来确认您是本单位会员(隐私说明:回复\"隐私\")。")
	return bot.Goto("staff_no"), nil
}

// again is for who is bound already: whose id card was all there was to go by may add a code.
func (b *bind) again(ctx context.Context, t *bindTurn, member union.Member) (bot.Next, error) {
	unproved, err := b.people.unproved(ctx, t.Message.Address)
	switch {
	case err != nil:
		return bot.Next{}, err
	case !unproved:
		t.Say("您已经认证过了,直接说事就行。要解除,回复\"解绑\"。")
		return bot.End(), nil
	}
	t.Data.StaffNo, t.Data.Name, t.Data.Again = member.StaffNo, member.Name, true
	return bot.Goto("proof"), nil
}

func (b *bind) askProof(_ context.Context, t *bindTurn) (bot.Reply, error) {
	if t.Data.Again {
		return bot.Reply{Text: "您已经用身份证后六位认证过了,一般的事直接说就行。密件和银行卡还要绑定码:在企业微信里对我说\"绑定码\",把 6 位数字发来(先不办回\"取消\"):"}, nil
	}
	return bot.Reply{Text: "最好用企业微信:对我说\"绑定码\",把 6 位数字发来。没有企业微信,再发身份证后六位:"}, nil
}

func (b *bind) back(_ context.Context, t *bindTurn) (bot.Next, error) {
	switch {
	case t.Data.Again:
	case t.Data.Name != "":
		t.Data.Name = ""
		return bot.Goto("name"), nil
	case t.Data.StaffNo != "":
		t.Data.StaffNo = ""
		return bot.Goto("staff_no"), nil
	}
	t.Lead("已经是第一步了。")
	return bot.Repeat(), nil
}

// longestAnswer is more than any staff number or name has, in bytes.
const longestAnswer = 120

// said is what the person wrote, if it can be a staff number, a name or a proof at all.
func said(t *bindTurn) (string, bool) {
	text := strings.TrimSpace(t.Text())
	return text, t.IsText() && text != "" && len(text) <= longestAnswer
}

func (b *bind) takeStaffNo(_ context.Context, t *bindTurn) (bot.Next, error) {
	text, ok := said(t)
	if ok && asksWhy.MatchString(text) {
		return explainBinding(t), nil
	}
	if !ok || !strings.ContainsFunc(text, unicode.IsDigit) { // a sentence rather than a number
		return bot.Miss(), nil
	}
	t.Data.StaffNo = text
	return bot.Goto("name"), nil
}

func (b *bind) takeName(_ context.Context, t *bindTurn) (bot.Next, error) {
	text, ok := said(t)
	if !ok {
		return bot.Miss(), nil
	}
	t.Data.Name = text
	return bot.Goto("proof"), nil
}

func (b *bind) takeProof(ctx context.Context, t *bindTurn) (bot.Next, error) {
	text, ok := said(t)
	if !ok {
		return bot.Miss(), nil
	}
	result, err := b.binder.Try(ctx, binding.Attempt{
		Channel: string(t.Message.Channel), User: string(t.Message.User), StaffNo: t.Data.StaffNo, Name: t.Data.Name, Proof: text,
	})
	if err != nil {
		return bot.Next{}, fmt.Errorf("bind: %w", err)
	}
	switch result.Outcome {
	case binding.Bound:
		if t.Data.Again && result.Proof != union.ProofCode {
			return b.noCode(t, "这是身份证后六位,不是绑定码", result), nil
		}
		t.Member = int64(result.Member.ID)
		t.Say("认证好了," + master(result.Member.Name) + "。您在企业微信和这里看到的是同一份事项。")
		if t.Data.Then.Key != "" {
			return bot.Hand(bot.Entry{Flow: "form", Key: t.Data.Then.Key, Text: t.Data.Then.Text}), nil
		}
		return bot.Hand(bot.Entry{Flow: "menu"}), nil
	case binding.AlreadyBound:
		t.Say("这位会员已经绑定了另一个账号,或这个账号已经绑定了别人。请先在原来的账号上回复\"解绑\";不行" + b.help())
		return bot.End(), nil
	case binding.Slow:
		t.Say("试的次数太多了,请 " + b.calendar.Speech(result.Until) + " 以后再试;着急" + b.help())
		return bot.End(), nil
	}
	if result.CodeOnly {
		t.Say("这个工号这两天试错的次数太多。为了安全,现在只认绑定码:请在企业微信里发\"绑定码\"取一个,或者明天再试;不行" + b.help())
		return bot.End(), nil
	}
	if t.Data.Again {
		return b.noCode(t, "绑定码不对", result), nil
	}
	if result.Left == 0 {
		t.Say("信息不一致,请 " + b.calendar.Speech(result.Until) + " 以后再试。姓名里有\"·\"或生僻字、或还是不行," + b.help())
		return bot.End(), nil
	}
	t.Lead(fmt.Sprintf("信息不一致,还可试 %d 次。姓名里有\"·\"或生僻字、或还是不行,%s\n从头再来,", result.Left, b.help()))
	t.Data.StaffNo, t.Data.Name = "", ""
	return bot.Goto("staff_no"), nil
}

// noCode is for whoever is asked for a code alone, and sent none that is right.
func (b *bind) noCode(t *bindTurn, what string, result binding.Result) bot.Next {
	if result.Left == 0 {
		t.Say(what + ",请 " + b.calendar.Speech(result.Until) + " 以后再试;不行" + b.help())
		return bot.End()
	}
	t.Lead(fmt.Sprintf("%s,还可试 %d 次。", what, result.Left))
	return bot.Repeat()
}

func (b *bind) help() string {
	if b.phone == "" {
		return "请联系分会。"
	}
	return "请联系分会或拨" + b.phone + "。"
}
