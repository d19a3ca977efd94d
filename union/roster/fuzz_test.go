package roster

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"
)

// FuzzRead reads files as an import does, up to the store: every row is right, or a problem names it.
func FuzzRead(f *testing.F) {
	const head = "staff_no,name,organisation,phone,id_card,birthday,lunar_birthday,roles\n"
	f.Add([]byte(head + "100237,王强,集团公司/一分厂,13900000021,11010519491231002X,1974-10-13,闰六月初三,chair@集团公司;judge\n"))
	f.Add([]byte("\ufeff工号,姓名,单位\n=1+1,@SUM(A1),\t-\n"))
	f.Add([]byte("\xff\xfe\x00s\x00t\x00a\x00f\x00f"))
	f.Add([]byte("\xb9\xa4\xba\xc5,\xd0\xd5\xc3\xfb,\xb5\xa5\xce\xbb\n1,\x00,\"\n"))
	f.Add(workbook(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := fstest.MapFS{"members": {Data: content}}.Open("members")
		if err != nil {
			t.Fatal(err)
		}
		table, err := openTable(file, ofMembers)
		r := &reader{table: table}
		if err != nil {
			if r.fault(err) != nil {
				t.Fatalf("a fault of the format is an error: %v", err)
			}
			return
		}
		defer func() { _ = table.close() }() // a file that was cut short may say so again
		if ok, err := r.start(); !ok || err != nil {
			return
		}
		for range 1000 {
			before := len(r.problems) + r.more
			row, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				return // of the encoding
			}
			if (row.Line == 0 || row.StaffNo == "") && len(r.problems)+r.more == before {
				t.Fatalf("a row without a staff number has no problem: %+v", row)
			}
		}
	})
}

func workbook(tb testing.TB) []byte {
	tb.Helper()
	book := excelize.NewFile()
	for cell, value := range map[string]string{"A1": "工号", "B1": "姓名", "C1": "单位", "A2": "1", "B2": "王强", "C2": "集团公司"} {
		if err := book.SetCellStr("Sheet1", cell, value); err != nil {
			tb.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
