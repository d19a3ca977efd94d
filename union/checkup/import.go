package checkup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/roster"
)

// ErrInvalid means that the file has mistakes, which the report names; nothing was changed.
var ErrInvalid = errors.New("the file has mistakes")

// Problem is a mistake in the file.
type Problem struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Report is what an import came to.
type Report struct {
	DryRun   bool      `json:"dry_run"`
	Rows     int       `json:"rows"`
	New      int       `json:"new"`
	Changed  int       `json:"changed"`
	Same     int       `json:"same"`
	Results  int       `json:"results"` // of which members are told that the result is there
	Problems []Problem `json:"problems"`
}

// columns are those of the file, with their titles.
var columns = map[string][]string{
	"staff_no": {"工号", "职工号", "员工编号"},
	"kind":     {"类别", "检查类别", "体检类别"},
	"due":      {"应检日期", "应检日", "到期日期"},
	"every":    {"周期", "周期(月)", "周期月数"},
	"place":    {"地点", "检查地点", "领取地点"},
	"state":    {"状态", "结果"},
}

var kindWords = map[string]Kind{
	"岗前": Entering, "上岗前": Entering, "入职": Entering, string(Entering): Entering,
	"在岗": InPost, "在岗期间": InPost, "定期": InPost, string(InPost): InPost,
	"离岗": Leaving, "离岗时": Leaving, "离职": Leaving, string(Leaving): Leaving,
}

var stateWords = map[string]State{
	"": Due, "未检": Due, "应检": Due, string(Due): Due, "已检": Checked, string(Checked): Checked,
	"已出": Told, "结果已出": Told, string(Told): Told,
}

const mostProblems = 1000

// Import takes over a list of checks, csv or xlsx, all or nothing: a check of the same member, kind and day is changed, and
// never goes back. It returns ErrInvalid where a row has a mistake.
func (d *Desk) Import(ctx context.Context, file fs.File, dry bool) (Report, error) {
	rows, problems, err := d.read(ctx, file)
	r := Report{DryRun: dry, Rows: len(rows), Problems: problems}
	if err != nil {
		return r, fmt.Errorf("import checks: %w", err)
	}
	if len(problems) > 0 {
		return r, ErrInvalid
	}
	errDry := errors.New("dry")
	err = d.Store.Tx(ctx, func(ctx context.Context) error {
		r.New, r.Changed, r.Same, r.Results = 0, 0, 0, 0
		for _, row := range rows {
			if err := d.put(ctx, row, &r); err != nil {
				return err
			}
		}
		if dry {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return r, fmt.Errorf("import checks: %w", err)
	}
	return r, nil
}

type importRow struct {
	line   int
	member union.Member
	check  Checkup
}

func (d *Desk) read(ctx context.Context, file fs.File) (rows []importRow, problems []Problem, err error) {
	var at map[string]int
	seen := map[string]int{}
	err = roster.ReadRows(file, func(line int, cells []string) error {
		if at == nil {
			if at = heads(cells); at["staff_no"] < 0 || at["kind"] < 0 || at["due"] < 0 {
				problems = append(problems, Problem{line, "表头要有 工号、类别、应检日期 三列(staff_no, kind, due)"})
			}
			return nil
		}
		if len(problems) > 0 && rows == nil && at["staff_no"]*at["kind"]*at["due"] < 0 || len(problems) >= mostProblems {
			return nil
		}
		row, wrong, err := d.row(ctx, at, cells)
		if err != nil {
			return err
		}
		key := fmt.Sprintf("%d/%s/%s", row.member.ID, row.check.Kind, row.check.Due)
		if first := seen[key]; wrong == "" && first > 0 {
			wrong = fmt.Sprintf("和第 %d 行重复", first)
		}
		if wrong != "" {
			problems = append(problems, Problem{line, wrong})
			return nil
		}
		seen[key], row.line = line, line
		rows = append(rows, row)
		return nil
	})
	return rows, problems, err
}

// heads finds the columns by name or title; -1 for one that is not there.
func heads(cells []string) map[string]int {
	at := map[string]int{}
	for name, titles := range columns {
		at[name] = slices.IndexFunc(cells, func(cell string) bool {
			cell = strings.TrimSpace(cell)
			return cell == name || slices.Contains(titles, cell)
		})
	}
	return at
}

func (d *Desk) row(ctx context.Context, at map[string]int, cells []string) (row importRow, wrong string, err error) {
	cell := func(name string) string {
		if i := at[name]; i >= 0 && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	if row.member, err = d.Members.ByStaffNo(ctx, cell("staff_no")); errors.Is(err, union.ErrNotFound) {
		return row, "没有这个工号:" + cell("staff_no"), nil
	} else if err != nil {
		return row, "", err
	}
	kind, known := kindWords[cell("kind")]
	state, also := stateWords[cell("state")]
	due, isDay := dayOf(cell("due"))
	every, isNumber := monthsOf(cell("every"))
	switch {
	case !known:
		return row, "类别要写 岗前、在岗 或 离岗,不是“" + cell("kind") + "”", nil
	case !isDay:
		return row, "应检日期要像 2026-12-10 这样,不是“" + cell("due") + "”", nil
	case !isNumber:
		return row, "周期要写 1 到 120 个月,不是“" + cell("every") + "”", nil
	case cell("every") != "" && kind != InPost:
		return row, "只有在岗的检查有周期", nil
	case !also:
		return row, "状态要写 未检、已检 或 已出,不是“" + cell("state") + "”;检查结果本身不要写进来", nil
	}
	row.check = Checkup{Member: row.member.ID, Kind: kind, Due: due, Every: every, Place: cell("place"), State: state}
	return row, "", nil
}

// put adds or changes the check of a row.
func (d *Desk) put(ctx context.Context, row importRow, r *Report) error {
	c, err := d.Store.Find(ctx, row.member.ID, row.check.Kind, row.check.Due)
	fresh := errors.Is(err, union.ErrNotFound)
	if err != nil && !fresh {
		return err
	}
	if fresh {
		r.New++
		c = row.check
		c.ID, c.State = d.NewID(), Due
		d.schedule(&c)
		if err := d.Store.Insert(ctx, c); err != nil {
			return err
		}
	}
	order := []State{Due, Checked, Told}
	on := slices.Index(order, row.check.State) > slices.Index(order, c.State)
	changed := row.check.Every > 0 && row.check.Every != c.Every || row.check.Place != "" && row.check.Place != c.Place
	if row.check.Every > 0 {
		c.Every = row.check.Every
	}
	switch {
	case on:
		if !fresh {
			r.Changed++
		}
		if row.check.State == Told {
			r.Results++
		}
		_, err := d.move(ctx, row.member, c, row.check.State, row.check.Place)
		return err
	case changed && !fresh:
		r.Changed++
		if row.check.Place != "" {
			c.Place = row.check.Place
		}
		_, err := d.Store.Update(ctx, c, c.State, c.Stage)
		return err
	case !fresh:
		r.Same++
	}
	return nil
}

// dayOf reads 2026-12-10, 2026/12/10 and 2026.12.10.
func dayOf(text string) (day string, ok bool) {
	t, err := time.Parse("2006-1-2", strings.NewReplacer("/", "-", ".", "-").Replace(text))
	return t.Format(time.DateOnly), err == nil
}

// monthsOf reads an interval from 1 to 120 months; nothing is 0.
func monthsOf(text string) (n int, ok bool) {
	if text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(strings.TrimSuffix(text, "个月"))
	return n, err == nil && n >= 1 && n <= 120
}
