package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/flows/services"
	"github.com/unionbot/unionbot/union/service"
)

func (a *app) servicesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "services",
		Short:   "Look at the union's services",
		Example: "  unionbot services check ./services",
	}
	var asJSON bool
	check := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check the service files and explain every mistake",
		Long: `Check the services that come with unionbot. The files of a folder are checked along with them, as if they lay
in flows/services, so that a new or changed service can be tried before it is built in. Every mistake is named with
file, line, field and what was expected.`,
		Example: "  unionbot services check\n  unionbot services check ./services --json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var own fs.FS
			if len(args) == 1 {
				info, err := os.Stat(args[0])
				if err != nil {
					return fmt.Errorf("read services: %w", err)
				}
				if !info.IsDir() {
					return fmt.Errorf("%s is not a folder", args[0])
				}
				own = os.DirFS(args[0])
			}
			return a.checkServices(own, asJSON)
		},
	}
	check.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	c.AddCommand(check)
	return c
}

// checked is what services check writes as JSON.
type checked struct {
	Services []string  `json:"services"`
	Mistakes []mistake `json:"mistakes"`
}

type mistake struct {
	File  string `json:"file"`
	Line  int    `json:"line"`
	Field string `json:"field,omitempty"`
	Text  string `json:"text"`
}

func (a *app) checkServices(own fs.FS, asJSON bool) error {
	set, err := service.Load(services.Files, own)
	var problems service.Problems
	if err != nil && !errors.As(err, &problems) {
		return err
	}
	if asJSON {
		result := checked{Services: []string{}, Mistakes: []mistake{}}
		for _, p := range problems {
			result.Mistakes = append(result.Mistakes, mistake{p.File, p.Line, p.Field, p.Text})
		}
		if err == nil {
			for _, s := range set.All() {
				result.Services = append(result.Services, s.Name)
			}
		}
		if err := a.writeJSON(result); err != nil {
			return err
		}
	}
	if err != nil {
		return fmt.Errorf("services: %d wrong:\n%w", len(problems), err)
	}
	if !asJSON {
		for _, s := range set.All() {
			fmt.Fprintf(a.stdout, "%s is in order\n", s.Name)
		}
	}
	return nil
}
