package roster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sort"
	"time"
)

const (
	batchRows = 500
	// closeTimeout bounds the tidying up after an import, which runs even if the import was cancelled.
	closeTimeout = 30 * time.Second
)

// Import brings a members file into the store: an upsert by staff number, in which an empty cell leaves a value, `-`
// clears it and roles are replaced. It is all or nothing, and importing the same file again changes nothing. A file
// with mistakes gives ErrInvalid and a report that names every one.
func Import(ctx context.Context, store Store, file fs.File, o Options) (report Report, err error) {
	report.DryRun = o.DryRun
	t, err := openTable(file, ofMembers)
	r := &reader{table: t}
	if err != nil {
		if err := r.fault(err); err != nil {
			return report, err
		}
		return r.report(report), ErrInvalid
	}
	defer func() { err = errors.Join(err, t.close()) }()
	ok, err := r.start()
	if err != nil {
		return report, err
	}
	report.Ignored = r.header.ignored
	if !ok {
		return r.report(report), ErrInvalid
	}
	staging, err := store.Begin(ctx)
	if err != nil {
		return report, fmt.Errorf("begin import: %w", err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		err = errors.Join(err, staging.Close(ctx))
	}()
	return r.run(ctx, staging, report, o)
}

// run stages every row, right or wrong, so that the clashes between rows are found as well, and merges them if all are
// right.
func (r *reader) run(ctx context.Context, staging Staging, report Report, o Options) (Report, error) {
	progress := o.Progress
	if progress == nil {
		progress = func(int, int) {}
	}
	rows, err := r.stage(ctx, staging, progress)
	report.Rows = rows
	if err != nil {
		return report, err
	}
	if rows == 0 && len(r.problems) == 0 {
		r.problem(Problem{Reason: "文件里没有人员"})
		return r.report(report), ErrInvalid
	}
	merged, err := staging.Merge(ctx, MergeOptions{
		DryRun:   o.DryRun || len(r.problems) > 0,
		Leavers:  o.Leavers,
		Progress: func(done int) { progress(rows+done, 2*rows) },
	})
	if err != nil {
		return report, fmt.Errorf("merge members: %w", err)
	}
	r.clashes(merged.Conflicts)
	report.Warnings = r.warnings(merged.Warnings)
	if len(r.problems) > 0 {
		return r.report(report), ErrInvalid
	}
	progress(2*rows, 2*rows)
	report.New, report.Changed, report.Same = merged.New, merged.Changed, merged.Same
	report.RolesGranted, report.RolesEnded = merged.RolesGranted, merged.RolesEnded
	report.Organisations = merged.Organisations
	report.Absent, report.AbsentTotal, report.Left = merged.Absent, merged.AbsentTotal, merged.Left
	return report, nil
}

func (r *reader) stage(ctx context.Context, staging Staging, progress func(done, total int)) (rows int, err error) {
	batch := make([]Row, 0, batchRows)
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := staging.Add(ctx, batch); err != nil {
			return fmt.Errorf("stage members: %w", err)
		}
		batch = batch[:0]
		progress(rows, 2*max(rows, r.table.estimate(rows)))
		return nil
	}
	for {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			return rows, flush()
		}
		if err != nil {
			return rows, err
		}
		rows++
		if row.Line == 0 {
			continue
		}
		if batch = append(batch, row); len(batch) == batchRows {
			if err := flush(); err != nil {
				return rows, err
			}
		}
	}
}

// clashes adds what the store found, but for cells that are named as wrong already.
func (r *reader) clashes(found []Conflict) {
	type place struct {
		line   int
		column string
	}
	named := map[place]bool{}
	for _, p := range r.problems {
		named[place{p.Line, p.Column}] = true
	}
	for _, c := range found {
		p := r.header.explain(c)
		if at := (place{p.Line, p.Column}); !named[at] {
			named[at] = true
			r.problem(p)
		}
	}
	sort.SliceStable(r.problems, func(i, j int) bool { return r.problems[i].Line < r.problems[j].Line })
}

// warnings puts what may be a mistake into words, by line.
func (r *reader) warnings(found []Conflict) (list []Problem) {
	for _, c := range found[:min(len(found), MaxListed)] {
		list = append(list, r.header.explain(c))
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].Line < list[j].Line })
	return list
}

func (r *reader) report(report Report) Report {
	report.Problems, report.MoreProblems = r.problems, r.more
	return report
}

// explain puts a clash into words.
func (h header) explain(c Conflict) Problem {
	p := Problem{Line: c.Line, Column: h.titles[staffNoColumn]}
	switch c.Clash {
	case SameStaffNo:
		p.Reason = fmt.Sprintf("工号和第 %d 行相同", c.Other)
	case SameWeComUser:
		p.Column, p.Reason = h.titles["wecom_userid"], fmt.Sprintf("企业微信账号和第 %d 行相同", c.Other)
	case WeComUserOf:
		p.Column, p.Reason = h.titles["wecom_userid"], "企业微信账号已经是工号 "+c.Who+" 的"
	case NewNeedsName:
		p.Column, p.Reason = h.titles["name"], "是新会员,要有姓名"
	case NewNeedsOrg:
		p.Column, p.Reason = h.titles["organisation"], "是新会员,要有单位"
	case SameIDCard, IDCardOf, SamePhone, PhoneOf:
		return h.explainNumber(c)
	case UnknownRoleAt:
		p.Column, p.Value = h.titles[rolesColumn], clip(c.Path)
		p.Reason = "没有这个单位:单位这一列里没有,以前也没有"
	}
	return p
}

// explainNumber is explain for a number of somebody else. It never says the number, and says whose it is: whoever keeps the
// list knows both.
func (h header) explainNumber(c Conflict) Problem {
	p := Problem{Line: c.Line}
	const maybe = ",照样导入;若不是家人合用或办公电话,请核对"
	column := "phone"
	switch c.Clash {
	case SameIDCard:
		column, p.Reason = "id_card", fmt.Sprintf("身份证号和第 %d 行(工号 %s)相同,请核对是哪一行填错了", c.Other, c.Who)
	case IDCardOf:
		column, p.Reason = "id_card", "身份证号已经是工号 "+c.Who+" 的:如果是同一个人,请沿用原工号,或先把原工号标为离职;不是同一个人,请核对号码"
	case SamePhone:
		p.Reason = fmt.Sprintf("手机号和第 %d 行(工号 %s)相同", c.Other, c.Who) + maybe
	default:
		p.Reason = "手机号和工号 " + c.Who + " 的相同" + maybe
	}
	// Who comes back brings a card that the file may not have a column for.
	p.Column = cmp.Or(h.titles[column], h.titles[staffNoColumn])
	return p
}
