package flows_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unionbot/unionbot/bot"
	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/storage/turns"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/cases"
	"github.com/unionbot/unionbot/union/custody"
)

// custodianKey is the key of the transcripts, and custodianShares what was printed with it.
const custodianKey = "custodians:3OvIoP5Pd4OUy4uNxlR2xQPbLfZYCSJmbi1dWPVA_2TYZ8PZK9ibX_wmwWG1Q1pQKNVlXjTJytkIpmwqGWn3cHxpTI17U8Fu2RGbzpzjjcy1BSFjtTjqUuG2ywwO4WUw"

var custodianShares = []string{
	"XFZD-ZX81-28VJ-9MK3-TRCN-PMYY-VGC9-B2RF-F0VP-8CSH-5N4Q-ANAH-A8TX-YJCR-G052-ZX4R",
	"XFZD-ZX82-2GE9-04QB-TRG1-EPKC-Q0ET-ECZP-WBQP-9RFM-472S-F0V9-WDK0-GPPG-VM4M-55XE",
	"XFZD-ZX83-2R0Z-RMKJ-TWKX-6R7T-JCHB-KPYW-9PM6-B3XR-2S0V-NCC1-EJC3-2TG8-7C4T-7RRP",
}

// playing prepares what a transcript takes for granted: those of unseal have a custodian key, and one of the officers is
// a custodian as well.
func playing(file string) []func(*harness) {
	switch base := filepath.Base(file); {
	case strings.HasPrefix(base, "unseal"):
		return []func(*harness){withCustodians}
	case base == "bind_proof_officer.txt":
		return []func(*harness){func(h *harness) {
			org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司")
			check(h.t, err)
			check(h.t, h.members.Grant(h.t.Context(), h.member("王强"), union.WomenOfficer, org.ID))
			check(h.t, h.members.Grant(h.t.Context(), h.member("王强"), union.Finance, org.ID))
		}}
	case strings.HasPrefix(base, "reduce_two"):
		return []func(*harness){func(h *harness) {
			org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司/二分厂")
			check(h.t, err)
			check(h.t, h.members.Grant(h.t.Context(), h.member("孙丽"), union.BranchChair, org.ID))
		}}
	case strings.HasPrefix(base, "service_illness_committee"):
		return []func(*harness){func(h *harness) {
			org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司")
			check(h.t, err)
			for _, deputy := range []string{"刘洋", "何丽"} {
				check(h.t, h.members.Grant(h.t.Context(), h.member(deputy), union.Chair, org.ID))
			}
		}}
	case base == "rating_official.txt", base == "talk_rated_official.txt":
		return []func(*harness){func(h *harness) {
			h.more = []person{{staffNo: "100160", name: "何敏", org: "集团公司/一分厂/锅炉班", idCard: "11010519900101401X"}} // without WeCom
			h.seed(h.more[0])
		}}
	case strings.HasPrefix(base, "talk_silence"):
		return []func(*harness){func(h *harness) {
			h.silences = true
			org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司/一分厂")
			check(h.t, err)
			check(h.t, h.members.Grant(h.t.Context(), h.member("刘洋"), union.SafetyOfficer, org.ID))
		}}
	case strings.HasPrefix(base, "cast_shift"):
		return []func(*harness){func(h *harness) { h.onDuty = true }}
	case strings.HasPrefix(base, "duty"):
		return []func(*harness){func(h *harness) {
			h.onDuty = true
			org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司/一分厂")
			check(h.t, err)
			check(h.t, h.members.Grant(h.t.Context(), h.member("刘洋"), union.BranchChair, org.ID))
		}}
	case strings.HasPrefix(base, "awards_suggestion"):
		return []func(*harness){func(h *harness) { h.awards = true }}
	case strings.HasPrefix(base, "service_suggestion_steps"):
		return []func(*harness){func(h *harness) {
			h.allSteps = true
			org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司")
			check(h.t, err)
			for _, judge := range []string{"刘洋", "何丽", "赵敏"} {
				check(h.t, h.members.Grant(h.t.Context(), h.member(judge), union.Judge, org.ID))
			}
		}}
	case strings.HasPrefix(base, "enrol"):
		return []func(*harness){withActivities}
	}
	return nil
}

func withCustodians(h *harness) {
	var err error
	h.custodians, err = custody.Parse(custodianKey)
	check(h.t, err)
	org, err := h.members.OrganisationByPath(h.t.Context(), "集团公司")
	check(h.t, err)
	check(h.t, h.members.Grant(h.t.Context(), h.member("陈静"), union.Custodian, org.ID))
}

// reported files a sealed report and returns its number and its case.
func (h *harness) reported(who string) (string, cases.Case) {
	h.t.Helper()
	var answer string
	for _, text := range []string{"意见直报", "食堂采购有人吃回扣", "一号食堂", "1"} {
		answer = h.says(who, text)
	}
	number := sealedFiled.FindStringSubmatch(answer)
	if number == nil {
		h.t.Fatalf("not filed: %s", answer)
	}
	c, err := storage.NewCases(h.stores.db).ByNumber(h.t.Context(), number[1])
	check(h.t, err)
	return number[1], c
}

func (h *harness) says(who, text string) string {
	h.t.Helper()
	address, ok := h.Address(who)
	if !ok {
		h.t.Fatalf("nobody is called %s", who)
	}
	h.Advance(time.Second)
	answer, err := h.Deliver(h.t.Context(), bot.Message{
		ID: bot.MessageID(storagetest.Unique(string(address.Channel) + "/")), Address: address, SentAt: h.Now(), Kind: bot.KindText, Text: text,
	})
	check(h.t, err)
	return answer
}

// The service's keys and its database together, which is all that the harness holds, give no name.
func TestTheServiceAloneReadsNoName(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded, withCustodians)
	_, c := h.reported("张伟")
	_, other := h.reported("王强")
	open, err := json.Marshal(c.Seal)
	check(t, err)
	everything := append(slices.Concat(open, c.Seal.Name.Box, c.Seal.Name.Enc), fmt.Sprintf("%+v", c)...)
	for _, secret := range []string{"张伟", "100101", "zhangwei", `"member":` + fmt.Sprint(h.member("张伟"))} {
		if bytes.Contains(everything, []byte(secret)) {
			t.Errorf("the opened case holds %q: %s", secret, open)
		}
	}
	about := fmt.Sprintf("case/%d", c.ID)
	for _, share := range custodianShares {
		if got, err := h.custodians.Open(share, share, c.Seal.Name, about); err == nil {
			t.Errorf("one share opens: %s", got)
		}
	}
	got, err := h.custodians.Open(custodianShares[2], custodianShares[0], c.Seal.Name, about)
	if err != nil || !bytes.Contains(got, []byte("张伟")) || !bytes.Contains(got, []byte("100101")) {
		t.Errorf("two shares open %q, %v", got, err)
	}
	if got, err := h.custodians.Open(custodianShares[2], custodianShares[0], other.Seal.Name, about); err == nil {
		t.Errorf("another case's name opens here: %q", got)
	}
	if n := len(c.Seal.Name.Box); n != 1024+16 {
		t.Errorf("%d bytes tell how long the name is", n)
	}
}

// A share is never readable where it waits, and it is nowhere once the name is open. The log has neither it nor the name.
func TestAShareIsReadableNowhere(t *testing.T) {
	db, raw := migratedMariaDB(t)
	h := newHarness(t, db, storagetest.RedisURL(t), withCustodians)
	var log lockedBuffer
	h.stop()
	h.log = &log
	h.start()
	f := &thief{harness: h, raw: raw, tables: tablesOf(t, raw)}
	number, c := h.reported("张伟")
	kept := storage.NewUnsealings(db)
	h.says("刘洋", "启封 "+number+" 举报人可能有危险")
	h.says("刘洋", custodianShares[0])
	if u, err := kept.Get(t.Context(), c.ID); err != nil || u.Share != custodianShares[0] {
		t.Fatalf("waits: %+v, %v", u, err)
	}
	f.nowhere(&log, custodianShares[0])
	h.says("赵敏", "启封 "+number)
	if answer := h.says("赵敏", custodianShares[1]); !strings.Contains(answer, "张伟") {
		t.Fatalf("not opened: %s", answer)
	}
	f.nowhere(&log, custodianShares[:2]...)
	u, err := kept.Get(t.Context(), c.ID)
	if err != nil || u.Share != "" || u.Author.Name != "张伟" {
		t.Errorf("opened: %+v, %v", u, err)
	}
	if strings.Contains(log.String(), "张伟") || strings.Contains(log.String(), "100101") {
		t.Error("the log tells the name")
	}
	h.says("刘洋", "启封 "+number)
	var asked, looked int
	check(t, raw.QueryRowContext(t.Context(), `SELECT SUM(kind = 'unseal'), SUM(kind = 'name_look') FROM audit_entries WHERE case_id = ?`, c.ID).
		Scan(&asked, &looked))
	if asked != 2 || looked != 2 {
		t.Errorf("on record: %d shares and %d looks", asked, looked)
	}
	h.Advance(cases.ShareKept)
	if n, err := h.desk.LapseShares(t.Context(), 10); n != 1 || err != nil {
		t.Errorf("forgotten: %d, %v", n, err)
	}
	if _, err := kept.Get(t.Context(), c.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("still there: %v", err)
	}
	var lapsed int
	check(t, raw.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM outbox WHERE row_key LIKE 'custody/%/lapsed/%'`).Scan(&lapsed))
	if lapsed != 0 {
		t.Error("a share that was answered is said to have lapsed")
	}
}

func (f *thief) nowhere(log *lockedBuffer, shares ...string) {
	f.t.Helper()
	for _, share := range shares {
		for _, text := range []string{share, strings.ReplaceAll(share, "-", ""), share[10:29]} {
			for _, r := range about(f.dump(), text) {
				f.t.Errorf("a row of %s holds a share: %q", r.place, r.values)
			}
			if strings.Contains(log.String(), text) {
				f.t.Error("the log holds a share")
			}
		}
	}
}

// Of two who give the second share at once one opens, and it is told once; what is undone leaves nothing.
func TestANameIsOpenedOnceAndByWhatIsCommitted(t *testing.T) {
	db, raw := migratedMariaDB(t)
	h := newHarness(t, db, storagetest.RedisURL(t), withCustodians)
	number, c := h.reported("张伟")
	ctx := t.Context()
	first := cases.ShareGiven{Custodian: h.member("刘洋"), Number: number, Reason: "举报人可能有危险", Share: custodianShares[0]}
	undone := errors.New("undone")
	err := db.Tx(ctx, func(ctx context.Context) error {
		if _, err := h.desk.GiveShare(ctx, first); err != nil {
			return err
		}
		return undone
	})
	if _, got := storage.NewUnsealings(db).Get(ctx, c.ID); !errors.Is(err, undone) || !errors.Is(got, union.ErrNotFound) {
		t.Fatalf("undone: %v, %v", err, got)
	}
	v, err := h.desk.GiveShare(ctx, first)
	check(t, err)
	results := make([]error, 2)
	var both sync.WaitGroup
	for i, who := range []string{"赵敏", "何丽"} {
		both.Go(func() {
			_, results[i] = h.desk.GiveShare(ctx, cases.ShareGiven{
				Custodian: h.member(who), Number: number, Share: custodianShares[i+1], Until: v.Until,
			})
		})
	}
	both.Wait()
	if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), union.ErrStale) {
		t.Errorf("two at once: %v", results)
	}
	var events, notices int
	check(t, raw.QueryRowContext(ctx, `SELECT COUNT(*) FROM case_events WHERE case_id = ? AND kind = 'opened'`, c.ID).Scan(&events))
	check(t, raw.QueryRowContext(ctx, `SELECT COUNT(*) FROM outbox WHERE kind = 'custody'`).Scan(&notices))
	if events != 1 || notices != 3 { // two were asked, one is told
		t.Errorf("%d events, %d notices", events, notices)
	}
}

// Two custodians ask at once: one of them is the first, and the other's share is not kept.
func TestOfTwoFirstSharesOneWaits(t *testing.T) {
	db, _ := migratedMariaDB(t)
	h := newHarness(t, db, storagetest.RedisURL(t), withCustodians)
	number, _ := h.reported("张伟")
	results := make([]error, 2)
	var both sync.WaitGroup
	for i, who := range []string{"赵敏", "何丽"} {
		both.Go(func() {
			_, results[i] = h.desk.GiveShare(t.Context(), cases.ShareGiven{
				Custodian: h.member(who), Number: number, Reason: "举报人可能有危险", Share: custodianShares[i+1],
			})
		})
	}
	both.Wait()
	if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), union.ErrStale) {
		t.Errorf("two at once: %v", results)
	}
}

// A right that is gone by the second share takes the first one with it.
func TestAFirstShareCountsAsLongAsItsCustodianDoes(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded, withCustodians)
	number, _ := h.reported("张伟")
	ctx := t.Context()
	v, err := h.desk.GiveShare(ctx, cases.ShareGiven{
		Custodian: h.member("刘洋"), Number: number, Reason: "举报人可能有危险", Share: custodianShares[0],
	})
	check(t, err)
	org, err := h.members.OrganisationByPath(ctx, "集团公司")
	check(t, err)
	check(t, h.members.Revoke(ctx, h.member("刘洋"), union.Custodian, org.ID))
	second := cases.ShareGiven{Custodian: h.member("赵敏"), Number: number, Reason: "换人来办", Share: custodianShares[1], Until: v.Until}
	if _, err := h.desk.GiveShare(ctx, second); !errors.Is(err, union.ErrStale) {
		t.Errorf("opened with a former custodian: %v", err)
	}
	second.Until = time.Time{}
	if v, err := h.desk.GiveShare(ctx, second); err != nil || v.Opened {
		t.Errorf("asking anew: %+v, %v", v, err)
	}
}

// One person with both shares opens nothing, and neither does who filed the report.
func TestTwoSharesInOneHandOpenNothing(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded, withCustodians)
	number, c := h.reported("何丽")
	ctx := t.Context()
	give := cases.ShareGiven{Custodian: h.member("刘洋"), Number: number, Reason: "举报人可能有危险", Share: custodianShares[0]}
	v, err := h.desk.GiveShare(ctx, give)
	check(t, err)
	give.Share, give.Until = custodianShares[1], v.Until
	if v, err := h.desk.GiveShare(ctx, give); !errors.Is(err, union.ErrStale) {
		t.Errorf("the same person again: %+v, %v", v, err)
	}
	give.Custodian = h.member("何丽")
	if v, err := h.desk.GiveShare(ctx, give); !errors.Is(err, cases.ErrCustodianParty) {
		t.Errorf("the author: %+v, %v", v, err)
	}
	if u, err := storage.NewUnsealings(h.stores.db).Get(ctx, c.ID); err != nil || u.Second != 0 {
		t.Errorf("kept: %+v, %v", u, err)
	}
	// The author is asked like every other custodian: who is left out would be known by that.
	var asked []string
	arrivals, err := h.Arrived(ctx)
	check(t, err)
	for _, a := range arrivals {
		if strings.HasPrefix(a.Text, "有人申请打开密件") {
			asked = append(asked, a.Who)
		}
	}
	if slices.Sort(asked); !slices.Equal(asked, []string{"何丽", "赵敏"}) {
		t.Errorf("asked: %v", asked)
	}
}

// A report goes by what was said at its summary, whatever the configuration is by the time that it is filed.
func TestANameIsKeptOnlyWhereThatWasSaid(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), storagetest.RedisURL(t))
	for _, text := range []string{"意见直报", "食堂采购有人吃回扣"} {
		h.says("张伟", text)
	}
	if summary := h.says("张伟", "一号食堂"); !strings.Contains(summary, "系统不留,谁也打不开") {
		t.Errorf("summary: %s", summary)
	}
	h.stop()
	withCustodians(h)
	h.start()
	number := sealedFiled.FindStringSubmatch(h.says("张伟", "3"))
	if number == nil {
		t.Fatal("not filed")
	}
	c, err := storage.NewCases(h.stores.db).ByNumber(t.Context(), number[1])
	if err != nil || c.Seal.Name != nil {
		t.Errorf("a name is kept: %+v, %v", c.Seal, err)
	}
	if answer := h.says("刘洋", "启封 "+number[1]+" 举报人可能有危险"); answer != number[1]+" 没有留姓名,谁也打不开。" {
		t.Errorf("answer: %s", answer)
	}
}

// Who knows the name decides the case no more, whatever role is held later.
func TestWhoKnowsTheNameDoesNotDecide(t *testing.T) {
	h := newHarness(t, storagetest.SQLite(t), turns.Embedded, withCustodians)
	number, _ := h.reported("张伟")
	ctx := t.Context()
	v, err := h.desk.GiveShare(ctx, cases.ShareGiven{
		Custodian: h.member("刘洋"), Number: number, Reason: "举报人可能有危险", Share: custodianShares[0],
	})
	check(t, err)
	_, err = h.desk.GiveShare(ctx, cases.ShareGiven{Custodian: h.member("赵敏"), Number: number, Share: custodianShares[1], Until: v.Until})
	check(t, err)
	org, err := h.members.OrganisationByPath(ctx, "集团公司")
	check(t, err)
	for _, who := range []string{"刘洋", "赵敏", "何丽"} {
		check(t, h.members.Grant(ctx, h.member(who), union.BranchChair, org.ID))
	}
	for _, who := range []string{"刘洋", "赵敏"} {
		_, err := h.desk.Decide(ctx, cases.Decision{Number: number, Officer: h.member(who), Act: cases.Accept})
		if !errors.Is(err, union.ErrForbidden) {
			t.Errorf("%s, who knows the name: %v", who, err)
		}
	}
	if _, err := h.desk.Decide(ctx, cases.Decision{Number: number, Officer: h.member("何丽"), Act: cases.Accept}); err != nil {
		t.Errorf("a custodian who does not: %v", err)
	}
}

// A share that nobody answered is told to whom it belonged, once, however many replicas sweep; one that was answered is not.
func TestALapsedShareIsToldOnce(t *testing.T) {
	db, raw := migratedMariaDB(t)
	h := newHarness(t, db, storagetest.RedisURL(t), withCustodians)
	number, c := h.reported("张伟")
	_, err := h.desk.GiveShare(t.Context(), cases.ShareGiven{
		Custodian: h.member("刘洋"), Number: number, Reason: "举报人可能有危险", Share: custodianShares[0],
	})
	check(t, err)
	lapsed := func() (told, recorded int) {
		var sweeps sync.WaitGroup
		for range 3 {
			sweeps.Go(func() {
				if _, err := h.desk.LapseShares(t.Context(), 10); err != nil {
					t.Error(err)
				}
			})
		}
		sweeps.Wait()
		check(t, raw.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM outbox WHERE row_key LIKE 'custody/%/lapsed/%'`).Scan(&told))
		check(t, raw.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM audit_entries WHERE case_id = ? AND actor IS NULL AND kind = 'unseal'`, c.ID).Scan(&recorded))
		return told, recorded
	}
	h.Advance(cases.ShareKept - time.Second)
	if told, recorded := lapsed(); told != 0 || recorded != 0 {
		t.Errorf("before its time: told %d times, recorded %d times", told, recorded)
	}
	h.Advance(2 * time.Second)
	if told, recorded := lapsed(); told != 1 || recorded != 1 {
		t.Errorf("told %d times, recorded %d times", told, recorded)
	}
	if _, err := storage.NewUnsealings(db).Get(t.Context(), c.ID); !errors.Is(err, union.ErrNotFound) {
		t.Errorf("the share is still there: %v", err)
	}
}
