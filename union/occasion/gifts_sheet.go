package occasion

import (
	"bytes"
	"context"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
)

// mostUnfetched is how many a sheet has that is asked for in chat.
const mostUnfetched = 20_000

// ExportGoods sends an officer, once an occasion, a workbook of all who have not fetched what waits for them, or waited, and says how many
// they are; none is sent where there is nobody.
func (d *Desk) ExportGoods(ctx context.Context, officer union.MemberID, occasion string) (int, error) {
	over, err := d.over(ctx, officer, handers)
	if err != nil {
		return 0, err
	}
	list, err := d.Store.Unfetched(ctx, lineages(over), d.today().AddDays(-goodsDays).String(), d.today().String(), mostUnfetched)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	for i := range list {
		list[i].To.Notes = "" // as in the list
	}
	d.name(list)
	var sheet bytes.Buffer
	err = broadcast.WriteWorkbook(&sheet, d.Words.GoodsSheet(), func(each func(cells []string) error) error {
		if err := each(d.Words.GoodsHead()); err != nil {
			return err
		}
		for _, w := range list {
			if err := each(d.Words.GoodsRow(w, w.GiftUntil < d.today().String())); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(list), d.sendSheet(ctx, officer, "goods/sheet/"+occasion, d.Words.GoodsSheet(), &sheet)
}
