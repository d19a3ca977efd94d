package roster_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/unionbot/unionbot/union/roster"
)

// most is how many people the lists of the tests may have.
const most = 50

func readList(t *testing.T, content []byte) ([]roster.Listed, error) {
	t.Helper()
	file, err := fstest.MapFS{"list": {Data: content}}.Open("list")
	if err != nil {
		t.Fatal(err)
	}
	list, err := roster.ReadList(file, content, most, func(line string) (list []roster.Listed) {
		for _, word := range strings.Fields(line) {
			list = append(list, roster.Listed{Name: word})
		}
		return list
	})
	return list.People, err
}

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range rows {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SetCellFormula("Sheet1", "C3", `HYPERLINK("http://evil.example","x")`); err != nil {
		t.Fatal(err)
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encoded(t *testing.T, e interface{ Bytes([]byte) ([]byte, error) }, text string) []byte {
	t.Helper()
	b, err := e.Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAListIsReadHoweverItWasSaved(t *testing.T) {
	const text = "会议名单\n序号,工号,姓名\n1,00123,张伟\n2,,李 建国\n\n2,,李建国\n"
	want := []roster.Listed{{StaffNo: "00123", Name: "张伟"}, {Name: "李建国"}}
	for name, content := range map[string][]byte{
		"utf-8":              []byte(text),
		"gb18030":            encoded(t, simplifiedchinese.GB18030.NewEncoder(), text),
		"utf-16":             encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), text),
		"tabs":               []byte(strings.ReplaceAll(text, ",", "\t")),
		"formulas":           []byte("工号,姓名\n=\"00123\",'张伟\n,李建国\n"),
		"a telephone above":  []byte("联系人,13800000000\n工号,姓名\n00123,张伟\n,李建国\n"),
		"workbook":           workbook(t, []any{"工号", "姓名"}, []any{"00123", "张伟"}, []any{nil, "李建国"}),
		"blanks in titles":   []byte("序 号,工 号,姓　名\n1,00123,张伟\n2,,李建国\n"),
		"phones with titles": []byte("电话,工号,姓名\n13800000000,00123,张伟\n13800000001,,李建国\n"),
		"no titles":          []byte("张伟\n李建国"),
	} {
		want := want
		if name == "no titles" {
			want = []roster.Listed{{Name: "张伟"}, {Name: "李建国"}}
		}
		if got, err := readList(t, content); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestRowsThatASheetHidesCountForNothing(t *testing.T) {
	book := excelize.NewFile()
	for i, name := range []string{"姓名", "张伟", "李建国", "王芳", ""} {
		if err := book.SetCellStr("Sheet1", fmt.Sprintf("A%d", i+1), name); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []int{3, 5} { // the last is blank
		if err := book.SetRowVisible("Sheet1", row, false); err != nil {
			t.Fatal(err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	file, err := fstest.MapFS{"list": {Data: b.Bytes()}}.Open("list")
	if err != nil {
		t.Fatal(err)
	}
	got, err := roster.ReadList(file, b.Bytes(), most, nil)
	if want := (roster.List{People: []roster.Listed{{Name: "张伟"}, {Name: "王芳"}}, Hidden: 1}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

// bomb is a workbook whose sheet packs that many bytes of rows into a few.
func bomb(t *testing.T, row string, times int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	in, err := zip.NewReader(bytes.NewReader(workbook(t, []any{"工号"}, []any{"1"})), int64(len(workbook(t, []any{"工号"}, []any{"1"}))))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range in.File {
		if strings.HasSuffix(f.Name, "sheet1.xml") {
			continue
		}
		if err := w.Copy(f); err != nil {
			t.Fatal(err)
		}
	}
	sheet, err := w.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if _, err := sheet.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	write(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	for n := 0; n < times; n += 1000 {
		write(strings.Repeat(row, 1000))
	}
	write(`</sheetData></worksheet>`)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWhatIsNoListIsRefusedWithTheReason(t *testing.T) {
	var other bytes.Buffer
	w := zip.NewWriter(&other)
	if _, err := w.Create("word/document.xml"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	people := "姓名\n"
	for i := range most + 1 {
		people += fmt.Sprintf("张%d\n", i)
	}
	for name, c := range map[string]struct {
		content []byte
		reason  string
	}{
		"old workbook":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1"), "旧版的 xls"},
		"pdf":            {[]byte("%PDF-1.7"), "PDF"},
		"document":       {other.Bytes(), "xlsx"},
		"binary":         {[]byte("\x00\x01\x02\x03abc"), "编码"},
		"nothing":        {nil, "没有工号或姓名"},
		"titles alone":   {[]byte("工号,姓名\n"), "没有工号或姓名"},
		"phones":         {[]byte("张伟,13800000000\n李建国,13800000001\n"), "像手机号"},
		"one phone":      {[]byte("李建国 100102\n张伟,13800000000\n"), "像手机号"},
		"phones first":   {[]byte("联系人,13800000000\n一\n二\n三\n四\n工号,姓名\n100101,张伟\n"), "像手机号"},
		"an essay":       {[]byte(strings.Repeat("长", 100)), "太长"},
		"too many":       {[]byte(people), "超过 50 人"},
		"a bomb":         {bomb(t, "<row><c><v>"+strings.Repeat("1", 1000)+"</v></c></row>", 100_000), "解开后太大"},
		"wide and empty": {bomb(t, `<row><c r="XFD1"/></row>`, 300_000), "行"},
	} {
		began := time.Now()
		_, err := readList(t, c.content)
		var wrong *roster.Unreadable
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Reason, c.reason) {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
		t.Logf("%s: %v after %v", name, err, time.Since(began))
	}
}
