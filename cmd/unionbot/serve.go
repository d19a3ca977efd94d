package main

import (
	"context"
	"errors"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
)

func (a *app) serveCommand() *cobra.Command {
	does := roleAll
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the service",
		Long: `Run the service: answer callbacks, deliver notices, fetch files. Any number of instances may share a
database and a Redis. It ends on SIGTERM or Ctrl-C, within ten seconds, when what runs has been finished.`,
		Example: "  unionbot serve --config unionbot.yaml\n  unionbot serve --role web",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.serve(c.Context(), does)
		},
	}
	c.Flags().Var(&does, "role", "all; web (callbacks only); worker (what goes out later, and files)")
	return c
}

// String, Set and Type let a flag be a role.
func (r *role) String() string { return string(*r) }

// Set accepts the roles there are.
func (r *role) Set(value string) error {
	switch role(value) {
	case roleAll, roleWeb, roleWorker:
		*r = role(value)
		return nil
	default:
		return errors.New("must be all, web or worker")
	}
}

// Type is what the help calls the value.
func (r *role) Type() string { return "role" }

func (a *app) serve(ctx context.Context, does role) error {
	c, err := a.load("DATABASE_URL", "REDIS_URL", "ENCRYPTION_KEYS")
	if err != nil {
		return err
	}
	if err := checkPlatforms(c); err != nil {
		return config.Problems{{Name: "WECOM_…, OFFICIAL_ACCOUNT_…", Reason: err.Error()}}
	}
	tuneMemory(a.environ)
	log := newLogger(c, a.stderr)
	slog.SetDefault(log) // for libraries; ours are handed theirs
	warn(c, log)
	// Sockets come first: a port that is taken is known before anything is begun.
	on, err := bind(ctx, c, does)
	if err != nil {
		return err
	}
	i, err := newInstance(ctx, c, does, newClock(c.ClockOffset), log)
	if err != nil {
		return errors.Join(err, on.close())
	}
	on.inner = innerListener(ctx, c, log)
	return i.run(ctx, on)
}

// bind binds what serving cannot do without.
func bind(ctx context.Context, c config.Config, does role) (on listeners, err error) {
	public, err := listen(ctx, c.Listen)
	if err != nil {
		return listeners{}, err
	}
	on.public = newFairListener(public, c.TrustedProxies, maxPerAddress)
	if c.ConsoleListen == "" || does == roleWorker {
		return on, nil
	}
	console, err := listen(ctx, c.ConsoleListen)
	if err != nil {
		return listeners{}, errors.Join(err, on.close())
	}
	on.console = newFairListener(console, c.TrustedProxies, maxPerAddress)
	return on, nil
}

// checkPlatforms wants at least one.
func checkPlatforms(c config.Config) error {
	if !c.WeCom.On() && !c.OfficialAccount.On() {
		return errors.New("no platform is configured; docs/platforms.md says what to set")
	}
	return nil
}

// warn says what is allowed and not advised.
func warn(c config.Config, log *slog.Logger) {
	if c.OfficialAccount.On() && !c.OfficialAccount.AESKey.IsSet() {
		log.Warn("the Official Account runs in plain mode: set OFFICIAL_ACCOUNT_AES_KEY and choose safe mode at the platform")
	}
	if c.ClockOffset != 0 {
		log.Warn("the clock is moved", "by", c.ClockOffset.String())
	}
}

// innerListener binds the operators' address; nil where it is off or taken, for nobody should be kept from serving by
// that.
func innerListener(ctx context.Context, c config.Config, log *slog.Logger) net.Listener {
	if c.InnerListen == "" {
		return nil
	}
	l, err := listen(ctx, c.InnerListen)
	if err != nil {
		log.Warn("the inner address is not served", "error", err)
		return nil
	}
	return newFairListener(l, nil, maxPerAddress)
}
