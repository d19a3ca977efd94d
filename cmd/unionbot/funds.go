package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/union/answer"
	"github.com/unionbot/unionbot/union/fund"
)

func (a *app) fundsCommand() *cobra.Command {
	c := &cobra.Command{Use: "funds", Short: "Set up and list the funds from which services pay",
		Example: "  unionbot funds set aid --budget 200000 --title 帮扶专项\n  unionbot funds list"}
	c.AddCommand(a.fundsSetCommand(), a.fundsListCommand())
	return c
}

func (a *app) fundsSetCommand() *cobra.Command {
	var title, budget, note string
	year := 0
	c := &cobra.Command{
		Use:   "set NAME --year YEAR --budget YUAN --title TITLE",
		Short: "Make a fund of a year, or change its budget",
		Long: `Make a fund of a year, or change its title and budget. NAME is what service files say under fund. A budget below what is set
aside or paid already is refused. Every change is a line of the ledger. It may run beside a serving instance.`,
		Example: "  unionbot funds set aid --year 2027 --budget 200000 --title 帮扶专项 --note 工发〔2026〕31号",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			fen, err := yuanToFen(budget)
			if err != nil {
				return err
			}
			f := fund.Fund{Name: args[0], Year: cmp.Or(year, time.Now().Year()), Title: title, Budget: fen}
			if err := f.Check(); err != nil {
				return err
			}
			return a.withDatabase(c.Context(), func(_ config.Config, db *storage.DB) error {
				err := storage.NewFunds(db).Set(c.Context(), f, fund.Entry{At: time.Now(), Note: note})
				var short *fund.ShortError
				if errors.As(err, &short) {
					return fmt.Errorf("%s of fund %s are set aside or paid already: the budget cannot be %s",
						answer.Yuan(short.Fund.Reserved+short.Fund.Paid+short.Fund.Reclaim+short.Fund.Lost), f.Name, answer.Yuan(fen))
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(a.stdout, "%s %d (%s) has a budget of %s.\n", f.Name, f.Year, f.Title, answer.Yuan(f.Budget))
				return err
			})
		},
	}
	flags := c.Flags()
	flags.IntVar(&year, "year", 0, "year of the fund (default: this one)")
	flags.StringVar(&budget, "budget", "", "budget in yuan, such as 200000 or 200000.50")
	flags.StringVar(&title, "title", "", "title by which officers know it")
	flags.StringVar(&note, "note", "", "which decision sets it, for the ledger")
	_ = c.MarkFlagRequired("budget")
	_ = c.MarkFlagRequired("title")
	return c
}

// yuanToFen reads a plain figure in yuan, with up to two digits behind the point.
func yuanToFen(text string) (int64, error) {
	whole, part, _ := strings.Cut(text, ".")
	part = (part + "00")[:max(2, len(part))]
	fen, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil || len(part) > 2 || fen < 0 || whole == "" {
		return 0, fmt.Errorf("a sum in yuan is expected, such as 200000 or 200000.50, not %q", text)
	}
	return fen, nil
}

// fundReport is a fund as `funds list` writes it as JSON. Sums are in fen.
type fundReport struct {
	Name     string `json:"name"`
	Year     int    `json:"year"`
	Title    string `json:"title"`
	Budget   int64  `json:"budget"`
	Reserved int64  `json:"reserved"`
	Paid     int64  `json:"paid"`
	Reclaim  int64  `json:"reclaim"`
	Lost     int64  `json:"lost"`
	Left     int64  `json:"left"`
}

// afterwards says what is to come back of what was paid, and what was written off; nothing where there is nothing.
func afterwards(f fund.Fund) (text string) {
	if f.Reclaim != 0 {
		text += "  to come back " + answer.Yuan(f.Reclaim)
	}
	if f.Lost != 0 {
		text += "  written off " + answer.Yuan(f.Lost)
	}
	return text
}

func (a *app) fundsListCommand() *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:     "list",
		Short:   "List the funds: budget, set aside, paid and left",
		Example: "  unionbot funds list",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withDatabase(c.Context(), func(_ config.Config, db *storage.DB) error {
				funds, err := storage.NewFunds(db).All(c.Context())
				if err != nil {
					return err
				}
				reports := make([]fundReport, 0, len(funds))
				for _, f := range funds {
					reports = append(reports, fundReport{f.Name, f.Year, f.Title, f.Budget, f.Reserved, f.Paid, f.Reclaim, f.Lost, f.Left()})
				}
				if asJSON {
					return a.writeJSON(reports)
				}
				for _, f := range funds {
					if _, err := fmt.Fprintf(a.stdout, "%s %d  %s  budget %s  set aside %s  paid %s%s  left %s\n", f.Name, f.Year, f.Title,
						answer.Yuan(f.Budget), answer.Yuan(f.Reserved), answer.Yuan(f.Paid), afterwards(f), answer.Yuan(f.Left())); err != nil {
						return err
					}
				}
				if len(funds) == 0 {
					_, err = fmt.Fprintln(a.stdout, "No fund is set up: unionbot funds set")
				}
				return err
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON, sums in fen")
	return c
}

func (a *app) ledgerCommand() *cobra.Command {
	var name, month, out string
	c := &cobra.Command{
		Use:   "ledger --fund NAME [--month YYYY-MM] [--out FILE]",
		Short: "Write the ledger of a fund for a month as a workbook (xlsx)",
		Long: `Write the ledger of a fund for a month as a workbook: a line for everything that was set aside, freed and paid, with number, officer
and time, and the totals that audit compares. Officers get the same in chat by 台账.`,
		Example: "  unionbot ledger --fund aid --month 2026-11",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.withDatabase(c.Context(), func(conf config.Config, db *storage.DB) error {
				return a.writeLedger(c.Context(), conf, db, name, month, out)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&name, "fund", "", "name of the fund")
	flags.StringVar(&month, "month", "", "month, such as 2026-11 (default: this one)")
	flags.StringVar(&out, "out", "", "file to write (default: FUND-MONTH.xlsx)")
	_ = c.MarkFlagRequired("fund")
	return c
}

func (a *app) writeLedger(ctx context.Context, conf config.Config, db *storage.DB, name, month, out string) error {
	at := time.Now().In(conf.Timezone)
	if month != "" {
		var err error
		if at, err = time.ParseInLocation("2006-01", month, conf.Timezone); err != nil {
			return fmt.Errorf("a month such as 2026-11 is expected, not %q", month)
		}
	}
	l, err := fund.Office{Reader: storage.NewFunds(db), Zone: conf.Timezone}.Month(ctx, name, at)
	if errors.Is(err, fund.ErrUnknown) {
		return fmt.Errorf("no fund is called %q: unionbot funds list shows which there are", name)
	}
	if err != nil {
		return err
	}
	sheet, err := fund.Sheet(l.Title, l.Month, l.Entries, l.Funds)
	if err != nil {
		return err
	}
	file := cmp.Or(out, name+"-"+l.Month.Format("2006-01")+".xlsx")
	if err := os.WriteFile(file, sheet, 0o600); err != nil {
		return fmt.Errorf("write ledger: %w", err)
	}
	_, err = fmt.Fprintf(a.stdout, "%d lines are in %s.\n", len(l.Entries), file)
	return err
}
