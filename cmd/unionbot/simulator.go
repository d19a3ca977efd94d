package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/simulator"
)

// stopGrace is how long an ending command lets requests finish; the whole stop stays under ten seconds.
const stopGrace = 6 * time.Second

type simulatorOptions struct {
	address                          string
	wecomCallbacks, accountCallbacks []string
}

func (a *app) simulatorCommand() *cobra.Command {
	var o simulatorOptions
	c := &cobra.Command{
		Use:   "simulator",
		Short: "Play both platforms against any callback address, with phones in the browser",
		Long: `Play WeCom and the Official Account against any callback address, with phones in the browser.
The accounts are those of the configuration; where a platform is not configured, one is made up and its settings
are printed for the service to use. It asks nobody who they are: keep it on loopback.`,
		Example: `  unionbot simulator
  unionbot simulator --config unionbot.yaml --wecom http://127.0.0.1:8080/callback/wecom`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.runSimulator(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.StringVar(&o.address, "addr", "127.0.0.1:8090", "address of the platforms' APIs and of the phones")
	flags.StringSliceVar(&o.wecomCallbacks, "wecom", []string{"http://127.0.0.1:8080/callback/wecom"},
		"callback address of the WeCom app; several take turns")
	flags.StringSliceVar(&o.accountCallbacks, "account", []string{"http://127.0.0.1:8080/callback/officialaccount"},
		"callback address of the Official Account; several take turns")
	return c
}

// check wants callback addresses that can be called.
func (o simulatorOptions) check() error {
	var problems config.Problems
	for _, flag := range []struct {
		name      string
		callbacks []string
	}{{"--wecom", o.wecomCallbacks}, {"--account", o.accountCallbacks}} {
		for _, callback := range flag.callbacks {
			if u, err := url.Parse(callback); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				problems = append(problems, config.Problem{
					Name: flag.name, Reason: fmt.Sprintf("%q must look like http://127.0.0.1:8080/callback/…", callback),
				})
			}
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

func (a *app) runSimulator(ctx context.Context, o simulatorOptions) error {
	c, err := a.load()
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	p := playedFrom(c)
	p.app.Callbacks, p.account.Callbacks = o.wecomCallbacks, o.accountCallbacks
	everybody, err := people()
	if err != nil {
		return err
	}
	log := newLogger(c, a.stderr)
	s, err := simulator.New(simulator.Config{WeCom: &p.app, Account: &p.account, People: everybody, Phones: phones(), Logger: log})
	if err != nil {
		return err
	}
	listener, err := listen(ctx, o.address)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	fmt.Fprintf(a.stdout, "phones and platforms: %s\n", address)
	a.printAccounts(c, p, address)
	return servePhones(ctx, s, listener, log)
}

// printAccounts says how a service is told of the accounts that were made up.
func (a *app) printAccounts(c config.Config, p played, address string) {
	if c.WeCom.On() && c.OfficialAccount.On() {
		return
	}
	fmt.Fprintln(a.stdout, "a service that talks to it:")
	for _, line := range p.environ(address) {
		fmt.Fprintln(a.stdout, "  export "+line)
	}
}

// servePhones serves the simulator until ctx ends. Its pages listen to a stream that ends only with the simulator, so
// that is closed first.
func servePhones(ctx context.Context, s *simulator.Simulator, l net.Listener, log *slog.Logger) error {
	server := newServer(s, log)
	server.WriteTimeout = 0
	closed := make(chan error, 1)
	server.RegisterOnShutdown(func() {
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
		defer cancel()
		closed <- s.Close(patience)
	})
	if err := serveUntil(ctx, server, l, stopGrace); err != nil {
		return err
	}
	return <-closed
}
