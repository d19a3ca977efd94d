package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/reference"
	"github.com/unionbot/unionbot/union/service"
)

func (a *app) servicesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "services",
		Short:   "Look at the union's services",
		Example: "  unionbot services check ./services\n  unionbot services graph suggestion",
	}
	c.AddCommand(a.servicesCheckCommand(), a.servicesGraphCommand(), a.servicesUnderstandCommand(), a.servicesHistoryCommand(), a.servicesShowCommand())
	return c
}

func (a *app) servicesCheckCommand() *cobra.Command {
	var asJSON bool
	check := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check the service files and explain every mistake",
		Long: `Check the services that come with unionbot, and the files of a folder over them, as serve reads them: of
SERVICES_DIR, or of the FOLDER that is named, so that a changed service can be tried before it is offered. Every mistake
is named with file, line, field and what was expected; that one person could prepare, approve and pay, that a nickname means two places, or that what is promised is too soon or nothing, is a doubt. Of a service whose files have days it is said which is in force
when, and when none is.`,
		Example: "  unionbot services check\n  unionbot services check ./services --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := a.readServices(args)
			return a.tellServices(set, err, asJSON)
		},
	}
	check.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return check
}

// readServices reads the services with the folder that is named, or else with the configured one.
func (a *app) readServices(named []string) (*service.Set, error) {
	if len(named) == 0 {
		c, err := a.load()
		if err != nil {
			return nil, err
		}
		return loadServices(c)
	}
	own, err := ownFolder(named[0])
	if err != nil {
		return nil, err
	}
	data, err := a.figures()
	if err != nil {
		return nil, err
	}
	return service.Load(reference.Fill(services.Files, data), reference.Fill(own, data))
}

// figures are the reference data of the configuration, or those that come along where there is none.
func (a *app) figures() (*reference.Data, error) {
	c, err := a.load()
	if err != nil {
		c = config.Config{}
	}
	return loadReference(c)
}

// workday is how long a working day is, by OFFICE_HOURS where there is a configuration.
func (a *app) workday() (time.Duration, error) {
	c, err := a.load()
	if err != nil {
		c = config.Config{Timezone: time.UTC}
	}
	days, err := openCalendar(c, time.Now)
	if err != nil {
		return 0, err
	}
	return days.Workday(), nil
}

// checked is what services check writes as JSON.
type checked struct {
	Services []string       `json:"services"`
	Spans    []service.Span `json:"in_force"`
	Mistakes []mistake      `json:"mistakes"`
	// Doubts are what is taken and yet to be thought over.
	Doubts []string `json:"doubts"`
}

type mistake struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
}

// tellServices says what became of reading them.
func (a *app) tellServices(set *service.Set, err error, asJSON bool) error {
	var problems service.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	result := checked{Services: []string{}, Spans: []service.Span{}, Mistakes: []mistake{}, Doubts: []string{}}
	for _, p := range problems {
		result.Mistakes = append(result.Mistakes, mistake{p.File, p.Line, p.Field, p.Text})
	}
	if err == nil {
		result.Spans = append(result.Spans, set.Spans()...)
		data, err := a.figures()
		if err != nil {
			return err
		}
		workday, err := a.workday()
		if err != nil {
			return err
		}
		for _, s := range set.Versions() {
			result.Doubts = append(append(result.Doubts, s.Doubts(workday)...), placeDoubts(s, data.Places)...)
			if !slices.Contains(result.Services, s.Name) {
				result.Services = append(result.Services, s.Name)
			}
		}
	}
	if asJSON {
		if err := a.writeJSON(result); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("services: %d wrong:\n%w", len(problems), err)
	}
	if !asJSON {
		a.printSpans(result.Spans)
		for _, doubt := range result.Doubts {
			fmt.Fprintln(a.stdout, "doubt: "+doubt)
		}
	}
	return nil
}

func (a *app) printSpans(spans []service.Span) {
	for i, s := range spans {
		if i == 0 || spans[i-1].Service != s.Service {
			fmt.Fprintf(a.stdout, "%s is in order\n", s.Service)
		}
		if s.From == "" && s.Until == "" && s.Offered {
			continue // nothing to tell of one that is offered for ever
		}
		how := s.File
		if !s.Offered && s.File != "" {
			how = "switched off by " + s.File
		}
		fmt.Fprintf(a.stdout, "  %-24s  %s\n", days(s), cmp.Or(how, "not offered yet"))
	}
}

// days says when a span is.
func days(s service.Span) string {
	switch {
	case s.From == "" && s.Until == "":
		return "always"
	case s.From == "":
		return "until " + string(s.Until)
	case s.Until == "":
		return "from  " + string(s.From)
	default:
		return string(s.From) + " to " + string(s.Until)
	}
}

func (a *app) servicesGraphCommand() *cobra.Command {
	var folder, on string
	c := &cobra.Command{
		Use:   "graph [NAME]",
		Short: "Draw a service, or all, as a Mermaid flowchart",
		Long: `Draw what is offered today, or on another day, as a Mermaid flowchart: the form's questions, the steps of the
review and the ends. Many editors and wikis show Mermaid; https://mermaid.live does in the browser.`,
		Example: "  unionbot services graph suggestion\n  unionbot services graph --folder ./services --on 2027-01-01",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.graphServices(args, folder, on)
		},
	}
	c.Flags().StringVar(&folder, "folder", "", "folder of service files, in place of SERVICES_DIR")
	c.Flags().StringVar(&on, "on", "", "day, such as 2027-01-01, in place of today")
	return c
}

func (a *app) graphServices(names []string, folder, on string) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	day := service.DayOf(newClock(c.ClockOffset).now().In(c.Timezone))
	if on != "" {
		if day, err = service.ParseDay(on); err != nil {
			return fmt.Errorf("--on: %w", err)
		}
	}
	c.ServicesDir = cmp.Or(folder, c.ServicesDir)
	set, err := loadServices(c)
	if err != nil {
		return err
	}
	offer := set.On(day)
	drawn := offer.All()
	if len(names) == 1 {
		one, err := offer.Find(names[0])
		if err != nil {
			return err
		}
		drawn = []*service.Service{one}
	}
	fmt.Fprint(a.stdout, service.Graph(drawn...))
	return nil
}
