package flows

import (
	"context"
	"fmt"
	"regexp"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/occasion"
)

var exportsGoods = regexp.MustCompile(`^导出\s*(?:领取名单|慰问品名单|没领名单|慰问品台账)[。]?$`)

// saidSheet says that a sheet of so many is being sent, or that there is nobody.
func saidSheet(n int, more bool, none, what string) string {
	switch {
	case n == 0:
		return none
	case more:
		what += ",只列得下这些,办完一批再要一次"
	}
	return fmt.Sprintf(what, n) + ",表格正在发给您。"
}

func (g *gifts) export(ctx context.Context, t *giftTurn, officer union.MemberID) error {
	n, more, err := g.desk.ExportGoods(ctx, officer, string(t.Message.ID))
	if err == nil {
		t.Say(saidSheet(n, more, "近一年您管的范围没有没领的慰问品。", "还没领的 %d 份"))
	}
	return err
}

// GoodsSheet implements occasion.Words.
func (n *Notices) GoodsSheet(list []occasion.Waiting, today string) occasion.Sheet {
	rows := [][]string{{"工号", "姓名", "单位", "慰问品", "领到哪天", "情况"}}
	for _, w := range list {
		how := "待领"
		if w.GiftUntil < today {
			how = "过期没领"
		}
		rows = append(rows, []string{w.To.StaffNo, w.To.Name, w.To.Unit(), w.Gift, w.GiftUntil, how})
	}
	return occasion.Sheet{Name: "没领的慰问品", Rows: rows}
}
