package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

type options struct {
	binary, mysql, redis, json, only, profiles string
	core                                       int
	quick                                      bool
}

func main() {
	var o options
	floor := flag.String("floor", "", "serve the floor handler at this address, and nothing else")
	flag.StringVar(&o.binary, "binary", "bin/unionbot", "the binary to measure")
	flag.StringVar(&o.mysql, "mysql", "", "URL of a throw-away MariaDB or MySQL")
	flag.StringVar(&o.redis, "redis", "", "URL of a throw-away Redis, which is emptied")
	flag.StringVar(&o.json, "json", "", "write the report to this file too")
	flag.StringVar(&o.profiles, "profiles", "", "keep a CPU profile of each round in this folder; the figures are then a little too high")
	flag.StringVar(&o.only, "only", "", "one part: one replica, a steady rate, two replicas, delivery, growth or broadcast")
	flag.IntVar(&o.core, "core", 0, "the core on which the service runs")
	flag.BoolVar(&o.quick, "quick", false, "one round instead of three, and no growth")
	flag.Parse()
	if err := run(*floor, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(floor string, o options) error {
	if floor != "" {
		return serveFloor(floor)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return bench(ctx, o)
}

const (
	// members is how many people speak in a round.
	members = 4000
	// grownMembers and grownCases are the union that the figures must hold in.
	grownMembers, grownCases = 100_000, 1_000_000
)

// bench measures and reports.
func bench(ctx context.Context, o options) (err error) {
	f, finish, err := prepare(ctx, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, finish()) }()
	r := &report{}
	var unmet error
	times := 3
	if o.quick {
		times = 1
	}
	for _, part := range []struct {
		name string
		run  func(context.Context, *field, *report, int) error
	}{
		{"one replica", oneReplica}, {"a steady rate", steadyRate}, {"two replicas", twoReplicas}, {"delivery", delivered}, {"growth", growth}, {"broadcast", broadcasts},
	} {
		long := part.name != "one replica" && part.name != "a steady rate"
		wanted := part.name == o.only || o.only == "growth" && part.name == "one replica" // which growth is compared with
		if o.only != "" && !wanted || o.only == "" && o.quick && long {
			continue
		}
		progress("%s", part.name)
		before := len(r.Facts)
		if err := part.run(ctx, f, r, times); err != nil { // what was measured before it holds
			return errors.Join(fmt.Errorf("%s: %w", part.name, err), r.write(os.Stdout))
		}
		if part.name == "broadcast" {
			unmet = missed(r.Facts[before:])
		}
	}
	if o.json != "" {
		if err := r.save(o.json); err != nil {
			return err
		}
	}
	return errors.Join(r.write(os.Stdout), unmet)
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05")+" "+format+"\n", args...)
}

// prepare makes the union and starts the floor.
func prepare(ctx context.Context, o options) (f *field, finish func() error, err error) {
	s, err := openStores(ctx, o.mysql, o.redis)
	if err != nil {
		return nil, nil, err
	}
	p, err := newPlatform()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "unionbot-bench-")
	if err != nil {
		return nil, nil, fmt.Errorf("make folder: %w", err)
	}
	f = &field{core: o.core, platform: p, stores: s, binary: o.binary, profiles: o.profiles, environ: []string{
		"UNIONBOT_DATABASE_URL=" + s.database, "UNIONBOT_REDIS_URL=" + s.redis, "UNIONBOT_ENCRYPTION_KEYS=" + encryptionKey,
		"UNIONBOT_MEDIA_URL=file:" + filepath.Join(dir, "media"), "UNIONBOT_WECOM_CORP_ID=" + corpID, "UNIONBOT_WECOM_AGENT_ID=" + agentID,
		"UNIONBOT_WECOM_SECRET=bench", "UNIONBOT_WECOM_TOKEN=" + token, "UNIONBOT_WECOM_AES_KEY=" + aesKey, "UNIONBOT_WECOM_API_URL=" + p.api.URL,
	}}
	file := filepath.Join(dir, "members.csv")
	if f.people, err = writePeople(file, members); err != nil {
		return nil, nil, err
	}
	for _, args := range [][]string{{"migrate"}, {"members", "import", file}} {
		if err := f.command(ctx, args...); err != nil {
			return nil, nil, err
		}
	}
	self, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find myself: %w", err)
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, nil, err
	}
	if f.floor, err = start(ctx, f.core, nil, address, "/", self, "-floor", address); err != nil {
		return nil, nil, err
	}
	return f, func() error {
		_ = f.floor.stop() // it ends by the signal, and says so
		p.api.Close()
		return errors.Join(s.close(context.WithoutCancel(ctx)), os.RemoveAll(dir))
	}, nil
}

// command runs the binary to its end.
func (f *field) command(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, f.binary, args...)
	c.Env = append(os.Environ(), f.environ...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("unionbot %v: %w\n%s", args, err, out)
	}
	return nil
}

// serve starts a replica.
func (f *field) serve(ctx context.Context, role string) (*process, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	inner, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	progress("replica at %s, profiles at http://%s/debug/pprof/", address, inner)
	environ := append([]string{"UNIONBOT_LISTEN=" + address, "UNIONBOT_INNER_LISTEN=" + inner}, f.environ...)
	p, err := start(ctx, f.core, environ, address, "/readyz", f.binary, "serve", "--role", role)
	if err == nil {
		p.inner = inner
	}
	return p, err
}
