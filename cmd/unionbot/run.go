package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/unionbot/unionbot/config"
)

// What the process says to its caller when it ends.
const (
	exitDone   = 0
	exitFailed = 1 // it could not be done, or something was found wrong
	exitUsage  = 2 // it was called or configured wrongly; nothing was begun
)

// app is what every command may use of the world.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	configFile     string
	// begun is true once the command line was understood.
	begun bool
}

// run runs the command line and returns the exit code.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer, environ []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, environ: environ}
	root := a.rootCommand()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	fmt.Fprintf(stderr, "unionbot: %v\n", err)
	var problems config.Problems
	switch {
	case !a.begun:
		fmt.Fprintln(stderr, "unionbot help shows the commands, unionbot COMMAND --help one of them.")
		return exitUsage
	case errors.As(err, &problems):
		return exitUsage
	default:
		return exitFailed
	}
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "unionbot",
		Short: "The service behind a trade union's WeCom app and WeChat Official Account",
		Long: `unionbot is the service behind a trade union's WeCom app and WeChat Official Account:
members file suggestions in chat, officers decide in chat, and the answer comes back.

Try it:  unionbot demo
Run it:  unionbot migrate && unionbot serve
It is configured by a YAML file (--config) and UNIONBOT_... in the environment; see docs/configuration.md.
Exit codes: 0 done, 1 failed, 2 called or configured wrongly.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRun: func(*cobra.Command, []string) {
			a.begun = true
		},
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.PersistentFlags().StringVar(&a.configFile, "config", "", "YAML file with settings; the environment wins over it")
	root.AddCommand(
		a.auditCommand(),
		a.backupCommand(),
		a.broadcastsCommand(),
		a.competitionsCommand(),
		a.checkupsCommand(),
		a.demoCommand(),
		a.doctorCommand(),
		a.fundsCommand(),
		a.greetingsCommand(),
		a.healthcheckCommand(),
		a.membersCommand(),
		a.keysCommand(),
		a.ledgerCommand(),
		a.menuCommand(),
		a.migrateCommand(),
		a.restoredCommand(),
		a.serveCommand(),
		a.articlesCommand(),
		a.referenceCommand(),
		a.servicesCommand(),
		a.simulatorCommand(),
		a.versionCommand(),
	)
	return root
}

// load reads the configuration; needs are the settings that the command cannot do without.
func (a *app) load(needs ...string) (config.Config, error) {
	return config.Load(config.Source{File: a.configFile, Environ: a.environ}, needs...)
}
