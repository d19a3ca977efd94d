package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/simulator"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/seal"
	"github.com/unionbot/unionbot/union/calendar"
	"github.com/unionbot/unionbot/union/fund"
	"github.com/unionbot/unionbot/union/roster"
)

func (a *app) demoCommand() *cobra.Command {
	var o demoOptions
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run everything in one process, with phones in the browser",
		Long: `Run everything in one process on loopback: the service with an embedded database and Redis, both platforms
simulated, a union of sixty people, and their phones in the browser. Nothing is opened to the network. What is said
is forgotten at the end, unless --data names a folder to keep it in.`,
		Example: "  unionbot demo\n  unionbot demo --addr 127.0.0.1:9000 --data ./demo\n  unionbot demo --services ./services --reference ./reference",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.demo(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.address, "addr", "127.0.0.1:8080", "address of the phones; a free port is taken if it is in use")
	c.Flags().StringVar(&o.data, "data", "", "folder that keeps the data; the next demo goes on from there")
	c.Flags().StringVar(&o.services, "services", "", "folder of service files to try, over those that come along (docs/services.md)")
	c.Flags().StringVar(&o.reference, "reference", "", "folder of reference files to try, such as places.yaml, over those that come along (docs/articles.md)")
	return c
}

type demoOptions struct{ address, data, services, reference string }

func (a *app) demo(ctx context.Context, o demoOptions) (err error) {
	phones, err := a.listenOrElsewhere(ctx, o.address)
	if err != nil {
		return err
	}
	if o.data == "" {
		if o.data, err = os.MkdirTemp("", "unionbot-demo-*"); err != nil {
			return errors.Join(fmt.Errorf("make demo folder: %w", err), phones.Close())
		}
		defer func() { err = errors.Join(err, os.RemoveAll(o.data)) }()
	}
	callbacks, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, phones.Close())
	}
	d, err := a.prepareDemo(ctx, o, phones.Addr(), callbacks.Addr())
	if err != nil {
		return errors.Join(err, phones.Close(), callbacks.Close())
	}
	a.greet(phones.Addr(), o.data, d.shares)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.service.run(ctx, listeners{public: callbacks}) })
	group.Go(func() error { return servePhones(ctx, d.platforms, phones, d.log) })
	group.Go(func() error {
		bar, err := layMenu(d.config, "")
		if err != nil {
			return err
		}
		if err := publishMenus(ctx, d.config, bar, d.log); err != nil && ctx.Err() == nil {
			return err
		}
		return nil
	})
	return group.Wait()
}

// demo is a service and the platforms opposite it, which talk over loopback as they would over the internet.
type demo struct {
	config    config.Config
	service   *instance
	platforms *simulator.Simulator
	log       *slog.Logger
	shares    []string // the custodians'
}

func (a *app) prepareDemo(ctx context.Context, o demoOptions, phonesAt, callbacksAt net.Addr) (*demo, error) {
	p := newPlayed()
	callback := "http://" + callbacksAt.String() + "/callback/"
	p.app.Callbacks, p.account.Callbacks = []string{callback + "wecom"}, []string{callback + "officialaccount"}
	// The ids stay the same from one demo to the next, for what is kept in a folder names them.
	p.account.ID = "gh_demo00000001"
	custodianKey, shares, err := demoCustodians(o.data)
	if err != nil {
		return nil, err
	}
	c, err := config.Load(config.Source{Environ: append(p.environ("http://"+phonesAt.String()),
		"UNIONBOT_DATABASE_URL=sqlite:"+filepath.Join(o.data, "unionbot.db"),
		"UNIONBOT_REDIS_URL="+config.Embedded,
		"UNIONBOT_MEDIA_URL=file:"+filepath.Join(o.data, "media"),
		"UNIONBOT_SERVICES_DIR="+o.services, "UNIONBOT_REFERENCE_DIR="+o.reference,
		"UNIONBOT_PUBLIC_URL=http://"+callbacksAt.String(),
		"UNIONBOT_OFFICIAL_ACCOUNT_TEMPLATES=meeting=demo-meeting,activity=demo-activity,result=demo-result",
		"UNIONBOT_DISPATCH_PHONE=内线 6110", "UNIONBOT_CUSTODIAN_KEY="+custodianKey,
		"UNIONBOT_LOG_FORMAT=text", "UNIONBOT_LOG_LEVEL=warn",
	)})
	if err != nil {
		return nil, err
	}
	log := newLogger(c, a.stderr)
	keys, err := demoKeys(c, o.data)
	if err != nil {
		return nil, err
	}
	if err := seedUnion(ctx, c, keys); err != nil {
		return nil, err
	}
	clock := newClock(0)
	everybody, err := people()
	if err != nil {
		return nil, err
	}
	platforms, err := simulator.New(simulator.Config{
		WeCom: &p.app, Account: &p.account, People: everybody, Phones: phones(), Advance: clock.advance, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	service, err := newInstance(ctx, c, roleAll, clock, log)
	if err != nil {
		return nil, err
	}
	return &demo{c, service, platforms, log, shares}, nil
}

// demoKeys makes the key of the demo's database; that it lies beside the database is no news here.
func demoKeys(c config.Config, data string) (*seal.Keyring, error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("make demo folder: %w", err)
	}
	return keyring(c, slog.New(slog.DiscardHandler))
}

// seedUnion brings the database up and imports the seed, as migrate and members import would. Done again it changes
// nothing.
func seedUnion(ctx context.Context, c config.Config, keys *seal.Keyring) (err error) {
	db, err := storage.Open(ctx, c.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.UseKeys(keys)
	if _, err := db.Migrate(ctx); err != nil {
		return err
	}
	file, err := seed.Open(seedFile)
	if err != nil {
		return fmt.Errorf("read seed: %w", err)
	}
	if _, err := roster.Import(ctx, storage.NewRoster(db, keys), file, roster.Options{}); err != nil {
		return fmt.Errorf("import seed: %w", err)
	}
	for _, f := range []fund.Fund{
		{Name: "aid", Year: time.Now().Year(), Title: "帮扶专项", Budget: 200_000_00},
		{Name: "care", Year: time.Now().Year(), Title: "会员慰问", Budget: 100_000_00},
		{Name: "award", Year: time.Now().Year(), Title: "奖励", Budget: 50_000_00},
		{Name: "studio", Year: time.Now().Year(), Title: "创新工作室", Budget: 60_000_00},
	} {
		_, err = storage.NewFunds(db).Of(ctx, f.Name, f.Year)
		if errors.Is(err, fund.ErrUnknown) {
			err = storage.NewFunds(db).Set(ctx, f, fund.Entry{At: time.Now()})
		}
		if err != nil {
			return err
		}
	}
	if err := seedBirthday(ctx, c, storage.NewMembers(db, keys, ""), storage.NewGreetings(db)); err != nil {
		return err
	}
	return seedActivities(ctx, c, db, keys, time.Now())
}

// birthdayStaffNo is whose birthday it is on the first day of a demo: 沈国栋, who has nothing else to do in it.
const birthdayStaffNo = "100190"

// seedBirthday lets somebody keep the birthday on the first day, by the lunar calendar, so that a greeting can be seen.
func seedBirthday(ctx context.Context, c config.Config, members *storage.Members, greetings *storage.Greetings) error {
	last, err := greetings.LastDay(ctx)
	if err != nil || last != "" {
		return err
	}
	m, err := members.ByStaffNo(ctx, birthdayStaffNo)
	if err != nil {
		return fmt.Errorf("seed birthday: %w", err)
	}
	days, err := openCalendar(c, time.Now)
	if err != nil {
		return err
	}
	now := time.Now()
	day := days.Date(now)
	today := calendar.LunarOf(day)
	today.Year = 0
	if err := greetings.SetLunar(ctx, m.ID, today.String()); err != nil {
		return err
	}
	// The first day is made up for also where the clock is moved on before it is planned.
	before := day.AddDays(-1).String()
	if _, err := greetings.ClaimDay(ctx, before, now, time.Minute, time.Minute); err != nil {
		return err
	}
	return greetings.DoneDay(ctx, before, now)
}

// listenOrElsewhere binds the address, or a free port beside it if somebody else has it.
func (a *app) listenOrElsewhere(ctx context.Context, address string) (net.Listener, error) {
	l, err := listen(ctx, address)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return l, err
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, err
	}
	fmt.Fprintf(a.stdout, "%s is in use, so a free port was taken.\n", address)
	return listen(ctx, net.JoinHostPort(host, "0"))
}

func (a *app) greet(phones net.Addr, data string, shares []string) {
	fmt.Fprintf(a.stdout, `
  http://%s

  1. On 张伟's phone (WeCom) say: 我想给锅炉房提个建议,加个护栏 - answer the questions, send a picture, end with 1.
  2. On 李芳's phone (his branch chair) tap 受理 on the card, and look at 张伟's phone again.
  3. On 王强's phone (Official Account) say: 绑定 - staff number %s, name 王强, proof %s - and file as well.
  4. Today is 沈国栋's birthday by the lunar calendar: his phone has the greeting, by day. On 李芳's phone say 计划, or 静默 一分厂 3天.
  5. Say 匿名举报 on any phone: nobody can read who it was, until both custodians agree. On 刘岚's phone say 启封 with its number and a reason,
     then her share, %s; on 唐文's phone 启封 with the number, then %s.

  Data is in %s. Ctrl-C stops.
`, phones, wangQiangStaffNo, wangQiangProof, shares[0], shares[1], data)
}
