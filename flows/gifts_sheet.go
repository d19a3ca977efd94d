package flows

import (
	"context"
	"fmt"
	"regexp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

var exportsGoods = regexp.MustCompile(`^导出\s*(?:领取名单|慰问品名单|没领名单|慰问品台账)[。]?$`)

func (g *gifts) export(ctx context.Context, t *giftTurn, officer union.MemberID) error {
	n, err := g.desk.ExportGoods(ctx, officer, string(t.Message.ID))
	switch {
	case err != nil:
		return err
	case n == 0:
		t.Say("近一年您管的范围没有没领的慰问品。")
	default:
		t.Say(fmt.Sprintf("还没领的 %d 份,表格正在发给您。", n))
	}
	return nil
}

// GoodsSheet implements occasion.Words.
func (n *Notices) GoodsSheet() string { return "没领的慰问品" }

// GoodsHead implements occasion.Words.
func (n *Notices) GoodsHead() []string {
	return []string{"工号", "姓名", "单位", "慰问品", "领到哪天", "情况"}
}

// GoodsRow implements occasion.Words.
func (n *Notices) GoodsRow(w occasion.Waiting, over bool) []string {
	how := "待领"
	if over {
		how = "过期没领"
	}
	return []string{w.To.StaffNo, w.To.Name, w.To.Unit(), w.Gift, w.GiftUntil, how}
}
