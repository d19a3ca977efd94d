package fund

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/notice"
)

// Awarded is one line of the month's list of awards: what somebody is to be paid for a case. Sums are in fen.
type Awarded struct {
	Service string // its name
	Number  string
	Name    string
	StaffNo string
	Unit    string // the path from the root
	Share   int    // in percent
	Fen     int64
	At      time.Time // when it was approved
	Paid    bool
}

// AwardReader reads what was awarded.
type AwardReader interface {
	// Awarded lists what was approved from a time up to before another, oldest first.
	Awarded(ctx context.Context, from, until time.Time) ([]Awarded, error)
	// OfMember lists a member's latest awards, newest first.
	OfMember(ctx context.Context, member union.MemberID, limit int) ([]Awarded, error)
}

const mostOwnAwards = 10

// OwnAwards lists what a member was awarded, the latest first.
func (o Office) OwnAwards(ctx context.Context, member union.MemberID) ([]Awarded, error) {
	return o.Awards.OfMember(ctx, member, mostOwnAwards)
}

// MayReadAll says whether somebody may read the ledgers, and so of every award.
func (o Office) MayReadAll(ctx context.Context, reader union.MemberID) (bool, error) {
	_, err := o.Funds(ctx, reader)
	if errors.Is(err, union.ErrForbidden) {
		return false, nil
	}
	return err == nil, err
}

// AwardList is what was awarded in one month.
type AwardList struct {
	Month time.Time // its first moment, in the union's zone
	Lines []Awarded
}

// Until is the first moment after the month.
func (l AwardList) Until() time.Time { return l.Month.AddDate(0, 1, 0) }

// Sums adds up what the month's awards come to, and what of it is not paid yet.
func (l AwardList) Sums() (all, unpaid int64) {
	for _, a := range l.Lines {
		all += a.Fen
		if !a.Paid {
			unpaid += a.Fen
		}
	}
	return all, unpaid
}

// SendAwards sends a month's list of awards to a member who may read the ledgers, as a workbook, once an occasion. An empty
// list sends nothing. title says what a service is called.
func (o Office) SendAwards(ctx context.Context, reader union.MemberID, at time.Time, occasion string, title func(service string) string) (AwardList, error) {
	if _, err := o.Funds(ctx, reader); err != nil {
		return AwardList{}, err
	}
	at = at.In(o.Zone)
	l := AwardList{Month: time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, o.Zone)}
	var err error
	if l.Lines, err = o.Awards.Awarded(ctx, l.Month, l.Until()); err != nil || len(l.Lines) == 0 {
		return l, err
	}
	sheet, err := AwardSheet(l, title)
	if err != nil {
		return l, err
	}
	hash, err := o.Keep(ctx, bytes.NewReader(sheet))
	if err != nil {
		return l, fmt.Errorf("keep sheet: %w", err)
	}
	return l, o.Outbox.Put(ctx, notice.Notice{
		Key:  fmt.Sprintf("awards/%s/%d/%s", l.Month.Format("2006-01"), reader, occasion),
		Kind: notice.KindLedger, Policy: notice.Resend, To: reader,
		Body: notice.Body{Text: o.Unsent("奖励"), File: &notice.File{Hash: hash, Type: SheetType, Name: "奖励发放表" + l.Month.Format("2006-01")}},
	})
}

// AwardSheet is the list by which finance pays: a line for every award, and on a second sheet what each person is to get.
func AwardSheet(l AwardList, title func(service string) string) ([]byte, error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }() // it is in memory
	rows := [][]any{{l.Month.Format("2006年1月") + " 奖励发放表"}, {"核准日期", "类别", "编号", "姓名", "工号", "单位", "份额(%)", "金额(元)", "状态"}}
	people, totals := [][]any{{"姓名", "工号", "单位", "金额(元)", "其中未付(元)"}}, map[string]*[2]int64{}
	var order []Awarded
	for _, a := range l.Lines {
		state, left := "待付", a.Fen
		if a.Paid {
			state, left = "已付", 0
		}
		_, unit, _ := strings.Cut(a.Unit, "/")
		rows = append(rows, []any{a.At.In(l.Month.Location()).Format(time.DateOnly), title(a.Service), a.Number, a.Name, a.StaffNo, unit, a.Share, yuan(a.Fen), state})
		if totals[a.StaffNo] == nil {
			totals[a.StaffNo], order = &[2]int64{}, append(order, a)
		}
		totals[a.StaffNo][0] += a.Fen
		totals[a.StaffNo][1] += left
	}
	all, unpaid := l.Sums()
	rows = append(rows, nil, []any{"合计", nil, nil, nil, nil, nil, nil, yuan(all)}, []any{"其中未付", nil, nil, nil, nil, nil, nil, yuan(unpaid)})
	for _, a := range order {
		_, unit, _ := strings.Cut(a.Unit, "/")
		people = append(people, []any{a.Name, a.StaffNo, unit, yuan(totals[a.StaffNo][0]), yuan(totals[a.StaffNo][1])})
	}
	if err := book.SetSheetName("Sheet1", "明细"); err != nil {
		return nil, fmt.Errorf("make sheet: %w", err)
	}
	if _, err := book.NewSheet("按人合计"); err != nil {
		return nil, fmt.Errorf("make sheet: %w", err)
	}
	for name, lines := range map[string][][]any{"明细": rows, "按人合计": people} {
		for i, row := range lines {
			if len(row) == 0 {
				continue
			}
			if err := book.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				return nil, fmt.Errorf("make sheet: %w", err)
			}
		}
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		return nil, fmt.Errorf("write sheet: %w", err)
	}
	return out.Bytes(), nil
}
