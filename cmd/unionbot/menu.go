package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/flows/menubar"
	"github.com/unionbot/unionbot/storage/turns"
	menu "github.com/unionbot/unionbot/union/menubar"
	"github.com/unionbot/unionbot/union/service"
)

func (a *app) menuCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "menu",
		Short:   "The bar at the bottom of the chat",
		Example: "  unionbot menu publish",
	}
	var file string
	var dry bool
	publish := &cobra.Command{
		Use:   "publish",
		Short: "Show the bar with the services on every account that is configured",
		Long: `Replace the bar at the bottom of the chat on every account that is configured by the one that comes with the
program - services, one's own matters, help - or by that of a file. Members see it within minutes, or when they open the
chat again. With --dry-run it is checked and shown, and nothing is published.`,
		Example: "  unionbot menu publish --config unionbot.yaml\n  unionbot menu publish --file menu.yaml --dry-run",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load("REDIS_URL")
			if err != nil {
				return err
			}
			bar, err := layMenu(cfg, file)
			if err != nil {
				return err
			}
			if dry {
				showMenu(a.stdout, bar, "")
				return nil
			}
			if !cfg.WeCom.On() && !cfg.OfficialAccount.On() {
				return errors.New("no platform is configured, so there is nowhere to show a menu")
			}
			if err := publishMenus(c.Context(), cfg, bar, newLogger(cfg, a.stderr)); err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, "The menu is published.")
			return nil
		},
	}
	publish.Flags().StringVar(&file, "file", "", "a file with another bar than the one that comes with the program")
	publish.Flags().BoolVar(&dry, "dry-run", false, "check and show the bar, and publish nothing")
	c.AddCommand(publish)
	return c
}

// layMenu reads the bar and puts today's services into it.
func layMenu(c config.Config, file string) ([]bot.MenuEntry, error) {
	source := menubar.Default
	if file != "" {
		var err error
		if source, err = os.ReadFile(file); err != nil {
			return nil, fmt.Errorf("read the menu: %w", err)
		}
	}
	bar, err := menu.Read(source)
	if err != nil {
		return nil, err
	}
	set, err := loadServices(c)
	if err != nil {
		return nil, err
	}
	laid, err := bar.Lay(set.On(service.DayOf(newClock(c.ClockOffset).now().In(c.Timezone))).All(), flows.BarStarts, c.Language)
	if err != nil {
		return nil, fmt.Errorf("lay out the menu: %w", err)
	}
	return flows.Bar(laid), nil
}

func showMenu(w io.Writer, entries []bot.MenuEntry, indent string) {
	for _, e := range entries {
		what := e.Key
		if e.Scan {
			what = "(scanner)"
		}
		fmt.Fprintln(w, strings.TrimRight(indent+e.Label+"  "+what, " "))
		showMenu(w, e.Entries, indent+"  ")
	}
}

// publishMenus shows the bar on every account, and says which did not take it.
func publishMenus(ctx context.Context, c config.Config, bar []bot.MenuEntry, log *slog.Logger) (err error) {
	t, err := turns.Open(ctx, c.RedisURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	channels, err := newChannels(c, &stores{turns: t}, log)
	if err != nil {
		return err
	}
	var errs []error
	for _, one := range channels {
		if err := one.publishMenu(ctx, bar); err != nil {
			errs = append(errs, fmt.Errorf("publish the menu of %s: %w", one.talks.ID, err))
		}
	}
	return errors.Join(errs...)
}
