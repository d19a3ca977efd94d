package flows

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/fund"
)

// LedgerOffice shows the ledgers of funds.
type LedgerOffice interface {
	Funds(ctx context.Context, reader union.MemberID) ([]fund.Fund, error)
	Send(ctx context.Context, reader union.MemberID, name string, month time.Time, occasion string) (fund.Ledger, error)
}

// ledger sends a month's ledger of a fund as a workbook: 台账, 台账 11月, 帮扶专项台账.
type ledger struct {
	people   people
	office   LedgerOffice
	calendar Calendar
}

type ledgerData struct {
	Funds  []string `json:"funds,omitempty"`
	Titles []string `json:"titles,omitempty"`
	Month  int      `json:"month,omitempty"` // 0: the present one
}

var asksLedger = regexp.MustCompile(`^(?:看|要|发|导出)?(.{0,12}?)台账\s*(?:(\d{1,2})月(?:份)?)?[。!！]?$`)

func (l *ledger) flow() bot.Flow {
	return bot.Define(bot.Spec[ledgerData]{
		Name: "ledger", Rev: 1, Title: "台账", Expires: listExpires, Passing: true,
		Understand: func(text string) []bot.Guess {
			if asksLedger.MatchString(strings.TrimSpace(text)) {
				return []bot.Guess{{Label: "资金台账", Score: progressScore}}
			}
			return nil
		},
		Begin: l.begin,
		Steps: []bot.Step[ledgerData]{{
			Name: "which",
			AskFunc: func(_ context.Context, t *bot.Turn[ledgerData]) (bot.Reply, error) {
				return bot.Reply{Text: "要哪个资金的台账?", Choices: t.Data.choices()}, nil
			},
			Handle: func(ctx context.Context, t *bot.Turn[ledgerData]) (bot.Next, error) {
				i, ok := bot.Choose(t.Text(), t.Data.choices())
				if !ok || !t.IsText() {
					return bot.Miss(), nil
				}
				return l.send(ctx, t, t.Data.Funds[i])
			},
		}},
	})
}

func (d ledgerData) choices() []bot.Choice {
	choices := make([]bot.Choice, len(d.Titles))
	for i, title := range d.Titles {
		choices[i].Label = title
	}
	return choices
}

func (l *ledger) begin(ctx context.Context, t *bot.Turn[ledgerData]) (bot.Next, error) {
	reader, err := l.people.acting(ctx, t.Talk)
	var funds []fund.Fund
	if err == nil {
		funds, err = l.office.Funds(ctx, reader)
	}
	switch {
	case errors.Is(err, union.ErrForbidden):
		t.Say("资金台账由集团工会的主席、财务、经审和帮扶专干看。")
		return bot.End(), nil
	case err != nil:
		return bot.Next{}, fmt.Errorf("list funds: %w", err)
	case len(funds) == 0:
		t.Say("还没有设资金。请管理员用 unionbot funds set 设好。")
		return bot.End(), nil
	}
	asked := asksLedger.FindStringSubmatch(strings.TrimSpace(t.Entry.Text))
	if asked != nil && asked[2] != "" {
		t.Data.Month, _ = strconv.Atoi(asked[2]) // digits only
	}
	for _, f := range funds {
		if !slices.Contains(t.Data.Funds, f.Name) && (asked == nil || asked[1] == "" || strings.Contains(f.Title, asked[1])) {
			t.Data.Funds, t.Data.Titles = append(t.Data.Funds, f.Name), append(t.Data.Titles, f.Title)
		}
	}
	switch len(t.Data.Funds) {
	case 0:
		t.Say("没有这个资金。回复\"台账\"看有哪些。")
		return bot.End(), nil
	case 1:
		return l.send(ctx, t, t.Data.Funds[0])
	}
	return bot.Goto("which"), nil
}

func (l *ledger) send(ctx context.Context, t *bot.Turn[ledgerData], name string) (bot.Next, error) {
	reader, err := l.people.acting(ctx, t.Talk)
	var sent fund.Ledger
	if err == nil {
		sent, err = l.office.Send(ctx, reader, name, monthBefore(l.calendar.Local(t.Now), t.Data.Month), strconv.FormatInt(t.Now.UnixMilli(), 36))
	}
	if errors.Is(err, union.ErrForbidden) || errors.Is(err, fund.ErrUnknown) {
		t.Say("这份台账现在看不了。")
		return bot.End(), nil
	}
	if err != nil {
		return bot.Next{}, fmt.Errorf("send ledger: %w", err)
	}
	var paid, held, owed, lost int64
	for _, e := range sent.Entries {
		switch e.Kind {
		case fund.Paid:
			paid += e.Fen
		case fund.Reserved:
			held += e.Fen
		case fund.Released:
			held -= e.Fen
		case fund.Reclaim:
			owed += e.Fen
		case fund.Returned:
			owed -= e.Fen
		case fund.Lost:
			owed -= e.Fen
			lost += e.Fen
		}
	}
	newest := sent.Funds[0]
	back := ""
	if owed != 0 {
		back = ",应收回 " + answer.Yuan(owed)
	}
	if lost != 0 {
		back += ",核销 " + answer.Yuan(lost)
	}
	t.Say(fmt.Sprintf("%s %s:预留 %s,支付 %s%s,共 %d 笔。%d 年余额 %s。表格正在发给您。", sent.Title, sent.Month.Format("2006年1月"),
		answer.Yuan(held), answer.Yuan(paid), back, len(sent.Entries), newest.Year, answer.Yuan(newest.Left())))
	return bot.End(), nil
}

// monthBefore is the latest month of that number up to now, or now itself.
func monthBefore(now time.Time, month int) time.Time {
	if month < 1 || month > 12 {
		return now
	}
	year := now.Year()
	if month > int(now.Month()) {
		year--
	}
	return time.Date(year, time.Month(month), 15, 12, 0, 0, 0, now.Location())
}
