package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union/service"
)

func (a *app) menuCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "menu",
		Short:   "The bar at the bottom of the chat",
		Example: "  unionbot menu publish",
	}
	c.AddCommand(&cobra.Command{
		Use:   "publish",
		Short: "Show the bar with the services on every account that is configured",
		Long: `Replace the bar at the bottom of the chat on every account that is configured by one with the services, one's
own matters and help. Members see it within minutes, or when they open the chat again.`,
		Example: "  unionbot menu publish --config unionbot.yaml",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := a.load("REDIS_URL")
			if err != nil {
				return err
			}
			if !cfg.WeCom.On() && !cfg.OfficialAccount.On() {
				return errors.New("no platform is configured, so there is nowhere to show a menu")
			}
			if err := publishMenus(c.Context(), cfg, newLogger(cfg, a.stderr)); err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, "The menu is published.")
			return nil
		},
	})
	return c
}

// publishMenus shows the bar on every account, and says which did not take it.
func publishMenus(ctx context.Context, c config.Config, log *slog.Logger) (err error) {
	set, err := loadServices(c)
	if err != nil {
		return err
	}
	t, err := turns.Open(ctx, c.RedisURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	channels, err := newChannels(c, &stores{turns: t}, log)
	if err != nil {
		return err
	}
	bar := flows.MenuBar(set.On(service.DayOf(newClock(c.ClockOffset).now().In(c.Timezone))).All(), c.Language)
	var errs []error
	for _, one := range channels {
		if err := one.publishMenu(ctx, bar); err != nil {
			errs = append(errs, fmt.Errorf("publish the menu of %s: %w", one.talks.ID, err))
		}
	}
	return errors.Join(errs...)
}
