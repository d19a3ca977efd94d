package occasion

import (
	"bytes"
	"cmp"
	"context"
	"fmt"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/broadcast"
	"github.com/unionbot/unionbot/union/notice"
)

// Sheet is a workbook that an officer asks for: the first of its rows is its head.
type Sheet struct {
	Name string
	Rows [][]string
}

// mostInSheet is how many a sheet has: it is made while the asker waits.
const mostInSheet = 5_000

func (d *Desk) inSheet() int { return cmp.Or(d.MostInSheet, mostInSheet) }

// sendSheet sends an officer a workbook, once by its key.
func (d *Desk) sendSheet(ctx context.Context, officer union.MemberID, key string, s Sheet) error {
	var book bytes.Buffer
	err := broadcast.WriteWorkbook(&book, s.Name, func(each func(cells []string) error) error {
		for _, row := range s.Rows {
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	hash, err := d.Keep(ctx, &book)
	if err != nil {
		return fmt.Errorf("keep sheet: %w", err)
	}
	return d.Outbox.Put(ctx, notice.Notice{
		Key: fmt.Sprintf("%s/%d", key, officer), Kind: notice.KindLedger, Policy: notice.Resend, To: officer,
		Body: notice.Body{Text: d.Words.NoSheetHere(s.Name), File: &notice.File{Hash: hash, Type: broadcast.SheetType, Name: s.Name}},
	})
}
