package roster

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// table is the rows of a file, whatever its format.
type table interface {
	// next returns the next row that is not empty, and its line; io.EOF after the last. The cells are good until the
	// next call.
	next() (cells []string, line int, err error)
	// estimate guesses how many rows there are, after some were read.
	estimate(rows int) int
	close() error
}

// malformed is a fault in the file's format, in words for whoever wrote it.
type malformed struct {
	line   int
	reason string
	cause  error
}

func (m *malformed) Error() string { return fmt.Sprintf("line %d: %v", m.line, m.cause) }
func (m *malformed) Unwrap() error { return m.cause }

// errTooLong is of a file with more rows than are looked at.
var errTooLong = errors.New("too many rows")

// sniffed is how much of a csv file decides its encoding.
const sniffed = 64 << 10

// bounds are how much of a file is read.
type bounds struct {
	// unzipped is what a workbook may unpack to, inMemory how large a sheet may be before it is unpacked into a temporary file, rows how
	// many rows are looked at, blank ones too; 0 is any number.
	unzipped, inMemory int64
	rows               int
	// hidden counts the rows that a sheet hides, and leaves them out; where it is nil they count as all others do.
	hidden *int
	// quotes takes quotation marks for what they are where they stand in the middle of a cell: ="00123".
	quotes bool
}

func openTable(file fs.File, b bounds) (table, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	counter := &countingReader{r: file}
	buffered := bufio.NewReaderSize(counter, sniffed)
	head, err := buffered.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return openXLSX(buffered, b)
	}
	fallback := encoding.Nop
	if !looksUTF8(head) {
		fallback = simplifiedchinese.GB18030
	}
	r := csv.NewReader(transform.NewReader(buffered, unicode.BOMOverride(fallback.NewDecoder())))
	r.FieldsPerRecord = -1
	r.ReuseRecord, r.LazyQuotes = true, b.quotes
	return &csvTable{r: r, counter: counter, size: info.Size()}, nil
}

// looksUTF8 allows for a character that the end of head cuts.
func looksUTF8(head []byte) bool {
	for i := 0; i < utf8.UTFMax && i < len(head); i++ {
		if utf8.Valid(head[:len(head)-i]) {
			return true
		}
	}
	return len(head) == 0
}

type csvTable struct {
	r       *csv.Reader
	counter *countingReader
	size    int64
}

func (t *csvTable) next() ([]string, int, error) {
	for {
		cells, err := t.r.Read()
		var wrong *csv.ParseError
		switch {
		case errors.As(err, &wrong):
			return nil, 0, &malformed{line: wrong.Line, reason: "引号不成对,从这一行起无法读取", cause: err}
		case err != nil:
			return nil, 0, err
		case blank(cells):
			continue
		}
		line, _ := t.r.FieldPos(0)
		return cells, line, nil
	}
}

func (t *csvTable) estimate(rows int) int {
	if t.counter.n == 0 || t.counter.n >= t.size {
		return rows
	}
	return int(int64(rows) * t.size / t.counter.n)
}

func (t *csvTable) close() error { return nil }

// xlsxTable holds what it needs of a workbook as functions. As values behind an interface the library's types would bring
// along all that they can do, charts and a calculator for formulas: 3 MB of binary.
type xlsxTable struct {
	advance func() bool
	columns func(...excelize.Options) ([]string, error)
	hides   func() bool
	hidden  *int
	failed  func() error
	shut    func() error
	line    int
	most    int
}

// ofMembers are the bounds of a members file. A million members with every column take a third of it.
var ofMembers = bounds{unzipped: 1 << 30, inMemory: 16 << 20}

func openXLSX(r io.Reader, b bounds) (table, error) {
	// Cells are read as they are shown, so that 00123 stays what people see; dates in a form that depends on the system
	// are made unambiguous.
	book, err := excelize.OpenReader(r, excelize.Options{
		UnzipSizeLimit: b.unzipped, UnzipXMLSizeLimit: b.inMemory,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd", CultureInfo: excelize.CultureNameZhCN,
	})
	if err != nil {
		return nil, &malformed{reason: "不是能读取的 xlsx 文件(不支持 xls、加密的和解开后太大的文件)", cause: err}
	}
	rows, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return nil, errors.Join(&malformed{reason: "工作簿里没有工作表", cause: err}, book.Close())
	}
	return &xlsxTable{
		advance: rows.Next, columns: rows.Columns, hides: func() bool { return rows.GetRowOpts().Hidden }, hidden: b.hidden, failed: rows.Error,
		shut: func() error { return errors.Join(rows.Close(), book.Close()) }, most: b.rows,
	}, nil
}

func (t *xlsxTable) next() ([]string, int, error) {
	for t.advance() {
		if t.line++; t.most > 0 && t.line > t.most {
			return nil, 0, &malformed{line: t.line, reason: fmt.Sprintf("超过 %d 行", t.most), cause: errTooLong}
		}
		cells, err := t.columns()
		if err != nil {
			return nil, 0, &malformed{line: t.line, reason: "这一行无法读取", cause: err}
		}
		switch {
		case blank(cells):
		case t.hidden != nil && t.hides():
			*t.hidden++
		default:
			return cells, t.line, nil
		}
	}
	if err := t.failed(); err != nil {
		return nil, 0, &malformed{line: t.line, reason: "工作表无法读完", cause: err}
	}
	return nil, 0, io.EOF
}

// estimate knows no better than what was read: a sheet does not reliably say how long it is.
func (t *xlsxTable) estimate(rows int) int { return rows }

func (t *xlsxTable) close() error { return t.shut() }

func blank(cells []string) bool {
	for _, cell := range cells {
		if trim(cell) != "" {
			return false
		}
	}
	return true
}

type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
