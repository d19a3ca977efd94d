package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/binding"
	"github.com/unionbot/unionbot/union/notice"
)

const account = "officialaccount:gh_1"

// warnings collects what owners are told, in place of the outbox.
type warnings struct {
	mu   sync.Mutex
	keys map[string]bool
	list []notice.Notice
}

func (w *warnings) Put(_ context.Context, notices ...notice.Notice) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range notices {
		if !w.keys[n.Key] {
			w.keys[n.Key] = true
			w.list = append(w.list, n)
		}
	}
	return nil
}

type warningWords struct{}

func (warningWords) BindingWarning(owner union.Member, channel string) notice.Body {
	return notice.Body{Text: owner.StaffNo + " on " + channel}
}

func (warningWords) BindingDone(owner union.Member, i union.Identity) notice.Body {
	return notice.Body{Text: owner.StaffNo + " bound by " + string(i.Proof)}
}

// counter is the desk at which people bind their accounts.
type counter struct {
	*binding.Binder
	db       *storage.DB
	members  *storage.Members
	warnings *warnings
	now      time.Time
	owner    union.Member
}

func newCounter(t *testing.T, db *storage.DB) *counter {
	t.Helper()
	c := &counter{db: db, members: newMembers(t, db), warnings: &warnings{keys: map[string]bool{}}, now: testNow}
	bindings := storage.NewBindings(db)
	c.Binder = binding.New(binding.Deps{
		Members: c.members, Identities: c.members, Attempts: bindings, Codes: bindings, Outbox: c.warnings,
		Words: warningWords{}, Sealer: sealer(t, testKeys2), Now: func() time.Time { return c.now },
	})
	c.owner = put(t, c.members, "集团公司/一分厂", union.Member{StaffNo: "100237", Name: "买买提·艾力", IDCard: "11010519491231002X"})
	return c
}

func (c *counter) try(t *testing.T, user, staffNo, name, proof string) binding.Result {
	t.Helper()
	var result binding.Result
	err := c.db.Tx(t.Context(), func(ctx context.Context) (err error) {
		result, err = c.Try(ctx, binding.Attempt{Channel: account, User: user, StaffNo: staffNo, Name: name, Proof: proof})
		return err
	})
	if err != nil {
		t.Fatalf("try: %v", err)
	}
	return result
}

func (c *counter) code(t *testing.T) string {
	t.Helper()
	code, until, err := c.Code(t.Context(), c.owner.ID)
	if err != nil || len(code) != 6 || !until.Equal(c.now.Add(10*time.Minute)) {
		t.Fatalf("code %q until %v, %v", code, until, err)
	}
	return code
}

func (c *counter) boundAs(t *testing.T, user string) string {
	t.Helper()
	m, err := c.members.ByIdentity(t.Context(), account, user)
	if errors.Is(err, union.ErrNotFound) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return m.StaffNo
}

func TestAnAccountIsBoundByEitherProof(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		for proof, given := range map[union.Proof]string{
			union.ProofIDCard: " ３１002x ",
			union.ProofCode:   c.code(t),
		} {
			got := c.try(t, "o1", "１００２３７", "买买提 • 艾力", given)
			if got.Outcome != binding.Bound || got.Proof != proof || got.Member.ID != c.owner.ID {
				t.Fatalf("%s: %+v", proof, got)
			}
			if id, err := c.members.Identity(t.Context(), account, "o1"); err != nil || id.Proof != proof || !id.BoundAt.Equal(c.now) {
				t.Errorf("%s: identity %+v, %v", proof, id, err)
			}
			if known, err := c.Unbind(t.Context(), account, "o1"); err != nil || !known {
				t.Errorf("unbind: %v, %v", known, err)
			}
		}
		if len(c.warnings.list) != 0 {
			t.Errorf("warned: %+v", c.warnings.list)
		}
	})
}

func TestANewAccountIsToldOnTheOthersAndACodeMakesUpForAnIDCard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		linked := c.owner
		linked.WeComUserID, linked.IDCard = "maimaiti", "11010519491231002X"
		put(t, c.members, "集团公司/一分厂", linked)
		if got := c.try(t, "o1", "100237", "买买提·艾力", "31002X"); got.Outcome != binding.Bound {
			t.Fatalf("by id card: %+v", got)
		}
		if len(c.warnings.list) != 1 || c.warnings.list[0].To != c.owner.ID || c.warnings.list[0].Body.Text != "100237 bound by id_card" {
			t.Fatalf("told: %+v", c.warnings.list)
		}
		for _, again := range []struct {
			given string
			proof union.Proof
		}{{"31002X", union.ProofIDCard}, {c.code(t), union.ProofCode}, {"31002X", union.ProofCode}} {
			got := c.try(t, "o1", "100237", "买买提·艾力", again.given)
			kept, err := c.members.Identity(t.Context(), account, "o1")
			if got.Outcome != binding.Bound || got.Proof != again.proof || err != nil || kept.Proof != again.proof {
				t.Errorf("again: %+v, kept %+v, %v", got, kept, err)
			}
		}
		if len(c.warnings.list) != 1 {
			t.Errorf("told of what was known: %+v", c.warnings.list)
		}
	})
}

func TestAWrongNumberNameOrProofLookTheSame(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		put(t, c.members, "集团公司", union.Member{StaffNo: "2", Name: "无证"})
		put(t, c.members, "集团公司", union.Member{StaffNo: "3", Name: "走了", IDCard: "11010519491231002X", Status: union.Left})
		code := c.code(t)
		for i, a := range [][3]string{
			{"999999", "买买提·艾力", "31002X"}, {"100237", "王强", "31002X"}, {"100237", "买买提·艾力", "310020"},
			{"100237", "", "31002X"}, {"", "", ""}, {"2", "无证", ""}, {"2", "无证", "31002X"}, {"3", "走了", "31002X"},
			{"999999", "", code}, {"2", "无证", code}, {"100237", "买买提·艾力", "1231002X"},
		} {
			want := binding.Result{Outcome: binding.Wrong, Left: 2}
			if got := c.try(t, fmt.Sprintf("o%d", i), a[0], a[1], a[2]); !cmp.Equal(want, got) {
				t.Errorf("%q: %+v, want %+v", a, got, want)
			}
		}
		if got := c.try(t, "o99", "100237", "买买提·艾力", code); got.Outcome != binding.Bound {
			t.Errorf("the staff number was locked: %+v", got)
		}
	})
}

func TestWhateverIsWrongTheSameStatementsRun(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		counted := storage.CountStatements(t, db)
		var runs []int64
		var before int64
		for i, a := range [][3]string{
			{"999999", "买买提·艾力", "31002X"}, {"100237", "王强", "31002X"}, {"999998", "买买提·艾力", "123456"},
			{"999999", "买买提·艾力", "31002X"}, {"100237", "买买提·艾力", "123456"},
		} {
			c.try(t, fmt.Sprintf("o%d", i), a[0], a[1], a[2])
			after := counted()
			runs, before = append(runs, after-before), after
		}
		for _, n := range runs {
			if n == 0 || n != runs[0] {
				t.Fatalf("statements of each try: %v, want as many each time", runs)
			}
		}
	})
}

func TestAnIDCardThatIsKnownAlreadyIsAMiss(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		c.try(t, "o1", "100237", "买买提·艾力", "31002X")
		code := c.code(t)
		for _, left := range []int{2, 1} {
			if got := c.try(t, "o1", "100237", "买买提·艾力", "31002X"); got.Outcome != binding.Bound || got.Left != left {
				t.Errorf("%+v, want %d left", got, left)
			}
		}
		if got := c.try(t, "o1", "100237", "买买提·艾力", "000000"); got.Outcome != binding.Wrong || !got.Until.Equal(c.now.Add(10*time.Minute)) {
			t.Fatalf("%+v, want to wait", got)
		}
		if got := c.try(t, "o1", "100237", "买买提·艾力", code); got.Outcome != binding.Slow {
			t.Errorf("%+v, want to wait", got)
		}
		c.now = c.now.Add(10 * time.Minute)
		if got := c.try(t, "o1", "100237", "买买提·艾力", c.code(t)); got.Outcome != binding.Bound || got.Proof != union.ProofCode {
			t.Errorf("%+v, want a better proof", got)
		}
	})
}

func TestFailingSlowsThePersonDown(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		wrong := func() binding.Result { return c.try(t, "o1", "100237", "王强", "31002X") }
		for _, left := range []int{2, 1} {
			if got := wrong(); got.Left != left || !got.Until.IsZero() {
				t.Errorf("%+v, want %d left", got, left)
			}
		}
		for _, wait := range []time.Duration{
			10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 320 * time.Minute,
			640 * time.Minute, 1280 * time.Minute, 24 * time.Hour, 24 * time.Hour,
		} {
			got := wrong()
			if got.Outcome != binding.Wrong || got.Left != 0 || !got.Until.Equal(c.now.Add(wait)) {
				t.Fatalf("%+v, want to wait %v", got, wait)
			}
			c.now = got.Until.Add(-time.Second)
			if slow := c.try(t, "o1", "100237", "买买提·艾力", "31002X"); slow.Outcome != binding.Slow || !slow.Until.Equal(got.Until) {
				t.Fatalf("a right claim a second too early: %+v", slow)
			}
			c.now = got.Until
		}
		if got := c.try(t, "o2", "100237", "王强", "31002X"); got.Left != 2 {
			t.Errorf("somebody else is slowed down as well: %+v", got)
		}
		c.now = c.now.Add(24 * time.Hour)
		if got := wrong(); got.Left != 2 {
			t.Errorf("after a day: %+v, want to begin afresh", got)
		}
		if got := c.try(t, "o1", "100237", "买买提·艾力", "31002X"); got.Outcome != binding.Bound {
			t.Fatalf("%+v", got)
		}
		if _, err := c.Unbind(t.Context(), account, "o1"); err != nil {
			t.Fatal(err)
		}
		if got := wrong(); got.Left != 2 {
			t.Errorf("after success: %+v, want to begin afresh", got)
		}
	})
}

func TestTheOwnerIsWarnedAtMostOnceAnHour(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		for i := range 5 {
			c.try(t, fmt.Sprintf("o%d", i), "100237", "王强", "31002X")
			c.try(t, fmt.Sprintf("p%d", i), "999999", "王强", "31002X")
			c.now = c.now.Add(14 * time.Minute)
		}
		if len(c.warnings.list) != 1 {
			t.Fatalf("warned %d times within an hour", len(c.warnings.list))
		}
		w := c.warnings.list[0]
		if w.To != c.owner.ID || w.Kind != notice.KindSecurity || !strings.Contains(w.Body.Text, account) {
			t.Errorf("warning %+v", w)
		}
		c.try(t, "o9", "100237", "王强", "31002X")
		if len(c.warnings.list) != 2 {
			t.Errorf("warned %d times, want a second warning after an hour", len(c.warnings.list))
		}
	})
}

func TestACodeHoldsTenMinutesOnceAndForItsMember(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		try := func(code string) binding.Outcome { return c.try(t, "o1", "100237", "买买提·艾力", code).Outcome }
		first := c.code(t)
		second := c.code(t)
		if first != second && try(first) != binding.Wrong {
			t.Error("an older code holds beside the newer one")
		}
		if got := try(second); got != binding.Bound {
			t.Fatalf("the code: %v", got)
		}
		if _, err := c.Unbind(t.Context(), account, "o1"); err != nil {
			t.Fatal(err)
		}
		if got := try(second); got != binding.Wrong {
			t.Errorf("used again: %v", got)
		}
		late := c.code(t)
		c.now = c.now.Add(10 * time.Minute)
		if got := try(late); got != binding.Wrong {
			t.Errorf("after ten minutes: %v", got)
		}
	})
}

func TestAMemberHasOneAccountOnAChannel(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		right := func(user string) binding.Outcome {
			return c.try(t, user, "100237", "买买提·艾力", "31002X").Outcome
		}
		if got := right("o1"); got != binding.Bound {
			t.Fatal(got)
		}
		if got := right("o1"); got != binding.Bound {
			t.Errorf("the same once more: %v", got)
		}
		if got := right("o2"); got != binding.AlreadyBound {
			t.Errorf("a second account: %v", got)
		}
		put(t, c.members, "集团公司", union.Member{StaffNo: "2", Name: "王强", IDCard: "11010519491231002X"})
		if got := c.try(t, "o1", "2", "王强", "31002X").Outcome; got != binding.AlreadyBound {
			t.Errorf("a second member on one account: %v", got)
		}
		if got := c.boundAs(t, "o1"); got != "100237" {
			t.Errorf("bound as %q", got)
		}
		if n, err := c.Disown(t.Context(), c.owner.ID); err != nil || n != 1 || c.boundAs(t, "o1") != "" {
			t.Errorf("disown: %d, %v", n, err)
		}
		if got := right("o2"); got != binding.Bound {
			t.Errorf("after unbinding: %v", got)
		}
	})
}

func TestOfTwoWhoBindAtOnceOneIsBound(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		code := c.code(t)
		var wg sync.WaitGroup
		outcomes := make([]binding.Outcome, 4)
		for i := range outcomes {
			wg.Go(func() {
				a := binding.Attempt{Channel: account, User: fmt.Sprintf("o%d", i), StaffNo: "100237", Name: "买买提·艾力", Proof: code}
				err := db.Tx(t.Context(), func(ctx context.Context) error {
					result, err := c.Try(ctx, a)
					outcomes[i] = result.Outcome
					return err
				})
				if err != nil {
					t.Errorf("try: %v", err)
				}
			})
		}
		wg.Wait()
		bound := 0
		for _, o := range outcomes {
			if o == binding.Bound {
				bound++
			}
		}
		if bound != 1 {
			t.Errorf("outcomes %v", outcomes)
		}
	})
}

// TestManyAccountsCannotGuessAnIDCard lets as many accounts as it takes try one staff number, four of them at any time,
// as on two replicas, and the right id card among the last.
func TestManyAccountsCannotGuessAnIDCard(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		c := newCounter(t, db)
		const accounts = 40
		var wg sync.WaitGroup
		results := make([]binding.Result, accounts)
		for from := range 4 {
			wg.Go(func() {
				for i := from; i < accounts; i += 4 {
					results[i] = c.guess(t, fmt.Sprintf("g%d", i), "000000")
				}
			})
		}
		wg.Wait()
		open := 0
		for _, r := range results {
			if r.Outcome != binding.Wrong {
				t.Fatalf("a guess came to %+v", r)
			}
			if !r.CodeOnly {
				open++
			}
		}
		if open != 20 {
			t.Errorf("%d tries were worth something, want 20", open)
		}
		if got := c.guess(t, "right", "31002X"); got.Outcome != binding.Wrong || !got.CodeOnly {
			t.Errorf("the right id card after all of them: %+v", got)
		}
		if got := c.guess(t, "owner", c.code(t)); got.Outcome != binding.Bound {
			t.Errorf("the owner is locked out: %+v", got)
		}
		if len(c.warnings.list) != 1 {
			t.Errorf("the owner is warned %d times", len(c.warnings.list))
		}
		for i := range 21 {
			if got := c.try(t, fmt.Sprintf("n%d", i), "999999", "无人", "000000"); got.CodeOnly != (i == 20) {
				t.Errorf("try %d at a number that nobody has: %+v", i+1, got)
			}
		}
		if _, err := c.Unbind(t.Context(), account, "owner"); err != nil {
			t.Fatal(err)
		}
		c.now = c.now.Add(24*time.Hour + time.Second)
		if got := c.guess(t, "next day", "31002X"); got.Outcome != binding.Bound {
			t.Errorf("the id card a day later: %+v", got)
		}
	})
}

// guess is a try at the owner's staff number that is run again as a turn would be, where another was in its way.
func (c *counter) guess(t *testing.T, user, proof string) (result binding.Result) {
	t.Helper()
	for range 20 {
		err := c.db.Tx(t.Context(), func(ctx context.Context) (err error) {
			result, err = c.Try(ctx, binding.Attempt{Channel: account, User: user, StaffNo: "100237", Name: "买买提·艾力", Proof: proof})
			return err
		})
		if err == nil {
			return result
		}
		if !errors.Is(err, bot.ErrConflict) {
			t.Errorf("guess: %v", err)
			return result
		}
	}
	t.Error("a guess is in the way of others for ever")
	return result
}
