package roster

import (
	"errors"
	"io"
	"slices"
	"strings"
)

// headerWithin is how far down the titles may stand: lists often begin with a title of their own.
const headerWithin = 10

// reader turns the rows of a table into Rows and the problems they have.
type reader struct {
	table    table
	header   header
	problems []Problem
	more     int // problems beyond MaxListed
}

func (r *reader) problem(p ...Problem) {
	room := min(len(p), MaxListed-len(r.problems))
	r.problems = append(r.problems, p[:room]...)
	r.more += len(p) - room
}

// start finds the titles. ok is false if there are none to read by.
func (r *reader) start() (ok bool, err error) {
	for range headerWithin {
		cells, line, err := r.table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return false, r.fault(err)
		}
		h, problems, found := readHeader(cells)
		if !found {
			continue
		}
		for i := range problems {
			problems[i].Line = line
		}
		r.header = h
		r.problem(problems...)
		return len(problems) == 0, nil
	}
	r.problem(Problem{Column: staffNoTitles[0], Reason: "没有找到表头:要有一行写着 工号、姓名、单位(或 staff_no、name、organisation)"})
	return false, nil
}

// next returns the next row, with only those of its cells that are right; io.EOF after the last. A row without a staff
// number has Line 0.
func (r *reader) next() (Row, error) {
	cells, line, err := r.table.next()
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	if err != nil {
		if err := r.fault(err); err != nil {
			return Row{}, err
		}
		return Row{}, io.EOF
	}
	var row Row
	text := cellAt(cells, r.header.staffNo)
	staffNo, wrong := parseStaffNo(text)
	if text == "" {
		wrong = "没有工号"
	}
	if wrong == "" {
		row.Line, row.StaffNo = line, staffNo
	} else {
		r.problem(Problem{Line: line, Column: r.header.titles[staffNoColumn], Value: clip(text), Reason: wrong})
	}
	for _, c := range columns {
		r.readCell(&row, line, c, cells)
	}
	r.readRoles(&row, line, cells)
	return row, nil
}

func (r *reader) readCell(row *Row, line int, c column, cells []string) {
	at, there := r.header.at[c.name]
	if !there {
		return
	}
	text := cellAt(cells, at)
	if text == "" {
		return
	}
	var value, wrong string
	switch {
	case text != "-":
		value, wrong = c.parse(text)
	case c.required:
		wrong = "这一列不能清空"
	}
	if wrong != "" {
		r.problem(Problem{Line: line, Column: r.header.titles[c.name], Value: c.show(text), Reason: wrong})
		return
	}
	*c.cell(row) = Cell{Given: true, Text: value}
}

func (r *reader) readRoles(row *Row, line int, cells []string) {
	text := cellAt(cells, r.header.roles)
	if text == "" {
		return
	}
	row.RolesGiven = true
	if text == "-" {
		return
	}
	var wrong string
	if row.Roles, wrong = parseRoles(text); wrong != "" {
		r.problem(Problem{Line: line, Column: r.header.titles[rolesColumn], Value: clip(text), Reason: wrong})
	}
}

// fault makes a fault of the format a problem and returns any other error.
func (r *reader) fault(err error) error {
	if bad, ok := errors.AsType[*malformed](err); ok {
		r.problem(Problem{Line: bad.line, Reason: bad.reason})
		return nil
	}
	return err
}

// cellAt returns the trimmed cell. Short rows lack their last cells, and a column that the file has not is at -1. The
// text is a copy: the table uses its memory again.
func cellAt(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	text := trim(cells[at])
	if slices.Contains([]string{"－", "—", "–"}, text) {
		return "-"
	}
	return strings.Clone(text)
}

// shown is how much of a wrong value a problem repeats.
const shown = 24

func clip(text string) string {
	if runes := []rune(text); len(runes) > shown {
		return string(runes[:shown]) + "…"
	}
	return text
}

// show returns the value as a problem may repeat it: of a sensitive one the first and the last character.
func (c column) show(text string) string {
	if !c.sensitive {
		return clip(text)
	}
	runes := []rune(text)
	if len(runes) <= 2 {
		return strings.Repeat("*", len(runes))
	}
	stars := strings.Repeat("*", min(len(runes)-2, shown))
	return string(runes[0]) + stars + string(runes[len(runes)-1])
}
