package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

func (a *app) servicesUnderstandCommand() *cobra.Command {
	var folder string
	var asJSON bool
	c := &cobra.Command{
		Use:   "understand [FILE]",
		Short: "Say what sentences are understood as, and why",
		Long: `Read sentences, one a line, from the FILE or from the standard input, and say of each which service begins, or between
which the person has to choose, and what speaks for it: the words of the service that stand in the sentence, and the
example that is most like it. With --json one object a line is written.`,
		Example: "  echo 我想给锅炉房提个建议 | unionbot services understand\n  unionbot services understand --services ./services --json sentences.txt",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			u, err := a.understander(folder)
			if err != nil {
				return err
			}
			in := a.stdin
			if len(args) == 1 {
				f, err := os.Open(args[0])
				if err != nil {
					return fmt.Errorf("read sentences: %w", err)
				}
				defer f.Close() //nolint:errcheck // it was only read
				in = f
			}
			return a.understand(u, in, asJSON)
		},
	}
	c.Flags().StringVar(&folder, "services", "", "folder of service files, in place of SERVICES_DIR")
	c.Flags().BoolVar(&asJSON, "json", false, "write JSON, an object a line")
	return c
}

// understander learns what is offered today.
func (a *app) understander(folder string) (*flows.Understander, error) {
	c, err := a.load()
	if err != nil {
		return nil, err
	}
	c.ServicesDir = cmp.Or(folder, c.ServicesDir)
	set, err := loadServices(c)
	if err != nil {
		return nil, err
	}
	data, err := loadReference(c)
	if err != nil {
		return nil, err
	}
	now := newClock(c.ClockOffset).now().In(c.Timezone)
	days, err := calendar.New(c.Timezone)
	if err != nil {
		return nil, fmt.Errorf("read calendar: %w", err)
	}
	u := flows.NewUnderstander(set.On(service.DayOf(now)).All())
	u.FillOn(now, days, reference.NewBook(data), c.Language)
	return u, nil
}

func (a *app) understand(u *flows.Understander, in io.Reader, asJSON bool) error {
	out := json.NewEncoder(a.stdout)
	out.SetEscapeHTML(false)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if text == "" {
			continue
		}
		result := u.Understand(text)
		if !asJSON {
			a.tellUnderstood(text, result)
			continue
		}
		if err := out.Encode(result); err != nil {
			return fmt.Errorf("write JSON: %w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read sentences: %w", err)
	}
	return nil
}

func (a *app) tellUnderstood(text string, r flows.Understood) {
	how := "starts " + r.Start
	switch {
	case r.Start == "" && len(r.Others) > 0:
		how = "asks: " + strings.Join(r.Others, ", ") + "?"
	case r.Start == "":
		how = "not understood"
	}
	if r.Doubt != "" {
		how += " (" + r.Doubt + ")"
	}
	fmt.Fprintf(a.stdout, "%s\n  %s\n", text, how)
	for _, w := range r.Why {
		fmt.Fprintf(a.stdout, "    %3.0f %%  %s", 100*w.Confidence, w.Topic)
		if w.Named != "" {
			fmt.Fprintf(a.stdout, "  names %s", w.Named)
		}
		if w.Example != "" {
			fmt.Fprintf(a.stdout, "  like %s", w.Example)
		}
		fmt.Fprintln(a.stdout)
	}
}
