package broadcast

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// SheetType is the MIME type of the workbook that WriteSheet makes.
const SheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Keep keeps a file and returns its hash.
type Keep func(ctx context.Context, r io.Reader) (hash string, err error)

// mostExported is how many receivers a sheet that is asked for in chat may have: it is made while the asker waits.
const mostExported = 20_000

var sheetHead = []string{"工号", "姓名", "单位", "状态", "原因", "时间", "回复时间"}

// everywhere is a lineage below which everybody is.
var everywhere = []string{"/"}

// WriteSheet writes a line for each receiver, as a workbook or, with asCSV, as comma-separated values that a spreadsheet opens.
// step hears how many are written.
func (d *Desk) WriteSheet(ctx context.Context, w io.Writer, b Broadcast, asCSV bool, step func(done int)) error {
	if b.Audience.ByFamily() {
		return ErrFamily
	}
	return d.writeSheet(ctx, w, b, everywhere, asCSV, step)
}

func (d *Desk) writeSheet(ctx context.Context, w io.Writer, b Broadcast, lineages []string, asCSV bool, step func(done int)) error {
	done := 0
	lines := func(each func(cells []string) error) error {
		if err := each(sheetHead); err != nil {
			return err
		}
		return d.everybody(ctx, b, lineages, nil, func(r Receipt) error {
			done++
			step(done)
			r.State = b.shown(r.State)
			return each(d.cells(r))
		})
	}
	if !asCSV {
		return WriteWorkbook(w, b.Number, lines)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // by it a spreadsheet knows UTF-8
		return fmt.Errorf("write receipts: %w", err)
	}
	table := csv.NewWriter(w)
	if err := lines(func(cells []string) error { return table.Write(harmless(cells)) }); err != nil {
		return fmt.Errorf("write receipts: %w", err)
	}
	table.Flush()
	return table.Error()
}

func (d *Desk) cells(r Receipt) []string {
	cells := []string{r.Member.StaffNo, r.Member.Name, r.Member.Unit(), d.Words.ReceiptState(r.State), r.Cause, r.ChangedAt.In(d.Zone).Format("2006-01-02 15:04:05"), ""}
	if r.State == Spared { // neither does the time say which it was
		cells[4], cells[5] = "", ""
	}
	if !r.AnsweredAt.IsZero() {
		cells[6] = r.AnsweredAt.In(d.Zone).Format("2006-01-02 15:04:05")
	}
	return cells
}

// harmless marks what a spreadsheet would compute where it opens comma-separated values: a name that begins like a formula. In a workbook a text is a
// text. See https://owasp.org/www-community/attacks/CSV_Injection.
func harmless(cells []string) []string {
	marked := slices.Clone(cells)
	for i, c := range marked {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			marked[i] = "'" + c
		}
	}
	return marked
}

// WriteWorkbook writes lines as they come, so that a million need no more memory than a few.
func WriteWorkbook(w io.Writer, sheet string, lines func(each func(cells []string) error) error) error {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // its temporary files go
	err := book.SetSheetName("Sheet1", sheet)
	var stream *excelize.StreamWriter
	if err == nil {
		stream, err = book.NewStreamWriter(sheet)
	}
	if err != nil {
		return fmt.Errorf("make sheet: %w", err)
	}
	row := 0
	err = lines(func(cells []string) error {
		row++
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = c
		}
		return stream.SetRow(fmt.Sprintf("A%d", row), values)
	})
	if err == nil {
		err = stream.Flush()
	}
	if err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write sheet: %w", err)
	}
	return nil
}

// Export sends an asker the receipts for which they are responsible, as a workbook, once an occasion. It returns ErrMany where
// that takes too long in chat.
func (d *Desk) Export(ctx context.Context, member union.MemberID, number, occasion string) (Broadcast, error) {
	b, lineages, err := d.responsible(ctx, member, number)
	if err != nil {
		return b, err
	}
	if b.Head > mostExported {
		return b, ErrMany
	}
	var sheet bytes.Buffer
	if err := d.writeSheet(ctx, &sheet, b, lineages, false, func(int) {}); err != nil {
		return b, err
	}
	hash, err := d.Keep(ctx, &sheet)
	if err != nil {
		return b, fmt.Errorf("keep receipts: %w", err)
	}
	return b, d.Outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("cast/%d/export/%d/%s", b.ID, member, occasion), Kind: notice.KindLedger, Policy: notice.Resend, To: member,
		Body: notice.Body{Text: d.Words.NoReceipts(b), File: &notice.File{Hash: hash, Type: SheetType, Name: b.Number}},
	})
}
