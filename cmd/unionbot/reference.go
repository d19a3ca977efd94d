package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	shipped "github.com/unionbot/unionbot/flows/reference"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/watch"
)

// loadReference reads hotlines, standard sums and festivals as serve does.
func loadReference(c config.Config) (*reference.Data, error) {
	own, err := ownFolder(c.ReferenceDir)
	if err != nil {
		return nil, err
	}
	return reference.Load(shipped.Files, own)
}

// openReference opens the reference data, and follows what becomes of the folder while the instance runs.
func openReference(ctx context.Context, c config.Config, w *watch.Watch, log *slog.Logger) (*reference.Book, job, error) {
	own, err := ownFolder(c.ReferenceDir)
	if err != nil {
		return nil, job{}, err
	}
	book := reference.NewBook(&reference.Data{})
	f := reference.NewFolder(book, time.Now, log.With("part", "reference"), shipped.Files, own)
	if err := f.Open(ctx); err != nil {
		return nil, job{}, fmt.Errorf("read reference data:\n%w", err)
	}
	watchFolder(w, "reference", f)
	return book, following("reference", f, own != nil), nil
}

func (a *app) referenceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "reference",
		Short:   "Look at hotlines, standard sums and festivals",
		Example: "  unionbot reference check ./reference",
	}
	var asJSON bool
	check := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check the reference data and explain every mistake",
		Long: `Check hotlines.yaml, standards.yaml, selfcheck.yaml, talks.yaml, groups.yaml, duty.yaml, banks.yaml, places.yaml, festivals.yaml and greetings.yaml as serve reads them: those that come with unionbot, and over
them those of REFERENCE_DIR, or of the FOLDER that is named. Every mistake is named with file, line, field and what was expected.`,
		Example: "  unionbot reference check\n  unionbot reference check ./reference --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.checkReference(strings.Join(args, ""), asJSON)
		},
	}
	check.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	c.AddCommand(check)
	return c
}

func (a *app) checkReference(named string, asJSON bool) error {
	c := config.Config{ReferenceDir: named}
	var err error
	if named == "" {
		if c, err = a.load(); err != nil {
			return err
		}
	}
	data, err := loadReference(c)
	var problems folder.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	result := struct {
		Sheets   []told    `json:"sheets"`
		Mistakes []mistake `json:"mistakes"`
	}{[]told{}, []mistake{}}
	for _, p := range problems {
		result.Mistakes = append(result.Mistakes, mistake{p.File, p.Line, p.Field, p.Text})
	}
	if err == nil {
		for _, s := range data.Sheets() {
			result.Sheets = append(result.Sheets, told{Name: s.File, Source: s.Source, AsOf: s.AsOf, ReviewBy: s.ReviewBy})
		}
	}
	if asJSON {
		if err := a.writeJSON(result); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("reference data: %d wrong:\n%w", len(problems), err)
	}
	for _, s := range result.Sheets {
		if !asJSON {
			fmt.Fprintf(a.stdout, "%-15s  as of %s, to be reviewed by %s  %s\n", s.Name, s.AsOf, s.ReviewBy, s.Source)
		}
	}
	return nil
}

// examineReference names files of the reference data that were to be looked through by now.
func examineReference(p *patient) finding {
	const name = "reference data"
	data, err := loadReference(p.config)
	if err != nil {
		return bad(name, "mend the file that is named: what runs goes on with the files before, and does not start again; unionbot reference check says all that is wrong",
			"are refused: %v", err)
	}
	today := folder.DayOf(p.now().In(p.config.Timezone))
	var old []string
	for _, s := range data.Sheets() {
		if s.Overdue(today) {
			old = append(old, aged(s.File, s.Origin))
		}
	}
	if above := data.AboveCeilings(); len(above) > 0 {
		return warning(name, "compare standards.yaml with the rule of the place, or say another ceilings_of", "sums are more than is allowed: %s", strings.Join(above, "; "))
	}
	for _, f := range data.Festivals.Festivals {
		if len(f.Dates) > 0 && slices.Max(f.Dates) < today {
			old = append(old, "festivals.yaml has no day of "+f.Label+" to come")
		}
	}
	if len(old) > 0 {
		return warning(name, "ask who is named what holds now, change the file in REFERENCE_DIR, or only its as_of and review_by",
			"should have been looked through by now: %s", strings.Join(old, "; "))
	}
	return fine(name, "hotlines, standard sums, festivals and greetings are not due to be looked through")
}

// aged names a file that is due, and whom to ask.
func aged(file string, o folder.Origin) string {
	text := fmt.Sprintf("%s (%s, as of %s", file, o.Source, o.AsOf)
	if o.Ask != "" {
		text += ", ask " + o.Ask
	}
	return text + ")"
}
