package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

// GiftDesk hands out what waits for members.
type GiftDesk interface {
	Counter(ctx context.Context, officer union.MemberID, called, proxy string) (occasion.Counter, error)
	HandOut(ctx context.Context, officer, member, by union.MemberID) (handed, lacking []occasion.Waiting, err error)
	Entrust(ctx context.Context, member union.MemberID, called string) (union.Member, error)
	Goods(ctx context.Context, officer union.MemberID) (occasion.Goods, error)
	ExportGoods(ctx context.Context, officer union.MemberID, occasion string) (n int, more bool, err error)
	Mine(ctx context.Context, member union.MemberID) ([]occasion.Waiting, error)
	GiftsOf(ctx context.Context, officer, member union.MemberID) ([]occasion.Waiting, error)
}

// gifts hands out goods at the union's desk: 领取 100101, 领取 100101 代领 王强, and of the member 托 王强 代领.
type gifts struct {
	people people
	desk   OccasionDesk
}

type giftData struct {
	Member int64 `json:"member,omitempty"`
	By     int64 `json:"by,omitempty"`
	// Asked is the question.
	Asked string `json:"asked,omitempty"`
}

type giftTurn = bot.Turn[giftData]

var (
	handsOut  = regexp.MustCompile(`^领取\s*([0-9A-Za-z-]{3,32}|\p{Han}{2,4})(?:[\s,，]*(?:由|代领[::]?)\s*(\S{2,32}?)(?:\s*代领)?)?$`)
	entrusts  = regexp.MustCompile(`^(?:我)?(?:托|请|让|委托)\s*(\S{2,20}?)\s*(?:帮我|替我)?代?领(?:取)?(?:一下)?[。]?$`)
	listsGood = regexp.MustCompile(`^(?:领取名单|慰问品名单|没领名单|慰问品台账)[。?？]?$`)
)

const goodsWord = `(?:生日礼(?:物|品)?|蛋糕(?:券|卡)|慰问品|节日礼(?:物|品)?)`

// asksGoods knows 生日礼怎么领, 蛋糕券还能领吗 and 我的慰问品. The word alone may answer a question.
var asksGoods = regexp.MustCompile(`^(?:请问)?我?的?` + goodsWord + `(?:在|去|到)?(?:怎么|哪里?|哪儿|什么时候|啥时候|几号|还能|能不能|可以)(?:去|到)?领?(?:取)?(?:吗|呢)?[。?？]?$|^我(?:的|有什么)` + goodsWord + `[。?？]?$`)

var giftChoices = []bot.Choice{{Label: "已签字领走"}, {Label: "先不领"}}

func (g *gifts) flow() bot.Flow {
	return bot.Define(bot.Spec[giftData]{
		Name: "gifts", Rev: 1, Title: "慰问品领取", Expires: 15 * time.Minute,
		Understand: func(text string) []bot.Guess {
			text = strings.TrimSpace(text)
			if m := handsOut.FindStringSubmatch(text); m != nil || entrusts.MatchString(text) || listsGood.MatchString(text) || exportsGoods.MatchString(text) || asksGoods.MatchString(text) {
				return []bot.Guess{{Label: "领慰问品", Score: decisionScore}}
			}
			return nil
		},
		Begin: g.begin,
		To:    []bot.StepName{"sign"},
		Steps: []bot.Step[giftData]{{
			Name: "sign",
			AskFunc: func(_ context.Context, t *giftTurn) (bot.Reply, error) {
				return bot.Reply{Text: t.Data.Asked, Choices: giftChoices}, nil
			},
			Handle: func(ctx context.Context, t *giftTurn) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), giftChoices)
				switch {
				case !ok || !t.IsText():
					return bot.Miss(), nil
				case i == 1:
					t.Say("好的,先留着。")
					return bot.End(), nil
				}
				return g.handOut(ctx, t)
			},
		}},
	})
}

func (g *gifts) begin(ctx context.Context, t *giftTurn) (bot.Next, error) {
	member, next, err := g.people.known(ctx, t.Talk)
	if member == 0 {
		return next, err
	}
	text := strings.TrimSpace(t.Entry.Text)
	if listsGood.MatchString(text) {
		return bot.End(), g.refuse(t, g.list(ctx, t, member))
	}
	if exportsGoods.MatchString(text) {
		return bot.End(), g.refuse(t, g.export(ctx, t, member))
	}
	if asksGoods.MatchString(text) {
		return bot.End(), g.mine(ctx, t, member)
	}
	if m := handsOut.FindStringSubmatch(text); m != nil {
		c, err := g.desk.Counter(ctx, member, m[1], m[2])
		if err != nil {
			return bot.End(), g.refuse(t, err)
		}
		t.Data = giftData{Member: int64(c.To.ID), By: int64(c.To.ID)}
		proof := "请核对工卡,请本人签字。"
		if c.By.ID != 0 {
			t.Data.By = int64(c.By.ID)
			proof = "本人托了 " + c.By.Name + "(" + c.By.StaffNo + ")代领。请核对代领人工卡,请代领人签字。"
		}
		t.Data.Asked = c.To.StaffNo + " " + c.To.Name + "(" + c.To.Unit() + "):" + g.goods(c.List) + "。" + proof
		return bot.Goto("sign"), nil
	}
	if m := entrusts.FindStringSubmatch(text); m != nil {
		proxy, err := g.desk.Entrust(ctx, member, m[1])
		if err != nil {
			return bot.End(), g.refuse(t, err)
		}
		t.Say("好的,可以由 " + proxy.Name + "(" + proxy.Unit() + ")带自己的工卡替您领、签字。")
	}
	return bot.End(), nil
}

// mine says what waits for the member, and how it is fetched.
func (g *gifts) mine(ctx context.Context, t *giftTurn, member union.MemberID) error {
	list, err := g.desk.Mine(ctx, member)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		t.Say("现在没有等您领的慰问品。过生日、过节有的时候会提前告诉您。")
		return nil
	}
	t.Say("等您领的:" + g.goods(list) + "。凭工卡到分会领、签个字;自己去不了,回复如\"托 王强 代领\"。")
	return nil
}

// goods lists what waits: 蛋糕券(生日,12月20日前).
func (g *gifts) goods(list []occasion.Waiting) string {
	parts := make([]string, len(list))
	for i, w := range list {
		parts[i] = w.Gift + "(" + g.desk.Label(w.Occasion) + "," + dayOf(w.GiftUntil) + "前)"
	}
	return strings.Join(parts, "、")
}

func (g *gifts) handOut(ctx context.Context, t *giftTurn) (bot.Next, error) {
	officer, err := g.people.acting(ctx, t.Talk)
	if err != nil {
		return bot.Next{}, err
	}
	handed, lacking, err := g.desk.HandOut(ctx, officer, union.MemberID(t.Data.Member), union.MemberID(t.Data.By))
	if err != nil {
		return bot.End(), g.refuse(t, err)
	}
	text := "记下了," + goodsNames(handed) + " 已领走。"
	if len(lacking) > 0 {
		text += goodsNames(lacking) + " 库存已经领完,没有记领走,请联系工会办公室补。"
	}
	t.Say(text)
	return bot.End(), nil
}

func goodsNames(list []occasion.Waiting) string {
	names := make([]string, len(list))
	for i, w := range list {
		names[i] = w.Gift
	}
	return strings.Join(names, "、")
}

func (g *gifts) list(ctx context.Context, t *giftTurn, officer union.MemberID) error {
	goods, err := g.desk.Goods(ctx, officer)
	if err != nil {
		return err
	}
	if len(goods.Counts) == 0 {
		t.Say("近一年您管的范围没有慰问品要领。")
		return nil
	}
	lines := []string{"近一年的慰问品,您管的范围:"}
	for _, c := range goods.Counts {
		line := fmt.Sprintf("· %s:已领 %d,待领 %d,过期没领 %d", c.Gift, c.Out, c.Waiting, c.Over)
		if left, ok := goods.Left[c.Gift]; ok {
			line += fmt.Sprintf(",库存还有 %d", left)
		}
		lines = append(lines, line)
	}
	if len(goods.Unfetched) > 0 {
		lines = append(lines, "还没领的:")
	}
	for _, w := range goods.Unfetched {
		lines = append(lines, "· "+w.To.StaffNo+" "+w.To.Name+"("+w.To.Unit()+")"+w.Gift+",到 "+dayOf(w.GiftUntil))
	}
	t.Say(strings.Join(append(andMore(lines, goods.More), "来领的回复\"领取 工号\",要全部的表格回复\"导出 领取名单\"。"), "\n"))
	return nil
}

// refuse says why something was not done.
func (g *gifts) refuse(t *giftTurn, err error) error {
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("慰问品由班组长、分会和帮扶干部在自己管的范围里发,自己的由别人发。您的请凭工卡到分会领;托人领回复如\"托 王强 代领\"。")
	case errors.Is(err, occasion.ErrNoGift):
		t.Say("现在没有等着领的慰问品。")
	case errors.Is(err, occasion.ErrNoConsent):
		t.Say("本人还没有托这个人代领。请本人在这里回复如\"托 王强 代领\",再来领。")
	case errors.Is(err, occasion.ErrNoStock):
		t.Say("库存已经领完了,请联系工会办公室补。")
	case errors.Is(err, occasion.ErrSeveral):
		t.Say("不止一人叫这个名字,请写工号。")
	case errors.Is(err, occasion.ErrUnknown):
		t.Say("没有找到这个人,请核对姓名或工号。")
	default:
		return err
	}
	return nil
}
