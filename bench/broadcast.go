package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/unionbot/unionbot/union/calendar"
)

// castSizes are the audiences that are planned: a branch for each. The middle one gets the same text, the first and the last, which is for
// a slow pace, a text for each.
var castSizes = []int{10_000, 100_000, 1_000_000, 2_000}

const (
	castSmall = 3
	// castRate is how many calls a second are allowed, castAnswer how long the platform takes for one.
	castRate   = 2000
	castAnswer = 30 * time.Millisecond
	castWriter = "writer"
	castChair  = "topchair"
	// castUser begins the accounts of receivers.
	castUser = "cast"
)

// broadcasts measures how long it takes to plan a broadcast and to send it.
func broadcasts(ctx context.Context, f *field, r *report, _ int) (err error) {
	dir, err := os.MkdirTemp("", "unionbot-bench-cast-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := f.castPeople(ctx, dir); err != nil {
		return err
	}
	offset, err := toDuty()
	if err != nil {
		return err
	}
	f.environ = append(f.environ, "UNIONBOT_CLOCK_OFFSET="+offset.String())
	f.platform.delay.Store(int64(castAnswer))
	defer f.platform.delay.Store(0)
	if err := f.castOne(ctx, dir, r); err != nil {
		return err
	}
	return f.castPaces(ctx, dir, r)
}

// castOne plans and sends to each audience by one process at the allowed rate.
func (f *field) castOne(ctx context.Context, dir string, r *report) (err error) {
	p, err := f.serveAt(ctx, castRate)
	if err != nil {
		return err
	}
	defer p.end(&err)
	for _, urgent := range []bool{true, false} {
		if err := f.castAll(ctx, p, dir, r, urgent); err != nil {
			return err
		}
	}
	c, err := f.cast(ctx, p, dir, 0, "{姓名},停水通知,请提前接水。", true)
	if err != nil {
		return err
	}
	r.fact("a text for each of 10000, time over that of the allowed rate", c.sent.Seconds()*castRate/float64(castSizes[0]), "×", 1/.95)
	r.fact("a text for each of 10000, calls", float64(c.calls), "calls", float64(castSizes[0]))
	return nil
}

// serveAt begins a process that makes so many calls a second at most, with all others.
func (f *field) serveAt(ctx context.Context, rate int) (*process, error) {
	before := f.environ
	defer func() { f.environ = before }()
	f.environ = append(before[:len(before):len(before)], fmt.Sprintf("UNIONBOT_BROADCASTS_PER_SECOND=%d", rate))
	return f.serve(ctx, "all")
}

// castAll sends to each audience: urgently, or in working hours, where it is looked for each member how many they have had in the week.
func (f *field) castAll(ctx context.Context, p *process, dir string, r *report, urgent bool) error {
	kind := map[bool]string{true: "broadcast", false: "ordinary broadcast"}[urgent]
	each, memory := make([]float64, castSmall), make([]float64, castSmall)
	for i, size := range castSizes[:castSmall] {
		c, err := f.cast(ctx, p, dir, i, "停水通知,请提前接水。", urgent)
		if err != nil {
			return err
		}
		_, most, err := p.resident()
		if err != nil {
			return err
		}
		each[i], memory[i] = (c.planned+c.sent).Seconds()/float64(size), most
		name := fmt.Sprintf("%s to %d, ", kind, size)
		r.fact(name+"planned", c.planned.Seconds(), "s", []float64{0, 0, 60}[i])
		r.fact(name+"calls", float64(c.calls), "calls", float64((size+999)/1000))
		r.fact(name+"sent since planned", c.sent.Seconds(), "s", []float64{0, 10, 0}[i])
		r.fact(name+"memory, most", most, "MiB", 200)
	}
	r.fact(kind+", time a member of the largest over that of the smallest", each[len(each)-1]/each[0], "×", 1)
	r.fact(kind+", memory with the largest over that with the smallest", memory[len(memory)-1]/memory[0], "×", 1.5)
	return nil
}

// toDuty is how far the next working hours are: what is not urgent goes out in them only.
func toDuty() (time.Duration, error) {
	days, err := calendar.New(time.FixedZone("CST", 8*60*60))
	if err != nil {
		return 0, fmt.Errorf("read calendar: %w", err)
	}
	now := time.Now()
	return days.NextDuty(now).Sub(now).Round(time.Second), nil
}

// castPeople makes a branch of each size, whose members differ from one that was imported by number and account only.
func (f *field) castPeople(ctx context.Context, dir string) error {
	var b strings.Builder
	b.WriteString("staff_no,name,organisation,wecom_userid,roles\n")
	fmt.Fprintf(&b, "CW1,王值班,集团公司,%s,duty\nCW2,陈主席,集团公司,%s,chair\n", castWriter, castChair)
	for i := range castSizes {
		fmt.Fprintf(&b, "CS%d,张师傅,集团公司/群发%d,%sseed%d,\n", i, i, castUser, i)
	}
	file := filepath.Join(dir, "members.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write members: %w", err)
	}
	if err := f.command(ctx, "members", "import", file); err != nil {
		return err
	}
	const columns = `name, name_key, phone, phone_digest, id_card, id_card_digest, gender, birthday, lunar_birthday, org_id, post, joined,
		member_since, retire_on, employment, notes, status, created_ms, updated_ms`
	for i, size := range castSizes {
		progress("%d members", size)
		_, err := f.stores.db.ExecContext(ctx, fmt.Sprintf(`INSERT INTO members (id, staff_no, wecom_userid, %[1]s)
			SELECT %[2]d + seq, CONCAT('G%[3]d-', seq), CONCAT('%[5]s%[3]d-', seq), %[1]s FROM members JOIN seq_1_to_%[4]d WHERE staff_no = 'CS%[3]d'`,
			columns, (i+1)*10_000_000, i, size-1, castUser))
		if err != nil {
			return fmt.Errorf("make members: %w", err)
		}
	}
	return nil
}

// casted is how a broadcast went.
type casted struct {
	planned, sent time.Duration
	calls         int64
}

// cast hands a broadcast in from a file, has it released, and waits until it has ended.
func (f *field) cast(ctx context.Context, p *process, dir string, branch int, text string, urgent bool) (c casted, err error) {
	id := fmt.Sprintf("bench-%d-%d", branch, time.Now().UnixNano())
	file := filepath.Join(dir, id+".yaml")
	content := fmt.Sprintf("id: %s\nauthor: CW1\ntext: %q\norganisations: [集团公司/群发%d]\nurgent: %v\n", id, text, branch, urgent)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		return c, fmt.Errorf("write broadcast: %w", err)
	}
	if err := f.command(ctx, "broadcasts", "send", file); err != nil {
		return c, err
	}
	var number string
	if err := f.stores.db.QueryRowContext(ctx, "SELECT number FROM broadcasts WHERE ref = ?", "file/"+id).Scan(&number); err != nil {
		return c, fmt.Errorf("find broadcast: %w", err)
	}
	l, err := dial(ctx, p.address)
	if err != nil {
		return c, err
	}
	defer l.close() //nolint:errcheck // nothing is left to be written
	for _, said := range []string{"同意 " + number, "1"} {
		request, err := f.platform.message(castChair, said)
		if err != nil {
			return c, err
		}
		if _, err := l.conns[0].exchange(request); err != nil {
			return c, err
		}
	}
	began, before := time.Now(), f.platform.cast.Load()
	if err := f.until(ctx, number, "plan_lane = 4"); err != nil {
		return c, err
	}
	c.planned = time.Since(began)
	if err := f.until(ctx, number, "state = 'done'"); err != nil {
		return c, err
	}
	c.sent = time.Since(began) - c.planned
	c.calls = f.platform.cast.Load() - before
	return c, f.castAdds(ctx, number, castSizes[branch])
}

// until waits for a broadcast.
func (f *field) until(ctx context.Context, number, what string) error {
	for until := time.Now().Add(10 * time.Minute); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
		var n int
		err := f.stores.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM broadcasts WHERE number = ? AND "+what, number).Scan(&n)
		if err != nil || n == 1 {
			return err
		}
	}
	return fmt.Errorf("%s: in vain waited until %s", number, what)
}

// castAdds checks that everybody was sent to.
func (f *field) castAdds(ctx context.Context, number string, size int) error {
	var n int
	err := f.stores.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM broadcast_receipts r JOIN broadcasts b ON b.id = r.broadcast_id
		WHERE b.number = ? AND r.state = 'sent'`, number).Scan(&n)
	if err == nil && n != size {
		err = fmt.Errorf("%s was sent to %d of %d", number, n, size)
	}
	return err
}
