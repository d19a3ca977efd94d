package occasion

import (
	"context"

	"github.com/unionbot/unionbot/union"
)

// ExportGoods sends an officer, once an occasion, a workbook of all who have not fetched what waits for them, or waited, and says how many
// they are, and whether there are more than a sheet has; none is sent where there is nobody.
func (d *Desk) ExportGoods(ctx context.Context, officer union.MemberID, occasion string) (n int, more bool, err error) {
	over, err := d.over(ctx, officer, handers)
	if err != nil {
		return 0, false, err
	}
	today := d.today().String()
	list, err := d.Store.Unfetched(ctx, lineages(over), d.today().AddDays(-goodsDays).String(), today, d.inSheet()+1)
	if err != nil || len(list) == 0 {
		return 0, false, err
	}
	for i := range list {
		list[i].To.Notes = "" // as in the list
	}
	d.name(list)
	n = min(len(list), d.inSheet())
	return n, len(list) > n, d.sendSheet(ctx, officer, "goods/sheet/"+occasion, d.Words.GoodsSheet(list[:n], today))
}
