package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// learning is how long a replica that is ready goes on learning what is offered, and longer.
const learning = 3 * time.Second

// oneReplica measures every turn, and what a replica needs besides.
func oneReplica(ctx context.Context, f *field, r *report, times int) (err error) {
	var starts []sample
	for range times {
		p, err := f.serve(ctx, "web")
		if err != nil {
			return err
		}
		starts = append(starts, sample{micros: p.began.Seconds()})
		if err := p.stop(); err != nil {
			return err
		}
	}
	p, err := f.serve(ctx, "web")
	if err != nil {
		return err
	}
	defer p.end(&err)
	time.Sleep(learning)
	idle, _, err := p.resident()
	if err != nil {
		return err
	}
	samples, err := f.travel(ctx, times, p)
	if err != nil {
		return err
	}
	r.add("one replica", samples)
	_, most, err := p.resident()
	if err != nil {
		return err
	}
	binary, err := os.Stat(f.binary)
	if err != nil {
		return fmt.Errorf("weigh binary: %w", err)
	}
	r.fact("start until ready", median(starts, func(s sample) float64 { return s.micros }), "s", 1)
	r.fact("memory, idle", idle, "MiB", 64)
	r.fact("memory, most under load", most, "MiB", 128)
	r.fact("binary", float64(binary.Size())/1e6, "MB", 45)
	return nil
}

// steadyRate measures how long people wait at 500 messages a second, of which every twentieth files.
func steadyRate(ctx context.Context, f *field, r *report, _ int) (err error) {
	const rate, seconds, every = 500, 7, 20
	p, err := f.serve(ctx, "web")
	if err != nil {
		return err
	}
	defer p.end(&err)
	l, err := dial(ctx, p.address)
	if err != nil {
		return err
	}
	defer l.close() //nolint:errcheck // nothing is left to be written
	for _, t := range journey[:4] {
		if _, err := f.round(ctx, t, l, p); err != nil {
			return err
		}
	}
	filing := rate * seconds / every
	ready := make([][]byte, 0, 2*filing)
	for _, text := range []string{"推车容易翻", "跳过"} {
		for _, who := range f.people.members[:filing] {
			if ready, err = f.append(ready, who, text); err != nil {
				return err
			}
		}
	}
	if _, err := l.saturate(ready); err != nil {
		return err
	}
	var requests [][]byte
	for i := range rate * seconds {
		who, text := f.people.members[filing+i%(members-filing)], "推车容易翻"
		if i%every == 0 {
			who, text = f.people.members[i/every], "提交"
		}
		if requests, err = f.append(requests, who, text); err != nil {
			return err
		}
	}
	took, err := l.paced(requests, rate)
	if err != nil {
		return err
	}
	r.fact("wait at 500 a second, half", took[len(took)/2].Seconds()*1000, "ms", 0)
	r.fact("wait at 500 a second, 99 of 100", took[len(took)*99/100].Seconds()*1000, "ms", 25)
	return f.finishForms(l)
}

func (f *field) append(requests [][]byte, who, text string) ([][]byte, error) {
	request, err := f.platform.message(who, text)
	return append(requests, request), err
}

// finishForms leaves nobody in the middle of a form.
func (f *field) finishForms(l *load) (err error) {
	var requests [][]byte
	for _, who := range f.people.members {
		if requests, err = f.append(requests, who, "取消"); err != nil {
			return err
		}
	}
	_, err = l.saturate(requests)
	return err
}

// twoReplicas lets two replicas share the load, and the core.
func twoReplicas(ctx context.Context, f *field, r *report, times int) (err error) {
	var replicas []*process
	for range 2 {
		p, err := f.serve(ctx, "web")
		if err != nil {
			return err
		}
		defer p.end(&err)
		replicas = append(replicas, p)
	}
	samples, err := f.travel(ctx, times, replicas...)
	if err != nil {
		return err
	}
	r.add("two replicas", samples)
	for _, name := range []string{"form", "filing"} {
		r.fact(name+", two replicas over one", r.ratio("two replicas", name)/r.ratio("one replica", name), "×", 0)
	}
	return nil
}

// delivered measures a filing until its cards have been sent.
func delivered(ctx context.Context, f *field, r *report, times int) (err error) {
	p, err := f.serve(ctx, "all")
	if err != nil {
		return err
	}
	defer p.end(&err)
	// What the parts before have left is of no account, and would take hours at the platform's pace.
	if _, err := f.stores.db.ExecContext(ctx, "UPDATE outbox SET state = 'sent', settled_ms = due_ms"); err != nil {
		return fmt.Errorf("clear outbox: %w", err)
	}
	l, err := dial(ctx, p.address)
	if err != nil {
		return err
	}
	defer l.close() //nolint:errcheck // nothing is left to be written
	var rounds []sample
	for range times {
		var last sample
		for _, t := range journey[1:6] {
			if last, err = f.round(ctx, t, l, p); err != nil {
				return err
			}
		}
		sent := f.platform.sent.Load()
		before, err := p.cpu()
		if err != nil {
			return err
		}
		var requests [][]byte
		for i, who := range f.people.members {
			if i%branchSize < 25 { // fewer than what makes a digest of an officer's cards
				if requests, err = f.append(requests, who, "提交"); err != nil {
					return err
				}
			}
		}
		if _, err := l.saturate(requests); err != nil {
			return err
		}
		if err := f.drained(ctx); err != nil {
			return err
		}
		after, err := p.cpu()
		if err != nil {
			return err
		}
		progress("%d filings, %d calls", len(requests), f.platform.sent.Load()-sent)
		rounds = append(rounds, sample{micros: micros(after-before, len(requests)), floor: last.floor})
		if err := f.finishForms(l); err != nil {
			return err
		}
	}
	r.fact("filing, delivered (--role all)", median(rounds, func(s sample) float64 { return s.micros / s.floor }), "floors", 30)
	return nil
}

// drained waits until nothing waits to be sent.
func (f *field) drained(ctx context.Context) error {
	for until := time.Now().Add(5 * time.Minute); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		var n int
		err := f.stores.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM outbox WHERE settled_ms IS NULL AND state <> 'failed'").Scan(&n)
		if err != nil || n == 0 {
			return err
		}
	}
	return errors.New("the outbox does not empty")
}
