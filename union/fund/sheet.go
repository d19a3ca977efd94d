package fund

import (
	"bytes"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// SheetType is the MIME type of the workbook that Sheet makes.
const SheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

var kindNames = map[Kind]string{Budgeted: "设定预算", Reserved: "预留", Released: "释放", Paid: "支付", Reclaim: "应收回", Returned: "已收回", Lost: "核销"}

// Sheet is the ledger of a fund for a month as auditors want it: a line for everything that moved, the totals of the month,
// and what is left of the fund of each year that moved. Sums are in yuan. The name of the person paid does not stand in it:
// the number leads to the case, for those who may see it.
func Sheet(title string, month time.Time, entries []Entry, funds []Fund) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // it is in memory
	const sheet = "台账"
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return nil, fmt.Errorf("make sheet: %w", err)
	}
	rows := [][]any{{title + " " + month.Format("2006年1月") + " 台账"}, {"时间", "年度", "类别", "编号", "金额(元)", "经办人", "说明"}}
	totals := map[Kind]int64{}
	for _, e := range entries {
		rows = append(rows, []any{
			e.At.In(month.Location()).Format("2006-01-02 15:04"), e.Year, kindNames[e.Kind], e.Number, yuan(e.Fen), e.Name, e.Note,
		})
		totals[e.Kind] += e.Fen
	}
	rows = append(rows, nil)
	for _, kind := range []Kind{Reserved, Released, Paid, Reclaim, Returned, Lost} {
		rows = append(rows, []any{"本月" + kindNames[kind] + "合计", nil, nil, nil, yuan(totals[kind])})
	}
	for _, f := range funds {
		rows = append(rows, []any{fmt.Sprintf("%d 年度:预算、已付、预留、应收回、核销、余额", f.Year), nil, nil, nil, yuan(f.Budget), yuan(f.Paid), yuan(f.Reserved), yuan(f.Reclaim), yuan(f.Lost), yuan(f.Left())})
	}
	for i, row := range rows {
		if len(row) == 0 {
			continue
		}
		if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return nil, fmt.Errorf("make sheet: %w", err)
		}
	}
	money, err := book.NewStyle(&excelize.Style{NumFmt: 4}) // #,##0.00
	if err == nil {
		err = book.SetColStyle(sheet, "E", money)
	}
	if err == nil {
		err = book.SetColWidth(sheet, "A", "G", 18)
	}
	if err != nil {
		return nil, fmt.Errorf("make sheet: %w", err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("write sheet: %w", err)
	}
	return out.Bytes(), nil
}

// yuan is a sum for a cell: fen are exact up to ninety trillion yuan.
func yuan(fen int64) float64 { return float64(fen) / 100 }
