package roster

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/unionbot/unionbot/union"
)

// Listed is somebody in a list, by number, by name or by both.
type Listed struct{ StaffNo, Name string }

// List is who stands in a list, and how many rows of it count for nothing because the sheet hides them, by a filter too.
type List struct {
	People []Listed
	Hidden int
}

// Unreadable says what is wrong with a list, for whoever sent it.
type Unreadable struct {
	Line   int
	Reason string
}

func (u *Unreadable) Error() string { return fmt.Sprintf("line %d: %s", u.Line, u.Reason) }

const (
	// ListBytes is how large a list may be: thousands of people take a tenth of it.
	ListBytes = 5 << 20
	// listCells is how many cells of a list are looked at.
	listCells = 200_000
	// titlesWithin is in how many of the first rows the titles of the columns may stand: above them is often that of the sheet.
	titlesWithin = 5
	// nameRunes is the longest that is taken for a name.
	nameRunes = 32
)

// ofLists bounds a file that somebody sends in a chat: what packs a gigabyte into a few bytes is refused before it is unpacked.
var ofLists = bounds{unzipped: 64 << 20, inMemory: 8 << 20, rows: 20_000, quotes: true}

// foreign are how files begin that are no lists, with what they are called.
var foreign = []struct{ begins, called string }{
	{"\xd0\xcf\x11\xe0", "旧版的 xls 或 doc"}, {"%PDF", "PDF"}, {"\x89PNG", "图片"}, {"\xff\xd8\xff", "图片"}, {"GIF8", "图片"},
	{"Rar!", "压缩包"}, {"7z\xbc\xaf", "压缩包"}, {"\x1f\x8b", "压缩包"},
}

// ReadList reads who stands in a csv, xlsx or txt file: by its columns 工号 and 姓名 where it has one of them, else as said reads a
// line of it. It returns an *Unreadable for what is no such list; head is how the file begins, and most how many people it may have.
func ReadList(file fs.File, head []byte, most int, said func(line string) []Listed) (List, error) {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.begins)) {
			return List{}, &Unreadable{Reason: "这是" + f.called + ",不是名单"}
		}
	}
	l := lister{most: most, said: said, staffNo: -1, name: -1, seen: map[Listed]bool{}}
	var hidden int
	within := ofLists
	within.hidden = &hidden
	err := readRows(file, within, l.row)
	var wrong *malformed
	if errors.As(err, &wrong) {
		return List{}, &Unreadable{wrong.line, wrong.reason}
	}
	if err == nil && (len(l.list) == 0 || l.untitled != nil) {
		err = l.nobody(hidden)
	}
	return List{l.list, hidden}, err
}

// phone is a mobile's number, which in a file without titles would be taken for a staff number.
var phone = regexp.MustCompile(`^1[3-9]\d{9}$`)

// lister takes up the rows of a list.
type lister struct {
	most          int
	said          func(line string) []Listed
	staffNo, name int // of the columns; -1 where there is none
	rows, cells   int
	list          []Listed
	seen          map[Listed]bool
	// untitled is the first row with what may be a telephone, which is refused unless titles come below it.
	untitled *Unreadable
}

// nobody says why nobody can be read from the list.
func (l *lister) nobody(hidden int) error {
	switch {
	case l.untitled != nil:
		return l.untitled
	case hidden > 0:
		return &Unreadable{Reason: fmt.Sprintf("里面没有工号或姓名(隐藏或筛选掉的 %d 行没有算)", hidden)}
	}
	return &Unreadable{Reason: "里面没有工号或姓名"}
}

func (l *lister) row(line int, cells []string) error {
	l.rows++
	if l.cells += len(cells); l.cells > listCells {
		return &Unreadable{line, "表格太大"}
	}
	if len(cells) == 1 {
		cells = strings.Split(cells[0], "\t") // as text out of a spreadsheet
	}
	for i, cell := range cells {
		if strings.ContainsAny(cell, "\x00\ufffd") || !utf8.ValidString(cell) {
			return &Unreadable{line, "认不出文字编码,请另存为 xlsx,或 UTF-8 的 csv"}
		}
		cells[i] = strings.Trim(trim(cell), "=\"'") // ="00123" and '00123 keep a spreadsheet from reading a number
	}
	if l.rows <= titlesWithin && l.header(cells) {
		return nil
	}
	if l.staffNo >= 0 || l.name >= 0 {
		return l.add(line, Listed{union.StaffNoKey(at(cells, l.staffNo)), strings.Join(strings.Fields(at(cells, l.name)), "")})
	}
	if len(cells) > 1 && slices.ContainsFunc(cells, phone.MatchString) {
		l.untitled = cmp.Or(l.untitled, &Unreadable{line, "有一列像手机号,又没有列名,分不清哪一列是工号。请在第一行写上列名(工号、姓名),再发一次"})
	}
	if l.untitled != nil {
		if l.rows < titlesWithin {
			return nil
		}
		return l.untitled
	}
	for _, one := range l.said(strings.Join(cells, " ")) {
		if err := l.add(line, one); err != nil {
			return err
		}
	}
	return nil
}

// header takes a row of titles; what stood above it was none of the list.
func (l *lister) header(cells []string) bool {
	if l.staffNo >= 0 || l.name >= 0 {
		return false
	}
	for i, cell := range cells {
		switch columnNamed(strings.Join(strings.Fields(cell), "")) { // 姓 名
		case staffNoColumn:
			l.staffNo = i
		case "name":
			l.name = i
		}
	}
	if l.staffNo < 0 && l.name < 0 {
		return false
	}
	l.list, l.seen, l.untitled = nil, map[Listed]bool{}, nil
	return true
}

func at(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return trim(cells[i])
}

func (l *lister) add(line int, one Listed) error {
	switch {
	case one == Listed{} || l.seen[one]:
		return nil
	case utf8.RuneCountInString(one.Name) > nameRunes || utf8.RuneCountInString(one.StaffNo) > nameRunes:
		return &Unreadable{line, "有一格太长,不像工号或姓名"}
	case len(l.list) == l.most:
		return &Unreadable{line, fmt.Sprintf("超过 %d 人", l.most)}
	}
	l.seen[one] = true
	l.list = append(l.list, one)
	return nil
}
